"""What happens in an appeal: opened and withdrawn by the official, taken up and answered by who owns it, messages from both, reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor, operator
from lms.access.audit import Action
from lms.access.permissions import Permission
from lms.assessments.models import Assessment
from lms.assessments.retake_actions import allow_retake
from lms.cases import queries
from lms.cases.enums import CASE_FLOW, RUNNING, CaseState, CaseStepKind, Finding, Outcome, Subject
from lms.cases.models import Case, CaseStep
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.ids import new_ref
from lms.marking.actions import judge_anew
from lms.people import notice_actions
from lms.people.calendar_queries import today
from lms.people.models import Official

MOST = 4000
PLATFORM = operator("platform")
"""In whose name reminders stand."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is found, why, and what follows from it; ``correction``: the reference of the correction that followed."""

    finding: Finding
    outcome: Outcome
    reason: str
    correction: str = ""


def open_case(session: Session, *, actor: Actor, attempt_ref: str, position: int | None = None, text: str, now: datetime) -> Case:
    """Contest a result, or one question of it. Raises NotFound, Invalid without a reason, Conflict while one about the same runs."""
    official_id = policy.scope(actor, Permission.OWN_RECORD).official_id
    result = queries.taken(session, attempt_ref, official_id=official_id)
    one = next((it for it in queries.answered(session, result) if it.position == position), None)
    if position is not None and one is None:
        raise NotFound
    about = {"subject": Subject.ATTEMPT if one is None else Subject.ITEM, "subject_ref": result.ref, "position": position}
    about |= {"assessment_id": result.assessment_id, "item_revision_id": one and one.asked.revision_id}
    names = {"title_zh": result.title.zh[:200], "title_en": result.title.en[:200]}
    return _open(session, actor, Case(official_id=result.official_id, **names, **about), text, now)


def open_work_case(session: Session, *, actor: Actor, work_ref: str, text: str, now: datetime) -> Case:
    """Contest the judgement of a piece of work. Raises NotFound before it is judged, Invalid, Conflict."""
    work = queries.judged_work(session, work_ref, official_id=policy.scope(actor, Permission.OWN_RECORD).official_id)
    title = work.revision.content["title"]
    names = {"title_zh": title["zh"][:200], "title_en": title["en"][:200]}
    return _open(session, actor, Case(official_id=work.official_id, subject=Subject.WORK, subject_ref=work.ref, **names), text, now)


def _open(session: Session, actor: Actor, case: Case, text: str, now: datetime) -> Case:
    text = _text(text)
    if queries.running_on(session, official_id=case.official_id, subject_ref=case.subject_ref, position=case.position) is not None:
        raise Conflict(_("Your appeal about this is already under way."))
    case.ref, case.state, case.opened_at, case.due_on = new_ref(), CaseState.OPEN, now, queries.due_on(today(now))
    session.add(case)
    session.flush()
    _step(session, case, CaseStepKind.OPENED, text=text, now=now)
    audit.record(session, actor=actor, action=Action.APPEAL_OPENED, subject=case.ref, official_id=case.official_id, now=now, about=case.subject)
    return case


def write(session: Session, *, actor: Actor, ref: str, text: str, now: datetime) -> Case:
    """The official adds something to their appeal. Raises NotFound, Invalid, Conflict when it is closed."""
    case = queries.own(session, ref, official_id=policy.scope(actor, Permission.OWN_RECORD).official_id)
    _message(session, actor, case, text, by=None, now=now)
    _tell_owner(session, "appeal_message_to_owner", case, now=now)
    return case


def reply(session: Session, *, actor: Actor, ref: str, text: str, now: datetime) -> Case:
    """Who answers for the appeal asks or explains something; the official is told. Raises NotFound, Forbidden, Invalid, Conflict."""
    case = queries.by_ref(session, actor, ref, lock=True)
    _message(session, actor, case, text, by=actor, now=now)
    _tell(session, "appeal_message", case, now=now)
    return case


def _message(session: Session, actor: Actor, case: Case, text: str, *, by: Actor | None, now: datetime) -> None:
    if case.state not in RUNNING:
        raise Conflict(_("The appeal is closed: nothing can be added any more."))
    _step(session, case, CaseStepKind.MESSAGE, by=by, text=_text(text), now=now)
    audit.record(session, actor=actor, action=Action.APPEAL_MESSAGE, subject=case.ref, official_id=case.official_id, now=now)


def withdraw(session: Session, *, actor: Actor, ref: str, now: datetime) -> Case:
    """The official lets it be. Raises NotFound, Conflict when it is closed."""
    case = queries.own(session, ref, official_id=policy.scope(actor, Permission.OWN_RECORD).official_id)
    _advance(case, CaseState.WITHDRAWN)
    case.closed_at = now
    _step(session, case, CaseStepKind.WITHDRAWN, now=now)
    audit.record(session, actor=actor, action=Action.APPEAL_WITHDRAWN, subject=case.ref, official_id=case.official_id, now=now)
    return case


