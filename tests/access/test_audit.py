"""The audit chain tells when anything in it was changed."""

from __future__ import annotations

from sqlalchemy import delete, update

from lms.access import audit
from lms.access.actor import operator
from lms.access.audit import Action, Event
from lms.access.models import AuditEntry


def write_three(database, now):
    with database.writing() as session:
        for subject in ("a", "b", "c"):
            audit.record(session, actor=operator(), action=Action.RECORD_READ, subject=subject, official_id=None, now=now, why="test")


def test_an_untouched_chain_is_whole(database, now):
    write_three(database, now)
    with database.reading() as session:
        assert audit.verify(session) == audit.Verdict(3)


def test_a_changed_entry_breaks_the_chain_at_its_place(database, now):
    write_three(database, now)
    with database.writing() as session:
        session.execute(update(AuditEntry).where(AuditEntry.seq == 2).values(subject="x"))
    with database.reading() as session:
        assert audit.verify(session) == audit.Verdict(2, 2, "its content was changed")


def test_a_removed_entry_breaks_the_chain(database, now):
    write_three(database, now)
    with database.writing() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.seq == 2))
    with database.reading() as session:
        assert audit.verify(session).broken_at == 2


def test_many_entries_continue_the_chain(database, now):
    write_three(database, now)
    with database.writing() as session:
        assert audit.record_many(session, actor=operator(), now=now, events=[Event(Action.PERSON_MOVED, str(n)) for n in range(50)]) == 50
    with database.reading() as session:
        assert audit.verify(session) == audit.Verdict(53)
