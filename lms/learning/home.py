"""What learning has to say on the home page: where one was, which quiz would close a course, what to begin with."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.core.i18n import pick
from lms.courses import queries as courses
from lms.learning import queries
from lms.web.home import Step, Urgency


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step]:
    """Courses under way, the one begun last first; without any, the first course of the curriculum."""
    learner = policy.scope(actor, Permission.LEARN).official_id
    if learner is None:
        return
    begun = queries.under_way(session, learner)
    for course in begun:
        yield _go_on(course) if course.next_slug else _prove(course)
    if not begun and not queries.completions(session, learner):
        yield from _start(session)


def _go_on(course: queries.UnderWay) -> Step:
    return Step(
        Urgency.CONTINUE,
        _("Go on with: %(title)s", title=pick(course.next_title)),
        _("%(course)s: %(done)d of %(total)d lessons done.", course=pick(course.title), done=course.done, total=course.total),
        _("Read this lesson"),
        url_for("courses.lesson", slug=course.slug, lesson=course.next_slug),
    )


def _prove(course: queries.UnderWay) -> Step:
    return Step(
        Urgency.EVIDENCE,
        _("Show what you learned: %(course)s", course=pick(course.title)),
        _("You have done all its lessons; the quiz is still to come."),
        _("To the course"),
        url_for("courses.course", slug=course.slug),
    )


def _start(session: Session) -> Iterator[Step]:
    first = next(iter(courses.courses(session)), None)
    if first is not None:
        why = pick(first.summary)
        yield Step(Urgency.START, _("Begin with: %(title)s", title=pick(first.title)), why, _("Look at the course"), url_for("courses.course", slug=first.slug))
