"""Everything that may be asked for, each with the words the public power list prints."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l


class Role(enum.StrEnum):
    """Who one is to the platform. OFFICIAL comes with a staff record; all others are granted."""

    OFFICIAL = "official"
    UNIT_HEAD = "unit_head"
    HR = "hr"
    ASSESSOR = "assessor"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


ROLE_NAMES = {
    Role.OFFICIAL: _l("Official"),
    Role.UNIT_HEAD: _l("Unit head"),
    Role.HR: _l("HR"),
    Role.ASSESSOR: _l("Assessor"),
    Role.AUTHOR: _l("Author"),
    Role.REVIEWER: _l("Reviewer"),
    Role.COORDINATOR: _l("Coordinator of a partner organisation"),
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.AUDITOR: _l("Auditor"),
}

UNIT_ROLES = (Role.UNIT_HEAD, Role.HR)
PARTNER_ROLES = (Role.AUTHOR, Role.REVIEWER, Role.COORDINATOR)


class Permission(enum.StrEnum):
    """One thing that can be allowed. The value is the stable code; ``PERMISSION_NAMES`` says it in words."""

    OWN_RECORD = "own_record"
    LEARN = "learn"
    TAKE_ASSESSMENT = "take_assessment"
    PREVIEW_COURSES = "preview_courses"
    PEOPLE_READ = "people_read"
    PEOPLE_EDIT = "people_edit"
    PEOPLE_IMPORT = "people_import"
    UNITS_EDIT = "units_edit"
    CODES_ISSUE = "codes_issue"
    RECORD_READ = "record_read"
    SKILLS_LIVE = "skills_live"
    SKILLS_SNAPSHOT = "skills_snapshot"
    SKILLS_EXPORT = "skills_export"
    ACCOMMODATIONS_GRANT = "accommodations_grant"
    CERTIFICATES_RECOGNISE = "certificates_recognise"
    PANELS_CONVENE = "panels_convene"
    MARK = "mark"
    ITEM_STATISTICS = "item_statistics"
    ITEMS_CORRECT = "items_correct"
    CASES_ANSWER = "cases_answer"
    FEEDBACK_ANSWER = "feedback_answer"
    TARGETS_EDIT = "targets_edit"
    TARGETS_SIGN = "targets_sign"
    ASSIGN = "assign"
    PLANS_EDIT = "plans_edit"
    TALENT_SEARCH = "talent_search"
    HOURS_ENTER = "hours_enter"
    HOURS_RULES_EDIT = "hours_rules_edit"
    REPORTS_MAKE = "reports_make"
    CERTIFICATES_REVOKE = "certificates_revoke"
    ROLES_GRANT = "roles_grant"
    PARTNERS_EDIT = "partners_edit"
    MEMBERS_INVITE = "members_invite"
    COURSES_WRITE = "courses_write"
    COURSES_REVIEW = "courses_review"
    COURSES_RELEASE = "courses_release"
    FACTS_EDIT = "facts_edit"
    ORDERS_PLACE = "orders_place"
    ORDERS_ANSWER = "orders_answer"
    LIBRARY_SHARE = "library_share"
    BASES_EDIT = "bases_edit"
    COURSES_ACCEPT = "courses_accept"
    INSTANCE_READ = "instance_read"
    AUDIT_READ = "audit_read"


PERMISSION_NAMES = {
    Permission.OWN_RECORD: _l("See, export and correct the record held about oneself"),
    Permission.LEARN: _l("Read courses and keep one's own progress"),
    Permission.TAKE_ASSESSMENT: _l("Take quizzes, whose answers become evidence about oneself"),
    Permission.PREVIEW_COURSES: _l("Read every course as learners see it"),
    Permission.PEOPLE_READ: _l("Find officials and see post, unit and contact"),
    Permission.PEOPLE_EDIT: _l("Add officials, change their data, move and deactivate them"),
    Permission.PEOPLE_IMPORT: _l("Import units and rosters from a file"),
    Permission.UNITS_EDIT: _l("Add, rename and move units"),
    Permission.CODES_ISSUE: _l("Hand out one-time activation codes"),
    Permission.RECORD_READ: _l("Open an official's record of evidence (each reading is logged and shown to the official)"),
    Permission.SKILLS_LIVE: _l("See a unit's skills as they stand now"),
    Permission.SKILLS_SNAPSHOT: _l("See a unit's skills as of the daily snapshot, small groups hidden"),
    Permission.SKILLS_EXPORT: _l("Export a unit's skills"),
    Permission.ACCOMMODATIONS_GRANT: _l("Grant extra time, large type or another language in quizzes"),
    Permission.CERTIFICATES_RECOGNISE: _l("Recognise certificates from elsewhere, with reason and expiry"),
    Permission.PANELS_CONVENE: _l("Convene assessment panels for the highest level"),
    Permission.MARK: _l("Mark short answers and work samples without seeing whose they are"),
    Permission.ITEM_STATISTICS: _l("See how questions and courses work, without names of officials"),
    Permission.ITEMS_CORRECT: _l("Correct a wrong key or withdraw a question, with everyone affected told"),
    Permission.CASES_ANSWER: _l("Answer appeals against a result or a question"),
    Permission.FEEDBACK_ANSWER: _l("Answer comments on lessons and questions, without seeing whose they are"),
    Permission.TARGETS_EDIT: _l("Set the target levels of posts, units and persons, with reason and date"),
    Permission.TARGETS_SIGN: _l("Sign off target levels as a named expert, with conflicts declared"),
    Permission.ASSIGN: _l("Assign courses and tests to people, one by one or by rule"),
    Permission.PLANS_EDIT: _l("Make training plans and record decisions"),
    Permission.TALENT_SEARCH: _l("See who meets both strands and how critical posts could be filled; never a ranking"),
    Permission.HOURS_ENTER: _l("Enter attendance at organised training"),
    Permission.HOURS_RULES_EDIT: _l("Set the rules by which class hours are credited"),
    Permission.REPORTS_MAKE: _l("Make reports on a unit's skills"),
    Permission.CERTIFICATES_REVOKE: _l("Revoke a certificate, with reason"),
    Permission.ROLES_GRANT: _l("Grant and revoke roles"),
    Permission.PARTNERS_EDIT: _l("Register partner organisations and invite their members"),
    Permission.MEMBERS_INVITE: _l("Invite members of a partner organisation and end their membership"),
    Permission.COURSES_WRITE: _l("Write courses and questions of the own organisation"),
    Permission.COURSES_REVIEW: _l("Review courses of others as a named expert, with conflicts declared"),
    Permission.COURSES_RELEASE: _l("Name reviewers, release reviewed courses and retire old ones"),
    Permission.FACTS_EDIT: _l("Keep the register of facts that courses cite"),
    Permission.ORDERS_PLACE: _l("Order training from partner organisations and verify what it brought"),
    Permission.ORDERS_ANSWER: _l("Answer training orders with an offer and deliver them"),
    Permission.LIBRARY_SHARE: _l("Share cases, slides and question banks with a licence, and use those of others"),
    Permission.BASES_EDIT: _l("Keep the register of training bases"),
    Permission.COURSES_ACCEPT: _l("Accept an unreviewed course for evidence, with a recorded reason"),
    Permission.INSTANCE_READ: _l("See the state of the installation"),
    Permission.AUDIT_READ: _l("Read and verify the audit log"),
}


class Reach(enum.StrEnum):
    """How far a permission reaches for the holder of a role."""

    SELF = "self"
    SUBTREE = "subtree"
    PARTNER = "partner"
    ALL = "all"


REACH_NAMES = {
    Reach.SELF: _l("oneself"),
    Reach.SUBTREE: _l("the granted unit and all below it"),
    Reach.PARTNER: _l("the own partner organisation"),
    Reach.ALL: _l("the whole installation"),
}
