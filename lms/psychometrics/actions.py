"""Writing how questions work: the figures of a night, and calibrations of new items. The caller commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.assessments.models import ItemRevision, Response
from lms.assessments.parameter_queries import PART_VARIANCE
from lms.psychometrics import assembling, fitting, instruments, reading
from lms.psychometrics.assembling import Offered
from lms.psychometrics.beliefs import Belief, belief
from lms.psychometrics.beliefs import judge as judge_ideas
from lms.psychometrics.classical import FEW, Flag
from lms.psychometrics.dif import adjust
from lms.psychometrics.instruments import GroupLine, Line
from lms.psychometrics.models import CalibrationRun, IdeaStatistic, ItemCalibration, ItemStatistic
from lms.psychometrics.reading import Answers, UnitHead

RECENT = timedelta(days=180)
ANCHOR = 200  # answers at its calibration from which an item is an anchor: it stays as it is and holds the scale
GROWTH = 1.5  # an item that is no anchor yet is calibrated again when it has half as many answers more

Pair = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """New parameters of an item revision, units as stored, with those before and the number of answers."""

    revision_id: int
    code: str
    before: tuple[int, int, int]
    after: tuple[int, int, int]
    n: int


class Figures(NamedTuple):
    """Rows of ``item_statistic`` and of ``idea_statistic``."""

    items: list[dict[str, Any]]
    ideas: list[dict[str, Any]]


def figures(session: Session, *, now: datetime) -> Figures:
    """How questions work, and what wrong ideas are held, as the answers give it now; reads only."""
    heads, asked, seconds = reading.unit_heads(session), reading.asked_counts(session), reading.answering_seconds(session)
    begun = dict(session.execute(select(CalibrationRun.id, CalibrationRun.at)).all())
    lines: dict[int, list[Line]] = {}
    drifts: dict[int, fitting.Drift] = {}
    offered: list[Offered] = []
    for code in reading.competencies(session):
        answers = reading.answers(session, code)
        for item_id, drift in _drifts(answers, begun, now).items():
            drifts[item_id] = _worse(drift, drifts.get(item_id, drift))
        found = assembling.assemble(session, answers, heads)
        offered += assembling.ideas(found)
        for head, unit in assembling.units(found):
            known = lines.setdefault(head.item_id, [])
            known.insert(0 if head.competency == code else len(known), instruments.line(unit))
    instruments.judge(line for known in lines.values() for line in known)
    joined = {item_id: instruments.joined(*known) for item_id, known in lines.items()}
    _adjust(joined.values())
    rows = [_row(head, joined.get(item_id, _NOBODY), asked.get(item_id, 0), seconds.get(item_id, []), drifts, now) for item_id, head in heads.items()]
    return Figures(rows, _idea_rows(offered, now))


def _idea_rows(offered: Iterable[Offered], now: datetime) -> list[dict[str, Any]]:
    """Each wrong idea of each bank over all its questions."""
    by_idea: defaultdict[tuple[str, str], list[Offered]] = defaultdict(list)
    for one in offered:
        by_idea[one.course, one.idea].append(one)
    known = {key: belief(line for one in mine for line in one.lines) for key, mine in sorted(by_idea.items())}
    shown = {key: one for key, one in known.items() if one is not None}
    return [_idea_row(key, one, by_idea[key], now) for key, one in zip(shown, judge_ideas(list(shown.values())), strict=True)]


def _idea_row(key: tuple[str, str], one: Belief, offered: Sequence[Offered], now: datetime) -> dict[str, Any]:
    numbers = {"share_milli": one.share, "low_milli": one.low, "high_milli": one.high, "chance_milli": one.chance}
    wrong = {"wrong_answers": None, "wrong_share_milli": None, "wrong_chance_milli": None}
    if one.wrong:
        wrong = {"wrong_answers": one.wrong.answers, "wrong_share_milli": _milli(one.wrong.share), "wrong_chance_milli": _milli(one.wrong.chance)}
    lessons = sorted({part.lesson for part in offered if part.lesson})
    return {
        "course": key[0], "code": key[1], "officials": one.officials, "answers": one.answers, "finding": str(one.finding),
        "items": sorted({part.item for part in offered}), "lessons": lessons, "at": now, **wrong, **{name: _milli(value) for name, value in numbers.items()},
    }  # fmt: skip


_NOBODY = Line(0, flags=[Flag.UNCALIBRATED])


def _adjust(lines: Iterable[Line]) -> None:
    """Benjamini–Hochberg over all comparisons of a grouping; then the flags that follow."""
    every = [(line, i) for line in lines for i in range(len(line.groups))]
    for grouping in reading.GROUPINGS:
        places = [(line, i) for line, i in every if line.groups[i].grouping == grouping]
        for (line, i), result in zip(places, adjust([line.groups[i].result for line, i in places]), strict=True):
            line.groups[i] = replace(line.groups[i], result=result)
    for line in lines:
        line.flags += instruments.group_flags(line.groups) if line.n >= FEW else []


def _row(head: UnitHead, line: Line, asked: int, spent: Sequence[tuple[int, float]], drifts: Mapping[int, fitting.Drift], now: datetime) -> dict[str, Any]:
    drift = drifts.get(head.item_id)
    flags = [*line.flags, *([Flag.DRIFT] if drift and drift.found else [])]
    enough = line.n >= instruments.SMALLEST
    return {
        "item_id": head.item_id, "code": head.code, "course": head.course, "stem_zh": head.stem("zh"), "stem_en": head.stem("en"),
        "competency": head.competency, "kind": head.kind, "level": head.level,
        "version": head.version, "n": line.n, "exposure": asked, "p_milli": _milli(line.p), "rest_r_milli": _milli(line.rest_r),
        "seconds": instruments.typical_seconds(spent) if enough else None, "flags": "".join(f" {flag} " for flag in flags).replace("  ", " "),
        "n_flags": sum(flag is not Flag.UNCALIBRATED for flag in flags), "detail": _detail(line, drift), "at": now,
    }  # fmt: skip


def _milli(value: float | None) -> int | None:
    return None if value is None else round(value * 1000)


def _detail(line: Line, drift: fitting.Drift | None) -> dict[str, Any]:
    return {
        "parts": [asdict(part) for part in line.parts],
        "groups": [_group(one) for one in line.groups],
        "drift": asdict(drift) | {"found": drift.found} if drift else None,
    }


def _group(one: GroupLine) -> dict[str, Any]:
    return asdict(one) | {"logits": one.result.logits, "found": one.result.found}


def _drifts(answers: Answers, begun: Mapping[int, datetime], now: datetime) -> dict[int, fitting.Drift]:
    """Calibrated questions by question or set: answers since, of the last half year, against the parameters. Of a set the worst part."""
    import numpy as np  # lazily: the web process never comes here

    lines: dict[tuple[int, int], list[int]] = {}
    for i, row in enumerate(answers.rows):
        if row.calibration and row.submitted_at > max(begun[row.calibration], now - RECENT):
            lines.setdefault((row.unit_id, row.item_revision_id), []).append(i)
    found: dict[int, fitting.Drift] = {}
    for (unit_id, _), here in lines.items():
        if len(here) >= FEW:
            f, at = answers.facts, np.array(here)
            item = fitting.Fitted(float(f.a[here[0]]), float(f.b[here[0]]), float(f.vb[here[0]]))
            one = fitting.drift(item, float(f.c[here[0]]), f.score[at], answers.rest.m[at], answers.rest.v[at])
            found[unit_id] = _worse(one, found.get(unit_id, one))
    return found


def _worse(one: fitting.Drift, other: fitting.Drift) -> fitting.Drift:
    return max(one, other, key=lambda drift: abs(drift.z))


def keep_figures(session: Session, found: Figures) -> None:
    """Put these figures in the place of the last ones."""
    for model, rows in ((ItemStatistic, found.items), (IdeaStatistic, found.ideas)):
        session.execute(delete(model))
        if rows:
            session.execute(insert(model), rows)


def new_parameters(session: Session) -> list[Calibrated]:
    """What a calibration would change now; reads only. Items whose key is doubted wait until somebody has looked."""
    known, doubted = _last_calibrations(session), _doubted(session)
    found: list[Calibrated] = []
    for code in reading.competencies(session):
        answers = reading.answers(session, code)
        lines: dict[int, list[int]] = {}
        for i, row in enumerate(answers.rows):
            if answers.rest.n[i] >= instruments.ENOUGH_REST and row.unit_id not in doubted:
                lines.setdefault(row.item_revision_id, []).append(i)
        due = {revision_id: here for revision_id, here in lines.items() if is_due(len(here), known.get(revision_id))}
        found += [_calibrated(answers, here, known.get(revision_id)) for revision_id, here in due.items()]
    return [one for one in found if one.before != one.after]


def is_due(n: int, last: ItemCalibration | None) -> bool:
    """Whether an item with ``n`` answers is new enough and answered often enough to be calibrated."""
    if n < FEW:
        return False
    return last is None or (last.n < ANCHOR and n >= GROWTH * last.n)


def _last_calibrations(session: Session) -> dict[int, ItemCalibration]:
    """The newest calibration of each revision, with the author's values of before the first one."""
    found: dict[int, ItemCalibration] = {}
    for row in session.scalars(select(ItemCalibration).order_by(ItemCalibration.run_id)):
        first = found.get(row.item_revision_id)
        session.expunge(row)
        if first is not None:
            row.a_before, row.b_before, row.vb_before = first.a_before, first.b_before, first.vb_before
        found[row.item_revision_id] = row
    return found


