"""The list of comments as a table to keep: never with whose they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _

from lms.core.i18n import pick
from lms.feedback import queries, wording
from lms.feedback.models import Comment
from lms.people.calendar_queries import today as day_of


def lines(rows: Iterable[Any], *, today: date) -> list[list[Any]]:
    """Heading and one line a comment, from rows (Comment, course slug, Partner)."""
    head = [_("Reference"), _("Course"), _("Code"), _("About"), _("Version"), _("Kind"), _("Words"), _("State"), _("Made on"), _("Due on"), _("Overdue"),
            _("Promised"), _("Answer"), _("Closed on"), _("Who answers")]  # fmt: skip
    return [head, *(_line(one, slug, partner, today) for one, slug, partner in rows)]


def _line(one: Comment, slug: str | None, partner: Any, today: date) -> list[Any]:
    words = _("hidden: %(reason)s", reason=one.hidden_reason) if one.hidden_reason else one.text
    what = [one.ref, slug or "", one.code, pick(one), one.revision, str(wording.KINDS[one.kind]), words, str(wording.STATES[one.state])]
    due = [day_of(one.opened_at), one.due_on, _("overdue") if queries.is_overdue(one, today) else ""]
    end = [wording.promised(one) if one.promise else "", one.answer, day_of(one.closed_at) if one.closed_at else ""]
    return [*what, *due, *end, pick(partner) if partner else _("Administrator")]
