"""Views of the gap board: the board, one gap with what to do about it, files to pass on. Routes stand in ``web``."""

from __future__ import annotations

from typing import Any

from flask import Response, g, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.guards import requires
from lms.access.permissions import Permission
from lms.charts import figures
from lms.charts.theme import SCREEN
from lms.core import db
from lms.core.db import session as db_session
from lms.core.db import writes
from lms.core.errors import Forbidden, NotFound, Refused
from lms.core.i18n import pick
from lms.people import queries as people
from lms.people.calendar_queries import today
from lms.people.enums import TIER_NAMES, Tier
from lms.people.models import Unit
from lms.talent import board, board_export, board_page, board_queries, board_words, gap_page, queries, wording
from lms.talent.board import Line, Step
from lms.talent.board_page import Wish
from lms.talent.queries import Reach, View
from lms.web import files

SEES = (Permission.SKILLS_LIVE, Permission.SKILLS_SNAPSHOT)


def unit_of(session: Session, code: str) -> Unit:
    """The unit in the address, else the topmost that the reader answers for. Raises NotFound, Forbidden."""
    if code:
        return people.unit_by_code(session, code)
    for permission in SEES:
        roots = people.scope_roots(session, policy.scope(g.actor, permission))
        if roots:
            return roots[0]
    raise NotFound


def view_of(session: Session, unit: Unit, reach: Reach, *, published: bool) -> View:
    """Live for HR unless HR asks for what others see; the snapshot for everyone else."""
    if reach.live and not published:
        return queries.live_view(session, unit, g.now)
    return queries.snapshot_view(session, unit, queries.latest_snapshot(session))


def crumbs(session: Session, unit: Unit, *last: str, endpoint: str = "talent.board") -> list[tuple[str, str | None]]:
    """Units above as far as the reader sees them, the unit, and what lies below it."""
    trail = [(pick(above), url_for(endpoint, unit=above.code) if open_ else None) for above, open_ in queries.visible_ancestors(session, g.actor, unit)]
    return [*trail, (pick(unit), url_for(endpoint, unit=unit.code) if last else None), *((text, None) for text in last)]


@requires(*SEES)
def board_view() -> str:
    session, wanted = db_session(), board_page.wish(request.args)
    unit = unit_of(session, wanted.unit)
    reach = queries.reach(g.actor, unit)
    view = view_of(session, unit, reach, published=wanted.published)
    lines, kept = _lines(session, view, wanted)
    listed = board_page.page_of(kept, request.args.get("page", 1, type=int))
    rule = board.rules()
    page = {
        "unit": pick(unit), "code": unit.code, "crumbs": crumbs(session, unit), "as_of": wording.as_of(view), "live": view.live, "wish": wanted,
        "sentence": board_words.headline(lines, [board.standing(line.cell, rule) for line in lines]), "rule_version": rule.version,
        "rows": board_page.rows(listed, unit.code, rule, _trends(session, unit, view, listed.rows, wanted), wanted), "list": listed,
        "missing": _missing(view, lines, wanted), "options": _options(session, view, reach), "query": wanted.query(),
        "files": _files(unit, wanted) if reach.export else {},
        "all_csv": url_for("talent.board_all", unit=unit.code, form="csv") if reach.export and view.rows else "", "plan_url": _plan_url(unit),
    }  # fmt: skip
    return render_template("talent/board.html", page=page)


def _plan_url(unit: Unit) -> str:
    """Where those who plan for the unit begin a training plan."""
    return board_page.open_path(board_page.PATHS[Step.PLAN], unit=unit.code) if policy.scope(g.actor, Permission.PLANS_EDIT).covers_unit(unit.path) else ""


def _files(unit: Unit, wanted: Wish) -> dict[str, str]:
    kept = wanted.query(**{"as": ""}) | {"unit": unit.code}
    return {kind: url_for("talent.board_file", kind=kind, **kept) for kind in ("xlsx", "csv")}


def _lines(session: Session, view: View, wanted: Wish) -> tuple[list[Line], list[Line]]:
    """All lines of the board, and those chosen."""
    found = board_queries.lines(session, view, wanted.by, queries.columns()) if view.as_of else []
    tiers = dict.fromkeys((row.code for row in view.rows), "")
    if wanted.by == "unit" and wanted.tier:
        tiers = board_queries.tiers_of(session, view.unit)
    return found, board_page.chosen(found, wanted, board.rules(), tiers)


def _trends(session: Session, unit: Unit, view: View, lines: Any, wanted: Wish) -> dict[tuple[str, str], list[board_queries.Point]]:
    if wanted.by == "post":
        return board_queries.post_trends(session, unit, sorted({line.code for line in lines}))
    if wanted.by == "strand":
        return board_queries.strand_trends(session, unit, view, queries.columns())
    if wanted.by == "tier":
        return board_queries.tier_trends(session, unit, sorted({line.code for line in lines}))
    ids = {unit.code: unit.id} if wanted.by == "competency" else board_queries.ids_of(session, {line.key for line in lines})
    codes = {unit_id: code for code, unit_id in ids.items()}
    found = board_queries.trends(session, list(ids.values()), sorted({line.code for line in lines}))
    return {(codes[unit_id], code): points for (unit_id, code), points in found.items()}


