"""Every course and item bank of the project passes its own checks, and the plan's sixteen are all there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lms.assessments.sources import read
from lms.courses.checks import check
from lms.courses.surroundings import read_surroundings

ROOT = Path(__file__).resolve().parents[2]
COURSES = sorted(path.parent for path in (ROOT / "courses").glob("*/course.yaml"))
TODAY = date(2026, 11, 23)


def test_the_sixteen_courses_of_the_curriculum_are_there():
    assert len(COURSES) == 16


@pytest.mark.parametrize("folder", COURSES, ids=lambda folder: folder.name)
def test_a_course_is_faultless(folder):
    report = check(folder, read_surroundings(ROOT), today=TODAY)
    assert [str(error) for error in report.errors] == []


@pytest.mark.parametrize("folder", COURSES, ids=lambda folder: folder.name)
def test_its_item_bank_is_faultless(folder):
    report = read(ROOT / "assessments" / f"{folder.name}.yaml")
    assert [str(problem) for problem in report.problems] == []
