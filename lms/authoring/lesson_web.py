"""The lesson editor: both languages side by side, saved by itself, checked and shown as it is written; the look-up of facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import get_timezone, ngettext
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as Reply

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.authoring import checking_queries, lesson_actions, lesson_form, previewing, problem_words, queries, wording
from lms.authoring.actions import Saved
from lms.authoring.checking_queries import Finding
from lms.authoring.enums import DraftState, EditKind, Outcome
from lms.authoring.lesson_form import LANGUAGES
from lms.authoring.lesson_text import LessonParts, amount, named_fields, take_apart
from lms.authoring.models import CourseDraft
from lms.authoring.web import found
from lms.core import db, framework
from lms.core.errors import NotFound
from lms.core.i18n import enumerated, speaking
from lms.facts import queries as facts
from lms.people.calendar_queries import today
from lms.web.negotiation import wants_json

blueprint = Blueprint("draft_lessons", __name__)

WRITES = Permission.COURSES_WRITE
SPARE_ROWS = 2
LEAST, MOST = 600, 900
"""Chinese characters that one class hour reads; the check says so too."""


def _files(one: CourseDraft, stem: str) -> dict[str, queries.FileNow]:
    """The lesson's files by language. Raises NotFound when there is none."""
    here = queries.files(db.session(), one.id, [f"lessons/{stem}.{language}.md" for language in LANGUAGES])
    if not here:
        raise NotFound
    return {language: here[path] for language in LANGUAGES if (path := f"lessons/{stem}.{language}.md") in here}


@blueprint.get("/author/drafts/<ref>/lessons/<stem>")
@requires(WRITES)
def edit(ref: str, stem: str) -> str:
    """The editor. ``?line=`` and ``language=`` put the cursor there."""
    one = found(ref)
    files = _files(one, stem)
    parts = {language: take_apart(file.text or "") for language, file in files.items()}
    known = {"stem": stem, "files": files, "parts": parts, "editable": one.state == DraftState.DRAFT, "zone": get_timezone()}
    return render_template("authoring/lesson.html", draft=one, words=wording, **known, **_head(parts), **_said(one, stem, files, parts), **_around(one, stem))


def _head(parts: Mapping[str, LessonParts]) -> dict[str, Any]:
    """The head's fields, which count for both languages, and whether the two files agree on them."""
    heads = [named_fields(part.head) for part in parts.values()]
    return {
        "fields": heads[0],
        "same_head": all(head == heads[0] for head in heads),
        "readable": all(part.head is not None for part in parts.values()),
        "cited": _cited(heads[0]["facts"]),
        "competencies": framework.read().competencies,
        "spare": SPARE_ROWS,
    }


def _cited(codes: Sequence[str]) -> Markup:
    """What the facts with these numbers say, as a list."""
    return Markup(render_template("authoring/_cited.html", codes=codes, facts=facts.by_id(db.session(), codes), today=today(g.now)))  # noqa: S704  (a template's own)


def _said(one: CourseDraft, stem: str, files: Mapping[str, queries.FileNow], parts: Mapping[str, LessonParts]) -> dict[str, Any]:
    """What the checks say of the texts, how long they are, how they will look."""
    findings = _problems(one, stem, {})
    return {
        "problems": {language: [_problem(finding, part.first_line) for finding in findings[language]] for language, part in parts.items()},
        "counts": _counts({language: file.text or "" for language, file in files.items()}),
        "shown": {language: _shown(one, part.body) for language, part in parts.items()},
        "jump": _jump(parts),
    }


def _around(one: CourseDraft, stem: str) -> dict[str, Any]:
    """The lessons before and after, who else writes, what clashes, which pictures there are."""
    session, lines = db.session(), _lines(one)
    return {
        "lines": lines,
        "place": next((n for n, line in enumerate(lines) if line.file == stem), None),
        "others": _others_words(one, stem),
        "conflicts": [kept for kept, path in queries.open_conflicts(session, one.id).items() if wording.taken_apart(path).stem == stem],
        "pictures": sorted(path.removeprefix("assets/") for path in queries.paths_now(session, one.id) if path.startswith("assets/")),
    }


