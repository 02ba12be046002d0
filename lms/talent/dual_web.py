"""Pages of talent for HR: who meets both strands, how critical posts could be filled, what a transfer would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.audit import Action, Event
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.competency import skill_words, transfer_queries
from lms.core import clock, db, framework
from lms.core.errors import Forbidden, NotFound
from lms.core.i18n import pick
from lms.people import queries as people
from lms.people.calendar_queries import today
from lms.people.models import Official, Position, Unit
from lms.talent import bench, bench_page, bench_queries, dual_pages, dual_queries, queries, whatif_page
from lms.talent.dual import STRONG, Verdict
from lms.talent.dual_queries import Wish
from lms.web import files

blueprint = Blueprint("dual", __name__)
KEPT = ("verdict", "q", "unit", "position", "tier", "competency", "technology", "governance", "order")


def _scope() -> policy.Scope:
    return policy.scope(current_actor(), Permission.TALENT_SEARCH)


def _unit(session: Session, code: str) -> Unit:
    """A unit inside the reader's scope. Raises NotFound, Forbidden."""
    unit = people.unit_by_code(session, code)
    policy.ensure_unit(current_actor(), Permission.TALENT_SEARCH, unit.path)
    return unit


def _chosen_unit(session: Session) -> Unit:
    """The unit named in the address, else the topmost of the reader's scope."""
    code = request.args.get("unit", "")
    if code:
        return _unit(session, code)
    roots = people.scope_roots(session, _scope())
    if not roots:
        raise NotFound
    return roots[0]


def _wish(session: Session) -> Wish:
    args = request.args
    kept = {name: args[name] for name in KEPT if args.get(name)}
    least = {name: min(max(args.get(name, 0, type=int), 0), 12) for name in ("technology", "governance")}
    texts = {name: args.get(name, "")[:40] for name in ("position", "tier", "competency")}
    unit = _unit(session, args["unit"]) if args.get("unit") else None
    return Wish(args.get("verdict", Verdict.MET), args.get("q", "").strip()[:80], unit, order=args.get("order", "unit"), kept=kept, **texts, **least)


def _log(session: Session, action: Action, officials: list[Official], page: str) -> None:
    events = [Event(action, one.staff_no, one.id, {"page": page}) for one in officials]
    audit.record_many(session, actor=current_actor(), now=g.now, events=events)


@blueprint.get("/talent/dual-strand")
@requires(Permission.TALENT_SEARCH)
@db.writes
def strands() -> str:
    """Who meets both strands in one's subtree: narrowed, searched, page by page, never in order of ability."""
    session, wish = db.session(), _wish(db.session())
    page = dual_queries.page(session, _scope(), wish, number=request.args.get("page", 1, type=int))
    rows = _rows(session, page.rows)
    _log(session, Action.PEOPLE_LISTED, [row["official"] for row in rows], "dual-strand")
    return render_template(
        "talent/dual_list.html",
        page=page,
        rows=rows,
        wish=wish,
        sentence=dual_pages.sentence(dual_queries.counts(session, _scope(), wish.unit), dual_queries.as_of(session)),
        guards=dual_pages.guards(),
        choices=_choices(session),
        years_of=wish.unit or _chosen_unit(session),
    )


def _rows(session: Session, found: Any) -> list[dict[str, Any]]:
    known = dual_queries.standings(session, [row[0].id for row in found], clock.day_number(g.now))
    return [dual_pages.row(row, known[row[0].id]) for row in found]


def _choices(session: Session) -> dict[str, Any]:
    """What the filters offer."""
    scope = _scope()
    units = people.unit_choices(session, scope, 400)
    return {
        "verdicts": [(one.value, dual_pages.verdict_name(one)) for one in Verdict],
        "units": [(code, zh if g.language != "en" else en) for code, zh, en in units],
        "positions": [(one.code, pick(one)) for one in people.positions(session)],
        "tiers": [(tier, tier_name(tier)) for tier in dual_queries.tiers(session, scope)],
        "competencies": [(one.code, f"{one.code} {pick(one.name)}") for one in framework.read().competencies],
        "least": [(n, str(n)) for n in range(1, STRONG + 6)],
    }


def tier_name(tier: str) -> str:
    """A tier in words."""
    return {
        "province": _("Province"), "prefecture": _("Prefecture"), "county": _("County"), "county-department": _("County department"),
        "township": _("Township"), "township-office": _("Township office"), "village": _("Village"),
    }.get(tier, tier)  # fmt: skip


@blueprint.get("/talent/dual-strand.<any(xlsx, csv):kind>")
@requires(Permission.TALENT_SEARCH)
def export(kind: str) -> Response:
    """The same list as a file, whatever its length, with the guard texts in it."""
    session, day = db.session(), today(g.now)
    found = files.read(dual_queries.listed(_scope(), _wish(session)), _exported, actor=current_actor(), now=g.now, size=people.BATCH)
    portions = (dual_pages.file_rows(_rows(session, portion), day) for portion in found)
    notes = (_("About this file"), dual_pages.note_rows(_("Officials and both strands"), g.now))
    return files.long_table(dual_pages.file_heading(), portions, f"dual-strand.{kind}", _("Both strands"), notes=notes)


def _exported(rows: Iterable[Any]) -> Iterator[Event]:
    return (Event(Action.PEOPLE_EXPORTED, row[0].staff_no, row[0].id, {"page": "dual-strand"}) for row in rows)


