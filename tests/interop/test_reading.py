"""Counts in, carried and left; every loss is said, and what comes in has our items' shape."""

import pytest

from lms.core.errors import Invalid
from lms.interop import reading
from lms.interop.drafts import TO_FILL, Imported
from tests.interop.files import PICTURE, PNG, members, sample, zipped


def read(name: str, **options) -> Imported:
    return reading.read(sample(name), name, **options)


def package(name: str) -> Imported:
    return reading.read(zipped(members(name)), f"{name}.zip")


def items(outcome: Imported) -> dict[str, dict]:
    return {item["id"]: item for item in outcome.items}


def left(outcome: Imported) -> list[tuple[int, str]]:
    return [(one.source.number, one.reason) for one in outcome.left]


def notes(outcome: Imported, id_: str) -> tuple[str, ...]:
    return next(one.notes for one in outcome.carried if one.id == id_)


def texts(entries) -> list[str]:
    return [one["en"] for one in entries]


# GIFT


def test_gift_counts_and_reasons():
    outcome = read("county.gift.txt")
    assert (outcome.format, outcome.found, len(outcome.carried)) == ("gift", 11, 9)
    assert left(outcome) == [
        (8, "it is a text without a question, or its braces are not closed"),
        (10, "it has several gaps in one text: write each as a question of its own"),
    ]
    assert [one["type"] for one in outcome.items] == ["numeric", "single", "multiple", "truefalse", "matching", "short", "short", "numeric", "single"]


def test_gift_feedback_on_wrong_options_is_their_explanation_and_on_right_ones_the_rationale():
    item = items(read("county.gift.txt"))["desk-2"]
    assert texts(item["options"]) == ["Window 3", "Window 1", "Window 5", "Window 7"]
    assert item["answer"] == "a"
    assert item["rationale"] == {"zh": "", "en": "Right: it is the general window."}
    assert [one.get("why", {}).get("en") for one in item["options"]] == [None, "Window 1 only gives numbers.", "Only on Fridays.", None]


def test_gift_partial_and_negative_marks_are_listed():
    outcome = read("county.gift.txt")
    assert "partial marks (50 %) are not carried: one option is right, the others are wrong" in notes(outcome, "desk-2")
    assert notes(outcome, "desk-3") == (
        "negative marks (-100 %) are not carried: a wrong choice takes off as much as a right one gives, never below 0",)


def test_gift_numbers_have_tolerance_or_range():
    found = items(read("county.gift.txt"))
    assert found["desk-1"]["answer"] == {"value": 15}
    assert found["desk-9"]["answer"] == {"value": 15, "tolerance": 5}


def test_gift_matching_keeps_the_spare_entry():
    item = items(read("county.gift.txt"))["desk-5"]
    assert texts(item["right"]) == ["Window 2", "Window 4", "Window 9"]
    assert item["answer"] == {"1": "A", "2": "B"}


def test_gift_html_loses_its_script_and_its_emphasis_and_says_so():
    outcome = read("county.gift.txt")
    assert items(outcome)["desk-11"]["stem"]["en"] == "Which line is right?"
    assert texts(items(outcome)["desk-11"]["options"]) == ["a < b", "a > b", "a = b"]
    assert notes(outcome, "desk-11") == ("emphasis is not carried: quiz pages show plain text", "scripts are dropped")


def test_gift_answers_inside_a_sentence_leave_a_gap():
    outcome = reading.read(b"The fee is {=low ~high ~none}.\n\nA {=b ~c ~d} slip", "gaps.txt")
    assert [item["stem"]["en"] for item in outcome.items] == ["The fee is _____.", "A _____ slip"]


# Aiken


def test_aiken_counts_reasons_and_language():
    outcome = read("county.aiken.txt")
    assert (outcome.format, outcome.found, len(outcome.carried)) == ("aiken", 3, 1)
    assert left(outcome) == [(2, "the answer D is none of its options"), (3, "it has no line 'ANSWER: …'")]
    item = outcome.items[0]
    assert item["stem"] == {"zh": "政务服务窗口收到材料后，应当先做什么？", "en": ""}
    assert item["answer"] == "a"


@pytest.mark.parametrize(("text", "form"), [
    ("<p>Who coordinates the <b>root</b>?</p>\nA. ICANN\nB. <i>W3C</i>\nANSWER: A\n", "aiken"),
    ("<p>Who coordinates the root?</p> {=ICANN ~W3C}\n", "gift"),
])  # fmt: skip
def test_a_text_that_begins_with_html_is_no_xml(text, form):
    outcome = reading.read(text.encode(), "bank.txt")
    assert (outcome.format, len(outcome.carried)) == (form, 1)
    assert form == "gift" or outcome.items[0]["stem"]["en"] == "Who coordinates the root?"


