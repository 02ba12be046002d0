"""A unit's report: HR sees people, a unit's head sees the counts of the last night, small groups hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from flask import Response, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission, Role
from lms.core import db, paging
from lms.core.errors import Forbidden, NotFound
from lms.core.i18n import pick
from lms.hours import actions, queries, wording
from lms.hours.enums import State
from lms.hours.ledger import hours_text, plain
from lms.hours.package import HALVES, QUARTERS
from lms.people import queries as people
from lms.people.models import Official, Unit
from lms.web import files

KEPT = ("q", "state", "order", "year")


@requires(Permission.HOURS_ENTER, Permission.SKILLS_SNAPSHOT)
def start() -> BaseResponse:
    """To the report of the first unit that one answers for."""
    code = next((grant.unit_code for grant in current_actor().grants if grant.unit_code), None)
    if code is None:
        raise NotFound
    return redirect(url_for(".unit", code=code))


def _year(session: Session) -> tuple[int, list[int]]:
    years = queries.year_span(session, g.now)
    wanted = request.args.get("year", years[0], type=int)
    return (wanted if wanted in years else years[0]), years


def _sees_people(actor: Actor, unit: Unit) -> bool:
    return policy.scope(actor, Permission.RECORD_READ).covers_unit(unit.path)


def _is_head(actor: Actor, unit: Unit) -> bool:
    """Heads see the very unit that they answer for and no unit below it, so that no subtraction singles a small one out."""
    return any(grant.role is Role.UNIT_HEAD and grant.unit_path == unit.path for grant in actor.grants)


@requires(Permission.HOURS_ENTER, Permission.SKILLS_SNAPSHOT)
@db.writes
def unit(code: str) -> str:
    """The report of a unit and all below it."""
    session, actor = db.session(), current_actor()
    here = people.unit_by_code(session, code)
    year, years = _year(session)
    base = {"unit": here, "year": year, "years": years, "closed": year in queries.closings(session), "today": queries.today(g.now)}
    if _sees_people(actor, here):
        actions.freshen(session, now=g.now)
        return _for_hr(session, here, base)
    if not _is_head(actor, here):
        raise Forbidden
    return render_template("hours/unit_head.html", page=base | {"figures": _figures(session, here, year, base["today"])})


def _figures(session: Session, unit: Unit, year: int, day: date) -> dict[str, Any] | None:
    found = queries.figures(session, unit.id, year)
    if found is None:
        return None
    numbers = {State.FULFILLED: found.fulfilled, State.ON_WAY: found.on_way, State.BEHIND: found.behind}
    tiles = [] if found.people is None else _tiles(numbers, year, day)
    return {"taken_at": found.taken_at, "people": found.people, "tiles": tiles}


def _tiles(numbers: dict[State, Any], year: int, day: date, **links: str) -> list[dict[str, Any]]:
    shown = [state for state in State if state is not State.ON_WAY or year >= day.year]
    if year < day.year:
        numbers = numbers | {State.BEHIND: (numbers[State.BEHIND] or 0) + (numbers[State.ON_WAY] or 0)}
    return [
        {"value": numbers[state], "label": wording.state_name(state, year, day), "state": wording.SHAPES[state], "url": links.get(state)} for state in shown
    ]


def _filters() -> dict[str, str]:
    args = request.args
    state = args.get("state", "")
    return {"text": args.get("q", "").strip()[:80], "state": state if state in set(State) else "", "order": args.get("order", "staff_no")}


def _for_hr(session: Session, here: Unit, base: dict[str, Any]) -> str:
    year, day, chosen = base["year"], base["today"], _filters()
    query = queries.listed(here, year, day, **chosen)
    numbers = queries.counts(session, here, year, day)
    page = _listed_page(session, query, chosen, numbers)
    _log(session, Action.HOURS_LISTED, (row[0] for row in page.rows))
    links = {state: url_for(".unit", code=here.code, year=year, state=state) for state in State}
    shown = {
        "tiles": _tiles(numbers, year, day, **links),
        "people": sum(numbers.values()),
        "rows": [_row(row, year, day) for row in page.rows],
        "states": [(state.value, wording.state_name(state, year, day)) for state in State if state is not State.ON_WAY or year >= day.year],
        "above": [one for one in people.ancestors(session, here) if _sees_people(current_actor(), one)],
        "below": session.scalars(people.units_in(policy.Scope(everything=True), parent=here).limit(100)).all(),
        "may_enter": policy.scope(current_actor(), Permission.HOURS_ENTER).covers_unit(here.path),
    }
    kept = {key: value for key, value in request.args.items() if key in KEPT and value}
    return render_template("hours/unit.html", page=base | shown, listed=page, chosen=chosen, kept=kept)


def _listed_page(session: Session, query: Any, chosen: dict[str, str], numbers: dict[State, int]) -> paging.Page:
    """A page of the list. Without a search the sums know how many there are: counting a province's rows would take a second."""
    number = max(1, request.args.get("page", 1, type=int))
    if chosen["text"]:
        return paging.page_of(session, query, number=number)
    total = numbers[State(chosen["state"])] if chosen["state"] else sum(numbers.values())
    number = min(number, max(1, -(-total // paging.PAGE_SIZE)))
    rows = session.execute(query.limit(paging.PAGE_SIZE).offset((number - 1) * paging.PAGE_SIZE)).all()
    return paging.Page(rows, number, total)


def _row(row: Any, year: int, day: date) -> dict[str, Any]:
    person, unit, position, standing, state = row
    state = State(state)
    return {
        "person": person,
        "unit": unit,
        "position": position,
        "standing": standing,
        "organised": hours_text(standing.organised),
        "days": wording.days_text(standing.half_days) if standing.half_days else "",
        "self_study": hours_text(standing.self_study),
        "missing": hours_text(standing.missing) if standing.missing else "",
        "deadline": standing.deadline,
        "state": wording.state_name(state, year, day),
        "shape": wording.SHAPES[state],
    }


def _log(session: Session, action: Action, officials: Iterable[Official]) -> None:
    audit.record_many(session, actor=current_actor(), now=g.now, events=[audit.Event(action, one.staff_no, one.id) for one in officials])


@requires(Permission.RECORD_READ)
def export(code: str, form: str) -> Response:
    """The same list as a file, whole, whatever its length."""
    session, actor = db.session(), current_actor()
    here = people.unit_by_code(session, code)
    policy.ensure_unit(actor, Permission.RECORD_READ, here.path)
    with db.database().writing() as writing:
        actions.freshen(writing, now=g.now)
    year, _years = _year(session)
    day = queries.today(g.now)
    read = files.read(queries.listed(here, year, day, **_filters()), _exported, actor=actor, now=g.now)
    portions = ([_export_row(_row(row, year, day)) for row in portion] for portion in read)
    return files.long_table(_heading(), portions, f"hours-{here.code}-{year}.{form}", _("Class hours"))


def _heading() -> list[str]:
    return [
        _("Staff number"),
        _("Name"),
        _("Unit"),
        _("Post"),
        _("State"),
        _("Organised training, class hours"),
        _("Organised training, days"),
        _("Online self-study, class hours"),
        _("Missing, class hours"),
        _("Next deadline"),
    ]


def _exported(rows: Iterable[Any]) -> Iterator[audit.Event]:
    return (audit.Event(Action.HOURS_EXPORTED, row[0].staff_no, row[0].id) for row in rows)


def _export_row(one: dict[str, Any]) -> list[Any]:
    person = one["person"]
    where = [pick(one["unit"]), one["position"].code, one["state"]]
    standing = one["standing"]
    days = plain(standing.half_days, HALVES) if standing.half_days else ""
    missing = plain(standing.missing, QUARTERS) if standing.missing else ""
    return [person.staff_no, person.name, *where, plain(standing.organised, QUARTERS), days, plain(standing.self_study, QUARTERS), missing, one["deadline"]]
