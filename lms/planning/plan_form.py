"""The form for a new plan: sensible defaults, and what was written read back with an error at each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from lms.core import framework, numbers
from lms.core.i18n import pick
from lms.planning.limits import WEIGHTS, Limits
from lms.planning.models import Plan

DAY = 8  # class hours that a person gives without asking for more: a working day
MOST = 10_000_000


@dataclass
class Form:
    """What stands in the fields; after :func:`read` also the limits and the period, if there is no error."""

    values: dict[str, str]
    posts: list[str] = field(default_factory=list)
    seats: dict[str, str] = field(default_factory=dict)
    hands: tuple[str, int] = ("", 0)
    """The plan whose choices by hand are kept, and how many they are."""
    errors: dict[str, str] = field(default_factory=dict)
    limits: Limits | None = None
    period: tuple[date, date] | None = None

    def summary(self) -> list[tuple[str, str]]:
        """For the box above the form."""
        return list(self.errors.items())


def blank(today: date, people: int, only: str = "") -> Form:
    """What a careful HR would begin with: a working day a person, half of its share for each unit, a quarter of a year."""
    return Form(
        {
            "name": _("Training plan %(year)s: %(gap)s", year=today.year, gap=gap_name(only))
            if only in framework.read().codes
            else _("Training plan %(year)s", year=today.year),
            "only": only if only in framework.read().codes else "",
            "starts_on": today.isoformat(),
            "ends_on": (today + timedelta(days=91)).isoformat(),
            "hours": str(max(DAY * people, DAY)),
            "person_hours": "24",
            "floor_percent": "50",
            "critical_weight": "2",
            "hour_cost": "",
            "budget": "",
        }
    )


def gap_name(code: str) -> str:
    """The competency whose gap a plan is for; all of them without a code."""
    return pick(framework.read().competency(code).name) if code else _("all gaps")


def gap_choices() -> list[tuple[str, str]]:
    """For which gap a plan may be made."""
    return [("", gap_name("")), *((one.code, f"{one.code} {pick(one.name)}") for one in framework.read().competencies)]


def like(plan: Plan) -> Form:
    """The limits of another plan, to be changed."""
    kept = plan.limits
    plain = {key: "" if kept[key] is None else str(kept[key]) for key in ("hours", "person_hours", "floor_percent", "critical_weight", "hour_cost", "budget")}
    values = {"name": plan.name, "starts_on": plan.starts_on.isoformat(), "ends_on": plan.ends_on.isoformat(), "only": kept.get("only", ""), **plain}
    return Form(values, list(kept["must_posts"]), {slug: str(n) for slug, n in kept["seats"].items()}, (plan.ref, len(kept.get("hands", ()))))


def read(given: MultiDict[str, str], courses: Sequence[str]) -> Form:
    """What was written."""
    names = ("name", "starts_on", "ends_on", "only", "hours", "person_hours", "floor_percent", "critical_weight", "hour_cost", "budget")
    form = Form(
        {name: given.get(name, "").strip() for name in names}, given.getlist("must"), {slug: given.get(f"seats-{slug}", "").strip() for slug in courses}
    )
    if not form.values["name"]:
        form.errors["name"] = _("Give the plan a name.")
    starts, ends = _day(form, "starts_on"), _day(form, "ends_on")
    if starts and ends and ends < starts:
        form.errors["ends_on"] = _("The period ends before it begins.")
    hours = _whole(form, "hours", least=1)
    person, floor = _whole(form, "person_hours", least=1, optional=True), _whole(form, "floor_percent", most=100, optional=True)
    cost, budget = _whole(form, "hour_cost", optional=True), _whole(form, "budget", optional=True)
    if budget is not None and not cost:
        form.errors["hour_cost"] = form.errors.get("hour_cost") or _("Say what an hour costs, so that the budget can be kept.")
    if form.values["only"] not in ("", *framework.read().codes):
        form.values["only"] = ""
    weight = int(form.values["critical_weight"]) if form.values["critical_weight"] in map(str, WEIGHTS) else 2
    seats = _seats(form)
    if not form.errors and hours and starts and ends:
        form.limits = Limits(hours, person, floor or 0, weight, seats, tuple(form.posts), cost or 0, budget, only=form.values["only"])
        form.period = starts, ends
    return form


def _day(form: Form, name: str) -> date | None:
    try:
        return date.fromisoformat(form.values[name])
    except ValueError:
        form.errors[name] = _("Write a date.")
        return None


def _whole(form: Form, name: str, *, least: int = 0, most: int = MOST, optional: bool = False) -> int | None:
    text = form.values[name]
    if not text and optional:
        return None
    number = numbers.whole(text, least=least, most=most)
    if number is None:
        form.errors[name] = _("Write a whole number from %(least)d to %(most)d.", least=least, most=most)
    return number


def _seats(form: Form) -> Mapping[str, int]:
    found = {}
    for slug, text in form.seats.items():
        number = numbers.whole(text, most=MOST)
        if number is not None:
            found[slug] = number
        elif text:
            form.errors[f"seats-{slug}"] = _("Write a whole number, or nothing for no limit.")
    return found
