"""Pages of the register of training bases: the list, one base with what was held there, its form, its history."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from lms.access import audit, policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission as P
from lms.core import db, paging
from lms.core.errors import Conflict, Forbidden, Invalid, Refused
from lms.core.i18n import pick
from lms.orders import base_actions, base_queries, base_words, bases, queries, wording
from lms.orders.bases import Agreement, Entry
from lms.orders.clock import clock
from lms.orders.form_values import Reader
from lms.orders.list_views import MOST
from lms.orders.models import TrainingBase
from lms.orders.sides import errors_of
from lms.people import queries as people
from lms.people.calendar_queries import today
from lms.people.models import Partner
from lms.web import files

blueprint = Blueprint("bases", __name__)
SEES = (P.BASES_EDIT,)
MOST_UNITS = 400


def _agreement(base: TrainingBase) -> Agreement:
    return bases.agreement(base.agreed_from, base.agreed_until, today(g.now), warn_days=clock().warn_agreement_days)


def _chosen() -> dict[str, str]:
    args = request.args
    return {"text": args.get("q", "").strip()[:80], "state": args.get("state", "active"), "order": args.get("order", "name")}


def _query() -> Any:
    return base_queries.listed(current_actor(), today=today(g.now), **_chosen())


@blueprint.get("/bases/")
@requires(*SEES)
def bases_list() -> str:
    """The register, searched, narrowed, ordered, page by page."""
    session = db.session()
    page = paging.page_of(session, _query(), number=request.args.get("page", 1, type=int))
    kept = {key: request.args[key] for key in ("q", "state", "order") if request.args.get(key)}
    counts = base_queries.counts(session, [row[0].id for row in page.rows])
    return render_template("bases/list.html", page=page, chosen=_chosen(), kept=kept, counts=counts, words=base_words, agreement=_agreement)


@blueprint.get("/bases/export.<any(csv, xlsx):form>")
@requires(*SEES)
@db.writes
def export(form: str) -> Response:
    """The same list as a file."""
    session = db.session()
    rows = session.execute(_query().limit(MOST + 1)).all()
    if len(rows) > MOST:
        raise Refused(_("A file holds at most %(n)d bases. Narrow the list first.", n=MOST))
    audit.record(session, actor=current_actor(), action=Action.BASES_EXPORTED, subject=form, now=g.now, rows=len(rows))
    names, counts = base_words.field_names(), base_queries.counts(session, [row[0].id for row in rows])
    head = [*names.values(), _("Belongs to"), _("State of the agreement"), _("Orders held"), _("Of these verified")]
    table = [head, *(_line(row, list(names), counts) for row in rows)]
    return files.table(table, f"bases.{form}", _("Training bases"))


def _line(row: Any, fields: list[str], counts: dict[int, tuple[int, int]]) -> list[Any]:
    base, unit, partner = row
    entry = Entry.of(base.content)
    held, verified = counts.get(base.id, (0, 0))
    return [*(getattr(entry, name) or "" for name in fields), pick(unit or partner), str(base_words.AGREEMENTS[_agreement(base)]), held, verified]


@blueprint.get("/bases/new")
@requires(*SEES)
def new() -> str:
    """The form of a new base."""
    return _form({}, [], None)


def _form(values: Any, errors: list[tuple[str, str]], base: TrainingBase | None) -> str:
    owners = [] if base else _owners()
    return render_template("bases/form.html", values=values, errors=errors, base=base, owners=owners, names=base_words.field_names())


def _owners() -> list[tuple[str, str]]:
    """Whose base it can be: HR's units and every partner, or the own partner."""
    session, actor = db.session(), current_actor()
    scope = policy.scope(actor, P.BASES_EDIT)
    query = select(Partner).where(Partner.closed_at.is_(None)).order_by(Partner.code)
    partners = session.scalars(query if scope.everything else query.where(Partner.id.in_(scope.partners)))
    units = people.unit_choices(session, policy.scope(actor, P.ORDERS_PLACE) or policy.scope(actor, P.UNITS_EDIT), MOST_UNITS) if scope.everything else []
    listed = [(f"unit:{code}", en if g.language == "en" else zh) for code, zh, en in units]
    return [*((f"partner:{one.code}", pick(one)) for one in partners), *listed]


