"""Reading class hours: rules in force, evidence of officials, their ledgers, attendance, standings. Who may see is the caller's business."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import ColumnElement, Select, bindparam, case, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from lms.access.policy import Scope
from lms.core.errors import NotFound
from lms.hours import evidence_queries, ledger, rulebook
from lms.hours.enums import State
from lms.hours.ledger import Account, Person, state_of
from lms.hours.models import Attendance, AttendanceImport, AttendanceRow, HoursClosing, HoursFigures, HoursRollup, HoursRule, HoursStanding
from lms.hours.package import Version, parse_version
from lms.hours.rulebook import Rulebook
from lms.people import queries as people
from lms.people.models import Official, Position, Unit

MOST_YEARS = 10


def today(now: datetime) -> date:
    """The date in the installation's own time zone."""
    return now.astimezone(zone()).date()


def zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["SETTINGS"].time_zone)


_parsed: dict[str, Version] = {}


def versions(session: Session) -> list[Version]:
    """Every version of every rule. A version never changes, so each is parsed once a process."""
    found = session.execute(select(HoursRule.hash, HoursRule.id).order_by(HoursRule.effective_from, HoursRule.rule, HoursRule.version)).all()
    for row in found:
        if row.hash not in _parsed:
            _parsed[row.hash] = parse_version(session.get_one(HoursRule, row.id).content)
    return [_parsed[row.hash] for row in found]


def rule_rows(session: Session) -> dict[str, HoursRule]:
    """Rows by ``rule@version``: who added a version, when and why."""
    return {f"{row.rule}@{row.version}": row for row in session.scalars(select(HoursRule))}


def closings(session: Session) -> dict[int, HoursClosing]:
    """Closed years."""
    return {row.year: row for row in session.scalars(select(HoursClosing))}


def open_years(session: Session, now: datetime) -> list[int]:
    """This year, and the year before as long as it is not closed."""
    this = today(now).year
    return [year for year in (this - 1, this) if session.get(HoursClosing, year) is None]


_CODES = select(Unit.id, Unit.code).where(Unit.id.in_(bindparam("ids", expanding=True)))


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.strip("/").split("/") if part]


