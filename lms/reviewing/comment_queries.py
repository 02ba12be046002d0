"""Comments on lines, in the place where their lines stand now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.reviewing import snapshot_queries
from lms.reviewing.anchors import Anchor, follow
from lms.reviewing.models import CommentAnswer, LineComment, Review


@dataclass(frozen=True, slots=True)
class Shown:
    """A comment with its answers, and where it stands in the version that is shown."""

    comment: LineComment
    answers: Sequence[CommentAnswer]
    anchor: Anchor
    moved: bool


def comments(session: Session, review: Review, *, path: str | None = None, open_only: bool = False) -> Sequence[LineComment]:
    """Comments of a review by file and line; those of one file."""
    query = select(LineComment).where(LineComment.review_id == review.id)
    if path is not None:
        query = query.where(LineComment.path == path)
    if open_only:
        query = query.where(LineComment.resolved_at.is_(None))
    return session.scalars(query.order_by(LineComment.path, LineComment.first_line, LineComment.id)).all()


def shown(session: Session, review: Review, path: str, *, edit: int, text: str) -> list[Shown]:
    """The comments on a file as they stand in its version ``edit``, whose text is ``text``."""
    found = comments(session, review, path=path)
    answers = answers_of(session, [one.id for one in found])
    texts = {one.edit: "" for one in found if one.edit != edit}
    texts = {number: snapshot_queries.text_at(session, review, path, number) for number in texts}
    lines = text.splitlines()
    return sorted(
        (_shown(one, answers.get(one.id, ()), texts.get(one.edit), lines) for one in found), key=lambda one: (one.anchor.last, one.comment.id)
    )


def _shown(one: LineComment, answers: Sequence[CommentAnswer], old: str | None, lines: list[str]) -> Shown:
    if old is None:
        return Shown(one, answers, Anchor(one.first_line, one.last_line), moved=False)
    return Shown(one, answers, follow(old.splitlines(), lines, one.first_line, one.last_line), moved=True)


def answers_of(session: Session, ids: Sequence[int]) -> dict[int, list[CommentAnswer]]:
    """Comment -> its answers in order."""
    found: dict[int, list[CommentAnswer]] = {}
    for answer in session.scalars(select(CommentAnswer).where(CommentAnswer.comment_id.in_(ids)).order_by(CommentAnswer.id)):
        found.setdefault(answer.comment_id, []).append(answer)
    return found


def by_ref(session: Session, review: Review, ref: str) -> LineComment:
    """A comment of the review. Raises NotFound."""
    found = session.scalar(select(LineComment).where(LineComment.review_id == review.id, LineComment.ref == ref))
    if found is None:
        raise NotFound
    return found


def open_by_path(session: Session, review: Review) -> dict[str, int]:
    """File -> how many comments on it are not resolved."""
    query = select(LineComment.path, func.count()).where(LineComment.review_id == review.id, LineComment.resolved_at.is_(None))
    return dict(session.execute(query.group_by(LineComment.path)).all())