def test_a_language_can_be_named():
    assert read("county.aiken.txt", language="en").items[0]["stem"]["zh"] == ""


# Table


def test_table_counts_and_unknown_columns():
    outcome = read("county.csv")
    assert (outcome.format, outcome.found, len(outcome.carried)) == ("table", 6, 4)
    assert outcome.remarks == ["the column 'colour' is not part of the template and is not carried"]
    assert left(outcome) == [(6, "its type must be one of single, multiple, numeric, ordering, matching, short"), (7, "the answer 'e' is none of its options")]


def test_table_row_can_be_complete():
    item = items(read("county.csv"))["T-1"]
    assert {name: item[name] for name in TO_FILL} == {
        "competency": "NET-1", "level": 1, "cognitive": "U", "difficulty": {"prior_b": -0.4, "prior_sd": 0.8}}
    assert item["options"][1] == {"key": "b", "zh": "让群众等通知", "en": "Let people wait", "why": {"zh": "等不是手续", "en": "Waiting is no step"}}
    assert item["rationale"] == {"zh": "凭证说明收到了什么", "en": "A receipt says what was taken"}


def test_a_workbook_reads_like_its_csv():
    from lms.core import sheets

    rows = sheets.read_table(sample("county.csv"))
    outcome = reading.read(sheets.write_xlsx({"items": rows}), "county.xlsx")
    assert outcome.items == read("county.csv").items


# Moodle XML


def test_moodle_counts_and_reasons():
    outcome = read("county.moodle.xml")
    assert (outcome.format, outcome.found, len(outcome.carried)) == ("moodle", 13, 8)
    assert left(outcome) == [
        (9, "its numbers are drawn by a formula for each person: write it with fixed numbers"),
        (10, "it has several gaps in one text: write each as a question of its own"),
        (11, "things are dragged onto a picture"),
        (12, "it is a text without a question"),
        (13, "Moodle's question type has no counterpart here"),
    ]
    assert [one["type"] for one in outcome.items] == ["single", "multiple", "truefalse", "numeric", "numeric", "matching", "ordering", "short"]


def test_moodle_picture_comes_along_and_every_loss_is_said():
    outcome = read("county.moodle.xml")
    assert outcome.pictures == {PICTURE: PNG}
    assert items(outcome)["R-1"]["stem"]["en"] == f"What does the desk give first?\n\n![A desk](assets/{PICTURE})"
    assert notes(outcome, "R-1") == (
        "scripts are dropped",
        "negative marks (-25 %) are not carried: a wrong choice counts 0",
        "the general feedback for right answers is not carried",
        "hints are not carried",
        "its weight of 2 marks is not carried: questions of a form count the same",
        "tags are not carried: desk",
    )


def test_moodle_multilanguage_texts_fill_both_languages():
    item = read("county.moodle.xml").items[1]
    assert item["stem"] == {"zh": "回执上写什么？（选出全部）", "en": "What stands on a receipt? (Choose all that apply.)"}
    assert [(one["zh"], one["en"]) for one in item["options"]] == [("日期", "The date"), ("窗口", "The window"), ("12345", "12345"), ("IPv6", "IPv6")]
    assert (item["answer"], item["shuffle"]) == (["a", "b"], False)


def test_plain_true_or_false_becomes_a_two_tier_draft_with_room_for_reasons():
    item = read("county.moodle.xml").items[2]
    assert [(one["judgement"], one.get("why", {}).get("en")) for one in item["options"]] == [(True, None), (False, "Even a copy gets one."), (False, None)]
    assert item["answer"] == "a"


def test_moodle_wrong_number_with_feedback_is_a_common_error():
    item = read("county.moodle.xml").items[3]
    assert item["answer"] == {"value": 20, "tolerance": 0.5, "unit": {"zh": "", "en": "days"}}
    assert item["common_errors"] == [{"value": 30, "misconception": {"zh": "", "en": "Thirty is the old rule."}}]


def test_moodle_order_is_kept_but_not_given_away():
    item = read("county.moodle.xml").items[6]
    by_key = {step["key"]: step["en"] for step in item["steps"]}
    assert [by_key[key] for key in item["answer"]] == ["Take", "Work", "Send"]
    assert texts(item["steps"]) != ["Take", "Work", "Send"]


# QTI


def test_qti_2_counts_and_reasons():
    outcome = package("qti2")
    assert (outcome.format, outcome.found, len(outcome.carried)) == ("qti", 5, 2)
    assert [one.source.name for one in outcome.left] == ["Map", "items/gone.xml", "items/evil.xml"]
    assert left(outcome)[:2] == [(3, "a place on a picture is chosen"), (4, "the manifest names a file that is not in the archive")]
    assert "document type or entities" in outcome.left[2].reason
    assert outcome.remarks == ["test.xml: the order, sections and time of a test is not carried"]


