"""Every version of every file, what it changed, taking one up again; and conflicts with both texts side by side."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.authoring import actions, differences, lesson_actions, problem_words, queries, wording
from lms.authoring.bank_text import Unreadable, item_texts
from lms.authoring.enums import DraftState, EditKind, Outcome
from lms.authoring.history import sittings
from lms.authoring.merging import settled
from lms.authoring.models import CourseDraft, DraftFile, FileConflict
from lms.authoring.web import found
from lms.core import db, paging
from lms.core.errors import NotFound

blueprint = Blueprint("draft_history", __name__)

WRITES = Permission.COURSES_WRITE


def _stems(one: CourseDraft) -> list[str]:
    return [line.file for line in lesson_actions.lines_or_none(db.session(), one)]


@blueprint.get("/author/drafts/<ref>/history/")
@requires(WRITES)
def history(ref: str) -> str:
    """What was done in a draft, or to one of its files, the latest first; autosaves of one sitting in one line."""
    session, one, path = db.session(), found(ref), request.args.get("file") or None
    done = sittings(queries.versions(session, one.id, path=path))
    number = min(max(1, request.args.get("page", 1, type=int)), max(1, -(-len(done) // paging.PAGE_SIZE)))
    page = paging.Page(done[(number - 1) * paging.PAGE_SIZE : number * paging.PAGE_SIZE], number, len(done))
    kept = queries.conflicts(session, one.id, path=path)
    paths = sorted(set(queries.paths(session, one.id)), key=lambda known: (known != "course.yaml", known))
    return render_template("authoring/history.html", draft=one, page=page, kept=kept, path=path, paths=paths, stems=_stems(one), words=wording)


@blueprint.get("/author/drafts/<ref>/history/<int:number>")
@requires(WRITES)
def version(ref: str, number: int) -> str:
    """One version of a file with what it changed; ``?from=`` compares it with another one."""
    session, one, path = db.session(), found(ref), request.args.get("file", "")
    row = queries.file_row(session, one.id, path)
    if row is None:
        raise NotFound
    edit = queries.at(session, row.id, number)
    start = request.args.get("from", type=int)
    before = min(edit.number - 1, edit.parent) if start is None else min(max(start, 0), row.number)
    old = (queries.at(session, row.id, before).text or "") if before else ""
    known = {"edit": edit, "before": before, "row": row, "stems": _stems(one), "editable": one.state == DraftState.DRAFT and edit.kind != EditKind.REMOVED}
    compared = differences.rows(old, edit.text or "") if edit.content is None else None
    known |= _questions(one, old, edit.text or "") if path == "bank.yaml" else {}
    return render_template("authoring/version.html", draft=one, path=path, compared=compared, words=wording, **known)


def _questions(one: CourseDraft, old: str, new: str) -> dict[str, Any]:
    """The questions that differ, and which of them the draft still has."""
    found = differences.items(old, new)
    now = queries.files(db.session(), one.id, ["bank.yaml"]).get("bank.yaml")
    return {"questions": found, "there": _codes(now.text or "") if found and now else set(), "labels": problem_words.fields}


def _codes(bank: str) -> set[str]:
    try:
        return {code for code, _line, _text in item_texts(bank)}
    except Unreadable:
        return set()


@blueprint.post("/author/drafts/<ref>/history/<int:number>/restore")
@requires(WRITES)
def restore(ref: str, number: int) -> Reply:
    """Take an earlier version up again, as a new one."""
    one, path = found(ref), request.form.get("file", "")
    actions.restore(db.session(), actor=current_actor(), now=g.now, draft=one, path=path, number=number)
    flash(_("Version %(n)d is the current one again. What stood there before is in the history.", n=number), "success")
    return redirect(url_for(".history", ref=ref, file=path), 303)


@blueprint.get("/author/drafts/<ref>/conflicts/<conflict>")
@requires(WRITES)
def conflict(ref: str, conflict: str) -> str:
    """Two texts of one place: what is saved now and what could not be put into it, and the three ways to decide."""
    one = found(ref)
    kept = queries.conflict(db.session(), one.id, conflict)
    return render_template("authoring/conflict.html", draft=one, kept=kept, words=wording, **_texts(one, kept))


def _texts(one: CourseDraft, kept: FileConflict) -> dict[str, Any]:
    """Both texts with everything in them that fits, their comparison, and a text that holds both to begin from."""
    session = db.session()
    row = queries.row(session, kept.file_id)
    current = queries.at(session, row.id, row.number)
    choices = _choices(kept, row, current.text or "")
    names = {"file_name": wording.file_words(row.path, _stems(one)), "settled_by": queries.settled_by(session, kept)}
    compared = differences.rows(choices["theirs"], choices["mine"])
    return {"row": row, "current": current, "compared": compared, "both": choices["both"], "editable": one.state == DraftState.DRAFT, **names}


def _choices(kept: FileConflict, row: DraftFile, current: str) -> dict[str, str]:
    base = (queries.at(db.session(), row.id, kept.base).text or "") if kept.base else ""
    return {take: settled(base, kept.text, current, take=take) for take in ("mine", "theirs", "both")}


@blueprint.post("/author/drafts/<ref>/conflicts/<conflict>")
@requires(WRITES)
def settle(ref: str, conflict: str) -> Reply:
    """Take one's own text, the saved one, or one put together by hand; both stay in the history."""
    session, one, form = db.session(), found(ref), request.form
    kept = queries.conflict(session, one.id, conflict)
    row, base = queries.row(session, kept.file_id), form.get("base", 0, type=int)
    seen = queries.at(session, row.id, min(max(base, 1), row.number)).text or ""
    texts = _choices(kept, row, seen) | {"both": form.get("text", "")}
    text = texts.get(form.get("take", ""))
    if text is None:
        raise NotFound
    saved = actions.resolve(session, actor=current_actor(), now=g.now, draft=one, conflict=kept, text=text, base=base)
    if saved.outcome is Outcome.CONFLICT:
        flash(_("Somebody saved the same lines again while you decided. Your text is kept; look once more."), "warning")
        return redirect(url_for(".conflict", ref=ref, conflict=saved.conflict_ref), 303)
    flash(_("Settled. Both texts stay in the history."), "success")
    return redirect(wording.place_url(ref, row.path), 303)
