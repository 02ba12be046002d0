"""HR's form of an order and the partner's form of an offer: from fields to what they mean, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from lms.orders.enums import Measure, Place
from lms.orders.form_values import Reader
from lms.orders.models import TrainingOrder
from lms.orders.offering import Offer
from lms.orders.terms import MOST_COMPETENCIES, Terms
from lms.people.models import Partner

PLACES = range(1, MOST_COMPETENCIES + 1)


def terms_in(form: Any, partners: Sequence[Partner]) -> Terms:
    """The order in a form. Raises Invalid with (field, sentence) of everything that can't be read."""
    read = Reader(form)
    wrong_day, wrong_number = _("Write the date as year, month and day."), _("Write a number.")
    measure = Measure.MET if form.get("measure") == Measure.MET else Measure.CHANGE
    codes = ((form.get(f"competency-{n}", ""), form.get(f"level-{n}", "")) for n in PLACES)
    by_code = {one.code: one.id for one in partners}
    terms = Terms(
        title=read.text("title"), need=read.text("need"), competencies=tuple((code, _level(level)) for code, level in codes if code),
        until=read.day("until", wrong_day), hours=read.whole("hours", wrong_number), place=_place(form.get("place", "")),
        budget_fen=read.fen("budget", _("Write the budget in yuan, for example 20000 or 20000.50.")), budget_words=read.text("budget_words"),
        measure=measure, aim_milli=read.thousandths("aim", per_cent=measure is Measure.MET, fault=wrong_number), how=read.text("how"),
        review_on=read.day("review_on", wrong_day), closes_on=read.day("closes_on", wrong_day), to_all=form.get("to_all", "1") != "0",
        partners=tuple(by_code[code] for code in form.getlist("partners") if code in by_code),
    )  # fmt: skip
    read.done(_("The order can't be kept like this."))
    return terms


def _level(text: str) -> int:
    return int(text) if text in ("1", "2", "3", "4", "5") else 0


def _place(text: str) -> Place:
    return Place(text) if text in list(Place) else Place.BASE


def shown(order: TrainingOrder, named: Sequence[str]) -> dict[str, Any]:
    """A draft as its form's fields; ``named``: codes of the partners that it names."""
    fields = {
        name: getattr(order, name) or "" for name in ("title", "need", "until", "hours", "place", "budget_words", "measure", "how", "review_on", "closes_on")
    }
    scale = 10 if order.measure == Measure.MET else 1000
    fields |= {"budget": plain_yuan(order.budget_fen), "aim": f"{order.aim_milli / scale:g}" if order.aim_milli else "", "to_all": "1" if order.to_all else "0"}
    for n, one in enumerate(order.competencies, 1):
        fields |= {f"competency-{n}": one["code"], f"level-{n}": str(one["level"])}
    return fields | {"partners": list(named)}


def plain_yuan(fen: int | None) -> str:
    """Money as it is written into a field."""
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}".removesuffix(".00")


def offer_in(form: Mapping[str, str]) -> Offer:
    """The offer in a form. Raises Invalid with (field, sentence) of everything that can't be read."""
    read = Reader(form)
    wrong_day = _("Write the date as year, month and day.")
    offer = Offer(
        course=read.text("course"), draft=read.text("draft"), teachers=read.text("teachers"), base=read.text("base"), venue=read.text("venue"),
        begins_on=read.day("begins_on", wrong_day), ends_on=read.day("ends_on", wrong_day), hours=read.whole("hours", _("Write a number.")),
        price_fen=read.fen("price", _("Write the price in yuan, for example 20000 or 20000.50; 0 if it costs nothing.")), words=read.text("words"),
    )  # fmt: skip
    read.done(_("The offer can't be made like this."))
    return offer


def offer_shown(content: dict[str, Any]) -> dict[str, Any]:
    """A kept offer as its form's fields."""
    return content | {"price": plain_yuan(content["price_fen"])}
