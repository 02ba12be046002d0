"""The only registries: which blueprints, which listeners, which jobs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Flask

from lms.access import audit
from lms.core import db, events, jobs

BLUEPRINTS = (
    "lms.web.pages",
    "lms.people.auth_web",
    "lms.people.notice_web",
    "lms.people.web",
    "lms.people.admin_web",
    "lms.partners.web",
    "lms.partners.invitation_web",
    "lms.access.web",
    "lms.courses.web",
    "lms.assessments.check_web",
    "lms.assessments.retake_web",
    "lms.learning.web",
    "lms.portfolio.web",
    "lms.portfolio.people_web",
    "lms.marking.web",
    "lms.marking.panel_web",
    "lms.competency.web",
    "lms.competency.target_web",
    "lms.hours.web",
    "lms.placement.web",
    "lms.corrections.web",
    "lms.assignments.web",
    "lms.assignments.my_web",
    "lms.psychometrics.web",
    "lms.psychometrics.effect_web",
    "lms.psychometrics.quality_web",
    "lms.psychometrics.table_web",
    "lms.authoring.web",
    "lms.authoring.lesson_web",
    "lms.authoring.history_web",
    "lms.authoring.picture_web",
    "lms.authoring.item_bank_web",
    "lms.authoring.head_web",
    "lms.planning.web",
    "lms.talent.web",
    "lms.talent.dual_web",
    "lms.decisions.web",
    "lms.decisions.year_web",
    "lms.cases.web",
    "lms.feedback.web",
    "lms.feedback.desk_web",
    "lms.library.web",
    "lms.library.use_web",
    "lms.facts.web",
    "lms.facts.flag_web",
    "lms.orders.web",
    "lms.orders.base_web",
    "lms.reviewing.web",
    "lms.reviewing.text_web",
    "lms.reviewing.course_web",
    "lms.interop.web",
    "lms.interop.exchange_web",
    "lms.reports.web",
    "lms.credentials.web",
    "lms.operations.web",
)
"""Modules that offer ``blueprint``; a few also ``init_app(app)``."""


def connect(app: Flask) -> None:
    """Give ``app`` its pages, and the events and jobs their functions."""
    from lms.assessments import course_tie
    from lms.assignments import evidence_queries
    from lms.authoring import citation_queries as authoring
    from lms.competency import portfolio_evidence
    from lms.courses import note_queries
    from lms.facts import citation_queries
    from lms.facts import note_queries as facts
    from lms.feedback import queries as feedback
    from lms.learning import queries as learning
    from lms.learning import ties
    from lms.people import notice_words
    from lms.placement import queries as placement
    from lms.portfolio import post
    from lms.web import errors, filters, home, navigation

    errors.init_app(app)
    filters.init_app(app)
    navigation.init_app(app)
    home.connect(app, home_sources())
    for name in BLUEPRINTS:
        if find_spec(name):
            app.register_blueprint(import_module(name).blueprint)
    course_tie.connect(ties.course_tie)
    post.connect(portfolio_evidence.targets_of_official)
    evidence_queries.connect(placement.finished)
    citation_queries.connect(feedback.partner_of_courses, learning.underway, authoring.drafts_citing)
    note_queries.connect(facts.on_lesson)
    app.extensions[db.KEPT].append(audit.look_again)
    events.connect(handlers())
    jobs.connect(job_table())
    notice_words.connect(notice_writers())


def handlers() -> dict[type, list[events.Handler]]:
    """Who listens to what; the order is the order of calls."""
    from lms.assessments.events import AttemptSubmitted, LessonCheckAnswered, LessonCheckPassed, ResponsesRecorded
    from lms.assignments import listeners as assignments
    from lms.cases import listeners as cases
    from lms.competency import listeners as competency
    from lms.corrections.events import EvidenceCorrected
    from lms.courses.events import CourseReleased
    from lms.credentials import listeners as credentials
    from lms.feedback import listeners as feedback
    from lms.hours import listeners as hours
    from lms.learning import actions as learning
    from lms.learning.events import CourseCompleted
    from lms.orders import listeners as orders
    from lms.partners.events import MemberLeft, OrganisationClosed
    from lms.people.events import OfficialsForgotten, OfficialsMoved, UnitsMoved
    from lms.portfolio import listeners as portfolio
    from lms.portfolio.events import EvidenceRecorded, WorkHandedIn
    from lms.reviewing import listeners as reviewing

    return {
        OfficialsMoved: [competency.officials_moved, hours.officials_moved, assignments.officials_moved],
        UnitsMoved: [competency.units_moved],
        OfficialsForgotten: [listening.officials_forgotten for listening in (assignments, credentials, portfolio, cases, feedback)],
        LessonCheckPassed: [learning.on_check_passed, assignments.check_passed],
        LessonCheckAnswered: [assignments.check_answered],
        AttemptSubmitted: [learning.on_attempt_submitted, competency.attempt_submitted, assignments.attempt_submitted],
        CourseCompleted: [competency.course_completed, hours.course_completed, assignments.course_completed],
        CourseReleased: [orders.course_released, feedback.course_released],
        EvidenceRecorded: [competency.evidence_recorded, hours.evidence_recorded, credentials.evidence_recorded],
        EvidenceCorrected: [credentials.evidence_corrected],
        WorkHandedIn: [assignments.work_handed_in],
        MemberLeft: [feedback.member_left, reviewing.member_left],
        OrganisationClosed: [feedback.organisation_closed],
        ResponsesRecorded: [competency.responses_recorded, assignments.responses_recorded],
    }


def job_table() -> dict[str, jobs.JobFunction]:
    """Background work by name."""
    from lms.assignments import jobs as assignments
    from lms.competency import target_jobs as targets
    from lms.corrections import jobs as corrections
    from lms.people import jobs as people
    from lms.planning import jobs as planning
    from lms.psychometrics import jobs as psychometrics
    from lms.psychometrics import table_jobs
    from lms.reports import jobs as reports

    return {
        "assignments.send_mail": assignments.send_mail,
        "competency.come_into_force": targets.come_into_force,
        "competency.preview_targets": targets.preview,
        "corrections.preview": corrections.preview,
        "corrections.apply": corrections.apply,
        "people.check_import": people.check_import,
        "people.apply_import": people.apply_import,
        "planning.make": planning.make,
        "planning.carry_out": planning.carry_out,
        "planning.undo": planning.undo,
        "psychometrics.figures": psychometrics.figures,
        table_jobs.KIND: table_jobs.work_out,
        "reports.make": reports.make,
    }


def notice_writers() -> dict[str, Callable[..., Any]]:
    """Who puts which kind of notice into words; see ``lms.people.notice_words``."""
    from lms.assessments import notices as assessments
    from lms.assignments import notices as assignments
    from lms.cases import notices as cases
    from lms.competency import notices as competency
    from lms.corrections import notices as corrections
    from lms.credentials import notices as credentials
    from lms.decisions import notices as decisions
    from lms.facts import notices as facts
    from lms.feedback import notices as feedback
    from lms.library import notices as library
    from lms.marking import notices as marking
    from lms.orders import notices as orders
    from lms.partners import notices as partners
    from lms.people import notices as people
    from lms.portfolio import notices as portfolio
    from lms.reports import notices as reports
    from lms.reviewing import notices as reviewing

    rooms = (people, partners, competency, assignments, corrections, cases, assessments, portfolio, marking, reports, credentials, decisions, feedback)
    rooms = (*rooms, facts, library, orders, reviewing)
    return {kind: writer for room in rooms for kind, writer in room.WRITERS.items()}


def home_sources() -> list[Callable[..., Any]]:
    """Who has something to say on a person's home page; see ``lms.web.home``."""
    from lms.assessments import home as assessments
    from lms.assignments import home as assignments
    from lms.authoring import home as authoring
    from lms.cases import home as cases
    from lms.competency import home as competency
    from lms.decisions import home as decisions
    from lms.facts import home as facts
    from lms.feedback import home as feedback
    from lms.hours import home as hours
    from lms.learning import home as learning
    from lms.marking import home as marking
    from lms.operations import home as operations
    from lms.orders import home as orders
    from lms.partners import home as partners
    from lms.people import home as people
    from lms.placement import home as placement
    from lms.portfolio import home as portfolio
    from lms.psychometrics import home as psychometrics
    from lms.reports import home as reports
    from lms.reviewing import home as reviewing
    from lms.talent import home as talent

    learners = [assessments.today, assignments.today, learning.today, placement.today, portfolio.today, marking.today, competency.today, hours.today]
    work = [cases.today, feedback.today, facts.today, decisions.today, orders.today, psychometrics.today, talent.today, reports.today, reviewing.today]
    return [*learners, authoring.today, *work, people.today, partners.today, operations.today]


