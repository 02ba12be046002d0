"""What HR and unit heads find on the home page about their unit: where it stands and what changed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.access.permissions import Role
from lms.core.i18n import pick
from lms.people.models import Unit
from lms.talent import queries
from lms.talent.heat import gap_ranking, headline
from lms.web.home import Panel, Step, Urgency

RECENT = timedelta(days=30)
MOST = 6


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step | Panel]:
    """For each unit the actor answers for: its numbers, its largest gap, and the movements of the last month."""
    codes = sorted({grant.unit_code for grant in actor.grants if grant.role in (Role.HR, Role.UNIT_HEAD) and grant.unit_code})
    for unit in session.scalars(select(Unit).where(Unit.code.in_(codes)).order_by(Unit.path)):
        yield from _unit(session, actor, unit, now)


def _unit(session: Session, actor: Actor, unit: Unit, now: datetime) -> Iterator[Step | Panel]:
    reach = queries.reach(actor, unit)
    view = queries.live_view(session, unit, now) if reach.live else queries.snapshot_view(session, unit, queries.latest_snapshot(session))
    columns, url = queries.columns(), url_for("talent.unit_skills", code=unit.code)
    ranking = gap_ranking(view.whole, columns)
    if ranking:
        yield _largest(pick(unit), ranking[0].column.name, url)
    moved = queries.movements(session, unit, now - RECENT)[:MOST] if reach.records else []
    names = {column.code: column.name for column in columns}
    data = {"headline": headline(view.whole, columns), "url": url, "as_of": view.as_of, "live": view.live, "moved": moved, "names": names}
    yield Panel(30, pick(unit), "home/_unit.html", data)


def _largest(unit: str, competency: str, url: str) -> Step:
    title = _("The largest gap of %(unit)s: %(competency)s", unit=unit, competency=competency)
    why = _("Here those with evidence fall furthest short of what their posts need.")
    return Step(Urgency.EVIDENCE, title, why, _("Look at the unit's skills"), url)
