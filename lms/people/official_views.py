"""Officials: the list, its export, one person's page, and the forms to add, change, move and deactivate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lms.access import audit, policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, paging
from lms.core.errors import Conflict
from lms.core.i18n import Bilingual, pick
from lms.people import accommodation_queries, actions, forms, import_messages, import_queries, queries
from lms.people.accommodation_views import said
from lms.people.forms import Form
from lms.people.import_files import today
from lms.people.models import Official, Position, Unit
from lms.web import files

CHOICES = 400  # units in a drop-down list; beyond, the code is typed
STATES = ("active", "inactive", "all")
_O = Official  # columns, not objects: a province's list is a million of them
_PLACE = (Unit.code, Unit.name_zh, Unit.name_en, Position.code.label("position"))
EXPORTED = (_O.id, _O.staff_no, _O.name, *_PLACE, _O.grade, _O.birth_month, _O.phone, _O.joined_on, _O.retires_on)
# In the words of the roster, so that the export can be changed and imported again.
EXPORT_HEADING = ("工号", "姓名", "单位编码", "单位名称", "岗位", "职级", "出生年月", "手机", "参加工作时间", "退休日期")


def _filters(session: Session) -> dict[str, Any]:
    """What the list is narrowed to, as the address says."""
    code, text = request.args.get("unit", ""), request.args.get("q", "").strip()[:80]
    return {
        "text": text,
        "named": queries.beginning(session, text),
        "unit": queries.unit_by_code(session, code) if code else None,
        "state": request.args.get("state", "active") if request.args.get("state") in STATES else "active",
        "order": request.args.get("order", "staff_no"),
    }


def _log(session: Session, action: Action, people: Iterable[Official]) -> None:
    events = [audit.Event(action, person.staff_no, person.id) for person in people]
    audit.record_many(session, actor=current_actor(), now=g.now, events=events)


@requires(Permission.PEOPLE_READ)
@db.writes
def officials() -> str:
    """The officials of one's subtree, searched, narrowed, ordered, page by page."""
    session, actor = db.session(), current_actor()
    chosen = _filters(session)
    query = queries.officials(policy.scope(actor, Permission.PEOPLE_READ), **chosen)
    page = paging.page_of(session, query, number=request.args.get("page", 1, type=int))
    _log(session, Action.PEOPLE_LISTED, (row[0] for row in page.rows))
    kept = {key: value for key, value in request.args.items() if key in ("q", "unit", "state", "order") and value}
    return render_template("people/officials.html", page=page, chosen=chosen, kept=kept, states=STATES, may=_powers())


def _powers() -> dict[str, bool]:
    """Which doors of this area to show; each asks again."""
    actor = current_actor()
    wanted = {
        "edit": Permission.PEOPLE_EDIT, "import_": Permission.PEOPLE_IMPORT, "units": Permission.UNITS_EDIT, "codes": Permission.CODES_ISSUE,
        "certificates": Permission.CERTIFICATES_REVOKE,
    }  # fmt: skip
    return {name: policy.may(actor, permission) for name, permission in wanted.items()}


@requires(Permission.PEOPLE_READ)
def export(form: str) -> Response:
    """The same list as a file, whole, whatever its length."""
    actor = current_actor()
    query = queries.officials(policy.scope(actor, Permission.PEOPLE_READ), **_filters(db.session()))
    read = files.read(query.with_only_columns(*EXPORTED), _exported, actor=actor, now=g.now)
    return files.long_table(EXPORT_HEADING, (map(_export_row, portion) for portion in read), f"officials.{form}", _("Officials"))


def _exported(rows: Iterable[Any]) -> Iterator[audit.Event]:
    return (audit.Event(Action.PEOPLE_EXPORTED, row.staff_no, row.id) for row in rows)


def _export_row(row: Any) -> tuple[Any, ...]:
    _id, staff_no, name, unit, zh, en, *rest = row
    return (staff_no, name, unit, pick(Bilingual(zh, en or zh)), *rest)


def _person(ref: str, permission: Permission) -> tuple[Session, Official]:
    """The official behind ``ref``, if the actor may do that to them."""
    session = db.session()
    person = queries.official_by_ref(session, ref)
    policy.ensure_official(current_actor(), permission, person.id, person.unit.path)
    return session, person


