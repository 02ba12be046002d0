"""What a table would change, compared with what is held. Pure: the same plan is shown, confirmed and written."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from lms.people.import_faults import Fault, FaultKind
from lms.people.roster import OfficialRow, UnitRow

PERSON_FIELDS = ("name", "unit", "position", "grade", "birth_month", "phone", "joined_on", "retires_on")
UNIT_FIELDS = ("name_zh", "name_en", "parent", "tier", "connection")
LINES_KEPT = 500


class Held(NamedTuple):
    """An official as the table has them, unit and position by code."""

    id: int
    staff_no: str
    name: str
    unit: str
    position: str
    grade: str
    birth_month: str
    phone: str
    joined_on: date | None
    retires_on: date | None
    active: bool


class HeldUnit(NamedTuple):
    """A unit as the table has it, the parent by code (empty for a root)."""

    id: int
    code: str
    name_zh: str
    name_en: str
    parent: str
    tier: str
    connection: str
    path: str


class ChangeKind(StrEnum):
    """What happens to a person or a unit. One change may be several of these: moved and changed, say."""

    DEACTIVATED = "deactivated"
    MOVED = "moved"
    REPOSTED = "reposted"
    REACTIVATED = "reactivated"
    CHANGED = "changed"
    CREATED = "created"


@dataclass(frozen=True, slots=True)
class PersonChange:
    """From ``held`` (None: new) to ``row`` (None: deactivated); ``fields`` are the names of those that differ."""

    row: OfficialRow | None
    held: Held | None
    fields: tuple[str, ...] = ()

    @property
    def staff_no(self) -> str:
        return self.row.staff_no if self.row else self.held.staff_no

    @property
    def name(self) -> str:
        return self.row.name if self.row else self.held.name

    @property
    def kinds(self) -> tuple[ChangeKind, ...]:
        """What happens, the gravest first."""
        if self.held is None:
            return (ChangeKind.CREATED,)
        if self.row is None:
            return (ChangeKind.DEACTIVATED,)
        found = {"unit": ChangeKind.MOVED, "position": ChangeKind.REPOSTED}
        kinds = {found.get(name, ChangeKind.CHANGED) for name in self.fields}
        if not self.held.active:
            kinds.add(ChangeKind.REACTIVATED)
        return tuple(kind for kind in ChangeKind if kind in kinds)

    def differences(self) -> list[tuple[str, str, str]]:
        """(field, before, after) of each changed field, as text."""
        return [(name, _text(getattr(self.held, name)), _text(getattr(self.row, name))) for name in self.fields]

    def value(self, name: str) -> Any:
        """What field ``name`` becomes: a column that the file lacks stays as it is."""
        return getattr(self.row, name) if self.held is None or name in self.fields else getattr(self.held, name)


@dataclass(frozen=True, slots=True)
class UnitChange:
    """From ``held`` (None: new) to ``row``; ``fields`` are the names of those that differ."""

    row: UnitRow
    held: HeldUnit | None
    fields: tuple[str, ...] = ()

    @property
    def staff_no(self) -> str:
        return self.row.code

    @property
    def name(self) -> str:
        return self.row.name_zh

    @property
    def kinds(self) -> tuple[ChangeKind, ...]:
        """What happens, the gravest first."""
        if self.held is None:
            return (ChangeKind.CREATED,)
        kinds = {ChangeKind.MOVED if name == "parent" else ChangeKind.CHANGED for name in self.fields}
        return tuple(kind for kind in ChangeKind if kind in kinds)

    def differences(self) -> list[tuple[str, str, str]]:
        """(field, before, after) of each changed field."""
        return [(name, getattr(self.held, name), getattr(self.row, name)) for name in self.fields]




def _text(value: object) -> str:
    return "" if value is None else str(value)


def person_change(row: OfficialRow, held: Held | None, columns: Container[str]) -> PersonChange | None:
    """What ``row`` changes about ``held``; only ``columns`` count. None if nothing."""
    if held is None:
        return PersonChange(row, None)
    fields = _differing(row, held, PERSON_FIELDS, columns)
    return PersonChange(row, held, fields) if fields or not held.active else None


def unit_change(row: UnitRow, held: HeldUnit | None, columns: Container[str]) -> UnitChange | None:
    """What ``row`` changes about ``held``; only ``columns`` count. None if nothing."""
    if held is None:
        return UnitChange(row, None)
    fields = _differing(row, held, UNIT_FIELDS, columns)
    return UnitChange(row, held, fields) if fields else None


def _differing(row: Any, held: Any, names: Iterable[str], columns: Container[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name in columns and getattr(row, name) != getattr(held, name))


@dataclass(slots=True)
class Plan:
    """Everything that a file would change, and how many rows change nothing."""

    changes: list[PersonChange] | list[UnitChange] = field(default_factory=list)
    unchanged: int = 0

    def counts(self) -> dict[str, int]:
        """How often each kind of change occurs, with ``unchanged``."""
        counts = Counter(kind for change in self.changes for kind in change.kinds)
        return {**{str(kind): counts[kind] for kind in ChangeKind if counts[kind]}, "unchanged": self.unchanged}

    def digest(self) -> str:
        """The same for two plans that change the same things: what is confirmed is what was shown."""
        found = hashlib.sha256()
        for line in sorted(f"{change.staff_no}\t{change.kinds}\t{change.differences()}" for change in self.changes):
            found.update(line.encode())
        return found.hexdigest()

    def lines(self, limit: int = LINES_KEPT) -> list[dict[str, Any]]:
        """The gravest changes in words of codes, for a preview: deactivations and moves first."""
        order = {kind: place for place, kind in enumerate(ChangeKind)}
        grave = sorted((change for change in self.changes if change.kinds), key=lambda change: order[change.kinds[0]])
        return [
            {"code": change.staff_no, "name": change.name, "kinds": list(change.kinds), "differences": change.differences()} for change in grave[:limit]
        ]


def people_out_of_scope(rows: Iterable[OfficialRow], held: Mapping[str, Held], allowed: Container[str], heading: Any) -> Iterator[Fault]:
    """Rows that put somebody outside ``allowed`` units, or take them from there."""
    for row in rows:
        before = held.get(row.staff_no)
        if row.unit not in allowed:
            yield Fault(row.row, heading.text("unit"), row.unit, FaultKind.OUT_OF_SCOPE, row.unit)
        elif before and before.unit not in allowed:
            yield Fault(row.row, heading.text("staff_no"), row.staff_no, FaultKind.OUT_OF_SCOPE, row.staff_no)


def units_out_of_scope(changes: Sequence[UnitChange], allowed: set[str], heading: Any) -> Iterator[Fault]:
    """Changes to units outside ``allowed``, or that would hang a unit outside, or take the topmost unit of the scope away."""
    parents = {change.row.code: change.row.parent for change in changes if change.held is None}
    for change in changes:
        touched = [change.row.code] if change.held else []
        if change.held is None or "parent" in change.fields:
            touched.append(_known_ancestor(change.row.parent, parents))
        if change.held and "parent" in change.fields:
            touched.append(change.held.parent)
        outside = [code for code in touched if code not in allowed]
        if outside:
            yield Fault(change.row.row, heading.text("code"), change.row.code, FaultKind.OUT_OF_SCOPE, outside[0] or change.row.code)


def _known_ancestor(code: str, new_parents: Mapping[str, str]) -> str:
    """The lowest ancestor that exists already: new units may hang below new units. The file has no circles by now."""
    while code in new_parents:
        code = new_parents[code]
    return code
