"""Reading targets: the posts, one post's profile, what a unit or a person has of its own, and all versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response, g, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.competency import target_actions, target_queries, target_reach
from lms.competency import target_foresight_actions as foresight
from lms.competency import target_version_queries as versions
from lms.competency import target_wording as wording
from lms.competency.enums import OPEN_TARGETS, TargetState
from lms.competency.models import TargetVersion
from lms.competency.target_queries import effective
from lms.competency.target_reach import READERS
from lms.competency.target_version_queries import Thing
from lms.competency.targeting import ANYBODY, BASELINE, Effective
from lms.core import db, framework, paging
from lms.core.errors import Forbidden, NotFound
from lms.core.i18n import pick
from lms.people import queries as people
from lms.people.models import Position, Unit
from lms.web import files

Crumbs = list[tuple[str, str | None]]


def top() -> tuple[str, str]:
    """The first crumb of every page of targets."""
    return _("Targets"), url_for("targets.posts")


@requires(*READERS)
def posts() -> str:
    """Every post with how much it asks for."""
    session, chosen = db.session(), _chosen()
    page = paging.page_of(session, versions.posts(session, **chosen), number=request.args.get("page", 1, type=int))
    profiles = versions.profiles(session, [row[0].id for row in page.rows])
    everybody = foresight.people_in_scope(session, Thing())
    rows = [_post_row(one, everybody if one.code == BASELINE else count, profiles[one.id]) for one, count in page.rows]
    kept = {key: value for key, value in request.args.items() if key in ("q", "order") and value}
    waiting = _waiting(session)
    return render_template("competency/targets.html", listed=page, rows=rows, chosen=chosen, kept=kept, waiting=waiting, tabs=tabs(), may_edit=may_edit())


def may_edit() -> bool:
    """Whether the reader drafts targets of anything."""
    return policy.may(current_actor(), Permission.TARGETS_EDIT)


def tabs() -> list[tuple[str, str, bool]]:
    """The pages of targets: (words, address, whether this is it)."""
    pages = ((_("Posts"), "targets.posts"), (_("All versions"), "targets.changes"))
    return [(words, url_for(endpoint), request.endpoint == endpoint) for words, endpoint in pages]


def _waiting(session: Session) -> int:
    """Drafts that an expert could sign."""
    if not policy.may(current_actor(), Permission.TARGETS_SIGN):
        return 0
    return versions.to_sign(session, current_actor().account_id)


def _chosen() -> dict[str, str]:
    return {"text": request.args.get("q", "").strip()[:80], "order": request.args.get("order", "code")}


def _post_row(position: Position, count: int, asked: dict[str, Effective]) -> dict[str, Any]:
    needed = [one for one in asked.values() if one.level]
    ruled = [one.valid_from for one in needed if one.rule and not one.floor]
    return {
        "position": position,
        "people": count,
        "needed": len(needed),
        "critical": sum(one.critical for one in needed),
        "highest": max((one.level for one in needed), default=0),
        "since": max(ruled) if ruled else None,
        "url": url_for("targets.post", code=position.code),
    }


@requires(*READERS)
@db.writes
def export(form: str) -> Response:
    """The posts of the list with each of their targets, as a file."""
    session = db.session()
    found = session.execute(versions.posts(session, **_chosen())).all()
    rows = [_export_heading(), *_export_rows(session, found)]
    audit.record(session, actor=current_actor(), action=audit.Action.TARGETS_EXPORTED, subject="posts", now=g.now)
    return files.table(rows, f"targets.{form}", _("Targets"))


def _export_heading() -> list[str]:
    return [_("Post"), _("Name of the post"), _("Competency"), _("Name of the competency"), _("Strand"), _("Target level"), _("Critical"), _("Because")]


def _export_rows(session: Session, found: Sequence[Any]) -> Iterator[list[Any]]:
    profiles = versions.profiles(session, [row[0].id for row in found])
    known = wording.names(session, [one for asked in profiles.values() for one in asked.values()])
    for position, _people in found:
        for competency in framework.read().competencies:
            one = profiles[position.id].get(competency.code)
            if one is not None and one.level:
                critical = _("critical") if one.critical else ""
                yield [position.code, pick(position), competency.code, pick(competency.name), competency.strand, one.level, critical, known.because(one)]


def find_post(session: Session, code: str) -> Position:
    """Raises NotFound."""
    found = session.scalar(select(Position).where(Position.code == code))
    if found is None:
        raise NotFound
    return found


@requires(*READERS)
def post(code: str) -> str:
    """What a post asks for, by strand; which units ask for something else; and how it came about."""
    session = db.session()
    thing = Thing(position=find_post(session, code))
    asked = versions.profiles(session, [thing.position.id])[thing.position.id]
    page = _page(session, thing, asked)
    return render_template("competency/target_post.html", page=page, units=_units(session, thing.position))


@requires(*READERS)
def unit(code: str) -> str:
    """What a unit asks of everyone in it, or of one post (``?post=``), and how that came about."""
    session = db.session()
    position = find_post(session, request.args["post"]) if request.args.get("post") else None
    thing = Thing(unit=people.unit_by_code(session, code), position=position)
    target_reach.ensure(current_actor(), thing)
    stand = (ANYBODY, thing.unit.id, position.id if position else 0)
    asked = target_queries.book(session, [stand]).profile(*stand).effective
    return render_template("competency/target_post.html", page=_page(session, thing, asked), units=[])


@requires(*READERS)
@db.writes
def person(ref: str) -> str:
    """What is asked of a person, because of which rules. The reading is logged."""
    session = db.session()
    thing = Thing(official=people.official_by_ref(session, ref))
    target_reach.ensure(current_actor(), thing)
    if not target_reach.named(current_actor(), thing):
        raise Forbidden
    note_reading(session, thing)
    asked = effective(session, [thing.official.id])[thing.official.id]
    return render_template("competency/target_post.html", page=_page(session, thing, asked), units=[])


def title_of(thing: Thing) -> str:
    """What the targets are of, in words for the reader."""
    return wording.title(thing, named=target_reach.named(current_actor(), thing))


def note_reading(session: Session, thing: Thing) -> None:
    """Who looks at a person's targets is logged."""
    one = thing.official
    if one is not None and one.id != current_actor().official_id:
        audit.record(session, actor=current_actor(), action=audit.Action.RECORD_READ, subject=one.staff_no, official_id=one.id, now=g.now, page="targets")


