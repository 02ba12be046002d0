"""Pages of a draft's questions: the list with its blueprint, a new one, the editor of each, moving and taking out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.authoring import item_actions, item_pages, item_queries, queries, wording
from lms.authoring.actions import Saved
from lms.authoring.enums import Outcome
from lms.authoring.item_actions import Belief, Hand
from lms.authoring.item_form import read_item
from lms.authoring.item_form import shown as shown_value
from lms.authoring.item_list import ORDERS, Choice, chosen
from lms.authoring.item_prior import prior_b
from lms.authoring.item_rows import KINDS, changed, command, in_order
from lms.authoring.models import CourseDraft
from lms.core import db
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.paging import PAGE_SIZE, Page
from lms.people.calendar_queries import today

blueprint = Blueprint("draft_items", __name__)

blueprint.add_app_template_filter(shown_value, "as_shown")
blueprint.add_app_template_filter(in_order, "in_right_order")

WRITES = Permission.COURSES_WRITE
CHOICES = ("q", "lesson", "competency", "kind", "level", "cognitive", "use", "missing", "order")


def found(ref: str) -> CourseDraft:
    """The draft, within the actor's reach."""
    return queries.find(db.session(), ref, actor=current_actor())


def hand(draft: CourseDraft) -> Hand:
    """Who writes now, on the version that the form was made from."""
    return Hand(current_actor(), g.now, draft, request.form.get("base", 0, type=int))


def wanted() -> Choice:
    """What the address asks of the list."""
    args = {name: request.args.get(name, "").strip()[:80] for name in CHOICES}
    order = args["order"] if args["order"] in ORDERS else "file"
    return Choice(args["q"], args["lesson"], args["competency"], args["kind"], args["level"], args["cognitive"], args["use"], args["missing"], order)


def kept() -> dict[str, str]:
    return {name: value for name in CHOICES if (value := request.args.get(name, "").strip()[:80])}