@requires(Permission.PEOPLE_READ)
@db.writes
def official(ref: str) -> str:
    """One person: post, unit, contact, account; and what may be done."""
    session, person = _person(ref, Permission.PEOPLE_READ)
    audit.record(session, actor=current_actor(), action=Action.RECORD_READ, subject=person.staff_no, official_id=person.id, now=g.now, page="person")
    scope = {name: policy.scope(current_actor(), name).covers_unit(person.unit.path) for name in Permission}
    return render_template(
        "people/official.html",
        person=person,
        account=queries.account_of(session, person),
        above=queries.ancestors(session, person.unit),
        scope=scope,
        accommodation=accommodation_queries.accommodation(session, person.id, now=g.now),
        said=said,
        P=Permission,
    )


@requires(Permission.PEOPLE_EDIT)
def new_official() -> str:
    """An empty form."""
    return _form_page(Form({"unit": request.args.get("unit", "")}))


@requires(Permission.PEOPLE_EDIT)
def add_official() -> Response | BaseResponse:
    """Add one person."""
    form = forms.read_person(db.session(), request.form, today=today(g.now))
    return _save(form, None, _("%(name)s was added. Hand out a one-time code so that they can sign in."))


@requires(Permission.PEOPLE_EDIT)
@db.writes
def edit_official(ref: str) -> str:
    """The form of one person as held."""
    session, person = _person(ref, Permission.PEOPLE_EDIT)
    audit.record(session, actor=current_actor(), action=Action.RECORD_READ, subject=person.staff_no, official_id=person.id, now=g.now, page="form")
    return _form_page(forms.person_of(import_queries.held_official(session, person.id)), person)


@requires(Permission.PEOPLE_EDIT)
def change_official(ref: str) -> Response | BaseResponse:
    """Change or move one person, or take them back."""
    session, person = _person(ref, Permission.PEOPLE_EDIT)
    held = import_queries.held_official(session, person.id)
    form = forms.read_person(session, request.form, today=today(g.now), held=held)
    return _save(form, person, _("The changes to %(name)s are kept."))


def _save(form: Form, person: Official | None, done: str) -> Response | BaseResponse:
    session = db.session()
    held = import_queries.held_official(session, person.id) if person else None
    if not form.errors and not _in_scope(session, form.row.unit):
        form.errors["unit"] = _("This unit lies outside the units that you look after.")
    if not form.errors:
        try:
            saved = actions.save_official(session, actor=current_actor(), row=form.row, held=held, now=g.now)
        except Conflict as error:
            form.errors["staff_no"] = str(error)
        else:
            flash(done % {"name": saved.name}, "success")
            return redirect(url_for(".official", ref=saved.ref))
    return make_response(_form_page(form, person), 422)


def _in_scope(session: Session, code: str) -> bool:
    return policy.scope(current_actor(), Permission.PEOPLE_EDIT).covers_unit(queries.unit_by_code(session, code).path)


def _form_page(form: Form, person: Official | None = None) -> str:
    session = db.session()
    units = unit_choices(session, Permission.PEOPLE_EDIT)
    positions = [(position.code, f"{position.code} {pick(position)}") for position in queries.positions(session)]
    return render_template("people/official_form.html", form=form, person=person, units=units, positions=positions, label=import_messages.label)


def unit_choices(session: Session, permission: Permission) -> list[tuple[str, str]] | None:
    """(code, code and name) of the units in the actor's scope; None if they are too many for a list."""
    scope = policy.scope(current_actor(), permission)
    found = queries.unit_choices(session, scope, CHOICES + 1)
    return None if len(found) > CHOICES else [(code, f"{code} {pick({'zh': zh, 'en': en})}") for code, zh, en in found]


@requires(Permission.PEOPLE_EDIT)
def deactivate(ref: str) -> BaseResponse:
    """Take one person off the roster."""
    session, person = _person(ref, Permission.PEOPLE_EDIT)
    actions.deactivate_official(session, actor=current_actor(), held=import_queries.held_official(session, person.id), now=g.now)
    flash(_("%(name)s is deactivated. The record is kept.", name=person.name), "success")
    return redirect(url_for(".official", ref=ref))


def unit_in_scope(code: str, permission: Permission) -> tuple[Session, Unit]:
    """The unit with ``code``, if the actor may do that to it."""
    session = db.session()
    unit = queries.unit_by_code(session, code)
    policy.ensure_unit(current_actor(), permission, unit.path)
    return session, unit
