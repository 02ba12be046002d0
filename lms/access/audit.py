"""Writing and verifying the audit chain.

Entry n holds SHA-256(hash of n−1 ‖ canonical JSON of n), so a change, a removal or an insertion anywhere shows from
there on. One writer appends at a time: SQLite has one anyway, PostgreSQL takes a transaction-level advisory lock.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.access.models import AuditEntry
from lms.core.rows import Rows

# made once: json.dumps makes an encoder for every call that asks for anything unusual
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str).encode
_plain = json.JSONEncoder(ensure_ascii=False).encode
GENESIS = "0" * 64
_LOCK = 7_301_001


class Action(enum.StrEnum):
    """What happened, in codes that never change."""

    SIGN_IN = "sign_in"
    SIGN_OUT_EVERYWHERE = "sign_out_everywhere"
    PASSWORD_SET = "password_set"
    CODE_ISSUED = "code_issued"
    ACCOUNT_ADDED = "account_added"
    ROLE_GRANTED = "role_granted"
    ROLE_REVOKED = "role_revoked"
    PARTNER_ADDED = "partner_added"
    PARTNER_CHANGED = "partner_changed"
    PARTNER_CLOSED = "partner_closed"
    PARTNER_REOPENED = "partner_reopened"
    PARTNERS_EXPORTED = "partners_exported"
    MEMBER_INVITED = "member_invited"
    INVITATION_RENEWED = "invitation_renewed"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    INVITATION_ACCEPTED = "invitation_accepted"
    MEMBERSHIP_ENDED = "membership_ended"
    LIBRARY_SHARED = "library_shared"
    LIBRARY_CHANGED = "library_changed"
    LIBRARY_VERSION_ADDED = "library_version_added"
    LIBRARY_WITHDRAWN = "library_withdrawn"
    LIBRARY_REUSED = "library_reused"
    LIBRARY_REUSE_ENDED = "library_reuse_ended"
    LIBRARY_EXPORTED = "library_exported"
    RECORD_READ = "record_read"
    RECORD_EXPORTED = "record_exported"
    PEOPLE_LISTED = "people_listed"
    PEOPLE_EXPORTED = "people_exported"
    PERSON_ADDED = "person_added"
    PERSON_CHANGED = "person_changed"
    PERSON_MOVED = "person_moved"
    PERSON_DEACTIVATED = "person_deactivated"
    PERSON_REACTIVATED = "person_reactivated"
    UNIT_ADDED = "unit_added"
    UNIT_CHANGED = "unit_changed"
    UNIT_MOVED = "unit_moved"
    IMPORT_APPLIED = "import_applied"
    SKILLS_EXPORTED = "skills_exported"
    COURSE_LOADED = "course_loaded"
    COURSE_ACCEPTED = "course_accepted"
    BANK_LOADED = "bank_loaded"
    FRAMEWORK_LOADED = "framework_loaded"
    RESPONSES_IMPORTED = "responses_imported"
    CORRECTION_DRAFTED = "correction_drafted"
    CORRECTION_DROPPED = "correction_dropped"
    CORRECTION_BEGUN = "correction_begun"
    CORRECTION_APPLIED = "correction_applied"
    CORRECTION_EXPORTED = "correction_exported"
    MARK_CORRECTED = "mark_corrected"
    APPEAL_OPENED = "appeal_opened"
    APPEAL_WITHDRAWN = "appeal_withdrawn"
    APPEAL_READ = "appeal_read"
    APPEAL_TAKEN_UP = "appeal_taken_up"
    APPEAL_MESSAGE = "appeal_message"
    APPEAL_ANSWERED = "appeal_answered"
    APPEALS_EXPORTED = "appeals_exported"
    COMMENT_MADE = "comment_made"
    COMMENT_ANSWERED = "comment_answered"
    COMMENT_TAKEN_UP = "comment_taken_up"
    COMMENT_DECLINED = "comment_declined"
    COMMENT_HIDDEN = "comment_hidden"
    COMMENT_SHOWN = "comment_shown"
    COMMENTS_EXPORTED = "comments_exported"
    COMMENT_OWNER_NAMED = "comment_owner_named"
    FACT_ADDED = "fact_added"
    FACT_CHANGED = "fact_changed"
    FACT_SOURCE_ADDED = "fact_source_added"
    FACT_FLAGGED = "fact_flagged"
    FACTS_EXPORTED = "facts_exported"
    FLAG_STILL_RIGHT = "flag_still_right"
    FLAG_TO_CHANGE = "flag_to_change"
    FLAG_CHANGED = "flag_changed"
    SNAPSHOT_TAKEN = "snapshot_taken"
    ITEMS_CALIBRATED = "items_calibrated"
    ITEMS_EXPORTED = "items_exported"
    ACCOMMODATION_GRANTED = "accommodation_granted"
    ACCOMMODATION_ENDED = "accommodation_ended"
    RETAKE_ALLOWED = "retake_allowed"
    GAINS_ADOPTED = "gains_adopted"
    WORK_TASKS_LOADED = "work_tasks_loaded"
    WORK_STARTED = "work_started"
    WORK_FILE_ADDED = "work_file_added"
    WORK_FILE_REMOVED = "work_file_removed"
    WORK_FILE_READ = "work_file_read"
    WORK_HANDED_IN = "work_handed_in"
    WORK_RETURNED = "work_returned"
    WORK_WITHDRAWN = "work_withdrawn"
    WORK_MARKED = "work_marked"
    WORK_JUDGED = "work_judged"
    WORK_REOPENED = "work_reopened"
    ANSWER_MARKED = "answer_marked"
    ANSWER_SETTLED = "answer_settled"
    CONFLICT_DECLARED = "conflict_declared"
    PANEL_CONVENED = "panel_convened"
    CERTIFICATE_RECOGNISED = "certificate_recognised"
    CERTIFICATE_REVOKED = "certificate_revoked"
    CERTIFICATE_EXPIRED = "certificate_expired"
    LEVEL_DECLARED = "level_declared"
    ATTENDANCE_ENTERED = "attendance_entered"
    ATTENDANCE_TAKEN_BACK = "attendance_taken_back"
    HOURS_LISTED = "hours_listed"
    HOURS_EXPORTED = "hours_exported"
    HOURS_RULE_ADDED = "hours_rule_added"
    ASSIGNED = "assigned"
    ASSIGNMENT_WITHDRAWN = "assignment_withdrawn"
    ASSIGNMENT_EXCUSED = "assignment_excused"
    ASSIGNMENT_POSTPONED = "assignment_postponed"
    ASSIGNMENT_READ = "assignment_read"
    ASSIGNMENTS_LISTED = "assignments_listed"
    ASSIGNMENTS_EXPORTED = "assignments_exported"
    RULE_TESTED = "rule_tested"
    RULE_CHANGED = "rule_changed"
    RULE_SWITCHED = "rule_switched"
    DECISION_RECORDED = "decision_recorded"
    DECISION_PUBLISHED = "decision_published"
    DECISION_REVIEWED = "decision_reviewed"
    DECISIONS_EXPORTED = "decisions_exported"
    YEARLY_PLAN_CHANGED = "yearly_plan_changed"
    YEARLY_PLANS_EXPORTED = "yearly_plans_exported"
    TRANSFER_TRIED = "transfer_tried"
    TARGETS_DRAFTED = "targets_drafted"
    TARGETS_SIGNED = "targets_signed"
    TARGETS_WITHDRAWN = "targets_withdrawn"
    TARGETS_IN_FORCE = "targets_in_force"
    TARGETS_EXPORTED = "targets_exported"
    REPORT_MADE = "report_made"
    REPORT_OPENED = "report_opened"
    REPORT_DELETED = "report_deleted"
    REPORTS_EXPORTED = "reports_exported"
    REPORT_SCHEDULED = "report_scheduled"
    REPORT_SCHEDULE_ENDED = "report_schedule_ended"
    OWN_CERTIFICATE_ISSUED = "own_certificate_issued"
    OWN_CERTIFICATE_CHANGED = "own_certificate_changed"
    OWN_CERTIFICATE_WITHDRAWN = "own_certificate_withdrawn"
    ISSUED_CERTIFICATE_REVOKED = "issued_certificate_revoked"
    ISSUED_CERTIFICATE_SUPERSEDED = "issued_certificate_superseded"
    PLAN_ASKED_FOR = "plan_asked_for"
    PLAN_BY_HAND = "plan_by_hand"
    PLAN_DECIDED = "plan_decided"
    PLAN_UNDONE = "plan_undone"
    ORDER_CHANGED = "order_changed"
    ORDER_OPENED = "order_opened"
    ORDER_LISTED = "order_listed"
    ORDER_PEOPLE_CHANGED = "order_people_changed"
    ORDER_OFFERED = "order_offered"
    ORDER_DECIDED = "order_decided"
    ORDER_STARTED = "order_started"
    ORDER_DELIVERED = "order_delivered"
    ORDER_SIGNED = "order_signed"
    ORDER_WITHDRAWN = "order_withdrawn"
    ORDER_MESSAGE = "order_message"
    ORDER_FILE_READ = "order_file_read"
    ORDERS_EXPORTED = "orders_exported"
    BASE_CHANGED = "base_changed"
    BASES_EXPORTED = "bases_exported"
    PLAN_LISTED = "plan_listed"
    PLAN_EXPORTED = "plan_exported"
    DRAFT_CREATED = "draft_created"
    DRAFT_STATE = "draft_state"
    DRAFT_CONFLICT_SETTLED = "draft_conflict_settled"
    DRAFT_PICTURE_ADDED = "draft_picture_added"
    DRAFT_FILE_REMOVED = "draft_file_removed"
    DRAFT_EXPORTED = "draft_exported"
    REVIEW_SUBMITTED = "review_submitted"
    REVIEWER_NAMED = "reviewer_named"
    REVIEWER_REPLACED = "reviewer_replaced"
    REVIEW_DECLARED = "review_declared"
    REVIEW_HANDED_BACK = "review_handed_back"
    REVIEW_COMMENTED = "review_commented"
    REVIEW_COMMENT_RESOLVED = "review_comment_resolved"
    REVIEW_COMMENT_REOPENED = "review_comment_reopened"
    REVIEW_JUDGED = "review_judged"
    REVIEW_RECALLED = "review_recalled"
    REVIEW_WITHDRAWN = "review_withdrawn"
    REVIEWS_EXPORTED = "reviews_exported"
    COURSE_RELEASED = "course_released"
    COURSE_RETIRED = "course_retired"
    COURSE_REINSTATED = "course_reinstated"
    AUDIT_READ = "audit_read"
    AUDIT_EXPORTED = "audit_exported"


ACTION_NAMES = {
    Action.SIGN_IN: _l("signed in"),
    Action.SIGN_OUT_EVERYWHERE: _l("ended all sessions"),
    Action.PASSWORD_SET: _l("set a password"),
    Action.CODE_ISSUED: _l("issued a one-time code"),
    Action.ACCOUNT_ADDED: _l("added an account"),
    Action.ROLE_GRANTED: _l("granted a role"),
    Action.ROLE_REVOKED: _l("revoked a role"),
    Action.PARTNER_ADDED: _l("registered a partner organisation"),
    Action.PARTNER_CHANGED: _l("changed a partner organisation"),
    Action.PARTNER_CLOSED: _l("closed a partner organisation"),
    Action.PARTNER_REOPENED: _l("opened a partner organisation again"),
    Action.PARTNERS_EXPORTED: _l("exported the list of partner organisations"),
    Action.MEMBER_INVITED: _l("invited a member of a partner organisation"),
    Action.INVITATION_RENEWED: _l("sent an invitation again"),
    Action.INVITATION_WITHDRAWN: _l("withdrew an invitation"),
    Action.INVITATION_ACCEPTED: _l("accepted an invitation"),
    Action.MEMBERSHIP_ENDED: _l("a membership or a part of it ended"),
    Action.LIBRARY_SHARED: _l("shared something in the library"),
    Action.LIBRARY_CHANGED: _l("changed what the library says of an entry"),
    Action.LIBRARY_VERSION_ADDED: _l("added a version to an entry of the library"),
    Action.LIBRARY_WITHDRAWN: _l("withdrew an entry of the library"),
    Action.LIBRARY_REUSED: _l("noted where an entry of the library is used"),
    Action.LIBRARY_REUSE_ENDED: _l("noted that an entry of the library is no longer used"),
    Action.LIBRARY_EXPORTED: _l("exported the list of the library"),
    Action.RECORD_READ: _l("opened the record"),
    Action.RECORD_EXPORTED: _l("exported the record"),
    Action.PEOPLE_LISTED: _l("saw the person in a list"),
    Action.PEOPLE_EXPORTED: _l("exported a list of people"),
    Action.PERSON_ADDED: _l("added the person"),
    Action.PERSON_CHANGED: _l("changed the person's data"),
    Action.PERSON_MOVED: _l("moved the person"),
    Action.PERSON_DEACTIVATED: _l("deactivated the person"),
    Action.PERSON_REACTIVATED: _l("reactivated the person"),
    Action.UNIT_ADDED: _l("added a unit"),
    Action.UNIT_CHANGED: _l("changed a unit"),
    Action.UNIT_MOVED: _l("moved a unit"),
    Action.IMPORT_APPLIED: _l("applied an import"),
    Action.SKILLS_EXPORTED: _l("exported a unit's skills"),
    Action.COURSE_LOADED: _l("loaded a course revision"),
    Action.COURSE_ACCEPTED: _l("accepted a course for evidence"),
    Action.BANK_LOADED: _l("loaded an item bank"),
    Action.FRAMEWORK_LOADED: _l("loaded the competency framework"),
    Action.RESPONSES_IMPORTED: _l("imported responses"),
    Action.CORRECTION_DRAFTED: _l("drafted a correction of a question"),
    Action.CORRECTION_DROPPED: _l("dropped the draft of a correction"),
    Action.CORRECTION_BEGUN: _l("began to correct a question"),
    Action.CORRECTION_APPLIED: _l("corrected a question for everyone who had answered it"),
    Action.CORRECTION_EXPORTED: _l("exported whom a correction affects"),
    Action.MARK_CORRECTED: _l("had an answer marked anew after a correction"),
    Action.APPEAL_OPENED: _l("appealed"),
    Action.APPEAL_WITHDRAWN: _l("withdrew an appeal"),
    Action.APPEAL_READ: _l("read an appeal"),
    Action.APPEAL_TAKEN_UP: _l("took up an appeal"),
    Action.APPEAL_MESSAGE: _l("wrote in an appeal"),
    Action.APPEAL_ANSWERED: _l("answered an appeal"),
    Action.APPEALS_EXPORTED: _l("exported a list of appeals"),
    Action.COMMENT_MADE: _l("commented on a lesson or a question"),
    Action.COMMENT_ANSWERED: _l("answered a comment"),
    Action.COMMENT_TAKEN_UP: _l("took up a comment"),
    Action.COMMENT_DECLINED: _l("declined a comment"),
    Action.COMMENT_HIDDEN: _l("hid the words of a comment"),
    Action.COMMENT_SHOWN: _l("showed the words of a comment again"),
    Action.COMMENTS_EXPORTED: _l("exported a list of comments"),
    Action.COMMENT_OWNER_NAMED: _l("named who answers comments on a course"),
    Action.FACT_ADDED: _l("added a fact to the register"),
    Action.FACT_CHANGED: _l("changed a fact of the register"),
    Action.FACT_SOURCE_ADDED: _l("added a source to the register of facts"),
    Action.FACT_FLAGGED: _l("flagged what cites a fact"),
    Action.FACTS_EXPORTED: _l("exported the register of facts"),
    Action.FLAG_STILL_RIGHT: _l("looked at a lesson or question and found it still right"),
    Action.FLAG_TO_CHANGE: _l("looked at a lesson or question and found that it needs a change"),
    Action.FLAG_CHANGED: _l("confirmed the new version of a lesson or question"),
    Action.SNAPSHOT_TAKEN: _l("took a snapshot"),
    Action.ITEMS_CALIBRATED: _l("calibrated questions"),
    Action.ITEMS_EXPORTED: _l("exported the figures of questions"),
    Action.ACCOMMODATION_GRANTED: _l("granted an accommodation"),
    Action.ACCOMMODATION_ENDED: _l("ended an accommodation"),
    Action.RETAKE_ALLOWED: _l("allowed an early retake"),
    Action.GAINS_ADOPTED: _l("adopted learned gains of courses"),
    Action.WORK_TASKS_LOADED: _l("loaded work samples"),
    Action.WORK_STARTED: _l("began a work sample"),
    Action.WORK_FILE_ADDED: _l("added a file to a work sample"),
    Action.WORK_FILE_REMOVED: _l("removed a file from a work sample"),
    Action.WORK_FILE_READ: _l("opened a file of a work sample or certificate"),
    Action.WORK_HANDED_IN: _l("handed in a work sample"),
    Action.WORK_RETURNED: _l("returned a work sample to be completed"),
    Action.WORK_WITHDRAWN: _l("withdrew a work sample"),
    Action.WORK_MARKED: _l("marked a work sample"),
    Action.WORK_JUDGED: _l("a work sample was judged"),
    Action.WORK_REOPENED: _l("put a work sample before other assessors"),
    Action.ANSWER_MARKED: _l("marked a short answer"),
    Action.ANSWER_SETTLED: _l("a short answer was settled"),
    Action.CONFLICT_DECLARED: _l("declared a conflict of interest"),
    Action.PANEL_CONVENED: _l("convened a panel"),
    Action.CERTIFICATE_RECOGNISED: _l("recognised a certificate"),
    Action.CERTIFICATE_REVOKED: _l("revoked the recognition of a certificate"),
    Action.CERTIFICATE_EXPIRED: _l("ended the recognition of a certificate that had expired"),
    Action.LEVEL_DECLARED: _l("declared a level"),
    Action.ATTENDANCE_ENTERED: _l("entered attendance at a training"),
    Action.ATTENDANCE_TAKEN_BACK: _l("took an entry of attendance back"),
    Action.HOURS_LISTED: _l("saw the class hours of a person in a list"),
    Action.HOURS_EXPORTED: _l("exported class hours"),
    Action.HOURS_RULE_ADDED: _l("added a version of a rule of class hours"),
    Action.ASSIGNED: _l("assigned something to the person"),
    Action.ASSIGNMENT_WITHDRAWN: _l("withdrew an assignment"),
    Action.ASSIGNMENT_EXCUSED: _l("excused the person from an assignment"),
    Action.ASSIGNMENT_POSTPONED: _l("answered about the due date of an assignment"),
    Action.ASSIGNMENT_READ: _l("read the person's assignments"),
    Action.ASSIGNMENTS_LISTED: _l("saw the person in a list of assignments"),
    Action.ASSIGNMENTS_EXPORTED: _l("exported assignments"),
    Action.RULE_TESTED: _l("looked whom a rule would hit"),
    Action.RULE_CHANGED: _l("made or changed a rule of assignments"),
    Action.RULE_SWITCHED: _l("switched a rule of assignments"),
    Action.DECISION_RECORDED: _l("recorded a decision"),
    Action.DECISION_PUBLISHED: _l("published a decision"),
    Action.DECISION_REVIEWED: _l("reviewed a decision"),
    Action.DECISIONS_EXPORTED: _l("exported decisions"),
    Action.YEARLY_PLAN_CHANGED: _l("changed a yearly plan"),
    Action.YEARLY_PLANS_EXPORTED: _l("exported yearly plans"),
    Action.TRANSFER_TRIED: _l("looked at what a transfer would change"),
    Action.TARGETS_DRAFTED: _l("drafted targets"),
    Action.TARGETS_SIGNED: _l("signed targets"),
    Action.TARGETS_WITHDRAWN: _l("withdrew targets"),
    Action.TARGETS_IN_FORCE: _l("targets came into force"),
    Action.TARGETS_EXPORTED: _l("exported targets or whom they affect"),
    Action.REPORT_MADE: _l("had a report on a unit's skills made"),
    Action.REPORT_OPENED: _l("opened a report on a unit's skills"),
    Action.REPORT_DELETED: _l("deleted a report on a unit's skills"),
    Action.REPORTS_EXPORTED: _l("exported the list of reports"),
    Action.REPORT_SCHEDULED: _l("scheduled reports on a unit's skills"),
    Action.REPORT_SCHEDULE_ENDED: _l("ended a schedule of reports"),
    Action.OWN_CERTIFICATE_ISSUED: _l("asked for a certificate and got it"),
    Action.OWN_CERTIFICATE_CHANGED: _l("chose whether a certificate shows the name"),
    Action.OWN_CERTIFICATE_WITHDRAWN: _l("withdrew a certificate"),
    Action.ISSUED_CERTIFICATE_REVOKED: _l("revoked a certificate issued here"),
    Action.ISSUED_CERTIFICATE_SUPERSEDED: _l("a certificate no longer held after a correction"),
    Action.PLAN_ASKED_FOR: _l("had a plan made"),
    Action.PLAN_BY_HAND: _l("put somebody into a plan or took them out by hand"),
    Action.PLAN_DECIDED: _l("decided a plan"),
    Action.PLAN_UNDONE: _l("undid a plan"),
    Action.ORDER_CHANGED: _l("changed the draft of a training order"),
    Action.ORDER_OPENED: _l("opened a training order to partners"),
    Action.ORDER_LISTED: _l("read the name on the list of a training order"),
    Action.ORDER_PEOPLE_CHANGED: _l("put on or took off the list of a training order"),
    Action.ORDER_OFFERED: _l("made, changed or withdrew an offer to a training order"),
    Action.ORDER_DECIDED: _l("decided about offers to a training order"),
    Action.ORDER_STARTED: _l("began a training order"),
    Action.ORDER_DELIVERED: _l("delivered a training order"),
    Action.ORDER_SIGNED: _l("signed a training order off"),
    Action.ORDER_WITHDRAWN: _l("withdrew a training order"),
    Action.ORDER_MESSAGE: _l("wrote about a training order"),
    Action.ORDER_FILE_READ: _l("read a file of a training order"),
    Action.ORDERS_EXPORTED: _l("exported training orders"),
    Action.BASE_CHANGED: _l("changed a training base"),
    Action.BASES_EXPORTED: _l("exported training bases"),
    Action.PLAN_LISTED: _l("saw the person in a plan"),
    Action.PLAN_EXPORTED: _l("exported who is in a plan"),
    Action.DRAFT_CREATED: _l("began a draft of a course"),
    Action.DRAFT_STATE: _l("moved a draft of a course on"),
    Action.DRAFT_CONFLICT_SETTLED: _l("settled a conflict between two versions of a draft"),
    Action.DRAFT_PICTURE_ADDED: _l("put a picture into a draft of a course"),
    Action.DRAFT_FILE_REMOVED: _l("removed a file from a draft of a course"),
    Action.DRAFT_EXPORTED: _l("exported a draft of a course"),
    Action.REVIEW_SUBMITTED: _l("submitted a course for review"),
    Action.REVIEWER_NAMED: _l("named a reviewer of a course"),
    Action.REVIEWER_REPLACED: _l("ended the task of a reviewer"),
    Action.REVIEW_DECLARED: _l("declared whether there is a conflict of interest"),
    Action.REVIEW_HANDED_BACK: _l("handed back a review"),
    Action.REVIEW_COMMENTED: _l("commented on lines of a course in review"),
    Action.REVIEW_COMMENT_RESOLVED: _l("resolved a comment on a course in review"),
    Action.REVIEW_COMMENT_REOPENED: _l("reopened a comment on a course in review"),
    Action.REVIEW_JUDGED: _l("gave a verdict on a course in review"),
    Action.REVIEW_RECALLED: _l("took a course back from review"),
    Action.REVIEW_WITHDRAWN: _l("ended the review of a course"),
    Action.REVIEWS_EXPORTED: _l("exported the list of reviews"),
    Action.COURSE_RELEASED: _l("released a course"),
    Action.COURSE_RETIRED: _l("retired a course"),
    Action.COURSE_REINSTATED: _l("offered a retired course again"),
    Action.AUDIT_READ: _l("read the audit log"),
    Action.AUDIT_EXPORTED: _l("exported the audit log"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to write down. ``subject`` names it for people (a code or reference), ``official_id`` whom it concerns."""

    action: Action
    subject: str
    official_id: int | None = None
    detail: dict[str, Any] | None = None


