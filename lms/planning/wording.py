"""Plans in whole sentences: states, what refuses and what would help, what a plan brings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup

from lms.charts import figures
from lms.charts.series import Frame, TotalBar, Totals
from lms.charts.theme import PHONE
from lms.core import framework
from lms.core.i18n import Bilingual, enumerated, language, pick
from lms.planning.enums import PlanState, RefusalKind
from lms.planning.limits import Limits
from lms.planning.models import Plan
from lms.planning.progress_queries import Progress

STATES = {
    PlanState.MAKING: _l("in the making"),
    PlanState.DRAFT: _l("draft"),
    PlanState.REFUSED: _l("not possible"),
    PlanState.FAILED: _l("broken off"),
    PlanState.DECIDED: _l("decided"),
    PlanState.UNDONE: _l("undone"),
}
SMALL = 10.0  # levels
WHOLE = 100.0  # per cent


def levels(logits: float) -> str:
    """A length of gap: a level is one logit long. Small ones with two decimals."""
    return f"{logits:,.1f}" if abs(logits) >= SMALL else f"{logits:.2f}"


def signed(logits: float) -> str:
    """+12.1, −0.35 or ±0."""
    shown = f"{abs(logits):,.1f}" if abs(logits) >= 1 else f"{abs(logits):.2f}"
    return "±0" if shown == "0.00" else f"+{shown}" if logits > 0 else f"−{shown}"


def number(value: int) -> str:
    """A count with separators."""
    return f"{value:,}"


def percent(value: float) -> str:
    """A share of the best possible, rounded down to a tenth when it was stored."""
    return f"{value:g}%"


def headline(plan: Plan) -> str:
    """What the plan brings, in one breath."""
    result = plan.result or {}
    whole = result["whole"]
    people = ngettext("%(n)s official", "%(n)s officials", result["people"], n=number(result["people"]))
    return _(
        "In %(hours)s class hours for %(people)s the plan is expected to close %(closed)s of %(gap)s levels of gap (%(share)s%%); "
        "four chances in five: %(low)s to %(high)s.",
        hours=number(result["hours"]), people=people, closed=levels(whole["closed"]), gap=levels(whole["gap"]), share=share(whole),
        low=levels(whole["low"]), high=levels(whole["high"]),
    )  # fmt: skip


def came_of_it(came: Progress) -> str:
    """How far a decided plan is, and what the answers say."""
    whole, found = came.whole, came.measured
    said = [ngettext("%(done)s of %(num)d place is done.", "%(done)s of %(num)d places are done.", whole.places, done=number(whole.done))]
    if whole.overdue:
        said.append(ngettext("%(num)d is overdue.", "%(num)d are overdue.", whole.overdue))
    if found is not None:
        words = {name: levels(getattr(found, name)) for name in ("then", "now", "band", "expected")} | {"closed": signed(found.closed)}
        said.append(_("Those who are done were %(then)s levels short when the plan was made; by their answers they are %(now)s ± %(band)s short now.", **words))
        said.append(_("Closed: %(closed)s, where the plan expected +%(expected)s.", **words))
    return " ".join(said)


def share(part: Mapping[str, float]) -> int:
    """Per cent of the gap that is closed."""
    return round(100 * part["closed"] / part["gap"]) if part["gap"] else 0


def best(plan: Plan) -> str:
    """How good the plan is proven to be."""
    result = plan.result or {}
    text = _best(result["percent"])
    if result["method"] == "exact":
        return text + " " + _("It was searched by mixed-integer programming, which rules out whatever cannot be better.")
    return text + " " + _("For so many people it was made by classes of equal gaps; the bound comes from the prices of an hour and of a seat.")


def _best(value: float) -> str:
    if value >= WHOLE:
        return _("No plan within these limits is better: proven, not estimated.")
    return _("This is at least %(percent)s of the best possible plan within these limits: proven, not estimated.", percent=percent(value))


def at_least(value: float) -> str:
    """The proven share of the best possible as a figure: "100%" where nothing better exists."""
    return percent(value) if value >= WHOLE else f"≥ {percent(value)}"


def competency(code: str) -> Bilingual | str:
    """Its name."""
    return next((one.name for one in framework.read().competencies if one.code == code), code)


def refusals(plan: Plan, titles: Mapping[str, Bilingual], people: Mapping[int, str]) -> list[tuple[str, str]]:
    """(what refuses, what would help) of a plan that is not possible."""
    found = []
    for one in plan.refusals or []:
        who = _("Among them: %(names)s.", names=enumerated([people[i] for i in one["officials"] if i in people])) if one["officials"] else ""
        course = one["course"] or ""
        words = {
            "needed": number(one["needed"]), "given": number(one["given"]), "people": number(one["people"]), "who": who,
            "course": pick(titles.get(course, Bilingual(course, course))), "competency": pick(competency(one["competency"] or "")),
        }  # fmt: skip
        found.append(_REFUSALS[RefusalKind(one["kind"])](words))
    return found


_REFUSALS: dict[RefusalKind, Callable[[dict[str, str]], tuple[str, str]]] = {
    RefusalKind.NOTHING_OPEN: lambda w: (
        _("No measured gap is open here."),
        _("Either everyone who was measured meets the targets, or nobody has been measured yet: then let people take the placement first."),
    ),
    RefusalKind.NO_COURSE: lambda w: (
        _("No course that fits into these limits closes any of the gaps."),
        _("Give more hours a person, allow more courses, or plan orders, rotation or recruitment instead."),
    ),
    RefusalKind.HAND_HOURS: lambda w: (_("What is set already takes %(needed)s class hours of %(given)s.", **w), _("Give more hours.")),
    RefusalKind.HAND_SEATS: lambda w: (_("What is set already takes %(needed)s seats of %(given)s in %(course)s.", **w), _("Give more seats.")),
    RefusalKind.HAND_PERSON: lambda w: (
        _("What is set already takes %(needed)s hours of one person; %(given)s are allowed.", **w),
        _("Give more hours a person."),
    ),
    RefusalKind.MUST_BARRED: lambda w: (
        _(
            "For %(people)s people at must-have posts no course is left that moves an open critical competency: they have done or been assigned all. %(who)s",
            **w,
        ),
        _("Wait for their results, or take the post off the must-haves."),
    ),
    RefusalKind.MUST_PERSON: lambda w: (
        _("Hours a person refuse: at must-have posts up to %(needed)s hours are needed for one person, %(given)s are allowed. %(who)s", **w),
        _("Allow %(needed)s hours a person, or take the post off the must-haves.", **w),
    ),
    RefusalKind.MUST_HOURS: lambda w: (
        _("The total of hours refuses: the must-have posts alone need %(needed)s class hours, %(given)s are given.", **w),
        _("Give at least %(needed)s hours, or fewer must-have posts.", **w),
    ),
    RefusalKind.MUST_SEATS: lambda w: (
        _("Seats refuse: %(needed)s people at must-have posts need %(competency)s, and the courses that move it have %(given)s seats.", **w),
        _("Give %(needed)s seats in %(course)s, or fewer must-have posts.", **w),
    ),
    RefusalKind.FLOOR: lambda w: (
        _("The floor of %(needed)s%% for each unit refuses.", **w),
        _("A floor of %(given)s%% is possible; or give more hours or seats.", **w),
    ),
    RefusalKind.TOGETHER: lambda w: (
        _("Each limit alone could be kept, but not all of them together, with %(needed)s must-have gaps in %(given)s hours.", **w),
        _("Give more hours or seats, or fewer must-have posts, and try again."),
    ),
}


def sensitivity(plan: Plan) -> list[dict[str, Any]]:
    """Rows of the comparison of totals: hours, difference, closed, people; the plan's own is marked."""
    result = plan.result or {}
    steps, own_hours = result["steps"], min(plan.limits["hours"], total_of(plan))
    own = next((step for step in steps if step["hours"] == own_hours), None)
    base = own["closed"] / 1000 if own and own["closed"] is not None else None
    return [_step(step, own_hours, base) for step in steps]


