"""Versions that rise by themselves, difficulty as a judgement, faults at their fields, gaps, and cells of the blueprint."""

from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lms.assessments.item_queries import Fault, Surroundings, content_hash, difficulty_class, find_faults, parse_item
from lms.authoring import item_blueprint, item_table
from lms.authoring.bank_text import data as bank_data
from lms.authoring.item_faults import of_head, of_item
from lms.authoring.item_list import cell_rows, item_rows, lacks, unasked, uses
from lms.authoring.item_preview import readable
from lms.authoring.item_prior import SHARES, guess, prior_b, share_of
from lms.authoring.item_rows import KINDS, new_item
from lms.authoring.item_versions import raised

BANK = bank_data((Path(__file__).parent.parent / "data" / "authoring" / "bank.yaml").read_text(encoding="utf-8"))
ONE, TWO, SET = BANK["items"]


def released(item, *versions):
    return {version: content_hash(parse_item(item | {"version": version})) for version in versions}


def test_what_measures_something_else_gets_the_next_version_and_an_undone_change_its_old_one():
    known = released(ONE, 1)
    changed = deepcopy(ONE) | {"answer": "a"}
    assert raised(ONE, known) == ONE and raised(changed, {}) == changed
    assert raised(changed, known)["version"] == 2
    assert raised(raised(changed, known), known)["version"] == 2
    assert raised(ONE | {"version": 2}, known)["version"] == 1
    assert raised(changed, known | released(changed, 2))["version"] == 2
    assert raised(ONE, known | {3: "another"})["version"] == 4


def test_a_better_explanation_needs_no_new_version_and_half_an_item_waits():
    known = released(ONE, 1)
    explained = ONE | {"rationale": {"zh": "更好", "en": "Better"}, "facts": ["LF-1"], "lesson": "T01-L2", "review_by": "2030-01-01"}
    assert raised(explained, known) == explained
    half = {key: value for key, value in ONE.items() if key != "answer"}
    assert raised(half, known) == half
    parts = deepcopy(SET)
    parts["items"][0]["answer"] = ["y", "x", "z"]
    assert raised(parts, released(SET, 2))["version"] == 3


@pytest.mark.parametrize(("share", "b"), [(80, -1.0), (70, -0.4), (60, 0.1), (50, 0.7)])
def test_of_a_hundred_colleagues_as_the_rules_have_it(share, b):
    four = new_item("single", "X")
    assert guess(four) == 0.25 and prior_b(share, four) == b and abs(share_of(b, four) - share) <= 1


def test_a_share_that_guessing_gives_is_no_difficulty():
    assert prior_b(30, new_item("single", "X") | {"options": [{}, {}, {}]}) is None
    assert all(prior_b(share, new_item("numeric", "X")) is not None for share in SHARES)
    assert difficulty_class(prior_b(80, new_item("multiple", "X"))) == "E"


def test_each_fault_stands_at_a_field_of_its_form():
    item = deepcopy(SET) | {"level": 4, "lesson": "T99"}
    item["items"][0]["steps"][0]["en"] = ""
    item["items"][0]["answer"] = ["z", "x", "y"]
    del item["items"][1]["rationale"]
    around = Surroundings(lessons=frozenset({"T01-L1"}), competencies=frozenset({"NET-1"}))
    faults = find_faults(BANK | {"items": [ONE, TWO, item]}, around)[1]
    fields = {said.field for said in of_item(faults, 2, item)}
    assert {"level", "lesson", "items.0.steps.1.en", "items.1.rationale"} <= fields
    assert of_item(faults, 0, ONE) == [] or all(said.advice for said in of_item(faults, 0, ONE))
    lesson = find_faults(BANK | {"items": [ONE | {"lesson": "T99"}]}, around)[1]
    assert [said.field for said in of_item(lesson, 0, ONE) if not said.advice] == ["lesson"]
    assert any("cells" in map(str, fault.keys) for fault in of_head(find_faults(BANK | {"items": [ONE]}, around)[1]))


