"""The list of appeals as a table to keep: questions without names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _

from lms.cases import queries, wording
from lms.cases.enums import Subject
from lms.cases.models import Case
from lms.core.i18n import pick
from lms.people.calendar_queries import today as day_of


def lines(rows: Iterable[Any], *, today: date) -> list[list[Any]]:
    """Heading and one line an appeal, from rows (Case, Official, Unit)."""
    head = [_("Reference"), _("About"), _("Staff number"), _("Name"), _("Unit"), _("State"), _("Opened on"), _("To be answered by"), _("Overdue"),
            _("Taken up by"), _("Finding"), _("What follows"), _("Closed on")]  # fmt: skip
    return [head, *(_line(case, person, unit, today) for case, person, unit in rows)]


def _line(case: Case, person: Any, unit: Any, today: date) -> list[Any]:
    whose = [person.staff_no, person.name, pick(unit)] if case.subject != Subject.ITEM else ["", "", ""]
    clock = [day_of(case.opened_at), case.due_on, _("overdue") if queries.is_overdue(case, today) else ""]
    found = [str(wording.FINDINGS[case.finding]), str(wording.OUTCOMES[case.outcome])] if case.finding else ["", ""]
    return [
        case.ref,
        wording.about(case),
        *whose,
        str(wording.STATES[case.state]),
        *clock,
        case.taken_up_by,
        *found,
        day_of(case.closed_at) if case.closed_at else "",
    ]
