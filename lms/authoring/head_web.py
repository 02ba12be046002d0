"""The head of a draft's course as a form: names, aims, glossary, people, versions. The text itself is there for who prefers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.authoring import checking_queries, head_form, item_queries, problem_words, queries, wording
from lms.authoring.actions import Saved, save
from lms.authoring.checking_queries import Finding
from lms.authoring.enums import DraftState, EditKind, Outcome
from lms.authoring.models import CourseDraft
from lms.authoring.yaml_text import Unreadable
from lms.core import db
from lms.core.i18n import pick
from lms.people.calendar_queries import today

blueprint = Blueprint("draft_course", __name__)

WRITES = Permission.COURSES_WRITE
PATH = "course.yaml"


def _found(ref: str) -> CourseDraft:
    return queries.find(db.session(), ref, actor=current_actor())


@blueprint.get("/author/drafts/<ref>/course")
@requires(WRITES)
def head(ref: str) -> Any:
    """The head of the course with what the check says beside each part."""
    one = _found(ref)
    now = queries.file_now(db.session(), one.id, PATH)
    try:
        return _page(one, now.text or "", now.number)
    except Unreadable:
        flash(_("The head of the course can't be read as it stands. Correct it as text."), "error")
        return redirect(url_for("drafts.file", ref=ref, file=PATH))


def _page(draft: CourseDraft, text: str, base: int, values: Mapping[str, Any] | None = None) -> str:
    data = head_form.Text(text, head_form.STYLE).data()
    new = head_form.written(text, head_form.changed(text, values)) if values else text
    said = _said(draft, new)
    known = {"data": {**data, **(values or {})}, "said": said, "unsaved": values is not None, "base": base, "editable": draft.state == DraftState.DRAFT}
    errors = sum(one.weight != "advice" for some in said.values() for one in some)
    return render_template("authoring/head.html", draft=draft, errors=errors, competencies=_competencies(), today=today(g.now).isoformat(), **known)


def _said(draft: CourseDraft, text: str) -> dict[str, list[Finding]]:
    """What the check says of the head, by key."""
    changed = {PATH: text.encode()} if draft.state == DraftState.DRAFT else None
    report = checking_queries.check(db.session(), draft, today(g.now), changed=changed, bank=False)
    keys = head_form.keys_of_lines(text)
    said: dict[str, list[Finding]] = {}
    for one in problem_words.translated(checking_queries.findings(report)):
        if one.path == PATH:
            key = head_form.key_at(keys, one.line)
            said.setdefault(key if key in head_form.SHOWN else "", []).append(one)
    return said


def _competencies() -> list[tuple[str, str]]:
    return [(code, f"{code} {pick(name)}") for code, name in item_queries.competency_names().items()]


@blueprint.post("/author/drafts/<ref>/course")
@requires(WRITES)
def save_head(ref: str) -> Any:
    """Save the head, or show it again with a row more or less, checked as it stands in the form."""
    session, one, form = db.session(), _found(ref), request.form
    base = form.get("base", 0, type=int)
    file = queries.file_row(session, one.id, PATH)
    text = queries.at(session, file.id, base).text or "" if file else ""
    values = head_form.read(form, head_form.Text(text, head_form.STYLE).data())
    do, day = form.get("do", "save"), today(g.now)
    again = head_form.rearranged(values, do, today=day.isoformat())
    if again is not None or do == "check":
        return _page(one, text, base, again or values)
    return _after(one, _save(one, text, base, head_form.changed(text, values)))


def _save(draft: CourseDraft, text: str, base: int, changes: Mapping[str, Any]) -> Saved:
    """Into the text that is there now, when nobody has touched the same keys; else into the one that was seen."""
    session = db.session()
    now = queries.file_now(session, draft.id, PATH)
    if now.number != base and not _touched(text, now.text or "", changes):
        text, base = now.text or "", now.number
    new = head_form.written(text, changes)
    return save(session, actor=current_actor(), now=g.now, draft=draft, path=PATH, text=new, base=base, kind=EditKind.SAVED)


def _touched(before: str, now: str, changes: Mapping[str, Any]) -> bool:
    try:
        one, other = (head_form.Text(text, head_form.STYLE).data() for text in (before, now))
    except Unreadable:
        return True
    return any(not head_form.same(one.get(name), other.get(name)) for name in changes)


def _after(draft: CourseDraft, saved: Saved) -> Any:
    if saved.outcome is Outcome.CONFLICT:
        flash(_("Somebody else changed the same lines meanwhile. Your text is kept; decide here what shall stand."), "warning")
        return redirect(url_for("draft_history.conflict", ref=draft.ref, conflict=saved.conflict_ref), 303)
    flash(wording.saved(saved.outcome), "success")
    return redirect(url_for(".head", ref=draft.ref), 303)
