"""The way of an uploaded list: checked, shown, confirmed. Everything is entered, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.core.errors import Conflict
from lms.core.ids import new_ref
from lms.hours import actions, queries
from lms.hours.actions import Part, Training
from lms.hours.attendance_table import Fault, FaultKind, Known, Reading, Row, look_up, read
from lms.hours.enums import ImportState
from lms.hours.models import AttendanceImport
from lms.people.models import Unit

EARLIEST = date(2000, 1, 1)
KEPT = timedelta(days=7)


def examine(session: Session, *, actor: Actor, table: Sequence[Sequence[str]], today: date) -> Reading:
    """Read a list and look its people up, as far as the actor may enter hours."""
    reading = read(table, today=today, earliest=EARLIEST)
    known = known_people(session, actor, [row.staff_no for row in reading.rows])
    entered = queries.entered(session, [one.official_id for one in known.values()])
    reading.faults = sorted([*reading.faults, *look_up(reading.rows, known, entered)], key=lambda fault: fault.row)
    return reading


def known_people(session: Session, actor: Actor, numbers: Sequence[str]) -> dict[str, Known]:
    """What is known of staff numbers. Whoever is outside the actor's units is as good as unknown in name."""
    scope = policy.scope(actor, Permission.HOURS_ENTER)
    rows = queries.officials_by_staff_no(session, numbers)
    return {number: Known(row.id, row.name, row.active, scope.covers_unit(row.path)) for number, row in rows.items()}


def take_upload(session: Session, *, actor: Actor, unit: Unit, filename: str, table: Sequence[Sequence[str]], now: datetime) -> AttendanceImport:
    """Keep what a file holds, to be confirmed, or its faults."""
    policy.ensure_unit(actor, Permission.HOURS_ENTER, unit.path)
    reading = examine(session, actor=actor, table=table, today=queries.today(now))
    upload = AttendanceImport(
        ref=new_ref(),
        account_id=actor.account_id,
        unit_id=unit.id,
        filename=filename[:200],
        state=ImportState.REFUSED if reading.faults else ImportState.READY,
        rows=[] if reading.faults else [_plain(row) for row in reading.rows],
        faults=[asdict(fault) for fault in reading.faults],
        count=len(reading.rows),
        at=now,
    )
    session.add(upload)
    session.flush()  # its reference goes into the address
    return upload


def _plain(row: Row) -> dict[str, Any]:
    return asdict(row) | {"starts_on": row.starts_on.isoformat(), "ends_on": row.ends_on.isoformat()}


def rows_of(upload: AttendanceImport) -> list[Row]:
    """The rows of an upload."""
    dates = ("starts_on", "ends_on")
    return [Row(**(row | {name: date.fromisoformat(row[name]) for name in dates})) for row in upload.rows]


def faults_of(upload: AttendanceImport) -> list[Fault]:
    """The faults of an upload."""
    return [Fault(**(fault | {"kind": FaultKind(fault["kind"])})) for fault in upload.faults]


def apply(session: Session, *, actor: Actor, upload: AttendanceImport, unit: Unit, reason: str, now: datetime) -> int:
    """Enter what the preview showed; returns for how many trainings. Raises Conflict when people or entries changed since."""
    rows = rows_of(upload)
    known = known_people(session, actor, [row.staff_no for row in rows])
    if look_up(rows, known, queries.entered(session, [one.official_id for one in known.values()])):
        raise Conflict(_("People or entries changed since you looked. Upload the file again."))
    advance(session, upload, ImportState.DONE)
    found = actions.grouped((_training(row), Part(known[row.staff_no].official_id, row.staff_no, row.quarters, row.half_days)) for row in rows)
    for training, parts in found.items():
        actions.record_attendance(session, actor=actor, unit=unit, training=training, parts=parts, reason=reason, source="import", now=now)
    return len(found)


def _training(row: Row) -> Training:
    return Training(row.title, row.title_en, row.organiser, row.starts_on, row.ends_on)


def advance(session: Session, upload: AttendanceImport, to: ImportState) -> None:
    """Move an upload on and empty it. Raises Conflict unless it waits for an answer."""
    query = update(AttendanceImport).where(AttendanceImport.id == upload.id, AttendanceImport.state == ImportState.READY)
    if not session.execute(query.values(state=to, rows=[], faults=[])).rowcount:
        raise Conflict(_("This import has gone on in the meantime. Look at it again."))


def forget_old(session: Session, *, now: datetime) -> None:
    """Empty uploads that nobody came back to for a week."""
    old = update(AttendanceImport).where(AttendanceImport.at < now - KEPT, AttendanceImport.state.in_((ImportState.READY, ImportState.REFUSED)))
    session.execute(old.values(state=ImportState.WITHDRAWN, rows=[], faults=[]))
