"""Answers, moves and corrections in whatever order, some of them twice: what is kept and what a rebuild gives is the same, to the bit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from lms.access.actor import operator
from lms.core import events
from lms.corrections import actions, jobs
from lms.corrections.enums import CorrectionKind
from lms.people.events import OfficialMoved, OfficialsMoved, Placement
from lms.people.models import Official
from tests.corrections.world import CODES, NOW, WHY, World, world
from tests.support.people import PEOPLE, UNITS

KEYS = [key for key, *_ in PEOPLE]
answers = st.tuples(st.just("answer"), st.sampled_from(KEYS), st.sampled_from(CODES), st.integers(1, 300), st.sampled_from(["a", "b", "c", "c", None]))
moves = st.tuples(st.just("move"), st.sampled_from(KEYS), st.sampled_from([code for code, *_ in UNITS]))
corrections = st.tuples(st.just("correct"), st.sampled_from(CODES[:2]), st.sampled_from([CorrectionKind.REKEY, CorrectionKind.WITHDRAW]))


def _once(happening: tuple) -> tuple:
    """What can happen in any order: an answer of a day once, one move an official, one correction a question."""
    return happening[:4] if happening[0] == "answer" else happening[:2]


happenings = st.lists(st.one_of(answers, answers, answers, moves, corrections), min_size=2, max_size=14, unique_by=_once)


class OneSession:
    """A database all of whose transactions are one, which is rolled back in the end."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        yield self.session
        self.session.flush()

    reading = writing


class Rehearsal(World):
    """The county of corrections within one transaction."""

    admin = operator("a test")

    def move(self, key: str, unit: str) -> None:
        with self.database.writing() as session:
            one = session.get_one(Official, self.cast.officials[key])
            before = Placement(one.unit_id, one.position_id)
            one.unit_id = self.cast.units[unit]
            session.flush()
            events.publish(session, OfficialsMoved([OfficialMoved(one.id, before, Placement(one.unit_id, one.position_id))]))

    def happen(self, what: str, *details) -> str:
        """One thing; the reference of a correction."""
        if what == "correct":
            return self.correct(code=details[0], kind=details[1])
        if what == "move":
            self.move(*details)
        else:
            key, code, days, answer = details
            self.answer(key, days, **{code.replace("-", "_"): answer})
        return ""


@contextmanager
def rehearsed(app, database) -> Iterator[Rehearsal]:
    with database.new_session(write=True) as session, pytest.MonkeyPatch.context() as patch:
        one = OneSession(session)
        patch.setattr(jobs, "database", lambda: one)
        made = world(app, one)
        yield Rehearsal(made.app, one, made.cast, made.revisions)
        session.rollback()


def kept(home: Rehearsal) -> dict[str, list[str]]:
    """Everything derived, without the ids of officials and units, which differ from county to county."""
    home.database.session.expire_all()
    assert home.check() == []
    return {table: sorted(str(row[2:] if table == "proficiency" else row[-1]) for row in rows) for table, rows in home.derived().items()}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings, st.randoms(use_true_random=False))
def test_the_order_of_answers_moves_and_corrections_changes_nothing(app, database, things, chance):
    with rehearsed(app, database) as home:
        for thing in things:
            home.happen(*thing)
        in_order = kept(home)
    shuffled = things[:]
    chance.shuffle(shuffled)
    with rehearsed(app, database) as home:
        refs = [home.happen(*thing) for thing in shuffled]
        for ref in filter(None, refs):  # begun once, carried through twice
            jobs.apply(report=lambda done, total: None, ref=ref)
        assert kept(home) == in_order


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings, st.sampled_from([CorrectionKind.REKEY, CorrectionKind.WITHDRAW]))
def test_a_correction_taken_back_leaves_what_would_be_without_it(app, database, things, kind):
    others = [thing for thing in things if thing[:2] != ("correct", CODES[5])]
    with rehearsed(app, database) as home:
        for thing in others:
            home.happen(*thing)
        without = kept(home)
    with rehearsed(app, database) as home:
        ref = ""
        for n, thing in enumerate(others):
            if n == len(others) // 2:
                ref = home.correct(code=CODES[5], kind=kind)
            home.happen(*thing)
        undone = actions.draft_undo(home.database.session, actor=home.admin, ref=ref, reason=WHY, now=NOW).ref
        home.carry_out(undone)
        assert kept(home) == without
