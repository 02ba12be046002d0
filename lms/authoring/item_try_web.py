"""Trying a draft's question: what the check says while somebody writes, and what an answer would be worth. Nothing is stored."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from lms.access.guards import requires
from lms.authoring import bank_text, item_pages, item_preview, item_queries
from lms.authoring.item_form import read_item
from lms.authoring.item_preview import Given
from lms.authoring.item_web import WRITES, blueprint, found
from lms.authoring.models import CourseDraft
from lms.core import db


@blueprint.post("/author/drafts/<ref>/items/<code>/check")
@requires(WRITES)
@db.reads
def check(ref: str, code: str) -> str:
    """The editor's page as the form stands, for the script that takes remarks and preview out of it."""
    session, one, form = db.session(), found(ref), request.form
    base = form.get("base", 0, type=int)
    text = item_queries.bank_at(session, one, base)
    item = read_item(form, item_queries.one(text, code).data)
    editor = item_pages.editor(session, one, code, text=text, base=base, course=item_queries.course(session, one), item=item)
    return render_template("authoring/_item_checked.html", editor=editor)


@blueprint.get("/author/drafts/<ref>/items/<code>/preview")
@requires(WRITES)
def preview(ref: str, code: str) -> str:
    """The question as officials will see it, in both languages, to be answered."""
    return _preview(found(ref), code)


@blueprint.post("/author/drafts/<ref>/items/<code>/preview")
@requires(WRITES)
@db.reads
def answer(ref: str, code: str) -> str | tuple[str, int]:
    """Mark an answer by the marking of quizzes."""
    form = request.form
    language = "en" if form.get("language") == "en" else "zh-Hans"
    return _preview(found(ref), code, Given(form.get("part", 1, type=int), language, form))


def _preview(draft: CourseDraft, code: str, given: Given | None = None) -> Any:
    session = db.session()
    text, _number = item_queries.bank(session, draft)
    block = item_queries.one(text, code)
    seed = request.values.get("seed", "1")[:8]
    question, whole = item_preview.readable(block.data)
    register = item_pages.register_of(bank_text.data(text))
    frames = item_preview.frames(question, f"{code}/{seed}", register, given) if question else []
    error = next((frame.error for parts in frames for frame in parts if frame.error), "")
    known = {"code": code, "item": block.data, "frames": frames, "whole": whole, "seed": seed, "given": given, "question": question, "error": error}
    page = render_template("authoring/item_preview.html", worth=worth, parts=item_preview.parts(question), **known, **item_pages.frame(draft))
    return (page, 422) if error else page


def worth(mark: Any) -> list[str]:
    """What an answer was worth, in words."""
    if mark.evidence is None:
        return [_("A person marks it by the rubric; until then it counts neither way.")]
    said = [_("Score: %(n)d of 100.", n=round(100 * mark.fraction))]
    if mark.evidence:
        return [*said, _("As evidence it counts as right.")]
    return [*said, _("As evidence it counts as not right: partial answers give none.") if mark.fraction else _("As evidence it counts as not right.")]
