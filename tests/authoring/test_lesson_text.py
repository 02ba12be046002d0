"""A lesson's form: every lesson of ours goes through it unchanged, and a change touches its own value only."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.authoring.lesson_text import amount, named_fields, put_together, take_apart
from lms.authoring.yaml_text import Unreadable

LESSONS = sorted((Path(__file__).parents[2] / "courses").glob("*/lessons/*.md"))
SAMPLE = '---\nid: C50-L1\ntitle: "水: 井"  # why\nhours: 1\nserves: [{c: SEC-1, level: 1}]\nfacts: []\nreview_by: "2027-12-31"\n---\n\n# 水: 井\n\n井水。\n'


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_what_the_form_shows_and_gets_back_is_the_same_file(path):
    text = path.read_bytes().decode()
    parts = take_apart(text)
    assert parts.opening + parts.body + parts.ending == text
    fields = named_fields(parts.head)
    assert put_together(text, {"title": parts.title, **fields}, parts.body) == text
    assert text.split("\n")[parts.first_line - 1 :] == (parts.body + parts.ending).split("\n")


def test_a_new_title_changes_the_head_and_the_title_line_and_nothing_else():
    assert put_together(SAMPLE, {"title": "河"}) == SAMPLE.replace('"水: 井"', "河").replace("# 水: 井", "# 河")


def test_new_values_are_written_as_our_packages_are():
    changed = put_together(SAMPLE, {"facts": ["LF-101", "LF-102"], "serves": [{"c": "SEC-1", "level": 2}, {"c": "LAW-2", "level": 1}]}, "河水。\n\n\n")
    assert changed == SAMPLE.replace("facts: []", "facts: [LF-101, LF-102]").replace(
        "[{c: SEC-1, level: 1}]", "[{c: SEC-1, level: 2}, {c: LAW-2, level: 1}]"
    ).replace("井水。", "河水。")


def test_a_head_that_cannot_be_read_is_left_alone():
    broken = SAMPLE.replace("hours: 1", "hours: [1")
    parts = take_apart(broken)
    assert parts.head is None and parts.body.startswith("# 水: 井")
    assert put_together(broken, {}, parts.body + "\n\n加一句。") == broken + "\n加一句。\n"
    with pytest.raises(Unreadable):
        put_together(broken, {"hours": 2})


@given(st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=400))
def test_any_text_goes_through_unchanged(text):
    parts = take_apart(text)
    assert parts.opening + parts.body + parts.ending == text
    assert put_together(text, {}, parts.body) == text


def test_length_is_counted_in_characters_of_chinese_and_in_words_of_english():
    assert (amount(SAMPLE, "zh"), amount("The well is cloudy.", "en")) == (4, 4)
