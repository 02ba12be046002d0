"""What a rule says and whom it hits (pure). A rule is data; its sentence, its test page and the nightly job read the same data.

A rule gives a person the same thing once for one *occasion* (an arrival, a gap, a change of a fact, an expiry). What HR excused
or withdrew, it does not give again for that occasion.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from lms.assignments.enums import RuleKind, ThingKind
from lms.core import numbers

GAP_AGAIN_DAYS = 365
"""A gap that is still there so long after the thing was given or done is an occasion of its own."""
LIMITS = {"days": (7, 730), "within": (7, 365)}
GAP_STATES = ("not_yet", "no_evidence", "unclear")


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a rule. ``days``: time until the due date. LAW finds its lessons itself and has no thing of its own."""

    kind: RuleKind
    thing_kind: str = ""
    thing_code: str = ""
    days: int = 60
    position: str = ""
    competency: str = ""
    states: tuple[str, ...] = ()
    critical_only: bool = False
    fact: str = ""
    within: int = 60
    since: date | None = None

    def data(self) -> dict[str, Any]:
        """As it is stored: only what its kind uses."""
        held = {name: getattr(self, name) for name in ("kind", *FIELDS[self.kind])}
        return held | {"states": list(self.states)} | {"since": self.since.isoformat() if self.since else ""}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Rule:
        """A stored version."""
        known = {name: data[name] for name in FIELDS[RuleKind(data["kind"])] if name in data}
        since = date.fromisoformat(data["since"]) if data.get("since") else None
        return cls(**known | {"kind": RuleKind(data["kind"]), "states": tuple(data.get("states", ())), "since": since})


FIELDS: dict[RuleKind, tuple[str, ...]] = {
    RuleKind.POST: ("position", "since", "thing_kind", "thing_code", "days"),
    RuleKind.NEWCOMER: ("since", "thing_kind", "thing_code", "days"),
    RuleKind.GAP: ("competency", "states", "critical_only", "thing_kind", "thing_code", "days"),
    RuleKind.LAW: ("fact", "since", "days"),
    RuleKind.EXPIRY: ("competency", "within", "thing_kind", "thing_code", "days"),
}
"""What each kind of rule asks for, in the order of its form."""


class Fault(enum.StrEnum):
    """What can be wrong with a field."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    NO_NUMBER = "no_number"
    NO_DAY = "no_day"


class Known(NamedTuple):
    """What a rule may name: codes of posts, competencies, facts and things (kind:code)."""

    positions: frozenset[str]
    competencies: frozenset[str]
    facts: frozenset[str]
    things: frozenset[tuple[str, str]]


def read(kind: RuleKind, values: Mapping[str, str], states: Sequence[str], known: Known) -> tuple[Rule | None, dict[str, Fault]]:
    """The rule that a form asks for, or what is wrong with it by field."""
    faults: dict[str, Fault] = {}
    held: dict[str, Any] = {"kind": kind}
    for name in FIELDS[kind]:
        held[name] = _READERS.get(name, _text)(name, values.get(name, "").strip(), known, faults)
    if kind is RuleKind.GAP:
        held["states"] = tuple(state for state in GAP_STATES if state in states)
        if not held["states"]:
            faults["states"] = Fault.MISSING
    if "thing_code" in held and (held["thing_kind"], held["thing_code"]) not in known.things:
        faults["thing"] = Fault.UNKNOWN if held["thing_code"] else Fault.MISSING
    return (None if faults else Rule(**held)), faults


def _text(name: str, text: str, known: Known, faults: dict[str, Fault]) -> str:
    allowed = {"position": known.positions, "competency": known.competencies, "fact": known.facts}.get(name)
    optional = name == "fact"
    if allowed is not None and not text and not optional:
        faults[name] = Fault.MISSING
    elif allowed is not None and text and text not in allowed:
        faults[name] = Fault.UNKNOWN
    return text


def _number(name: str, text: str, _known: Known, faults: dict[str, Fault]) -> int:
    low, high = LIMITS[name]
    number = numbers.whole(text, least=low, most=high)
    if number is None:
        faults[name] = Fault.NO_NUMBER
    return low if number is None else number


def _day(name: str, text: str, _known: Known, faults: dict[str, Fault]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults[name] = Fault.NO_DAY
        return None


def _flag(_name: str, text: str, _known: Known, _faults: dict[str, Fault]) -> bool:
    return bool(text)


_READERS = {"days": _number, "within": _number, "since": _day, "critical_only": _flag}


class Why(enum.StrEnum):
    """Why somebody is hit, or is not although the rule looks at them."""

    IN_POST = "in_post"
    NEWCOMER = "newcomer"
    GAP = "gap"
    LAW = "law"
    EXPIRES = "expires"
    DONE = "done"
    GIVEN = "given"
    EXCUSED = "excused"
    SWITCHED_OFF = "switched_off"
    NOT_READ = "not_read"


HITS = frozenset({Why.IN_POST, Why.NEWCOMER, Why.GAP, Why.LAW, Why.EXPIRES})


class Candidate(NamedTuple):
    """Somebody whom the rule's condition describes: the occasion, the day it began (of an expiry: ends), and a word about it."""

    official_id: int
    thing: tuple[str, str]
    occasion: str
    day: date
    detail: str = ""