def _page(session: Session, thing: Thing, asked: dict[str, Effective]) -> dict[str, Any]:
    known = wording.names(session, asked.values())
    history = versions.history(session, thing.key)
    return {
        "title": title_of(thing),
        "crumbs": [*crumbs_of(thing)[:-1], (title_of(thing), None)],
        "thing": thing,
        "strands": [_strand(strand, asked, known) for strand in ("T", "G")],
        "history": version_rows(session, history),
        "open": next((one for one in history if one.state in OPEN_TARGETS), None),
        "edit_url": url_for("targets.edit", **place(thing)) if target_actions.may_edit(session, current_actor(), thing) else "",
        "S": TargetState,
    }


def _strand(strand: str, asked: dict[str, Effective], known: wording.Names) -> dict[str, Any]:
    rows = [_target(competency, asked[competency.code], known) for competency in framework.read().competencies if _in(competency, strand, asked)]
    return {"name": _("Technology") if strand == "T" else _("Governance"), "rows": rows}


def _in(competency: framework.Competency, strand: str, asked: dict[str, Effective]) -> bool:
    return competency.strand == strand and competency.code in asked and (asked[competency.code].level > 0 or bool(asked[competency.code].rule))


def _target(competency: framework.Competency, one: Effective, known: wording.Names) -> dict[str, Any]:
    text = pick(competency.levels[one.level - 1]) if one.level else ""
    return {
        "code": competency.code,
        "name": pick(competency.name),
        "level": wording.level(one.level),
        "text": text,
        "critical": one.critical,
        "because": known.because(one),
        "rule": one.rule,
    }


def place(thing: Thing) -> dict[str, str]:
    """The parameters of an address that name a thing."""
    named = {"person": thing.official and thing.official.ref, "unit": thing.unit and thing.unit.code, "post": thing.position and thing.position.code}
    return {key: value for key, value in named.items() if value}


def page_of_thing(thing: Thing) -> str:
    """The address of the page on a thing's targets."""
    if thing.official is not None:
        return url_for("targets.person", ref=thing.official.ref)
    if thing.unit is not None:
        return url_for("targets.unit", code=thing.unit.code, **({"post": thing.position.code} if thing.position else {}))
    return url_for("targets.post", code=thing.position.code)


