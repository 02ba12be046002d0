"""HR's list of an order: put on, taken off, split into who is trained first and who waits, by hand or by lot."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action, Event
from lms.access.permissions import Permission
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.orders import lot, people_queries, queries
from lms.orders.enums import Cohort, OrderState, Side, StepKind
from lms.orders.models import OrderPerson, TrainingOrder
from lms.orders.people_queries import Wish
from lms.orders.step_actions import step
from lms.orders.terms import MOST_PEOPLE
from lms.people.models import Official, Unit
from lms.people.queries import batches

SEEDS = 2**31


def add(session: Session, *, actor: Actor, ref: str, official_refs: Collection[str], now: datetime) -> int:
    """Put officials on the list of a draft; answers how many were not on it. Raises NotFound, Forbidden outside the order's unit, Conflict, Invalid."""
    order = _draft(session, actor, ref)
    query = select(Official.id, Unit.path).join(Unit, Unit.id == Official.unit_id).where(Official.active)
    rows = [row for batch in batches(official_refs) for row in session.execute(query.where(Official.ref.in_(batch)))]
    scope = policy.scope(actor, Permission.ORDERS_PLACE)
    if len(rows) < len(set(official_refs)) or not all(row.path.startswith(order.unit.path) and scope.covers_unit(row.path) for row in rows):
        raise Forbidden
    return _put_on(session, actor, order, [row.id for row in rows], now)


def add_all(session: Session, *, actor: Actor, ref: str, wish: Wish, now: datetime) -> int:
    """Put everyone on the list whom a choice lets through; answers how many were not on it. Raises as :func:`add`."""
    order = _draft(session, actor, ref)
    query = people_queries.candidates(actor, order, wish).with_only_columns(Official.id).order_by(None).limit(MOST_PEOPLE + 1)
    return _put_on(session, actor, order, session.scalars(query).all(), now)


def _put_on(session: Session, actor: Actor, order: TrainingOrder, ids: Iterable[int], now: datetime) -> int:
    known = set(people_queries.ids(session, order.id))
    new = sorted(set(ids) - known)
    if len(known) + len(new) > MOST_PEOPLE:
        raise Invalid(_("An order trains at most %(n)d people. Narrow the choice, or make a second order.", n=MOST_PEOPLE))
    if new:
        session.execute(insert(OrderPerson.__table__), [{"order_id": order.id, "official_id": one, "cohort": Cohort.NONE.value} for one in new])
        _note(session, actor, order, new, now, added=len(new))
    return len(new)


def remove(session: Session, *, actor: Actor, ref: str, official_refs: Collection[str], now: datetime) -> int:
    """Take officials off the list of a draft; answers how many. Raises NotFound, Conflict."""
    order = _draft(session, actor, ref)
    query = select(Official.id).join(OrderPerson, OrderPerson.official_id == Official.id).where(OrderPerson.order_id == order.id)
    gone = sorted(one for batch in batches(official_refs) for one in session.scalars(query.where(Official.ref.in_(batch))))
    for batch in batches(gone):
        session.execute(delete(OrderPerson).where(OrderPerson.order_id == order.id, OrderPerson.official_id.in_(batch)))
    if gone:
        _note(session, actor, order, gone, now, removed=len(gone))
    return len(gone)


def _note(session: Session, actor: Actor, order: TrainingOrder, ids: Iterable[int], now: datetime, **counts: int) -> None:
    step(session, order, StepKind.PEOPLE, actor=actor, side=Side.HR, now=now, facts=dict(counts))
    events = [Event(Action.ORDER_PEOPLE_CHANGED, order.ref, official_id, dict(counts)) for official_id in ids]
    audit.record_many(session, actor=actor, now=now, events=events)


def draw_lot(session: Session, *, actor: Actor, ref: str, places: int, now: datetime, seed: int | None = None) -> TrainingOrder:
    """Let the lot say who is trained first; all others wait. The seed is kept, and the lot is drawn once. Raises NotFound, Conflict, Invalid."""
    order = _accepted(session, actor, ref)
    if order.lot_seed is not None:
        raise Conflict(_("The lot has been drawn. Drawing until it pleases would be no lot."))
    people = people_queries.ids(session, order.id)
    if not 0 < places < len(people):
        raise Invalid(_("Between 1 and %(n)d people are trained first; the others wait.", n=len(people) - 1))
    order.lot_seed = secrets.randbelow(SEEDS) if seed is None else seed
    order.by_lot = True
    first = lot.draw(people, places, order.lot_seed)
    _split(session, order, {one: Cohort.FIRST if one in first else Cohort.LATER for one in people})
    facts = {"seed": order.lot_seed, "first": places, "people": len(people)}
    step(session, order, StepKind.LOT, actor=actor, side=Side.HR, now=now, facts=facts)
    _log_split(session, actor, order, people, now, by="lot")
    return order


def split(session: Session, *, actor: Actor, ref: str, cohorts: Mapping[str, Cohort], now: datetime) -> TrainingOrder:
    """Say by hand who (by reference) belongs to which cohort; others keep theirs. Raises NotFound, Conflict once it has begun."""
    order = _accepted(session, actor, ref)
    rows = session.execute(people_queries.members(order.id)).all()
    changed = {person.id: cohorts[person.ref] for person, _unit, _post, held in rows if person.ref in cohorts and cohorts[person.ref] != held}
    if not changed:
        return order
    _split(session, order, changed)
    order.by_lot = False
    sizes = queries.cohort_sizes(session, order.id)
    facts = {"first": sizes.get(Cohort.FIRST, 0), "later": sizes.get(Cohort.LATER, 0), "changed": len(changed)}
    step(session, order, StepKind.COHORT, actor=actor, side=Side.HR, now=now, facts=facts)
    _log_split(session, actor, order, list(changed), now, by="hand")
    return order


def _split(session: Session, order: TrainingOrder, cohorts: Mapping[int, Cohort]) -> None:
    rows = session.scalars(select(OrderPerson).where(OrderPerson.order_id == order.id, OrderPerson.official_id.in_(list(cohorts))))
    for row in rows:
        row.cohort = cohorts[row.official_id]
    session.flush()  # the sizes are read from the table


def _log_split(session: Session, actor: Actor, order: TrainingOrder, ids: Iterable[int], now: datetime, *, by: str) -> None:
    detail = {"cohort": by}
    audit.record_many(session, actor=actor, now=now, events=[Event(Action.ORDER_PEOPLE_CHANGED, order.ref, one, detail) for one in ids])


def _draft(session: Session, actor: Actor, ref: str) -> TrainingOrder:
    order = queries.of_hr(session, actor, ref, lock=True)
    if order.state != OrderState.DRAFT:
        raise Conflict(_("The order is open to partners: its list stays as it is."))
    return order


def _accepted(session: Session, actor: Actor, ref: str) -> TrainingOrder:
    order = queries.of_hr(session, actor, ref, lock=True)
    if order.state != OrderState.ACCEPTED:
        raise Conflict(_("Who is trained first is settled between the acceptance of an offer and the beginning."))
    return order