def _doubted(session: Session) -> frozenset[int]:
    return frozenset(session.scalars(select(ItemStatistic.item_id).where(ItemStatistic.flags.contains(f" {Flag.KEY} "))))


def _calibrated(answers: Answers, here: Sequence[int], last: ItemCalibration | None) -> Calibrated:
    """The author's opinion and all answers together; an earlier calibration's result is no prior, its answers would count twice."""
    import numpy as np

    row, at = answers.rows[here[0]], np.array(here)
    before = (row.a_milli, row.b_milli, row.vb_micro)
    _, b, vb = (last.a_before, last.b_before, last.vb_before) if last else before
    # parts of a set stay dependent, however well they are known; an imported part may have come without that
    dependence = PART_VARIANCE if row.in_scenario and vb >= PART_VARIANCE * 1e6 else 0.0
    prior = fitting.Prior(b / 1000, max(vb / 1e6 - dependence, fitting.LEAST_VARIANCE), row.c_e4 / 1e4)
    fitted = fitting.fit(prior, answers.facts.score[at], answers.rest.m[at], answers.rest.v[at])
    after = (round(fitted.a * 1000), round(fitted.b * 1000), round((fitted.vb + dependence) * 1e6))
    return Calibrated(row.item_revision_id, row.code, before, after, len(here))