def record(session: Session, *, actor: Actor, action: Action, subject: str, now: datetime, official_id: int | None = None, **detail: Any) -> None:
    """Append one entry. The session must be a writing one."""
    record_many(session, actor=actor, now=now, events=[Event(action, subject, official_id, detail or None)])


def record_many(session: Session, *, actor: Actor, now: datetime, events: Iterable[Event]) -> int:
    """Append entries in order; returns how many."""
    events = list(events)
    if not events:
        return 0
    last, head = _head(session)
    rows = []
    said = _Said()
    for seq, event in enumerate(events, last + 1):
        row = (seq, now, actor.account_id, actor.name[:120], str(event.action), event.subject[:160], event.official_id, said.detail(event), head)
        head = _seal(*row)
        rows.append((*row, head))
    return _ENTRIES.write(session, rows)


_ENTRIES = Rows(insert(AuditEntry.__table__), [column.name for column in AuditEntry.__table__.columns])


class _Said:
    """Canonical details, made once for neighbouring entries that share theirs."""

    def __init__(self) -> None:
        self.of: dict[str, Any] | None = None
        self.text = _canonical({})

    def detail(self, event: Event) -> str:
        if event.detail is not self.of:
            self.of, self.text = event.detail, _canonical(event.detail or {})
        return self.text


