"""Writing class hours: attendance as facts, what takes it back, and the standings derived from all evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import Permission
from lms.core.errors import Conflict, Invalid
from lms.core.ids import new_ref
from lms.hours import queries, rulebook
from lms.hours.ledger import Asked
from lms.hours.models import Attendance, AttendanceRow, HoursRollup, HoursStale, HoursStanding
from lms.people import queries as people
from lms.people.models import Official, Unit

LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class Training:
    """An organised training as entered."""

    title_zh: str
    title_en: str
    organiser: str
    starts_on: date
    ends_on: date

    @property
    def year(self) -> int:
        """The calendar year to which it belongs: the one in which it ended."""
        return self.ends_on.year


@dataclass(frozen=True, slots=True)
class Part:
    """One official's part in a training: quarters of a class hour, half days."""

    official_id: int
    staff_no: str
    quarters: int
    half_days: int


def record_attendance(
    session: Session, *, actor: Actor, unit: Unit, training: Training, parts: Sequence[Part], reason: str, source: str, now: datetime
) -> Attendance:
    """Write down who took part. Raises Forbidden outside the actor's units, Invalid for a closed year without a reason, Conflict for a double."""
    policy.ensure_unit(actor, Permission.HOURS_ENTER, unit.path)
    _ensure_people(session, actor, [part.official_id for part in parts])
    _ensure_reason(session, training.year, reason, now)
    double = queries.entered(session, [part.official_id for part in parts]) & {(p.official_id, training.title_zh, training.starts_on) for p in parts}
    if double:
        names = ", ".join(sorted(part.staff_no for part in parts if any(part.official_id == one[0] for one in double)))
        raise Conflict(_("This training is entered already for: %(names)s", names=names))
    entry = _entry(session, actor=actor, unit=unit, training=training, reason=reason, source=source, now=now)
    _write_rows(session, entry, parts)
    _audit(session, actor, Action.ATTENDANCE_ENTERED, entry, parts, now)
    refresh(session, {part.official_id for part in parts}, since=training.year, now=now)
    return entry


def take_back(session: Session, *, actor: Actor, entry: Attendance, official_ids: Collection[int], reason: str, now: datetime) -> Attendance:
    """Take parts of an entry back by a reversing entry. Raises Invalid without a reason or people, Conflict when it was done already."""
    policy.ensure_unit(actor, Permission.HOURS_ENTER, entry.unit.path)
    if not reason.strip():
        raise Invalid(_("Give a reason: it stands in the record of everybody concerned."))
    if entry.reverses_id is not None:
        raise Conflict(_("This entry takes another back; it can't be taken back itself. Enter the training again."))
    rows = session.execute(queries.attendees(entry.id)).all()
    gone = queries.taken_back(session, entry.id)
    parts = [Part(row[1].id, row[1].staff_no, -row[0].quarters, -row[0].half_days) for row in rows if row[1].id in official_ids and row[1].id not in gone]
    if not parts:
        raise Conflict(_("Choose people whose part was not taken back yet."))
    _ensure_people(session, actor, [part.official_id for part in parts])
    training = Training(entry.title_zh, entry.title_en, entry.organiser, entry.starts_on, entry.ends_on)
    made = _entry(session, actor=actor, unit=entry.unit, training=training, reason=reason.strip(), source="form", now=now, reverses_id=entry.id)
    _write_rows(session, made, parts)
    _audit(session, actor, Action.ATTENDANCE_TAKEN_BACK, made, parts, now)
    refresh(session, {part.official_id for part in parts}, since=training.year, now=now)
    return made


def _ensure_people(session: Session, actor: Actor, official_ids: Sequence[int]) -> None:
    query = select(Unit.path).join(Official, Official.unit_id == Unit.id).distinct()
    for batch in people.batches(official_ids):
        for path in session.scalars(query.where(Official.id.in_(batch))):
            policy.ensure_unit(actor, Permission.HOURS_ENTER, path)


def _ensure_reason(session: Session, year: int, reason: str, now: datetime) -> None:
    if late(session, year, now) and not reason.strip():
        raise Invalid(_("The year %(year)d is closed. Give the reason why this is entered now.", year=year))


def late(session: Session, year: int, now: datetime) -> bool:
    """Whether a year is closed, or is about to be."""
    return year in queries.closings(session) or queries.today(now) > rulebook.closes_after(year)


def _entry(session: Session, *, actor: Actor, unit: Unit, training: Training, reason: str, source: str, now: datetime, reverses_id: int | None = None):
    entry = Attendance(
        ref=new_ref(),
        unit_id=unit.id,
        title_zh=training.title_zh,
        title_en=training.title_en,
        organiser=training.organiser,
        starts_on=training.starts_on,
        ends_on=training.ends_on,
        reverses_id=reverses_id,
        reason=reason.strip()[:LONGEST_REASON],
        source=source,
        entered_by=actor.name[:120],
        entered_at=now,
    )
    session.add(entry)
    session.flush()  # its rows need the id
    return entry


def _write_rows(session: Session, entry: Attendance, parts: Iterable[Part]) -> None:
    rows = [{"attendance_id": entry.id, "official_id": p.official_id, "quarters": p.quarters, "half_days": p.half_days} for p in parts]
    session.execute(insert(AttendanceRow), rows)


def _audit(session: Session, actor: Actor, action: Action, entry: Attendance, parts: Iterable[Part], now: datetime) -> None:
    events = [audit.Event(action, part.staff_no, part.official_id, {"entry": entry.ref, "quarters": part.quarters}) for part in parts]
    audit.record_many(session, actor=actor, now=now, events=events)