def crumbs_of(thing: Thing) -> Crumbs:
    """The way from the list of posts to a thing."""
    return [top(), (title_of(thing), page_of_thing(thing))]


def version_rows(session: Session, history: Sequence[TargetVersion], otherwise: Mapping[str, Effective] | None = None) -> list[dict[str, Any]]:
    """Versions, the newest first, with what each changed against the one that held before it."""
    lines = versions.lines_of(session, [one.id for one in history])
    held = [one for one in history if one.in_force_at is not None]
    rows = []
    for one in history:
        before = next((other for other in held if other.number < one.number), None)
        changes = wording.changes(lines[before.id] if before else {}, lines[one.id], otherwise)
        rows.append({"version": one, "state": wording.state_name(one.state), "changes": changes, "signed": versions.signatures(session, one)})
    return rows


def _units(session: Session, position: Position) -> list[dict[str, Any]]:
    """Units that ask for something else of this post, or of everyone."""
    found, reach = versions.of_units(session, position), target_reach.reach(current_actor())
    units = {one.id: one for one in session.scalars(select(Unit).where(Unit.id.in_(found)).order_by(Unit.code))}
    things = [(Thing(unit=units[key], position=position if one.position_id else None), one) for key in units for one in found[key]]
    lines = versions.lines_of(session, [one.id for _thing, one in things])
    return [
        {"title": pick(thing.unit), "post": thing.position, "url": page_of_thing(thing), "version": one, "changes": wording.changes({}, lines[one.id])}
        for thing, one in things
        if reach.covers(thing)
    ]


@requires(*READERS)
def changes() -> str:
    """All versions that the reader may see, searched, by state, in the chosen order."""
    session = db.session()
    page = paging.page_of(session, _changes(), number=request.args.get("page", 1, type=int))
    rows = [_change_row(one, Thing(position, unit if one.unit_id else None, official)) for one, position, unit, official in page.rows]
    kept = {key: value for key, value in request.args.items() if key in ("q", "state", "order") and value}
    states = [(one.value, wording.state_name(one)) for one in TargetState]
    return render_template("competency/target_changes.html", listed=page, rows=rows, kept=kept, states=states, tabs=tabs(), may_edit=may_edit())


def _changes() -> Any:
    state = request.args.get("state", "")
    chosen = {"text": request.args.get("q", "").strip()[:80], "order": request.args.get("order", "newest")}
    query = versions.changes(state=state if state in set(TargetState) else "", **chosen)
    return query.where(target_reach.reach(current_actor()).condition())


@requires(*READERS)
@db.writes
def export_changes(form: str) -> Response:
    """The versions of the list with what each says, as a file."""
    session = db.session()
    found = session.execute(_changes()).all()
    about = [audit.Event(audit.Action.TARGETS_EXPORTED, one.ref, one.official_id) for one, *_rest in found]
    audit.record_many(session, actor=current_actor(), now=g.now, events=about)
    rows = [_changes_heading(), *_changes_rows(session, found)]
    return files.table(rows, f"target-versions.{form}", _("All versions"))


def _changes_heading() -> list[str]:
    return [_("What it is about"), _("Version"), _("State"), _("Holds from"), _("The reason"), _("Drafted by"), _("Signed by"), _("Competency"), _("Target")]


def _changes_rows(session: Session, found: Sequence[Any]) -> Iterator[list[Any]]:
    lines = versions.lines_of(session, [row[0].id for row in found])
    for one, position, unit, official in found:
        title = title_of(Thing(position, unit if one.unit_id else None, official))
        signed = ", ".join(each.name for each in versions.signatures(session, one))
        head = [title, one.number, wording.state_name(one.state), one.valid_from.isoformat(), one.reason, one.author, signed]
        for code, line in sorted(lines[one.id].items()) or [("", None)]:
            yield [*head, code, wording.line(line).replace("\u00a0", " ")]


def _change_row(one: TargetVersion, thing: Thing) -> dict[str, Any]:
    return {"version": one, "title": title_of(thing), "state": wording.state_name(one.state), "url": url_for("targets.version", ref=one.ref)}
