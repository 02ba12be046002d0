"""Release: the reviewed draft becomes a revision, course and questions in one transaction, or nothing happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import Permission, Role
from lms.assessments.bank_actions import Origin
from lms.assessments.release_actions import release_bank
from lms.authoring import checking_queries, problem_words
from lms.authoring.models import CourseDraft
from lms.authoring.release_actions import became
from lms.core import events, yamlfile
from lms.core.errors import Invalid, LmsError
from lms.courses import release_actions as courses
from lms.courses.events import CourseReleased
from lms.courses.models import Course, CourseRevision
from lms.people.calendar_queries import today as day_of
from lms.people.holder_queries import holders
from lms.people.models import Partner
from lms.reviewing import flow, learner_queries, queries, showing, snapshot_queries, wording
from lms.reviewing.actions import settle
from lms.reviewing.changes import BANK, HEAD, Files, text_of, texts_of
from lms.reviewing.clock import clock
from lms.reviewing.enums import CORRECTED, Capacity, ReviewStepKind, Verdict
from lms.reviewing.models import Review
from lms.reviewing.tell_actions import authors, readers, step, tell


@dataclass(frozen=True, slots=True)
class Plan:
    """What a release would make: the new version, the head as it will be written, the files, and everything that stands against it."""

    version: str
    live: str
    head: str
    files: Files
    report: Any
    blocks: tuple[str, ...]

    @property
    def clear(self) -> bool:
        return not self.blocks


def plan(session: Session, review: Review, *, now: datetime) -> Plan:
    """The release as it would be now. Changes nothing."""
    files = snapshot_queries.of_round(session, review, review.round)
    live = _live(session, review.slug)
    written = _written_version(files)
    version = courses.next_version(live, written, review.change)
    blocks, head, report = _own_blocks(session, review, live), text_of(files.get(HEAD)), None
    try:
        head = courses.released(head, reviewers=_reviewed_by(session, review), entry=_entry(review, version, now))
        if blocks:  # until they are gone, checks would repeat them
            return Plan(version, live or "", head, files, None, tuple(blocks))
        report = checking_queries.check_files(files | {HEAD: head.encode()}, checking_queries.surroundings(session), today=day_of(now))
        titles = showing.titles(files)
        against = [one for one in checking_queries.findings(report) if one.weight != "advice"]
        blocks += [wording.finding(one, titles) for one in problem_words.grouped(against, texts_of(files))]
    except Invalid as refused:
        blocks.append(str(refused))
    return Plan(version, live or "", head, files | {HEAD: head.encode()}, report, tuple(blocks))


def _live(session: Session, slug: str) -> str | None:
    current = select(CourseRevision.version).join(Course, Course.current_revision_id == CourseRevision.id)
    return session.scalar(current.where(Course.slug == slug))


def _written_version(files: Files) -> str:
    data = yamlfile.parse(text_of(files.get(HEAD)), HEAD).data
    return str(data.get("version", "1.0.0")) if isinstance(data, dict) else "1.0.0"


def _own_blocks(session: Session, review: Review, live: str | None) -> list[str]:
    """What stands against release besides the checks."""
    found, standing = [], queries.standing(session, review)
    if not flow.may_release(standing):
        found.append(_("Not everyone who is needed has accepted this round, or something must still be mended."))
    if (live or "") != snapshot_queries.round_of(session, review, review.round).live_version:
        found.append(_("Version %(version)s came out since this round was submitted. Have the authors take over its changes.", version=live))
    draft = queries.draft_of(session, review)
    based_on = session.get(CourseRevision, draft.based_on_id) if draft.based_on_id else None
    course = session.scalar(select(Course).where(Course.slug == review.slug))
    if course is not None and (based_on is None or based_on.course_id != course.id):
        found.append(_("The short name belongs to a course that exists: begin the draft from that course, or choose another name."))
    return found


def _reviewed_by(session: Session, review: Review) -> list[courses.ReviewedBy]:
    """Who accepted this round, subject expert first."""
    accepted = [
        (reader, verdict)
        for reader, verdict in queries.verdicts(session, review)
        if verdict.round == review.round and verdict.verdict == Verdict.ACCEPT and reader.ended_at is None and not reader.after
    ]
    partners = {one.id: one for one in session.scalars(select(Partner))}
    order = list(Capacity)
    found = sorted(accepted, key=lambda pair: order.index(Capacity(pair[0].capacity)))
    reviewed = [courses.ReviewedBy(reader.name, reader.capacity, day_of(verdict.at), _org(partners.get(reader.partner_id))) for reader, verdict in found]
    return [*reviewed, *_reviewers_before(session, review)] if review.hot_fix else reviewed


def _reviewers_before(session: Session, review: Review) -> list[courses.ReviewedBy]:
    """A hot fix stands on the reviews of the version that it corrects."""
    draft = queries.draft_of(session, review)
    revision = session.get(CourseRevision, draft.based_on_id) if draft.based_on_id else None
    people = revision.meta.get("reviewers", ()) if revision else ()
    return [_person(one, day_of(revision.loaded_at)) for one in people if one.get("role") == Capacity.PRACTITIONER] if revision else []


def _person(one: dict[str, Any], otherwise: Any) -> courses.ReviewedBy:
    org = one.get("org") or {}
    return courses.ReviewedBy(one["name"], one["role"], one.get("date") or otherwise, (org["zh"], org["en"]) if org else None)


def _org(partner: Partner | None) -> tuple[str, str] | None:
    return (partner.name_zh, partner.name_en or partner.name_zh) if partner is not None else None


def _entry(review: Review, version: str, now: datetime) -> courses.Entry:
    zh, en = CORRECTED if review.hot_fix else ("", "")
    return courses.Entry(version, day_of(now), f"{zh}{review.change_zh}", f"{en}{review.change_en}")


def release(session: Session, *, actor: Actor, ref: str, now: datetime) -> CourseRevision:
    """Make the reviewed draft the course's current revision, with its bank. All of it or nothing: Raises Forbidden, NotFound, Invalid with
    everything that stands against it, Refused, Conflict."""
    policy.ensure(actor, Permission.COURSES_RELEASE)
    review, _part = queries.by_ref(session, actor, ref, lock=True)
    session.flush()
    with session.begin_nested():
        return _release(session, review, actor, now)


def _release(session: Session, review: Review, actor: Actor, now: datetime) -> CourseRevision:
    made = plan(session, review, now=now)
    if not made.clear or made.report.package is None:
        raise Invalid(_("The course can't be released now; nothing was changed."), details=list(made.blocks))
    draft = queries.draft_of(session, review)
    revision = _load(session, review, made, actor, now)
    became(session, actor=actor, now=now, draft=draft, revision_id=revision.id, head=made.head)
    told = readers(session, review)
    review.released_version, review.closed_at = revision.version, now
    if review.hot_fix:
        review.after_due_on = clock().due_on(day_of(now), "second_review")
    step(session, review, ReviewStepKind.RELEASED, by=actor, text=revision.version, now=now)
    settle(session, review, now=now)
    subject = f"{review.slug} {revision.version}"
    audit.record(session, actor=actor, action=Action.COURSE_RELEASED, subject=subject, now=now, review=review.ref, hash=revision.hash)
    _announce(session, review, draft, revision, told, now)
    return revision


def _load(session: Session, review: Review, made: Plan, actor: Actor, now: datetime) -> CourseRevision:
    """Course and bank by the loaders that load files too."""
    package, around = made.report.package, checking_queries.surroundings(session)
    try:
        if BANK not in made.files:
            raise Invalid(_("The draft has no questions."))
        course = yamlfile.parse(made.head, HEAD).data
        origin = Origin(made.files[BANK], review.ref, package.meta.version)
        known = {"framework": around.framework_data, "facts": around.facts_data, "course": course}
        release_bank(session, actor=actor, slug=package.meta.assessment, origin=origin, now=now, **known)
        return courses.load_released(session, package, actor=actor, now=now, review_ref=review.ref)
    except LmsError as refused:
        details = [str(refused), *map(str, refused.details)]
        raise Invalid(_("The course can't be released now; nothing was changed."), details=details) from refused


def _announce(session: Session, review: Review, draft: CourseDraft, revision: CourseRevision, told: list[int], now: datetime) -> None:
    tell(session, review, "review_released", [*authors(session, review), *told], now=now)
    tell(session, review, "course_released", holders(session, Role.HR), now=now)
    if review.hot_fix:
        tell(session, review, "second_review_due", holders(session, Role.ADMINISTRATOR), now=now)
        learners = learner_queries.accounts_of(session, learner_queries.concerned(session, revision))
        words = {"change_zh": review.change_zh, "change_en": review.change_en}
        tell(session, review, "course_corrected", learners, now=now, **words)
    known = {"slug": review.slug, "version": revision.version, "draft_ref": draft.ref, "order_ref": draft.order_ref, "partner_id": draft.partner_id}
    events.publish(session, CourseReleased(course_id=revision.course_id, revision_id=revision.id, at=now, **known))