def test_a_fault_without_a_field_stands_with_the_item_or_its_part():
    assert [said.field for said in of_item([Fault(("items", 0, "odd"), "w", "c")], 0, ONE)] == [""]
    assert [said.field for said in of_item([Fault(("items", 2, "items", 1, "odd"), "w", "c")], 2, SET)] == ["items.1"]


def test_what_is_lacking_is_named():
    assert lacks(ONE) == lacks(TWO) == lacks(SET) == ()
    assert lacks(new_item("single", "X")) == ("competency", "level", "cognitive", "lesson", "difficulty", "rationale", "key", "zh", "en")
    half = deepcopy(SET)
    half["items"][0]["rationale"]["en"] = ""
    half["items"][1]["left"][0]["zh"] = ""
    assert lacks(half) == ("rationale", "zh")
    row = item_rows([(16, ONE)], [Fault(("items", 0, "stem"), "w", "c"), Fault(("items", 0), "w", "c", advice=True)])[0]
    assert (row.errors, row.advice, row.line, row.difficulty) == (1, 1, 16, "E")


def test_cells_are_counted_against_live_questions():
    rows = cell_rows(BANK)
    assert [(row.asked, row.have, row.missing, row.twice) for row in rows] == [(1, 1, 0, False), (1, 1, 0, False)]
    more = BANK | {"blueprint": {"cells": [["NET-1", "U", "E", 3], ["NET-1", "U", "E", 1]]}}
    assert [(row.asked, row.missing) for row in cell_rows(more)] == [(4, 3)] and unasked(more) == ["T01-Q03"]
    assert uses(BANK) == {"M-B": ["T01-Q01", "T01-Q03"], "M-A": ["T01-Q01"]}


def test_a_blueprint_left_alone_stays_and_its_length_is_its_sum():
    form = MultiDict([(f"cells.{n}.{name}", str(value)) for n, cell in enumerate(BANK["blueprint"]["cells"])
                      for name, value in zip(("competency", "cognitive", "difficulty", "count"), cell)])  # fmt: skip
    assert item_blueprint.read_blueprint(form, BANK["blueprint"]) == BANK["blueprint"]
    form["cells.0.count"] = "5"
    assert item_blueprint.read_blueprint(form, BANK["blueprint"])["form_length"] == 6
    cells = item_blueprint.read_cells(form)
    assert item_blueprint.rearranged(cells, "cells:down:0") == cells[::-1] and item_blueprint.rearranged(cells, "save") is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_just_begun_can_be_looked_at(kind):
    question, whole = readable(new_item(kind, "T01-Q09"))
    assert question is not None and not whole


INNER = ("key", "zh", "en", "value", "unit", "id", "type", "options")
OUTER = ("id", "use", "level", "difficulty", "stem", "options", "answer", "items", "left", "right", "steps", "rationale", "facts", "rubric")
CELLS = ("id", "level", "T01-Q01", "T01-Q03-1", "9", "1", "", "NET-1", "rationale_en", "prior_b", "x" * 5000)
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER), inner, max_size=3),
    max_leaves=8,
)
items = st.dictionaries(st.sampled_from(OUTER), anything)


@settings(max_examples=60)
@given(items, st.sampled_from(KINDS))
def test_whatever_stands_in_a_file_can_be_listed_and_looked_at(item, kind):
    item = item | {"type": kind}
    (row,) = item_rows([(1, item)], [])
    assert row.kind == kind and isinstance(lacks(item), tuple)
    readable(item)
    faults = find_faults(BANK | {"items": [item]}, Surroundings())[1]
    assert all(isinstance(said.field, str) for said in of_item(faults, 0, item))


@settings(max_examples=60)
@given(table=st.lists(st.lists(st.sampled_from(CELLS), max_size=5), max_size=5))
def test_a_table_of_anything_is_read_or_refused_row_by_row(app_context, table):
    known = item_table.Known({"NET-1"}, {"T01-L1"})
    changes, faults = item_table.read(table, BANK["items"], known)
    assert not (changes and faults) and set(changes) <= {"T01-Q01", "T01-Q02", "T01-Q03", "T01-Q03-1", "T01-Q03-2"}


@pytest.fixture(scope="module")
def app_context():
    from flask import Flask
    from flask_babel import Babel

    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield
