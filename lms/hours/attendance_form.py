"""The form of one training: the fields as typed, the sentence of each faulty one, and what they make if none is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.hours import attendance_table, wording
from lms.hours.actions import Part, Training
from lms.hours.attendance_table import Fault, FaultKind
from lms.hours.import_actions import EARLIEST, known_people
from lms.people import queries as people
from lms.people.models import Unit

FIELDS = ("title_zh", "title_en", "organiser", "starts_on", "ends_on", "hours", "days", "unit", "people", "reason")
MOST_PEOPLE = 500
COLUMNS = {"staff_no": "people", "title": "title_zh", "date": "starts_on", "hours": "hours", "ends": "ends_on", "days": "days"}


@dataclass(slots=True)
class Entered:
    """What stands in the fields."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    training: Training | None = None
    parts: list[Part] = field(default_factory=list)

    def summary(self) -> list[tuple[str, str]]:
        return list(self.errors.items())


def read(session: Session, actor: Actor, typed: Mapping[str, str], *, today: date) -> Entered:
    """The form, held to the same rules as the rows of a file."""
    form = Entered({name: typed.get(name, "").strip() for name in FIELDS})
    numbers = list(dict.fromkeys(part.upper() for part in re.split(r"[\s,;\uff0c\uff1b\u3001]+", form.values["people"]) if part))
    table = [_heading(), *(_row(form.values, number) for number in numbers[:MOST_PEOPLE] or ["-"])]
    reading = attendance_table.read(table, today=today, earliest=EARLIEST)
    for fault in reading.faults:
        form.errors.setdefault(COLUMNS.get(fault.column, fault.column), _sentence(fault))
    _check_unit(session, actor, form)
    if not numbers:
        form.errors["people"] = _("Give the staff number of at least one person.")
    elif len(numbers) > MOST_PEOPLE:
        form.errors["people"] = _("At most %(n)d people fit here. Import a file for more.", n=MOST_PEOPLE)
    elif not form.errors:
        _look_up(session, actor, form, reading)
    return form


def _heading() -> list[str]:
    return [attendance_table.HEADINGS[column][0] for column in attendance_table.Column]


def _row(values: Mapping[str, str], number: str) -> list[str]:
    return [number, *(values[name] for name in ("title_zh", "starts_on", "hours", "ends_on", "days", "organiser", "title_en"))]


def _sentence(fault: Fault) -> str:
    """A fault as its field says it: a form has no cells."""
    if fault.kind is FaultKind.EMPTY:
        return _("Fill this in.")
    row = wording.fault_row(fault)
    return f"{row['reason']} {row['cure']}"


def _check_unit(session: Session, actor: Actor, form: Entered) -> None:
    scope = policy.scope(actor, Permission.HOURS_ENTER)
    if session.scalar(people.units_in(scope).where(Unit.code == form.values["unit"])) is None:
        form.errors["unit"] = _("Choose one of the units that you look after.")


def _look_up(session: Session, actor: Actor, form: Entered, reading: attendance_table.Reading) -> None:
    known = known_people(session, actor, [row.staff_no for row in reading.rows])
    faults = attendance_table.look_up(reading.rows, known, ())
    if faults:
        form.errors["people"] = " ".join(f"{fault.value}: {wording.fault_row(fault)['reason']}" for fault in faults)
        return
    row = reading.rows[0]
    form.training = Training(row.title, row.title_en, row.organiser, row.starts_on, row.ends_on)
    form.parts = [Part(known[one.staff_no].official_id, one.staff_no, one.quarters, one.half_days) for one in reading.rows]
