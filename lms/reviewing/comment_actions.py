"""Comments on lines: made by reviewers, answered by authors, resolved by who made them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.ids import new_ref
from lms.reviewing import comment_queries, queries, snapshot_queries
from lms.reviewing.changes import lesson_titles, text_of
from lms.reviewing.enums import OPEN, ReviewState, Weight
from lms.reviewing.models import CommentAnswer, LineComment, Review
from lms.reviewing.tell_actions import tell

MOST = 2000
MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reviewer says of lines ``first`` to ``last`` of a file of the latest round."""

    path: str
    first: int
    last: int
    weight: Weight
    text: str


def comment(session: Session, *, actor: Actor, ref: str, said: Remark, now: datetime) -> LineComment:
    """Say something about lines. Raises NotFound, Forbidden for who is no reviewer, Conflict when nothing is being read, Invalid."""
    review, part = queries.readable(session, actor, ref, lock=True)
    if part.reviewer is None or part.reviewer.conflict is not False:
        raise Forbidden
    if review.state not in (ReviewState.READING, ReviewState.WAITING) and not part.reviewer.after:
        raise Conflict(_("The course is with its authors now; comments can be made when it comes back."))
    latest = snapshot_queries.round_of(session, review, review.round)
    if said.path not in latest.files or said.path.startswith("assets/"):
        raise NotFound
    lines = text_of(snapshot_queries.of_versions(session, review.draft_id, {said.path: latest.files[said.path]})[said.path]).splitlines()
    if not 1 <= said.first <= said.last <= len(lines) or said.last - said.first >= MOST_LINES:
        raise Invalid(_("Name lines from 1 to %(n)d, the first one first, at most %(most)d of them.", n=len(lines), most=MOST_LINES))
    row = LineComment(ref=new_ref(), review_id=review.id, reviewer_id=part.reviewer.id, round=review.round, path=said.path)
    row.edit, row.first_line, row.last_line = latest.files[said.path], said.first, said.last
    row.quote, row.weight, row.text = "\n".join(lines[said.first - 1 : said.last])[:4000], said.weight, _words(said.text)
    row.name, row.at = actor.name[:120], now
    session.add(row)
    session.flush()
    audit.record(session, actor=actor, action=Action.REVIEW_COMMENTED, subject=review.ref, now=now, path=said.path, weight=str(said.weight))
    return row


def answer(session: Session, *, actor: Actor, ref: str, comment_ref: str, text: str, now: datetime) -> CommentAnswer:
    """Answer a comment: an author, its reviewer, the administrator. Raises NotFound, Forbidden, Invalid, Conflict when the review is over."""
    review, _part = queries.readable(session, actor, ref)
    found = comment_queries.by_ref(session, review, comment_ref)
    _ensure_open(review)
    row = CommentAnswer(comment_id=found.id, account_id=actor.account_id, name=actor.name[:120], text=_words(text), at=now)
    session.add(row)
    session.flush()
    audit.record(session, actor=actor, action=Action.REVIEW_COMMENTED, subject=review.ref, now=now, path=found.path, answer=True)
    files = snapshot_queries.of_round(session, review, review.round)
    named = {language: lesson_titles(files, language).get(found.path, "") for language in ("zh", "en")}
    tell(session, review, "review_answered", _who_is_told(session, review, found), now=now, but=actor, path=found.path, titles=named)
    return row


def _who_is_told(session: Session, review: Review, found: LineComment) -> list[int]:
    """Whoever commented; and who answered before."""
    reviewer = next((one.account_id for one in queries.readers(session, review) if one.id == found.reviewer_id and one.ended_at is None), None)
    before = [one.account_id for one in comment_queries.answers_of(session, [found.id]).get(found.id, ())]
    return [one for one in {reviewer, *before} if one is not None]


def may_resolve(part: queries.Part, found: LineComment, *, orphan: bool) -> bool:
    """What must be mended is resolved by who said so, or, when they are no longer there, by whoever reviews now or the administrator;
    suggestions and questions by the authors too."""
    if part.reviewer is not None and (part.reviewer.id == found.reviewer_id or orphan):
        return True
    return (part.administers and orphan) or (found.weight != Weight.MUST and part.writes)


def is_orphan(session: Session, review: Review, found: LineComment) -> bool:
    """Whether who commented reviews no longer."""
    return all(one.id != found.reviewer_id or one.ended_at is not None for one in queries.readers(session, review))


def resolve(session: Session, *, actor: Actor, ref: str, comment_ref: str, now: datetime, reopen: bool = False) -> LineComment:
    """Say that a comment is settled, or that it isn't after all. Raises NotFound, Forbidden, Conflict when the review is over."""
    review, part = queries.readable(session, actor, ref, lock=True)
    found = comment_queries.by_ref(session, review, comment_ref)
    _ensure_open(review)
    if not may_resolve(part, found, orphan=is_orphan(session, review, found)):
        raise Forbidden
    found.resolved_at, found.resolved_by = (None, "") if reopen else (now, actor.name[:120])
    session.flush()
    action = Action.REVIEW_COMMENT_REOPENED if reopen else Action.REVIEW_COMMENT_RESOLVED
    audit.record(session, actor=actor, action=action, subject=review.ref, now=now, path=found.path, comment=found.ref)
    return found


def _ensure_open(review: Review) -> None:
    if review.state not in OPEN and (review.after_due_on is None or review.after_agreed is not None):
        raise Conflict(_("The review is over; its comments stay as they are."))


def _words(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid(_("Write what you have to say."))
    if len(text) > MOST:
        raise Invalid(_("Keep it within %(n)d characters.", n=MOST))
    return text
