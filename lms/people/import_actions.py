"""Importing a file: check it against what is held, then write everything or nothing.

The check reads only and may take its time; the write is one transaction. What is written is what the check planned: if
anybody changed the same people in between, nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import Permission
from lms.core.errors import Forbidden, Invalid
from lms.people import actions, import_queries, queries, roster
from lms.people.import_faults import Fault, FaultKind
from lms.people.import_plan import PersonChange, Plan, people_out_of_scope, person_change, unit_change, units_out_of_scope
from lms.people.models import Unit
from lms.people.roster import OfficialRow, Reading
from lms.people.roster_columns import TableKind

BATCH = 1000


class CompleteNeedsRoster(Invalid):
    """A table of units cannot say who is absent."""


@dataclass(slots=True)
class Checked:
    """A file as it was understood, and what it would change; no plan if it has faults."""

    reading: Reading
    plan: Plan = field(default_factory=Plan)
    complete: str = ""

    @property
    def faults(self) -> list[Fault]:
        return self.reading.faults

    def summary(self) -> dict[str, Any]:
        """All that a preview shows, as plain data."""
        return {
            "kind": str(self.reading.kind or ""),
            "count": self.reading.count,
            "counts": self.plan.counts(),
            "lines": self.plan.lines(),
            "digest": self.plan.digest(),
            "ignored": list(self.reading.heading.unknown) if self.reading.heading else [],
            "faults": len(self.faults),
            "faulty_rows": self.reading.faulty_rows,
        }


def check_table(
    session: Session, *, actor: Actor, rows: Iterable[Sequence[str]], today: date, complete: str = "", tick: Callable[[int], None] = lambda count: None
) -> Checked:
    """Understand a table and plan its changes. Reads only. ``complete`` is the code of a unit whose absent people are to be
    deactivated. Raises :class:`Forbidden` if the actor may import nothing, :class:`CompleteNeedsRoster`."""
    policy.ensure(actor, Permission.PEOPLE_IMPORT)
    whole = _unit_to_complete(session, actor, complete)
    reading = roster.read(rows, known=import_queries.known(session), today=today, tick=tick)
    checked = Checked(reading, complete=complete)
    if whole and reading.kind is TableKind.UNITS:
        raise CompleteNeedsRoster(_("Only a roster can be complete for a unit; this is a table of units."))
    if reading.kind is TableKind.UNITS:
        _plan_units(session, actor, checked)
    elif reading.kind is TableKind.ROSTER:
        _plan_people(session, actor, checked, whole)
    reading.faults.sort(key=lambda fault: fault.row)
    if reading.faults:
        checked.plan = Plan()
    return checked


def _unit_to_complete(session: Session, actor: Actor, code: str) -> Unit | None:
    if not code:
        return None
    unit = queries.unit_by_code(session, code)
    if not policy.scope(actor, Permission.PEOPLE_IMPORT).covers_unit(unit.path):
        raise Forbidden
    return unit


def _plan_units(session: Session, actor: Actor, checked: Checked) -> None:
    reading, held = checked.reading, import_queries.held_units(session)
    if reading.faults:
        return
    found = [unit_change(row, held.get(row.code), reading.columns) for row in reading.rows]
    checked.plan = Plan([change for change in found if change], sum(change is None for change in found))
    scope = policy.scope(actor, Permission.PEOPLE_IMPORT)
    if not scope.everything:
        allowed = import_queries.codes_within(session, scope)
        reading.faults += units_out_of_scope(checked.plan.changes, allowed, reading.heading)


def _plan_people(session: Session, actor: Actor, checked: Checked, whole: Unit | None) -> None:
    reading, plan = checked.reading, checked.plan
    scope = policy.scope(actor, Permission.PEOPLE_IMPORT)
    allowed = None if scope.everything else import_queries.codes_within(session, scope)
    for batch in queries.batches(reading.rows, BATCH):
        numbers = [row.staff_no for row in batch if row.staff_no]
        held = import_queries.held_officials(session, numbers)
        reading.faults += _login_faults(session, batch, numbers, reading)
        if allowed is not None:
            reading.faults += people_out_of_scope((row for row in batch if row.unit), held, allowed, reading.heading)
        for row in batch if not reading.faults else ():
            change = person_change(row, held.get(row.staff_no), reading.columns)
            plan.unchanged += change is None
            plan.changes += [change] if change else []
    if whole is not None:
        present = {row.staff_no for row in reading.rows}
        plan.changes += [PersonChange(None, held) for held in import_queries.absentees(session, whole, present)]


def _login_faults(session: Session, batch: Sequence[OfficialRow], numbers: Sequence[str], reading: Reading) -> Iterator[Fault]:
    """Staff numbers under which somebody else signs in: an official's login is their staff number."""
    taken = import_queries.logins_of_others(session, numbers)
    for row in batch if taken else ():
        if row.staff_no in taken:
            yield Fault(row.row, reading.heading.text("staff_no"), row.staff_no, FaultKind.LOGIN_TAKEN)


def apply_plan(session: Session, *, actor: Actor, checked: Checked, filename: str, now: datetime) -> None:
    """Write what was planned. Raises :class:`Invalid` for a file with faults, :class:`Conflict` if it is overtaken by others."""
    policy.ensure(actor, Permission.PEOPLE_IMPORT)
    if checked.faults:
        raise Invalid(_("A file with faults is not imported."))
    if checked.reading.kind is TableKind.UNITS:
        actions.write_units(session, actor=actor, changes=checked.plan.changes, now=now)
    else:
        actions.write_people(session, actor=actor, changes=checked.plan.changes, now=now)
    counts = checked.plan.counts()
    audit.record(session, actor=actor, action=Action.IMPORT_APPLIED, subject=filename, now=now, complete=checked.complete, **counts)
