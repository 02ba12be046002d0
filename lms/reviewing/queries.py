"""Reading reviews: those the actor has a part in, who does what in one, where it stands, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy import false as never
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.authoring.models import CourseDraft, DraftFile, FileEdit
from lms.core.errors import Forbidden, NotFound
from lms.people.calendar_queries import reminds_again
from lms.people.models import Partner
from lms.reviewing import flow
from lms.reviewing.clock import clock
from lms.reviewing.enums import OPEN, Capacity, ReviewState, ReviewStepKind, Verdict, Weight
from lms.reviewing.models import LineComment, Review, Reviewer, ReviewRound, ReviewStep, ReviewVerdict

S = ReviewStepKind


@dataclass(frozen=True, slots=True)
class Part:
    """What the actor is in one review: releases it, wrote it (or belongs to who did), reviews it."""

    administers: bool
    writes: bool
    reviewer: Reviewer | None

    @property
    def reads(self) -> bool:
        """May open texts and comments: a reviewer only after declaring that there is no conflict."""
        return self.administers or self.writes or (self.reviewer is not None and self.reviewer.conflict is False)


def part(session: Session, actor: Actor, review: Review) -> Part:
    """The actor's part in the review; all of it empty for strangers."""
    administers = policy.scope(actor, P.COURSES_RELEASE).everything
    mine = None
    if policy.may(actor, P.COURSES_REVIEW) and actor.account_id is not None:
        query = select(Reviewer).where(Reviewer.review_id == review.id, Reviewer.account_id == actor.account_id, Reviewer.ended_at.is_(None))
        mine = session.scalar(query.order_by(Reviewer.id.desc()).limit(1))
    return Part(administers, policy.scope(actor, P.COURSES_WRITE).covers_partner(review.partner_id), mine)


def by_ref(session: Session, actor: Actor, ref: str, *, lock: bool = False) -> tuple[Review, Part]:
    """A review in which the actor has a part. Raises NotFound, for those of others too."""
    query = select(Review).where(Review.ref == ref)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    mine = part(session, actor, found)
    if not (mine.administers or mine.writes or mine.reviewer):
        raise NotFound
    return found, mine


def readable(session: Session, actor: Actor, ref: str, *, lock: bool = False) -> tuple[Review, Part]:
    """The same, for its texts and comments. Raises Forbidden for a reviewer who has not declared yet."""
    found, mine = by_ref(session, actor, ref, lock=lock)
    if not mine.reads:
        raise Forbidden
    return found, mine


def draft_of(session: Session, review: Review) -> CourseDraft:
    """The draft that goes round."""
    return session.get_one(CourseDraft, review.draft_id)


def running_of(session: Session, draft_id: int) -> Review | None:
    """The review of a draft that is not over."""
    return session.scalar(select(Review).where(Review.draft_id == draft_id, Review.state.in_(OPEN)).order_by(Review.id.desc()).limit(1))


def of_draft(session: Session, draft_id: int) -> Review | None:
    """The latest review of a draft."""
    return session.scalar(select(Review).where(Review.draft_id == draft_id).order_by(Review.id.desc()).limit(1))


def rounds(session: Session, review: Review) -> Sequence[ReviewRound]:
    """Every round, the first one first."""
    return session.scalars(select(ReviewRound).where(ReviewRound.review_id == review.id).order_by(ReviewRound.number)).all()


def readers(session: Session, review: Review) -> Sequence[Reviewer]:
    """Everyone ever named, in the order of naming."""
    return session.scalars(select(Reviewer).where(Reviewer.review_id == review.id).order_by(Reviewer.id)).all()


def open_tasks(session: Session, *, account_id: int, partner_id: int | None = None) -> Sequence[Any]:
    """Rows (Reviewer, Review) of what somebody still has to review, locked; ``partner_id``: for that organisation only."""
    query = select(Reviewer, Review).join(Review, Review.id == Reviewer.review_id)
    query = query.where(Reviewer.account_id == account_id, Reviewer.ended_at.is_(None), Review.closed_at.is_(None))
    if partner_id is not None:
        query = query.where(Reviewer.partner_id == partner_id)
    return session.execute(query.order_by(Review.id).with_for_update()).all()


