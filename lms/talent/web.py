"""Pages of a unit's skills: heat map, people, changes, print view, files."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.guards import requires
from lms.access.permissions import Permission
from lms.charts import figures
from lms.charts.theme import PRINT, SCREEN
from lms.core.db import session as db_session
from lms.core.db import writes
from lms.core.errors import Forbidden, NotFound, Refused
from lms.core.i18n import pick
from lms.people import queries as people
from lms.people.models import Unit
from lms.talent import balance_web, board_web, cell_page, changes_page, heat, people_page, pictures, queries, tables, unit_page, wording
from lms.talent.queries import Reach, View
from lms.talent.unit_page import Choice
from lms.web import files

blueprint = Blueprint("talent", __name__)
ROUTES = (
    ("/talent/", "board", board_web.board_view),
    ("/talent/board.<any(xlsx, csv):kind>", "board_file", board_web.board_file),
    ("/talent/board-all.<any(csv, xlsx):form>", "board_all", board_web.board_all),
    ("/talent/gap/<code>/<competency>", "gap", board_web.gap),
    ("/talent/gap/<code>/<competency>.svg", "gap_picture", board_web.gap_picture),
    ("/talent/balance", "balance", balance_web.balance),
    ("/talent/balance.csv", "balance_file", balance_web.balance_file),
)
for rule, endpoint, view in ROUTES:
    blueprint.add_url_rule(rule, endpoint, view)
SEES_UNITS = (Permission.SKILLS_LIVE, Permission.SKILLS_SNAPSHOT)


def _choice() -> Choice:
    args = request.args
    return Choice(args.get("area", ""), args.get("strand", ""), args.get("order", ""), args.get("as") == "snapshot")


def _view(session: Session, unit: Unit, reach: Reach, choice: Choice) -> View:
    """Live for HR unless HR asks for what others see; the snapshot for everyone else."""
    if reach.live and not choice.published:
        return queries.live_view(session, unit, g.now)
    return queries.snapshot_view(session, unit, queries.latest_snapshot(session))


def _crumbs(session: Session, unit: Unit, last: str = "") -> list[tuple[str, str | None]]:
    trail = [(pick(above), url_for(".unit_skills", code=above.code) if open_ else None) for above, open_ in queries.visible_ancestors(session, g.actor, unit)]
    here = (pick(unit), url_for(".unit_skills", code=unit.code) if last else None)
    return [*trail, here, *([(last, None)] if last else [])]


@blueprint.get("/units/<code>/skills")
@requires(*SEES_UNITS)
def unit_skills(code: str) -> str:
    session, choice = db_session(), _choice()
    unit = people.unit_by_code(session, code)
    reach = queries.reach(g.actor, unit)
    view = _view(session, unit, reach, choice)
    known = queries.columns()
    columns = unit_page.shown_columns(view, known, choice)
    ranking = heat.gap_ranking(view.whole, columns)
    page = {
        "unit": pick(unit),
        "crumbs": _crumbs(session, unit),
        "live": view.live,
        "leaf": not view.rows,
        "sentence": wording.sentence(heat.headline(view.whole, columns), ranking[0] if ranking else None),
        "as_of": wording.as_of(view),
        "missing": _missing(view),
        "stats": unit_page.stats(heat.headline(view.whole, columns), ranking),
        "filters": unit_page.filters(known, choice, ".unit_skills", code, live=reach.live),
        "table": unit_page.table(view, columns, choice, reach),
        "gaps": unit_page.gap_rows(ranking, choice, code),
        "gap_sentence": wording.gap_sentence(ranking),
        "links": _links(view, reach, choice),
    }
    return render_template("talent/unit_skills.html", page=page)


def _missing(view: View) -> dict[str, str] | None:
    """What to say instead of a table."""
    if view.as_of is None:
        return {"title": gettext("There is no snapshot yet"), "text": gettext("The figures of this page are taken once a night. Come back tomorrow.")}
    if not view.whole.cells:
        return {"title": gettext("Nothing to show yet"), "text": gettext("Nobody in this unit holds a post with targets.")}
    return None


def _links(view: View, reach: Reach, choice: Choice) -> dict[str, str]:
    """Addresses of what hangs on the page; an empty one is not for this reader."""
    code = view.unit.code
    wanted = choice.query(order="", **{"as": ""})
    here = url_for(".unit_people", code=code, **wanted)
    return {
        "people": here if reach.records and any(row.direct for row in view.rows) or (reach.records and not view.rows) else "",
        "board": url_for(".board", unit=code),
        "changes": url_for(".unit_changes", code=code),
        "print": url_for(".unit_print", code=code, **choice.query(order="")),
        "xlsx": url_for(".unit_file", code=code, kind="xlsx") if reach.export else "",
        "csv": url_for(".unit_file", code=code, kind="csv") if reach.export else "",
        "heat_svg": url_for(".unit_picture", code=code, picture="heat-map", **wanted) if reach.export else "",
        "gaps_svg": url_for(".unit_picture", code=code, picture="gaps", **wanted) if reach.export else "",
    }


@blueprint.get("/units/<code>/skills/people")
@requires(Permission.RECORD_READ)
@writes
def unit_people(code: str) -> str:
    session, choice = db_session(), _choice()
    unit = people.unit_by_code(session, code)
    if not queries.reach(g.actor, unit).records:
        raise Forbidden
    listed = people_page.listed(session, unit, number=request.args.get("page", 1, type=int))
    audit.record_many(session, actor=g.actor, now=g.now, events=people_page.readings(listed.rows, code))
    page = people_page.page(session, unit, listed, queries.columns(), choice, g.now)
    return render_template("talent/unit_people.html", page=page | {"crumbs": _crumbs(session, unit, gettext("People"))})


@blueprint.get("/units/<code>/skills/cell/<competency>")
@requires(*SEES_UNITS)
def unit_cell(code: str, competency: str) -> str:
    session, choice = db_session(), _choice()
    unit = people.unit_by_code(session, code)
    reach = queries.reach(g.actor, unit)
    page = cell_page.page(session, _view(session, unit, reach, choice), competency)
    links = {"people": url_for(".unit_people", code=code) if reach.records and page["live"] else ""}
    return render_template("talent/unit_cell.html", page=page | {"crumbs": _crumbs(session, unit, page["name"]), "links": links})


@blueprint.get("/units/<code>/skills/changes")
@requires(*SEES_UNITS)
def unit_changes(code: str) -> str:
    session = db_session()
    unit = people.unit_by_code(session, code)
    reach = queries.reach(g.actor, unit)
    after = _view(session, unit, reach, _choice())
    days = request.args.get("days", 0, type=int)
    page = changes_page.page(session, after, reach, days=min(max(days, 0), 366))
    return render_template("talent/unit_changes.html", page=page | {"crumbs": _crumbs(session, unit, gettext("What changed"))})


@blueprint.get("/units/<code>/skills/print")
@requires(*SEES_UNITS)
def unit_print(code: str) -> str:
    session, choice = db_session(), _choice()
    unit = people.unit_by_code(session, code)
    view = _view(session, unit, queries.reach(g.actor, unit), choice)
    columns = unit_page.shown_columns(view, queries.columns(), choice)
    ranking, rows = heat.gap_ranking(view.whole, columns), unit_page.named_rows(view)
    page = {
        "unit": pick(unit),
        "sentence": wording.sentence(heat.headline(view.whole, columns), ranking[0] if ranking else None),
        "as_of": wording.as_of(view),
        "gap_sentence": wording.gap_sentence(ranking),
        **(_drawn(view, rows, columns, ranking) if columns else {}),
        "numbers": tables.number_rows(rows[:1], columns, ""),  # all units would be hundreds of lines: they are in the workbook
        "back_url": url_for(".unit_skills", code=code, **choice.query()),
    }
    return render_template("talent/print_skills.html", page=page)


def _drawn(view: View, rows: Any, columns: Any, ranking: Any) -> dict[str, Any]:
    """The figures of the print view, made by our own charts."""
    maps = [Markup(figures.heat_map(chart, PRINT, f"heat-{i}")) for i, chart in enumerate(pictures.sheets(view, rows, columns))]  # noqa: S704
    return {"heat_svgs": maps, "gaps_svg": Markup(figures.gap_ranking(pictures.gap_chart(view, ranking), PRINT))}  # noqa: S704


def _published(session: Session, unit: Unit) -> View:
    """What may leave: the latest snapshot. Raises Forbidden to those who may not export, Refused before the first snapshot."""
    if not queries.reach(g.actor, unit).export:
        raise Forbidden
    view = queries.snapshot_view(session, unit, queries.latest_snapshot(session))
    if view.snapshot is None:
        raise Refused(gettext("There is no snapshot yet; the first one is taken tonight."))
    return view


@blueprint.get("/units/<code>/skills.<any(xlsx, csv):kind>")
@requires(Permission.SKILLS_EXPORT)
@writes
def unit_file(code: str, kind: str) -> Response:
    session = db_session()
    unit = people.unit_by_code(session, code)
    view = _published(session, unit)
    columns, rows = unit_page.shown_columns(view, queries.columns(), Choice()), unit_page.named_rows(view)
    title = gettext("%(unit)s: skills and the targets of posts", unit=pick(unit))
    audit.record(session, actor=g.actor, action=audit.Action.SKILLS_EXPORTED, subject=code, now=g.now, kind=kind, snapshot=view.snapshot.id)
    if kind == "xlsx":
        return files.workbook(tables.workbook(view, rows, columns, title), f"skills-{code}.xlsx")
    return files.table(tables.published_rows(view, rows, columns), f"skills-{code}.csv", "")


@blueprint.get("/units/<code>/skills/<any('heat-map', 'gaps'):picture>.svg")
@requires(Permission.SKILLS_EXPORT)
@writes
def unit_picture(code: str, picture: str) -> Response:
    session, choice = db_session(), _choice()
    unit = people.unit_by_code(session, code)
    view = _published(session, unit)
    columns = unit_page.shown_columns(view, queries.columns(), choice)
    if not columns:  # nobody's post asks for anything of the choice: there is nothing to draw
        raise NotFound
    if picture == "gaps":
        svg = figures.gap_ranking(pictures.gap_chart(view, heat.gap_ranking(view.whole, columns)), SCREEN)
    else:
        svg = figures.heat_map(pictures.heat_map(view, unit_page.named_rows(view), columns), SCREEN)
    audit.record(session, actor=g.actor, action=audit.Action.SKILLS_EXPORTED, subject=code, now=g.now, kind=f"{picture}.svg", snapshot=view.snapshot.id)
    return files.download(svg.encode(), f"{picture}-{code}.svg")
