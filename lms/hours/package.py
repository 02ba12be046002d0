"""The file ``assessments/hours-rules.yaml`` (schema ``hours-rules/1``) as typed, frozen objects (pure).

Class hours are whole numbers in the file and quarters of an hour inside; days are whole in the file and half days inside.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from lms.core.i18n import Bilingual
from lms.hours.enums import CountsAs, Kind, Level, Newcomers

QUARTERS = 4
HALVES = 2
ALL_GROUPS = "all"

Words = Annotated[StrictStr, Field(min_length=1, max_length=1000)]
Code = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=60)]
Hours = Annotated[StrictInt, Field(ge=0, le=2000)]


class Part(BaseModel):
    """Base of every piece: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Part):
    """One text in both languages; both must be there."""

    zh: Words
    en: Words

    @property
    def both(self) -> Bilingual:
        return Bilingual(self.zh, self.en)


class Group(Part):
    """Of whom something is asked. An official belongs to the first group that names the post or a part of the grade; one without either takes the rest."""

    id: Code
    name: Text
    grades: tuple[StrictStr, ...] = ()
    positions: tuple[StrictStr, ...] = ()

    @property
    def takes_the_rest(self) -> bool:
        return not self.grades and not self.positions

    def holds(self, position: str, grade: str) -> bool:
        """Whether somebody at this post and of this grade belongs here."""
        return self.takes_the_rest or position in self.positions or any(part in grade for part in self.grades)


class Requirement(Part):
    """``hours`` of one account in ``years`` calendar years (counted from ``first_year``), or as many ``or_days``."""

    group: Code = ALL_GROUPS
    account: CountsAs
    hours: Hours
    or_days: Annotated[StrictInt, Field(ge=1, le=366)] | None = None
    years: Annotated[StrictInt, Field(ge=1, le=10)] = 1
    first_year: Annotated[StrictInt, Field(ge=2000, le=2100)] | None = None
    text: Text


class CreditRule(Part):
    """How evidence of one kind counts. ``hours`` a piece where the evidence itself names none; ``at_most`` hours a year."""

    kind: Kind
    account: CountsAs | None
    hours: Hours | None = None
    once_a_year: bool = True
    at_most: Hours | None = None
    text: Text


class Transfer(Part):
    """Up to ``hours`` of self-study beyond what is asked of it count as organised training."""

    hours: Hours
    text: Text


class NewcomerRule(Part):
    """What is asked in the year of joining, and the words for it."""

    asks: Newcomers
    text: Text


class Version(Part):
    """One version of one rule. It holds for calendar years that begin on ``effective_from`` or later."""

    rule: Code
    version: Annotated[StrictInt, Field(ge=1)]
    level: Level
    unit: StrictStr | None = None
    effective_from: date
    basis: tuple[StrictStr, ...] = ()
    title: Text
    text: Text
    setting: Text | None = None
    minutes_per_hour: Annotated[StrictInt, Field(ge=30, le=60)] | None = None
    groups: tuple[Group, ...] = ()
    require: tuple[Requirement, ...] = ()
    credit: tuple[CreditRule, ...] = ()
    transfer: Transfer | None = None
    newcomers: NewcomerRule | None = None

    @property
    def name(self) -> str:
        """``rule@version``: what a closed year names."""
        return f"{self.rule}@{self.version}"

    @property
    def first_year(self) -> int:
        """The first calendar year for which it holds as a whole."""
        day = self.effective_from
        return day.year if (day.month, day.day) == (1, 1) else day.year + 1

    @property
    def content_hash(self) -> str:
        """SHA-256 of the canonical form: two files with one (rule, version) must agree in it."""
        canonical = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


class Rules(Part):
    """The whole file."""

    format: Literal["hours-rules/1"] = Field(alias="schema")
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]


def parse_version(data: Any) -> Version:
    """One version from what the database keeps of it. Raises pydantic's ValidationError."""
    return Version.model_validate(data)
