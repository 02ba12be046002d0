"""Filling in many questions at once: ticked in a list, or in a file that comes back filled in. All of it, or nothing."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as Reply

from lms.access.guards import requires
from lms.authoring import item_actions, item_pages, item_queries, item_table
from lms.authoring.item_form import is_empty
from lms.authoring.item_list import Choice, chosen
from lms.authoring.item_pages import Bank
from lms.authoring.item_table import Known
from lms.authoring.item_web import WRITES, blueprint, found, hand, kept, page_of, wanted
from lms.authoring.models import CourseDraft
from lms.core import db, sheets
from lms.core.errors import Invalid, NotFound
from lms.core.sheets import UnreadableTable
from lms.web import files

FIELDS = ("competency", "level", "cognitive", "lesson", "share", "prior_b", "prior_sd", "review_by", "rationale_zh", "rationale_en")


@blueprint.get("/author/drafts/<ref>/items/export.<any(csv, xlsx):form>")
@requires(WRITES)
def export(ref: str, form: str) -> Response:
    """The list as a file, with places to fill in."""
    bank = item_pages.read_bank(db.session(), found(ref))
    places = [row.place for row in chosen(bank.rows, wanted())]
    items = bank.data.get("items") or []
    return files.table(item_table.rows([items[place] for place in places]), f"questions.{form}", _("Questions of the draft"))


@blueprint.get("/author/drafts/<ref>/bank/fill")
@requires(WRITES)
def fill(ref: str) -> str | Reply:
    """Questions with gaps, to be ticked; what is set below goes into all of them."""
    one = found(ref)
    try:
        return _page(one)
    except (Invalid, NotFound):
        return redirect(url_for(".items", ref=ref))


def _choice() -> Choice:
    return wanted() if request.args.get("missing") is not None else Choice(**{**_as_dict(wanted()), "missing": "gaps"})


def _as_dict(choice: Choice) -> dict[str, str]:
    return {name: getattr(choice, name) for name in Choice.__slots__}


def _page(draft: CourseDraft, *, errors: list[tuple[str, str]] | None = None, faults: list[str] | None = None) -> str:
    bank = item_pages.read_bank(db.session(), draft)
    choice = _choice()
    page = page_of(chosen(bank.rows, choice))
    said = {"errors": errors or [], "faults": faults or [], "form": request.form}
    known = {"choice": choice, "page": page, "kept": {**kept(), "missing": choice.missing}, **said}
    return render_template("authoring/item_fill.html", **known, **item_pages.frame(draft, bank), **item_pages.choices(bank.course))


@blueprint.post("/author/drafts/<ref>/bank/fill")
@requires(WRITES)
def fill_ticked(ref: str) -> Any:
    """Set the values in all ticked questions."""
    one, form = found(ref), request.form
    bank = item_pages.read_bank(db.session(), one)
    items = {str(item.get("id")): item for item in (bank.data.get("items") or []) if isinstance(item, dict)}
    codes = [row.code for row in chosen(bank.rows, _choice())] if form.get("all") else [code for code in form.getlist("tick") if code in items]
    cells = {name: value for name in FIELDS if (value := form.get(name, "").strip())}
    errors = [] if codes else [("ticked", _("Tick at least one question."))]
    errors += [] if cells else [("set", _("Choose at least one value to set."))]
    changes, wrong = _changes([items[code] for code in codes if code], cells, _known(bank), only_empty=bool(form.get("only_empty")))
    errors += [("set", what) for what in wrong]
    if errors:
        return _page(one, errors=errors), 422
    count = item_actions.fill_items(db.session(), hand(one), changes)
    flash(ngettext("%(num)d question was filled in.", "%(num)d questions were filled in.", count), "success")
    return redirect(url_for(".fill", ref=ref, **{name: value for name, value in request.args.items() if name != "page"}), 303)


def _known(bank: Bank) -> Known:
    return Known(set(item_queries.competency_names()), {lesson.code for lesson in bank.course.lessons})


def _changes(items: list[dict[str, Any]], cells: dict[str, str], known: Known, *, only_empty: bool) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """What the values change in each question, and what is wrong with them."""
    changes: dict[str, dict[str, Any]] = {}
    wrong: dict[str, None] = {}
    for item in items:
        values, faults = item_table.read_values(cells, item, known)
        wrong.update(dict.fromkeys(faults))
        for target, own in _spread(item, values):
            changes[str(target.get("id"))] = {name: value for name, value in own.items() if not only_empty or is_empty(target.get(name))}
    return changes, [f"{what}." for what in wrong]


def _spread(item: dict[str, Any], values: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Which values go where: a set has its labels itself, its parts have the rationales."""
    parts = [part for part in item["items"] if isinstance(part, dict)] if isinstance(item.get("items"), list) else []
    if not parts or "rationale" not in values:
        return [(item, values)]
    labels = {name: value for name, value in values.items() if name != "rationale"}
    return [(item, labels), *((part, {"rationale": values["rationale"]}) for part in parts)]


@blueprint.post("/author/drafts/<ref>/bank/fill/file")
@requires(WRITES)
def fill_file(ref: str) -> Any:
    """Take the file back: every faulty row is named, and then nothing is changed."""
    one, file = found(ref), request.files.get("file")
    if file is None or not file.filename:
        return _page(one, errors=[("file", _("Choose a file."))]), 422
    bank = item_pages.read_bank(db.session(), one)
    try:
        table = sheets.read_table(file.read(), file.filename)
    except UnreadableTable:
        return _page(one, errors=[("file", _("This file can't be read as a table. Save it as XLSX or CSV and try again."))]), 422
    changes, faults = item_table.read(table, [item for item in (bank.data.get("items") or []) if isinstance(item, dict)], _known(bank))
    if faults:
        return _page(one, faults=faults), 422
    count = item_actions.fill_items(db.session(), hand(one), changes)
    flash(ngettext("%(num)d question was filled in.", "%(num)d questions were filled in.", count), "success")
    return redirect(url_for(".fill", ref=ref), 303)
