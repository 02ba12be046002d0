"""What training orders tell HR and partners' coordinators, in words. They name no official."""

from __future__ import annotations

from datetime import date

from flask import url_for
from flask_babel import gettext as _

from lms.core.i18n import Bilingual, pick
from lms.people.notice_words import Facts, Words, Writer
from lms.web.filters import day


def _order(facts: Facts) -> str:
    return url_for("orders.order", ref=facts["ref"])


def _open() -> str:
    return _("Open the order")


def _day(facts: Facts) -> str:
    return day(date.fromisoformat(facts["due"])) if facts.get("due") else ""


def _call(facts: Facts) -> Words:
    unit = pick(Bilingual(facts["unit_zh"], facts["unit_en"]))
    text = _("%(unit)s orders: %(title)s. Offers until %(day)s.", unit=unit, title=facts["title"], day=_day(facts))
    return Words(_("A training order is open to your offer"), text, _order(facts), _("Read the order"))


def _prolonged(facts: Facts) -> Words:
    return Words(_("More time for offers"), _("%(title)s: offers until %(day)s.", title=facts["title"], day=_day(facts)), _order(facts), _open())


def _closed(facts: Facts) -> Words:
    return Words(_("The call was closed early"), _("%(title)s: HR decides by %(day)s.", title=facts["title"], day=_day(facts)), _order(facts), _open())


def _offered(facts: Facts) -> Words:
    text = _(
        "%(partner)s on: %(title)s. It opens when the call has closed.", partner=pick(Bilingual(facts["partner_zh"], facts["partner_en"])), title=facts["title"]
    )
    return Words(_("An offer has come in"), text, _order(facts), _open())


def _titled(heading: str, facts: Facts, action: str = "") -> Words:
    return Words(heading, facts["title"], _order(facts), action or _open())


def _accepted(facts: Facts) -> Words:
    return _titled(_("Your offer was accepted"), facts, _("Prepare the training"))


def _declined(facts: Facts) -> Words:
    return _titled(_("Your offer was declined, with a reason"), facts, _("Read the reason"))


def _withdrawn(facts: Facts) -> Words:
    return _titled(_("A training order was withdrawn"), facts, _("Read the reason"))


def _started(facts: Facts) -> Words:
    return Words(_("The training has begun"), _("%(title)s: until %(day)s.", title=facts["title"], day=_day(facts)), _order(facts), _open())


def _course(facts: Facts) -> Words:
    return _titled(_("The course of a training order is released"), facts)


def _moved(facts: Facts) -> Words:
    return _titled(_("The dates of a training order were moved"), facts)


def _delivered(facts: Facts) -> Words:
    text = _("%(title)s: to be verified by %(day)s.", title=facts["title"], day=_day(facts))
    return Words(_("A training order was delivered"), text, _order(facts), _open())


def _signed(facts: Facts) -> Words:
    heading = _("A training order was verified") if facts["reached"] else _("A training order did not reach what was ordered")
    return _titled(heading, facts, _("Read what it brought"))


def _message(facts: Facts) -> Words:
    return _titled(_("A message about a training order"), facts, _("Read the message"))


def _due(facts: Facts) -> Words:
    return Words(_("A training order is due soon"), _("%(title)s: by %(day)s.", title=facts["title"], day=_day(facts)), _order(facts), _open())


def _overdue(facts: Facts) -> Words:
    return Words(_("A training order is overdue"), _("%(title)s: it was due on %(day)s.", title=facts["title"], day=_day(facts)), _order(facts), _open())


def _agreement(facts: Facts) -> Words:
    text = _("%(name)s: its last day is %(day)s.", name=facts["name"], day=day(date.fromisoformat(facts["day"])))
    return Words(_("An agreement on a training base runs out"), text, url_for("bases.base", ref=facts["ref"]), _("Open the base"))


WRITERS: dict[str, Writer] = {
    "order_call": _call,
    "order_prolonged": _prolonged,
    "order_closed": _closed,
    "order_offered": _offered,
    "order_accepted": _accepted,
    "order_offer_declined": _declined,
    "order_withdrawn": _withdrawn,
    "order_started": _started,
    "order_course": _course,
    "order_moved": _moved,
    "order_delivered": _delivered,
    "order_signed": _signed,
    "order_message": _message,
    "order_due": _due,
    "order_overdue": _overdue,
    "base_agreement": _agreement,
}
