"""What happens in a review: submitted, reviewers named, conflicts declared, verdicts given, taken back, reminders."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor, operator
from lms.access.audit import Action
from lms.access.permissions import Permission, Role
from lms.authoring import actions as drafts
from lms.authoring.enums import DraftState
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.ids import new_ref
from lms.people.calendar_queries import today as day_of
from lms.people.holder_queries import holders
from lms.reviewing import flow, people_queries, queries, wording
from lms.reviewing.clock import clock
from lms.reviewing.enums import OPEN, REVIEW_FLOW, Capacity, ReviewState, ReviewStepKind, Verdict
from lms.reviewing.models import Review, Reviewer, ReviewVerdict
from lms.reviewing.tell_actions import authors, readers, step, tell

S = ReviewStepKind
MOST_WORDS, MOST_REASONS, SHORTEST = 1000, 4000, 10
PLATFORM = operator("platform")
"""In whose name reminders stand."""

WAITS = {ReviewState.WAITING: "name", ReviewState.READING: "read", ReviewState.SENT_BACK: "mend", ReviewState.ACCEPTED: "release"}
"""Which clock runs in which state."""


def settle(session: Session, review: Review, *, now: datetime, renew: bool = False) -> None:
    """Bring the stored state to what follows from what happened; a new state (or ``renew``) starts its clock.

    A round that everyone has judged and somebody sent back returns to its authors. Raises Conflict for a step that the flow doesn't know.
    """
    session.flush()
    standing = queries.standing(session, review)
    if flow.state(standing) is ReviewState.READING and flow.must_return(standing):
        _return(session, review, S.RETURNED, now=now)
        standing = queries.standing(session, review)
    wanted = flow.state(standing)
    if wanted != review.state and review.state and wanted not in REVIEW_FLOW[ReviewState(review.state)]:
        raise Conflict(_("The review has moved on in the meantime. Look at it again."))
    if wanted in OPEN and (renew or wanted != review.state):
        review.due_on = clock().due_on(day_of(now), WAITS[wanted], hot_fix=review.hot_fix)
    review.state = wanted
    session.flush()


def _return(session: Session, review: Review, kind: ReviewStepKind, *, now: datetime, actor: Actor | None = None, reason: str = "") -> None:
    """The draft is its authors' again."""
    drafts.set_state(session, actor=actor or PLATFORM, now=now, draft=queries.draft_of(session, review), state=DraftState.DRAFT)
    step(session, review, kind, by=actor, text=reason, now=now)
    review.due_on = clock().due_on(day_of(now), "mend", hot_fix=review.hot_fix)
    tell(session, review, "review_sent_back", authors(session, review), now=now, but=actor)


def name_reviewer(session: Session, *, actor: Actor, ref: str, account_ref: str, capacity: Capacity, now: datetime) -> Reviewer:
    """Name somebody to review. Raises Forbidden, NotFound, Conflict when nobody is needed in that capacity, Invalid with the reason against them."""
    review, _part = _administered(session, actor, ref)
    if capacity not in flow.to_name(queries.standing(session, review)):
        raise Conflict(_("In this capacity somebody is named already, or nobody is needed."))
    chosen = next((one for one in people_queries.choosable(session, review, capacity) if one.account_ref == account_ref), None)
    if chosen is None:
        raise Invalid(_("Choose somebody who holds the role of a reviewer."))
    if chosen.hindrance is not None:
        raise Invalid(_("%(name)s can't be named: %(reason)s.", name=chosen.candidate.name, reason=wording.HINDRANCES[chosen.hindrance]))
    one = _new_reviewer(session, review, chosen, capacity, actor, now)
    step(session, review, S.NAMED, by=actor, text=one.name, now=now)
    audit.record(session, actor=actor, action=Action.REVIEWER_NAMED, subject=review.ref, now=now, reviewer=one.name, capacity=str(capacity))
    settle(session, review, now=now)
    tell(session, review, "reviewer_named", [one.account_id], now=now, due=one.due_on.isoformat(), capacity=str(capacity))
    return one


def _new_reviewer(session: Session, review: Review, chosen: people_queries.Choosable, capacity: Capacity, actor: Actor, now: datetime) -> Reviewer:
    partner = people_queries.partner_of(session, chosen.candidate.account_id)
    after = bool(review.released_version)
    due = review.after_due_on if after and review.after_due_on else clock().due_on(day_of(now), "read", hot_fix=review.hot_fix)
    one = Reviewer(ref=new_ref(), review_id=review.id, account_id=chosen.candidate.account_id, name=chosen.candidate.name[:120], capacity=capacity)
    one.partner_id, one.after = partner.id if partner else None, after
    one.named_by, one.named_at, one.due_on = actor.name[:120], now, due
    session.add(one)
    session.flush()
    return one


