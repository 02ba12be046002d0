"""A page that says "not done" leaves nothing behind but that somebody looked."""

import pytest
from flask import g
from sqlalchemy import func, select

from lms.access import audit
from lms.access.audit import Action
from lms.access.models import AuditEntry
from lms.core import db
from lms.core.errors import Conflict
from lms.core.models import InstanceFact
from tests.support.people import browser_of

ADDRESS, ENDPOINT = "/talent/decisions/new", "decisions.begin"


def facts(database):
    with database.reading() as session:
        return session.scalars(select(InstanceFact.name).where(InstanceFact.name.startswith("test"))).all()


def entries(database, action):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action))


def writing_view(status):
    def view():
        session = db.session()
        session.add(InstanceFact(name=f"test {status}", value="written"))
        session.flush()
        audit.record(session, actor=g.actor, action=Action.PERSON_CHANGED, subject="nobody", now=g.now)
        audit.record(session, actor=g.actor, action=Action.RECORD_READ, subject="somebody", now=g.now)
        return "seen", status

    return view


@pytest.mark.parametrize("status", [200, 303, 403, 409, 422])
def test_only_what_was_done_is_kept_and_every_look(app, database, cast, monkeypatch, status):
    monkeypatch.setitem(app.view_functions, ENDPOINT, writing_view(status))
    looks, changes = entries(database, Action.RECORD_READ), entries(database, Action.PERSON_CHANGED)
    assert browser_of(app, cast, "hr").post(ADDRESS).status_code == status
    done = status < 400
    assert facts(database) == ([f"test {status}"] if done else [])
    assert entries(database, Action.PERSON_CHANGED) == changes + done
    assert entries(database, Action.RECORD_READ) == looks + 1
    with database.reading() as session:
        assert audit.verify(session).broken_at is None


def test_what_fails_in_an_attempt_is_taken_back_and_the_rest_stays(app, database, cast, monkeypatch):
    def view():
        session = db.session()
        session.add(InstanceFact(name="test before", value="kept"))
        try:
            with db.attempt():
                session.add(InstanceFact(name="test inside", value="lost"))
                session.flush()
                raise Conflict
        except Conflict:
            return "went on", 200

    monkeypatch.setitem(app.view_functions, ENDPOINT, view)
    assert browser_of(app, cast, "hr").post(ADDRESS).status_code == 200
    assert facts(database) == ["test before"]
