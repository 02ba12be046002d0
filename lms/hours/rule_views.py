"""The rules of class hours: what is in force, what is coming, what was; and a unit's own rule added by form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lms.access import policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, numbers
from lms.core.errors import Invalid
from lms.core.i18n import pick
from lms.hours import queries, rule_actions, rulebook, wording
from lms.hours.models import HoursRule
from lms.hours.package import Version
from lms.hours.rule_actions import UnitRule
from lms.people import queries as people
from lms.people.models import Unit

NUMBERS = ("organised", "self_study", "transfer", "work_sample", "certificate")
TEXTS = {"title_zh": 120, "title_en": 160, "text_zh": 400, "text_en": 600}
MOST_HOURS = 500


@requires(Permission.HOURS_RULES_EDIT, Permission.HOURS_ENTER)
def rules() -> str:
    """Every version of every rule, with when and whom it binds and what it rests on."""
    session = db.session()
    known = queries.versions(session)
    this = queries.today(g.now).year
    names = {version.name for version in rulebook.in_force(known, this)}
    rows = queries.rule_rows(session)
    units = people.unit_names(session, {version.unit for version in known if version.unit})
    shown = {"now": [], "coming": [], "past": []}
    for version in known:
        place = "now" if version.name in names else "coming" if version.first_year > this else "past"
        shown[place].append(_shown(version, rows[version.name], units))
    may_edit = policy.may(current_actor(), Permission.HOURS_RULES_EDIT)
    return render_template("hours/rules.html", shown=shown, year=this, closings=queries.closings(session), may_edit=may_edit)


def _shown(version: Version, row: HoursRule, units: Mapping[str, Any]) -> dict[str, Any]:
    groups = {group.id: pick(group.name.both) for group in version.groups}
    return {
        "version": version,
        "level": str(wording.LEVEL_NAMES[version.level]),
        "unit": pick(units[version.unit]) if version.unit in units else version.unit or "",
        "title": pick(version.title.both),
        "text": pick(version.text.both),
        "setting": pick(version.setting.both) if version.setting else "",
        "groups": [(groups[group.id], ", ".join((*group.grades, *group.positions))) for group in version.groups],
        "parts": [pick(part.text.both) for part in _parts(version)],
        "row": row,
    }


def _parts(version: Version) -> list[Any]:
    """The parts with words of their own; a form's version says everything in one text."""
    parts = [*version.require, *version.credit, version.transfer, version.newcomers]
    return [part for part in parts if part is not None and part.text != version.text]


@requires(Permission.HOURS_RULES_EDIT)
def new() -> str:
    """An empty form."""
    return _form_page({}, {})


def _form_page(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template("hours/rule_new.html", values=values, errors=errors, numbers=_number_fields())


def _number_fields() -> list[tuple[str, str, str]]:
    return [
        ("organised", _("Organised training, class hours a year"), _("Empty: nothing beyond the rules above. It can't ask for less than they do.")),
        ("self_study", _("Online self-study, class hours a year"), ""),
        ("transfer", _("Self-study beyond that which counts as organised training, class hours a year"), _("Empty: none.")),
        ("work_sample", _("Class hours for a work sample that passed"), _("Counted as self-study. Empty: none.")),
        ("certificate", _("Class hours for a recognised certificate"), _("Counted as self-study. Empty: none.")),
    ]


@requires(Permission.HOURS_RULES_EDIT)
def add() -> Response | BaseResponse:
    """Add the next version of a unit's own rule."""
    session = db.session()
    values = {name: request.form.get(name, "").strip() for name in ("unit", "effective_from", "reason", *TEXTS, *NUMBERS)}
    rule, unit, errors = _read(session, values)
    if rule and unit and not errors:
        try:
            row = rule_actions.add_unit_rule(session, actor=current_actor(), unit=unit, rule=rule, reason=values["reason"][:400], now=g.now)
        except Invalid as error:
            errors["reason" if not values["reason"] else "effective_from"] = str(error)
        else:
            flash(_("Version %(n)d of the unit's rule was added. Years that have begun stay as they are.", n=row.version), "success")
            return redirect(url_for(".rules"))
    return make_response(_form_page(values, errors), 422)


def _read(session: Session, values: Mapping[str, str]) -> tuple[UnitRule | None, Unit | None, dict[str, str]]:
    """The form, and everything that is wrong with it by field."""
    errors: dict[str, str] = {}
    for name, most in TEXTS.items():
        if not values[name]:
            errors[name] = _("Fill this in.")
        elif len(values[name]) > most:
            errors[name] = _("Use at most %(n)d characters.", n=most)
    unit = session.scalar(people.units_in(policy.Scope(everything=True)).where(Unit.code == values["unit"]))
    if unit is None:
        errors["unit"] = _("There is no unit with this code.")
    numbers = {name: _number(name, values[name], errors) for name in NUMBERS}
    begins = _day(values["effective_from"], errors)
    if errors or begins is None:
        return None, unit, errors
    given = {**values, **numbers, "effective_from": begins}
    return UnitRule(**{one.name: given[one.name] for one in fields(UnitRule)}), unit, errors


def _number(name: str, text: str, errors: dict[str, str]) -> int | None:
    if not text:
        return None
    number = numbers.whole(text, least=1, most=MOST_HOURS)
    if number is None:
        errors[name] = _("Give a whole number of class hours from 1 to %(n)d, or leave it empty.", n=MOST_HOURS)
    return number


def _day(text: str, errors: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        errors["effective_from"] = _("Give the day as year-month-day, such as 2026-03-31.")
        return None