def total_of(plan: Plan) -> int:
    """Hours that time and money allow."""
    return Limits.of(plan.limits).total


def _step(step: Mapping[str, Any], own_hours: int, base: float | None) -> dict[str, Any]:
    own, closed = step["hours"] == own_hours, None if step["closed"] is None else step["closed"] / 1000
    extra = step["hours"] - own_hours
    name = _("%(n)s hours", n=number(step["hours"]))
    name += "" if own else f" ({'+' if extra > 0 else '−'}{number(abs(extra))})"
    change = "" if own or closed is None or base is None else signed(closed - base)
    return {"name": name, "own": own, "extra": extra, "closed": closed, "change": change, "people": step["people"]}


def totals_chart(rows: Sequence[Mapping[str, Any]]) -> tuple[Markup, Markup]:
    """The comparison as a figure, for wide screens and phones."""
    bars = tuple(TotalBar(row["name"], row["closed"] or 0.0, _bar_note(row), row["own"]) for row in rows)
    frame = Frame(_("What other totals of hours would bring"), sensitivity_sentence(rows), language())
    chart = Totals(frame, bars, _("Levels of gap closed; marked: this plan"))
    return Markup(figures.totals_compared(chart)), Markup(figures.totals_compared(chart, PHONE, "totals-phone"))  # noqa: S704 - made by our own charts


def _bar_note(row: Mapping[str, Any]) -> str:
    if row["closed"] is None:
        return _("not possible")
    return levels(row["closed"]) + (f" ({row['change']})" if row["change"] else "")


def sensitivity_sentence(rows: Sequence[Mapping[str, Any]]) -> str:
    """What ten and twenty more hours would bring, in words."""
    base = next((row["closed"] for row in rows if row["own"]), None)
    more = {row["extra"]: row["closed"] - base for row in rows if row["closed"] is not None and base is not None}
    if 10 not in more or 20 not in more:
        return _("How much gap the best plan closes with fewer and with more class hours.")
    if round(more[20], 2) <= 0:
        return _("Ten or twenty more class hours would close nothing more.")
    return _("Ten more class hours would close %(ten)s levels more, twenty %(twenty)s.", ten=levels(max(more[10], 0)), twenty=levels(more[20]))
