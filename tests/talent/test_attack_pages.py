"""The attack with everything else that a role can open: pages, workbooks, reports, published decisions, yearly plans, both strands."""

import random
from datetime import timedelta

import pytest

from lms.access.permissions import Role
from lms.people.calendar_queries import today
from tests.support import people as support
from tests.support.people import actor_of, browser_of
from tests.talent import attack_pages
from tests.talent.attack import CODES, COUNTY, POSTS, TREE, Facts, Solver, Truth, hidden_places
from tests.talent.attack_pages import DUAL, everything
from tests.talent.test_attack import assert_closed, assert_posts_closed, changed, comparable_of, county, only_tree, place, publish

__all__ = ["place"]
DECIDED = (COUNTY, "A1", "T1", "T2")


def strands(seed: int) -> Truth:
    """How the same people stand in both strands."""
    draw = random.Random(seed)
    return {(unit, POSTS[0], DUAL): tuple(draw.randint(0, 4) for _ in range(4)) for unit in (COUNTY, *TREE)}


def skills(truth: Truth) -> Truth:
    return {atom: counts for atom, counts in truth.items() if atom[2] in CODES}


def settle(app, database, cast, truth: Truth, now) -> None:
    """A day's snapshot, the month's figures of both strands, decisions published and plans adopted."""
    publish(database, cast, skills(truth), now)
    hr = actor_of(database, cast, "hr")
    with app.test_request_context(), database.writing() as session:
        attack_pages.take_dual(session, cast, truth, now)
        attack_pages.decide_and_plan(session, hr, DECIDED, now, today(now))


def seen(app, database, cast, key: str, truth: Truth) -> Facts:
    return everything(browser_of(app, cast, key), truth, comparable_of(app, database))


def test_all_that_a_head_can_open_on_two_days_finds_out_no_hidden_cell(app, database, place, now):
    first = county(11) | strands(12)
    second = changed(skills(first), 13) | strands(12)
    settle(app, database, place, first, now - timedelta(days=1))
    one = seen(app, database, place, "head_county", first)
    assert 0 < len(one.seen) < len(hidden_places(first))
    assert {"A1", "T1"} & {unit for unit, _direct, code in one.seen if code == DUAL}
    assert_closed(one, Solver(one), 0)
    assert_posts_closed(one, only_tree(one))
    publish(database, place, skills(second), now)
    two = seen(app, database, place, "head_county", second)
    assert_closed(two, Solver(two), 0, before=one.seen)
    both = Solver(one, two, few=4)
    assert_closed(one, both, 0)
    assert_closed(two, both, 1, before=one.seen)
