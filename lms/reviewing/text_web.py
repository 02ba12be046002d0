"""Pages on which a course in review is read: each file rendered, as text with comments on its lines, compared; items field by field."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.guards import current_actor, requires
from lms.assessments import kind_words
from lms.core import comparison, db
from lms.core.errors import Conflict, Invalid, NotFound
from lms.reviewing import changes, comment_actions, comment_queries, item_lines, queries, showing, snapshot_queries
from lms.reviewing.enums import OPEN, Weight
from lms.reviewing.models import Review
from lms.reviewing.web import TAKES_PART, shared

blueprint = Blueprint("review_texts", __name__)

MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png"}
VIEWS = ("rendered", "changes", "text", "lines")


@blueprint.get("/reviews/<ref>/files/<path:path>")
@requires(*TAKES_PART)
def file(ref: str, path: str) -> str:
    """One file of the latest round: as learners see it, as text with comments, what changed."""
    review, part = queries.readable(db.session(), current_actor(), ref)
    return _file_page(review, part, path)


def _file_page(review: Review, part: queries.Part, path: str, error: str = "") -> str:
    session = db.session()
    new, old = snapshot_queries.of_round(session, review, review.round), snapshot_queries.before_round(session, review, review.round)
    if (path not in new and path not in old) or path.startswith(changes.PICTURES):
        raise NotFound
    lesson = showing.is_lesson(path)
    view = _view(lesson, compared=path in old and old.get(path) != new.get(path), error=error)
    paths = [one.path for one in changes.files(old, new, count=False) if not one.is_picture]
    around = {"paths": paths, "place": paths.index(path), "lesson": lesson, "language": showing.language_of(path), "compares": bool(old)}
    around["titles"] = showing.titles(old, new)
    shown = _shown(review, path, view, old, new)
    comments = _comments(review, part, path, new)
    line = request.values.get("line", 0, type=int)
    known = {"path": path, "view": view, "line": line, "error": error, "form": request.form, "shown": shown, "removed": path not in new}
    return render_template("reviewing/file.html", review=review, part=part, **known, **around, **comments, **shared())


def _view(lesson: bool, *, compared: bool, error: str) -> str:
    """How the file is shown: as asked for, else rendered with its changes for lessons, as text for others."""
    wanted = request.values.get("view", "")
    if error or (request.args.get("line") and wanted != "lines"):
        return "text"
    if wanted in VIEWS and (lesson or wanted not in ("rendered", "changes")):
        return wanted
    return ("changes" if compared else "rendered") if lesson else "text"


def _shown(review: Review, path: str, view: str, old: changes.Files, new: changes.Files) -> Any:
    """The file in the view."""
    if view == "rendered":
        return showing.lesson(new, path, _pictures(review, review.round))
    if view == "changes":
        return showing.lesson_compared(old, new, path, (_pictures(review, review.round - 1), _pictures(review, review.round)))
    if view == "lines":
        return comparison.compare(changes.text_of(old.get(path)), changes.text_of(new.get(path)))
    return changes.text_of(new.get(path)).splitlines()


def _pictures(review: Review, number: int) -> showing.PictureUrl:
    return lambda name: url_for("review_texts.picture", ref=review.ref, number=number, name=name)


def _comments(review: Review, part: queries.Part, path: str, new: changes.Files) -> dict[str, Any]:
    """The comments on a file by the last line they stand on, and what one may do with them."""
    session = db.session()
    number = snapshot_queries.round_of(session, review, review.round).files.get(path, 0)
    found = comment_queries.shown(session, review, path, edit=number, text=changes.text_of(new.get(path)))
    by_line: dict[int, list[comment_queries.Shown]] = {}
    for one in found:
        by_line.setdefault(one.anchor.last, []).append(one)
    may = {one.comment.ref for one in found if comment_actions.may_resolve(part, one.comment, orphan=_orphan(review, one))}
    running = review.state in OPEN or (review.after_due_on is not None and review.after_agreed is None)
    writes = running and part.reviewer is not None and part.reviewer.conflict is False
    return {"comments": found, "by_line": by_line, "may_resolve": may if running else set(), "may_answer": running, "may_comment": writes}


def _orphan(review: Review, one: comment_queries.Shown) -> bool:
    return comment_actions.is_orphan(db.session(), review, one.comment)


@blueprint.get("/reviews/<ref>/pictures/<int:number>/<name>")
@requires(*TAKES_PART)
def picture(ref: str, number: int, name: str) -> Response:
    """A picture of a round; of round 0 of what the draft is based on. Opened by itself, an SVG can do nothing."""
    session = db.session()
    review, _part = queries.readable(session, current_actor(), ref)
    files = snapshot_queries.of_round(session, review, number) if number else snapshot_queries.base_of(session, review)
    content, kind = files.get(f"{changes.PICTURES}{name}"), MEDIA_TYPES.get(name.rpartition(".")[2])
    if content is None or kind is None:
        raise NotFound
    return picture_response(content, kind)


def picture_response(content: bytes, kind: str) -> Response:
    """A picture that can do nothing when it is opened by itself."""
    headers = {"Content-Type": kind, "Cache-Control": "private, max-age=3600", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return make_response(content, headers)


@blueprint.get("/reviews/<ref>/items/")
@requires(*TAKES_PART)
def items(ref: str) -> str:
    """The questions of the latest round: which are new or changed, which have comments."""
    session = db.session()
    review, part = queries.readable(session, current_actor(), ref)
    new, old = snapshot_queries.of_round(session, review, review.round), snapshot_queries.before_round(session, review, review.round)
    bank = changes.text_of(new.get(changes.BANK))
    number = snapshot_queries.round_of(session, review, review.round).files.get(changes.BANK, 0)
    found = comment_queries.shown(session, review, changes.BANK, edit=number, text=bank)
    counts = item_lines.counts(item_lines.blocks(bank), [one.anchor.first for one in found if one.comment.resolved_at is None])
    rows = changes.compare_items(old, new)
    everything = request.args.get("show", "changed" if old else "all") == "all"
    rows = [row for row in rows if everything or row.state != "same" or counts.get(row.code)]
    known = {"rows": rows, "counts": counts, "everything": everything, "compares": bool(old), "bank": changes.items_of(new.get(changes.BANK))}
    return render_template("reviewing/items.html", review=review, part=part, **known, **shared())


@blueprint.get("/reviews/<ref>/items/<code>")
@requires(*TAKES_PART)
def item(ref: str, code: str) -> str:
    """One question with key and rationale, what changed field by field, and the lines of its text with comments."""
    session = db.session()
    review, part = queries.readable(session, current_actor(), ref)
    new, old = snapshot_queries.of_round(session, review, review.round), snapshot_queries.before_round(session, review, review.round)
    after, before = changes.items_of(new.get(changes.BANK)), changes.items_of(old.get(changes.BANK))
    if code not in after and code not in before:
        raise NotFound
    text = changes.text_of(new.get(changes.BANK)).splitlines()
    block = next((one for one in item_lines.blocks("\n".join(text)) if one.code == code), None)
    codes = list(after)
    place = codes.index(code) if code in after else None
    known = {"code": code, "item": after.get(code) or before.get(code), "removed": code not in after, "lines": text, "block": block}
    known |= {"change": changes.compare_item(code, before.get(code), after.get(code)), "compares": bool(old), "line": request.args.get("line", 0, type=int)}
    known |= {"before": codes[place - 1] if place else None, "after": codes[place + 1] if place is not None and place + 1 < len(codes) else None}
    known |= {"misconceptions": changes.rest_of(new.get(changes.BANK)).get("misconceptions") or {}, "form": request.form, "error": ""}
    return render_template("reviewing/item.html", review=review, part=part, kinds=kind_words, **known, **_comments(review, part, changes.BANK, new), **shared())


@blueprint.post("/reviews/<ref>/comments")
@requires(*TAKES_PART)
def comment(ref: str) -> Any:
    """Comment on lines."""
    form, session, actor = request.form, db.session(), current_actor()
    review, part = queries.readable(session, actor, ref)
    weight = Weight(form["weight"]) if form.get("weight") in set(Weight) else Weight.SUGGESTION
    first = form.get("line", 0, type=int)
    path = form.get("path", "")[:160]
    said = comment_actions.Remark(path, first, form.get("last", first, type=int) or first, weight, form.get("text", ""))
    try:
        made = comment_actions.comment(session, actor=actor, ref=ref, said=said, now=g.now)
    except Invalid as refused:
        return _file_page(review, part, path, str(refused)), 422
    except Conflict as refused:
        flash(str(refused), "warning")
        return redirect(url_for("reviewing.review", ref=ref), 303)
    flash(_("The comment is saved."), "success")
    return redirect(_place(ref, made.path, made.ref), 303)


def _place(ref: str, path: str, anchor: str) -> str:
    """Back to where the form stood."""
    code = request.form.get("code", "")[:60]
    if code:
        return url_for(".item", ref=ref, code=code, _anchor=f"k-{anchor}")
    return url_for(".file", ref=ref, path=path, view="text", _anchor=f"k-{anchor}")


@blueprint.post("/reviews/<ref>/comments/<comment>/<any(answer, resolve, reopen):what>")
@requires(*TAKES_PART)
def respond(ref: str, comment: str, what: str) -> Any:
    """Answer a comment, say that it is settled, or that it isn't after all."""
    session, actor = db.session(), current_actor()
    review, part = queries.readable(session, actor, ref)
    found = comment_queries.by_ref(session, review, comment)
    try:
        if what == "answer":
            comment_actions.answer(session, actor=actor, ref=ref, comment_ref=comment, text=request.form.get("text", ""), now=g.now)
        else:
            comment_actions.resolve(session, actor=actor, ref=ref, comment_ref=comment, now=g.now, reopen=what == "reopen")
    except Invalid as refused:
        return _file_page(review, part, found.path, str(refused)), 422
    except Conflict as refused:
        flash(str(refused), "warning")
    return redirect(_place(ref, found.path, found.ref), 303)
