"""When an evidence quiz may be taken again (pure). Dates only: nobody looks at how a quiz was taken.

A second form soon after the first measures what was remembered of it, not what can be done; so there is a cool-down and a
number a year. Both are the bank's to set (`blueprint.retake`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from lms.assessments.package import Retake

YEAR = timedelta(days=365)


def opens_on(rule: Retake, taken: Iterable[date], today: date) -> date | None:
    """The day from which the next attempt is possible, if that lies after `today`; None when it is possible now.

    `taken`: the days on which evidence attempts ended. An attempt of a year ago (365 days) no longer counts.
    """
    days = sorted(taken)
    if not days:
        return None
    opens = days[-1] + timedelta(days=rule.days)
    recent = [day for day in days if day > today - YEAR]
    if len(recent) >= rule.per_year:
        opens = max(opens, recent[len(recent) - rule.per_year] + YEAR)
    return opens if opens > today else None
