"""Pages of drafts: the list, a new one, one draft with its lessons, checks and state, its plain files, its package to keep."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as Reply

from lms.access import audit
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.authoring import actions, checking_queries, citation_queries, course_lessons, export_table, lesson_actions, problem_words, queries, wording
from lms.authoring.enums import DraftState, EditKind, Outcome
from lms.authoring.lesson_text import amount, take_apart
from lms.authoring.models import CourseDraft
from lms.authoring.queries import FileNow
from lms.authoring.yaml_text import Unreadable
from lms.core import db, paging
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import enumerated, pick
from lms.courses import queries as courses
from lms.facts.citation_queries import partner_of_courses
from lms.people.calendar_queries import today
from lms.people.models import Partner
from lms.web import files as downloads

blueprint = Blueprint("drafts", __name__)

WRITES = Permission.COURSES_WRITE


def found(ref: str) -> CourseDraft:
    """The draft, within the actor's reach."""
    return queries.find(db.session(), ref, actor=current_actor())


def _choice() -> queries.Choice:
    args = request.args
    return queries.Choice(args.get("q", "").strip()[:80], args.get("state", "open"), args.get("order", "changed"))


@blueprint.get("/author/drafts/")
@requires(WRITES)
def drafts() -> str:
    """The drafts one may write, searched, narrowed, ordered, page by page."""
    choice, actor = _choice(), current_actor()
    page = paging.page_of(db.session(), queries.listed(actor, choice), number=request.args.get("page", 1, type=int))
    kept = {key: value for key, value in request.args.items() if key in ("q", "state", "order") and value}
    return render_template("authoring/list.html", page=page, choice=choice, kept=kept, words=wording)


@blueprint.get("/author/drafts/export.<any(csv, xlsx):form>")
@requires(WRITES)
def export_list(form: str) -> Response:
    """The same list as a file, whole."""
    rows = downloads.read(queries.listed(current_actor(), _choice()), lambda rows: (), actor=current_actor(), now=g.now)
    return downloads.long_table(export_table.heading(), (export_table.lines(portion) for portion in rows), f"drafts.{form}", _("Drafts"))


@blueprint.get("/author/drafts/new")
@requires(WRITES)
def new() -> str:
    """The ways to begin: from nothing, from a released course, from a file."""
    return _new_page()


def _new_page(error: str = "", field: str = "") -> str:
    session, actor = db.session(), current_actor()
    cards, owners = courses.courses(session), partner_of_courses(session)
    released = [(card.slug, f"{card.code} {pick(card.title)}") for card in cards if actions.may_continue(actor, owners.get(card.slug))]
    used = {card.code for card in cards} | queries.codes_in_use(session)
    free = next(f"C{n:02d}" for n in range(1, 1000) if f"C{n:02d}" not in used)
    known = {"partners": queries.partners_of(session, actor), "free": free, "anyone": actions.may_write_for(actor, None)}
    known["field"] = field
    return render_template("authoring/new.html", released=released, error=error, form=request.form, zip_url=wording.known("package_import.start"), **known)


@blueprint.post("/author/drafts/new")
@requires(WRITES)
def create() -> str | Reply | tuple[str, int]:
    """Begin a draft from the empty template."""
    texts = {key: request.form.get(key, "").strip() for key in ("code", "slug", "title_zh", "title_en")}
    try:
        draft = actions.create_draft(db.session(), actor=current_actor(), now=g.now, partner=_partner(), **texts)
    except Invalid as refused:
        return _new_page(str(refused), _faulty(**texts)), 422
    flash(_("The draft is there, with one lesson in both languages."), "success")
    return redirect(url_for(".draft", ref=draft.ref), 303)


def _faulty(code: str, slug: str, title_zh: str, title_en: str) -> str:
    """The field that a refusal speaks of; of a code or a short name that is taken, the code."""
    if not actions.CODE.match(code):
        return "code"
    if not actions.SLUG.match(slug):
        return "slug"
    return "title_zh" if not title_zh else "title_en" if not title_en else "code"


@blueprint.post("/author/drafts/new/from-course")
@requires(WRITES)
def from_course() -> Reply:
    """Begin the next version of a course with the files of its current one."""
    session = db.session()
    revision = courses.current_revision(session, request.form.get("course", "")[:80])
    draft = actions.draft_from_revision(session, actor=current_actor(), now=g.now, revision=revision, partner=_partner())
    flash(_("The draft holds the files of the released course. Raise its version before it goes to review."), "success")
    return redirect(url_for(".draft", ref=draft.ref), 303)


