"""Rows of pages and files: assignments with their titles, states and reasons in words, looked up together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.assignments import queries, rule_queries, rule_wording, thing_queries, wording
from lms.assignments.enums import SHOWN_NAMES, SOURCE_NAMES, Shown, SourceKind
from lms.assignments.models import Assignment, AssignmentGroup
from lms.assignments.rules import Rule
from lms.assignments.standing import shown
from lms.assignments.thing_queries import Thing

SHAPES = {Shown.DONE: "met", Shown.OPEN: "unclear", Shown.OVERDUE: "not_yet", Shown.EXCUSED: "no_evidence", Shown.WITHDRAWN: "no_evidence"}
"""Each state with the look of one of the four that people know."""


def titles(session: Session, held: Iterable[Any]) -> dict[Thing, str]:
    """Phrases of the things of assignments or groups."""
    return wording.titles(thing_queries.named(session, {Thing(one.kind, one.code) for one in held}))


def state_words(one: Assignment, today: date) -> dict[str, str]:
    """How an assignment stands today: words, shape and code."""
    state = shown(one.state, one.due_on, today)
    words = str(SHOWN_NAMES[state])
    if state is Shown.DONE and one.done_before and (one.done_at is None or one.done_at <= one.made_at):
        words = _("done before it was assigned")
    return {"code": str(state), "words": words, "shape": SHAPES[state]}


class Reasons:
    """Says why, in the reader's language; sentences of rules are made once."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._rules: dict[tuple[str, int], str] = {}

    def of(self, group: AssignmentGroup) -> str:
        """The reason of a group in words."""
        if group.source_kind == SourceKind.RULE:
            return rule_wording.made_by(self._rule(group.source_ref, group.source_version))
        if group.source_kind == SourceKind.RECOMMENDATION:
            return _("You chose it yourself.")
        return group.words or str(SOURCE_NAMES[SourceKind(group.source_kind)])

    def _rule(self, ref: str, version: int) -> str:
        if (ref, version) not in self._rules:
            found = rule_queries.version_of(self.session, ref, version)
            rule = Rule.of(found.content) if found else None
            self._rules[ref, version] = rule_wording.Sentences(self.session, [rule]).of(rule) if rule else ref
        return self._rules[ref, version]


@dataclass(frozen=True, slots=True)
class Card:
    """An assignment on a page of its person's."""

    one: Assignment
    title: str
    url: str
    action: str
    state: dict[str, str]
    reasons: list[tuple[str, str]]
    request: Any
    own: bool


def cards(session: Session, held: Sequence[Assignment], today: date) -> list[Card]:
    """Assignments with everything a person's page says about them."""
    named = thing_queries.named(session, {Thing(one.kind, one.code) for one in held})
    ids = [one.id for one in held]
    reasons, requests, words = queries.reasons_of(session, ids), queries.requests_of(session, ids), Reasons(session)
    found = []
    for one in held:
        thing = named[Thing(one.kind, one.code)]
        standing = [group for reason, group in reasons.get(one.id, []) if reason.withdrawn_at is None] or [g for _r, g in reasons.get(one.id, [])]
        said = [(words.of(group), "" if group.source_kind == SourceKind.RECOMMENDATION else group.made_by) for group in standing]
        own = all(group.source_kind == SourceKind.RECOMMENDATION for group in standing)
        state = state_words(one, today)
        found.append(Card(one, wording.title(thing), wording.address(thing), wording.action(thing.thing), state, said, requests.get(one.id), own))
    return found
