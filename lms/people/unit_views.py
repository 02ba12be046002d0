"""Units: the tree, one unit's page, and the forms to add, change and move."""

from __future__ import annotations

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lms.access import policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, paging
from lms.core.errors import Conflict, Forbidden
from lms.people import actions, forms, import_messages, import_queries, queries
from lms.people.enums import CONNECTION_NAMES, TIER_NAMES
from lms.people.forms import Form
from lms.people.import_files import today
from lms.people.import_plan import HeldUnit
from lms.people.models import Unit
from lms.people.official_views import unit_choices, unit_in_scope

NAMES = {"tier_names": TIER_NAMES, "connection_names": CONNECTION_NAMES}


@requires(Permission.PEOPLE_READ, Permission.UNITS_EDIT)
def units() -> str:
    """The topmost units of one's scope with what hangs below them, or the units that a search finds."""
    session, text = db.session(), request.args.get("q", "").strip()[:80]
    scope = _reach()
    number = request.args.get("page", 1, type=int)
    page = paging.page_of(session, queries.units_in(scope, text=text), number=number) if text else None
    roots = [] if text else queries.scope_roots(session, scope)
    shown = [row[0] for row in page.rows] if page else roots
    below = {} if page else {root.id: _children(session, root).rows for root in roots[:20]}
    people = queries.people_below(session, [*shown, *(row[0] for rows in below.values() for row in rows)])
    may_edit = policy.may(current_actor(), Permission.UNITS_EDIT)
    return render_template("people/units.html", page=page, text=text, roots=roots, below=below, people=people, may_edit=may_edit, **NAMES)


def _reach() -> policy.Scope:
    """Whoever reads people or edits units sees their names; the wider of the two."""
    actor = current_actor()
    return policy.scope(actor, Permission.UNITS_EDIT) or policy.scope(actor, Permission.PEOPLE_READ)


def _children(session: Session, unit: Unit, number: int = 1) -> paging.Page:
    return paging.page_of(session, queries.units_in(policy.Scope(everything=True), parent=unit), number=number, size=100)


@requires(Permission.PEOPLE_READ, Permission.UNITS_EDIT)
def unit_page(code: str) -> str:
    """One unit: where it hangs, what hangs below it, how many people; and what may be done."""
    session = db.session()
    unit = queries.unit_by_code(session, code)
    if not _reach().covers_unit(unit.path):
        raise Forbidden
    children = _children(session, unit, request.args.get("page", 1, type=int))
    people = queries.people_below(session, [unit, *(row[0] for row in children.rows)])
    scope = {name: policy.scope(current_actor(), name).covers_unit(unit.path) for name in Permission}
    above = queries.ancestors(session, unit)
    return render_template("people/unit.html", unit=unit, above=above, children=children, people=people, scope=scope, P=Permission, **NAMES)


@requires(Permission.UNITS_EDIT)
def new_unit() -> str:
    """An empty form, below the unit that the address names."""
    return _form_page(Form({"parent": request.args.get("parent", "")}))


@requires(Permission.UNITS_EDIT)
def add_unit() -> Response | BaseResponse:
    """Add one unit."""
    return _save(forms.read_unit(db.session(), request.form, today=today(g.now)), None, None)


@requires(Permission.UNITS_EDIT)
def edit_unit(code: str) -> str:
    """The form of one unit as held."""
    session, unit = unit_in_scope(code, Permission.UNITS_EDIT)
    return _form_page(forms.unit_of(import_queries.held_units(session)[code]), unit)


@requires(Permission.UNITS_EDIT)
def change_unit(code: str) -> Response | BaseResponse:
    """Change or move one unit."""
    session, unit = unit_in_scope(code, Permission.UNITS_EDIT)
    held = import_queries.held_units(session)[code]
    # whoever may not see the unit above leaves it as it is
    typed = {**request.form, "parent": request.form.get("parent") or held.parent}
    return _save(forms.read_unit(session, typed, today=today(g.now), held=held), unit, held)


def _save(form: Form, unit: Unit | None, held: HeldUnit | None) -> Response | BaseResponse:
    if not form.errors:
        try:
            saved = actions.save_unit(db.session(), actor=current_actor(), row=form.row, held=held, now=g.now)
        except Forbidden:
            form.errors["parent"] = _("This unit lies outside the units that you look after.")
        except Conflict as error:
            form.errors["code"] = str(error)
        else:
            flash(_("%(unit)s is kept.", unit=saved.name_zh), "success")
            return redirect(url_for(".unit_page", code=saved.code))
    return make_response(_form_page(form, unit), 422)


def _form_page(form: Form, unit: Unit | None = None) -> str:
    session = db.session()
    parents = unit_choices(session, Permission.UNITS_EDIT)
    outside = bool(unit and unit.parent_id) and not policy.scope(current_actor(), Permission.UNITS_EDIT).covers_unit(_parent_path(unit))
    may_root = policy.scope(current_actor(), Permission.UNITS_EDIT).everything
    shown = {"form": form, "unit": unit, "parents": parents, "outside": outside, "may_root": may_root, "label": import_messages.label}
    return render_template("people/unit_form.html", **shown, **NAMES)


def _parent_path(unit: Unit) -> str:
    return unit.path[: unit.path.rstrip("/").rindex("/") + 1]