def verdicts(session: Session, review: Review) -> Sequence[tuple[Reviewer, ReviewVerdict]]:
    """Every verdict with its reviewer, in order."""
    query = select(Reviewer, ReviewVerdict).join(ReviewVerdict, ReviewVerdict.reviewer_id == Reviewer.id)
    return [tuple(row) for row in session.execute(query.where(Reviewer.review_id == review.id).order_by(ReviewVerdict.id))]


def steps(session: Session, review: Review) -> Sequence[ReviewStep]:
    """What happened, in order."""
    return session.scalars(select(ReviewStep).where(ReviewStep.review_id == review.id).order_by(ReviewStep.seq)).all()


def authors(session: Session, draft_id: int) -> frozenset[int]:
    """Accounts that wrote any version of any file of a draft, and who began it."""
    wrote = select(FileEdit.account_id).join(DraftFile, DraftFile.id == FileEdit.file_id).where(DraftFile.draft_id == draft_id).distinct()
    began = select(CourseDraft.created_by).where(CourseDraft.id == draft_id)
    return frozenset(one for query in (wrote, began) for one in session.scalars(query) if one is not None)


def standing(session: Session, review: Review) -> flow.Standing:
    """All that decides where the review stands."""
    found: dict[int, dict[int, Verdict]] = {}
    for reviewer, verdict in verdicts(session, review):
        found.setdefault(reviewer.id, {})[verdict.round] = Verdict(verdict.verdict)
    people = tuple(as_reader(one, found.get(one.id, {})) for one in readers(session, review))
    kinds = {(step.kind, step.round) for step in steps(session, review)}
    return flow.Standing(
        hot_fix=review.hot_fix,
        round=review.round,
        readers=people,
        authors=authors(session, review.draft_id),
        open_must=open_must(session, review),
        returned=(S.RETURNED, review.round) in kinds or (S.RECALLED, review.round) in kinds,
        released=bool(review.released_version),
        withdrawn=any(kind == S.WITHDRAWN for kind, _ in kinds),
    )


def as_reader(one: Reviewer, verdicts: dict[int, Verdict]) -> flow.Reader:
    """A row as the rules know it."""
    return flow.Reader(one.account_id, Capacity(one.capacity), one.conflict, one.ended_at is not None, one.after, verdicts)


def open_must(session: Session, review: Review, reviewer: Reviewer | None = None) -> int:
    """How many comments that must be mended are not resolved; those of one reviewer."""
    query = select(func.count(LineComment.id)).where(LineComment.review_id == review.id, LineComment.weight == Weight.MUST, LineComment.resolved_at.is_(None))
    return session.scalar(query if reviewer is None else query.where(LineComment.reviewer_id == reviewer.id)) or 0


def is_overdue(review: Review, today: date) -> bool:
    """Whether something is due that should have come before ``today``."""
    if review.state in OPEN:
        return today > review.due_on
    return review.after_due_on is not None and review.after_agreed is None and today > review.after_due_on


@dataclass(frozen=True, slots=True)
class Choice:
    """What is looked for in a list: words, a state (or ``running``, ``overdue``, ``mine``, ``all``), an order."""

    text: str = ""
    state: str = "running"
    order: str = "due"


ORDERS: dict[str, tuple[Any, ...]] = {
    "due": (Review.state.not_in(OPEN), Review.due_on, Review.id),
    "newest": (Review.opened_at.desc(), Review.id.desc()),
    "course": (Review.code, Review.opened_at.desc(), Review.id.desc()),
}


def visible(actor: Actor) -> ColumnElement[bool]:
    """The reviews in which the actor has a part, over Review."""
    if policy.scope(actor, P.COURSES_RELEASE).everything:
        return Review.id.is_not(None)
    conditions = []
    if policy.may(actor, P.COURSES_REVIEW):
        named = Reviewer.review_id == Review.id, Reviewer.account_id == actor.account_id, Reviewer.ended_at.is_(None)
        conditions.append(exists().where(*named))
    scope = policy.scope(actor, P.COURSES_WRITE)
    if scope.everything or scope.partners:
        conditions.append(Review.id.is_not(None) if scope.everything else Review.partner_id.in_(scope.partners))
    return or_(*conditions) if conditions else never()