def _entry() -> Entry:
    """The entry in the form. Raises Invalid."""
    read, wrong_day = Reader(request.form), _("Write the date as year, month and day.")
    texts = {name: read.text(name) for name in bases.LENGTHS}
    dates = {name: read.day(name, wrong_day) for name in ("agreed_from", "agreed_until")}
    entry = Entry(**texts, **dates, capacity=read.whole("capacity", _("Write a number.")))
    read.done(_("The entry can't be kept like this."))
    return entry


@blueprint.post("/bases/new")
@requires(*SEES)
def add() -> Any:
    """Enter a base."""
    session, code = db.session(), request.form.get("owner", "")
    try:
        if code not in dict(_owners()):
            raise Forbidden
        unit, partner = base_queries.owner(session, code)
        base = base_actions.enter(session, actor=current_actor(), entry=_entry(), unit=unit, partner=partner, now=g.now)
    except Invalid as refused:
        return _form(request.form, errors_of(refused), None), 422
    flash(_("The base is entered."), "success")
    return redirect(url_for(".base", ref=base.ref), 303)


@blueprint.get("/bases/<ref>")
@requires(*SEES)
def base(ref: str) -> str:
    """One base: rooms, teachers, agreement, what was held there and what came of it, its history."""
    return _page(ref, [])


def _page(ref: str, errors: list[tuple[str, str]]) -> str:
    session, actor = db.session(), current_actor()
    found = base_queries.by_ref(session, actor, ref)
    versions = base_queries.versions(session, found)
    held = base_queries.held_at(session, actor, found)
    linked = {one.id for one in held if _may_open(one)}
    return render_template(
        "bases/base.html", base=found, entry=Entry.of(found.content), errors=errors, may_edit=base_queries.may_edit(actor, found), held=held, linked=linked,
        versions=_changes(versions), agreement=_agreement(found), words=base_words, orders=wording, names=base_words.field_names(), today=today(g.now),
        closed=lambda order: queries.is_closed(order, today(g.now)),
    )  # fmt: skip


def _may_open(order: Any) -> bool:
    actor = current_actor()
    return policy.scope(actor, P.ORDERS_PLACE).covers_unit(order.unit.path) or order.partner_id in queries.partners_of(actor)


def _changes(versions: Any) -> list[dict[str, Any]]:
    """Each version with what it changed against the one before."""
    names, found = base_words.field_names(), []
    for one, before in zip(versions, [*versions[1:], None], strict=True):
        changed = Entry.of(one.content).changed(Entry.of(before.content)) if before else []
        found.append({"one": one, "changed": [names[name] for name in changed], "first": before is None})
    return found


@blueprint.get("/bases/<ref>/edit")
@requires(*SEES)
def edit(ref: str) -> str:
    """The form with what holds now. Raises NotFound, Forbidden."""
    found = _own(ref)
    return _form(found.content | {"seen": found.version}, [], found)


def _own(ref: str) -> TrainingBase:
    found = base_queries.by_ref(db.session(), current_actor(), ref)
    if not base_queries.may_edit(current_actor(), found):
        raise Forbidden
    return found


@blueprint.post("/bases/<ref>/edit")
@requires(*SEES)
def change(ref: str) -> Any:
    """Keep a new version."""
    form = request.form
    try:
        known = {"actor": current_actor(), "ref": ref, "now": g.now, "words": form.get("words", ""), "seen": form.get("seen", 0, type=int)}
        base_actions.change(db.session(), **known, entry=_entry())
    except (Invalid, Conflict) as refused:
        return _form(form, errors_of(refused), _own(ref)), refused.status
    flash(_("Saved."), "success")
    return redirect(url_for(".base", ref=ref), 303)


@blueprint.post("/bases/<ref>/close")
@requires(*SEES)
def close(ref: str) -> Any:
    """Close a base, or open it again."""
    closed = request.form.get("do") != "open"
    try:
        base_actions.set_closed(db.session(), actor=current_actor(), ref=ref, closed=closed, words=request.form.get("words", ""), now=g.now)
    except Invalid as refused:
        return _page(ref, errors_of(refused)), 422
    flash(_("The base is closed; its history stays.") if closed else _("The base is in use again."), "success")
    return redirect(url_for(".base", ref=ref), 303)
