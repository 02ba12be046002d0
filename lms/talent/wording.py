"""What a unit's figures say, in whole sentences of the reader's language."""

from __future__ import annotations

from flask_babel import format_date, format_time, gettext, ngettext
from markupsafe import Markup, escape

from lms.charts.series import HeatWords, Look
from lms.talent.heat import Change, Gap, Headline, Numbers
from lms.talent.queries import Movement, View


def number(value: int) -> str:
    """A count with separators; both languages write 1,200."""
    return f"{value:,}"


def share(percent: int) -> str:
    """Whole per cent."""
    return f"{percent}%"


def sentence(head: Headline, largest: Gap | None) -> str:
    """What the page says, in one breath: coverage first, then what is met, then where it hurts."""
    if not head.required:
        return gettext("No post in this unit has targets that may be shown here.")
    if not head.evidence:
        return gettext("Nobody here has evidence yet. That is no failing: nothing is known.")
    words = {"coverage": share(head.coverage), "met": share(head.met_share), "most": share(head.at_most)}
    text = gettext(
        "%(coverage)s of what the posts ask for has evidence; of that, %(met)s meets the target, and at most %(most)s once what is unclear is settled.",
        **words,
    )
    if largest is None:
        return text
    gap = gettext("The largest gap is %(name)s.", name=largest.column.name)
    return f"{text} {gap} " + gettext("Look first at cells with a short stripe: evidence is missing there, not necessarily ability.")


def as_of(view: View) -> str:
    """From when the numbers are, and what is hidden."""
    if view.as_of is None:
        return ""
    moment = f"{format_date(view.as_of, 'long')} {format_time(view.as_of, 'short')}"
    if view.live:
        return gettext(
            "Live numbers for HR, as of %(moment)s, nothing hidden: not for passing on. Files and pictures to pass on hold the daily snapshot.",
            moment=moment,
        )
    return gettext(
        "Daily snapshot of %(moment)s. Groups of fewer than %(k)d people with evidence are hidden, "
        "and as many others as it takes that nothing can be worked out by subtraction.",
        moment=moment, k=view.snapshot.k,
    ) + " " + gettext("A cell's numbers change when at least %(k)d people in it have moved.", k=view.snapshot.k)  # fmt: skip


def gap_sentence(ranking: list[Gap]) -> str:
    """The first line of the ranking in words."""
    if not ranking:
        return ""
    top = ranking[0]
    people = ngettext("%(n)d person is certainly below the target", "%(n)d people are certainly below the target", top.not_yet, n=top.not_yet)
    return gettext("%(name)s: %(gap)s levels short on average; %(people)s.", name=top.column.name, gap=levels(top.gap), people=people)


def levels(value: float) -> str:
    """A distance in levels."""
    return f"{value:.2f}"


def signed(value: int) -> str:
    """+3, −2 or ±0."""
    return f"+{value}" if value > 0 else f"−{-value}" if value < 0 else "±0"


def gap_label(gap: Gap, low: float, high: float) -> str:
    """What a bar of the ranking shows."""
    return gettext("%(gap)s levels short, between %(low)s and %(high)s", gap=levels(gap.gap), low=levels(low), high=levels(high))


class CellWords:
    """Sentences of cells: the patterns are looked up once, since a page has hundreds of cells."""

    def __init__(self) -> None:
        self.shown = escape(
            gettext("%(share)s meet the target: %(n_evidence)s of %(n_required)s have evidence; of these %(met)s met, %(unclear)s unclear, %(not_yet)s not yet")
        )
        self.few = escape(gettext("too few people to show"))
        self.none = escape(gettext("nobody of %(n_required)s has evidence yet"))
        self.off = escape(gettext("not needed for any post here"))

    def of(self, look: Look, met: int | None, numbers: Numbers | None) -> Markup:
        """The sentence of one cell, ``met`` per cent; unit and competency stand in the headings of its row and column."""
        if numbers is None or look in (Look.TOO_FEW, Look.NOT_REQUIRED):
            return self.few if look is Look.TOO_FEW else self.off
        pattern = str(self.shown if look is Look.SHOWN else self.none)  # as plain text: whole numbers need no escaping
        counts = {name: getattr(numbers, name) for name in ("n_required", "n_evidence", "met", "unclear", "not_yet")}
        return Markup(pattern % (counts | {"share": f"{met}%"}))  # noqa: S704 - escaped above


def legend() -> HeatWords:
    """The legend of the drawn heat map."""
    return HeatWords(
        met=gettext("number and fill: share of those with evidence who meet the target"),
        unclear=gettext("pale up to the dashes: unclear, may or may not meet it"),
        coverage=gettext("stripe at the foot: how many have evidence"),
        urgent=gettext("framed: at least half are certainly below the target"),
        too_few=gettext("too few people to show"),
        no_evidence=gettext("nobody with evidence yet (not the same as failing)"),
    )


def change_sentence(changes: list[Change], since: View) -> str:
    """What moved between two dates, summed over competencies."""
    day = format_date(since.as_of, "long") if since.as_of else ""
    if not changes:
        return gettext("Nothing that may be shown has changed since the snapshot of %(day)s.", day=day)
    evidence = sum(change.difference("n_evidence") for change in changes)
    met = sum(change.difference("met") for change in changes)
    not_yet = sum(change.difference("not_yet") for change in changes)
    return gettext(
        "Since the snapshot of %(day)s, counted over all competencies: with evidence %(evidence)s, met %(met)s, not yet %(not_yet)s.",
        day=day, evidence=signed(evidence), met=signed(met), not_yet=signed(not_yet),
    )  # fmt: skip


def movement(moved: Movement, names: dict[str, str], states: dict[str, str]) -> str:
    """One line of reasons: so many people went from one state to another."""
    return ngettext(
        "%(competency)s: %(n)d person went from “%(before)s” to “%(after)s”",
        "%(competency)s: %(n)d people went from “%(before)s” to “%(after)s”",
        moved.people, n=moved.people, competency=names.get(moved.competency, moved.competency),
        before=states[moved.before], after=states[moved.after],
    )  # fmt: skip


def states() -> dict[str, str]:
    """The four states by their codes."""
    return {"met": gettext("Met"), "unclear": gettext("Unclear"), "not_yet": gettext("Not yet"), "no_evidence": gettext("No evidence")}