def take_up(session: Session, *, actor: Actor, ref: str, now: datetime) -> Case:
    """Somebody begins to look into it; the official is told who. Raises NotFound, Forbidden, Conflict."""
    case = queries.by_ref(session, actor, ref, lock=True)
    _advance(case, CaseState.TAKEN_UP)
    case.taken_up_by, case.owner_account_id = actor.name[:120], actor.account_id
    _step(session, case, CaseStepKind.TAKEN_UP, by=actor, now=now)
    audit.record(session, actor=actor, action=Action.APPEAL_TAKEN_UP, subject=case.ref, official_id=case.official_id, now=now)
    _tell(session, "appeal_taken_up", case, now=now)
    return case


def answer(session: Session, *, actor: Actor, ref: str, said: Answer, now: datetime) -> Case:
    """Close it with a finding, its reason and what follows, which is carried out at once. Raises NotFound, Forbidden, Conflict, Invalid."""
    case = queries.by_ref(session, actor, ref, lock=True)
    _ensure_next(case, CaseState.ANSWERED)
    reason = _text(said.reason)
    if said.finding is Finding.NOT_UPHELD and said.outcome is not Outcome.NO_CHANGE:
        raise Invalid(_("An appeal that is not upheld changes nothing. Choose another finding, or no change."))
    if said.outcome not in queries.outcomes(case):
        raise Invalid(_("This can't follow from an appeal of this kind."))
    _carry_out(session, actor, case, said, reason, now)
    _advance(case, CaseState.ANSWERED)
    case.finding, case.outcome, case.closed_at = said.finding, said.outcome, now
    _step(session, case, CaseStepKind.ANSWERED, by=actor, text=reason, now=now)
    noted = {"finding": said.finding, "outcome": said.outcome, "correction": case.correction_ref}
    audit.record(session, actor=actor, action=Action.APPEAL_ANSWERED, subject=case.ref, official_id=case.official_id, now=now, **noted)
    _tell(session, "appeal_answered", case, now=now)
    return case


def _carry_out(session: Session, actor: Actor, case: Case, said: Answer, reason: str, now: datetime) -> None:
    match said.outcome:
        case Outcome.CORRECTION:
            case.correction_ref = _correction(session, actor, case, said.correction)
        case Outcome.RETAKE:
            official = session.get_one(Official, case.official_id)
            slug = session.scalars(select(Assessment.slug).where(Assessment.id == case.assessment_id)).one()
            allow_retake(session, actor=actor, official=official, slug=slug, reason=reason, now=now)
        case Outcome.JUDGED_ANEW:
            work = queries.judged_work(session, case.subject_ref, official_id=case.official_id)
            judge_anew(session, actor=actor, submission=work, now=now)


def remind(session: Session, *, today: date, now: datetime) -> int:
    """Remind whoever should answer of appeals due soon or overdue, each once; the official learns that it is late. Answers how many."""
    due = queries.to_remind(session, today=today)
    for case in due:
        late = queries.is_overdue(case, today)
        _step(session, case, CaseStepKind.REMINDED, by=PLATFORM, now=now)
        _tell_owner(session, "appeal_overdue_to_owner" if late else "appeal_due_to_owner", case, now=now)
        if late:
            _tell(session, "appeal_overdue", case, now=now)
    return len(due)


def _text(text: str) -> str:
    text = text.strip()
    if not text:
        raise Invalid(_("Give a reason."))
    if len(text) > MOST:
        raise Invalid(_("Keep it within %(n)d characters.", n=MOST))
    return text


def _correction(session: Session, actor: Actor, case: Case, ref: str) -> str:
    """The reference of a begun correction of the contested question."""
    if not policy.may(actor, Permission.ITEMS_CORRECT) or case.subject != Subject.ITEM:
        raise Forbidden
    if ref not in {one.ref for one in queries.corrections_of(session, case)}:
        raise Invalid(_("Name a correction of this question that was carried out. Make one first if there is none."))
    return ref


def _ensure_next(case: Case, to: CaseState) -> None:
    if to not in CASE_FLOW[CaseState(case.state)]:
        raise Conflict(_("The appeal has moved on in the meantime. Look at it again."))


def _advance(case: Case, to: CaseState) -> None:
    _ensure_next(case, to)
    case.state = to


def _step(session: Session, case: Case, kind: CaseStepKind, *, by: Actor | None = None, text: str = "", now: datetime) -> None:
    last = session.scalar(select(func.max(CaseStep.seq)).where(CaseStep.case_id == case.id)) or 0
    session.add(CaseStep(case_id=case.id, seq=last + 1, kind=kind, by_official=by is None, by=by.name[:120] if by else "", text=text, at=now))
    session.flush()


def _tell(session: Session, kind: str, case: Case, *, now: datetime) -> None:
    notice_actions.tell(session, kind=kind, facts={case.official_id: _facts(case)}, now=now)


def _tell_owner(session: Session, kind: str, case: Case, *, now: datetime) -> None:
    """Whoever took it up, else everyone who answers for it, as far as they are officials themselves; the others find it on their home page."""
    notice_actions.tell(session, kind=kind, facts=dict.fromkeys(queries.owners(session, case), _facts(case)), now=now)


def _facts(case: Case) -> dict[str, Any]:
    about = {"ref": case.ref, "zh": case.title_zh, "en": case.title_en, "subject": case.subject, "question": case.position}
    return about | {"by": case.taken_up_by, "finding": case.finding, "outcome": case.outcome, "due": case.due_on.isoformat()}
