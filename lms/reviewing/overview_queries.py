"""What the page of one review shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.authoring import citation_queries
from lms.authoring.citation_queries import Outdated
from lms.authoring.models import CourseDraft
from lms.people.models import Account, Partner
from lms.reviewing import changes, comment_queries, flow, queries, showing, snapshot_queries
from lms.reviewing.enums import OPEN, Capacity, ReviewState, Verdict
from lms.reviewing.models import LineComment, Review, Reviewer, ReviewRound, ReviewStep, ReviewVerdict


@dataclass(frozen=True, slots=True)
class ReaderLine:
    """Somebody named, with their organisation and their verdict of the latest round."""

    reviewer: Reviewer
    partner: Partner | None
    verdict: ReviewVerdict | None


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of the latest round: how it differs from what the round is compared with, and how many comments wait on it."""

    path: str
    state: str
    characters: int
    comments: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the page; texts and comments stay empty for a reviewer who has not declared yet."""

    draft: CourseDraft
    partner: Partner | None
    authors: Sequence[str]
    rounds: Sequence[ReviewRound]
    readers: Sequence[ReaderLine]
    files: Sequence[FileLine]
    titles: Mapping[str, str]
    late: Sequence[Outdated]
    compared_with: str
    comments: Sequence[LineComment]
    verdicts: Sequence[tuple[Reviewer, ReviewVerdict]]
    steps: Sequence[ReviewStep]
    to_name: Sequence[Capacity]
    may_judge: bool
    may_recall: bool
    may_withdraw: bool
    open_must: int
    may_release: bool
    questions: int


def overview(session: Session, review: Review, part: queries.Part) -> Overview:
    """All of it for somebody with that part."""
    standing, draft = queries.standing(session, review), queries.draft_of(session, review)
    own = part.reviewer
    given = {v.round: Verdict(v.verdict) for reader, v in queries.verdicts(session, review) if own is not None and reader.id == own.id}
    running = review.state in OPEN
    return Overview(
        draft=draft,
        partner=session.get(Partner, review.partner_id) if review.partner_id else None,
        authors=author_names(session, draft.id),
        rounds=queries.rounds(session, review),
        readers=readers(session, review),
        comments=open_comments(session, review) if part.reads else (),
        verdicts=queries.verdicts(session, review) if part.reads else (),
        steps=queries.steps(session, review),
        to_name=flow.to_name(standing),
        may_judge=own is not None and flow.may_judge(standing, queries.as_reader(own, given)),
        may_recall=running and review.state != ReviewState.SENT_BACK and (part.writes or part.administers),
        may_withdraw=running and (part.writes or part.administers),
        open_must=standing.open_must,
        may_release=flow.may_release(standing),
        **_files(session, review, part),
    )


def _files(session: Session, review: Review, part: queries.Part) -> dict[str, Any]:
    if not part.reads:
        return {"files": (), "compared_with": "", "questions": 0, "titles": {}, "late": ()}
    old, new = snapshot_queries.before_round(session, review, review.round), snapshot_queries.of_round(session, review, review.round)
    waiting = comment_queries.open_by_path(session, review)
    lines = [FileLine(one.path, one.state, one.characters, waiting.get(one.path, 0)) for one in changes.files(old, new)]
    compared = "round" if review.round > 1 else "revision" if old else ""
    counted, late = len(changes.items_of(new.get(changes.BANK))), _late(session, review, new)
    return {"files": lines, "compared_with": compared, "questions": counted, "titles": showing.titles(old, new), "late": late}


def _late(session: Session, review: Review, files: changes.Files) -> list[Outdated]:
    """Citations of facts that changed after the texts of this round had cited them; none once the review is over."""
    if review.state not in OPEN:
        return []
    return citation_queries.outdated(session, queries.draft_of(session, review), changes.texts_of(files))


def open_comments(session: Session, review: Review) -> Sequence[LineComment]:
    """Comments that are not resolved, by file and line."""
    return comment_queries.comments(session, review, open_only=True)


def readers(session: Session, review: Review) -> list[ReaderLine]:
    """Everyone ever named, with the verdict of the latest round."""
    partners = {one.id: one for one in session.scalars(select(Partner))}
    latest = {reader.id: verdict for reader, verdict in queries.verdicts(session, review) if verdict.round == review.round}
    return [ReaderLine(one, partners.get(one.partner_id), latest.get(one.id)) for one in queries.readers(session, review)]


def author_names(session: Session, draft_id: int) -> list[str]:
    """Who wrote the draft."""
    return list(session.scalars(select(Account.name).where(Account.id.in_(queries.authors(session, draft_id))).order_by(Account.id)))
