"""The page on which HR grants an official extra time, large type or another language, and ends it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from lms.access import audit, policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, numbers
from lms.people import accommodation_actions, accommodation_queries, queries
from lms.people.accommodation_actions import TIMES, Wish
from lms.people.models import Official
from lms.people.notices import terms
from lms.web.navigation import LANGUAGE_NAMES


def _person(ref: str) -> tuple[Session, Official]:
    session = db.session()
    person = queries.official_by_ref(session, ref)
    policy.ensure_official(current_actor(), Permission.ACCOMMODATIONS_GRANT, person.id, person.unit.path)
    return session, person


@requires(Permission.ACCOMMODATIONS_GRANT)
@db.writes
def accommodations(ref: str) -> str:
    """What is in force, what was before, and the form for a new one."""
    session, person = _person(ref)
    audit.record(session, actor=current_actor(), action=Action.RECORD_READ, subject=person.staff_no, official_id=person.id, now=g.now, page="accommodations")
    return _page(session, person, {}, {})


def _page(session: Session, person: Official, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    held = accommodation_queries.accommodations(session, person.id)
    current = accommodation_queries.accommodation(session, person.id, now=g.now)
    return render_template(
        "people/accommodations.html", person=person, held=held, current=current, typed=typed, errors=errors, times=TIMES, languages=LANGUAGE_NAMES, said=said
    )


def said(accommodation: object) -> str:
    """What an accommodation grants, in sentences."""
    names = ("time_percent", "large_type", "language", "until")
    return " ".join(terms({name: getattr(accommodation, name) for name in names} | {"until": str(accommodation.until or "")}))


@requires(Permission.ACCOMMODATIONS_GRANT)
def grant_accommodation(ref: str) -> Response | BaseResponse:
    """Grant what was typed; it replaces what was in force."""
    session, person = _person(ref)
    wish, errors = _read(request.form)
    errors = {**accommodation_actions.check(wish, now=g.now), **errors}
    if errors:
        return make_response(_page(session, person, request.form, errors), 422)
    accommodation_actions.grant(session, actor=current_actor(), official=person, wish=wish, now=g.now)
    flash(_("Granted. It holds for every quiz that %(name)s begins from now on; they have been told.", name=person.name), "success")
    return redirect(url_for(".accommodations", ref=ref), 303)


def _read(typed: Mapping[str, str]) -> tuple[Wish, dict[str, str]]:
    errors, until, percent = {}, None, typed.get("time_percent", "")
    try:
        until = date.fromisoformat(typed.get("until", "").strip()) if typed.get("until", "").strip() else None
    except ValueError:
        errors["until"] = _("Write the day as year-month-day, such as 2027-06-30.")
    wish = Wish(numbers.whole(percent) or 0, bool(typed.get("large_type")), typed.get("language", ""), typed.get("reason", "").strip(), until)
    return wish, errors


@requires(Permission.ACCOMMODATIONS_GRANT)
def end_accommodation(ref: str, accommodation_id: int) -> BaseResponse:
    """End one before its date."""
    session, person = _person(ref)
    accommodation_actions.end(session, actor=current_actor(), official=person, accommodation_id=accommodation_id, now=g.now)
    flash(_("Ended. %(name)s has been told.", name=person.name), "success")
    return redirect(url_for(".accommodations", ref=ref), 303)
