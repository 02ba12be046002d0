"""The figures of a verification for their pages: sentences, a table, a chart; what they can't say. Partners get no group sizes but those measured."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from lms.charts import figures as drawn
from lms.charts import series
from lms.charts.series import Interval
from lms.charts.theme import PHONE, SCREEN
from lms.core import framework
from lms.core.i18n import language
from lms.orders import wording
from lms.orders.disclosure import part_of
from lms.orders.enums import Measure, Side, Verdict
from lms.orders.models import TrainingOrder
from lms.orders.verify_queries import Figures, Line
from lms.orders.verifying import Effect, Group, Met, reach, start_reach
from lms.web.filters import day


def shown(order: TrainingOrder, found: Figures, *, reader: Side) -> dict[str, Any]:
    """The page's part about the figures."""
    return {
        "verdict": found.verdict, "verdict_words": wording.VERDICTS[found.verdict], "aim": wording.aim(order),
        "as_of": day(datetime.fromisoformat(found.as_of)),
        "since": day(datetime.fromisoformat(found.since)), "lines": [_line(order, found, line, reader) for line in found.lines],
        "limits": _limits(found), "why": _why(order, found),
    }  # fmt: skip


def _line(order: TrainingOrder, found: Figures, line: Line, reader: Side) -> dict[str, Any]:
    effect, name = line.effect, wording.competency_name(line.code)
    chart = chart_of(order, found, line.code)
    return {
        "code": line.code, "name": name, "level": line.level, "verdict": line.verdict, "verdict_words": wording.VERDICTS[line.verdict],
        "sentence": _sentence(effect), "start": _start(effect, found), "met": _met(line.met, line.level, reader) if order.measure == Measure.MET else "",
        "groups": [_group(_("Trained first"), effect.trained, reader), _group(_("Trained later, waiting"), effect.waiting, reader)],
        "chart": _drawn(chart, line.code) if chart else None,
        "svg_url": url_for("orders.picture", ref=order.ref, code=line.code) if chart and reader is Side.HR else "",
    }  # fmt: skip


def _sentence(effect: Effect) -> str:
    if effect.difference is None:
        return _("Each group needs at least 5 people with at least 4 counted answers before the beginning and 4 since. That is not so yet: nothing is said.")
    words = {name: wording.signed(value) for name, value in (("d", effect.difference), ("low", effect.low), ("high", effect.high))}
    text = _("The trained changed by %(d)s levels compared with those who wait; with 90%% confidence between %(low)s and %(high)s.", **words)
    if effect.low > 0:
        return text + " " + _("They moved ahead of those who wait.")
    return text + " " + (_("They fell behind those who wait.") if effect.high < 0 else _("The interval holds zero: it may have brought nothing."))


def _start(effect: Effect, found: Figures) -> str:
    """How alike the groups were before."""
    band = start_reach(effect)
    if effect.start is None or band is None:
        return ""
    words = {"d": wording.signed(effect.start), "band": wording.levels(band)}
    text = _("Before, the trained stood %(d)s ± %(band)s levels from those who wait.", **words)
    if abs(effect.start) <= band:
        return text
    if found.by_lot:
        return text + " " + _("That is more than measuring alone explains; the lot can do that, and the comparison of changes takes it out.")
    return text + " " + _("That is more than measuring alone explains: the groups were not alike, so part of the difference may come from there.")


def _met(met: Met, level: int, reader: Side) -> str:
    if reader is Side.HR:
        words = {"met": met.met, "n": met.asked, "level": level, "not_yet": met.not_yet, "open": met.unclear + met.no_evidence}
        return _("%(met)d of %(n)d trained meet level %(level)d, %(not_yet)d certainly do not, of %(open)d it is open.", **words)
    if part_of(met.met, met.asked) is None:
        return _("How many meet level %(level)d is not shown: one of the groups is too small.", level=level)
    return _("%(share)d%% of the trained meet level %(level)d.", share=round(100 * met.met / met.asked), level=level)


def _group(name: str, group: Group, reader: Side) -> dict[str, str]:
    def side(which: Any) -> str:
        return f"{wording.levels(which.mean)} ± {wording.levels(reach(which.se, group.n))}" if which else "–"

    measured = _("fewer than 5") if group.n < 5 else str(group.n)
    if reader is Side.HR:
        measured = _("%(n)d of %(all)d", n=group.n, all=group.asked)
    change = f"{wording.signed(group.change)} ± {wording.levels(reach(group.se, group.n))}" if group.change is not None and group.se is not None else "–"
    return {"name": name, "measured": measured, "before": side(group.before), "after": side(group.after), "change": change}


def chart_of(order: TrainingOrder, found: Figures, code: str) -> series.BeforeAfter | None:
    """The picture of one competency; None without enough evidence in both groups."""
    line = next((one for one in found.lines if one.code == code), None)
    if line is None or line.effect.difference is None:
        return None
    groups = tuple(
        _cohort(name, group, own) for name, group, own in ((_("Trained first"), line.effect.trained, True), (_("Trained later"), line.effect.waiting, False))
    )
    title = _("%(name)s: before and after", name=wording.competency_name(code))
    frame = series.Frame(title, _sentence(line.effect), language())
    times = (_("before %(day)s", day=day(datetime.fromisoformat(found.since))), _("since then"))
    legend = _("Bands: where a group’s mean lies, nine chances in ten. Dashed red: where the ordered level begins.")
    cuts = tuple(cut / 1000 for cut in framework.read().cuts_milli)
    return series.BeforeAfter(frame, groups, line.level, cuts, times, _("Mean of the group on the five levels"), legend)


def _cohort(name: str, group: Group, own: bool) -> series.Cohort:
    note = _("%(n)d measured, change %(change)s ± %(band)s", n=group.n, change=wording.signed(group.change), band=wording.levels(reach(group.se, group.n)))
    before, after = (Interval(round(one.mean, 3), round(reach(one.se, group.n), 3)) for one in (group.before, group.after))
    return series.Cohort(name, note, before, after, own)


def _drawn(chart: series.BeforeAfter, code: str) -> dict[str, Any]:
    pictures = {name: Markup(drawn.cohorts_compared(chart, size, f"{name}-{code}")) for name, size in (("wide", SCREEN), ("narrow", PHONE))}  # noqa: S704 - our own charts
    return {"title": chart.frame.title, "summary": chart.frame.description, **pictures}


def _why(order: TrainingOrder, found: Figures) -> str:
    """How the verdict follows."""
    if found.verdict is Verdict.TOO_FEW:
        return _("There is not enough evidence of both groups, or of the trained. Ask both for a placement, or move the day of the verification.")
    if order.measure == Measure.MET:
        return _(
            "Reached: those who certainly meet the level suffice. Not reached: they would not even with everyone who is unclear or unmeasured. Between: open."
        )
    return _("Reached: the whole interval lies at or above the aim, in every competency. Not reached: it lies below in one. Between: open.")


def _limits(found: Figures) -> list[str]:
    """What the figures can't say."""
    chosen = (
        _("Who was trained first was drawn by lot: other differences between the groups are chance, and the interval allows for chance.")
        if found.by_lot
        else _(
            "HR chose who was trained first. If the groups differ in more than the training (time, superiors, interest), that difference is in the figure too."
        )
    )
    return [
        chosen,
        _("Everyone who was to be trained first counts as trained, whether they finished or not."),
        _("Only people with answers on both sides are in it; those without may be different."),
        _("It says nothing about how long the change lasts, nor about what people do at their desks."),
    ]