@dataclass(slots=True)
class Books:
    """The rulebooks of units and years, each folded once."""

    session: Session
    known: list[Version] = field(init=False)
    closed: dict[int, HoursClosing] = field(init=False)
    codes: dict[int, str] = field(default_factory=dict)
    _made: dict[tuple[tuple[str, ...], int], Rulebook] = field(default_factory=dict)
    _windows: dict[tuple[str, int], dict[int, Rulebook]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = versions(self.session)
        self.closed = closings(self.session)

    def unit_codes(self, path: str) -> tuple[str, ...]:
        """Codes of the units from the root down to the one at ``path``."""
        self.know([path])
        return tuple(self.codes[one] for one in _ids(path))

    def know(self, paths: Iterable[str]) -> None:
        """Read the codes of all units on these paths together, as far as they are not known yet."""
        missing = {one for path in paths for one in _ids(path) if one not in self.codes}
        for batch in people.batches(sorted(missing)):
            self.codes |= dict(self.session.connection().execute(_CODES, {"ids": batch}).all())

    def of(self, path: str, year: int) -> Rulebook:
        """The rulebook of a unit in a year: of a closed year with the versions it was closed by."""
        units = self.unit_codes(path)
        named = tuple(code for code in units if any(version.unit == code for version in self.known))
        if (named, year) not in self._made:
            closed = self.closed.get(year)
            chosen = rulebook.pinned(self.known, closed.versions) if closed else rulebook.in_force(self.known, year)
            self._made[named, year] = rulebook.fold(chosen, year=year, units=named)
        return self._made[named, year]

    def window(self, path: str, year: int) -> dict[int, Rulebook]:
        """The rulebooks of ``year`` and of the earlier years of every period that holds it: the same for all people of a unit."""
        if (path, year) not in self._windows:
            self._windows[path, year] = self._window(path, year)
        return self._windows[path, year]

    def _window(self, path: str, year: int) -> dict[int, Rulebook]:
        book = self.of(path, year)
        first = min((need.window(year)[0] for need in book.needs), default=year)
        return {at: self.of(path, at) for at in range(first, year + 1)}


@dataclass(frozen=True, slots=True)
class Ledger:
    """An official's year with what it was computed from."""

    official_id: int
    unit_id: int
    account: Account


def ledgers(session: Session, official_ids: Collection[int], year: int, *, books: Books | None = None) -> list[Ledger]:
    """The years of some officials, each computed from the evidence anew; a closed year with the unit and group kept then."""
    books = books or Books(session)
    rows = [row for batch in people.batches(official_ids) for row in session.execute(_persons(batch))]
    kept = _kept(session, official_ids, year) if year in books.closed else {}
    books.know({kept.get(row.id, row).path for row in rows})
    window = {row.id: books.window(kept.get(row.id, row).path, year) for row in rows}
    first = min((min(found) for found in window.values()), default=year)
    evidence = evidence_queries.credits(session, official_ids, first=first, last=year, zone=zone())
    empty: dict[Any, Account] = {}  # the many without evidence differ in little
    return [_ledger(row, kept.get(row.id), window[row.id], evidence.get(row.id, []), year, empty) for row in rows]


def _ledger(row: Any, kept: Any, window: Mapping[int, Rulebook], evidence: Sequence[ledger.Credit], year: int, empty: dict[Any, Account]) -> Ledger:
    joined = row.joined_on if row.joined_on and row.joined_on.year == year else None
    person, group = Person(row.code, row.grade, joined), kept.group_code if kept else None
    key = (person, group, window[year].names)
    found = None if evidence else empty.get(key)
    if found is None:
        found = ledger.account(person, evidence, window, year, group=group)
        if not evidence:
            empty[key] = found
    return Ledger(row.id, kept.unit_id if kept else row.unit_id, found)


def _persons(ids: Collection[int]) -> Select[Any]:
    query = select(Official.id, Official.unit_id, Official.grade, Official.joined_on, Position.code, Unit.path)
    query = query.join(Position, Position.id == Official.position_id).join(Unit, Unit.id == Official.unit_id)
    return query.where(Official.id.in_(ids)).order_by(Official.id)


def _kept(session: Session, ids: Collection[int], year: int) -> dict[int, Any]:
    """Unit and group of officials in a closed year."""
    query = select(HoursStanding.official_id, HoursStanding.unit_id, HoursStanding.group_code, Unit.path).join(Unit, Unit.id == HoursStanding.unit_id)
    rows = (row for batch in people.batches(ids) for row in session.execute(query.where(HoursStanding.year == year, HoursStanding.official_id.in_(batch))))
    return {row.official_id: row for row in rows}


def ledger_of(session: Session, official_id: int, year: int) -> Ledger:
    """One official's year."""
    return ledgers(session, [official_id], year)[0]


def years_of(session: Session, official_id: int, now: datetime) -> list[int]:
    """The years that may be looked at, the newest first: with rules, with evidence, and this one."""
    this = today(now).year
    first = min([this, *(version.first_year for version in versions(session)), *evidence_queries.years(session, official_id, zone())])
    return list(range(this, max(first, this - MOST_YEARS) - 1, -1))


def year_span(session: Session, now: datetime) -> list[int]:
    """The years for which a unit's report exists, the newest first."""
    this = today(now).year
    first = session.scalar(select(func.min(HoursStanding.year))) or this
    return list(range(this, max(first, this - MOST_YEARS) - 1, -1))


# The unit's report -----------------------------------------------------------------------------------------------------------


def state_column(day: date) -> ColumnElement[str]:
    """The state of a standing on a day."""
    at = HoursStanding.behind_on
    return case((at.is_(None), State.FULFILLED), (at <= day, State.BEHIND), else_=State.ON_WAY)


ORDERS: Mapping[str, tuple[ColumnElement[Any], ...]] = {
    "staff_no": (Official.staff_no,),
    "name": (Official.name, Official.staff_no),
    "missing": (HoursStanding.progress, HoursStanding.official_id),
}


def listed(unit: Unit, year: int, day: date, *, text: str = "", state: str = "", order: str = "staff_no") -> Select[Any]:
    """Rows (Official, Unit, Position, HoursStanding, state) of a unit's report: who is counted in its subtree."""
    column = state_column(day)
    query = select(Official, Unit, Position, HoursStanding, column.label("state")).join(HoursStanding, HoursStanding.official_id == Official.id)
    query = query.join(Unit, Unit.id == HoursStanding.unit_id).join(Position, Position.id == Official.position_id).where(HoursStanding.year == year)
    if unit.parent_id is not None:
        query = query.where(HoursStanding.unit_id.in_(_subtree(unit)))
    if state in set(State):
        query = query.where(column == state)
    if text:
        query = query.where(or_(func.lower(Official.name).contains(text.lower(), autoescape=True), Official.staff_no.contains(text.upper(), autoescape=True)))
    return query.order_by(*ORDERS.get(order, ORDERS["staff_no"]))


def _subtree(unit: Unit) -> Select[Any]:
    under = aliased(Unit)
    return select(under.id).where(under.path.startswith(unit.path, autoescape=True))


def counts(session: Session, unit: Unit, year: int, day: date) -> dict[State, int]:
    """How many officials of a unit's subtree are in each state; of a large roster's root as counted within the last ten minutes."""
    if unit.parent_id is not None:
        return _counts(session, HoursRollup.unit_id.in_(_subtree(unit)), year, day)
    found: dict[State, int] = people.counted(session, ("class hours", unit.id, year, day), lambda: _counts(session, true(), year, day))
    return found


def _counts(session: Session, where: ColumnElement[bool], year: int, day: date) -> dict[State, int]:
    query = select(HoursRollup.behind_on, func.sum(HoursRollup.n)).where(HoursRollup.year == year, where).group_by(HoursRollup.behind_on)
    found = dict.fromkeys(State, 0)
    for behind_on, n in session.execute(query):
        found[state_of(behind_on, day)] += int(n)
    return found


def rolled_up(year: int, unit_ids: Collection[int] | None = None) -> Select[Any]:
    """(unit, year, day, number) as the standings say it."""
    query = select(HoursStanding.unit_id, HoursStanding.year, HoursStanding.behind_on, func.count()).where(HoursStanding.year == year)
    if unit_ids is not None:
        query = query.where(HoursStanding.unit_id.in_(unit_ids))
    return query.group_by(HoursStanding.unit_id, HoursStanding.year, HoursStanding.behind_on)


def figures(session: Session, unit_id: int, year: int) -> HoursFigures | None:
    """What a unit's head may see of a year."""
    return session.scalar(select(HoursFigures).where(HoursFigures.unit_id == unit_id, HoursFigures.year == year))


# Attendance ------------------------------------------------------------------------------------------------------------------


def attendance_list(scope: Scope, *, text: str = "", order: str = "newest") -> Select[Any]:
    """Rows (Attendance, Unit, people) of the units of a scope."""
    n = select(func.count()).where(AttendanceRow.attendance_id == Attendance.id).correlate(Attendance).scalar_subquery()
    query = select(Attendance, Unit, n.label("people")).join(Unit, Unit.id == Attendance.unit_id).where(people.within(scope))
    if text:
        holds = [func.lower(column).contains(text.lower(), autoescape=True) for column in (Attendance.title_zh, Attendance.title_en, Attendance.organiser)]
        query = query.where(or_(*holds))
    orders = {"newest": (Attendance.starts_on.desc(), Attendance.id.desc()), "title": (Attendance.title_zh, Attendance.id), "entered": (Attendance.id.desc(),)}
    return query.order_by(*orders.get(order, orders["newest"]))


def attendance_by_ref(session: Session, ref: str) -> Attendance:
    """Raises NotFound."""
    found = session.scalar(select(Attendance).where(Attendance.ref == ref))
    if found is None:
        raise NotFound
    return found


def attendees(attendance_id: int) -> Select[Any]:
    """Rows (AttendanceRow, Official, Unit) of an entry."""
    query = select(AttendanceRow, Official, Unit).join(Official, Official.id == AttendanceRow.official_id).join(Unit, Unit.id == Official.unit_id)
    return query.where(AttendanceRow.attendance_id == attendance_id).order_by(Official.staff_no)


def with_attendees(entries: Select[Any], scope: Scope) -> Select[Any]:
    """Rows (Attendance, AttendanceRow, Official) of a list of entries: those of their people whom the scope covers, in the list's order."""
    home = aliased(Unit)
    query = entries.join(AttendanceRow, AttendanceRow.attendance_id == Attendance.id).join(Official, Official.id == AttendanceRow.official_id)
    query = query.join(home, home.id == Official.unit_id).where(people.within(scope, home.path))
    return query.with_only_columns(Attendance, AttendanceRow, Official).order_by(Official.staff_no)


def reversals(session: Session, attendance_id: int) -> Sequence[Attendance]:
    """The entries that take rows of this one back, oldest first."""
    return session.scalars(select(Attendance).where(Attendance.reverses_id == attendance_id).order_by(Attendance.id)).all()


def taken_back(session: Session, attendance_id: int) -> set[int]:
    """Officials whose part in an entry was taken back."""
    query = select(AttendanceRow.official_id).join(Attendance, Attendance.id == AttendanceRow.attendance_id)
    return set(session.scalars(query.where(Attendance.reverses_id == attendance_id)))


def import_by_ref(session: Session, ref: str, account_id: int | None) -> AttendanceImport:
    """An upload, for the one who uploaded it. Raises NotFound for everybody else."""
    found = session.scalar(select(AttendanceImport).where(AttendanceImport.ref == ref, AttendanceImport.account_id == account_id))
    if found is None:
        raise NotFound
    return found


def officials_by_staff_no(session: Session, numbers: Iterable[str]) -> dict[str, Any]:
    """Rows (id, staff_no, name, active, path) by staff number."""
    query = select(Official.id, Official.staff_no, Official.name, Official.active, Unit.path).join(Unit, Unit.id == Official.unit_id)
    rows = (row for batch in people.batches(sorted(set(numbers))) for row in session.execute(query.where(Official.staff_no.in_(batch))))
    return {row.staff_no: row for row in rows}


def entered(session: Session, official_ids: Iterable[int]) -> set[tuple[int, str, date]]:
    """(official, title, first day) of attendance that holds: taken back or reversing rows are left out."""
    query = select(
        AttendanceRow.official_id,
        AttendanceRow.quarters,
        AttendanceRow.half_days,
        Attendance.id,
        Attendance.reverses_id,
        Attendance.title_zh,
        Attendance.starts_on,
    )
    query = query.join(Attendance, Attendance.id == AttendanceRow.attendance_id)
    rows = [row for batch in people.batches(sorted(set(official_ids))) for row in session.execute(query.where(AttendanceRow.official_id.in_(batch)))]
    gone: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row.reverses_id:
            gone[row.reverses_id].add(row.official_id)
    return {(row.official_id, row.title_zh, row.starts_on) for row in rows if not row.reverses_id and row.official_id not in gone[row.id]}


def open_standing_years(session: Session) -> list[int]:
    """Years with standings that are not closed."""
    query = select(HoursStanding.year).where(HoursStanding.year.not_in(select(HoursClosing.year))).distinct().order_by(HoursStanding.year)
    return list(session.scalars(query))


def due_soon(session: Session, official_id: int, day: date, *, days: int) -> bool:
    """Whether something of an official's year may be missing and falls due within ``days``; without a standing it may at the year's end."""
    found = session.execute(select(HoursStanding.deadline).where(HoursStanding.official_id == official_id, HoursStanding.year == day.year)).one_or_none()
    deadline = date(day.year, 12, 31) if found is None else found.deadline
    return deadline is not None and day <= deadline <= day + timedelta(days=days)


def minutes_per_hour(session: Session, now: datetime) -> int | None:
    """How long a class hour is by the rule in force for everybody; a setting, since no registered fact decides it."""
    return rulebook.fold(rulebook.in_force(versions(session), today(now).year), year=today(now).year, units=()).minutes_per_hour


def counted_in(session: Session, official_ids: Collection[int], year: int, *, closed: bool) -> list[int]:
    """Those of some officials who are counted in a year: the active ones, and in a closed year whoever has evidence of it."""
    if closed:
        return sorted(official_ids)
    query = select(Official.id).where(Official.active).order_by(Official.id)
    return [one for batch in people.batches(sorted(official_ids)) for one in session.scalars(query.where(Official.id.in_(batch)))]
