"""The register of training bases: entered, changed in versions, closed and opened again."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import Permission, Role
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.ids import new_ref
from lms.orders import base_queries, base_words, bases, remind_queries
from lms.orders.bases import Entry
from lms.orders.models import TrainingBase, TrainingBaseVersion
from lms.people import notice_actions
from lms.people.holder_queries import holders
from lms.people.models import Partner, Unit


def enter(session: Session, *, actor: Actor, entry: Entry, unit: Unit | None, partner: Partner | None, now: datetime) -> TrainingBase:
    """A new base of a unit or of a partner. Raises Forbidden, Invalid."""
    scope = policy.scope(actor, Permission.BASES_EDIT)
    if (unit is None) == (partner is None) or not (scope.everything or (partner is not None and scope.covers_partner(partner.id))):
        raise Forbidden
    _ensure_sound(entry)
    base = TrainingBase(ref=new_ref(), unit_id=unit and unit.id, partner_id=partner and partner.id, version=0, created_at=now)
    _write(base, entry)
    session.add(base)
    session.flush()  # its id goes into its first version
    _keep(session, actor, base, entry, "", now)
    return base


def change(session: Session, *, actor: Actor, ref: str, entry: Entry, words: str, seen: int, now: datetime) -> TrainingBase:
    """A new version; ``seen``: the version that the form showed. Raises NotFound, Forbidden, Conflict when it is another now, Invalid."""
    base = _own(session, actor, ref)
    _ensure_sound(entry)
    if seen != base.version:
        raise Conflict(_("Somebody else has changed this entry in the meantime. Look at it again."))
    if entry.changed(Entry.of(base.content)):
        _write(base, entry)
        base.reminded_on = None
        _keep(session, actor, base, entry, words.strip()[:400], now)
    return base


def set_closed(session: Session, *, actor: Actor, ref: str, closed: bool, words: str, now: datetime) -> TrainingBase:
    """Close a base (nothing new is held there; its history stays) or open it again. Raises NotFound, Forbidden, Invalid without a reason."""
    base = _own(session, actor, ref)
    words = words.strip()
    if not words or len(words) > 400:
        raise Invalid(_("Give a reason."))
    if closed != (base.closed_at is not None):
        base.closed_at = now if closed else None
        _keep(session, actor, base, Entry.of(base.content), words, now)
    return base


def _own(session: Session, actor: Actor, ref: str) -> TrainingBase:
    base = base_queries.by_ref(session, actor, ref, lock=True)
    if not base_queries.may_edit(actor, base):
        raise Forbidden
    return base


def _ensure_sound(entry: Entry) -> None:
    if wrong := list(bases.faults(entry)):
        raise Invalid(_("The entry can't be kept like this."), details=base_words.faults(wrong))


def _write(base: TrainingBase, entry: Entry) -> None:
    base.name, base.address, base.capacity = entry.name, entry.address, entry.capacity
    base.agreed_from, base.agreed_until, base.content = entry.agreed_from, entry.agreed_until, entry.stored()


def _keep(session: Session, actor: Actor, base: TrainingBase, entry: Entry, words: str, now: datetime) -> None:
    base.version += 1
    session.add(TrainingBaseVersion(base_id=base.id, number=base.version, content=entry.stored(), words=words, by=actor.name[:120], at=now))
    audit.record(session, actor=actor, action=Action.BASE_CHANGED, subject=base.ref, now=now, version=base.version, name=base.name)


def warn(session: Session, *, today: date, now: datetime) -> int:
    """Tell a partner's coordinators once that the agreement on their base runs out; HR finds all of them on its home page."""
    found = remind_queries.agreements_ending(session, today=today)
    for base in found:
        base.reminded_on = today
        told = holders(session, Role.COORDINATOR, partner_ids=[base.partner_id])
        facts = {"ref": base.ref, "name": base.name, "day": base.agreed_until.isoformat()}
        notice_actions.tell_accounts(session, kind="base_agreement", facts=dict.fromkeys(told, facts), now=now)
    return len(found)
