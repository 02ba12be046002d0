"""The gap board and the balance as their readers see them: HR live with something to do, heads the suppressed snapshot."""

import io
import re

import openpyxl
import pytest

from lms.core.sheets import read_table
from tests.talent.test_unit_pages import CENTRE, COUNTY, DATA, TOWNSHIP, page

BOARD = "/talent/"


def rows(html: str) -> list[str]:
    """The rows of the first table as text, one space between words."""
    body = re.search(r"<tbody.*?</tbody>", html, re.S)
    found = re.findall(r"<tr role=\"row\">(.*?)</tr>", body[0], re.S) if body else []
    return [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in found]


def test_hr_sees_the_largest_gap_first_with_the_first_step_and_why(browser):
    found = rows(page(browser("hr"), f"{BOARD}?unit={COUNTY}"))
    first = next(row for row in found if "SEC-1" in row)
    # 28 asked, 23 with evidence (8 met, 8 not yet, 7 unclear)
    assert " 8 7 28 82% 70% " in first
    assert "Assign a course" in first or "Assign a lesson" in first or "Assign a placement" in first