class Past(NamedTuple):
    """What is known of a candidate: when they last did the thing, when this rule last gave it for the occasion, and how that ended."""

    done_on: date | None = None
    given_on: date | None = None
    ended: str = ""
    off: bool = False


class Finding(NamedTuple):
    """The answer for one candidate; ``day`` is of the why."""

    candidate: Candidate
    why: Why
    day: date

    @property
    def hit(self) -> bool:
        return self.why in HITS


def find(rule: Rule, candidate: Candidate, past: Past, today: date) -> Finding:
    """Whether the rule gives the thing to this candidate today, and why (not)."""
    if past.off:
        return Finding(candidate, Why.SWITCHED_OFF, today)
    oldest = today - timedelta(days=GAP_AGAIN_DAYS) if rule.kind is RuleKind.GAP else date.min
    if past.given_on is not None and past.given_on > oldest:
        return Finding(candidate, Why.EXCUSED if past.ended in ("excused", "withdrawn") else Why.GIVEN, past.given_on)
    if rule.kind is RuleKind.LAW:
        return _law(candidate, past)
    start = {RuleKind.GAP: oldest, RuleKind.EXPIRY: today - timedelta(days=rule.within)}.get(rule.kind, date.min)
    if past.done_on is not None and past.done_on > start:
        return Finding(candidate, Why.DONE, past.done_on)
    return Finding(candidate, _WHY[rule.kind], candidate.day)


def _law(candidate: Candidate, past: Past) -> Finding:
    """Who read the old text reads the new one; who never read it has nothing to unlearn."""
    if past.done_on is None:
        return Finding(candidate, Why.NOT_READ, candidate.day)
    if past.done_on > candidate.day:
        return Finding(candidate, Why.DONE, past.done_on)
    return Finding(candidate, Why.LAW, candidate.day)


_WHY = {RuleKind.POST: Why.IN_POST, RuleKind.NEWCOMER: Why.NEWCOMER, RuleKind.GAP: Why.GAP, RuleKind.EXPIRY: Why.EXPIRES}


def again(rule: Rule) -> bool:
    """Whether what was done before the assignment does not count: only newcomers' and posts' rules take earlier evidence."""
    return rule.kind in (RuleKind.GAP, RuleKind.LAW, RuleKind.EXPIRY)


ASSIGNABLE = {
    RuleKind.POST: tuple(ThingKind),
    RuleKind.NEWCOMER: tuple(ThingKind),
    RuleKind.GAP: tuple(ThingKind),
    RuleKind.EXPIRY: (ThingKind.QUIZ, ThingKind.PLACEMENT, ThingKind.WORK_SAMPLE),
}
"""What each kind of rule may give: evidence that expires is renewed by evidence, not by reading."""