def write_parameters(session: Session, *, actor: Actor, found: Sequence[Calibrated], now: datetime) -> int:
    """Number the calibration, append what it changed, give items their new parameters. Estimates must be replayed then: see ``pairs_of_run``."""
    number = (session.scalar(select(func.max(CalibrationRun.id))) or 0) + 1
    session.add(CalibrationRun(id=number, at=now))
    session.flush()  # its number is needed by what it changed
    for one in found:
        a, b, vb = one.after
        values = dict(zip(("a_before", "b_before", "vb_before", "a_after", "b_after", "vb_after"), (*one.before, *one.after), strict=True))
        session.execute(insert(ItemCalibration).values(run_id=number, item_revision_id=one.revision_id, n=one.n, **values))
        session.execute(update(ItemRevision).where(ItemRevision.id == one.revision_id).values(a_milli=a, b_milli=b, vb_micro=vb, calibration=number))
    audit.record(session, actor=actor, action=audit.Action.ITEMS_CALIBRATED, subject=f"calibration {number}", now=now, items=len(found))
    return number


def unfinished_runs(session: Session) -> list[int]:
    """Calibrations whose estimates were not all replayed: the machine stopped between."""
    return list(session.scalars(select(CalibrationRun.id).where(CalibrationRun.replayed_at.is_(None)).order_by(CalibrationRun.id)))


def pairs_of_run(session: Session, number: int) -> set[Pair]:
    """(official, competency) whose answers a calibration weighs anew."""
    query = (
        select(Response.official_id, Response.competency)
        .join(ItemCalibration, ItemCalibration.item_revision_id == Response.item_revision_id)
        .where(ItemCalibration.run_id == number)
    )
    return {(official_id, code) for official_id, code in session.execute(query.distinct())}


def finish_run(session: Session, number: int, *, now: datetime) -> None:
    """Every estimate follows the calibration."""
    session.execute(update(CalibrationRun).where(CalibrationRun.id == number).values(replayed_at=now))
