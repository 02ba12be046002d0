"""The method note of reports: how the numbers come about, how to read them, and what they do not say."""

from __future__ import annotations

from flask_babel import gettext


def method(*, live: bool) -> list[dict[str, str]]:
    """Terms with their texts, in the order of reading."""
    return [
        {"term": gettext("Whom it counts"), "text": _counted()},
        {"term": gettext("Four states"), "text": _states()},
        {"term": gettext("Coverage"), "text": _coverage()},
        {"term": gettext("Shortfall and range"), "text": _shortfall()},
        {"term": gettext("What is hidden"), "text": _live() if live else _suppressed()},
        {"term": gettext("Change"), "text": _change()},
        {"term": gettext("What the numbers do not say"), "text": _limits()},
        {"term": gettext("What they are for"), "text": _purpose()},
    ]


def _counted() -> str:
    return gettext("Active officials whose target in a competency is at least level 1, in the unit and in all units below it.")


def _states() -> str:
    return gettext(
        "Met: at four chances in five the target is reached, and the evidence rule of its level holds. Not yet: at four chances in five it is not reached, "
        "after at least four answers. Unclear: neither can be said. No evidence: nothing is known, which is no failing."
    )


def _coverage() -> str:
    return gettext("The share of those counted who have evidence. Shares of “met” are of those with evidence only; nothing is inferred about the others.")


def _shortfall() -> str:
    return gettext(
        "How far those with evidence fall short of their targets on average, in levels; who is above the target counts as 0. The thin line is the range of "
        "four chances in five. While questions are not calibrated on many answers, the range is the least it can be."
    )


def _suppressed() -> str:
    return gettext(
        "Cells with fewer than five people with evidence; below ten people, cells in which a state is held by all or by none; and as many others as it takes "
        "that nothing hidden can be worked out by subtraction. Hidden numbers are not in this file at all."
    )


def _live() -> str:
    return gettext("Nothing: these are HR's own live numbers. To pass something on, make the report from the published numbers.")


def _change() -> str:
    return gettext(
        "Compared with the first released measurement of each competency, which is kept for good. "
        "States also change when evidence gets old, when people move, and when a target changes."
    )


def _limits() -> str:
    return gettext(
        "They do not rank people, and they do not say why a gap exists: missing training, missing time, a bad line, or a target set too high all look alike. "
        "They say nothing of skills that no question or task asks for."
    )


def _purpose() -> str:
    return gettext("For planning training only; never the sole ground for appointment, reward or punishment.")