def _partner() -> Partner | None:
    """The organisation chosen; the only one there is when the form had nothing to choose."""
    partners = queries.partners_of(db.session(), current_actor())
    code = request.form.get("partner")
    if code is None and not actions.may_write_for(current_actor(), None) and len(partners) == 1:
        return partners[0]
    if code and code not in {one.code for one in partners}:
        raise NotFound
    return next((one for one in partners if one.code == code), None)


@blueprint.get("/author/drafts/<ref>")
@requires(WRITES)
def draft(ref: str) -> str:
    """One draft: lessons, other files, what is wrong, who is writing, where it stands."""
    session, one = db.session(), found(ref)
    files = queries.files(session, one.id)
    report = checking_queries.check(session, one, today(g.now))
    texts = {path: file.text for path, file in files.items() if file.text is not None}
    problems = defaultdict(list)
    for finding in problem_words.grouped(checking_queries.findings(report), texts):
        problems[finding.path].append(finding)
    lessons, stems = _lessons(files, problems)
    known = {
        "late": citation_queries.outdated(session, one, texts), "cited": citation_queries,
        "lessons": lessons, "stems": stems, "problems": problems, "files": files, "conflicts": queries.open_conflicts(session, one.id),
        "writing": queries.writing_now(session, one.id, now=g.now, but=current_actor().account_id), "partner": _partner_of(one),
        "recent": queries.recent(session, one.id), "editable": one.state == DraftState.DRAFT, "weights": _weights(problems), "next": _next_steps(one),
    }  # fmt: skip
    return render_template("authoring/draft.html", draft=one, words=wording, enumerated=enumerated, form=request.form, **known)


def _partner_of(one: CourseDraft) -> Partner | None:
    return db.session().get(Partner, one.partner_id) if one.partner_id else None


