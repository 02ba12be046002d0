"""The package format for rooms above: reading and checking files, front matter, what is wrong with a picture. No database is asked."""

from __future__ import annotations

from collections.abc import Iterator

from lms.courses.asset_checks import picture_faults as _picture_faults
from lms.courses.canonical import COURSE_KEYS, format_lesson, format_yaml, split_front
from lms.courses.checks import AssessmentCheck, Report, check
from lms.courses.package import LANGUAGES, SUFFIXES, Fact
from lms.courses.surroundings import Neighbour, Surroundings, read_surroundings

__all__ = [
    "LANGUAGES",
    "SUFFIXES",
    "AssessmentCheck",
    "Fact",
    "Neighbour",
    "Report",
    "Surroundings",
    "check",
    "format_course",
    "format_lesson",
    "picture_faults",
    "read_surroundings",
    "split_front",
]


def picture_faults(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """What is wrong with a picture by itself, each with its cure; whether a lesson shows it is not asked."""
    yield from _picture_faults(name, data, {name})


def format_course(text: str) -> str:
    """``course.yaml`` in canonical form."""
    return format_yaml(text, COURSE_KEYS)
