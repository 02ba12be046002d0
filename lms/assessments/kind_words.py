"""The kinds of questions and of thinking, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.assessments.enums import Kind

KINDS = {
    Kind.SINGLE: _l("single choice"),
    Kind.MULTIPLE: _l("multiple choice"),
    Kind.TRUEFALSE: _l("true or false, with the reason"),
    Kind.NUMERIC: _l("a number"),
    Kind.ORDERING: _l("putting in order"),
    Kind.MATCHING: _l("matching"),
    Kind.SHORT: _l("short answer"),
    Kind.SCENARIO: _l("a set of questions on one situation"),
}
COGNITIVE = {"R": _l("Remember"), "U": _l("Understand"), "A": _l("Apply"), "N": _l("Analyse or judge")}
