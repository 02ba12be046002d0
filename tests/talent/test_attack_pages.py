"""The attack with everything else that a role can open: pages, workbooks, reports, published decisions, yearly plans, both strands."""

import random
import re
from datetime import timedelta

import pytest

from lms.access.permissions import Role
from lms.competency import queries as competency
from lms.core import clock
from lms.decisions import figures
from lms.decisions import queries as decision_queries
from lms.people.calendar_queries import today
from tests.support import people as support
from tests.support.people import actor_of, browser_of
from tests.talent import attack_pages
from tests.talent.attack import CODES, COUNTY, GROUPINGS, POSTS, TREE, Facts, Solver, Truth, hidden_places, table
from tests.talent.attack_pages import DUAL, book, everything, made, sheets
from tests.talent.test_attack import assert_closed, assert_posts_closed, changed, comparable_of, county, only_tree, place, publish

__all__ = ["place"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is released is attacked on both engines in test_attack
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


@pytest.fixture
def county_of_decisions(app, database, place, now):
    """The county with all that is published of it, yesterday; a reviewer, and the head of a township in it."""
    with database.writing() as session:
        support._staff(session, place, "reviewer", "reviewer", "复核", Role.REVIEWER, None, now)
        support._staff(session, place, "head_t1", "head-t1", "镇长", Role.UNIT_HEAD, "T1", now)
    truth = county(21) | strands(22)
    settle(app, database, place, truth, now - timedelta(days=1))
    return truth


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


@pytest.mark.parametrize("key", ["author", "assessor", "admin", "auditor", "reviewer", "hr_neighbour"])
def test_others_see_nothing_of_all_this(app, database, place, county_of_decisions, key):
    facts = everything(browser_of(app, place, key), county_of_decisions)
    assert (facts.sums, facts.limits) == ([], [])


def test_the_public_sees_nothing_of_all_this(app, place, county_of_decisions):
    facts = everything(app.test_client(), county_of_decisions)
    assert (facts.sums, facts.limits) == ([], [])


def test_workbooks_of_hr_hold_what_the_head_sees(app, place, county_of_decisions):
    hr, head = browser_of(app, place, "hr"), browser_of(app, place, "head_county")
    files = [f"/units/{unit}/skills.xlsx" for unit in (COUNTY, *TREE)]
    files += [f"/talent/board.xlsx?unit={unit}&by={by}" for unit in (COUNTY, "T1") for by in GROUPINGS]
    assert [path for path in files if book(hr, path) != book(head, path) or not book(hr, path)] == []
    for unit in (COUNTY, "A1", "T1"):
        mine, theirs = (sheets(made(client, unit, "xlsx")) for client in (hr, head))
        assert {name: rows for name, rows in mine.items() if name != "Summary"} == {name: rows for name, rows in theirs.items() if name != "Summary"}


def test_officials_heads_below_and_the_list_of_decisions_say_a_part_of_what_the_head_sees(app, database, place, county_of_decisions, now):
    """So that even all of them together find out no more. HR's list of decisions is a file too, whatever HR's own pages show."""
    publish(database, place, {atom: (sum(counts), 0, 0, 0) for atom, counts in skills(county_of_decisions).items()}, now)
    head = everything(browser_of(app, place, "head_county"), county_of_decisions)
    official, township, beside = (everything(browser_of(app, place, key), county_of_decisions) for key in ("zhaxi", "head_t1", "head"))
    files = Facts(county_of_decisions)
    for row in table(browser_of(app, place, "hr"), "/talent/decisions.csv"):
        if row["At the decision"].endswith("%"):
            unit, about = re.search(r"unit:(\w+) about:(\S+)", row["Question"]).groups()
            attack_pages.measure(files, unit, about, "met", float(row["At the decision"][:-1]))
    for part in (official, township, beside, files):
        assert set(part.sums) <= set(head.sums) and set(part.limits) <= set(head.limits) and part.limits


def test_a_live_figure_in_published_decisions_would_be_found_out(app, database, place, now, monkeypatch):
    """The attack itself is tried: one leak, planted."""

    def leaking(session, unit):
        cells = competency.live_cells(session, unit, clock.day_number(now))[unit.id, False]
        return {"as_of": now.isoformat(), "cells": {code: figures.plain(cell) for code, cell in cells.items()}}

    monkeypatch.setattr(decision_queries, "published", leaking)
    truth: Truth = {("A1", "P02", "SEC-1"): (1, 1, 0, 0), ("A2", "P02", "SEC-1"): (4, 3, 5, 0), ("A3", "P02", "SEC-1"): (2, 2, 3, 0)}
    with app.test_request_context():
        settle(app, database, place, truth, now)
    facts = Facts(truth)
    attack_pages._decisions(browser_of(app, place, "head_county"), facts)
    with pytest.raises(AssertionError, match="A1"):
        assert_closed(facts, Solver(facts), 0)