def _lines(one: CourseDraft) -> list[Any]:
    return lesson_actions.lines_or_none(db.session(), one)


def _jump(parts: Mapping[str, LessonParts]) -> dict[str, Any]:
    """The line of the body that the address asks for."""
    language, line = request.args.get("language", ""), request.args.get("line", 0, type=int)
    if language not in parts or not line:
        return {}
    here = line - parts[language].first_line + 1
    return {"language": language, "line": here} if here > 0 else {"language": language, "line": 0}


def _counts(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: count_words(language, amount(text, language)) for language, text in texts.items()}


def _shown(one: CourseDraft, body: str) -> Any:
    files = queries.hashes(db.session(), one.id)
    places = {line.id: url_for(".edit", ref=one.ref, stem=line.file) for line in _lines(one)}
    return previewing.html(body, picture=previewing.picture_url(one, files), places=places)


def _others(one: CourseDraft, stem: str) -> list[str]:
    """Who else is writing this lesson now."""
    paths = [f"lessons/{stem}.{language}.md" for language in LANGUAGES]
    writing = queries.writing_now(db.session(), one.id, now=g.now, paths=paths, but=current_actor().account_id)
    return sorted({name for names in writing.values() for name in names})


def _problems(one: CourseDraft, stem: str, changed: Mapping[str, str]) -> dict[str, list[Finding]]:
    """What is wrong with the lesson's files by language, as saved or as ``changed``."""
    texts = {f"lessons/{stem}.{language}.md": text.encode(errors="replace") for language, text in changed.items()}
    report = checking_queries.check(db.session(), one, today(g.now), changed=texts, bank=False)
    findings = problem_words.translated(checking_queries.findings(report))
    paths = {f"lessons/{stem}.{language}.md": language for language in LANGUAGES}
    by: dict[str, list[Finding]] = {language: [] for language in LANGUAGES}
    for finding in findings:
        if finding.path in paths:
            by[paths[finding.path]].append(finding)
    return by


@blueprint.post("/author/drafts/<ref>/lessons/<stem>")
@requires(WRITES)
def save(ref: str, stem: str) -> Any:
    """Save both languages; for the script as JSON, else back to the editor or on to the conflict."""
    session, one = db.session(), found(ref)
    _files(one, stem)
    by_itself = request.form.get("kind") == EditKind.AUTOSAVE
    kind = EditKind.AUTOSAVE if by_itself else EditKind.SAVED
    saved = lesson_actions.save_lesson(session, actor=current_actor(), now=g.now, draft=one, stem=stem, texts=lesson_form.written(request.form), kind=kind)
    if wants_json(request):
        return jsonify(texts={language: _as_data(ref, one) for language, one in saved.items()}, others=_others_words(one, stem))
    return _after(ref, stem, saved)


def _as_data(ref: str, saved: Saved) -> dict[str, Any]:
    parts = take_apart(saved.text)
    conflict = url_for("draft_history.conflict", ref=ref, conflict=saved.conflict_ref) if saved.conflict_ref else None
    return {
        "outcome": saved.outcome, "number": saved.number, "own": saved.own, "body": parts.body, "title": parts.title, "conflict": conflict,
        "head": None if parts.head is None else named_fields(parts.head),
    }  # fmt: skip


def _after(ref: str, stem: str, saved: Mapping[str, Saved]) -> Reply:
    outcomes = {one.outcome for one in saved.values()}
    clash = next((one.conflict_ref for one in saved.values() if one.conflict_ref), None)
    if clash:
        flash(_("Somebody else changed the same lines meanwhile. Your text is kept; decide here what shall stand."), "warning")
        return redirect(url_for("draft_history.conflict", ref=ref, conflict=clash), 303)
    best = next((kind for kind in (Outcome.MERGED, Outcome.SAVED) if kind in outcomes), Outcome.UNCHANGED)
    flash(wording.saved(best), "success")
    return redirect(url_for(".edit", ref=ref, stem=stem), 303)


