"""The import of a list of attendance as a page: upload, preview or faults, confirmation."""

from __future__ import annotations

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, sheets
from lms.core.errors import Conflict, Invalid
from lms.core.sheets import UnreadableTable
from lms.hours import actions, import_actions, queries, wording
from lms.hours.attendance_table import HEADINGS, MOST_ROWS, NEEDED, Column, Row
from lms.hours.attendance_views import unit_choices, unit_named
from lms.hours.enums import ImportState
from lms.hours.ledger import hours_text
from lms.hours.models import AttendanceImport
from lms.people.models import Unit
from lms.web import files

SHOWN = 200


@requires(Permission.HOURS_ENTER)
def start() -> str:
    """The form."""
    return _start_page({})


def _start_page(errors: dict[str, str]) -> str:
    columns = [(" / ".join((HEADINGS[column][0], str(column))), column in NEEDED) for column in Column]
    return render_template("hours/import_start.html", units=unit_choices(db.session()), errors=errors, form=request.form, columns=columns, most=MOST_ROWS)


@requires(Permission.HOURS_ENTER)
def upload() -> Response | BaseResponse:
    """Take a file, check it whole, keep what it says until it is confirmed."""
    session, file = db.session(), request.files.get("file")
    unit = unit_named(session, request.form.get("unit", "").strip())
    errors = {} if unit else {"unit": _("Choose one of the units that you look after.")}
    if file is None or not file.filename:
        errors["file"] = _("Choose a file.")
    if errors or unit is None or file is None:
        return make_response(_start_page(errors), 422)
    try:
        table = sheets.read_table(file.read(), file.filename or "")
    except UnreadableTable:
        return make_response(_start_page({"file": _("This file can't be read as a table. Save it as XLSX or CSV and try again.")}), 422)
    made = import_actions.take_upload(session, actor=current_actor(), unit=unit, filename=file.filename or "", table=table, now=g.now)
    return redirect(url_for(".import_state", ref=made.ref))


def _mine(session: Session, ref: str) -> AttendanceImport:
    return queries.import_by_ref(session, ref, current_actor().account_id)


@requires(Permission.HOURS_ENTER)
def state(ref: str) -> Response:
    """Where the file stands: refused with its faults, ready to be confirmed, done."""
    session = db.session()
    found = _mine(session, ref)
    faults = import_actions.faults_of(found)
    rows = import_actions.rows_of(found)
    late = sorted({row.ends_on.year for row in rows if actions.late(session, row.ends_on.year, g.now)})
    page = {
        "faults": [wording.fault_row(fault) for fault in faults[:SHOWN]],
        "fault_count": len(faults),
        "faulty_rows": len({fault.row for fault in faults}),
        "rows": [_preview(row) for row in rows[:SHOWN]],
        "trainings": len({(row.title, row.starts_on, row.ends_on) for row in rows}),
        "people": len({row.staff_no for row in rows}),
        "late": late,
        "unit": session.get(Unit, found.unit_id),
    }
    body = render_template("hours/import_state.html", upload=found, state=ImportState(found.state), S=ImportState, page=page)
    return make_response(body, {"Cache-Control": "no-store"})


def _preview(row: Row) -> dict[str, object]:
    days = wording.days_text(row.half_days) if row.half_days else ""
    return {"number": row.number, "staff_no": row.staff_no, "title": row.title, "starts_on": row.starts_on, "hours": hours_text(row.quarters), "days": days}


@requires(Permission.HOURS_ENTER)
def errors(ref: str) -> Response:
    """Every fault as CSV, to send back to whoever wrote the file."""
    faults = import_actions.faults_of(_mine(db.session(), ref))
    return files.table(wording.fault_table(faults), "errors.csv", "")


@requires(Permission.HOURS_ENTER)
def apply(ref: str) -> BaseResponse:
    """Confirm what the preview showed: everything, or nothing."""
    session = db.session()
    found = _mine(session, ref)
    unit = session.get_one(Unit, found.unit_id)
    reason = request.form.get("reason", "").strip()[:400]
    try:
        with db.attempt():
            count = import_actions.apply(session, actor=current_actor(), upload=found, unit=unit, reason=reason, now=g.now)
    except (Conflict, Invalid) as error:
        flash(str(error), "error")
    else:
        flash(_("Entered: %(n)d trainings.", n=count), "success")
    return redirect(url_for(".import_state", ref=ref))


@requires(Permission.HOURS_ENTER)
def withdraw(ref: str) -> BaseResponse:
    """Let it be."""
    session = db.session()
    import_actions.advance(session, _mine(session, ref), ImportState.WITHDRAWN)
    flash(_("The import was withdrawn; nothing was changed."), "info")
    return redirect(url_for(".import_start"))
