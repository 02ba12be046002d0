"""Rules on a whole bank: spread and length of keys, practice, sets, cells filled twice, stems that are too long."""

from dataclasses import dataclass, field

import pytest

from lms.assessments.bank_checks import bank_faults
from lms.assessments.package import parse_bank


@dataclass
class Course:
    moves: dict = field(default_factory=lambda: {"NET-1": 2})
    lessons: frozenset = frozenset({"C01-L1"})


OPTIONS = {"a": ("甲甲", "One one"), "b": ("乙乙", "Two two"), "c": ("丙丙", "Six six"), "d": ("丁丁", "Ten ten")}


def choice(code: str, *, key: str = "a", longer: str = "", **more) -> dict:
    options = [
        {"key": k, "zh": zh + ("长" if k == longer else ""), "en": en + ("." if k == longer else ""), "misconception": "M"} for k, (zh, en) in OPTIONS.items()
    ]
    item = {
        "id": code, "version": 1, "type": "single", "competency": "NET-1", "level": 1, "cognitive": "U", "lesson": "C01-L1",
        "difficulty": {"prior_b": -0.5, "prior_sd": 0.7}, "stem": {"zh": "哪一项对？", "en": "Which?"}, "options": options, "answer": key,
        "rationale": {"zh": "因为。", "en": "Because."},
    }  # fmt: skip
    return item | more


PRACTICE = choice("P1", use="practice")


def scenario(code: str, competency: str, level: int) -> dict:
    parts = [choice(f"{code}-{n}", competency=competency, level=level) for n in (1, 2)]
    head = {name: value for name, value in parts[0].items() if name not in ("options", "answer", "rationale")}
    return head | {"id": code, "type": "scenario", "stem": {"zh": "情境", "en": "Situation"}, "items": parts}


def found(items: list[dict], *, course: Course | None = None, cells: list | None = None) -> list[tuple[tuple, str, bool]]:
    data = {"schema": "assessment/1", "framework": "dgcf@1.0.0", "course": "first", "misconceptions": {"M": {"zh": "误", "en": "Wrong"}}, "items": items}
    if cells:
        data["blueprint"] = {"form_length": sum(cell[3] for cell in cells), "cells": cells}
    bank = parse_bank(data)
    faults = bank_faults(bank, range(len(bank.items)), course or Course(), whole=True)
    return [(fault.keys, fault.what, fault.advice) for fault in faults]


def bank_of(*keys: str, longer: str = "") -> list[dict]:
    return [choice(f"Q{n}", key=key, longer=key if n < len(longer) else "") for n, key in enumerate(keys)]


def test_a_balanced_bank_has_no_fault():
    assert found([*bank_of(*"abcdabcdabcd"), PRACTICE]) == []


def test_keys_in_one_place():
    items = [*bank_of(*"bbbbbbacdacd"), PRACTICE]
    assert found(items) == [(("items",), "The key stands in place b in 6 of 13 choices", True)]


def test_few_choices_say_nothing_about_the_spread():
    assert found([*bank_of(*"bbbbbbbbbb"), PRACTICE]) == []


def test_keys_that_length_gives_away():
    items = [*bank_of(*"abcdabcdabcd", longer="xxxxxx"), PRACTICE]
    assert [what for _, what, _ in found(items)] == [
        "The key is the longest option in 6 of 13 choices (Chinese)",
        "The key is the longest option in 6 of 13 choices (English)",
    ]


def test_a_lesson_without_practice():
    assert found([choice("Q1")]) == [(("items",), "The lesson C01-L1 has no practice item", True)]


@pytest.mark.parametrize(("level", "whats"), [
    (2, ["The course leads NET-1 to L3, but no live scenario set tests it at L3"]),
    (3, []),
])
def test_level_three_needs_a_set_at_level_three(level, whats):
    faults = found([scenario("S1", "NET-1", level), PRACTICE], course=Course(moves={"NET-1": 3}))
    assert [(what, advice) for _, what, advice in faults] == [(what, False) for what in whats]


def test_too_much_remembering():
    items = [choice(f"Q{n}", cognitive="R") for n in range(4)] + [choice(f"U{n}") for n in range(16)] + [PRACTICE]
    cells = [["NET-1", "R", "E", 2], ["NET-1", "U", "E", 8]]
    assert (("blueprint", "cells"), "2 of 10 items of a form ask to remember (R)", True) in found(items, cells=cells)


def test_a_cell_that_a_second_form_can_not_fill_anew():
    items = [choice("Q1"), choice("Q2"), choice("Q3"), PRACTICE]
    cells = [["NET-1", "U", "E", 2]]
    assert found(items, cells=cells) == [(("blueprint", "cells", 0), "The cell NET-1, U, E asks for 2 live items and the bank has only 3", True)]


def test_an_item_that_no_cell_asks_for():
    items = [choice("Q1"), choice("Q2"), choice("Q3", cognitive="A"), PRACTICE]
    assert found(items, cells=[["NET-1", "U", "E", 1]]) == [(("items", 2), "No cell asks for Q3: NET-1, A, E", True)]


def test_one_cell_written_in_two_lines_is_counted_once():
    items = [choice(f"Q{n}") for n in range(4)] + [PRACTICE]
    assert found(items, cells=[["NET-1", "U", "E", 1], ["NET-1", "U", "E", 1]]) == []


def test_a_stem_that_is_too_long():
    long = choice("Q1", stem={"zh": "问" * 111, "en": "word " * 86})
    assert [(keys, what) for keys, what, _ in found([long, PRACTICE])] == [
        (("items", 0, "stem", "zh"), "The stem of Q1 has 111 characters (zh)"),
        (("items", 0, "stem", "en"), "The stem of Q1 has 86 words (en)"),
    ]


def test_a_situation_may_be_longer_than_a_question():
    known = scenario("S1", "NET-1", 2) | {"stem": {"zh": "事" * 150, "en": "word " * 100}}
    assert found([known, PRACTICE]) == []


def test_a_bank_that_could_not_be_read_whole_is_not_counted():
    bank = parse_bank({"schema": "assessment/1", "framework": "dgcf@1.0.0", "course": "first", "items": [choice("Q1")]})
    assert list(bank_faults(bank, [0], Course(), whole=False)) == []
