"""The page of a transfer tried out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext

from lms.competency import skill_words
from lms.competency import transfer_queries as transfers
from lms.competency.level_queries import Skill
from lms.competency.transfer_queries import Effect, Figures, Line
from lms.core import framework
from lms.core.i18n import pick
from lms.people.models import Unit
from lms.talent import dual_pages, wording
from lms.talent.heat import percent


def page(effect: Effect) -> dict[str, Any]:
    """The person's competencies against the new place, and what changes in both units."""
    return {
        "skills": [_skill(skill, effect.skills_before) for skill in effect.skills],
        "sentence": _sentence(effect),
        "units": [_unit(effect.official.unit, effect.old), *([] if effect.unit.id == effect.official.unit_id else [_unit(effect.unit, effect.new)])],
        "guards": dual_pages.guards(),
    }


def _sentence(effect: Effect) -> str:
    met = sum(str(skill.kind) == "met" for skill in effect.skills)
    below = sum(str(skill.kind) == "not_yet" for skill in effect.skills)
    known = {"name": effect.official.name, "met": met, "all": len(effect.skills), "below": below, "open": len(effect.skills) - met - below}
    return gettext(
        "Of the %(all)d competencies that the new post asks for, %(name)s meets %(met)d; %(below)d are certainly not reached yet; %(open)d are not decided.",
        **known,
    )


def _skill(skill: Skill, before: Sequence[Skill]) -> dict[str, Any]:
    was = next((one.target for one in before if one.competency == skill.competency), 0)
    name = pick(framework.read().competency(skill.competency).name)
    return {
        "code": skill.competency, "name": name, "was": was or "–", "target": skill.target, "critical": skill.critical,
        "kind": str(skill.kind), "note": skill_words.note(skill),
    }  # fmt: skip


def _unit(unit: Unit, lines: Sequence[Line]) -> dict[str, Any]:
    """A unit before and after: the sums, and the competencies that change."""
    before, after = (transfers.total([getattr(line, side) for line in lines]) for side in ("before", "after"))
    changed = [_line(line) for line in lines if line.changes]
    return {"name": pick(unit), "stats": _stats(before, after), "rows": changed, "same": len(lines) - len(changed)}


def _stats(before: transfers.Sum, after: transfers.Sum) -> list[dict[str, Any]]:
    shares = [wording.share(percent(one.evidence, one.required)) for one in (before, after)]
    return [
        {"value": f"{shares[0]} → {shares[1]}", "label": gettext("of what posts ask for has evidence")},
        {"value": f"{before.met} → {after.met}", "label": gettext("met, over all competencies")},
        {"value": f"{before.not_yet} → {after.not_yet}", "label": gettext("certainly not yet")},
    ]


def _line(line: Line) -> dict[str, Any]:
    name = pick(framework.read().competency(line.competency).name)
    pairs = {name: f"{getattr(line.before, name)} → {getattr(line.after, name)}" for name in ("required", "evidence", "met", "not_yet")}
    return {"code": line.competency, "name": name, "gap": f"{_gap(line.before)} → {_gap(line.after)}", **pairs}


def _gap(figures: Figures) -> str:
    return "–" if figures.gap_milli is None else wording.levels(figures.gap_milli / 1000)