def _lessons(files: dict[str, FileNow], problems: dict[str, list[Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """The lessons in order with their titles, how long they are and how much is wrong; and their names."""
    try:
        lines = course_lessons.lines(files["course.yaml"].text or "")
    except Unreadable:
        stems = sorted({wording.taken_apart(path).stem for path in files if path.startswith("lessons/")})
        lines = [course_lessons.Line("", stem, 0) for stem in stems]
    shown = []
    for line in lines:
        texts = {suffix: files[path].text or "" for suffix, path in zip(("zh", "en"), line.paths) if path in files}
        parts = {suffix: take_apart(text) for suffix, text in texts.items()}
        amounts = {suffix: amount(text, suffix) for suffix, text in texts.items()}
        found_here = [finding for path in line.paths for finding in problems.get(path, ())]
        shown.append({"line": line, "titles": {suffix: part.title for suffix, part in parts.items()}, "amounts": amounts, "problems": found_here})
    return shown, [line.file for line in lines]


def _weights(problems: dict[str, list[Any]]) -> dict[str, int]:
    """How many remarks of each weight are listed."""
    return {weight: sum(one.weight == weight for found in problems.values() for one in found) for weight in wording.WEIGHTS}


def _next_steps(one: CourseDraft) -> dict[str, str | None]:
    """Pages that other parts of the platform offer for a draft."""
    pages = {"review": "reviewing.draft", "import": "bank_import.start"}
    return {name: wording.known(endpoint, ref=one.ref) for name, endpoint in pages.items()}


@blueprint.post("/author/drafts/<ref>/lessons")
@requires(WRITES)
def add_lesson(ref: str) -> Reply:
    """Add a lesson at the end and open it."""
    form, one = request.form, found(ref)
    try:
        texts = {key: form.get(key, "")[:200] for key in ("name", "title_zh", "title_en")}
        stem = lesson_actions.add_lesson(db.session(), actor=current_actor(), now=g.now, draft=one, **texts)
    except Invalid as refused:
        flash(str(refused), "error")
        return redirect(url_for(".draft", ref=ref, _anchor="add"), 303)
    return redirect(url_for("draft_lessons.edit", ref=ref, stem=stem), 303)


@blueprint.post("/author/drafts/<ref>/lessons/arrange")
@requires(WRITES)
def arrange(ref: str) -> Reply:
    """Move a lesson up or down, or take it out."""
    session, one, form = db.session(), found(ref), request.form
    stems = [line.file for line in lesson_actions.lines_of(session, one)]
    stem, step = form.get("lesson", ""), form.get("step", "")
    if stem not in stems:
        raise Conflict(_("The list of lessons has changed in the meantime. Look at it again."))
    place = stems.index(stem)
    stems.remove(stem)
    if step != "remove":
        stems.insert(max(0, place - 1) if step == "up" else place + 1, stem)
    lesson_actions.arrange(session, actor=current_actor(), now=g.now, draft=one, stems=stems)
    flash(_("The lesson is taken out; its history stays.") if step == "remove" else _("The lessons stand in the new order."), "success")
    return redirect(url_for(".draft", ref=ref, _anchor="lessons"), 303)


@blueprint.get("/author/drafts/<ref>/lessons/<stem>/out")
@requires(WRITES)
def ask_remove(ref: str, stem: str) -> str:
    """Ask before a lesson is taken out."""
    session, one = db.session(), found(ref)
    if stem not in [line.file for line in lesson_actions.lines_of(session, one)]:
        raise NotFound
    return render_template("authoring/remove.html", draft=one, stem=stem, titles=lesson_actions.titles(session, one, stem))


@blueprint.post("/author/drafts/<ref>/tidy")
@requires(WRITES)
def tidy(ref: str) -> Reply:
    """Put all texts into the canonical form."""
    count = lesson_actions.tidy(db.session(), actor=current_actor(), now=g.now, draft=found(ref))
    said = ngettext("%(num)d file was tidied; no content changed.", "%(num)d files were tidied; no content changed.", count)
    flash(said if count else _("All files are in canonical form already."), "success")
    return redirect(url_for(".draft", ref=ref), 303)


@blueprint.get("/author/drafts/<ref>/file")
@requires(WRITES)
def file(ref: str) -> str:
    """A text file of the package as it is, for who prefers that: the head of the course, the questions, a lesson with its head."""
    one = found(ref)
    now = queries.file_now(db.session(), one.id, request.args.get("file", ""))
    if now.text is None:
        raise NotFound
    return _file_page(one, now, now.text, now.number)


def _file_page(one: CourseDraft, now: FileNow, text: str, base: int) -> str:
    changed = {now.path: text.encode(errors="replace")} if one.state == DraftState.DRAFT else None
    report = checking_queries.check(db.session(), one, today(g.now), changed=changed)
    problems = problem_words.grouped((one for one in checking_queries.findings(report) if one.path == now.path), {now.path: text})
    known = {"problems": problems, "base": base, "editable": one.state == DraftState.DRAFT, "line": request.args.get("line", 0, type=int)}
    return render_template("authoring/file.html", draft=one, file=now, text=text, words=wording, **known)


@blueprint.post("/author/drafts/<ref>/file")
@requires(WRITES)
def save_file(ref: str) -> Reply:
    """Save a text file as it is."""
    session, one, form = db.session(), found(ref), request.form
    path, base = form.get("file", ""), form.get("base", 0, type=int)
    saved = actions.save(session, actor=current_actor(), now=g.now, draft=one, path=path, text=form.get("text", ""), base=base, kind=EditKind.SAVED)
    if saved.outcome is Outcome.CONFLICT:
        flash(_("Somebody else changed the same lines meanwhile. Your text is kept; decide here what shall stand."), "warning")
        return redirect(url_for("draft_history.conflict", ref=ref, conflict=saved.conflict_ref), 303)
    flash(wording.saved(saved.outcome), "success")
    return redirect(url_for(".file", ref=ref, file=path), 303)


@blueprint.get("/author/drafts/<ref>/export.zip")
@requires(WRITES)
@db.writes
def export(ref: str) -> Response:
    """The draft as a package to keep: the very bytes, its questions beside the course as the format wants it."""
    session, one = db.session(), found(ref)
    files = queries.package_bytes(session, one.id)
    audit.record(session, actor=current_actor(), action=audit.Action.DRAFT_EXPORTED, subject=f"{one.code} {one.slug}", now=g.now, draft=one.ref)
    slug = one.slug if checking_queries.SAFE.match(one.slug) else "draft"
    return downloads.archive({_place(slug, path): content for path, content in files.items()}, f"{slug}.zip")


def _place(slug: str, path: str) -> str:
    return f"assessments/{slug}.yaml" if path == "bank.yaml" else f"courses/{slug}/{path}"


@blueprint.get("/author/drafts/<ref>/discard")
@requires(WRITES)
def ask_discard(ref: str) -> str:
    """Ask before a draft is discarded."""
    return render_template("authoring/discard.html", draft=found(ref))


@blueprint.post("/author/drafts/<ref>/discard")
@requires(WRITES)
def discard(ref: str) -> Reply:
    """Discard it: it can be read, and not written any more."""
    try:
        actions.discard(db.session(), actor=current_actor(), now=g.now, draft=found(ref))
    except Conflict as refused:
        flash(str(refused), "warning")
    else:
        flash(_("The draft is discarded. Its files and history stay readable."), "success")
    return redirect(url_for(".drafts"), 303)