def replace(session: Session, *, actor: Actor, ref: str, reviewer_ref: str, reason: str, now: datetime) -> Review:
    """End somebody's task, so that another can be named. What they wrote stays. Raises Forbidden, NotFound, Invalid without a reason, Conflict."""
    review, _part = _administered(session, actor, ref)
    one = next((one for one in queries.readers(session, review) if one.ref == reviewer_ref and one.ended_at is None), None)
    if one is None:
        raise NotFound
    _end(session, review, one, S.REPLACED, by=actor, reason=needed(reason), now=now)
    audit.record(session, actor=actor, action=Action.REVIEWER_REPLACED, subject=review.ref, now=now, reviewer=one.name, reason=one.end_reason)
    return review


def _end(session: Session, review: Review, one: Reviewer, kind: ReviewStepKind, *, by: Actor, reason: str, now: datetime) -> None:
    one.ended_at, one.end_reason = now, reason[:1000]
    step(session, review, kind, by=by, text=f"{one.name}: {reason}", now=now)
    settle(session, review, now=now)


def end_tasks(session: Session, *, account_id: int, partner_id: int | None, by: Actor, reason: str, now: datetime) -> int:
    """Somebody no longer reviews: open tasks end (``partner_id``: those for that organisation only), who names others is told; answers how many."""
    found = queries.open_tasks(session, account_id=account_id, partner_id=partner_id)
    for one, review in found:
        _end(session, review, one, S.HANDED_BACK, by=by, reason=reason, now=now)
        audit.record(session, actor=by, action=Action.REVIEW_HANDED_BACK, subject=review.ref, now=now, conflict=False, reason=reason)
        tell(session, review, "review_handed_back", holders(session, Role.ADMINISTRATOR), now=now, name=one.name)
    return len(found)


def declare(session: Session, *, actor: Actor, ref: str, conflict: bool, words: str, now: datetime) -> Reviewer:
    """Say whether there is a conflict of interest; one hands the review back. Raises NotFound, Invalid without saying which, Conflict a second time."""
    review, one = _mine(session, actor, ref)
    if one.declared_at is not None:
        raise Conflict(_("You have declared already. Should something come up later, hand the review back."))
    one.conflict, one.declared_at = conflict, now
    one.conflict_words = (needed(words) if conflict else " ".join(words.split()))[:1000]
    audit.record(session, actor=actor, action=Action.REVIEW_DECLARED, subject=review.ref, now=now, conflict=conflict)
    if conflict:
        _end(session, review, one, S.HANDED_BACK, by=actor, reason=one.conflict_words, now=now)
        tell(session, review, "review_handed_back", holders(session, Role.ADMINISTRATOR), now=now, name=one.name)
    else:
        step(session, review, S.DECLARED, by=actor, text=one.conflict_words, now=now)
    return one


def hand_back(session: Session, *, actor: Actor, ref: str, reason: str, conflict: bool, now: datetime) -> Review:
    """Give the task back, later too; ``conflict``: because of a conflict of interest. Raises NotFound, Invalid without a reason."""
    review, one = _mine(session, actor, ref)
    reason = needed(reason)
    if conflict:
        one.conflict, one.conflict_words = True, reason[:1000]
        one.declared_at = one.declared_at or now
    _end(session, review, one, S.HANDED_BACK, by=actor, reason=reason, now=now)
    audit.record(session, actor=actor, action=Action.REVIEW_HANDED_BACK, subject=review.ref, now=now, conflict=conflict, reason=reason)
    tell(session, review, "review_handed_back", holders(session, Role.ADMINISTRATOR), now=now, name=one.name)
    return review


def judge(session: Session, *, actor: Actor, ref: str, verdict: Verdict, reasons: str, now: datetime) -> ReviewVerdict:
    """Accept the round or send it back. Raises NotFound, Invalid without reasons or with one's own comments that must be mended open, Conflict."""
    review, one = _mine(session, actor, ref)
    standing = queries.standing(session, review)
    given = {v.round: Verdict(v.verdict) for reader, v in queries.verdicts(session, review) if reader.id == one.id}
    if not flow.may_judge(standing, queries.as_reader(one, given)):
        raise Conflict(_("You can't give a verdict now: declare first, or you have given one of this round, or it isn't being read."))
    reasons = needed(reasons, MOST_REASONS)
    own = queries.open_must(session, review, one)
    if verdict is Verdict.ACCEPT and own:
        raise Invalid(_("%(n)d of your comments say that something must be mended and are not resolved. Resolve them, or send the round back.", n=own))
    row = ReviewVerdict(reviewer_id=one.id, round=review.round, verdict=verdict, reasons=reasons, at=now)
    session.add(row)
    kind = (S.CONFIRMED if verdict is Verdict.ACCEPT else S.OBJECTED) if one.after else (S.ACCEPTED if verdict is Verdict.ACCEPT else S.SENT_BACK)
    step(session, review, kind, by=actor, text=reasons, now=now)
    audit.record(session, actor=actor, action=Action.REVIEW_JUDGED, subject=review.ref, now=now, verdict=str(verdict), round=review.round)
    if one.after:
        _second(session, review, verdict, now)
    else:
        settle(session, review, now=now)
        if review.state == ReviewState.ACCEPTED:
            tell(session, review, "review_accepted", holders(session, Role.ADMINISTRATOR), now=now)
    return row


