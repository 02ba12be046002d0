"""The list of the library as a table to keep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from lms.core.i18n import pick
from lms.library import wording
from lms.library.licences import LICENCES
from lms.people.calendar_queries import today as day_of


def lines(rows: Iterable[Any]) -> list[list[Any]]:
    """Heading and one line an entry, from rows (LibraryEntry, Partner or None, places, organisations)."""
    head = [_("Reference"), _("Kind"), _("Chinese title"), _("English title"), _("Organisation"), _("Competencies"), _("Licence"), _("Version"), _("State"),
            _("Shared on"), _("Changed on"), _("Used in places"), _("Used by organisations")]  # fmt: skip
    return [head, *(_line(*row) for row in rows)]


def _line(entry: Any, partner: Any, places: int, organisations: int) -> list[Any]:
    what = [entry.ref, str(wording.KINDS[entry.kind]), entry.title_zh, entry.title_en, wording.owner(partner), ", ".join(entry.competencies)]
    days = [day_of(entry.shared_at), day_of(entry.changed_at)]
    return [*what, pick(LICENCES[entry.licence].name), entry.version, str(wording.ENTRY_STATES[entry.state]), *days, places, organisations]
