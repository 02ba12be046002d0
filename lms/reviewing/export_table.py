"""The list of reviews as a table to keep."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _

from lms.core.i18n import pick
from lms.people.calendar_queries import today as day_of
from lms.reviewing import queries, wording
from lms.reviewing.models import Review


def lines(rows: Iterable[Any], *, today: date) -> list[list[Any]]:
    """Heading and one line a review, from rows (Review, Partner or None)."""
    head = [_("Reference"), _("Code"), _("Course"), _("Organisation"), _("Hot fix"), _("State"), _("Round"), _("Submitted on"), _("Due on"), _("Overdue"),
            _("Released as"), _("Closed on")]  # fmt: skip
    return [head, *(_line(one, partner, today) for one, partner in rows)]


def _line(one: Review, partner: Any, today: date) -> list[Any]:
    who = pick(partner) if partner else _("Administrator")
    state = [_("yes") if one.hot_fix else "", str(wording.STATES[one.state]), one.round]
    due = [day_of(one.opened_at), queries.due_day(one), _("overdue") if queries.is_overdue(one, today) else ""]
    return [one.ref, one.code, pick(one), who, *state, *due, one.released_version, day_of(one.closed_at) if one.closed_at else ""]