# Standings: derived, so they can be made anew at any time ----------------------------------------------------------------------


def refresh(session: Session, official_ids: Collection[int], *, since: int, now: datetime) -> None:
    """Compute the standings of some officials anew, of every year from ``since`` to this one."""
    books = queries.Books(session)
    for year in range(since, queries.today(now).year + 1):
        for batch in people.batches(queries.counted_in(session, official_ids, year, closed=year in books.closed)):
            replace(session, queries.ledgers(session, batch, year, books=books), year)


_NOTE = insert(HoursStale)
_STANDINGS = insert(HoursStanding.__table__)
AT_ONCE = 500


def note_stale(session: Session, official_id: int, year: int) -> None:
    """Something counts since a year: the standing follows when somebody looks, or in the night. One short insert, because a quiz waits for it."""
    session.connection().execute(_NOTE, {"official_id": official_id, "year": year})


def freshen(session: Session, *, now: datetime) -> None:
    """Compute what was noted, as much as fits into a request; the night does the rest."""
    noted = session.execute(select(HoursStale.id, HoursStale.official_id, HoursStale.year).order_by(HoursStale.id).limit(AT_ONCE)).all()
    if noted:
        refresh(session, {row.official_id for row in noted}, since=min(row.year for row in noted), now=now)
        session.execute(delete(HoursStale).where(HoursStale.id.in_([row.id for row in noted])))


def replace(session: Session, found: Sequence[queries.Ledger], year: int) -> None:
    """Put the standings of some officials in the place of the earlier ones, and count their units anew."""
    ids = [one.official_id for one in found]
    before = set(session.scalars(select(HoursStanding.unit_id).where(HoursStanding.year == year, HoursStanding.official_id.in_(ids))))
    units = before | {one.unit_id for one in found}
    lock(session, units)
    session.execute(delete(HoursStanding).where(HoursStanding.year == year, HoursStanding.official_id.in_(ids)))
    if found:
        session.connection().execute(_STANDINGS, _rows(found, year))
    roll_up(session, units, year)


def _rows(found: Sequence[queries.Ledger], year: int) -> list[dict[str, Any]]:
    """The rows of ledgers; what an account gives is added up once, since the many without evidence share theirs."""
    known: dict[int, dict[str, Any]] = {}
    for one in found:
        if id(one.account) not in known:
            known[id(one.account)] = standing(one, year)
    return [known[id(one.account)] | {"official_id": one.official_id, "unit_id": one.unit_id} for one in found]


def remove(session: Session, official_ids: Collection[int], year: int) -> None:
    """Officials who are no longer active have no standing of an open year."""
    mine = (HoursStanding.year == year, HoursStanding.official_id.in_(official_ids))
    units = set(session.scalars(select(HoursStanding.unit_id).where(*mine)))
    lock(session, units)
    session.execute(delete(HoursStanding).where(*mine))
    roll_up(session, units, year)


def lock(session: Session, unit_ids: Collection[int]) -> None:
    """Two writers of one unit wait for each other (on SQLite there is one writer anyway); foreign keys do not wait."""
    for batch in people.batches(sorted(unit_ids)):
        session.execute(select(Unit.id).where(Unit.id.in_(batch)).order_by(Unit.id).with_for_update(key_share=True)).all()


def roll_up(session: Session, unit_ids: Collection[int], year: int) -> None:
    """Count the standings of some units anew."""
    for batch in people.batches(sorted(unit_ids)):
        session.execute(delete(HoursRollup).where(HoursRollup.year == year, HoursRollup.unit_id.in_(batch)))
        session.execute(insert(HoursRollup).from_select(["unit_id", "year", "behind_on", "n"], queries.rolled_up(year, batch)))


def standing(one: queries.Ledger, year: int) -> dict[str, Any]:
    """The row that sums up a ledger."""
    account, count = one.account, one.account.count
    open_: list[Asked] = [asked for asked in account.asked if not asked.met]
    return {
        "official_id": one.official_id,
        "year": year,
        "unit_id": one.unit_id,
        "group_code": account.group or "",
        "progress": account.progress,
        "behind_on": account.behind_on,
        "organised": sum(line.quarters for line in count.lines if line.account == "organised") + count.moved,
        "half_days": count.half_days,
        "self_study": sum(line.quarters for line in count.lines if line.account == "self_study"),
        "missing": sum(asked.missing for asked in open_),
        "deadline": min((asked.deadline for asked in open_), default=None),
    }


def differences(session: Session, year: int) -> int:
    """How many stored standings and sums of a year differ from the evidence."""
    stored = {row["official_id"]: row for row in session.execute(select(HoursStanding.__table__).where(HoursStanding.year == year)).mappings()}
    wrong = 0
    for batch in people.batches(sorted(stored)):
        for one in queries.ledgers(session, batch, year):
            wrong += any(stored[one.official_id][key] != value for key, value in standing(one, year).items())
    sums = {tuple(row) for row in session.execute(queries.rolled_up(year))}
    kept = {
        tuple(row)
        for row in session.execute(select(HoursRollup.unit_id, HoursRollup.year, HoursRollup.behind_on, HoursRollup.n).where(HoursRollup.year == year))
    }
    return wrong + len(sums ^ kept)


def grouped(parts: Iterable[tuple[Training, Part]]) -> dict[Training, list[Part]]:
    """The parts of an imported list by training."""
    found: dict[Training, list[Part]] = defaultdict(list)
    for training, part in parts:
        found[training].append(part)
    return found
