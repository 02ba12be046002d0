"""Reading the shared library: the list, an entry with its versions, and where it is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, false, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.core.errors import NotFound
from lms.library.enums import EntryState
from lms.library.models import LibraryEntry, LibraryReuse, LibraryVersion
from lms.people.models import Partner


@dataclass(frozen=True, slots=True)
class Choice:
    """What the list shows: words that occur, kind, licence, competency, state (shared, own, used, withdrawn, all), order."""

    text: str = ""
    kind: str = ""
    licence: str = ""
    competency: str = ""
    state: str = "shared"
    order: str = "newest"


def _used(what: Any) -> Any:
    query = select(what).where(LibraryReuse.entry_id == LibraryEntry.id, LibraryReuse.ended_at.is_(None))
    return query.correlate(LibraryEntry).scalar_subquery()


places = _used(func.count(LibraryReuse.id)).label("places")
"""In how many places others use an entry now."""
organisations = _used(func.count(func.distinct(func.coalesce(LibraryReuse.partner_id, 0)))).label("organisations")
"""How many organisations use it now."""
ORDERS = {
    "newest": (LibraryEntry.changed_at.desc(), LibraryEntry.id.desc()),
    "reused": (organisations.desc(), places.desc(), LibraryEntry.id.desc()),
    "title": (LibraryEntry.title_zh, LibraryEntry.id),
    "title_en": (LibraryEntry.title_en, LibraryEntry.id),
}


def entries(actor: Actor, choice: Choice) -> Select[Any]:
    """Rows (LibraryEntry, Partner or None, places, organisations)."""
    query = select(LibraryEntry, Partner, places, organisations).outerjoin(Partner, Partner.id == LibraryEntry.partner_id)
    if choice.text:
        columns = (LibraryEntry.title_zh, LibraryEntry.title_en, LibraryEntry.summary_zh, LibraryEntry.summary_en, Partner.name_zh, Partner.name_en)
        query = query.where(or_(*(func.lower(column).contains(choice.text.lower(), autoescape=True) for column in columns)))
    if choice.kind:
        query = query.where(LibraryEntry.kind == choice.kind)
    if choice.licence:
        query = query.where(LibraryEntry.licence == choice.licence)
    if choice.competency:
        query = query.where(cast(LibraryEntry.competencies, String).contains(f'"{choice.competency}"', autoescape=True))
    return query.where(_in_state(actor, choice.state)).order_by(*ORDERS.get(choice.order, ORDERS["newest"]))


def _in_state(actor: Actor, state: str) -> ColumnElement[bool]:
    if state == "own":
        return owned(actor)
    if state == "used":
        return select(LibraryReuse.id).where(LibraryReuse.entry_id == LibraryEntry.id, LibraryReuse.ended_at.is_(None), _by(actor)).exists()
    if state == "all":
        return true()
    return LibraryEntry.state == (EntryState.WITHDRAWN if state == "withdrawn" else EntryState.SHARED)


def owned(actor: Actor) -> ColumnElement[bool]:
    """The entries of the organisations for which ``actor`` shares; the administration's for the administrator."""
    scope = policy.scope(actor, P.LIBRARY_SHARE)
    if scope.everything:
        return LibraryEntry.partner_id.is_(None)
    return LibraryEntry.partner_id.in_(scope.partners) if scope.partners else false()


def _by(actor: Actor) -> ColumnElement[bool]:
    """The uses by the organisations of ``actor``."""
    scope = policy.scope(actor, P.LIBRARY_SHARE)
    if scope.everything:
        return LibraryReuse.partner_id.is_(None)
    return LibraryReuse.partner_id.in_(scope.partners) if scope.partners else false()


def sides(session: Session, actor: Actor) -> list[Partner | None]:
    """For whom ``actor`` shares and uses: the organisations, None for the administration."""
    scope = policy.scope(actor, P.LIBRARY_SHARE)
    if scope.everything:
        return [None]
    query = select(Partner).where(Partner.id.in_(scope.partners), Partner.closed_at.is_(None)).order_by(Partner.code)
    return list(session.scalars(query))


