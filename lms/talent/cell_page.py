"""One cell of the heat map, worked out: who is counted, how the mean comes about, what is hidden and why."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from lms.competency import baseline_queries, behind_queries, skill_words
from lms.competency import queries as competency
from lms.competency.baseline_queries import Baseline
from lms.competency.behind_queries import MOST_QUESTIONS, AskedVersion, Behind
from lms.competency.queries import CellOnDay, Sums
from lms.core import framework
from lms.core.errors import NotFound
from lms.core.i18n import pick
from lms.talent import wording
from lms.talent.heat import percent
from lms.talent.queries import View
from lms.web.filters import day

SHARE_STATES = ("met", "unclear", "not_yet")


def page(session: Session, view: View, code: str) -> dict[str, Any]:
    """The page for its template. Raises NotFound for a competency that no post of the unit asks for."""
    known = next((one for one in framework.read().competencies if one.code == code), None)
    if known is None or code not in view.whole.cells:
        raise NotFound
    cell = view.whole.cells[code]
    sums = competency.sums_of_cell(session, view.unit.id, code) if view.live else None
    return {
        "unit": view.whole.name,
        "code": code,
        "name": pick(known.name),
        "description": pick(known.description),
        "as_of": wording.as_of(view),
        "hidden": cell is None,
        "counts": _counts(cell) if cell else [],
        "coverage": _coverage(cell) if cell else "",
        "mean": _mean(cell, sums) if cell else [],
        "gap": _gap(cell) if cell else "",
        "baseline": _baseline(baseline_queries.baseline(session, view.unit.id).get(code)),
        "behind": _behind(behind_queries.behind(session, view.unit, code)) if cell and view.live else None,
        "versions": {"model": behind_queries.models_begin_with(), "framework": f"{framework.read().id} {framework.read().version}"},
        "live": view.live,
    }


def _behind(known: Behind) -> dict[str, Any]:
    """What the live number rests on, and what simpler rules would have said of the same answers."""
    words = {"answers": known.answers, "people": known.read, "right": f"{known.right:g}"}
    names, why = skill_words.RIVAL_NAMES, skill_words.RIVAL_BLIND_SPOTS
    part = gettext("Read from %(read)d of %(all)d people, evenly chosen.", all=known.people, read=known.read) if known.read < known.people else ""
    return {
        "sentence": gettext("%(answers)d counted answers of %(people)d people, %(right)s of them right.", **words),
        "part": part,
        "judgements": known.judgements,
        "questions": [_question(one) for one in known.versions[:MOST_QUESTIONS]],
        "more": max(0, len(known.versions) - MOST_QUESTIONS),
        "models": [{"model": model, "n": n} for model, n in known.models.items()],
        "rules": [{"name": names[rule], "value": f"{mean:.0%}", "why": why[rule]} for rule, mean in known.rules.items()],
    }


def _question(one: AskedVersion) -> dict[str, Any]:
    made_by = gettext("calibration %(n)d", n=one.calibration) if one.calibration else gettext("as its author set it")
    return {"code": gettext("%(item)s, version %(version)d", item=one.code, version=one.version), "from": made_by, "n": one.people}


def _counts(cell: CellOnDay) -> list[dict[str, Any]]:
    rows = [("met", cell.met), ("unclear", cell.unclear), ("not_yet", cell.not_yet), ("no_evidence", cell.no_evidence)]
    return [{"state": state, "n": n, "share": _share(state, n, cell)} for state, n in rows]


def _share(state: str, n: int, cell: CellOnDay) -> str:
    """Of those with evidence; who has none is no part of it."""
    return wording.share(percent(n, cell.n_evidence)) if state in SHARE_STATES and cell.n_evidence else ""


def _coverage(cell: CellOnDay) -> str:
    words = {
        "evidence": cell.n_evidence,
        "all": cell.n_required,
        "share": wording.share(percent(cell.n_evidence, cell.n_required)),
    }
    return gettext("%(evidence)d of %(all)d people whose post asks for it have evidence: %(share)s. Nothing is said of the others.", **words)


def _mean(cell: CellOnDay, sums: Sums | None) -> list[str]:
    """Mean and standard error with the numbers put in; without the sums only the result."""
    if cell.mean is None or cell.se is None:
        return []
    if sums is None:
        return [f"μ̂ = Σm/(n − ΣV) = {cell.mean:.3f}", f"SE = √(ΣV − ΣV²)/(n − ΣV) = {cell.se:.3f}"]
    m, v, v2 = sums.sum_m / 1000, sums.sum_v / 1e6, sums.sum_v2 / 1e12
    n = sums.n_evidence
    return [
        f"μ̂ = Σm/(n − ΣV) = {m:.3f}/({n} − {v:.3f}) = {cell.mean:.3f}",
        f"SE = √(ΣV − ΣV²)/(n − ΣV) = √({v:.3f} − {v2:.3f})/({n} − {v:.3f}) = {cell.se:.3f}",
    ]


def _gap(cell: CellOnDay) -> str:
    if cell.gap is None:
        return ""
    return gettext("The mean shortfall against the target is %(gap)s levels, over those with evidence.", gap=wording.levels(cell.gap))


def _baseline(first: Baseline | None) -> str:
    """Where the unit began, as it was released then; empty while nothing has been."""
    if first is None:
        return ""
    met = wording.share(percent(first.cell.met, first.cell.n_evidence))
    words = {"day": day(first.as_of), "evidence": first.cell.n_evidence, "met": met}
    text = gettext("First measured on %(day)s: %(evidence)d people with evidence, %(met)s of them met the target.", **words)
    return text if first.cell.gap is None else f"{text} " + gettext("The mean shortfall was %(gap)s levels.", gap=wording.levels(first.cell.gap))