def _missing(view: View, lines: list[Line], wanted: Wish) -> str:
    if view.as_of is None:
        return gettext("The figures of this page are taken once a night. Come back tomorrow.")
    if not lines and wanted.by == "post" and not view.live:
        return gettext("Totals by post are released for counties only, where nobody can be found out by subtraction.")
    if not lines and wanted.by == "unit":
        return gettext("This unit has no units below it.")
    return "" if lines else gettext("Nobody in this unit holds a post with targets.")


def _options(session: Session, view: View, reach: Reach) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen, for the form."""
    posts = board_queries.posts_below(session, view.unit)
    return {
        "by": [("competency", gettext("Competency")), ("unit", gettext("Unit and competency")), ("post", gettext("Post and competency")),
               ("tier", gettext("Tier and competency")), ("strand", gettext("Strand"))],
        "strand": [("", gettext("Both")), ("T", gettext("Technology")), ("G", gettext("Governance"))],
        "tier": [("", gettext("All")), *((str(tier), str(TIER_NAMES[tier])) for tier in Tier)],
        "post": [("", gettext("All")), *((post.code, pick(post)) for post in posts)],
        "standing": list(board_words.standings().items()),
        "order": [("gap", gettext("Largest shortfall first")), ("people", gettext("Most people first")), ("certainty", gettext("Least certain first")),
                  ("coverage", gettext("Least covered first")), ("name", gettext("By name"))],
        "as": [("", gettext("Live, for HR")), ("snapshot", gettext("As others see them"))] if reach.live else [],
    }  # fmt: skip


@requires(*SEES)
def gap(code: str, competency: str) -> str:
    session = db_session()
    unit = people.unit_by_code(session, code)
    reach = queries.reach(g.actor, unit)
    view = view_of(session, unit, reach, published=request.args.get("as") == "snapshot")
    may = {name: policy.scope(g.actor, one).covers_unit(unit.path) for name, one in (("may_act", Permission.ASSIGN), ("may_order", Permission.ORDERS_PLACE))}
    page = gap_page.page(session, view, competency, request.args, **may)
    back = {"as": "snapshot"} if request.args.get("as") == "snapshot" else {}
    around = {"crumbs": crumbs(session, unit, page["name"]), "back": url_for("talent.board", unit=code, **back), "plan_url": _plan_url(unit)}
    return render_template("talent/gap.html", page=page | around)


def _published(session: Session, unit: Unit) -> View:
    """What may leave: the latest snapshot. Raises Forbidden to those who may not export, Refused before the first snapshot."""
    if not queries.reach(g.actor, unit).export:
        raise Forbidden
    view = queries.snapshot_view(session, unit, queries.latest_snapshot(session))
    if view.snapshot is None:
        raise Refused(gettext("There is no snapshot yet; the first one is taken tonight."))
    return view


def _log(session: Session, unit: Unit, kind: str, view: View) -> None:
    assert view.snapshot is not None
    audit.record(session, actor=g.actor, action=audit.Action.SKILLS_EXPORTED, subject=unit.code, now=g.now, kind=kind, snapshot=view.snapshot.id)


@requires(Permission.SKILLS_EXPORT)
@writes
def board_file(kind: str) -> Response:
    session, wanted = db_session(), board_page.wish(request.args)
    unit = unit_of(session, wanted.unit)
    view = _published(session, unit)
    lines = _lines(session, view, wanted)[1]
    title = gettext("%(unit)s: gap board", unit=pick(unit))
    _log(session, unit, f"board.{kind}", view)
    if kind == "xlsx":
        return files.workbook(board_export.workbook(view, lines, title), f"gaps-{unit.code}.xlsx")
    return files.table(board_export.rows(view, lines), f"gaps-{unit.code}.csv", "")


@requires(Permission.SKILLS_EXPORT)
def board_all(form: str) -> Response:
    """Every unit below as a file, written while it is read: a province has hundreds of thousands of lines."""
    session = db_session()
    unit = unit_of(session, request.args.get("unit", ""))
    view = _published(session, unit)
    assert view.snapshot is not None
    with db.database().writing() as writing:
        _log(writing, unit, f"board-all.{form}", view)
    portions = board_export.all_units(view.snapshot.id, unit.path, today(view.snapshot.taken_at).isoformat())
    return files.long_table(board_export.units_heading(), portions, f"gaps-{unit.code}-all.{form}", gettext("Gaps"))


@requires(Permission.SKILLS_EXPORT)
@writes
def gap_picture(code: str, competency: str) -> Response:
    session = db_session()
    unit = people.unit_by_code(session, code)
    view = _published(session, unit)
    chart = gap_page.trend_chart(session, unit, competency)
    if chart is None:
        raise NotFound
    _log(session, unit, "gap-trend.svg", view)
    return files.download(figures.gap_trend(chart, SCREEN).encode(), f"gap-{code}-{competency}.svg")
