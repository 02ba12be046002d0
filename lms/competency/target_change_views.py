"""Changing targets: the form, the version with whom it affects, signing it and taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Response, current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Reply

from lms.access import audit, policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.competency import target_actions, target_reach
from lms.competency import target_foresight_actions as foresight
from lms.competency import target_version_queries as versions
from lms.competency import target_wording as wording
from lms.competency.enums import OPEN_TARGETS, TargetState
from lms.competency.models import TargetVersion
from lms.competency.target_reach import READERS
from lms.competency.target_version_queries import Thing
from lms.competency.target_views import crumbs_of, find_post, note_reading, page_of_thing, place, title_of, version_rows
from lms.competency.targeting import Effective, Line
from lms.core import db, framework, jobs, paging
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import Bilingual, pick
from lms.people import queries as people
from lms.people.calendar_queries import today
from lms.people.models import Official
from lms.web import files

INLINE = 2000
"""Up to so many people are looked at while the page waits; more in the background."""
MOST_CHOICES = 500


@requires(Permission.TARGETS_EDIT)
def new() -> str | Reply:
    """For whom: a post, a unit, a post in a unit, or a person."""
    session = db.session()
    given = {name: request.args.get(name, "").strip()[:40] for name in ("unit", "post", "person")}
    errors: dict[str, str] = {}
    if any(given.values()):
        thing = _named(session, given, errors)
        if thing is not None and not errors:
            return redirect(url_for(".edit", **place(thing)))
    scope = policy.scope(current_actor(), Permission.TARGETS_EDIT)
    units = [(code, pick(Bilingual(zh, en))) for code, zh, en in people.unit_choices(session, scope, MOST_CHOICES)]
    page = {"posts": [(one.code, f"{one.code} {pick(one)}") for one in people.positions(session)], "units": units if len(units) < MOST_CHOICES else None}
    return render_template("competency/target_new.html", page=page, given=given, errors=errors, anywhere=target_actions.covers_everything(session, scope))


def _named(session: Session, given: Mapping[str, str], errors: dict[str, str]) -> Thing | None:
    """What the form names; what is wrong with it goes to ``errors``."""
    found: dict[str, Any] = {}
    for name, field, look in (("unit", "unit", people.unit_by_code), ("post", "position", find_post)):
        if given[name]:
            try:
                found[field] = look(session, given[name])
            except NotFound:
                errors[name] = _("There is nothing with this code.")
    if given["person"]:
        found = {"official": session.scalar(versions.by_staff_no(given["person"]))}
        if found["official"] is None:
            errors["person"] = _("There is nobody with this staff number.")
    return Thing(**found) if found and not errors else None


def _thing(session: Session) -> Thing:
    """What the address names. Raises NotFound, and Forbidden where the actor sets no targets."""
    unit, post, ref = (request.args.get(name, "") for name in ("unit", "post", "person"))
    if ref:
        thing = Thing(official=people.official_by_ref(session, ref))
    else:
        thing = Thing(unit=people.unit_by_code(session, unit) if unit else None, position=find_post(session, post) if post or not unit else None)
    target_actions.ensure_may_edit(session, current_actor(), thing)
    return thing


@requires(Permission.TARGETS_EDIT)
@db.writes
def edit() -> str:
    """The form, filled with what the thing has of its own."""
    session = db.session()
    thing = _thing(session)
    note_reading(session, thing)
    own = versions.lines_in_force(session, thing.key)
    values = {f"level_{code}": str(one.level) for code, one in own.items()} | {f"critical_{code}": "1" for code, one in own.items() if one.critical}
    return _form_page(session, thing, values | {"valid_from": today(g.now).isoformat()}, {})


def _form_page(session: Session, thing: Thing, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    otherwise = versions.inherited(session, thing)
    known = wording.names(session, otherwise.values())
    page = {
        "title": title_of(thing),
        "crumbs": [*crumbs_of(thing), (_("New version"), None)],
        "rows": [_form_row(one, otherwise.get(one.code), known) for one in framework.read().competencies],
        "open": next((one for one in versions.history(session, thing.key) if one.state in OPEN_TARGETS), None),
        "is_unit": thing.unit is not None and thing.position is None,
        "back": page_of_thing(thing),
        "action": url_for("targets.draft", **place(thing)),
        "levels": [(str(n), wording.level(n)) for n in target_actions.LEVELS],
        "today": today(g.now).isoformat(),
    }
    return render_template("competency/target_form.html", page=page, values=values, errors=errors)


def _form_row(competency: framework.Competency, one: Effective | None, known: wording.Names) -> dict[str, Any]:
    known_words = known.because(one) if one else ""
    asked = wording.level(one.level) if one else ""
    return {"code": competency.code, "name": pick(competency.name), "asked": asked, "critical": bool(one and one.critical), "because": known_words}


@requires(Permission.TARGETS_EDIT)
@db.reads
def draft() -> Response | Reply:
    """Write the next version down as a draft, and go and look at whom it affects."""
    session = db.session()
    thing, errors = _thing(session), dict[str, str]()
    values = {name: value.strip() for name, value in request.form.items()}
    lines, since = _lines(values), _day(values.get("valid_from", ""), errors)
    if since is not None and not errors:
        try:
            ref = _write_draft(thing, lines, since, values.get("reason", "")[:400])
        except (Invalid, Conflict) as refused:
            errors["reason" if not values.get("reason") else "form"] = str(refused)
        else:
            flash(_("The draft is written down. Nothing holds by it until an expert has signed it."), "success")
            return redirect(url_for(".version", ref=ref), 303)
    return make_response(_form_page(session, thing, values, errors), 422)


def _write_draft(thing: Thing, lines: Mapping[str, Line], since: date, reason: str) -> str:
    needed = current_app.config["SETTINGS"].target_signatures
    with db.database().writing() as session:
        made = target_actions.draft(session, actor=current_actor(), thing=thing, lines=lines, valid_from=since, reason=reason, signatures=needed, now=g.now)
    with db.database().reading() as session:
        many = foresight.people_in_scope(session, thing) > INLINE
    if many:
        _enqueue("competency.preview_targets", made.ref)
    return made.ref


def _enqueue(kind: str, ref: str) -> None:
    job = jobs.enqueue(kind, {"ref": ref}, account_id=current_actor().account_id, now=g.now)
    with db.database().writing() as session:
        versions.by_ref(session, ref).job_ref = job


def _lines(values: Mapping[str, str]) -> dict[str, Line]:
    """The competencies for which a level of its own was chosen."""
    chosen = {code: values.get(f"level_{code}", "") for code in framework.read().codes}
    known = {code: int(text) for code, text in chosen.items() if text in set("012345")}
    return {code: Line(level, bool(level and values.get(f"critical_{code}"))) for code, level in known.items()}


def _day(text: str, errors: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        errors["valid_from"] = _("Give the day as year-month-day, such as 2026-03-31.")
        return None


@requires(*READERS)
@db.writes
def version(ref: str) -> Response:
    """A version: what it changes, why, who signed, and whom it affects."""
    session = db.session()
    one, thing = _readable(session, ref)
    note_reading(session, thing)
    page = _version_page(session, one, thing) | _preview(session, one, thing)
    return make_response(render_template("competency/target_version.html", page=page, words=wording), {"Cache-Control": "no-store"})


def _readable(session: Session, ref: str) -> tuple[TargetVersion, Thing]:
    one = versions.by_ref(session, ref)
    thing = versions.thing_of(session, one)
    target_reach.ensure(current_actor(), thing)
    return one, thing


def _version_page(session: Session, one: TargetVersion, thing: Thing) -> dict[str, Any]:
    actor = current_actor()
    row = next(
        row for row in version_rows(session, versions.history(session, one.scope_key), versions.inherited(session, thing)) if row["version"].id == one.id
    )
    job = jobs.find(one.job_ref) if one.job_ref else None
    may_sign = one.state == TargetState.DRAFT and policy.may(actor, Permission.TARGETS_SIGN)
    return {
        "title": _("%(title)s, version %(n)d", title=title_of(thing), n=one.number),
        "crumbs": [*crumbs_of(thing), (_("Version %(n)d", n=one.number), None)],
        "row": row,
        "version": one,
        "ends": not versions.lines_of(session, [one.id])[one.id],
        "job": job,
        "working": one.state == TargetState.SIGNED and job is not None and job.state in (jobs.QUEUED, jobs.RUNNING),
        "may_sign": may_sign and actor.account_id not in {one.author_id, *(signed.account_id for signed in row["signed"])},
        "own_draft": may_sign and actor.account_id == one.author_id,
        "may_withdraw": one.state in OPEN_TARGETS and not one.active and target_actions.may_edit(session, actor, thing),
        "people": foresight.people_in_scope(session, thing),
        "S": TargetState,
    }


def _preview(session: Session, one: TargetVersion, thing: Thing) -> dict[str, Any]:
    """Whom it affects, for HR of the units concerned: states are theirs to see."""
    scope, whole = target_reach.live_scope(session, current_actor(), thing)
    nothing = {"preview": None, "listed": None, "too_many": False, "whole": whole, "chosen": {}, "kept": {}}
    if one.state not in OPEN_TARGETS or one.active or not scope:
        return nothing
    if foresight.people_in_scope(session, thing, scope) > INLINE:
        return nothing | {"preview": _kept_preview(one) if whole else None, "too_many": True}
    lines = versions.lines_of(session, [one.id])[one.id]
    found = list(foresight.foresee(session, thing, lines, g.now, scope))
    return nothing | {"preview": _shown(foresight.summary(found).plain())} | _listed(session, found)


def _kept_preview(one: TargetVersion) -> dict[str, Any] | None:
    """What the background work found, if it is done."""
    job = jobs.find(one.job_ref) if one.job_ref else None
    return _shown(job.result) if job is not None and job.state == jobs.DONE and "before" in job.result else None


def _shown(counts: Mapping[str, Any]) -> dict[str, Any]:
    """The counts as lines of a table."""
    codes = [code for code in framework.read().codes if code in counts["before"]]
    states = [(state, sum(counts[side].get(code, {}).get(state, 0) for code in codes for side in ("before", "after"))) for state in foresight.STATES]
    shown = [state for state, n in states if n]
    rows = [
        {
            "code": code,
            "name": wording.name_of(code),
            "changed": counts["changed"][code],
            "cells": [(state, counts["before"][code].get(state, 0), counts["after"][code].get(state, 0)) for state in shown],
        }
        for code in codes
    ]
    return {"people": counts["people"], "units": counts["units"], "states": shown, "rows": rows}


def _listed(session: Session, found: Sequence[foresight.Foreseen]) -> dict[str, Any]:
    """The people whose targets change, page by page; each of them can see that they were looked at."""
    chosen = {"text": request.args.get("q", "").strip()[:80], "order": request.args.get("order", "staff_no")}
    of: dict[int, list[foresight.Foreseen]] = {}
    for f in found:
        of.setdefault(f.official_id, []).append(f)
    page = paging.page_of(session, foresight.people(list(of), **chosen), number=request.args.get("page", 1, type=int))
    _log(session, audit.Action.PEOPLE_LISTED, [row[0] for row in page.rows])
    rows = [{"person": person, "unit": unit, "post": post, "changes": of[person.id]} for person, unit, post in page.rows]
    kept = {key: value for key, value in request.args.items() if key in ("q", "order") and value}
    return {"listed": page, "rows": rows, "chosen": chosen, "kept": kept}


def _log(session: Session, action: audit.Action, officials: Sequence[Official]) -> None:
    events = [audit.Event(action, one.staff_no, one.id, {"page": "targets"}) for one in officials]
    audit.record_many(session, actor=current_actor(), now=g.now, events=events)


@requires(Permission.TARGETS_EDIT)
@db.writes
def export(ref: str, form: str) -> Response:
    """Whom a version that is not in force yet affects, before and after, as a file for HR."""
    session = db.session()
    one, thing = _readable(session, ref)
    scope, _whole = target_reach.live_scope(session, current_actor(), thing)
    if not scope or one.state not in OPEN_TARGETS:
        raise Conflict(_("There is nothing to look ahead to."))
    lines = versions.lines_of(session, [one.id])[one.id]
    rows = [_export_heading(), *_export_rows(session, list(foresight.foresee(session, thing, lines, g.now, scope)))]
    return files.table(rows, f"targets-{ref}.{form}", _("Targets"))


def _export_heading() -> list[str]:
    person = [_("Staff number"), _("Name"), _("Unit"), _("Post"), _("Competency")]
    return [*person, _("Level before"), _("Level after"), _("State before the change"), _("State after the change")]


def _export_rows(session: Session, found: Sequence[foresight.Foreseen]) -> list[list[Any]]:
    who: dict[int, tuple] = {}
    for batch in people.batches({f.official_id for f in found}):
        who |= {row[0].id: tuple(row) for row in session.execute(foresight.people(batch))}
    _log(session, audit.Action.TARGETS_EXPORTED, [row[0] for row in who.values()])
    rows = []
    for f in sorted(found, key=lambda f: (who[f.official_id][0].staff_no, f.competency)):
        person, unit, post = who[f.official_id]
        states = wording.reading(f.before), wording.reading(f.after)
        rows.append([person.staff_no, person.name, pick(unit), pick(post), f.competency, f.level_before, f.level_after, *states])
    return rows


@requires(Permission.TARGETS_SIGN)
@db.reads
def sign(ref: str) -> Reply:
    """Put one's name to a version, with conflicts declared; the last signature brings it into force when its day has come."""
    conflict = request.form.get("conflict", "")
    if conflict not in ("yes", "no"):
        flash(_("Say whether you have a conflict of interest."), "error")
        return redirect(url_for(".version", ref=ref, _anchor="sign"), 303)
    try:
        with db.database().writing() as session:
            one = versions.by_ref(session, ref)
            words = request.form.get("conflict_words", "")[:400]
            complete = target_actions.sign(session, actor=current_actor(), version=one, conflict=conflict == "yes", words=words, now=g.now)
    except (Invalid, Conflict) as refused:
        flash(str(refused), "error")
        return redirect(url_for(".version", ref=ref, _anchor="sign"), 303)
    if complete and one.valid_from <= today(g.now):
        _enqueue("competency.come_into_force", ref)
    flash(_("You have signed. It comes into force on its day.") if complete else _("You have signed. More signatures are needed."), "success")
    return redirect(url_for(".version", ref=ref), 303)


@requires(Permission.TARGETS_EDIT)
def withdraw(ref: str) -> Reply:
    """Take a version back before it holds for anybody."""
    session = db.session()
    target_actions.withdraw(session, actor=current_actor(), version=versions.by_ref(session, ref), now=g.now)
    flash(_("The version is withdrawn. What held before holds on."), "success")
    return redirect(url_for(".version", ref=ref), 303)
