"""Attendance at organised training: the list, a new entry, one entry, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lms.access import audit, policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, numbers, paging
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import language
from lms.hours import actions, attendance_form, queries, wording
from lms.hours.attendance_form import Entered
from lms.hours.ledger import hours_text, plain
from lms.hours.models import Attendance
from lms.hours.package import HALVES, QUARTERS
from lms.people import queries as people
from lms.people.models import Unit
from lms.web import files

CHOICES = 400  # units in a drop-down list; beyond, the code is typed
ORDERS = ("newest", "title", "entered")


def unit_choices(session: Session) -> list[tuple[str, str]]:
    """(code, name) of the units for which one may enter hours; none if they are too many for a list."""
    rows = people.unit_choices(session, policy.scope(current_actor(), Permission.HOURS_ENTER), CHOICES + 1)
    return [] if len(rows) > CHOICES else [(code, f"{en if language() == 'en' else zh} ({code})") for code, zh, en in rows]


def _query() -> tuple[Any, dict[str, str]]:
    chosen = {"text": request.args.get("q", "").strip()[:80], "order": request.args.get("order", ORDERS[0])}
    return queries.attendance_list(policy.scope(current_actor(), Permission.HOURS_ENTER), **chosen), chosen


@requires(Permission.HOURS_ENTER)
def attendance() -> str:
    """Entries of one's units, searched, ordered, page by page."""
    query, chosen = _query()
    page = paging.page_of(db.session(), query, number=request.args.get("page", 1, type=int))
    kept = {key: value for key, value in request.args.items() if key in ("q", "order") and value}
    return render_template("hours/attendance.html", page=page, chosen=chosen, kept=kept)


@requires(Permission.HOURS_ENTER)
def export(form: str) -> Response:
    """All entries of the list with their people, as a file that can be imported elsewhere, whatever its length."""
    query, _chosen = _query()
    heading = ["工号", "培训名称", "日期", "学时", "结束日期", "天数", "主办单位", "英文名称"]
    actor = current_actor()
    read = files.read(queries.with_attendees(query, policy.scope(actor, Permission.HOURS_ENTER)), _exported, actor=actor, now=g.now)
    return files.long_table(heading, (map(_export_row, portion) for portion in read), f"attendance.{form}", _("Attendance"))


def _exported(rows: Iterable[Any]) -> Iterator[audit.Event]:
    return (audit.Event(Action.HOURS_EXPORTED, person.staff_no, person.id) for _one, _part, person in rows)


def _export_row(row: Any) -> list[Any]:
    one, part, person = row
    days = plain(part.half_days, HALVES) if part.half_days > 0 else ""
    return [person.staff_no, one.title_zh, one.starts_on, plain(part.quarters, QUARTERS), one.ends_on, days, one.organiser, one.title_en]


@requires(Permission.HOURS_ENTER)
def new() -> str:
    """An empty form."""
    return _form_page(db.session(), Entered({"unit": request.args.get("unit", "")}))


def _form_page(session: Session, form: Entered) -> str:
    units = unit_choices(session)
    minutes = queries.minutes_per_hour(session, g.now)
    return render_template("hours/attendance_new.html", form=form, units=units, minutes=minutes, late=_late(session, form))


def _late(session: Session, form: Entered) -> bool:
    return bool(form.training and actions.late(session, form.training.year, g.now))


@requires(Permission.HOURS_ENTER)
def add() -> Response | BaseResponse:
    """Enter one training with its people."""
    session = db.session()
    form = attendance_form.read(session, current_actor(), request.form, today=queries.today(g.now))
    if not form.errors and form.training:
        try:
            unit = people.unit_by_code(session, form.values["unit"])
            entry = actions.record_attendance(
                session, actor=current_actor(), unit=unit, training=form.training, parts=form.parts, reason=form.values["reason"], source="form", now=g.now
            )
            flash(_("Entered. The class hours of everybody concerned are up to date."), "success")
            return redirect(url_for(".entry", ref=entry.ref))
        except Conflict as error:
            form.errors["people"] = str(error)
        except Invalid as error:
            form.errors["reason"] = str(error)
    return make_response(_form_page(session, form), 422)


def _entry(session: Session, ref: str) -> Attendance:
    found = queries.attendance_by_ref(session, ref)
    policy.ensure_unit(current_actor(), Permission.HOURS_ENTER, found.unit.path)
    return found


@requires(Permission.HOURS_ENTER)
@db.writes
def entry(ref: str) -> str:
    """One entry with its people."""
    session = db.session()
    found = _entry(session, ref)
    page = paging.page_of(session, queries.attendees(found.id), number=request.args.get("page", 1, type=int))
    rows = _seen(page.rows)
    audit.record_many(session, actor=current_actor(), now=g.now, events=[audit.Event(Action.HOURS_LISTED, row[1].staff_no, row[1].id) for row in rows])
    gone, back = queries.taken_back(session, found.id), queries.reversals(session, found.id)
    original = session.get(Attendance, found.reverses_id) if found.reverses_id else None
    shown = {"rows": rows, "gone": gone, "reversals": back, "original": original, "hidden": len(page.rows) - len(rows)}
    return render_template("hours/attendance_entry.html", entry=found, page=page, hours_text=hours_text, days_text=wording.days_text, **shown)


def _seen(rows: Sequence[Any]) -> list[Any]:
    """Those who are still in one's units."""
    scope = policy.scope(current_actor(), Permission.HOURS_ENTER)
    return [row for row in rows if scope.covers_unit(row[2].path)]


@requires(Permission.HOURS_ENTER)
def take_back(ref: str) -> BaseResponse:
    """Take some people's part back, with a reason."""
    session = db.session()
    found = _entry(session, ref)
    chosen = {number for one in request.form.getlist("people") if (number := numbers.whole(one, most=numbers.MOST_ROWS)) is not None}
    try:
        with db.attempt():
            actions.take_back(session, actor=current_actor(), entry=found, official_ids=chosen, reason=request.form.get("reason", "")[:400], now=g.now)
        flash(_("Taken back by an entry of its own; both stay in the record."), "success")
    except (Invalid, Conflict) as error:
        flash(str(error), "error")
    return redirect(url_for(".entry", ref=ref))


def unit_named(session: Session, code: str) -> Unit | None:
    """A unit for which one may enter hours; None for any other."""
    unit = session.scalar(people.units_in(policy.scope(current_actor(), Permission.HOURS_ENTER)).where(Unit.code == code))
    return unit