def daily() -> dict[str, Callable[[datetime], None]]:
    """What happens once a night, by name; each opens its own transaction."""
    from lms.assessments.jobs import close_overdue
    from lms.assignments.jobs import nightly as assignments
    from lms.cases.jobs import remind as appeals
    from lms.competency.snapshots import nightly
    from lms.competency.target_jobs import nightly as targets
    from lms.corrections.jobs import go_on
    from lms.credentials.jobs import nightly as certificates
    from lms.decisions.jobs import nightly as decisions
    from lms.facts.jobs import nightly as facts
    from lms.feedback.jobs import remind as comments
    from lms.hours.jobs import nightly as hours
    from lms.interop.jobs import nightly as brought
    from lms.orders.jobs import nightly as orders
    from lms.people.jobs import forget_old_uploads, forget_sign_ins
    from lms.placement.jobs import close_left_open
    from lms.portfolio.jobs import end_expired_certificates
    from lms.psychometrics.effect_jobs import nightly as gains
    from lms.psychometrics.jobs import nightly as questions
    from lms.reports.jobs import nightly as reports
    from lms.reviewing.jobs import remind as reviews
    from lms.talent.balance_jobs import nightly as access
    from lms.talent.dual_jobs import nightly as strands

    return {
        "attempts out of time": close_overdue,
        "placements left open": close_left_open,
        "appeals": appeals,
        "comments": comments,
        "reviews": reviews,
        "facts": facts,
        "interrupted corrections": go_on,
        "expired recognitions": end_expired_certificates,
        "targets": targets,
        "questions": questions,
        "worth of courses": gains,
        "snapshot": nightly,
        "access": access,
        "both strands": strands,
        "reviews of decisions": decisions,
        "assignments": assignments,
        "class hours": hours,
        "training orders": orders,
        "reports": reports,
        "certificates": certificates,
        "old uploads": forget_old_uploads,
        "old sign-ins": forget_sign_ins,
        "old imports": brought,
    }