def _head(session: Session) -> tuple[int, str]:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = session.execute(select(AuditEntry.seq, AuditEntry.hash).order_by(AuditEntry.seq.desc()).limit(1)).one_or_none()
    return (last.seq, last.hash) if last else (0, GENESIS)


def seal(row: Mapping[str, Any]) -> str:
    """SHA-256 of the entry's canonical form, which includes the hash before it."""
    return _seal(*(row[column.name] for column in AuditEntry.__table__.columns if column.name != "hash"))


def _seal(seq: int, at: datetime, account_id: int | None, actor: str, action: str, subject: str, official_id: int | None, detail: str, prev_hash: str) -> str:
    # whole microseconds survive both engines
    fields = [prev_hash, seq, at.timestamp(), account_id, actor, action, subject, official_id, detail]
    return hashlib.sha256(_plain(fields).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """``count`` entries read; ``broken_at`` the first entry that does not fit, with the reason, or None."""

    count: int
    broken_at: int | None = None
    reason: str = ""


def verify(session: Session) -> Verdict:
    """Walk the whole chain in constant memory and name the first entry that does not fit."""
    count, head = 0, GENESIS
    query = select(AuditEntry.__table__).order_by(AuditEntry.seq).execution_options(yield_per=1000)
    with session.execute(query) as result:
        for entry in result.mappings():
            count += 1
            if entry["seq"] != count:
                return Verdict(count, count, "an entry is missing")
            if entry["prev_hash"] != head:
                return Verdict(count, count, "it does not follow the entry before it")
            if seal(dict(entry)) != entry["hash"]:
                return Verdict(count, count, "its content was changed")
            head = entry["hash"]
    return Verdict(count)


def entries_about(session: Session, official_id: int, *, limit: int = 200) -> Sequence[AuditEntry]:
    """The newest entries that concern an official: who looked, who changed what."""
    query = select(AuditEntry).where(AuditEntry.official_id == official_id).order_by(AuditEntry.seq.desc()).limit(limit)
    return session.scalars(query).all()
