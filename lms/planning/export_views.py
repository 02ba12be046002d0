"""Who is in a plan, as a file. A table of any length is sent piece by piece, and each piece is written down before it leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, g
from flask_babel import gettext as _

from lms.access import audit, policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db
from lms.core.i18n import Bilingual, pick
from lms.planning import queries
from lms.planning.list_views import own_plan
from lms.planning.models import Plan
from lms.planning.people_views import chosen_people, closes, people_of
from lms.web import files


@requires(Permission.PLANS_EDIT)
def export(ref: str, form: str) -> Response:
    """Everyone in the plan, narrowed as the list is."""
    session = db.session()
    one = own_plan(session, ref)
    query = queries.people(one, policy.scope(current_actor(), Permission.PLANS_EDIT), **chosen_people())
    titles = queries.titles(session, (one.facts or {}).get("courses", {}))
    read = files.read(query, lambda rows: _exported(one, rows), actor=current_actor(), now=g.now)
    portions = ([list(_line(one, titles, row)) for row in rows] for rows in read)
    return files.long_table(_heading(), portions, f"plan-{ref}.{form}", _("Plan"))


def _exported(plan: Plan, rows: Sequence[Any]) -> Iterator[audit.Event]:
    return (audit.Event(Action.PLAN_EXPORTED, staff_no, official_id, {"plan": plan.ref}) for official_id, staff_no in people_of(rows).items())


def _heading() -> list[str]:
    return [_("Staff number"), _("Name"), _("Unit code"), _("Unit"), _("Course"), _("Title"), _("Class hours"), _("Levels closed"), _("Gaps"), _("Must-have")]


def _line(plan: Plan, titles: dict[str, Bilingual], row: Sequence[Any]) -> Iterator[Any]:
    item, person, unit, slug = row
    hours = (plan.facts or {}).get("courses", {}).get(slug, {}).get("hours", "")
    yield from (person.staff_no, person.name, unit.code, pick(unit), slug, pick(titles.get(slug, Bilingual(slug, slug))), hours)
    yield from (item.closed_milli / 1000, closes(item), _("yes") if item.must else "")
