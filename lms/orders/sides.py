"""From which side somebody looks at an order: HR's, by unit; or a partner's, as far as the order was shown to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission as P
from lms.core import db
from lms.core.errors import Conflict, Invalid, NotFound
from lms.orders import queries
from lms.orders.enums import Side
from lms.orders.models import TrainingOrder

READS = (P.ORDERS_PLACE, P.ORDERS_ANSWER)


def side_of(actor: Actor) -> Side:
    """The side of somebody's list: HR's for those who place orders."""
    return Side.HR if policy.may(actor, P.ORDERS_PLACE) else Side.PARTNER


def find(session: Session, actor: Actor, ref: str) -> tuple[TrainingOrder, Side]:
    """An order with the side from which the actor may see it. Raises NotFound."""
    if policy.may(actor, P.ORDERS_PLACE):
        try:
            return queries.of_hr(session, actor, ref), Side.HR
        except NotFound:
            if not policy.may(actor, P.ORDERS_ANSWER):
                raise
    return queries.of_partner(session, actor, ref), Side.PARTNER


def errors_of(refused: Invalid | Conflict) -> list[tuple[str, str]]:
    """A refusal for the summary above a form: (field, sentence); without details the sentence itself."""
    return [one if isinstance(one, tuple) else ("", str(one)) for one in refused.details] or [("", str(refused))]


Again = Callable[[list[tuple[str, str]]], Any]


def did(ref: str, done: Callable[[], object], said: str, *, again: Again, anchor: str | None = None, then: Callable[[], None] | None = None) -> Any:
    """Do something to an order and go back to its page, with ``said`` or after ``then``; ``again`` shows a page with what is wrong."""
    try:
        with db.attempt():
            done()
    except (Invalid, Conflict) as refused:
        return again(errors_of(refused)), refused.status
    if then is None:
        flash(said, "success")
    else:
        then()
    return redirect(url_for("orders.order", ref=ref, _anchor=anchor), 303)
