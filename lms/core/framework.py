"""The competency framework as data: codes, strands, cuts and evidence rules, read from ``assessments/framework.yaml``.

Packages are checked against it and items take their difficulty from its cuts, so it stands below every capability.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from lms.core.i18n import Bilingual
from lms.core.yamlfile import Loader

CUTS_MILLI = (-1000, 0, 1000, 2000, 3000)
"""Where levels 1 to 5 start, in milli-logits: placeholders until a standard-setting panel (version with the file)."""


@dataclass(frozen=True, slots=True)
class Competency:
    """One competency: ``strand`` T (technology) or G (governance); ``levels[0]`` describes level 1."""

    code: str
    area: str
    strand: str
    name: Bilingual
    description: Bilingual
    levels: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """What may prove a level: quiz items alone if ``quiz``, a judged ``work_sample`` if that is accepted, a panel always.

    Counts are distinct counted live items.
    """

    level: int
    quiz: bool
    min_items: int
    half_applied: bool
    needs_scenario: bool
    min_assessors: int
    work_sample: bool = True


@dataclass(frozen=True, slots=True)
class Framework:
    """The framework's version with its competencies in order, areas, rules and validity in months."""

    id: str
    version: str
    competencies: tuple[Competency, ...]
    areas: dict[str, Bilingual]
    level_names: tuple[Bilingual, ...]
    rules: tuple[EvidenceRule, ...]
    validity_months: int
    cuts_milli: tuple[int, ...] = CUTS_MILLI
    guards: tuple[Bilingual, ...] = ()
    """What is printed wherever both strands of a person are put together."""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(c.code for c in self.competencies)

    def competency(self, code: str) -> Competency:
        """Raises KeyError for an unknown code."""
        for candidate in self.competencies:
            if candidate.code == code:
                return candidate
        raise KeyError(code)


def _both(value: dict[str, str]) -> Bilingual:
    return Bilingual(value["zh"], value["en"])


def parse(data: dict[str, Any]) -> Framework:
    """A framework from the YAML's data."""
    return Framework(
        id=data["id"],
        version=data["version"],
        competencies=tuple(_competency(c) for c in data["competencies"]),
        areas={a["code"]: _both(a["name"]) for a in data["areas"]},
        level_names=tuple(_both(level) for level in data["levels"]),
        rules=tuple(_rule(rule) for rule in data["evidence_rules"]["by_level"]),
        validity_months=data["evidence_rules"]["validity_months"],
        guards=tuple(_both(guard) for guard in data.get("composite", {}).get("guards", ())),
    )


def _competency(c: dict[str, Any]) -> Competency:
    return Competency(c["code"], c["area"], c["strand"], _both(c["name"]), _both(c["desc"]), tuple(_both(c["levels"][f"L{n}"]) for n in range(1, 6)))


def _rule(rule: dict[str, Any]) -> EvidenceRule:
    level = rule["level"]
    return EvidenceRule(
        level=level,
        quiz="quiz" in rule["accepts"],
        min_items=rule.get("min_items", 0),
        # the file words this rule for level 2 only; see docs/measurement.md
        half_applied=level == 2,
        needs_scenario=rule.get("needs_scenario", False),
        min_assessors=rule.get("min_assessors", 1),
        work_sample="work_sample" in rule["accepts"],
    )


def content_root() -> Path:
    """The folder that holds ``courses/`` and ``assessments/``: ``LMS_CONTENT``, else the project's, beside the ``lms`` package."""
    chosen = os.environ.get("LMS_CONTENT")
    return Path(chosen) if chosen else Path(__file__).resolve().parents[2]


@lru_cache(maxsize=4)
def read(path: Path | None = None) -> Framework:
    """The framework in ``path`` (default: the project's own file)."""
    path = path or content_root() / "assessments" / "framework.yaml"
    text = path.read_text(encoding="utf-8")
    return parse(yaml.load(text, Loader=Loader))  # noqa: S506 (the safe loader, in C where there is one)