def by_ref(session: Session, ref: str, *, lock: bool = False) -> LibraryEntry:
    """An entry, withdrawn ones too. Raises NotFound."""
    query = select(LibraryEntry).where(LibraryEntry.ref == ref)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def may_edit(actor: Actor, entry: LibraryEntry) -> bool:
    """Whether ``actor`` keeps the entry: the owner, and the administrator all of them."""
    return policy.scope(actor, P.LIBRARY_SHARE).covers_partner(entry.partner_id)


def kept(session: Session, actor: Actor, ref: str, *, lock: bool = False) -> LibraryEntry:
    """An entry that ``actor`` keeps. Raises NotFound."""
    found = by_ref(session, ref, lock=lock)
    if not may_edit(actor, found):
        raise NotFound
    return found


def versions(session: Session, entry_id: int) -> Sequence[LibraryVersion]:
    """All versions, the newest first."""
    return session.scalars(select(LibraryVersion).where(LibraryVersion.entry_id == entry_id).order_by(LibraryVersion.number.desc())).all()


def version(session: Session, entry: LibraryEntry, number: int) -> LibraryVersion:
    """One version. Raises NotFound."""
    found = session.scalar(select(LibraryVersion).where(LibraryVersion.entry_id == entry.id, LibraryVersion.number == number))
    if found is None:
        raise NotFound
    return found


def may_take(session: Session, actor: Actor, entry: LibraryEntry) -> bool:
    """Whether ``actor`` may download: everybody who shares while it is offered; later its owner and those who use it."""
    return entry.state == EntryState.SHARED or may_edit(actor, entry) or bool(own_uses(session, actor, entry.id))


def uses(session: Session, entry_id: int) -> Sequence[LibraryReuse]:
    """Where an entry is used now, the newest first."""
    query = select(LibraryReuse).options(selectinload(LibraryReuse.partner)).where(LibraryReuse.entry_id == entry_id, LibraryReuse.ended_at.is_(None))
    return session.scalars(query.order_by(LibraryReuse.at.desc(), LibraryReuse.id.desc()).limit(1000)).all()


def own_uses(session: Session, actor: Actor, entry_id: int) -> Sequence[LibraryReuse]:
    """Where the organisations of ``actor`` use it."""
    query = select(LibraryReuse).where(LibraryReuse.entry_id == entry_id, LibraryReuse.ended_at.is_(None), _by(actor))
    return session.scalars(query.order_by(LibraryReuse.at.desc(), LibraryReuse.id.desc())).all()


def own_use(session: Session, actor: Actor, entry_id: int, ref: str) -> LibraryReuse:
    """A use by an organisation of ``actor``. Raises NotFound."""
    found = session.scalar(select(LibraryReuse).where(LibraryReuse.ref == ref, LibraryReuse.entry_id == entry_id, _by(actor)))
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class UsedBy:
    """One organisation that uses an entry, in so many places; ``partner`` None: the administration."""

    partner: Partner | None
    places: int
    number: int
    """The newest version that it uses."""


def used_by(found: Sequence[LibraryReuse]) -> list[UsedBy]:
    """The organisations among these uses, those with the most places first."""
    by: dict[int, list[LibraryReuse]] = {}
    for one in found:
        by.setdefault(one.partner_id or 0, []).append(one)
    rows = [UsedBy(ones[0].partner, len(ones), max(one.number for one in ones)) for ones in by.values()]
    return sorted(rows, key=lambda row: (-row.places, row.partner.code if row.partner else ""))


def users(session: Session, entry_id: int) -> set[int | None]:
    """The organisations that use an entry now."""
    query = select(LibraryReuse.partner_id).where(LibraryReuse.entry_id == entry_id, LibraryReuse.ended_at.is_(None))
    return set(session.scalars(query.distinct()))
