"""An item's form gives back the item; rows come, go and move with keys of their own."""

from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from lms.assessments.sources import bank_files
from lms.authoring.bank_text import blocks
from lms.authoring.item_form import number, read_item, shown
from lms.authoring.item_rows import KINDS, changed, copied, free_code, in_order, new_item
from lms.authoring.yaml_text import same
from tests.authoring.item_fields import fields_of

ROOT = Path(__file__).parents[2]
BANKS = {path.stem: path.read_text(encoding="utf-8") for path in bank_files(ROOT)}


@pytest.mark.parametrize("name", sorted(BANKS))
def test_every_item_of_every_bank_comes_back_from_its_form_as_it_was(name):
    for block in blocks(BANKS[name]):
        read = read_item(fields_of(block.data), block.data)
        assert same(read, block.data), block.code


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_item_of_each_kind_comes_back_unchanged_too(kind):
    item = new_item(kind, "C21-Q01", competency="NET-1", cognitive="U", difficulty="M")
    assert same(read_item(fields_of(item), item), item)


def test_an_empty_field_takes_its_value_away_and_an_empty_place_stays():
    item = new_item("single", "C21-Q01") | {"level": 2, "lesson": "C21-L1", "facts": ["LF-411"]}
    form = fields_of(item)
    form["level"], form["lesson"], form["facts"] = "", "", ""
    read = read_item(form, item)
    assert "level" not in read and "lesson" not in read and read["facts"] == []
    assert read["competency"] is None and read["difficulty"] is None and read["rationale"] == {"zh": "", "en": ""}


def test_what_is_typed_is_read_as_what_it_is():
    item = new_item("numeric", "C21-Q01")
    form = fields_of(item)
    form["level"], form["use"], form["facts"] = "２", "practice", "LF-1，LF-2 LF-3"
    form["difficulty.prior_b"], form["difficulty.prior_sd"] = "−1", "0.6"
    form["answer.value"], form["answer.tolerance"] = "3.50", "about one"
    form["answer.unit.zh"], form["answer.unit.en"] = "件", "cases"
    form["stem.zh"] = " 一\r\n二 "
    read = read_item(form, item)
    assert (read["level"], read["use"], read["facts"]) == (2, "practice", ["LF-1", "LF-2", "LF-3"])
    assert same(read["difficulty"], {"prior_b": -1.0, "prior_sd": 0.6})
    assert read["answer"] == {"value": 3.5, "tolerance": "about one", "unit": {"zh": "件", "en": "cases"}}
    assert read["stem"] == {"zh": "一\n二", "en": ""}


def test_rows_get_keys_of_their_own_and_the_answer_follows_a_row_that_moves():
    item = new_item("single", "C21-Q01")
    item["answer"] = "c"
    item = changed(item, "options:remove:1")
    assert [row["key"] for row in item["options"]] == ["a", "c", "d"]
    item = changed(changed(item, "options:add"), "options:up:1")
    assert [row["key"] for row in item["options"]] == ["c", "a", "d", "b"] and item["answer"] == "c"
    assert changed(item, "options:up:0") == item == changed(item, "options:remove:9")
    assert changed(item, "left:add") == item


def test_steps_are_written_in_their_right_order_and_keep_their_places_in_the_file():
    item = {"id": "C21-Q01", "type": "ordering", "steps": [{"key": key, "zh": key, "en": key} for key in "wxyz"], "answer": ["x", "z", "w", "y"]}
    assert [row["key"] for row in in_order(item)] == ["x", "z", "w", "y"]
    item = changed(item, "steps:down:0")
    assert item["answer"] == ["z", "x", "w", "y"] and [row["key"] for row in item["steps"]] == ["w", "x", "y", "z"]
    item = changed(item, "steps:remove:0")
    assert item["answer"] == ["x", "w", "y"] and [row["key"] for row in item["steps"]] == ["w", "x", "y"]
    item = changed(item, "steps:add")
    assert item["answer"] == ["x", "w", "y", "a"]


def test_a_set_takes_parts_of_each_kind_with_codes_of_their_own():
    item = changed(new_item("scenario", "C21-Q01"), "items:add:matching")
    assert [(part["id"], part["type"]) for part in item["items"]] == [("C21-Q01-1", "single"), ("C21-Q01-2", "single"), ("C21-Q01-3", "matching")]
    item = changed(changed(item, "items.2.right:add"), "items:remove:0")
    assert [row["key"] for row in item["items"][1]["right"]] == ["A", "B", "C", "D", "E"]
    assert [part["id"] for part in changed(item, "items:add:short")["items"]] == ["C21-Q01-2", "C21-Q01-3", "C21-Q01-1"]
    assert [part["id"] for part in copied(item, "C21-Q05")["items"]] == ["C21-Q05-1", "C21-Q05-2"]


def test_codes_are_counted_on():
    assert free_code([], "C21") == "C21-Q01"
    assert free_code(["C21-Q01", "C21-Q09", "X", "C21-Q03-1"], "C21") == "C21-Q10"


@pytest.mark.parametrize(("typed", "read"), [("12", 12), ("1.50", 1.5), ("１２", 12), ("-0.4", -0.4), ("1,5", "1,5"), ("", None), ("1e3", "1e3")])
def test_numbers_are_numbers_or_stay_as_typed(typed, read):
    assert same(number(typed), read)


def test_a_field_shows_a_number_so_that_it_reads_it_again():
    for value in (0, 5, 5.0, 0.1, -2.25, 0.00001, 12345.678):
        assert same(number(shown(value)), value)


def test_a_form_that_sends_anything_gives_an_item_all_the_same():
    item = new_item("matching", "C21-Q01")
    form = MultiDict([("left.0.key", "9"), ("left.7.zh", "x"), ("right.999.key", ""), ("answer", "q"), ("level", "x" * 50), ("items.0.id", "p")])
    read = read_item(form, item)
    assert [row["key"] for row in read["left"]] == ["9", ""] and read["level"] == "x" * 50
