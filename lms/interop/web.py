"""Pages of imports into a draft: upload, what is in the file with every loss, the choice, the report; the table's template."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as Reply

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.authoring import queries as drafts
from lms.authoring.models import CourseDraft
from lms.core import db
from lms.core.errors import Conflict, Invalid, LmsError, Refused
from lms.interop import import_actions, queries, reading, template, wording
from lms.interop.enums import Fate, ImportState
from lms.interop.limits import Limits
from lms.interop.models import BankImport
from lms.interop.recognition import Why, recognise
from lms.web import files

blueprint = Blueprint("bank_import", __name__)

WRITES = Permission.COURSES_WRITE
LIMITS = Limits(file_bytes=20_000_000, unpacked_bytes=60_000_000, xml_elements=200_000, questions=500, pictures=200)
"""What is read while a page waits; larger banks come in by the command, or in parts."""
LANGUAGES = ("zh", "en")


def _draft(ref: str) -> CourseDraft:
    return drafts.find(db.session(), ref, actor=current_actor())


@blueprint.get("/author/drafts/<ref>/import")
@requires(WRITES)
def start(ref: str) -> str:
    """The form, and what was brought in before."""
    return _start_page(_draft(ref))


def _start_page(draft: CourseDraft, error: str = "") -> str:
    earlier = queries.of_draft(db.session(), draft.id)
    known = {"formats": [(key, label) for key, label in wording.FORMATS.items() if key in reading.FORMATS], "most": LIMITS}
    return render_template("interop/start.html", draft=draft, earlier=earlier, error=error, form=request.form, words=wording, **known)


@blueprint.post("/author/drafts/<ref>/import")
@requires(WRITES)
@db.reads
def upload(ref: str) -> Reply | tuple[str, int]:
    """Read a file whole and keep what is in it; the draft does not change yet."""
    draft, file = _draft(ref), request.files.get("file")
    if file is None or not file.filename:
        return _start_page(draft, _("Choose a file.")), 422
    try:
        import_actions.ensure_editable(current_actor(), draft)
        with file.stream as stream:
            data = stream.read(LIMITS.file_bytes + 1)
        read = _read(data, file.filename)
        with db.database().writing() as session:
            kept = import_actions.keep(session, actor=current_actor(), draft=session.get_one(CourseDraft, draft.id), read=read, now=g.now).ref
    except (Refused, Invalid) as refused:
        return _start_page(draft, wording.refused(refused)), 422
    return redirect(url_for(".one", ref=ref, number=kept), 303)


def _read(data: bytes, filename: str) -> import_actions.Read:
    form, language = request.form.get("format", ""), request.form.get("language", "")
    if form in reading.FORMATS:
        why = Why.CHOSEN
    else:
        if len(data) > LIMITS.file_bytes or not data.strip():
            reading.read(data, filename, limits=LIMITS)  # says which
        form, why = recognise(data, filename, LIMITS)
    outcome = reading.read(data, filename, form=form, language=language if language in LANGUAGES else None, limits=LIMITS)
    if not outcome.found:
        raise Invalid(_("There is no question in this file."))
    return import_actions.read_whole(filename, why, outcome)


@blueprint.get("/author/drafts/<ref>/import/<number>")
@requires(WRITES)
def one(ref: str, number: str) -> str:
    """What is in the file: every question with what becomes of it; then the choice, or what was taken."""
    draft = _draft(ref)
    return _one_page(draft, queries.by_ref(db.session(), draft.id, number))


def _one_page(draft: CourseDraft, kept: BankImport, error: str = "") -> str:
    show = request.args.get("show", "")
    rows = [row | {"fate": wording.fate(row)} for row in kept.outcome["rows"]]
    stems = {item["id"]: item.get("stem") for item in kept.outcome.get("items", ())}
    counts = {fate: sum(row["fate"] is fate for row in rows) for fate in Fate}
    shown = [row for row in rows if not show or row["fate"] == show]
    known = {"rows": shown, "counts": counts, "stems": stems, "remarks": kept.outcome["remarks"], "show": show, "error": error}
    ready = kept.state == ImportState.READY
    return render_template("interop/one.html", draft=draft, kept=kept, ready=ready, words=wording, fates=Fate, **known)


@blueprint.post("/author/drafts/<ref>/import/<number>")
@requires(WRITES)
def apply(ref: str, number: str) -> Any:
    """Take the chosen questions into the draft, all of them or none."""
    draft = _draft(ref)
    session = db.session()
    kept = queries.by_ref(session, draft.id, number)
    chosen = request.form.getlist("question")
    try:
        with session.begin_nested():
            codes = import_actions.apply(session, actor=current_actor(), draft=draft, kept=kept, chosen=chosen, now=g.now)
    except (Invalid, Conflict) as refused:
        return _one_page(draft, queries.by_ref(session, draft.id, number), _sentences(refused)), refused.status
    flash(ngettext("%(num)d question is in the draft now.", "%(num)d questions are in the draft now.", len(set(codes.values()))), "success")
    return redirect(url_for(".one", ref=ref, number=number), 303)


def _sentences(refused: LmsError) -> str:
    return " ".join([str(refused), *map(str, refused.details)])


@blueprint.post("/author/drafts/<ref>/import/<number>/withdraw")
@requires(WRITES)
def withdraw(ref: str, number: str) -> Reply:
    """Take nothing."""
    draft = _draft(ref)
    try:
        import_actions.withdraw(db.session(), kept=queries.by_ref(db.session(), draft.id, number), now=g.now)
        flash(_("Nothing was taken from the file."), "success")
    except Conflict as refused:
        flash(str(refused), "warning")
    return redirect(url_for(".start", ref=ref), 303)


@blueprint.get("/author/drafts/<ref>/import/<number>/report.<any(csv, xlsx):form>")
@requires(WRITES)
def report(ref: str, number: str, form: str) -> Response:
    """What became of every question, to keep."""
    draft = _draft(ref)
    kept = queries.by_ref(db.session(), draft.id, number)
    table: list[list[Any]] = [[_("Number in the file"), _("Name"), _("Kind there"), _("What becomes of it"), _("Code in the draft"), _("Losses and reasons")]]
    for row in kept.outcome["rows"]:
        notes = [wording.said(text) for text in ([row["reason"]] if row["reason"] else row["notes"])]
        code = kept.taken.get(row["id"], "")
        table.append([row["number"], row["name"], row["kind"], str(wording.FATES[wording.fate(row)]), code, "\n".join(notes)])
    table += [["", "", "", "", "", wording.said(remark)] for remark in kept.outcome["remarks"]]
    return files.table(table, f"import-{kept.ref}.{form}", _("Import"))


@blueprint.get("/author/import/template.<any(csv, xlsx):form>")
@requires(WRITES)
def table_template(form: str) -> Response:
    """The table in which questions can be written, with one example of each kind; the workbook explains the columns on a second sheet."""
    if form == "csv":
        return files.table(template.rows(), "questions.csv", "")
    return files.workbook({_("Questions"): template.rows(), _("What to fill in"): template.explanation()}, "questions.xlsx")
