"""Who is in a plan, as a file. A table of any length is sent piece by piece, and each piece is written down before it leaves."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import Response, g, stream_with_context
from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, sheets
from lms.core.errors import Refused
from lms.core.i18n import Bilingual, pick
from lms.planning import queries
from lms.planning.list_views import own_plan
from lms.planning.models import Plan
from lms.planning.people_views import chosen_people, closes, people_of

FILE_KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
BATCH = 2000
MOST_ROWS = 100_000  # a workbook is made in memory


@requires(Permission.PLANS_EDIT)
def export(ref: str, form: str) -> Response:
    """Everyone in the plan, narrowed as the list is."""
    session = db.session()
    one = own_plan(session, ref)
    query = queries.people(one, policy.scope(current_actor(), Permission.PLANS_EDIT), **chosen_people())
    titles = queries.titles(session, (one.facts or {}).get("courses", {}))
    pieces = ([list(_line(one, titles, row)) for row in rows] for rows in _read(one, query, current_actor(), g.now))
    name = f'attachment; filename="plan-{ref}.{form}"'
    headers = {"Content-Type": FILE_KINDS[form], "Content-Disposition": name, "Cache-Control": "no-store"}
    if form == "csv":
        return Response(stream_with_context(_csv(pieces)), headers=headers)
    if (session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0) > MOST_ROWS:
        raise Refused(_("This list is too long for a workbook. Take the table as CSV."))
    return Response(sheets.write_xlsx({_("Plan"): [_heading(), *(row for piece in pieces for row in piece)]}), headers=headers)


def _read(plan: Plan, query: Select[Any], actor: Actor, now: datetime) -> Iterator[Sequence[Any]]:
    """Rows of the list, a piece at a time."""
    with db.database().reading() as session:
        for rows in session.execute(query.execution_options(yield_per=BATCH)).partitions(BATCH):
            events = [audit.Event(Action.PLAN_EXPORTED, staff_no, official_id, {"plan": plan.ref}) for official_id, staff_no in people_of(rows).items()]
            with db.database().writing() as writing:
                audit.record_many(writing, actor=actor, now=now, events=events)
            yield rows


def _csv(pieces: Iterator[list[list[Any]]]) -> Iterator[bytes]:
    yield codecs.BOM_UTF8 + sheets.write_csv([_heading()], mark=False)
    for piece in pieces:
        yield sheets.write_csv(piece, mark=False)


def _heading() -> list[str]:
    return [_("Staff number"), _("Name"), _("Unit code"), _("Unit"), _("Course"), _("Title"), _("Class hours"), _("Levels closed"), _("Gaps"), _("Must-have")]


def _line(plan: Plan, titles: dict[str, Bilingual], row: Sequence[Any]) -> Iterator[Any]:
    item, person, unit, slug = row
    hours = (plan.facts or {}).get("courses", {}).get(slug, {}).get("hours", "")
    yield from (person.staff_no, person.name, unit.code, pick(unit), slug, pick(titles.get(slug, Bilingual(slug, slug))), hours)
    yield from (item.closed_milli / 1000, closes(item), _("yes") if item.must else "")