def page_of(rows: list[Any]) -> Page:
    number = max(1, request.args.get("page", 1, type=int))
    number = min(number, max(1, -(-len(rows) // PAGE_SIZE)))
    return Page(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, len(rows))


@blueprint.get("/author/drafts/<ref>/items/")
@requires(WRITES)
def items(ref: str) -> str | tuple[str, int]:
    """The draft's questions, searched, narrowed, ordered, page by page; above them how they fill the blueprint."""
    return _list(found(ref))


def _list(draft: CourseDraft, error: str = "") -> str | tuple[str, int]:
    try:
        bank = item_pages.read_bank(db.session(), draft)
    except (Invalid, NotFound) as refused:
        known = {"missing": isinstance(refused, NotFound), "refused": refused, **item_pages.frame(draft)}
        return render_template("authoring/items_unread.html", **known), 200
    choice = wanted()
    known = {"choice": choice, "page": page_of(chosen(bank.rows, choice)), "kept": kept(), "error": error, "form": request.form, "kinds": KINDS}
    return render_template("authoring/items.html", **known, **item_pages.frame(draft, bank), **item_pages.choices(bank.course))


@blueprint.post("/author/drafts/<ref>/items/")
@requires(WRITES)
def add(ref: str) -> str | Reply | tuple[Any, int]:
    """Add a question of a kind and open it."""
    one, form = found(ref), request.form
    kind = form.get("kind", "")
    if kind not in KINDS:
        raise NotFound
    labels = {name: form.get(name, "")[:20] for name in ("competency", "cognitive", "difficulty")}
    try:
        code = item_actions.add_item(db.session(), hand(one), kind, code=form.get("code", "").strip(), labels=labels)
    except Invalid as refused:
        return _list(one, str(refused)), 422
    flash(_("The question %(code)s is there. Write it now, or later: it stays in the draft.", code=code), "success")
    return redirect(url_for(".edit", ref=ref, code=code), 303)


@blueprint.get("/author/drafts/<ref>/items/<code>")
@requires(WRITES)
def edit(ref: str, code: str) -> str | Reply:
    """One question with its fields, what the check says beside each, and how officials will see it."""
    session, one = db.session(), found(ref)
    text, number = item_queries.bank(session, one)
    course = item_queries.course(session, one)
    return _editor(one, item_pages.editor(session, one, code, text=text, base=number, course=course), course)


def _editor(draft: CourseDraft, editor: item_pages.Editor, course: item_queries.Course, *, error: str = "", unsaved: bool = False) -> str:
    known = {"editor": editor, "error": error, "unsaved": unsaved, "form": request.form, "kinds": KINDS, "today": today(g.now)}
    return render_template("authoring/item_edit.html", **known, **item_pages.frame(draft), **item_pages.choices(course))


@blueprint.post("/author/drafts/<ref>/items/<code>")
@requires(WRITES)
def write(ref: str, code: str) -> str | Reply | tuple[str, int]:
    """Save the question, or show it again with a row more or less, checked and previewed as it stands in the form."""
    session, one, form = db.session(), found(ref), request.form
    base = form.get("base", 0, type=int)
    text = item_queries.bank_at(session, one, base)
    item = _judged(read_item(form, item_queries.one(text, code).data))
    do, course = form.get("do", "save"), item_queries.course(session, one)
    if do == "save" or do.startswith("save-"):
        try:
            return _saved(one, code, do, *item_actions.save_item(session, hand(one), code, item, _belief()))
        except (Invalid, Conflict) as refused:
            shown = item_pages.editor(session, one, code, text=text, base=base, course=course, item=item)
            return _editor(one, shown, course, error=" ".join((str(refused), *map(str, refused.details))), unsaved=True), 422
    item = changed(item, _with_kind(do)) if command(_with_kind(do)) else item
    return _editor(one, item_pages.editor(session, one, code, text=text, base=base, course=course, item=item), course, unsaved=True)


def _with_kind(do: str) -> str:
    """A new part is of the kind chosen beside the button."""
    return f"items:add:{request.form.get('part-kind', 'single')}" if do == "items:add" else do


def _judged(item: dict[str, Any]) -> dict[str, Any]:
    """With a share of colleagues chosen, the difficulty is worked out from it."""
    share = request.form.get("share", "")
    value = prior_b(int(share[:3]), item) if share.isdecimal() and 0 < int(share[:3]) < 100 else None
    if value is None:
        return item
    before = item.get("difficulty") if isinstance(item.get("difficulty"), dict) else {}
    return item | {"difficulty": {**before, "prior_b": value, "prior_sd": before.get("prior_sd", 0.7)}}


def _belief() -> Belief | None:
    """A misconception written together with the question."""
    form = request.form
    code, words = form.get("belief.code", "").strip(), {lang: form.get(f"belief.{lang}", "").strip()[:400] for lang in ("zh", "en")}
    return Belief(code, words) if code or any(words.values()) else None


def _saved(draft: CourseDraft, code: str, do: str, saved: Saved, version: int | None) -> Reply:
    if saved.outcome is Outcome.CONFLICT:
        flash(_("Somebody else changed the same lines meanwhile. Your text is kept; decide here what shall stand."), "warning")
        return redirect(url_for("draft_history.conflict", ref=draft.ref, conflict=saved.conflict_ref), 303)
    flash(wording.saved(saved.outcome), "success")
    if version:
        flash(_("The question is now version %(n)d: it was released with other content before, and old answers keep their old key.", n=version), "info")
    if do == "save-next":
        following = [block.code for block in item_queries.blocks(saved.text)]
        code = following[min(following.index(code) + 1, len(following) - 1)]
    return redirect(url_for(".preview" if do == "save-preview" else ".edit", ref=draft.ref, code=code), 303)


@blueprint.get("/author/drafts/<ref>/items/<code>/remove")
@requires(WRITES)
def ask_remove(ref: str, code: str) -> str:
    """Ask before a question is taken out."""
    session, one = db.session(), found(ref)
    text, number = item_queries.bank(session, one)
    block = item_queries.one(text, code)
    return render_template("authoring/item_remove.html", item=block.data, code=code, base=number, **item_pages.frame(one))


@blueprint.post("/author/drafts/<ref>/items/<code>/remove")
@requires(WRITES)
def remove(ref: str, code: str) -> Reply:
    """Take a question out."""
    one = found(ref)
    try:
        item_actions.remove_item(db.session(), hand(one), code)
    except Conflict as refused:
        flash(str(refused), "warning")
        return redirect(url_for(".edit", ref=ref, code=code), 303)
    flash(_("The question %(code)s is taken out; the history of the questions keeps it.", code=code), "success")
    return redirect(url_for(".items", ref=ref), 303)


@blueprint.post("/author/drafts/<ref>/items/<code>/copy")
@requires(WRITES)
def copy(ref: str, code: str) -> Reply:
    """Add a copy of a question behind it and open it."""
    one = found(ref)
    new = item_actions.duplicate(db.session(), hand(one), code)
    flash(_("This is a copy of %(code)s. Change it so that it asks something else.", code=code), "success")
    return redirect(url_for(".edit", ref=ref, code=new), 303)


@blueprint.post("/author/drafts/<ref>/items/<code>/move")
@requires(WRITES)
def move(ref: str, code: str) -> Reply:
    """Move a question within the file."""
    one = found(ref)
    item_actions.move_item(db.session(), hand(one), code, request.form.get("step", ""))
    return redirect(url_for(".items", ref=ref, page=request.form.get("page") or None, _anchor=f"row-{code}"), 303)


@blueprint.get("/author/drafts/<ref>/items/line/<int:line>")
@requires(WRITES)
def at_line(ref: str, line: int) -> Reply:
    """The page where a line of the questions' file is written."""
    one = found(ref)
    text, _number = item_queries.bank(db.session(), one)
    try:
        block = next((block for block in item_queries.blocks(text) if block.code and block.first_line <= line <= block.last_line), None)
    except Invalid:
        return redirect(url_for("drafts.file", ref=ref, file=item_queries.PATH, line=line, _anchor="text"))
    if block:
        return redirect(url_for(".edit", ref=ref, code=block.code))
    return redirect(url_for("drafts.file", ref=ref, file=item_queries.PATH, line=line, _anchor="text"))


