"""Placements: starting, answering, finishing. Each appends steps; the end appends responses like those of any quiz."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.assessments import placing_actions
from lms.assessments import placing_queries as questions
from lms.assessments.forms_queries import Stream
from lms.competency.model_queries import DEFAULT_TUNING, day_of
from lms.core.errors import Refused
from lms.core.ids import new_ref
from lms.people.models import Official
from lms.placement import flow, queries, selection
from lms.placement.enums import End, StepKind
from lms.placement.flow import Step, Verdict
from lms.placement.models import PlacementSitting, PlacementStep
from lms.placement.queries import Sitting
from lms.placement.selection import LIMITS, Chance, Part

COOL_DOWN = timedelta(days=DEFAULT_TUNING.cool_down_days)
FORTNIGHT = timedelta(days=14)
SOURCE = "placement"


def start(session: Session, *, actor: Actor, now: datetime) -> Sitting:
    """Begin a sitting with its first question, or give back the open one: a double click starts nothing twice.

    Raises Refused when there is nothing to ask; Forbidden without a staff record.
    """
    policy.ensure(actor, Permission.TAKE_ASSESSMENT)
    official_id = actor.official_id
    session.execute(select(Official.id).where(Official.id == official_id).with_for_update())  # one start at a time
    earlier = queries.open_sitting(session, official_id=official_id)
    if earlier is not None:
        return earlier
    made = _insert(session, official_id, now)
    if not _ask(session, made, [], now):
        raise Refused(_("There is nothing to ask: everything is decided, or no question is left that you have not met lately."))
    return made


def _insert(session: Session, official_id: int, now: datetime) -> Sitting:
    tracks = queries.start_of(session, official_id, day_of(now))
    met = questions.answered_since(session, official_id=official_id, since=now - COOL_DOWN)
    met |= queries.asked_since(session, official_id=official_id, since=now - COOL_DOWN)
    live = questions.live_questions(session, list(questions.evidence_banks(session, official_id)), {track.competency for track in tracks})
    overused = selection.overused(*queries.exposure(session))
    ref = new_ref()
    values = {
        "ref": ref, "official_id": official_id, "seed": new_ref(), "start": [flow.to_data(track) for track in tracks],
        "pool": [row.revision_id for row in live if row.piece not in met], "overused": sorted(overused), "maximum": LIMITS.maximum, "started_at": now,
    }  # fmt: skip
    session.execute(insert(PlacementSitting).values(values))
    return queries.sitting(session, ref, official_id=official_id)


def next_question(session: Session, sitting: Sitting, steps: Sequence[Step]) -> Part | None:
    """What is asked after ``steps``: always the same, since chance comes from the seed; None when nothing is left to ask."""
    stands = queries.progress(session, sitting, steps)
    chance = Chance(Stream(f"placement/{sitting.seed}/{stands.asked}"), frozenset(sitting.overused))
    return flow.next_part(stands, chance, queries.rules())


def _ask(session: Session, sitting: Sitting, steps: Sequence[Step], now: datetime) -> bool:
    """Append the next question, so that no later change of banks or numbers exchanges it; False when nothing is left to ask."""
    part = next_question(session, sitting, steps)
    if part is None:
        return False
    place = len(flow.answered(steps)) + 1
    _append(session, sitting.id, len(steps) + 1, Step(StepKind.ASKED, now, place, part.ref))
    return True


def _append(session: Session, sitting_id: int, seq: int, step: Step) -> None:
    answer = None if step.answer is None else {"value": step.answer}
    values = {"place": step.place, "item_revision_id": step.revision_id, "answer": answer, "token": step.token or None, "at": step.at}
    session.execute(insert(PlacementStep).values(sitting_id=sitting_id, seq=seq, kind=step.kind, **values))


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer to question ``place`` as ``read_answer`` gave it; None: the person said not to know."""

    place: int
    answer: questions.Answer | None
    token: str


def answer(session: Session, *, actor: Actor, ref: str, given: GivenAnswer, now: datetime) -> Verdict:
    """Append an answer and the next question, or the end with its responses. Sent again it changes nothing.

    Raises NotFound for anybody but its official.
    """
    sitting = _held(session, actor, ref)
    steps = queries.steps(session, sitting.id)
    verdict = flow.judge(steps, given.place, given.answer)
    if verdict is not Verdict.ACCEPTED:
        return verdict
    known = any(step.token == given.token for step in steps)  # a form of another question sent with this number
    step = Step(StepKind.ANSWERED, now, given.place, steps[-1].revision_id, given.answer, "" if known else given.token)
    _append(session, sitting.id, len(steps) + 1, step)
    if not _ask(session, sitting, [*steps, step], now):
        _end(session, sitting, [*steps, step], End.DONE, now)
    return verdict


def _held(session: Session, actor: Actor, ref: str) -> Sitting:
    """The actor's sitting, held so that nobody else appends meanwhile."""
    own = PlacementSitting.ref == ref, PlacementSitting.official_id == actor.official_id
    session.execute(select(PlacementSitting.id).where(*own).with_for_update())
    return queries.sitting(session, ref, official_id=actor.official_id)


def finish(session: Session, *, actor: Actor, ref: str, now: datetime) -> None:
    """End a sitting at the person's wish: what was answered counts, an open question does not. Twice is once."""
    sitting = _held(session, actor, ref)
    steps = queries.steps(session, sitting.id)
    if flow.current(steps) is not None:
        _end(session, sitting, steps, End.STOPPED, now)


def _end(session: Session, sitting: Sitting, steps: Sequence[Step], why: End, now: datetime) -> None:
    _append(session, sitting.id, len(steps) + 1, Step(StepKind.FINISHED, now, answer=why))
    session.execute(update(PlacementSitting).where(PlacementSitting.id == sitting.id).values(finished_at=now))
    answers = [(step.revision_id, step.answer) for step in flow.answered(steps)]
    placing_actions.record_answers(session, given=placing_actions.Given(sitting.official_id, sitting.ref, SOURCE, answers), now=now)


def close_left_open(session: Session, *, now: datetime) -> int:
    """End sittings with which nobody went on for a fortnight, a bounded portion; returns how many."""
    forgotten = queries.left_open(session, before=now - FORTNIGHT)
    for sitting in forgotten:
        session.execute(select(PlacementSitting.id).where(PlacementSitting.id == sitting.id).with_for_update())
        steps = queries.steps(session, sitting.id)
        if flow.current(steps) is not None:
            _end(session, sitting, steps, End.LEFT, now)
    return len(forgotten)
