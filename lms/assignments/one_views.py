"""One assignment of one person for HR: what happened to it, exceptions, the answer to a request; and all of a person's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms.access import audit, policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.assignments import exception_actions, queries, showing
from lms.assignments.enums import STEP_NAMES, SourceKind, State, StepKind
from lms.assignments.models import Assignment
from lms.core import db
from lms.core.errors import Conflict, Invalid, NotFound
from lms.people import queries as people
from lms.people.calendar_queries import today as day_of
from lms.people.models import Official


def _in_reach(ref: str) -> tuple[Assignment, Official]:
    """An assignment that somebody asked for, of a person in one's reach. Raises NotFound, Forbidden."""
    session = db.session()
    one = queries.by_ref(session, ref)
    person = session.get_one(Official, one.official_id)
    policy.ensure_official(current_actor(), Permission.ASSIGN, person.id, person.unit.path)
    groups = [group for _reason, group in queries.reasons_of(session, [one.id]).get(one.id, [])]
    if all(group.source_kind == SourceKind.RECOMMENDATION for group in groups):
        raise NotFound  # what people chose for themselves is theirs
    return one, person


@requires(Permission.ASSIGN)
@db.writes
def one(ref: str) -> str:
    """The page of one assignment."""
    return _page(*_in_reach(ref))


def _page(one: Assignment, person: Official, error: tuple[str, str] | None = None) -> str:
    session = db.session()
    audit.record(session, actor=current_actor(), action=Action.ASSIGNMENT_READ, subject=one.ref, official_id=person.id, now=g.now)
    (card,) = showing.cards(session, [one], day_of(g.now))
    steps = [{"words": STEP_NAMES[StepKind(step.kind)], "step": step} for step in queries.steps_of(session, one.id)]
    waiting = card.request if card.request and card.request.answer is None else None
    is_open = one.state == State.OPEN
    return render_template("assignments/one.html", card=card, person=person, steps=steps, waiting=waiting, is_open=is_open, error=error, form=request.form)


def _acted(ref: str, field: str, act: Callable[[Assignment], str]) -> str | Response | tuple[str, int]:
    one, person = _in_reach(ref)
    try:
        done = act(one)
    except (Invalid, Conflict) as error:
        return _page(one, person, (field, str(error))), error.status
    flash(done, "success")
    return redirect(url_for(".one", ref=ref), 303)


@requires(Permission.ASSIGN)
def excuse(ref: str) -> str | Response | tuple[str, int]:
    """Excuse the person, with a reason."""

    def act(one: Assignment) -> str:
        exception_actions.excuse(db.session(), one=one, words=request.form.get("words", ""), actor=current_actor(), now=g.now)
        return _("The person is excused and was told why.")

    return _acted(ref, "excuse", act)


@requires(Permission.ASSIGN)
def postpone(ref: str) -> str | Response | tuple[str, int]:
    """Give more time, with a reason."""

    def act(one: Assignment) -> str:
        until, words = read_day(request.form.get("until", "")), request.form.get("words", "")
        exception_actions.postpone(db.session(), one=one, until=until, words=words, actor=current_actor(), now=g.now)
        return _("The date was moved and the person was told.")

    return _acted(ref, "postpone", act)


@requires(Permission.ASSIGN)
def answer(ref: str) -> str | Response | tuple[str, int]:
    """Answer a request for more time."""

    def act(one: Assignment) -> str:
        asked = exception_actions.waiting(db.session(), one)
        if asked is None:
            raise Conflict(_("This request was answered already."))
        granted = request.form.get("answer") == "grant"
        exception_actions.answer(db.session(), request=asked, granted=granted, words=request.form.get("words", ""), actor=current_actor(), now=g.now)
        return _("Your answer was given.")

    return _acted(ref, "answer", act)


def read_day(text: str) -> date:
    """Raises Invalid."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(_("Give the day as year-month-day, such as 2026-03-31.")) from None


@requires(Permission.ASSIGN)
@db.writes
def official(ref: str) -> str:
    """All assignments that others gave to a person."""
    session, actor = db.session(), current_actor()
    person = people.official_by_ref(session, ref)
    policy.ensure_official(actor, Permission.ASSIGN, person.id, person.unit.path)
    audit.record(session, actor=actor, action=Action.ASSIGNMENT_READ, subject=person.staff_no, official_id=person.id, now=g.now)
    cards = showing.cards(session, queries.of_official(session, person.id, asked_only=True), day_of(g.now))
    return render_template("assignments/official.html", person=person, cards=cards)