def waits_for(actor: Actor) -> ColumnElement[bool]:
    """The reviews in which the actor is to do the next thing."""
    found: list[ColumnElement[bool]] = []
    if policy.scope(actor, P.COURSES_RELEASE).everything:
        found.append(Review.state.in_((ReviewState.WAITING, ReviewState.ACCEPTED)))
        second = Reviewer.review_id == Review.id, Reviewer.after, Reviewer.ended_at.is_(None)
        found.append(and_(_second_open(), ~exists().where(*second)))
    if actor.account_id is not None and policy.may(actor, P.COURSES_REVIEW):
        judged = exists().where(ReviewVerdict.reviewer_id == Reviewer.id, ReviewVerdict.round == Review.round).correlate(Reviewer, Review)
        mine = Reviewer.review_id == Review.id, Reviewer.account_id == actor.account_id, Reviewer.ended_at.is_(None), ~judged
        reading = Review.state.in_((ReviewState.READING, ReviewState.WAITING))
        found.append(or_(and_(reading, exists().where(*mine, ~Reviewer.after)), and_(_second_open(), exists().where(*mine, Reviewer.after))))
    writes = policy.scope(actor, P.COURSES_WRITE)
    if writes.partners:
        found.append(and_(Review.state == ReviewState.SENT_BACK, Review.partner_id.in_(writes.partners)))
    return or_(*found) if found else never()


def _second_open() -> ColumnElement[bool]:
    return and_(Review.after_due_on.is_not(None), Review.after_agreed.is_(None))


def reviews(actor: Actor, choice: Choice, *, today: date) -> Select[Any]:
    """Rows (Review, Partner or None) in which the actor has a part."""
    query = select(Review, Partner).outerjoin(Partner, Partner.id == Review.partner_id).where(visible(actor))
    if choice.text:
        held = (Review.title_zh, Review.title_en, Review.code, Review.slug, Review.ref)
        query = query.where(or_(*(func.lower(column).contains(choice.text.lower(), autoescape=True) for column in held)))
    return _in_state(query, choice.state, actor, today).order_by(*ORDERS.get(choice.order, ORDERS["due"]))


def _in_state(query: Select[Any], state: str, actor: Actor, today: date) -> Select[Any]:
    if state == "all":
        return query
    if state == "mine":
        return query.where(waits_for(actor))
    if state == "overdue":
        return query.where(or_(and_(Review.state.in_(OPEN), Review.due_on < today), and_(_second_open(), Review.after_due_on < today)))
    if state in set(ReviewState):
        return query.where(Review.state == state)
    return query.where(or_(Review.state.in_(OPEN), _second_open()))


def waiting(session: Session, actor: Actor, *, today: date) -> tuple[int, int]:
    """(in how many reviews the actor is to do something, how many of these are overdue)."""
    late = or_(and_(Review.state.in_(OPEN), Review.due_on < today), and_(_second_open(), Review.after_due_on < today))
    counts = func.count(Review.id), func.coalesce(func.sum(case((late, 1), else_=0)), 0)
    found = session.execute(select(*counts).where(waits_for(actor))).one()
    return found[0], int(found[1])


def finished_since(session: Session, actor: Actor, since: datetime) -> Sequence[Review]:
    """Reviews of the actor's own organisation that ended in a release since then."""
    writes = policy.scope(actor, P.COURSES_WRITE)
    if not writes.partners:
        return []
    query = select(Review).where(Review.partner_id.in_(writes.partners), Review.state == ReviewState.RELEASED, Review.closed_at >= since)
    return session.scalars(query.order_by(Review.closed_at.desc(), Review.id.desc()).limit(5)).all()


def to_remind(session: Session, *, today: date) -> list[Review]:
    """Reviews of which somebody is to be reminded now: due soon or overdue, and not reminded of that since."""
    near = clock().reminded_by(today)
    due = or_(and_(Review.state.in_(OPEN), Review.due_on <= near), and_(_second_open(), Review.after_due_on <= near))
    found = session.scalars(select(Review).where(due).order_by(Review.id).with_for_update()).all()
    query = select(ReviewStep.review_id, ReviewStep.due_on, func.max(ReviewStep.at)).where(ReviewStep.kind == S.REMINDED)
    last = {(review_id, due_on): at for review_id, due_on, at in session.execute(query.group_by(ReviewStep.review_id, ReviewStep.due_on))}
    return [one for one in found if reminds_again(last.get((one.id, due_day(one))), due_on=due_day(one), day=today)]


def due_day(review: Review) -> date:
    """The day that counts now: of the next step, or of the second review of a released hot fix."""
    return review.due_on if review.state in OPEN or review.after_due_on is None else review.after_due_on
