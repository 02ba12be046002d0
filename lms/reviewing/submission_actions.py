"""Submitting a draft for review, for the first time or again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import Role
from lms.authoring import actions as drafts
from lms.authoring import checking_queries, enums, problem_words
from lms.authoring import queries as draft_queries
from lms.authoring.models import CourseDraft
from lms.core.errors import Conflict, Invalid
from lms.core.ids import new_ref
from lms.courses import release_actions as release_text
from lms.courses.models import Course, CourseRevision
from lms.people.calendar_queries import today as day_of
from lms.people.holder_queries import holders
from lms.reviewing import hotfix, queries, showing, snapshot_queries, wording
from lms.reviewing.actions import needed, settle
from lms.reviewing.changes import HEAD, texts_of
from lms.reviewing.clock import clock
from lms.reviewing.enums import Change, ReviewState, ReviewStepKind
from lms.reviewing.models import Review, ReviewRound
from lms.reviewing.tell_actions import readers, step, tell

MOST_CHANGE = 600


@dataclass(frozen=True, slots=True)
class Submission:
    """What the author says: what changed since the round before; how much the version changes and what its changelog will say.

    ``carried``: the changes of a version that came out since the draft began are contained in it.
    """

    words: str
    change: Change
    change_zh: str
    change_en: str
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Hurdles:
    """What stands against submitting: errors of the checks, conflicts of texts, a hot fix that is none; and what to confirm."""

    findings: tuple[checking_queries.Finding, ...]
    open_conflicts: int
    breaches: tuple[hotfix.Breach, ...]
    slug_taken: bool
    newer: str
    never_reviewed: bool = False

    @property
    def blocks(self) -> bool:
        """Whether submitting is refused; a newer version only has to be confirmed."""
        return bool(self.findings or self.open_conflicts or self.breaches or self.slug_taken or self.never_reviewed)


def hurdles(session: Session, draft: CourseDraft, *, now: datetime) -> Hurdles:
    """What stands against submitting the draft as it is now."""
    course = session.scalar(select(Course).where(Course.slug == draft.slug))
    based_on = session.get(CourseRevision, draft.based_on_id) if draft.based_on_id else None
    taken = course is not None and (based_on is None or based_on.course_id != course.id)
    return Hurdles(
        findings=_errors(session, draft, now),
        open_conflicts=len(draft_queries.open_conflicts(session, draft.id)),
        breaches=tuple(_breaches(session, draft, based_on)),
        slug_taken=taken,
        newer=_newer(course, based_on),
        never_reviewed=draft.hot_fix and (based_on is None or based_on.provisional),
    )


def _errors(session: Session, draft: CourseDraft, now: datetime) -> tuple[checking_queries.Finding, ...]:
    """Errors of the draft as it is; if there are none, those that its release would have, such as a licence that nobody has named."""
    files, around = draft_queries.package_bytes(session, draft.id), checking_queries.surroundings(session)
    found = _found(files, around, now)
    if found or "bank.yaml" not in files:
        return found or (checking_queries.Finding("bank.yaml", 0, "error", _("The draft has no questions"), _("Write them, with their blueprint.")),)
    head = release_text.released(files[HEAD].decode(), reviewers=_TWO, entry=release_text.Entry("99.0.0", day_of(now), "-", "-"))
    return tuple(replace(one, line=0) for one in _found(files | {HEAD: head.encode()}, around, now))


def _found(files: Mapping[str, bytes], around: Any, now: datetime) -> tuple[checking_queries.Finding, ...]:
    report = checking_queries.check_files(files, around, today=day_of(now))
    return tuple(problem_words.grouped((one for one in checking_queries.findings(report) if one.weight == "error"), texts_of(files)))


_TWO = [release_text.ReviewedBy(name, name, date(2000, 1, 1)) for name in ("subject_expert", "practitioner")]
"""Stand for the reviewers who are still to be named."""


def _breaches(session: Session, draft: CourseDraft, based_on: CourseRevision | None) -> list[hotfix.Breach]:
    if not draft.hot_fix or based_on is None:
        return []
    return hotfix.breaches(snapshot_queries.of_revision(session, based_on), draft_queries.package_bytes(session, draft.id), clock())


def _newer(course: Course | None, based_on: CourseRevision | None) -> str:
    """The version that came out since the draft began; '' if none did."""
    if course is None or course.current is None or based_on is None or course.current_revision_id == based_on.id:
        return ""
    return course.current.version


def submit(session: Session, *, actor: Actor, draft_ref: str, said: Submission, now: datetime) -> Review:
    """Freeze the draft as the next round of its review. Raises NotFound, Conflict, Invalid with every hurdle."""
    draft = draft_queries.find(session, draft_ref, actor=actor)
    review = queries.running_of(session, draft.id)
    if draft.state != enums.DraftState.DRAFT or (review is not None and review.state != ReviewState.SENT_BACK):
        raise Conflict(_("The draft is not being written now: it is in review, released or closed."))
    words, said = needed(said.words), _changes(said)
    found = hurdles(session, draft, now=now)
    _ensure_clear(found, said, showing.titles(draft_queries.package_bytes(session, draft.id)) if found.blocks else {})
    review = _next(session, review, draft, said, now)
    drafts.set_state(session, actor=actor, now=now, draft=draft, state=enums.DraftState.IN_REVIEW)
    _freeze(session, review, draft, actor, words, now)
    settle(session, review, now=now, renew=True)
    for one in queries.readers(session, review):
        one.due_on = review.due_on if one.ended_at is None else one.due_on
    step(session, review, ReviewStepKind.SUBMITTED, by=actor, text=words, now=now)
    audit.record(session, actor=actor, action=Action.REVIEW_SUBMITTED, subject=review.ref, now=now, draft=draft.ref, round=review.round)
    _announce(session, review, actor, now)
    return review


def _changes(said: Submission) -> Submission:
    zh, en = (" ".join(text.split()) for text in (said.change_zh, said.change_en))
    if not zh or not en or max(len(zh), len(en)) > MOST_CHANGE:
        raise Invalid(_("Say in both languages what this version changes, each in at most %(n)d characters; learners read it.", n=MOST_CHANGE))
    return Submission(said.words, said.change, zh, en, said.carried)


def _ensure_clear(found: Hurdles, said: Submission, titles: Mapping[str, str]) -> None:
    details = [wording.finding(one, titles) for one in found.findings]
    details += [wording.breach(one, titles) for one in found.breaches]
    if found.open_conflicts:
        details.append(_("Texts of two authors wait to be brought together."))
    if found.slug_taken:
        details.append(_("The short name belongs to a course that exists: begin the draft from that course, or choose another name."))
    if found.never_reviewed:
        details.append(_("A hot fix stands on the reviews of the version that it corrects; this one was never reviewed. Submit an ordinary version."))
    if found.newer and not said.carried:
        details.append(_("Version %(version)s came out since this draft began. Take over its changes and say so.", version=found.newer))
    if details:
        raise Invalid(_("The draft can't be submitted yet."), details=details)


def _next(session: Session, review: Review | None, draft: CourseDraft, said: Submission, now: datetime) -> Review:
    """The review with its next round, a new one if none runs."""
    if review is None:
        review = Review(ref=new_ref(), draft_id=draft.id, partner_id=draft.partner_id, hot_fix=draft.hot_fix, round=0, state="", opened_at=now)
        review.due_on, review.released_version = day_of(now), ""
        session.add(review)
    review.slug, review.code, review.title_zh, review.title_en = draft.slug, draft.code, draft.title_zh, draft.title_en
    review.change = Change.PATCH if draft.hot_fix else said.change
    review.change_zh, review.change_en, review.round = said.change_zh, said.change_en, review.round + 1
    session.flush()
    return review


def _freeze(session: Session, review: Review, draft: CourseDraft, actor: Actor, words: str, now: datetime) -> None:
    numbers = {path: file.number for path, file in draft_queries.files(session, draft.id).items()}
    course = session.scalar(select(Course).where(Course.slug == draft.slug))
    live = course.current.version if course is not None and course.current is not None else ""
    row = ReviewRound(review_id=review.id, number=review.round, account_id=actor.account_id, submitted_by=actor.name[:120], words=words, files=numbers)
    row.live_version, row.at = live, now
    session.add(row)


def _announce(session: Session, review: Review, actor: Actor, now: datetime) -> None:
    if review.state == ReviewState.WAITING:
        tell(session, review, "review_submitted", holders(session, Role.ADMINISTRATOR), now=now, but=actor)
    tell(session, review, "review_round", readers(session, review), now=now, but=actor)
