"""What the platform holds about a person: the one table from which the privacy notice is printed."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of data: what it is, what for, who sees it, how long it is needed, and the names of the tables that hold it."""

    data: LazyString
    purpose: LazyString
    seen_by: LazyString
    kept: LazyString
    tables: tuple[str, ...]


HOLDINGS = (
    Holding(
        _l("Staff record: name, staff number, unit, post, grade, month of birth, telephone, dates of joining and retirement"),
        _l("To know which targets apply and who trains whom"),
        _l("You, and the HR office of your unit or a unit above it"),
        _l("While you are in service and three years after"),
        ("official", "post_arrival"),
    ),
    Holding(
        _l("Account: how you sign in, a one-way hash of your password, when and from what kind of device you signed in; network addresses of failed tries"),
        _l("To make sure that answers are yours"),
        _l("You; the administrator sees that an account exists and its roles, never the password"),
        _l("The account as long as the staff record; a session until it ends, a device you used for a year; failed tries to sign in for a day"),
        ("account", "role_grant", "activation_code", "sign_in_session", "known_device", "sign_in_failure"),
    ),
    Holding(
        _l("Learning: courses begun, lessons and checks done. No reading time, no clicks, no location"),
        _l("To show you where you were, and to credit class hours on evidence"),
        _l("You, and the HR office of your unit or a unit above it"),
        _l("While you are in service and three years after"),
        ("enrolment", "lesson_done", "completion"),
    ),
    Holding(
        _l("Organised training you took part in, and your class hours by year"),
        _l("To credit class hours by published rules"),
        _l("You, and the HR office of your unit or a unit above it. Unit heads see how many reach their hours, not who"),
        _l("While you are in service and three years after"),
        ("attendance_row", "hours_standing", "hours_stale"),
    ),
    Holding(
        _l("Answers in quizzes that count, with time and question version"),
        _l("Evidence of skills; needed whole so that a wrong key can be corrected and an appeal decided"),
        _l("You; the HR office may open it, and each opening is logged and shown to you. Course authors see statistics of questions without names"),
        _l("Counted for 36 months; kept while you are in service and three years after"),
        ("attempt", "attempt_step", "response", "remark", "correction_effect", "retake_permission", "placement_sitting", "placement_step"),
    ),
    Holding(
        _l("Work you handed in with its files, and how it was judged; certificates from elsewhere that were recognised; levels you declared yourself"),
        _l("Evidence of what no quiz can show"),
        _l("You, and the HR office of your unit or a unit above it, each opening logged. Assessors read the work without being told whose it is"),
        _l("While you are in service and three years after; the files of work that you withdraw are deleted at once"),
        ("submission", "work_file", "judgement", "certificate", "declaration"),
    ),
    Holding(
        _l("Estimates of skills, drawn from those answers by a published rule"),
        _l("To compare with the targets of your post and to plan training"),
        _l("You, and the HR office of your unit or a unit above it. Unit heads and everyone else see groups of at least five people only"),
        _l("As long as the answers from which they are drawn"),
        ("proficiency", "state_change", "strong_level", "touched"),
    ),
    Holding(
        _l("Whether both strands are met, worked out each night from these estimates; whether a transfer of yours was an option of a decision"),
        _l("To plan training and succession. Never to order people by ability, and never the sole ground for a decision about you"),
        _l("You see your own standing and what is missing; the HR office of your unit or a unit above it sees it, and each look is logged"),
        _l("A standing until the next night; decisions while you are in service and three years after"),
        ("dual_standing", "decision_person"),
    ),
    Holding(
        _l("What is assigned to you and why, reminders, requests for more time; training plans and orders on whose list you are; targets set for you yourself"),
        _l("To plan training that fits you, and to remind you of it"),
        _l("You, and the HR office of your unit or a unit above it. Whoever delivers ordered training sees numbers of people, no names"),
        _l("While you are in service and three years after"),
        ("assignment", "assignment_reason", "assignment_step", "assignment_reminder", "time_request", "recommendation_answer", "plan_item",
         "training_order_person", "target_version", "target_line"),
    ),
    Holding(
        _l("Certificates that you asked for: name, what was finished or proven, dates; how and why one ended"),
        _l("So that whoever you show one to can confirm it"),
        _l("You, and the HR office of your unit or a unit above it; whoever has its address sees what it says, the name with stars unless you show it"),
        _l("While you are in service and three years after. Tries to open a certificate that does not exist: a day, as a hash of the network address"),
        ("issued_certificate",),
    ),
    Holding(
        _l("Appeals: what you wrote, what was answered and what was decided"),
        _l("To put a wrong result right, and to answer you"),
        _l("You; the HR office of your unit or a unit above it and the administrator, who answer appeals"),
        _l("While you are in service and three years after"),
        ("appeal", "appeal_step"),
    ),
    Holding(
        _l("Comments that you made on lessons and questions, and what was answered"),
        _l("To put courses and questions right, and to answer you"),
        _l(
            "You. Whoever answers for the course reads what you wrote, not your name or unit; the HR office sees neither. "
            "An answer is shown to others only if you agree"
        ),
        _l("While you are in service and three years after"),
        ("learner_comment", "learner_comment_step"),
    ),
    Holding(
        _l("Notices to you; accommodations in quizzes (time, type, language) with the reason for them, never anything about health"),
        _l("To tell you what changed in your record, and to make quizzes fair to you"),
        _l("You see all of them; the HR office of your unit or a unit above it sees accommodations. Markers and unit heads see neither"),
        _l("While you are in service and three years after"),
        ("notice", "account_notice", "accommodation"),
    ),
    Holding(
        _l("A mail address, if you enter one, and when mails went to it"),
        _l("To remind you by mail, unless you switch it off"),
        _l("You; the mail server that carries the mail"),
        _l("Until you change or empty it; the text of a mail until it is sent"),
        ("mail_address", "mail_message"),
    ),
    Holding(
        _l("What you do for others in a role on the platform: courses and questions written, reviews, marks, lists imported, plans, decisions, reports"),
        _l("To know who answers for what"),
        _l("Whoever works on the same thing, and the auditor. Those whose work is marked are not told by whom"),
        _l("As long as the thing itself"),
        ("roster_import", "job", "evidence_acceptance", "mark", "marking_conflict", "panel_seat", "correction", "attendance_import", "report",
         "report_schedule", "decision", "yearly_plan", "yearly_goal", "yearly_step", "target_signature", "plan", "partner_invitation", "file_edit",
         "file_conflict", "bank_import", "review_round", "reviewer", "review_comment", "review_verdict", "review_answer", "fact_revision",
         "fact_flag_step", "library_reuse"),
    ),
    Holding(
        _l("Audit log: who opened or changed what about whom, and when"),
        _l("So that every use of your data can be traced, by you too"),
        _l("You see the entries about you; the auditor sees all"),
        _l("At least three years; entries cannot be edited or removed"),
        ("audit_entry",),
    ),
)
