"""The list of drafts as a table to keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import gettext as _

from lms.authoring import wording
from lms.authoring.enums import DraftState
from lms.core.i18n import pick
from lms.people.calendar_queries import today as day_of


def heading() -> list[Any]:
    """The columns."""
    columns = [_("Code"), _("Short name"), _("Title in Chinese"), _("Title in English"), _("Organisation"), _("State")]
    return [*columns, _("Begun"), _("Last change"), _("Reference")]


def lines(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """One line a draft, from rows (CourseDraft, Partner or None)."""
    for draft, partner in rows:
        state = str(wording.STATES[DraftState(draft.state)])
        owner = pick(partner) if partner else _("Administrator")
        yield [draft.code, draft.slug, draft.title_zh, draft.title_en, owner, state, day_of(draft.created_at), day_of(draft.changed_at), draft.ref]
