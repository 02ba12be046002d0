"""What administrators and auditors find on the home page."""

from collections.abc import Iterator
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.core.i18n import pick
from lms.courses import queries as courses
from lms.operations import state
from lms.web.home import Panel, Step, Urgency


def today(session: Session, *, actor: Actor, now: datetime) -> Iterator[Step | Panel]:
    """Decisions that wait, tasks that failed, and how the installation is."""
    if policy.may(actor, Permission.COURSES_ACCEPT):
        yield from _decisions(session)
    if policy.may(actor, Permission.INSTANCE_READ):
        yield from _instance(session, now)
    if policy.may(actor, Permission.AUDIT_READ):
        why = _("Who opened or changed what, and whether the log is whole.")
        yield Step(Urgency.CARE, _("Look through the audit log"), why, _("To the audit log"), url_for("access.audit_log"))


def _decisions(session: Session) -> Iterator[Step]:
    for card in courses.courses(session):
        if card.provisional and not card.accepted:
            title = _("“%(title)s” waits for a decision", title=pick(card.title))
            why = _("Nobody has reviewed this course yet. Its quiz gives no evidence until you accept it with a reason.")
            yield Step(Urgency.ASSIGNED, title, why, _("Look and decide"), url_for("packages.acceptance", slug=card.slug))


def _instance(session: Session, now: datetime) -> Iterator[Step | Panel]:
    seen = state.look(session, now=now)
    if seen.jobs_failed:
        title = ngettext("%(n)d task failed in the last seven days", "%(n)d tasks failed in the last seven days", seen.jobs_failed, n=seen.jobs_failed)
        yield Step(Urgency.ASSIGNED, title, _("The service's log says why."), _("To the administration"), url_for("operations.admin"))
    tiles = [
        {"value": seen.officials, "label": _("officials in service"), "url": url_for("people.officials")},
        {"value": seen.activated, "label": _("accounts that can sign in")},
        {"value": seen.responses, "label": _("answers that count")},
        {"value": seen.attempts_open, "label": _("quizzes under way")},
    ]
    yield Panel(60, _("This installation"), "home/_tiles.html", {"tiles": tiles})
