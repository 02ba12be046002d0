"""Words of assignments."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l


class ThingKind(enum.StrEnum):
    """What can be assigned."""

    COURSE = "course"
    LESSON = "lesson"
    QUIZ = "quiz"
    PLACEMENT = "placement"
    WORK_SAMPLE = "work_sample"


THING_NAMES = {
    ThingKind.COURSE: _l("Course"),
    ThingKind.LESSON: _l("Lesson"),
    ThingKind.QUIZ: _l("Quiz"),
    ThingKind.PLACEMENT: _l("Placement"),
    ThingKind.WORK_SAMPLE: _l("Work sample"),
}


class SourceKind(enum.StrEnum):
    """Where an assignment comes from."""

    HAND = "hand"
    RULE = "rule"
    PLAN = "plan"
    RECOMMENDATION = "recommendation"
    DECISION = "decision"
    ORDER = "order"


SOURCE_NAMES = {
    SourceKind.HAND: _l("by hand"),
    SourceKind.RULE: _l("by a rule"),
    SourceKind.PLAN: _l("by a plan"),
    SourceKind.RECOMMENDATION: _l("own choice"),
    SourceKind.DECISION: _l("by a decision record"),
    SourceKind.ORDER: _l("by a training order"),
}


class State(enum.StrEnum):
    """Where an assignment stands as it is stored; an open one past its date reads as overdue."""

    OPEN = "open"
    DONE = "done"
    EXCUSED = "excused"
    WITHDRAWN = "withdrawn"


FLOW: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.DONE, State.EXCUSED, State.WITHDRAWN}),
    State.DONE: frozenset(),
    State.EXCUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
}


class Shown(enum.StrEnum):
    """Where an assignment stands on a day."""

    OVERDUE = "overdue"
    OPEN = "open"
    DONE = "done"
    EXCUSED = "excused"
    WITHDRAWN = "withdrawn"


SHOWN_NAMES = {
    Shown.OVERDUE: _l("overdue"),
    Shown.OPEN: _l("open"),
    Shown.DONE: _l("done"),
    Shown.EXCUSED: _l("excused"),
    Shown.WITHDRAWN: _l("withdrawn"),
}


class StepKind(enum.StrEnum):
    """What can happen to an assignment."""

    MADE = "made"
    JOINED = "joined"
    POSTPONED = "postponed"
    DONE = "done"
    EXCUSED = "excused"
    REASON_GONE = "reason_gone"
    WITHDRAWN = "withdrawn"


STEP_NAMES = {
    StepKind.MADE: _l("assigned"),
    StepKind.JOINED: _l("a further reason was added"),
    StepKind.POSTPONED: _l("more time was given"),
    StepKind.DONE: _l("done"),
    StepKind.EXCUSED: _l("excused"),
    StepKind.REASON_GONE: _l("a reason was withdrawn"),
    StepKind.WITHDRAWN: _l("withdrawn"),
}


class Answer(enum.StrEnum):
    """HR's answer to a request for more time."""

    GRANTED = "granted"
    REFUSED = "refused"


class RuleKind(enum.StrEnum):
    """What a rule looks at."""

    POST = "post"
    GAP = "gap"
    NEWCOMER = "newcomer"
    LAW = "law"
    EXPIRY = "expiry"


RULE_KIND_NAMES = {
    RuleKind.POST: _l("People newly in a post"),
    RuleKind.GAP: _l("People with a gap"),
    RuleKind.NEWCOMER: _l("Newcomers"),
    RuleKind.LAW: _l("A law or regulation changed"),
    RuleKind.EXPIRY: _l("Evidence that soon expires"),
}


class MailState(enum.StrEnum):
    """Where a mail stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
