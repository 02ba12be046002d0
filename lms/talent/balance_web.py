"""Views of the balance. Routes stand in ``web``."""

from __future__ import annotations

from typing import Any

from flask import Response, g, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.guards import requires
from lms.access.permissions import Permission
from lms.core.db import session as db_session
from lms.core.db import writes
from lms.core.errors import Forbidden, Refused
from lms.core.i18n import pick
from lms.people.calendar_queries import today
from lms.people.models import Unit
from lms.talent import balance_page, balance_queries, queries, wording
from lms.talent.board_web import SEES, crumbs, unit_of, view_of
from lms.talent.queries import View
from lms.web import files


@requires(*SEES)
def balance() -> str:
    session = db_session()
    unit = unit_of(session, request.args.get("unit", ""))
    reach = queries.reach(g.actor, unit)
    published = request.args.get("as") == "snapshot"
    view, by = view_of(session, unit, reach, published=published), _by()
    rows = _rows(session, view, by, access=reach.live and view.live)
    page = {
        "unit": pick(unit), "code": unit.code, "crumbs": crumbs(session, unit, gettext("Balance")), "as_of": wording.as_of(view), "by": by,
        "sentence": balance_page.headline(rows) if view.as_of else gettext("The figures of this page are taken once a night. Come back tomorrow."),
        "filters": _filters(unit, by, live=reach.live, published=published), "rows": rows, "access": any(row["access"] for row in rows), "gaps": view.live,
        "csv": url_for("talent.balance_file", unit=unit.code, by=by) if reach.export else "",
    }  # fmt: skip
    return render_template("talent/balance.html", page=page)


def _by() -> str:
    by = request.args.get("by", "")
    return by if by in balance_queries.BY else balance_queries.BY[0]


def _rows(session: Session, view: View, by: str, *, access: bool) -> list[dict[str, Any]]:
    groups = balance_queries.groups(session, view, by)
    return balance_page.rows(groups, balance_queries.access(session, view, by) if access else {})


def _filters(unit: Unit, by: str, *, live: bool, published: bool) -> list[dict[str, Any]]:
    names = {"connection": gettext("Connection"), "tier": gettext("Tier"), "place": gettext("Townships and other units below")}
    kept = {"as": "snapshot"} if published else {}
    chips = [_chip(text, key == by, unit=unit.code, by=key, **kept) for key, text in names.items()]
    rows = [{"label": gettext("Groups by"), "chips": chips}]
    if live:
        seen = {"": gettext("Live, for HR"), "snapshot": gettext("As others see them")}
        chips = [_chip(text, bool(key) == published, unit=unit.code, by=by, **({"as": key} if key else {})) for key, text in seen.items()]
        rows.append({"label": gettext("Numbers"), "chips": chips})
    return rows


def _chip(label: str, current: bool, **query: str) -> dict[str, Any]:
    return {"label": label, "url": url_for("talent.balance", **query), "current": current}


@requires(Permission.SKILLS_EXPORT)
@writes
def balance_file() -> Response:
    """The snapshot's rows as CSV, whoever asks."""
    session = db_session()
    unit = unit_of(session, request.args.get("unit", ""))
    if not queries.reach(g.actor, unit).export:
        raise Forbidden
    view = queries.snapshot_view(session, unit, queries.latest_snapshot(session))
    if view.snapshot is None:
        raise Refused(gettext("There is no snapshot yet; the first one is taken tonight."))
    rows = balance_page.table(_rows(session, view, _by(), access=False), today(view.snapshot.taken_at).isoformat())
    audit.record(session, actor=g.actor, action=audit.Action.SKILLS_EXPORTED, subject=unit.code, now=g.now, kind="balance.csv", snapshot=view.snapshot.id)
    return files.table(rows, f"balance-{unit.code}.csv", "")
