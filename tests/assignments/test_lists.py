"""Lists of people's assignments show the same whichever way they are read; what is long is counted every ten minutes, what is short at once."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import select, update

from lms.access.policy import Scope
from lms.assignments import list_queries, queries
from lms.assignments.actions import Reason
from lms.assignments.enums import Shown, SourceKind
from lms.assignments.list_queries import ORDERS, Wish, listed, page_listed
from lms.assignments.models import Assignment, AssignmentGroup, TimeRequest
from lms.core import clock
from lms.people.models import Unit
from tests.assignments.conftest import LESSON, QUIZ

WAYS = {"each set is small": (10**6, 100), "along the index": (1, 100), "along the index, no set is small": (1, 0), "all is sorted": (10**6, 0)}
"""From how many on a list is long, and how far sets are counted."""


@pytest.fixture
def given(world):
    """Three acts of assigning with all states, one without a date; and an own choice that nobody else sees."""
    world.assign("meng", "zhaxi", "lei", "sun", "dong", "he", by="operator")
    world.assign("meng", "cheng", "lei", thing=QUIZ, due=None, by="operator")
    world.assign("zhaxi", "he", thing=LESSON, due=date(2026, 11, 30), by="operator")
    world.assign("zhaxi", thing=QUIZ, due=None, by="zhaxi", reason=Reason(SourceKind.RECOMMENDATION))
    with world.database.writing() as session:
        for key, change in {"zhaxi": {"state": "done"}, "lei": {"state": "excused"}, "sun": {"due_on": date(2026, 1, 1)}, "he": {"state": "withdrawn"}}.items():
            first = select(Assignment.id).where(Assignment.official_id == world.cast.officials[key]).order_by(Assignment.id).limit(1)
            session.execute(update(Assignment).where(Assignment.id == first.scalar_subquery()).values(**change))
    return world


def scopes(session) -> list[Scope]:
    paths = dict(session.execute(select(Unit.code, Unit.path)).all())
    return [
        Scope(everything=True),
        *(Scope(paths=(paths[code],)) for code in ("51", "513399", "513399201")),
        Scope(paths=(paths["513399101"], paths["513398"])),
    ]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_shows_the_same(app, given, read, monkeypatch, way):
    monkeypatch.setattr(list_queries, "LARGE", WAYS[way][0])
    monkeypatch.setattr(list_queries, "COUNTED", WAYS[way][1])
    today, seen = given.now.date(), 0
    groups = read(lambda session: list(session.scalars(select(AssignmentGroup.id).where(queries.ASKED))))
    with app.app_context(), given.database.reading() as session:
        for scope, order, state, group in product(scopes(session)[::2], ORDERS, ("", Shown.OPEN, Shown.OVERDUE, Shown.EXCUSED), (None, groups[0])):
            wish = Wish(scope, today, state=state, order=order, group_id=group)
            whole = [row[0].id for row in session.execute(listed(wish))]
            first = page_listed(session, wish, 1, size=2)
            pages = [first, *(page_listed(session, wish, number, size=2) for number in range(2, first.pages + 1))]
            assert [row[0].id for page in pages for row in page.rows] == whole
            assert {page.total for page in pages} == {len(whole)}
            assert all(one.official_id == person.id and person.unit_id == unit.id for page in pages for one, person, unit in page.rows)
            seen += len(whole)
    assert seen > 0


@pytest.mark.parametrize("way", WAYS)
def test_without_a_date_comes_last_and_own_choices_never(app, given, monkeypatch, way):
    monkeypatch.setattr(list_queries, "LARGE", WAYS[way][0])
    monkeypatch.setattr(list_queries, "COUNTED", WAYS[way][1])
    with app.app_context(), given.database.reading() as session:
        page = page_listed(session, Wish(Scope(everything=True), given.now.date()), 1)
    days = [one.due_on for one, _person, _unit in page.rows]
    assert days == [date(2026, 1, 1), date(2026, 11, 30), date(2026, 11, 30), *[date(2026, 12, 31)] * 5, None, None, None]


def test_a_search_finds_names_numbers_and_things(app, given):
    with app.app_context(), given.database.reading() as session:
        reach = scopes(session)[2]
        for text, people in {"孟": {"孟旺"}, "yx000001": {"扎西"}, "程": set(), LESSON[1]: {"扎西", "贺然次"}}.items():
            page = page_listed(session, Wish(reach, given.now.date(), text=text), 1)
            assert {person.name for _one, person, _unit in page.rows} == people


def test_far_pages_of_a_long_list_by_name_are_the_same(app, given, monkeypatch):
    monkeypatch.setattr(list_queries, "LARGE", 1)
    monkeypatch.setattr(list_queries, "NEAR", 2)
    wish = Wish(Scope(everything=True), given.now.date(), order="name")
    with app.app_context(), given.database.reading() as session:
        whole = [row[0].id for row in session.execute(listed(wish))]
        found = [row[0].id for number in range(1, 7) for row in page_listed(session, wish, number, size=2).rows]
    assert found == whole and len(whole) == 11


def test_who_reaches_every_tree_from_its_root_reaches_everything(given, read):
    def ask(session):
        return [queries.widened(session, scope).everything for scope in scopes(session)]

    assert read(ask) == [True, True, False, False, False]

    with given.database.writing() as session:  # a second tree
        session.add(
            Unit(code="52", name_zh="另一省", name_en="Another", parent_id=None, path="/900/", tier="province", connection="fibre", created_at=given.now)
        )
    assert read(ask) == [True, False, False, False, False]


@pytest.mark.parametrize(("large", "later"), [(100, 2), (1, 1)])
def test_progress_of_a_large_group_is_counted_every_ten_minutes_and_of_a_small_one_at_once(app, given, monkeypatch, large, later):
    monkeypatch.setattr(queries, "LARGE", large)

    def done(minutes: int) -> list[int]:
        with app.app_context(), clock.at(given.now + timedelta(minutes=minutes)), given.database.reading() as session:
            found = queries.progress_of(session, Scope(everything=True), groups, given.now.date())
        return [found[one].done for one in groups]

    with given.database.reading() as session:
        groups = list(session.scalars(select(AssignmentGroup.id).where(queries.ASKED).order_by(AssignmentGroup.id)))[:1]
    assert done(0) == [1]
    with given.database.writing() as session:
        meng = select(Assignment.id).where(Assignment.official_id == given.cast.officials["meng"]).order_by(Assignment.id).limit(1)
        session.execute(update(Assignment).where(Assignment.id == meng.scalar_subquery()).values(state="done"))
    assert done(9) == [later] and done(11) == [2]


def test_a_small_group_beside_a_large_one_is_counted_at_once(app, given, monkeypatch):
    monkeypatch.setattr(queries, "LARGE", 5)
    tomorrow = given.now.date() + timedelta(days=1)  # of which no other test has counted anything
    with given.database.reading() as session:
        first, _second, third = session.scalars(select(AssignmentGroup.id).where(queries.ASKED).order_by(AssignmentGroup.id))

    def counted() -> dict[int, int]:
        with app.app_context(), given.database.reading() as session:
            return {one: how.done for one, how in queries.progress_of(session, Scope(everything=True), [first, third], tomorrow).items()}

    assert counted() == {first: 1, third: 0}
    with given.database.writing() as session:
        session.execute(update(Assignment).where(Assignment.state == "open").values(state="done"))
    assert counted() == {first: 1, third: 2}


def test_requests_that_wait_are_counted_at_once_and_within_reach(app, given):
    with given.database.writing() as session:
        ones = {key: given.of(session, key)[0] for key in ("meng", "cheng", "lei")}  # lei is excused: nothing to answer
        session.add_all(TimeRequest(assignment_id=one.id, words="Flood", until=date(2027, 1, 31), asked_at=given.now) for one in ones.values())

    def waiting() -> list[int]:
        with app.app_context(), given.database.reading() as session:
            rows = [{person.name for _asked, _one, person, _unit in session.execute(queries.waiting_requests(scope))} for scope in scopes(session)]
            numbers = [queries.how_many_wait(session, scope) for scope in scopes(session)]
        assert [len(found) for found in rows] == numbers
        return numbers

    assert waiting() == [2, 2, 1, 0, 2]
    with given.database.writing() as session:
        session.execute(update(TimeRequest).where(TimeRequest.assignment_id == ones["cheng"].id).values(answer="granted"))
    assert waiting() == [1, 1, 1, 0, 1]