def _second(session: Session, review: Review, verdict: Verdict, now: datetime) -> None:
    """The second review of a hot fix is done; an objection is for people to act on, the released revision stays as it is."""
    review.after_agreed = verdict is Verdict.ACCEPT
    tell(session, review, "second_review", [*holders(session, Role.ADMINISTRATOR), *authors(session, review)], now=now, agreed=review.after_agreed)


def recall(session: Session, *, actor: Actor, ref: str, reason: str, now: datetime) -> Review:
    """Authors or the administrator take the draft back before release, to go on writing. Raises NotFound, Forbidden, Invalid, Conflict."""
    review, part = queries.by_ref(session, actor, ref, lock=True)
    if not (part.writes or part.administers):
        raise Forbidden
    if review.state not in (ReviewState.WAITING, ReviewState.READING, ReviewState.ACCEPTED) or review.released_version:
        raise Conflict(_("The review has moved on in the meantime. Look at it again."))
    reason = needed(reason)
    _return(session, review, S.RECALLED, now=now, actor=actor, reason=reason)
    settle(session, review, now=now)
    audit.record(session, actor=actor, action=Action.REVIEW_RECALLED, subject=review.ref, now=now, reason=reason)
    tell(session, review, "review_recalled", readers(session, review), now=now, but=actor)
    return review


def withdraw(session: Session, *, actor: Actor, ref: str, reason: str, now: datetime) -> Review:
    """End a review for good without release; the draft stays its authors'. Raises NotFound, Forbidden, Invalid, Conflict."""
    review, part = queries.by_ref(session, actor, ref, lock=True)
    if not (part.writes or part.administers):
        raise Forbidden
    if review.state not in OPEN:
        raise Conflict(_("The review is over already."))
    reason = needed(reason)
    told = readers(session, review)
    if review.state != ReviewState.SENT_BACK:
        drafts.set_state(session, actor=actor, now=now, draft=queries.draft_of(session, review), state=DraftState.DRAFT)
    review.closed_at = now
    step(session, review, S.WITHDRAWN, by=actor, text=reason, now=now)
    settle(session, review, now=now)
    audit.record(session, actor=actor, action=Action.REVIEW_WITHDRAWN, subject=review.ref, now=now, reason=reason)
    tell(session, review, "review_withdrawn", told, now=now, but=actor)
    return review


def remind(session: Session, *, today: date, now: datetime) -> int:
    """Remind whoever has to do the next thing of reviews due soon or overdue, each once. Answers how many."""
    due = queries.to_remind(session, today=today)
    for review in due:
        late = queries.is_overdue(review, today)
        step(session, review, S.REMINDED, by=PLATFORM, now=now)
        tell(session, review, "review_overdue" if late else "review_due", _who_is_due(session, review), now=now)
        if late and review.state in (ReviewState.READING, ReviewState.SENT_BACK):
            tell(session, review, "review_overdue", holders(session, Role.ADMINISTRATOR), now=now)
    return len(due)


def _who_is_due(session: Session, review: Review) -> list[int]:
    if review.state == ReviewState.SENT_BACK:
        return authors(session, review)
    judged = {reader.id for reader, verdict in queries.verdicts(session, review) if verdict.round == review.round}
    after = review.state == ReviewState.RELEASED
    open_ones = [one for one in queries.readers(session, review) if one.ended_at is None and one.id not in judged and one.after == after]
    if review.state == ReviewState.READING or (after and open_ones):
        return [one.account_id for one in open_ones]
    return holders(session, Role.ADMINISTRATOR)


def _mine(session: Session, actor: Actor, ref: str) -> tuple[Review, Reviewer]:
    review, part = queries.by_ref(session, actor, ref, lock=True)
    if part.reviewer is None:
        raise NotFound
    return review, part.reviewer


def _administered(session: Session, actor: Actor, ref: str) -> tuple[Review, queries.Part]:
    policy.ensure(actor, Permission.COURSES_RELEASE)
    return queries.by_ref(session, actor, ref, lock=True)


def needed(text: str, most: int = MOST_WORDS) -> str:
    """Words that say something. Raises Invalid for too few or too many."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) < SHORTEST:
        raise Invalid(_("Say it in a sentence of at least %(n)d characters; it is kept with the review.", n=SHORTEST))
    if len(text) > most:
        raise Invalid(_("Keep it within %(n)d characters.", n=most))
    return text
