"""Assigning and withdrawing: one open assignment a person and thing, with every reason it has.

Officials are locked first, in the order of their ids, so that two who assign at once wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.assignments import evidence_queries, thing_queries
from lms.assignments.enums import FLOW, SourceKind, State, StepKind
from lms.assignments.models import Assignment, AssignmentGroup, AssignmentReason, AssignmentStep
from lms.assignments.standing import earliest
from lms.assignments.thing_queries import Thing
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.ids import new_ref
from lms.people.calendar_queries import today as day_of
from lms.people.models import Official, Unit
from lms.people.notice_actions import tell
from lms.people.queries import batches

MOST_WORDS = 400


class Reason(NamedTuple):
    """Why: the kind of source, its reference (a rule's, plan's or record's), words in people's own language, a rule's version."""

    kind: SourceKind
    ref: str = ""
    words: str = ""
    version: int = 0


@dataclass(slots=True)
class Assigned:
    """What came of assigning, as official ids: ``made`` open anew, ``joined`` to an open one, ``already`` done before, ``unchanged``.

    ``group_ref`` is the group's reference, empty when nothing changed. ``inactive`` officials are passed over.
    """

    group_ref: str = ""
    made: list[int] = field(default_factory=list)
    joined: list[int] = field(default_factory=list)
    already: list[int] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    inactive: list[int] = field(default_factory=list)


def assign(
    session: Session,
    *,
    official_ids: Iterable[int],
    thing: Thing | tuple[str, str],
    due: date | None,
    reason: Reason,
    actor: Actor,
    now: datetime,
    counts_from: datetime | None = None,
    occasions: Mapping[int, str] | None = None,
) -> Assigned:
    """Give each official the thing; who has it open keeps one assignment with both reasons and the earlier due date.

    What was done before counts (``counts_from``: only what is done from then on) and makes the assignment done at once.
    The same source (but a hand's) never gives the same person the same open thing twice.
    Raises Invalid for an unknown thing, Forbidden if one of them lies outside the actor's scope.
    """
    thing, result = thing_queries.found(session, thing), Assigned()
    ids = _admitted(session, actor, official_ids, reason, result)
    held = {one.official_id: one for batch in batches(ids) for one in _open(session, thing, batch)}
    known = _same_source(session, reason, [one.id for one in held.values()])
    before = evidence_queries.done(session, thing, [i for i in ids if i not in held], since=counts_from)
    result.unchanged = [i for i in ids if i in held and held[i].id in known]
    result.joined = [i for i in ids if i in held and held[i].id not in known]
    result.already = [i for i in ids if i in before]
    result.made = [i for i in ids if i not in held and i not in before]
    if not (result.joined or result.already or result.made):
        return result
    group = _group(session, thing, due, reason, actor, now)
    result.group_ref = group.ref
    given = _Giving(session, group, due, actor, now, occasions or {})
    given.make(result.made, before, counts_from)
    given.make(result.already, before, counts_from)
    given.join([held[i] for i in result.joined], counts_from)
    _announce(session, group, result, {i: due for i in result.made} | {i: held[i].due_on for i in result.joined}, actor, now)
    return result


def _admitted(session: Session, actor: Actor, official_ids: Iterable[int], reason: Reason, result: Assigned) -> list[int]:
    """The active ones among the officials, locked in order. Raises Forbidden."""
    own = reason.kind == SourceKind.RECOMMENDATION
    scope = policy.Scope(official_id=actor.official_id) if own else policy.scope(actor, Permission.ASSIGN)
    active: list[int] = []
    for batch in batches(sorted(set(official_ids))):
        rows = session.execute(
            select(Official.id, Official.active, Unit.path)
            .join(Unit, Unit.id == Official.unit_id)
            .where(Official.id.in_(batch))
            .order_by(Official.id)
            .with_for_update(key_share=True, of=Official)
        ).all()
        if len(rows) < len(batch) or not all(scope.covers_official(row.id, row.path) for row in rows):
            raise Forbidden
        active += [row.id for row in rows if row.active]
        result.inactive += [row.id for row in rows if not row.active]
    return active


def _open(session: Session, thing: Thing, ids: Sequence[int]) -> Sequence[Assignment]:
    query = select(Assignment).where(Assignment.official_id.in_(ids), Assignment.state == State.OPEN)
    return session.scalars(query.where(Assignment.kind == thing.kind, Assignment.code == thing.code)).all()


def _same_source(session: Session, reason: Reason, assignment_ids: Sequence[int]) -> set[int]:
    """Which of these have a standing reason of the very same source."""
    if reason.kind == SourceKind.HAND:
        return set()
    same = (AssignmentGroup.source_kind == reason.kind) & (AssignmentGroup.source_ref == reason.ref)
    query = select(AssignmentReason.assignment_id).join(AssignmentGroup, AssignmentGroup.id == AssignmentReason.group_id).where(same)
    standing = query.where(AssignmentReason.withdrawn_at.is_(None))
    return {row for batch in batches(assignment_ids) for row in session.scalars(standing.where(AssignmentReason.assignment_id.in_(batch)))}


def _group(session: Session, thing: Thing, due: date | None, reason: Reason, actor: Actor, now: datetime) -> AssignmentGroup:
    words = reason.words.strip()
    if len(words) > MOST_WORDS:
        raise Invalid(_("Use at most %(n)d characters.", n=MOST_WORDS))
    if due is not None and due < day_of(now):
        raise Invalid(_("The due date is over already."))
    if reason.kind == SourceKind.RULE:
        found = session.scalar(select(AssignmentGroup).where(*_same_rule(thing, reason)))
        if found is not None:
            return found
        due = None  # a rule's people come one by one: each reason has its own date
    source = {"source_kind": reason.kind, "source_ref": reason.ref, "source_version": reason.version, "words": words}
    group = AssignmentGroup(ref=new_ref(), kind=thing.kind, code=thing.code, due_on=due, **source, made_by=actor.name[:120], made_at=now)
    session.add(group)
    session.flush()  # its id goes into the rows that follow
    return group


def _same_rule(thing: Thing, reason: Reason) -> tuple:
    """What a version of a rule gives of one thing is one group, night after night."""
    one = AssignmentGroup
    return one.source_kind == reason.kind, one.source_ref == reason.ref, one.source_version == reason.version, one.kind == thing.kind, one.code == thing.code


@dataclass(frozen=True, slots=True)
class _Giving:
    """Writing the rows of one act of assigning, many at a time."""

    session: Session
    group: AssignmentGroup
    due: date | None
    actor: Actor
    now: datetime
    occasions: Mapping[int, str]

    def make(self, ids: Sequence[int], before: Mapping[int, datetime], counts_from: datetime | None) -> None:
        """New assignments, done at once where evidence was there before."""
        for batch in batches(ids):
            refs = {official_id: new_ref() for official_id in batch}
            rows = [self._row(official_id, refs[official_id], before.get(official_id), counts_from) for official_id in batch]
            self.session.execute(insert(Assignment.__table__), rows)
            made = self.session.execute(select(Assignment.official_id, Assignment.id).where(Assignment.ref.in_(refs.values()))).all()
            self._reasons({row.id: row.official_id for row in made})
            steps = [(row.id, 1, StepKind.MADE, self.due) for row in made]
            steps += [(row.id, 2, StepKind.DONE, self.due) for row in made if row.official_id in before]
            self._steps(steps)

    def _row(self, official_id: int, ref: str, done_at: datetime | None, counts_from: datetime | None) -> dict[str, Any]:
        ended = {"ended_at": self.now, "done_at": done_at, "done_before": True} if done_at else {"ended_at": None, "done_at": None, "done_before": False}
        thing = {"kind": self.group.kind, "code": self.group.code, "due_on": self.due, "counts_from": counts_from}
        state = State.DONE if done_at else State.OPEN
        return {"ref": ref, "official_id": official_id, **thing, "state": str(state), "made_at": self.now, **ended}

    def _reasons(self, owners: Mapping[int, int]) -> None:
        same = {"group_id": self.group.id, "due_on": self.due, "at": self.now, "withdrawn_at": None}
        rows = [{"assignment_id": one, "occasion": self.occasions.get(official_id, ""), **same} for one, official_id in owners.items()]
        if rows:
            self.session.execute(insert(AssignmentReason.__table__), rows)

    def _steps(self, steps: Sequence[tuple[int, int, StepKind, date | None]]) -> None:
        words = {"words": self.group.words, "by": self.actor.name[:120], "at": self.now}
        rows = [{"assignment_id": one, "seq": seq, "kind": str(kind), "due_on": due, **words} for one, seq, kind, due in steps]
        if rows:
            self.session.execute(insert(AssignmentStep.__table__), rows)

    def join(self, held: Sequence[Assignment], counts_from: datetime | None) -> None:
        """A further reason for open assignments: the earlier due date holds, and the later start of what counts."""
        for one in held:
            one.due_on = earliest([one.due_on, self.due])
            one.counts_from = max(filter(None, (one.counts_from, counts_from)), default=None)
        self._reasons({one.id: one.official_id for one in held})
        counts = _seqs(self.session, [one.id for one in held])
        self._steps([(one.id, counts[one.id] + 1, StepKind.JOINED, one.due_on) for one in held])


def _seqs(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """How many steps each assignment has."""
    query = select(AssignmentStep.assignment_id, func.max(AssignmentStep.seq)).group_by(AssignmentStep.assignment_id)
    return {row[0]: row[1] for batch in batches(ids) for row in session.execute(query.where(AssignmentStep.assignment_id.in_(batch)))}


def _announce(session: Session, group: AssignmentGroup, result: Assigned, dues: Mapping[int, date | None], actor: Actor, now: datetime) -> None:
    """Tell those concerned and write it down; one's own choice needs neither."""
    if group.source_kind == SourceKind.RECOMMENDATION:
        return
    about = _about(session, group)
    tell(session, kind="assigned", facts={i: about | due_fact(due) for i, due in dues.items()}, now=now)
    detail = {"thing": f"{group.kind}:{group.code}", "source": f"{group.source_kind}:{group.source_ref}", "group": group.ref}
    subjects = [*result.made, *result.already, *result.joined]
    audit.record_many(session, actor=actor, now=now, events=[audit.Event(audit.Action.ASSIGNED, group.ref, i, detail) for i in subjects])


def notice_facts(session: Session, held: Iterable[Assignment], **more: Any) -> dict[int, dict[str, Any]]:
    """What a notice about each of these assignments keeps, by the official: kind, code, title in both languages, due date."""
    held = list(held)
    named = thing_queries.named(session, [(one.kind, one.code) for one in held])
    return {one.official_id: _named(named[Thing(one.kind, one.code)]) | due_fact(one.due_on) | more for one in held}


def _about(session: Session, group: AssignmentGroup) -> dict[str, Any]:
    thing = Thing(group.kind, group.code)
    return _named(thing_queries.named(session, [thing])[thing])


def _named(one: thing_queries.Named) -> dict[str, Any]:
    return {"kind": str(one.thing.kind), "code": one.thing.code, "zh": one.title.zh, "en": one.title.en}


def due_fact(due: date | None) -> dict[str, str]:
    """A due date as a notice keeps it."""
    return {"due": due.isoformat() if due else ""}


def withdraw(
    session: Session, *, source_kind: str, source_ref: str, actor: Actor, now: datetime, words: str = "", official_ids: Collection[int] | None = None
) -> int:
    """Take back what a source gave (to some officials only); returns how many open assignments lost that reason.

    An assignment with another reason stays open by that one; what is done stays done. Raises Forbidden outside the scope.
    """
    same = (AssignmentGroup.source_kind == str(source_kind)) & (AssignmentGroup.source_ref == source_ref)
    return withdraw_groups(session, session.scalars(select(AssignmentGroup.id).where(same)).all(), actor=actor, now=now, words=words, official_ids=official_ids)


def withdraw_groups(
    session: Session, group_ids: Sequence[int], *, actor: Actor, now: datetime, words: str = "", official_ids: Collection[int] | None = None
) -> int:
    """As :func:`withdraw`, for acts of assigning by their ids."""
    scope = policy.scope(actor, Permission.ASSIGN)
    lost: dict[int, Assignment] = {}
    for batch in batches(group_ids):
        query = (
            select(AssignmentReason, Assignment, Unit.path)
            .join(Assignment, Assignment.id == AssignmentReason.assignment_id)
            .join(Official, Official.id == Assignment.official_id)
            .join(Unit, Unit.id == Official.unit_id)
            .where(AssignmentReason.group_id.in_(batch), AssignmentReason.withdrawn_at.is_(None), Assignment.state == State.OPEN)
            .order_by(Assignment.official_id)
            .with_for_update(key_share=True, of=Official)
        )
        for reason, one, path in session.execute(query):
            if official_ids is not None and one.official_id not in official_ids:
                continue
            if not scope.covers_official(one.official_id, path):
                raise Forbidden
            reason.withdrawn_at = now
            lost[one.id] = one
    session.flush()  # what stands is read from the table below
    _after_loss(session, list(lost.values()), words.strip()[:MOST_WORDS], actor, now)
    return len(lost)


def _after_loss(session: Session, lost: Sequence[Assignment], words: str, actor: Actor, now: datetime) -> None:
    standing: dict[int, list[date | None]] = {}
    for batch in batches([one.id for one in lost]):
        query = select(AssignmentReason.assignment_id, AssignmentReason.due_on).where(AssignmentReason.withdrawn_at.is_(None))
        for assignment_id, due in session.execute(query.where(AssignmentReason.assignment_id.in_(batch))):
            standing.setdefault(assignment_id, []).append(due)
    for one in lost:
        if one.id in standing:
            one.due_on = earliest(standing[one.id])
            add_step(session, one, StepKind.REASON_GONE, actor=actor, now=now, words=words)
        else:
            end(session, one, State.WITHDRAWN, StepKind.WITHDRAWN, actor=actor, now=now, words=words)
    gone = [one for one in lost if one.id not in standing]
    for thing in sorted({(one.kind, one.code) for one in gone}):  # one notice a person and thing
        facts = notice_facts(session, [one for one in gone if (one.kind, one.code) == thing], words=words)
        tell(session, kind="assignment_withdrawn", facts=facts, now=now)
    events = [audit.Event(audit.Action.ASSIGNMENT_WITHDRAWN, one.ref, one.official_id, {"thing": f"{one.kind}:{one.code}"}) for one in lost]
    audit.record_many(session, actor=actor, now=now, events=events)


def end(session: Session, one: Assignment, state: State, kind: StepKind, *, actor: Actor, now: datetime, words: str = "") -> None:
    """Move an open assignment to its end. Raises Conflict when it has ended already."""
    if state not in FLOW[State(one.state)]:
        raise Conflict(_("This assignment has ended already."))
    one.state, one.ended_at = state, now
    add_step(session, one, kind, actor=actor, now=now, words=words)


def add_step(session: Session, one: Assignment, kind: StepKind, *, actor: Actor, now: datetime, words: str = "") -> None:
    """Append what happened."""
    seq = _seqs(session, [one.id]).get(one.id, 0) + 1
    session.add(AssignmentStep(assignment_id=one.id, seq=seq, kind=kind, words=words, due_on=one.due_on, by=actor.name[:120], at=now))
    session.flush()  # the next step counts this one


def fulfil(session: Session, *, official_ids: Collection[int], kinds: Collection[str], now: datetime, limit: int | None = None) -> int:
    """Close open assignments of these officials and kinds that evidence shows as done; returns how many."""
    query = select(Assignment).where(Assignment.state == State.OPEN, Assignment.kind.in_(kinds)).order_by(Assignment.official_id, Assignment.id)
    held = [one for batch in batches(official_ids) for one in session.scalars(query.where(Assignment.official_id.in_(batch)).limit(limit))]
    return close_done(session, held, now=now)


def close_done(session: Session, held: Sequence[Assignment], *, now: datetime) -> int:
    """Of these open assignments, close those that evidence shows as done."""
    groups: dict[tuple[Thing, datetime | None], list[Assignment]] = {}
    for one in held:
        groups.setdefault((Thing(one.kind, one.code), one.counts_from), []).append(one)
    closed = 0
    for (thing, since), members in groups.items():
        moments = evidence_queries.done(session, thing, [one.official_id for one in members], since=since)
        for one in members:
            if one.official_id in moments:
                _done(session, one, moments[one.official_id], now)
                closed += 1
    return closed


def _done(session: Session, one: Assignment, at: datetime, now: datetime) -> None:
    one.done_at = at
    end(session, one, State.DONE, StepKind.DONE, actor=EVIDENCE, now=now)


EVIDENCE = Actor(account_id=None, ref="", name="evidence", grants=())
"""Who ends an assignment when it is done: nobody decides it."""

