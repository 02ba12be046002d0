"""Lists of assignments: what was assigned and how far it is, whose assignments stand where, and who asks for more time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask import Response, g, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.assignments import queries, showing
from lms.assignments.enums import SHOWN_NAMES, SOURCE_NAMES, Shown, SourceKind
from lms.assignments.list_queries import ORDERS, Wish, listed, page_listed
from lms.assignments.queries import GROUP_ORDERS, GROUP_STATES
from lms.assignments.thing_queries import Thing
from lms.core import db
from lms.core.i18n import pick
from lms.core.paging import page_of
from lms.people.calendar_queries import today as day_of
from lms.people.models import Official
from lms.web import files

MOST_GROUPS = 10_000


def _filters(states: Iterable[str], orders: Iterable[str], first: str) -> dict[str, str]:
    args = request.args
    state, order = args.get("state", ""), args.get("order", first)
    return {"text": args.get("q", "").strip()[:80], "state": state if state in list(states) else "", "order": order if order in list(orders) else first}


def _kept() -> dict[str, str]:
    return {key: value for key, value in request.args.items() if key in ("q", "state", "order") and value}


def _searched(session: Session, chosen: dict[str, str]) -> dict[str, Any]:
    """A search by title finds the codes of things first: titles lie with the courses."""
    return chosen | {"codes": queries.codes_like(session, chosen["text"]) if chosen["text"] else ()}


def _scope() -> policy.Scope:
    return policy.scope(current_actor(), Permission.ASSIGN)


@requires(Permission.ASSIGN)
def groups() -> str:
    """What was assigned to people in one's reach, with progress by evidence."""
    session, today = db.session(), day_of(g.now)
    chosen = _filters(GROUP_STATES, GROUP_ORDERS, "newest")
    page = page_of(session, queries.groups(_scope(), today, **_searched(session, chosen)), number=request.args.get("page", 1, type=int))
    held = [row[0] for row in page.rows]
    titles, words, progress = showing.titles(session, held), showing.Reasons(session), queries.progress_of(session, _scope(), [one.id for one in held], today)
    rows = [
        {"group": one, "title": titles[Thing(one.kind, one.code)], "why": words.of(one), "progress": progress[one.id], "source": _source(one)} for one in held
    ]
    waiting = queries.how_many_wait(session, _scope())
    return render_template("assignments/groups.html", page=page, rows=rows, chosen=chosen, kept=_kept(), waiting=waiting)


def _source(group: Any) -> str:
    return str(SOURCE_NAMES[SourceKind(group.source_kind)])


@requires(Permission.ASSIGN)
def export_groups(form: str) -> Response:
    """The same list as a file."""
    session, today = db.session(), day_of(g.now)
    chosen = _filters(GROUP_STATES, GROUP_ORDERS, "newest")
    found = session.scalars(queries.groups(_scope(), today, **_searched(session, chosen)).limit(MOST_GROUPS)).all()
    titles, words, progress = showing.titles(session, found), showing.Reasons(session), queries.progress_of(session, _scope(), [one.id for one in found], today)
    rows: list[list[Any]] = [
        [_("Assigned"), _("Reason"), _("Source"), _("By"), _("On"), _("Due on"), _("People"), _("done"), _("open"), _("overdue"), _("excused"), _("withdrawn")]
    ]
    for one in found:
        how = progress[one.id]
        numbers = [how.people, how.done, how.open, how.overdue, how.excused, how.withdrawn]
        title = titles[Thing(one.kind, one.code)]
        rows.append([title, words.of(one), _source(one), one.made_by, day_of(one.made_at).isoformat(), one.due_on.isoformat() if one.due_on else "", *numbers])
    return files.table(rows, f"assignments-{today}.{form}", _("Assignments"))


@requires(Permission.ASSIGN)
def people_list() -> str:
    """Whose assignments stand where."""
    session, today = db.session(), day_of(g.now)
    chosen = _filters(Shown, ORDERS, "due")
    page = page_listed(session, Wish(_scope(), today, **_searched(session, chosen)), request.args.get("page", 1, type=int))
    titles = showing.titles(session, [row[0] for row in page.rows])
    rows = [
        {"one": one, "person": person, "unit": unit, "title": titles[Thing(one.kind, one.code)], "state": showing.state_words(one, today)}
        for one, person, unit in page.rows
    ]
    log_apart(Action.ASSIGNMENTS_LISTED, [row[1] for row in page.rows])
    return render_template("assignments/people.html", page=page, rows=rows, chosen=chosen, kept=_kept(), states=list(SHOWN_NAMES.items()))


def log_listed(session: Session, action: Action, officials: Iterable[Official]) -> None:
    """Each of them can see that they were looked at."""
    events = {one.id: audit.Event(action, one.staff_no, one.id) for one in officials}
    audit.record_many(session, actor=current_actor(), now=g.now, events=events.values())


def log_apart(action: Action, officials: Iterable[Official]) -> None:
    """The same for a page that only reads: who looks keeps nobody from writing while the page is made."""
    with db.database().writing() as writing:
        log_listed(writing, action, officials)


@requires(Permission.ASSIGN)
def export_people(form: str) -> Response:
    """The same list as a file, whatever its length."""
    session, today = db.session(), day_of(g.now)
    query = listed(Wish(_scope(), today, **_searched(session, _filters(Shown, ORDERS, "due"))))
    heading = [_("Staff number"), _("Name"), _("Unit"), _("Assigned"), _("State"), _("Due on"), _("Done on")]
    read = files.read(query, _exported, actor=current_actor(), now=g.now)
    portions = (_export_rows(session, portion, today) for portion in read)
    return files.long_table(heading, portions, f"assignments-people-{today}.{form}", _("Assignments"))


def _exported(rows: Iterable[Any]) -> Iterable[audit.Event]:
    """One entry a person and portion."""
    return {row[1].id: audit.Event(Action.ASSIGNMENTS_EXPORTED, row[1].staff_no, row[1].id) for row in rows}.values()


def _export_rows(session: Session, found: Sequence[Any], today: date) -> list[list[Any]]:
    titles = showing.titles(session, [row[0] for row in found])
    rows = []
    for one, person, unit in found:
        words, done = showing.state_words(one, today)["words"], day_of(one.done_at).isoformat() if one.done_at else ""
        due = one.due_on.isoformat() if one.due_on else ""
        rows.append([person.staff_no, person.name, pick(unit), titles[Thing(one.kind, one.code)], words, due, done])
    return rows


@requires(Permission.ASSIGN)
def requests() -> str:
    """Who asks for more time and waits for an answer."""
    session = db.session()
    page = page_of(session, queries.waiting_requests(_scope()), number=request.args.get("page", 1, type=int))
    titles = showing.titles(session, [row[1] for row in page.rows])
    rows = [
        {"request": asked, "one": one, "person": person, "unit": unit, "title": titles[Thing(one.kind, one.code)]} for asked, one, person, unit in page.rows
    ]
    log_apart(Action.ASSIGNMENTS_LISTED, [row[2] for row in page.rows])
    return render_template("assignments/requests.html", page=page, rows=rows)
