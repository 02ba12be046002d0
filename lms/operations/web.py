"""Pages that look at the installation as a whole: its state for administrators, and everything it holds about oneself."""

from __future__ import annotations

from flask import Blueprint, Response, g, render_template
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.audit_words import ACTION_NAMES, by_whom
from lms.access.guards import current_actor, requires, signed_in
from lms.access.permissions import Permission
from lms.access.queries import by_others
from lms.core import db
from lms.courses import queries as courses
from lms.operations import record, state
from lms.operations.record import Subject
from lms.people import accommodation_queries
from lms.people.accommodation_views import said
from lms.people.models import Account, Official
from lms.web import files

blueprint = Blueprint("operations", __name__)


@blueprint.get("/admin/")
@requires(Permission.INSTANCE_READ, Permission.ROLES_GRANT)
def admin() -> str:
    """What administrators can do, what waits for them, and how the installation is."""
    session = db.session()
    waiting = [card for card in courses.courses(session) if card.provisional and not card.accepted]
    return render_template("access/admin.html", state=state.look(session, now=g.now), waiting=waiting)


def _subject(session: Session, actor: Actor) -> Subject:
    account = session.get_one(Account, actor.account_id)
    return Subject(account.official_id, account.id, account.login)


@blueprint.get("/me/record")
@signed_in
def my_record() -> str:
    """Everything held about me, and who looked at it."""
    session = db.session()
    subject = _subject(session, current_actor())
    held = record.parts(session, subject)
    staff = session.get(Official, subject.official_id) if subject.official_id else None
    looked = by_others(session, official_id=subject.official_id, account_id=subject.account_id) if subject.official_id else []
    granted = accommodation_queries.accommodations(session, subject.official_id) if subject.official_id else []
    more = {"writes": any(part.name == "file_edit" for part in held), "names": ACTION_NAMES, "by_whom": by_whom}
    return render_template("access/record.html", held=held, staff=staff, looked=looked, subject=subject, granted=granted, said=said, **more)


@blueprint.get("/me/record.zip")
@signed_in
@db.writes
def export() -> Response:
    """All of it as a file to keep or to take elsewhere."""
    session, actor = db.session(), current_actor()
    subject = _subject(session, actor)
    audit.record(session, actor=actor, action=Action.RECORD_EXPORTED, subject=subject.login, official_id=subject.official_id, now=g.now)
    body = record.archive(session, subject, now=g.now)
    return files.download(body, f"record-{g.now:%Y-%m-%d}.zip")
