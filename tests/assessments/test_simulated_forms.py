"""The simulation of forms counts what it says: filled forms, places of the key, what length is worth."""

import pytest

from bench.forms import HEADINGS, by_length, new_in_retakes, simulate, table
from lms.assessments.forms import candidate
from lms.assessments.package import parse_bank, questions
from tests.assessments.banks import first_bank
from tests.assessments.test_bank_checks import choice

ITEMS = [choice(f"Q{n}", key="abcd"[n % 4], longer="a") for n in range(8)] + [choice("P1", use="practice")]


def bank(form_length: int):
    blueprint = {"form_length": form_length, "cells": [["NET-1", "U", "E", form_length]]}
    return parse_bank({"schema": "assessment/1", "framework": "dgcf@1.0.0", "course": "first", "blueprint": blueprint, "items": ITEMS})


@pytest.mark.parametrize(("key", "longest", "shortest"), [("a", 1, 0), ("b", 0, 1 / 3)])
def test_what_length_is_worth(key, longest, shortest):
    (question,) = questions(bank(4).items["abcd".index(key)])
    assert (by_length(question, "zh", max), by_length(question, "zh", min)) == (longest, shortest)


def test_every_form_is_filled_and_every_live_item_used():
    found = simulate("first", bank(4), forms=40)
    assert (found.live, found.filled, found.asked, found.chance) == (8, 40, 160, 40.0)
    assert set(found.used) == {f"Q{n}" for n in range(8)} and sum(found.places.values()) == 160


def test_a_form_that_the_bank_can_not_fill_is_counted():
    assert simulate("first", bank(9), forms=5).filled == 0


def test_one_line_a_bank():
    lines = list(table([("first", bank(4))], forms=5))
    assert [line.count("|") for line in lines] == [len(HEADINGS) + 1] * 3
    assert lines[2].startswith("| first | 8 | 4 | 5 of 5 |")


@pytest.mark.parametrize(("length", "new"), [(2, (100, 100)), (4, (100, 0)), (6, (100 / 3, 0)), (8, (0, 0))])
def test_a_further_form_is_as_new_as_the_bank_allows(length, new):
    live = [candidate(item) for item in bank(length).items if item.use == "live"]
    assert new_in_retakes(bank(length), live, "seed") == pytest.approx(new)


def test_a_second_form_of_a_small_bank_has_what_its_cells_can_use_of_the_rest():
    live = [candidate(item) for item in first_bank().items if item.use == "live"]
    assert len(live) == 17  # of which fourteen are asked
    assert [new_in_retakes(first_bank(), live, f"seed {n}", retakes=1) for n in range(20)] == [pytest.approx((100 * 2 / 14,))] * 20
