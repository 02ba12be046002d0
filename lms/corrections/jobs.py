"""The long work of corrections: looking ahead, and carrying one through in portions while the site serves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor, operator
from lms.assessments.queries import Asked, Question
from lms.assessments.ruling_actions import with_key
from lms.competency import foresight_actions, portion_actions
from lms.core import clock
from lms.core.db import database
from lms.corrections import actions, queries
from lms.corrections.enums import CorrectionState
from lms.corrections.models import Correction, CorrectionEffect
from lms.corrections.portion_actions import Around, Change, Marker, Portions, add_effects, effect_row, tally
from lms.people.queries import actor_of_account

Report = Callable[[int, int], None]
PREVIEWED = 500  # officials a step of looking ahead


def preview(*, report: Report, ref: str) -> dict[str, Any]:
    """Find out what a drafted correction would change, and keep it for its page. Nothing of anybody's record changes."""
    now = clock.now()
    with database().reading() as session:
        one = queries.correction(session, ref)
        marker, pairs = _marker(session, one), queries.pairs(session, queries.leaf_ids(session, one.item_revision_id))
        units = queries.units_touched(session, queries.leaf_ids(session, one.item_revision_id))
    if one.state != CorrectionState.DRAFT:
        return {}
    with database().writing() as session:
        session.execute(delete(CorrectionEffect).where(CorrectionEffect.correction_id == one.id, CorrectionEffect.foreseen.is_(True)))
    seen: Counter[str] = Counter()
    done = 0
    for portion in portion_actions.portions(pairs, PREVIEWED):
        seen += _look_ahead(one.id, marker, portion, now)
        done += len(portion)
        report(done, len(pairs))
    with database().writing() as session:
        found = {"responses": seen["responses"], "blind": seen["blind"], "asked": len({i for i, _ in pairs}), "units": units}
        found |= queries.tally(session, one, foreseen=True)
        session.execute(update(Correction).where(Correction.id == one.id, Correction.state == CorrectionState.DRAFT).values(preview=found))
    return {}


def _look_ahead(correction_id: int, marker: Marker, pairs: list[tuple[int, str]], now: datetime) -> Counter[str]:
    """The foreseen effects of a portion."""
    with database().reading() as session:
        changes, seen = marker.changes(session, pairs)
        rows = _foreseen(session, correction_id, changes, now)
    if rows:
        with database().writing() as session:
            add_effects(session, rows)
    return seen


def _foreseen(session: Session, correction_id: int, changes: list[Change], now: datetime) -> list[tuple[Any, ...]]:
    marks = tally(changes)
    others = {change.response_id: foresight_actions.OtherMark(change.after.correct, change.after.void) for change in changes}
    ahead = foresight_actions.foresee(session, pairs=marks.keys(), marks=others, now=now)
    return [effect_row(correction_id, f.pair, marks[f.pair], Around(*f[1:]), foreseen=True) for f in ahead]


def _marker(session: Session, one: Correction) -> Marker:
    """Marks by what holds once ``one`` is begun."""
    rulings = actions.rulings_after(one)
    of_package = queries.questions(session, list(rulings), ruled=False)
    questions = {i: _ruled(of_package[i], ruling.key) for i, ruling in rulings.items()}
    return Marker(questions, {i: ruling.withdrawn for i, ruling in rulings.items()})


def _ruled(asked: Asked | None, key: Any) -> Question | None:
    if asked is None or key is None:
        return asked.question if asked else None
    return with_key(asked.question, key)


def apply(*, report: Report, ref: str) -> dict[str, Any]:
    """Carry a begun correction through: mark anew, replay, tell. Run again it goes on where it stopped."""
    now = clock.now()
    with database().reading() as session:
        one = queries.correction(session, ref)
        if one.state != CorrectionState.APPLYING:
            return {}
        actor = (actor_of_account(session, one.account_id) if one.account_id else None) or operator(one.by)
        told, marker = _told(session, one), _marker(session, one)
        todo = queries.pairs(session, list(actions.rulings_after(one)), after=one.cursor)
    portions = Portions(one, marker, actor, told, now)
    portion_actions.replay_in_portions(
        database(),
        pairs=todo,
        now=now,
        prepare=portions.prepare,
        watch=portions.watch,
        conclude=portions.conclude,
        report=_seldom(report),
        officials=portion_actions.OFFICIALS,
    )
    with database().writing() as session:
        _finish(session, one.ref, actor, now)
    return {}


def _seldom(report: Report) -> Report:
    """Report every tenth portion and the last: each report is a transaction of its own."""
    portion = count()

    def report_some(done: int, total: int) -> None:
        if next(portion) % 10 == 0 or done == total:
            report(done, total)

    return report_some


def _finish(session: Session, ref: str, actor: Actor, now: datetime) -> None:
    one = session.scalar(select(Correction).where(Correction.ref == ref).with_for_update())
    if one.state != CorrectionState.APPLYING:
        return
    actions.advance(one, CorrectionState.APPLIED)
    one.applied_at = now
    counts = queries.tally(session, one, foreseen=False)
    detail = {"correction": one.ref, "marks": queries.remarks_of(session, one), "officials": counts["officials"]}
    audit.record(session, actor=actor, action=audit.Action.CORRECTION_APPLIED, subject=queries.item_code(session, one)[0], now=now, **detail)


def _told(session: Session, one: Correction) -> dict[str, Any]:
    """What every notice of the correction says, in primitives."""
    item = queries.revision(session, one.item_revision_id)
    return {"correction": one.ref, "item": item.code, "kind": one.kind, "undo": one.undoes_id is not None, "zh": one.zh, "en": one.en}


def go_on(now: datetime) -> None:
    """Carry corrections through that were interrupted, say by a power cut."""
    with database().reading() as session:
        refs = list(session.scalars(select(Correction.ref).where(Correction.state == CorrectionState.APPLYING).order_by(Correction.id)))
    for ref in refs:
        apply(report=lambda done, total: None, ref=ref)
