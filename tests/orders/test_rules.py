"""The pure rules of orders: states, turns, working days, what partners may see of people, the lot, offers, agreements."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.orders import bases, clock, disclosure, flow, lot, offering, terms
from lms.orders.bases import Agreement, Entry
from lms.orders.disclosure import K, mix, part_of
from lms.orders.enums import ORDER_FLOW, RUNNING, OrderState, Owner
from lms.orders.flow import Dates
from lms.orders.offering import Offer
from lms.orders.terms import Terms

RULE = clock.clock()
DAYS = st.dates(date(2025, 1, 1), date(2030, 12, 31))
MONDAY = date(2026, 11, 23)


# --- states -----------------------------------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(OrderState), max_size=12))
def test_an_order_only_moves_forward_and_an_ended_one_not_at_all(wishes):
    state, seen = OrderState.DRAFT, [OrderState.DRAFT]
    for wish in wishes:
        if flow.may_follow(state, wish):
            state = wish
            assert state not in seen, "no state comes twice"
            seen.append(state)
    assert (state in RUNNING) == bool(ORDER_FLOW[state])
    usual = [OrderState.DRAFT, OrderState.OPEN, OrderState.ACCEPTED, OrderState.DELIVERY, OrderState.DELIVERED]
    kept = [one for one in seen if one in usual]
    assert kept == usual[: len(kept)]


@given(st.sampled_from(OrderState), DAYS, st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_every_running_state_has_an_owner_and_a_date_that_is_not_before_it_began(state, entered, closes, ends, review):
    closes_on, ends_on = entered + timedelta(closes), entered + timedelta(ends)
    dates = Dates(entered, closes_on, None, ends_on, ends_on + timedelta(review))
    found = flow.turn(state, dates, RULE)
    assert (found.due_on is not None) == (state in RUNNING)
    assert found.due_on is None or found.due_on >= entered
    assert (found.owner is Owner.PARTNER) == (state in (OrderState.OPEN, OrderState.DELIVERY))
    if state is OrderState.OPEN:
        assert found.then > closes_on


def test_after_the_closing_day_an_open_order_is_the_turn_of_hr():
    closes = date(2026, 12, 4)
    turn = flow.turn(OrderState.OPEN, Dates(MONDAY, closes), RULE)
    held = (OrderState.OPEN, turn.owner, turn.due_on, turn.then)
    assert not flow.is_closed(closes, closes, closed_early=False) and flow.is_closed(closes, closes + timedelta(1), closed_early=False)
    assert flow.standing(*held, closed=False) == flow.Turn(Owner.PARTNER, closes)
    later = flow.standing(*held, closed=True)
    assert later == flow.Turn(Owner.HR, date(2026, 12, 18)) and not flow.is_overdue(later, date(2026, 12, 18)) and flow.is_overdue(later, date(2026, 12, 19))


# --- the clock ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", [{"schema": "x"}, {"publish_within": 0}, {"remind_before": "3"}, {"decide_within": None}])
def test_a_broken_clock_is_refused(broken):
    data = {"schema": clock.SCHEMA, **dict.fromkeys(clock.Clock.__slots__, 5)} | broken
    with pytest.raises(ValueError, match="."):
        clock.parse(data)


# --- what partners see of people --------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from("xyz")), max_size=60))
def test_no_number_of_the_mix_nor_what_it_leaves_is_a_small_group(pairs):
    found = mix(pairs)
    if len(pairs) < K:
        assert found == disclosure.Mix(None)
        return
    counts = Counter(pairs)
    assert found.people == len(pairs) == sum(n for *_, n in found.cells) + found.others
    assert all(n >= K and n == counts[post, tier] for post, tier, n in found.cells)
    assert found.others == 0 or found.others >= K
    # whatever is added up of what is shown, by post or by tier, leaves no small group of the total
    for place in (0, 1):
        for key in {cell[place] for cell in found.cells}:
            rest = len(pairs) - sum(cell[2] for cell in found.cells if cell[place] == key)
            assert rest == 0 or rest >= K


def test_a_small_rest_takes_the_smallest_shown_cell_along():
    assert mix([("A", "x")] * 9 + [("B", "x")] * 6 + [("C", "x")] * 2) == disclosure.Mix(17, (("A", "x", 9),), 8)


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_part_is_shown_only_if_neither_it_nor_the_rest_is_small(part, more):
    shown = part_of(part, part + more)
    assert (shown == part) == (part + more >= K and part not in range(1, K) and more not in range(1, K))


# --- the lot ----------------------------------------------------------------------------------------------------------------------------


@given(st.sets(st.integers(1, 10_000), min_size=2, max_size=60), st.integers(0, 2**31), st.data())
def test_the_lot_can_be_drawn_again_from_its_seed(people, seed, data):
    places = data.draw(st.integers(0, len(people)))
    first = lot.draw(people, places, seed)
    assert len(first) == places and first <= people and first == lot.draw(sorted(people, reverse=True), places, seed)


def test_everyone_is_as_likely_as_any_other():
    drawn = Counter(one for seed in range(2000) for one in lot.draw(range(10), 4, seed))
    assert all(abs(n - 800) < 110 for n in drawn.values())  # four standard errors


# --- offers, terms, agreements ----------------------------------------------------------------------------------------------------------

SOUND = Offer("c", "", "Li", "", "", date(2026, 12, 14), date(2026, 12, 18), 16, 0, "")


def test_a_sound_offer_has_no_fault_and_survives_being_kept():
    assert list(offering.faults(SOUND, today=MONDAY, until=date(2026, 12, 31))) == [] and Offer.of(SOUND.stored()) == SOUND
    late = dict(offering.faults(SOUND, today=MONDAY, until=date(2026, 12, 17)))
    assert late == {"ends_on": offering.Fault.LATE}


@given(st.integers(-5, 10), st.integers(0, 40))
def test_an_order_opens_only_with_time_for_offers(days, review):
    first = terms.first_closing_day(MONDAY, RULE)
    asked = Terms("T", "N", (("SEC-1", 2),), date(2026, 12, 31), 8, aim_milli=300, how="H", closes_on=first + timedelta(days))
    asked = replace(asked, review_on=asked.until + timedelta(review - 20))
    found = [field for field, _ in terms.opening_faults(asked, people=5, today=MONDAY, clock=RULE)]
    assert ("closes_on" in found) == (days < 0) and ("review_on" in found) == (review < 20)


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [(None, None, "none"), (1, 9, "to_come"), (-9, 90, "holds"), (-9, 60, "ends_soon"), (-9, 0, "ends_soon"), (-9, -1, "ended")],
)
def test_how_an_agreement_stands(since, until, found):
    dates = [None if one is None else MONDAY + timedelta(one) for one in (since, until)]
    assert bases.agreement(*dates, MONDAY, warn_days=60) is Agreement(found)


def test_an_entry_survives_being_kept_and_says_what_changed():
    entry = Entry("Hall", "Road 1", 40, agreed_from=MONDAY, agreed_until=MONDAY)
    assert Entry.of(entry.stored()) == entry and entry.changed(replace(entry, capacity=50, rooms="A")) == ["capacity", "rooms"]
    wrong = replace(entry, name="", address="", capacity=0, agreed_until=None, rooms="x" * 3000)
    assert [field for field, _ in bases.faults(wrong)] == ["name", "address", "capacity", "agreed_until", "rooms"]


def test_names_are_found_in_texts_whatever_their_case():
    people = [("扎西", "YX000001"), ("A", "Z1")]
    assert terms.names_in(["请扎西参加"], people) == 1 and terms.names_in(["yx000001"], people) == 1 and terms.names_in(["A person"], people) == 0