def _others_words(one: CourseDraft, stem: str) -> str:
    names = _others(one, stem)
    if not names:
        return ""
    return ngettext("%(names)s is writing this lesson too.", "%(names)s are writing this lesson too.", len(names), names=enumerated(names))


@blueprint.post("/author/drafts/<ref>/lessons/<stem>/check")
@requires(WRITES)
@db.reads
def check(ref: str, stem: str) -> Reply:
    """What is wrong with the texts as they are just written, and how long they are. Saves nothing."""
    one = found(ref)
    files = _files(one, stem)
    texts = {}
    for language, sent in lesson_form.written(request.form).items():
        if language in files:
            row = queries.at(db.session(), files[language].id, min(max(sent.base, 1), files[language].number))
            texts[language] = lesson_actions.composed(row.text or "", sent)
    parts = {language: take_apart(text) for language, text in texts.items()}
    problems = _problems(one, stem, texts)
    return jsonify(
        problems={language: [_problem(finding, parts[language].first_line) for finding in problems[language]] for language in parts},
        counts=_counts(texts),
        cited=_cited(lesson_form.facts(request.form)),
        others=_others_words(one, stem),
    )


def _problem(finding: Finding, first_line: int) -> dict[str, Any]:
    at = finding.line - first_line + 1
    place = _("line %(n)d", n=at) if at > 0 else _("head")
    weight = str(wording.WEIGHTS[finding.weight])
    return {"weight": finding.weight, "word": weight, "at": max(at, 0), "place": place, "what": finding.what, "cure": finding.cure}


def count_words(language: str, count: int) -> str:
    """How long a text is, with the rule where there is one."""
    if language == "zh":
        return _("%(n)d Chinese characters (%(least)d to %(most)d)", n=count, least=LEAST, most=MOST)
    return ngettext("%(num)d English word", "%(num)d English words", count)


@blueprint.post("/author/drafts/<ref>/preview")
@requires(WRITES)
@db.reads
def preview(ref: str) -> str:
    """Markdown as learners will see it. Saves nothing."""
    return str(_shown(found(ref), request.form.get("body", "")[:200_000].replace("\r\n", "\n")))


@blueprint.get("/author/drafts/<ref>/preview/")
@requires(WRITES)
def contents(ref: str) -> Reply:
    """A preview's way up to the contents is the draft."""
    return redirect(url_for("drafts.draft", ref=found(ref).ref))


@blueprint.get("/author/drafts/<ref>/glossary")
@requires(WRITES)
def glossary(ref: str) -> Reply:
    """A preview's way to the terms."""
    return redirect("/courses/glossary")


@blueprint.get("/author/drafts/<ref>/preview/<stem>")
@requires(WRITES)
def lesson_page(ref: str, stem: str) -> str:
    """A saved lesson on a page of its own, exactly as learners see it, in the language asked for or the reader's."""
    one = found(ref)
    lines = _lines(one)
    if stem not in [line.file for line in lines]:
        raise NotFound
    language = request.args.get("language", "en" if g.language == "en" else "zh")
    if language not in LANGUAGES:
        raise NotFound
    with speaking(wording.LANGUAGE_CODES[language]):
        body = previewing.page(one, lines, queries.files(db.session(), one.id), stem, language)
    return render_template("authoring/preview.html", draft=one, stem=stem, body=body, language=language, words=wording)


@blueprint.get("/author/facts")
@requires(WRITES)
def look_up() -> str:
    """Facts by id or words: what they say, how sure they are, when they are looked at again."""
    text = request.args.get("q", "").strip()[:100]
    rows = facts.find(db.session(), text) if text else []
    page = "authoring/_facts.html" if request.args.get("part") else "authoring/facts.html"
    return render_template(page, rows=rows, q=text, today=today(g.now), words=wording)