@blueprint.get("/me/dual-strand")
@requires(Permission.OWN_RECORD)
def mine() -> str:
    """One's own standing in both strands, with what is missing."""
    official_id = policy.scope(current_actor(), Permission.OWN_RECORD).official_id
    if official_id is None:
        raise NotFound(_("Your account belongs to no official, so there are no skills of your own."))
    return _person_page(db.session(), official_id, _("Both strands: how I stand"), [(_("My skills"), url_for("competency.my_skills"))], own=True)


@blueprint.get("/people/<ref>/dual-strand")
@requires(Permission.TALENT_SEARCH)
@db.writes
def official(ref: str) -> str:
    """A person's standing in both strands, for HR of their unit."""
    session = db.session()
    person = people.official_by_ref(session, ref)
    policy.ensure_official(current_actor(), Permission.TALENT_SEARCH, person.id, person.unit.path)
    audit.record(session, actor=current_actor(), action=Action.RECORD_READ, subject=person.staff_no, official_id=person.id, now=g.now, page="dual-strand")
    crumbs = [(_("Both strands"), url_for(".strands"))]
    return _person_page(session, person.id, _("Both strands: %(name)s", name=person.name), crumbs, own=False)


def _person_page(session: Session, official_id: int, title: str, crumbs: list[Any], *, own: bool) -> str:
    person = dual_queries.standings(session, [official_id], clock.day_number(g.now))[official_id]
    page = dual_pages.person_page(person) | {"title": title, "crumbs": [*crumbs, (title, None)], "own": own}
    return render_template("talent/dual_person.html", page=page, day=skill_words.full_date(today(g.now)))


@blueprint.get("/units/<code>/dual-strand")
@requires(Permission.SKILLS_LIVE, Permission.SKILLS_SNAPSHOT)
def unit_years(code: str) -> str:
    """A unit's people in both strands by year: the same suppressed figures for everybody."""
    session = db.session()
    unit = people.unit_by_code(session, code)
    queries.reach(current_actor(), unit)
    years = dual_queries.years(session, unit)
    children = dual_queries.children_in(session, unit, years[0].year) if years else []
    shown = dual_pages.child_rows(children)
    page = {"years": dual_pages.year_rows(years), "children": shown, "hidden": len(children) - len(shown), "guards": dual_pages.guards()}
    return render_template("talent/dual_years.html", unit=unit, page=page, newest=years[0] if years else None)


@blueprint.get("/talent/bench")
@requires(Permission.TALENT_SEARCH)
def bench_strength() -> str:
    """How each critical post of a unit could be filled."""
    session = db.session()
    unit = _chosen_unit(session)
    many = bench_queries.people_in(session, unit) > bench_queries.MOST_PEOPLE
    posts = [] if many else bench_queries.lines(session, unit, today=clock.day_number(g.now), on=today(g.now))
    below = session.execute(people.units_in(_scope(), parent=unit).limit(400)).scalars().all()
    page = bench_page.page(posts, unit)
    return render_template("talent/bench.html", unit=unit, page=page, many=many, below=below, choices=_choices(session)["units"])


@blueprint.get("/talent/bench/<unit>/<post>")
@requires(Permission.TALENT_SEARCH)
@db.writes
def bench_post(unit: str, post: str) -> str:
    """Who is ready for a post, who is nearly and what is missing, and which holders retire."""
    session = db.session()
    here, position = _unit(session, unit), bench_queries.position_by_code(session, post)
    if bench_queries.people_in(session, here) > bench_queries.MOST_PEOPLE:
        raise Forbidden(_("This unit is too large to be looked at in one list; choose one below it."))
    found = position and bench_queries.post(session, here, position, today=clock.day_number(g.now), on=today(g.now))
    if not found:
        raise NotFound
    people_rows = bench_queries.names(session, [one.official_id for one in found.candidates])
    leaving = bench_queries.retiring(session, here, position, on=today(g.now))
    _log(session, Action.PEOPLE_LISTED, [row[0] for row in [*people_rows, *leaving]], "bench")
    page = bench_page.post_page(found, people_rows, leaving)
    return render_template("talent/bench_post.html", unit=here, post=position, page=page, rule=bench.rule())


@blueprint.get("/talent/what-if")
@requires(Permission.TALENT_SEARCH)
@db.writes
def what_if() -> str:
    """What a transfer would change; nothing is stored but that somebody looked."""
    session = db.session()
    text = request.args.get("q", "").strip()[:80]
    person = _person(session, request.args.get("person", ""))
    unit = _unit(session, request.args["to"]) if request.args.get("to") else None
    position = bench_queries.position_by_code(session, request.args.get("post", "")) if request.args.get("post") else None
    found = dual_queries.matching(session, _scope(), text) if text and person is None else []
    _log(session, Action.PEOPLE_LISTED, [row[0] for row in found], "what-if")
    page = _effect(session, person, unit, position or (person.position if person else None)) if person and unit else None
    return render_template("talent/what_if.html", q=text, found=found, person=person, to=unit, post=position, page=page, choices=_choices(session))


def _person(session: Session, ref: str) -> Official | None:
    if not ref:
        return None
    person = people.official_by_ref(session, ref)
    policy.ensure_official(current_actor(), Permission.TALENT_SEARCH, person.id, person.unit.path)
    return person


def _effect(session: Session, person: Official, unit: Unit, position: Position) -> dict[str, Any]:
    found = transfer_queries.effect(session, person, unit, position, clock.day_number(g.now))
    noted = {"to": unit.code, "post": position.code}
    audit.record(session, actor=current_actor(), action=Action.TRANSFER_TRIED, subject=person.staff_no, official_id=person.id, now=g.now, **noted)
    return whatif_page.page(found)
