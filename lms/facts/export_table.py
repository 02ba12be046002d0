"""The register and the flags as tables to keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from lms.core.i18n import pick
from lms.facts import wording
from lms.facts.flag_queries import is_overdue
from lms.facts.models import Fact, FactFlag
from lms.people.calendar_queries import today as day_of


def facts(rows: Iterable[Fact], *, cited: Mapping[str, int], today: date) -> list[list[Any]]:
    """Heading and one line a fact."""
    head = [_("Fact"), _("Chinese"), _("English"), _("Status"), _("How sure (%%)"), _("Sources"), _("Note"), _("Review by"), _("Overdue"), _("Cited in"),
            _("Version"), _("Changed on")]  # fmt: skip
    return [head, *(_fact(one, cited, today) for one in rows)]


def _fact(one: Fact, cited: Mapping[str, int], today: date) -> list[Any]:
    late = _("overdue") if one.review_by and one.review_by < today else ""
    said = [one.code, one.zh, one.en, str(wording.STATUSES[one.status]), one.conf, " ".join(one.src), one.note]  # type: ignore[index]
    return [*said, one.review_by, late, cited.get(one.code, 0), one.number, day_of(one.changed_at)]


def flags(rows: Iterable[FactFlag], *, today: date) -> list[list[Any]]:
    """Heading and one line a flag."""
    what = [_("Course"), _("Code"), _("Title"), _("Fact"), _("The fact says"), _("Reason")]
    head = [*what, _("Not drawn"), _("State"), _("Flagged on"), _("Due on"), _("Overdue"), _("Settled on")]
    return [head, *(_flag(one, today) for one in rows)]


def _flag(one: FactFlag, today: date) -> list[Any]:
    what = [one.course_slug, one.code, pick(one), one.fact.code, pick(one.fact), str(wording.CAUSES[one.change.cause])]  # type: ignore[index]
    where = [_("yes") if one.suspended else "", str(wording.STATES[one.state]), day_of(one.opened_at)]  # type: ignore[index]
    return [*what, *where, one.due_on, _("overdue") if is_overdue(one, today) else "", day_of(one.settled_at) if one.settled_at else ""]
