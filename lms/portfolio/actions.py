"""What happens to a piece of work: begun, filled with files, handed in, returned once, judged or withdrawn. Facts are never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.core import framework
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.events import publish
from lms.core.ids import new_ref
from lms.people.notice_actions import tell
from lms.portfolio import files, queries
from lms.portfolio.enums import FLOW, OPEN, State
from lms.portfolio.events import EvidenceRecorded, WorkHandedIn
from lms.portfolio.files import Upload
from lms.portfolio.models import Declaration, Judgement, Submission, WorkFile

MOST_NOTE = 4000
MOST_REASON = 400
JUDGED = ("level", "passed", "criteria", "assessors", "comments")
"""What a judgement says; all of it is kept when it is judged anew."""


def start(session: Session, *, actor: Actor, code: str, now: datetime) -> Submission:
    """Begin a task as a draft. Raises Conflict while the same task is on its way or was judged lately."""
    official_id = _own_id(actor)
    revision = queries.offered_by_code(session, code)
    found = queries.why_not(session, official_id=official_id, task_id=revision.task_id, now=now)
    if found is State.JUDGED:
        raise Conflict(_("This task was judged less than 90 days ago. Do it anew in other work, and hand it in after that time."))
    if found is not None:
        raise Conflict(_("You have begun this task already. Go on with what you have."))
    made = Submission(ref=new_ref(), official_id=official_id, task_revision_id=revision.id, state=State.DRAFT, started_at=now)
    session.add(made)
    session.flush()  # its reference goes into the address
    _record(session, actor, audit.Action.WORK_STARTED, made, now, task=code)
    return made


def _own_id(actor: Actor) -> int:
    official_id = policy.scope(actor, Permission.OWN_RECORD).official_id
    if official_id is None:
        raise Forbidden
    return official_id


def write_note(session: Session, *, actor: Actor, submission: Submission, note: str) -> None:
    """Keep the note that goes with the files."""
    _ensure_open(actor, submission)
    if len(note) > MOST_NOTE:
        raise Invalid(_("The note is longer than %(n)d characters.", n=MOST_NOTE))
    submission.note = note


def add_file(session: Session, *, actor: Actor, submission: Submission, upload: Upload, now: datetime) -> WorkFile:
    """Add an examined file to a draft."""
    _ensure_open(actor, submission)
    task, held = queries.task_of(submission), queries.files_of(session, submission.id)
    if upload.kind not in task.kinds:
        raise Invalid(_("This task takes %(kinds)s.", kinds=_(", ").join(task.kinds)))
    if len(held) >= task.max_files:
        raise Invalid(_("This task takes %(n)d files at most. Remove one first.", n=task.max_files))
    if any(one.sha256 == upload.sha256 for one in held):
        raise Invalid(_("This file is there already."))
    place = max((one.place for one in held), default=0) + 1
    made = keep_file(session, upload, now, place=place, submission_id=submission.id, official_id=submission.official_id)
    _record(session, actor, audit.Action.WORK_FILE_ADDED, submission, now, kind=upload.kind, sha256=upload.sha256)
    return made


def keep_file(session: Session, upload: Upload, now: datetime, **owner: int) -> WorkFile:
    stored_as = files.keep(session, upload)
    known = {"name": upload.name, "kind": upload.kind, "size": len(upload.data), "sha256": upload.sha256}
    made = WorkFile(**known, stored_as=stored_as, added_at=now, **owner)
    session.add(made)
    session.flush()
    return made


def remove_file(session: Session, *, actor: Actor, submission: Submission, place: int, now: datetime) -> None:
    """Take a file out of a draft; it is deleted."""
    _ensure_open(actor, submission)
    found = queries.file_at(session, submission.id, place)
    files.forget(session, found.stored_as)
    _record(session, actor, audit.Action.WORK_FILE_REMOVED, submission, now, sha256=found.sha256)
    session.delete(found)


def hand_in(session: Session, *, actor: Actor, submission: Submission, now: datetime) -> None:
    """Hand a draft in: from now on nobody changes it."""
    _ensure_open(actor, submission)
    if not session.scalar(select(func.count()).where(WorkFile.submission_id == submission.id)):
        raise Invalid(_("Add at least one file before you hand it in."))
    _advance(submission, State.HANDED_IN)
    submission.handed_in_at = now
    _record(session, actor, audit.Action.WORK_HANDED_IN, submission, now)
    publish(session, WorkHandedIn(submission.official_id, submission.ref, now))


def withdraw(session: Session, *, actor: Actor, submission: Submission, now: datetime) -> None:
    """Take a draft back; its files are deleted."""
    _ensure_open(actor, submission)
    _advance(submission, State.WITHDRAWN)
    submission.ended_at = now
    for one in queries.files_of(session, submission.id):
        files.forget(session, one.stored_as)
        session.delete(one)
    _record(session, actor, audit.Action.WORK_WITHDRAWN, submission, now)


def give_back(session: Session, *, submission: Submission, reason: str, now: datetime) -> None:
    """Return a piece of work to be completed; the caller has asked who may. Raises Conflict the second time."""
    if submission.returned_at is not None:
        raise Conflict(_("It was returned once already. Judge what is there."))
    _advance(submission, State.RETURNED)
    submission.returned_at, submission.return_reason = now, reason[:MOST_REASON]
    tell(session, kind="work_returned", facts={submission.official_id: _named(submission) | {"reason": submission.return_reason}}, now=now)


def record_judgement(
    session: Session, *, actor: Actor, submission: Submission, level: int, passed: bool, criteria: Sequence[int], assessors: int,
    comments: Sequence[str] = (), now: datetime,
) -> Judgement:  # fmt: skip
    """Write down what assessors decided. It counts from the day the work was handed in, however long judging took.

    What stood before, if the work was judged anew, is kept in ``former`` and counts no more.
    """
    _advance(submission, State.JUDGED)
    submission.ended_at = now
    revision = submission.revision
    made = queries.judgement_of(session, submission.id)
    if made is None:
        known = {"submission_id": submission.id, "official_id": submission.official_id, "competency": revision.competency, "kind": revision.kind}
        made = Judgement(**known, at=submission.handed_in_at, former=[])
        session.add(made)
    else:
        made.former = [*made.former, {name: getattr(made, name) for name in JUDGED}]
    made.level, made.passed, made.criteria, made.assessors, made.comments = level, passed, list(criteria), assessors, sorted(filter(None, comments))
    session.flush()
    _record(session, actor, audit.Action.WORK_JUDGED, submission, now, level=level, passed=passed, criteria=list(criteria), assessors=assessors)
    tell(session, kind="work_judged", facts={submission.official_id: _named(submission) | {"passed": passed, "level": level}}, now=now)
    publish(session, EvidenceRecorded(frozenset({(submission.official_id, revision.competency)}), now))
    return made


def judge_anew(session: Session, *, actor: Actor, submission: Submission, now: datetime) -> None:
    """Put judged work before other assessors; the caller has asked who may. What was decided stands until they have judged."""
    _advance(submission, State.HANDED_IN)
    submission.round += 1
    submission.ended_at = None
    _record(session, actor, audit.Action.WORK_REOPENED, submission, now, round=submission.round)


def _named(submission: Submission) -> dict[str, str]:
    title = submission.revision.content["title"]
    return {"ref": submission.ref, "zh": title["zh"], "en": title["en"]}


def declare(session: Session, *, actor: Actor, competency: str, level: int, now: datetime) -> None:
    """Declare a level for oneself (0 takes it back). It is shown apart and moves nothing."""
    official_id = _own_id(actor)
    if competency not in framework.read().codes or level not in range(6):
        raise Invalid(_("Choose a competency and a level from 1 to 5."))
    held = queries.declared(session, official_id).get(competency)
    if level != (held.level if held else 0):
        session.add(Declaration(official_id=official_id, competency=competency, level=level, declared_at=now))
        audit.record(session, actor=actor, action=audit.Action.LEVEL_DECLARED, subject=competency, now=now, official_id=official_id, level=level)


def _ensure_open(actor: Actor, submission: Submission) -> None:
    """Only the owner changes it, and only while it is open."""
    if submission.official_id != _own_id(actor):
        raise Forbidden
    if submission.state not in OPEN:
        raise Conflict(_("It is handed in: nothing can be changed any more."))


def _advance(submission: Submission, to: State) -> None:
    if to not in FLOW[State(submission.state)]:
        raise Conflict(_("This piece of work has gone on in the meantime. Look at it again."))
    submission.state = to


def _record(session: Session, actor: Actor, action: audit.Action, submission: Submission, now: datetime, **detail: object) -> None:
    audit.record(session, actor=actor, action=action, subject=submission.ref, now=now, official_id=submission.official_id, **detail)
