"""Forms for one person and one unit: the fields as typed, held to the same rules as a row of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.people import import_messages, import_queries, roster
from lms.people.import_faults import Fault, FaultKind
from lms.people.import_plan import PERSON_FIELDS, UNIT_FIELDS, Held, HeldUnit
from lms.people.roster_columns import TableKind


@dataclass(slots=True)
class Form:
    """What stands in the fields, the sentence of each faulty one, and the row that they make if none is."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    row: Any = None

    def summary(self) -> list[tuple[str, str]]:
        """(field, sentence) of each fault, named by its label."""
        return [(key, f"{import_messages.label(key)}: {sentence}") for key, sentence in self.errors.items()]


def person_of(held: Held) -> Form:
    """The form of an official as held."""
    return Form({"staff_no": held.staff_no, **{name: str(getattr(held, name) or "") for name in PERSON_FIELDS}})


def unit_of(held: HeldUnit) -> Form:
    """The form of a unit as held."""
    return Form({"code": held.code, **{name: getattr(held, name) for name in UNIT_FIELDS}})


def read_person(session: Session, typed: Mapping[str, str], *, today: date, held: Held | None = None) -> Form:
    """An official as typed; the staff number of somebody who is ``held`` stays."""
    return _read(session, TableKind.ROSTER, {**typed, "staff_no": held.staff_no} if held else typed, ("staff_no", *PERSON_FIELDS), today)


def read_unit(session: Session, typed: Mapping[str, str], *, today: date, held: HeldUnit | None = None) -> Form:
    """A unit as typed; the code of one that is ``held`` stays."""
    return _read(session, TableKind.UNITS, {**typed, "code": held.code} if held else typed, ("code", *UNIT_FIELDS), today)


def _read(session: Session, kind: TableKind, typed: Mapping[str, str], keys: tuple[str, ...], today: date) -> Form:
    values = {key: typed.get(key, "").strip() for key in keys}
    row, faults = roster.read_one(kind, values, known=import_queries.known(session), today=today)
    return Form(values, {key: _sentence(faults[key]) for key in keys if key in faults}, row)


def _sentence(fault: Fault) -> str:
    if fault.kind is FaultKind.EMPTY:
        return _("Fill this in.")
    return f"{import_messages.reason(fault)} {import_messages.cure(fault)}"
