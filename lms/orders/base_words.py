"""Training bases in words."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.orders.bases import MOST_CAPACITY, Agreement, Fault

AGREEMENTS = {
    Agreement.NONE: _l("no agreement"),
    Agreement.TO_COME: _l("begins later"),
    Agreement.HOLDS: _l("holds"),
    Agreement.ENDS_SOON: _l("runs out soon"),
    Agreement.ENDED: _l("has run out"),
}
ORDERS = [("name", _l("name of the base")), ("capacity", _l("most seats first")), ("agreement", _l("end of the agreement")), ("newest", _l("newest first"))]
STATES = [("active", _l("in use")), ("ending", _l("agreement runs out or has run out")), ("closed", _l("closed")), ("all", _l("all"))]


def field_names() -> dict[str, str]:
    """What the parts of an entry are called."""
    return {
        "name": _("Name of the base"), "address": _("Address"), "capacity": _("People it seats"), "rooms": _("Rooms"), "teachers": _("Teachers"),
        "equipment": _("Equipment"), "contact": _("Contact"), "agreed_from": _("Agreement from"), "agreed_until": _("Agreement until"),
        "agreement": _("What is agreed"), "courses": _("Courses agreed"),
    }  # fmt: skip


def faults(found: Iterable[tuple[str, Fault]]) -> list[tuple[str, str]]:
    """(field, sentence) of an entry's faults."""
    said = {
        Fault.NAME: _("Give the base a name."),
        Fault.ADDRESS: _("Say where it is."),
        Fault.CAPACITY: _("Say how many people it seats: 1 to %(n)d.", n=MOST_CAPACITY),
        Fault.DATES: _("An agreement has a first and a last day, in this order; without an agreement leave both empty."),
        Fault.LONG: _("This is longer than the form allows."),
    }
    return [(field, said[fault]) for field, fault in found]
