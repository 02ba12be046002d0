"""What is wrong with an order or an offer, in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from lms.orders import offering, terms
from lms.orders.clock import clock
from lms.orders.terms import Fault


def faults(found: Iterable[tuple[str, Fault]]) -> list[tuple[str, str]]:
    """(field, sentence) of an order's faults."""
    said = {
        Fault.TITLE: _("Say in one line what is ordered."),
        Fault.LONG: _("This is longer than the form allows."),
        Fault.TWICE: _("A competency stands twice."),
        Fault.COMPETENCIES: _("Choose at least one competency, each with a level from 1 to 5."),
        Fault.NEED: _("Say what people should be able to do, and why."),
        Fault.UNTIL: _("Set the day by which the training is done, after the closing day."),
        Fault.HOURS: _("Set the class hours: 1 to %(n)d.", n=terms.MOST_HOURS),
        Fault.BUDGET: _("Write the budget in yuan, for example 20000 or 20000.50."),
        Fault.AIM: _("Set what is to be reached: a change in levels (for example 0.3), or a share in per cent."),
        Fault.HOW: _("Say how and when it is measured."),
        Fault.REVIEW: _("Set the day of the verification, on or after the day by which the training is done."),
        Fault.CLOSES: _("Set the closing day for offers, at least %(n)d working days ahead.", n=clock().open_at_least),
        Fault.PARTNERS: _("Choose the partners that may make an offer, or open the order to all."),
        Fault.PEOPLE: _("Put the people on the list."),
    }
    return [(field, said[fault]) for field, fault in found]


def offer_faults(found: Iterable[tuple[str, offering.Fault]]) -> list[tuple[str, str]]:
    """(field, sentence) of an offer's faults."""
    said = {
        offering.Fault.COURSE: _("Name the course: one that exists, or one that you will write."),
        offering.Fault.TEACHERS: _("Name who teaches."),
        offering.Fault.DATES: _("Set the first and the last day of the training, in this order."),
        offering.Fault.OVER: _("The training begins in the future."),
        offering.Fault.LATE: _("The training ends after the day by which the order wants it done."),
        offering.Fault.HOURS: _("Set the class hours: 1 to %(n)d.", n=offering.MOST_HOURS),
        offering.Fault.PRICE: _("Write the price in yuan, for example 20000 or 20000.50; 0 if it costs nothing."),
        offering.Fault.LONG: _("This is longer than the form allows."),
    }
    return [(field, said[fault]) for field, fault in found]
