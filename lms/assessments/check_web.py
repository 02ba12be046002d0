"""A lesson's check: one practice question a page, marked at once, each to be answered right once."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.assessments import check_actions, queries, results
from lms.assessments.answer_forms import REASONS, form_token
from lms.assessments.check_actions import CheckedQuestion
from lms.assessments.marking import AnswerRefused, read_answer
from lms.assessments.presenting import Filled, filled_from_form, raw_answer, view
from lms.assessments.web import blueprint
from lms.core import db
from lms.core.errors import NotFound
from lms.core.ids import new_ref


@blueprint.get("/courses/<slug>/<lesson>/check")
@requires(Permission.TAKE_ASSESSMENT)
def lesson_check(slug: str, lesson: str) -> str:
    """The first question not yet answered right, or the one asked for; ``shown`` explains the latest answer to it."""
    head, tie, code = _place(slug, lesson)
    standing = check_actions.check_of(db.session(), head, code, official_id=current_actor().official_id)
    return _page(head, tie, code, standing, _number(standing), shown=request.args.get("shown") == "1")


@blueprint.post("/courses/<slug>/<lesson>/check")
@requires(Permission.TAKE_ASSESSMENT)
def answer_check(slug: str, lesson: str) -> Any:
    """Keep one answer and show whether it is right and why."""
    session, actor = db.session(), current_actor()
    head, tie, code = _place(slug, lesson)
    standing = check_actions.check_of(session, head, code, official_id=actor.official_id)
    n = _number(standing)
    if not standing:
        raise NotFound
    asked = standing[n - 1].asked
    filled = filled_from_form(asked.question, request.form)
    try:
        answer = read_answer(asked.question, raw_answer(asked.question, filled), g.language)
    except AnswerRefused as refused:
        return _page(head, tie, code, standing, n, filled=filled, error=str(REASONS[refused.reason])), 422
    given = check_actions.CheckAnswer(code, asked.revision_id, answer, form_token())
    after = check_actions.answer_check(session, actor=actor, head=head, given=given, tie=tie, now=g.now)
    if all(one.right_once for one in after) and not all(one.right_once for one in standing):
        flash(_("The check is done, and with it the lesson."), "success")
    return redirect(url_for(".lesson_check", slug=slug, lesson=lesson, n=n, shown=1), 303)


def _place(slug: str, lesson: str) -> tuple[queries.AssessmentHead, queries.CourseTie, str]:
    """Assessment, course and code of the lesson at an address. Raises NotFound."""
    session = db.session()
    tie = queries.course_tie(session, slug, current_actor().official_id)
    head = queries.assessment_of_course(session, slug)
    code = next((code for code, one in tie.lessons.items() if one.slug == lesson), None) if tie else None
    if head is None or code is None:
        raise NotFound
    return head, tie, code


def _number(standing: list[CheckedQuestion]) -> int:
    """The question asked for in the address, else the first that was never answered right."""
    asked_for = request.values.get("n", "")
    if asked_for.isdecimal() and 1 <= int(asked_for[:4]) <= len(standing):
        return int(asked_for[:4])
    return next((number for number, one in enumerate(standing, 1) if not one.right_once), 1)


def _page(
    head: queries.AssessmentHead,
    tie: queries.CourseTie,
    code: str,
    standing: list[CheckedQuestion],
    n: int,
    *,
    filled: Filled | None = None,
    error: str = "",
    shown: bool = False,
) -> str:
    seed = f"{current_actor().official_id}/{code}"
    current = standing[n - 1] if standing else None
    explained = None
    if current and shown and current.answer is not None:
        explained = results.explained(n, current.asked, current.answer, seed, head.meta.get("misconceptions", {}))
    return render_template(
        "assessments/check.html",
        head=head,
        tie=tie,
        code=code,
        lesson=tie.lessons[code],
        standing=standing,
        n=n,
        done=sum(one.right_once for one in standing),
        next_open=next((number for number, one in enumerate(standing, 1) if not one.right_once), None),
        question=view(results.placed(current.asked), filled or Filled(), seed) if current else None,
        explained=explained,
        error=error,
        token=new_ref(),
    )

