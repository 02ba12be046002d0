"""Rules, evidence and a county for tests of class hours."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from lms.core import yamlfile
from lms.core.i18n import Bilingual
from lms.hours import ledger
from lms.hours.checks import examine
from lms.hours.enums import Kind
from lms.hours.ledger import Account, Credit, Person
from lms.hours.package import QUARTERS, Version, parse_version
from lms.hours.rulebook import fold, in_force

FILE = Path(__file__).parents[1] / "data" / "hours" / "rules.yaml"
WORDS = {"zh": "规定", "en": "Rule"}


@cache
def national() -> list[Version]:
    """The versions of the regulations, as shipped."""
    rules = examine(yamlfile.read(FILE)).rules
    assert rules is not None
    return list(rules.versions)


def local(rule: str = "U-513399", *, level: str = "unit", unit: str | None = "513399", since: str = "2026-01-01", version: int = 1, **content) -> Version:
    """A provincial or unit rule."""
    base = {"rule": rule, "version": version, "level": level, "unit": unit, "effective_from": since, "basis": ["LF-611"], "title": WORDS, "text": WORDS}
    return parse_version(base | content)


def training(hours: int, on: str, *, days: int = 0, title: str = "", taken_back: bool = False) -> Credit:
    """Attendance at an organised training that ended on a day."""
    key = f"{title or on} {on}"
    return Credit(Kind.ORGANISED, key, f"a-{on}", Bilingual("培训", "Training"), date.fromisoformat(on), hours * QUARTERS, days * 2, taken_back)


def course(hours: int, on: str, slug: str = "") -> Credit:
    """A course completed with its evidence quiz."""
    return Credit(Kind.SELF_STUDY, slug or on, f"q-{on}", Bilingual("课程", "Course"), date.fromisoformat(on), hours * QUARTERS)


def year_of(person: Person, credits: list[Credit], year: int, *more: Version, units: tuple[str, ...] = ("51", "5133", "513399")) -> Account:
    """The ledger of a year under the regulations and ``more`` rules, each year by its own versions."""
    known = [*national(), *more]
    books = {at: fold(in_force(known, at), year=at, units=units) for at in range(year - 4, year + 1)}
    return ledger.account(person, credits, books, year)