def test_qti_2_choice_with_picture_and_feedback():
    outcome = package("qti2")
    item = items(outcome)["desk-choice"]
    assert item["stem"]["en"] == f"Look at the desk. ![A desk](assets/{PICTURE})\n\nWhat stands on a receipt? Choose all that apply."
    assert (item["type"], item["answer"]) == ("multiple", ["a", "b"])
    assert item["options"][2] == {"key": "c", "zh": "", "en": "The weather", "why": {"zh": "", "en": "Nobody asks for it."}}
    assert notes(outcome, "desk-choice") == (
        "negative marks (-100 %) are not carried: a wrong choice takes off as much as a right one gives, never below 0",)


def test_qti_2_number_with_its_tolerance():
    item = items(package("qti2"))["desk-days"]
    assert (item["stem"]["en"], item["answer"]) == ("The window answers within _____ days.", {"value": 20, "tolerance": 0.5})


def test_qti_3_order_match_and_text():
    outcome = package("qti3")
    found = items(outcome)
    assert (outcome.found, outcome.left) == (3, [])
    order = found["desk-order"]
    assert [next(step["zh"] for step in order["steps"] if step["key"] == key) for key in order["answer"]] == ["收件", "办理", "送达"]
    assert found["desk-match"]["answer"] == {"1": "A", "2": "B"}
    assert texts(found["desk-match"]["right"]) == ["Window 2", "Window 4", "Window 9"]
    assert found["desk-word"]["rubric"] == [{"points": 1, "zh": "", "en": "receipt / slip"}]


def test_one_qti_item_on_its_own():
    outcome = reading.read(sample("qti3/match.xml"), "match.xml")
    assert [item["id"] for item in outcome.items] == ["desk-match"]


# All


@pytest.mark.parametrize("name", ["county.gift.txt", "county.aiken.txt", "county.moodle.xml"])
def test_every_draft_has_empty_places_for_what_no_other_system_says(name):
    for item in read(name).items:
        assert {field: item[field] for field in TO_FILL} == dict.fromkeys(TO_FILL)
        assert set(item["rationale"]) == {"zh", "en"}


@pytest.mark.parametrize("data,words", [
    (b"", "empty"),
    (b"just words", "can't be recognised"),
    (b"\x1f\x8b\x08rest", "export the question bank as Moodle XML"),
    (b"<html><body/></html>", "no QTI item"),
    (b"<quiz><question>", "not valid XML"),
    (b"PK\x03\x04broken", "damaged"),
])
def test_what_is_no_question_file_is_refused_with_a_reason(data, words):
    with pytest.raises(Invalid, match=words):
        reading.read(data, "file.bin")


# Marks that other systems give and ours do not


def item(kind: str, declaration: str, body: str) -> Imported:
    head = f'<responseDeclaration identifier="RESPONSE" {declaration}</responseDeclaration>'
    xml = f'<assessmentItem identifier="one" title="One">{head}<itemBody><{kind} responseIdentifier="RESPONSE">{body}</{kind}></itemBody></assessmentItem>'
    return reading.read(xml.encode(), "one.xml")


def test_what_a_mapping_takes_off_for_anything_else_is_said():
    options = "".join(f'<simpleChoice identifier="{key}">{key}</simpleChoice>' for key in ("W", "X", "Y", "Z"))
    right = "<correctResponse><value>W</value><value>X</value></correctResponse>"
    points = {"W": 1, "X": 1, "Y": -1}.items()
    worth = '<mapping defaultValue="-2">' + "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in points) + "</mapping>"
    outcome = item("choiceInteraction", f'cardinality="multiple" baseType="identifier">{right}{worth}', options)
    said = "negative marks (-100 %) are not carried: a wrong choice takes off as much as a right one gives, never below 0"
    assert outcome.carried[0].notes == (said,)


def test_unequal_marks_of_pairs_are_said():
    column = "".join(f'<simpleAssociableChoice identifier="{key}" matchMax="1">{key}</simpleAssociableChoice>' for key in ("A", "B"))
    other = "".join(f'<simpleAssociableChoice identifier="{key}" matchMax="1">{key}</simpleAssociableChoice>' for key in ("P", "Q", "R"))
    right = "<correctResponse><value>A P</value><value>B Q</value></correctResponse>"
    worth = '<mapping><mapEntry mapKey="A P" mappedValue="1"/><mapEntry mapKey="B Q" mappedValue="0.5"/></mapping>'
    sets = f"<simpleMatchSet>{column}</simpleMatchSet><simpleMatchSet>{other}</simpleMatchSet>"
    outcome = item("matchInteraction", f'cardinality="multiple" baseType="directedPair">{right}{worth}', sets)
    assert outcome.carried[0].notes == ("unequal marks of pairs are not carried: every right pair counts the same",)
