"""The learner's pages: catalogue, course, lesson, and the statement that a lesson is done. One's own progress only.

The blueprint is called "courses" after its addresses; the pages lie here because progress belongs to learning.
"""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms.access import policy
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import framework, instance
from lms.core.db import database, session
from lms.core.errors import NotFound
from lms.core.i18n import language
from lms.core.paging import Page
from lms.courses import note_queries
from lms.courses import queries as courses
from lms.courses.enums import TermOrder
from lms.courses.retirement_queries import retirement
from lms.learning import actions, gain_queries, queries
from lms.learning import catalogue as lists
from lms.learning.enums import Order, Standing
from lms.learning.fragments import lesson_body

blueprint = Blueprint("courses", __name__)

PAGE_SIZE = 24
TERMS_A_PAGE = 100


def _learner_id() -> int | None:
    """The official whose progress is kept; None for those who only look."""
    return policy.scope(g.actor, Permission.LEARN).official_id


@blueprint.get("/courses/")
@requires(Permission.LEARN, Permission.PREVIEW_COURSES)
def catalogue() -> str:
    """All courses, with search, filters and one's own progress."""
    wish = _wish()
    progress = queries.progress_by_course(session(), _learner_id())
    cards = [card for card in courses.courses(session(), retired=True) if not card.retired or card.course_id in progress]
    hits = courses.search(session(), wish.q)
    found = lists.entries(cards, progress, hits, wish)
    offered = sorted({code for card in cards for code in card.moves})
    return render_template(
        "courses/catalogue.html",
        page=_page(found, PAGE_SIZE),
        wish=wish,
        kept={"q": wish.q, "competency": wish.competency, "standing": wish.standing, "order": request.args.get("order")},
        competencies=[competency for competency in framework.read().competencies if competency.code in offered],
        learns=_learner_id() is not None,
        sample_instance=instance.is_sample(),
    )


def _wish() -> lists.Wish:
    """The wish in the address; what it can't mean is left out."""
    args = request.args
    return lists.Wish(
        q=args.get("q", "").strip()[:100],
        competency=args.get("competency", "")[:12],
        standing=args.get("standing", type=Standing),
        order=args.get("order", Order.CURRICULUM, type=Order),
    )


def _page(found: Sequence[Any], size: int) -> Page:
    number = min(max(request.args.get("page", 1, type=int), 1), max(1, -(-len(found) // size)))
    return Page(found[(number - 1) * size : number * size], number, len(found), size)


@blueprint.get("/courses/glossary")
@requires(Permission.LEARN, Permission.PREVIEW_COURSES)
def glossary() -> str:
    """The terms of all courses in both languages, with search; where courses translate differently, all of it shows."""
    order = request.args.get("order", TermOrder.ENGLISH if language() == "en" else TermOrder.CHINESE, type=TermOrder)
    q = request.args.get("q", "").strip()[:100]
    page = _page(courses.glossary(session(), q=q, order=order), TERMS_A_PAGE)
    rows = [(term, rendering) for term in page.rows for rendering in term.renderings]
    return render_template("courses/glossary.html", page=page, rows=rows, q=q, order=order)


@blueprint.get("/courses/<slug>/")
@requires(Permission.LEARN, Permission.PREVIEW_COURSES)
def course(slug: str) -> str:
    """One course: what it is, where one is in it, what comes next."""
    learner = _learner_id()
    place = queries.reading(session(), slug, official_id=learner)
    contents = courses.contents(session(), place.revision_ref)
    sample = instance.is_sample()
    return render_template(
        "courses/course.html",
        place=place,
        course=contents,
        previews=policy.may(g.actor, Permission.PREVIEW_COURSES),
        retired=(retired := retirement(session(), place.course_id)),
        learns=learner is not None and (retired is None or place.enrolment_id is not None),
        done=place.done,
        next=queries.next_lesson(contents, place.done, place.last_lesson),
        checks=queries.lessons_with_check(session(), place),
        completion=next((done for done in queries.completions(session(), learner) if done.slug == slug), None) if learner else None,
        newer=courses.contents(session(), place.current_ref) if place.current_ref != place.revision_ref else None,
        counts=courses.gives_evidence(session(), contents.revision_id, sample=sample),
        acceptance=courses.acceptance_of(session(), contents.revision_id) if contents.provisional else None,
        prerequisites=courses.titles(session(), contents.meta["prerequisites"]),
        moves=_moves(contents.meta),
        expected={one.code: one for one in gain_queries.expected(session(), place.course_id, [move["c"] for move in contents.meta["moves"]])},
    )


def _moves(meta: dict[str, Any]) -> list[dict[str, Any]]:
    """The competencies that a course moves, with the framework's words; codes of an older framework stand for themselves."""
    frame = framework.read()
    names = {competency.code: competency.name for competency in frame.competencies}
    return [
        {"code": move["c"], "name": names.get(move["c"], move["c"]), "to": move["to"], "level": frame.level_names[move["to"]]} for move in meta["moves"]
    ]


@blueprint.get("/courses/<slug>/<lesson>")
@requires(Permission.LEARN, Permission.PREVIEW_COURSES)
def lesson(slug: str, lesson: str) -> str | BaseResponse:
    """One lesson in the reader's language. An official who opens one has begun the course."""
    learner = _learner_id()
    place = queries.reading(session(), slug, official_id=learner)
    contents = courses.contents(session(), place.revision_ref)
    line = contents.lesson(lesson)
    if line is None:
        return _by_code(contents, slug, lesson)
    if learner is not None and place.enrolment_id is None and retirement(session(), place.course_id) is not None:
        learner = None  # a retired course can be looked at, not begun
    if learner is not None and place.enrolment_id is None and request.method == "GET":
        with database().writing() as writing:
            actions.begin(writing, course_slug=slug, lesson_code=line.code, actor=current_actor(), now=g.now)
    has_check = line.code in queries.lessons_with_check(session(), place)
    body = lesson_body(contents, line, slug=slug, learns=learner is not None, done=place.done, has_check=has_check)
    return render_template("courses/lesson.html", course=contents, lesson=line, body=body, notes=note_queries.notes(session(), line.code, current_actor()))


def _by_code(contents: courses.Contents, slug: str, code: str) -> BaseResponse:
    """A lesson's lasting id (C01-L2) leads to its address."""
    line = contents.by_code(code)
    if line is None:
        raise NotFound
    return redirect(url_for(".lesson", slug=slug, lesson=line.slug))


@blueprint.post("/courses/<slug>/<lesson>/done")
@requires(Permission.LEARN)
def state_done(slug: str, lesson: str) -> BaseResponse:
    """The official's own statement; then on to the next lesson, or back to the course after the last."""
    actions.state_done(session(), course_slug=slug, lesson_slug=lesson, actor=current_actor(), now=g.now)
    session().flush()  # the next query reads what was just stated
    place = queries.reading(session(), slug, official_id=_learner_id())
    contents = courses.contents(session(), place.revision_ref)
    line = contents.lesson(lesson)
    after = contents.neighbours(line)[1] if line else None
    if after is None:
        return redirect(url_for(".course", slug=slug))
    return redirect(url_for(".lesson", slug=slug, lesson=after.slug))


@blueprint.post("/courses/<slug>/newest")
@requires(Permission.LEARN)
def take_newest(slug: str) -> BaseResponse:
    """Leave the revision one began for the course's current one."""
    actions.take_current_revision(session(), course_slug=slug, actor=current_actor(), now=g.now)
    flash(_("You now read the newest version. Lessons that you had done still count."), "success")
    return redirect(url_for(".course", slug=slug))
