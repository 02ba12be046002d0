"""Changing one item of a bank's text changes that item and not one byte more."""

from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.assessments.sources import bank_files
from lms.authoring import bank_text
from lms.authoring.bank_text import NoItem, Unreadable, blocks, moved_item, new_item, with_item, with_part, without_item, without_part

ROOT = Path(__file__).parents[2]
BANKS = {path.stem: path.read_text(encoding="utf-8") for path in bank_files(ROOT)}
SMALL = (Path(__file__).parent.parent / "data" / "authoring" / "bank.yaml").read_text(encoding="utf-8")


def datas(text):
    return {block.code: block.data for block in blocks(text)}


def texts(text):
    return {block.code: block.text for block in blocks(text)}


@pytest.mark.parametrize("name", sorted(BANKS))
def test_opening_and_saving_any_item_of_any_bank_changes_nothing(name):
    text = BANKS[name]
    found = blocks(text)
    assert [block.code for block in found] == [item["id"] for item in bank_text.data(text)["items"]]
    assert with_part(text, ("items",), [deepcopy(block.data) for block in found]) == text
    assert with_item(text, found[-1].code, deepcopy(found[-1].data)) == text


@pytest.mark.parametrize("name", sorted(BANKS))
def test_a_change_of_one_word_of_each_item_changes_one_line_of_each(name):
    text = BANKS[name]
    found = blocks(text)
    changed = [block.data | {"stem": block.data["stem"] | {"zh": "改过的题干"}} for block in found]
    new = with_part(text, ("items",), changed)
    differ = [number for number, (one, other) in enumerate(zip(text.split("\n"), new.split("\n"), strict=True), 1) if one != other]
    assert len(differ) == len(found)
    assert all(block.first_line <= line <= block.last_line for block, line in zip(found, differ))
    one = found[len(found) // 2]
    single = with_item(text, one.code, changed[one.place]).split("\n")
    assert [number for number, (line, other) in enumerate(zip(text.split("\n"), single, strict=True), 1) if line != other] == [differ[one.place]]


def test_blocks_tell_where_they_stand():
    first, second, *_ = blocks(SMALL)
    assert (first.code, first.place, first.first_line) == ("T01-Q01", 0, 16)
    assert first.text.startswith("- id: T01-Q01\n") and first.text.endswith("facts: []\n")
    assert second.first_line == first.last_line + 2  # a comment stands between them
    assert bank_text.item_texts(SMALL)[1][0] == "T01-Q02"


def test_comments_inside_and_around_an_item_stay():
    changed = datas(SMALL)["T01-Q02"] | {"level": 2}
    text = with_item(SMALL, "T01-Q02", changed)
    assert text == SMALL.replace("  level: 1             # not 2", "  level: 2             # not 2")


def test_an_option_more_and_an_option_less_leave_the_others_alone():
    one = deepcopy(datas(SMALL)["T01-Q01"])
    one["options"].insert(1, {"key": "d", "zh": "新的选项", "en": "A new option", "misconception": "M-A"})
    text = with_item(SMALL, "T01-Q01", one)
    added = '  - {key: d, zh: 新的选项, en: "A new option", misconception: M-A}\n'
    assert text.replace(added, "") == SMALL
    assert with_item(text, "T01-Q01", datas(SMALL)["T01-Q01"]) == SMALL


def test_a_new_key_stands_where_it_belongs_and_goes_again():
    one = datas(SMALL)["T01-Q01"] | {"use": "practice"}
    text = with_item(SMALL, "T01-Q01", one)
    assert "  type: single\n  use: practice\n  competency: NET-1\n" in text
    assert with_item(text, "T01-Q01", datas(SMALL)["T01-Q01"]) == SMALL


def test_items_are_added_moved_and_removed_line_by_line():
    one = datas(SMALL)["T01-Q01"] | {"id": "T01-Q09"}
    text = new_item(SMALL, one, after="T01-Q01")
    assert list(datas(text)) == ["T01-Q01", "T01-Q09", "T01-Q02", "T01-Q03"]
    assert without_item(text, "T01-Q09") == SMALL
    assert list(datas(moved_item(text, "T01-Q09", 3))) == ["T01-Q01", "T01-Q02", "T01-Q03", "T01-Q09"]
    assert list(datas(moved_item(text, "T01-Q03", 0))) == ["T01-Q03", "T01-Q01", "T01-Q09", "T01-Q02"]
    assert moved_item(text, "T01-Q01", -5) == text


def test_a_bank_without_items_takes_the_first_and_gives_back_the_last():
    empty = "schema: assessment/1\nframework: dgcf@1.0.0\ncourse: a\nitems: []\n"
    full = new_item(empty, {"id": "T01-Q01", "type": "single", "stem": {"zh": "问", "en": "Ask"}})
    assert full == empty.replace(" []", "") + '- id: T01-Q01\n  type: single\n  stem: {zh: 问, en: "Ask"}\n'
    assert without_item(full, "T01-Q01") == empty


def test_the_head_of_a_bank_is_changed_in_its_own_lines():
    text = with_part(SMALL, ("blueprint", "cells"), [["NET-1", "U", "E", 2], ["NET-1", "A", "M", 1]])
    assert "  cells: [[NET-1, U, E, 2], [NET-1, A, M, 1]]  # two of them\n" in text
    more = with_part(SMALL, ("misconceptions", "M-NEW"), {"zh": "新的", "en": "New: one"})
    assert more.replace('  M-NEW: {zh: 新的, en: "New: one"}\n', "") == SMALL
    assert without_part(more, ("misconceptions", "M-NEW")) == SMALL


def test_a_misconception_is_renamed_wherever_it_is_used():
    text = bank_text.renamed_misconception(SMALL, "M-A", "M-ALPHA")
    assert "M-A}" not in text and "M-A:" not in text and text.count("M-ALPHA") == SMALL.count("M-A}") + 1
    with pytest.raises(Unreadable):
        bank_text.renamed_misconception(SMALL, "M-A", "M-B")


def test_what_can_not_be_told_apart_is_refused():
    with pytest.raises(NoItem):
        with_item(SMALL, "T01-Q77", {})
    twice = SMALL.replace("T01-Q02", "T01-Q01")
    with pytest.raises(Unreadable, match="stands twice"):
        with_item(twice, "T01-Q01", {"id": "T01-Q01"})
    for broken in ("items: [", "items: " + "[" * 200_000, "- a", "", "items:\n  a: 1\n", "items:\n- a\n"):
        with pytest.raises((Unreadable, NoItem)):
            with_item(broken, "a", {})


words = st.text(st.characters(exclude_categories=("Cs",)), max_size=30) | st.sampled_from(
    ["yes", "null", "1", "1.0", "2027-01-01", "- a", "a: b", "#x", "“引用”", "是\n否", "~", "", " x ", "\u2028", "'", '"', "{a}", "0x1F", "1_000", "=", "<<"]
)
numbers = st.integers(-5, 5000) | st.floats(-10, 10).map(lambda one: round(one, 3))
pairs = st.fixed_dictionaries({"zh": words, "en": words})
options = st.lists(
    st.fixed_dictionaries({"key": st.sampled_from("abcdef1"), "zh": words, "en": words}, optional={"misconception": words, "why": pairs}), max_size=6
)
amounts = st.fixed_dictionaries({"value": numbers, "unit": pairs})
parts = st.fixed_dictionaries({"id": st.sampled_from(["p1", "p2", "p3"]), "type": st.just("single"), "stem": pairs, "options": options})
changes = st.fixed_dictionaries(
    {},
    optional={
        "version": st.integers(1, 9), "use": st.just("practice"), "level": st.none() | st.integers(1, 3), "stem": pairs | st.none(),
        "difficulty": st.fixed_dictionaries({"prior_b": numbers, "prior_sd": numbers}), "options": options, "steps": options,
        "answer": words | st.lists(words, max_size=3) | st.dictionaries(st.sampled_from("123"), words) | amounts,
        "common_errors": st.lists(st.fixed_dictionaries({"value": numbers, "misconception": pairs | words}), max_size=3),
        "rationale": pairs, "facts": st.lists(words, max_size=3), "review_by": words, "shuffle": st.booleans(),
        "items": st.lists(parts, max_size=3),
    },
)  # fmt: skip


@settings(max_examples=50)
@given(st.sampled_from(["T01-Q01", "T01-Q02", "T01-Q03"]), changes, st.sets(st.sampled_from(["options", "rationale", "facts", "answer", "cognitive", "items"])))
def test_whatever_is_written_is_read_again_and_the_others_keep_their_bytes(code, change, dropped):
    new = {key: value for key, value in (datas(SMALL)[code] | change).items() if key not in dropped}
    text = with_item(SMALL, code, new)
    assert datas(text) == datas(SMALL) | {code: new}
    before, after = texts(SMALL), texts(text)
    assert all(after[other] == before[other] for other in before if other != code)
    start = SMALL.index("items:")
    assert text[:start] == SMALL[:start]
    again = with_item(text, code, datas(SMALL)[code])
    assert datas(again) == datas(SMALL)
    assert with_item(text, code, deepcopy(new)) == text


@settings(max_examples=50)
@given(changes, st.sampled_from([None, "T01-Q01", "T01-Q03"]), st.integers(0, 5))
def test_a_new_item_of_any_content_comes_and_goes_without_a_trace(change, after, place):
    new = {"id": "T01-Q50", "type": "single"} | change
    text = new_item(SMALL, new, after=after)
    assert datas(text) == datas(SMALL) | {"T01-Q50": new}
    assert without_item(text, "T01-Q50") == SMALL
    assert datas(moved_item(text, "T01-Q50", place)) == datas(text)
