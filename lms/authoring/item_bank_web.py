"""The head of a draft's bank: its blueprint against the questions there are, and its register of misconceptions."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access.guards import requires
from lms.authoring import item_actions, item_blueprint, item_fill_web, item_pages, item_try_web, wording
from lms.authoring.actions import Saved
from lms.authoring.enums import Outcome
from lms.authoring.item_actions import Belief
from lms.authoring.item_blueprint import Cell
from lms.authoring.item_list import CellRow, uses
from lms.authoring.item_web import WRITES, blueprint, found, hand
from lms.authoring.models import CourseDraft
from lms.core import db
from lms.core.errors import Invalid, NotFound

__all__ = ["blueprint", "item_fill_web", "item_try_web"]  # all pages of a draft's questions are of this one blueprint


@blueprint.get("/author/drafts/<ref>/bank/blueprint")
@requires(WRITES)
def blueprint_page(ref: str) -> str | Reply:
    """The cells of the blueprint, what a form takes of each, how many questions there are for it."""
    one = found(ref)
    try:
        bank = item_pages.read_bank(db.session(), one)
    except (Invalid, NotFound):
        return redirect(url_for(".items", ref=ref))
    return _blueprint_page(one, bank, item_blueprint.cells(bank.data), item_blueprint.plain_fields(bank.data))


def _blueprint_page(draft: CourseDraft, bank: item_pages.Bank, cells: list[Cell], fields: dict[str, str], *, feedback: Any = None) -> str:
    supply = {(row.competency, row.cognitive, row.difficulty): row for row in bank.cells}
    rows = [(cell, supply.get(cell[:3]) or _supply(bank, cell)) for cell in cells]
    now = feedback if feedback is not None else bank.data.get("feedback")
    shown = now if isinstance(now, dict) else {}
    known = {"rows": rows, "total": item_blueprint.total(cells), "fields": fields, "feedback": shown, "unsaved": feedback is not None}
    return render_template("authoring/item_blueprint.html", **known, **item_pages.frame(draft, bank), **item_pages.choices(bank.course))


def _supply(bank: item_pages.Bank, cell: Cell) -> CellRow:
    """A cell that is just being written: how many live questions it would find."""
    have = sum((row.competency, row.cognitive, row.difficulty) == cell[:3] and not row.practice for row in bank.rows)
    return CellRow(*cell[:3], cell[3] if isinstance(cell[3], int) else 0, have)


@blueprint.post("/author/drafts/<ref>/bank/blueprint")
@requires(WRITES)
def save_blueprint(ref: str) -> Any:
    """Save the blueprint, or show it again with a row more or less."""
    session, one, form = db.session(), found(ref), request.form
    bank = item_pages.read_bank(session, one)
    cells = item_blueprint.rearranged(item_blueprint.read_cells(form), form.get("do", ""))
    feedback = item_blueprint.read_feedback(form, bank.data.get("feedback"))
    if cells is not None:
        fields = {name: form.get(name, "") for name in item_blueprint.plain_fields(bank.data)}
        return _blueprint_page(one, bank, cells, fields, feedback=feedback)
    by = hand(one)
    saved = item_actions.save_part(session, by, ("blueprint",), item_blueprint.read_blueprint(form, bank.data.get("blueprint")))
    if saved.outcome is not Outcome.CONFLICT:
        again = item_actions.save_part(session, item_actions.on_version(by, saved.number), ("feedback",), feedback)
        saved = again if again.outcome is not Outcome.UNCHANGED else saved
    return _after(one, saved, ".blueprint_page")


def _after(draft: CourseDraft, saved: Saved, endpoint: str) -> Reply:
    if saved.outcome is Outcome.CONFLICT:
        flash(_("Somebody else changed the same lines meanwhile. Your text is kept; decide here what shall stand."), "warning")
        return redirect(url_for("draft_history.conflict", ref=draft.ref, conflict=saved.conflict_ref), 303)
    flash(wording.saved(saved.outcome), "success")
    return redirect(url_for(endpoint, ref=draft.ref), 303)


@blueprint.get("/author/drafts/<ref>/bank/misconceptions")
@requires(WRITES)
def beliefs(ref: str) -> str | Reply:
    """The register of misconceptions: the words of each, and the questions whose wrong answers stand for it."""
    try:
        return _beliefs(found(ref))
    except (Invalid, NotFound):
        return redirect(url_for(".items", ref=ref))


def _beliefs(draft: CourseDraft, error: str = "", at: str = "new-code") -> str:
    bank = item_pages.read_bank(db.session(), draft)
    words, used = request.args.get("q", "").strip()[:80].casefold(), uses(bank.data)
    rows = [{"code": code, "words": text, "used": used.get(code, [])} for code, text in item_pages.register_of(bank.data).items()]
    shown = [row for row in rows if all(word in " ".join((row["code"], *row["words"].values())).casefold() for word in words.split())]
    undefined = {code: codes for code, codes in used.items() if code not in {row["code"] for row in rows}}
    known = {"rows": shown, "all": len(rows), "undefined": undefined, "error": error, "at": at, "form": request.form, "q": request.args.get("q", "")}
    return render_template("authoring/item_beliefs.html", **known, **item_pages.frame(draft, bank))


@blueprint.post("/author/drafts/<ref>/bank/misconceptions")
@requires(WRITES)
def add_belief(ref: str) -> Any:
    """Add a misconception."""
    one, form = found(ref), request.form
    try:
        saved = item_actions.add_belief(db.session(), hand(one), Belief(form.get("code", "").strip(), _words()))
    except Invalid as refused:
        return _beliefs(one, str(refused)), 422
    return _after(one, saved, ".beliefs")


def _words() -> dict[str, str]:
    return {lang: request.form.get(lang, "").strip()[:400] for lang in ("zh", "en")}


@blueprint.post("/author/drafts/<ref>/bank/misconceptions/<code>")
@requires(WRITES)
def change_belief(ref: str, code: str) -> Any:
    """Change the words of a misconception, its code wherever it is used, or take one out that nothing uses."""
    session, one, form = db.session(), found(ref), request.form
    bank = item_pages.read_bank(session, one)
    register, by = item_pages.register_of(bank.data), hand(one)
    if code not in register:
        raise NotFound
    if form.get("do") == "remove":
        if uses(bank.data).get(code):
            return _beliefs(one, _("Questions use this misconception. Change them first."), f"b-{code}"), 422
        return _after(one, item_actions.save_part(session, by, ("misconceptions", code), None), ".beliefs")
    new, words = form.get("code", "").strip() or code, _words()
    try:
        saved = item_actions.change_belief(session, by, code, Belief(new, words))
    except Invalid as refused:
        return _beliefs(one, str(refused), f"b-{code}"), 422
    return _after(one, saved, ".beliefs")
