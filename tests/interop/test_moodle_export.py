"""Our banks as Moodle XML and back: equal, both languages, keys, levels and misconceptions included."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.assessments import sources
from lms.assessments.package import item_data, parse_item
from lms.interop import folder, moodle_export, reading

BANKS = sources.bank_files(Path(__file__).parents[2])


def data_of(path: Path) -> dict:
    bank = sources.read(path).bank
    return bank.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {"items": [item_data(item) for item in bank.items]}


def back(bank: dict) -> dict:
    outcome = reading.read(moodle_export.document(bank), "bank.xml")
    assert (outcome.left, [note for one in outcome.carried for note in one.notes]) == ([], [])
    return yaml.safe_load(folder.bank_text(outcome, course=bank["course"], framework=bank["framework"]))


def bank_of(*items: dict) -> dict:
    return {"course": "desk", "framework": "dgcf@1.0.0", "items": list(items), "misconceptions": {"M-A": {"zh": "错", "en": "Wrong"}}}


@pytest.mark.parametrize("path", BANKS, ids=lambda path: path.stem)
def test_every_bank_comes_back_equal(path):
    bank = data_of(path)
    again = back(bank)
    assert [item_data(parse_item(item)) for item in again["items"]] == bank["items"]
    assert again["misconceptions"] == bank["misconceptions"]


def test_all_sixteen_banks_are_there():
    assert len(BANKS) == 16


MULTIPLE = {
    "id": "X-1", "version": 2, "type": "multiple", "competency": "NET-1", "level": 2, "cognitive": "A", "difficulty": {"prior_b": 0.1, "prior_sd": 0.8},
    "stem": {"zh": "选出全部", "en": "Choose all that apply"},
    "options": [
        {"zh": "一", "en": "one", "key": "p"}, {"zh": "二", "en": "two", "key": "q"}, {"zh": "三", "en": "three", "key": "r"},
        {"zh": "四", "en": "four", "key": "s", "misconception": "M-A"}, {"zh": "五", "en": "five", "key": "t", "why": {"zh": "不", "en": "No"}}],
    "answer": ["p", "q", "r"], "rationale": {"zh": "因为", "en": "Because"},
}


def test_what_moodle_reads():
    root = ElementTree.fromstring(moodle_export.document(bank_of(MULTIPLE)))
    question = root.findall("question")[1]
    assert question.get("type") == "multichoice"
    assert question.findtext("single") == "false"
    assert [one.get("fraction") for one in question.findall("answer")] == ["33.33333", "33.33333", "33.33333", "-33.33333", "-33.33333"]
    assert question.findtext("answer/text") == '<span lang="zh_cn" class="multilang">一</span><span lang="en" class="multilang">one</span>'
    assert question.findall("answer")[3].findtext("feedback/text").endswith('<span lang="en" class="multilang">Wrong</span>')
    assert [one.text for one in question.findall("tags/tag/text")] == [
        "lms:version=2", "lms:level=2", "lms:competency=NET-1", "lms:cognitive=A", "lms:prior=0.1/0.8", "lms:keys=p q r s t", "lms:mis:o:s=M-A"]


def test_own_keys_and_explanations_come_back():
    assert item_data(parse_item(back(bank_of(MULTIPLE))["items"][0])) == MULTIPLE


WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12)
TEXTS = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
PAIRS = st.builds(lambda zh, en: {"zh": zh, "en": en}, TEXTS, TEXTS)


@given(stem=PAIRS, options=st.lists(PAIRS, min_size=3, max_size=4), rationale=PAIRS, data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_choice_comes_back_equal(stem, options, rationale, data):
    """Signs of HTML, Markdown and XML in a text are text there and back."""
    keys = "abcd"[: len(options)]
    item = {
        "id": "X-1", "version": 1, "type": "single", "stem": stem, "options": [one | {"key": key} for key, one in zip(keys, options)],
        "answer": data.draw(st.sampled_from(keys)), "rationale": rationale}
    assert item_data(parse_item(back(bank_of(item))["items"][0])) == item
