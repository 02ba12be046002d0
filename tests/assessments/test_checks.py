"""`check_assessment` reports every fault of a file with its line and a cure, and accepts what is right."""

from pathlib import Path

import pytest
import yaml

from lms.assessments.checks import check_assessment, examine
from tests.assessments.banks import FIRST, ROOT, SAMPLES

FRAMEWORK = {"id": "dgcf", "version": "1.0.0", "competencies": [{"code": code} for code in ("NET-1", "NET-3", "GOV-1", "SEC-2")]}
FACTS = {"facts": [{"id": "LF-1", "status": "verified"}, {"id": "LF-2", "status": "doubtful"}]}
COURSE = {
    "slug": "first",
    "moves": [{"c": "NET-1", "from": 0, "to": 1}],
    "lessons": [{"id": "C01-L1"}],
}
GOOD = """\
schema: assessment/1
framework: dgcf@1.0.0
course: first
blueprint: {form_length: 2, cells: [[NET-1, U, E, 2]]}
misconceptions:
  M-A: {zh: 甲, en: A}
items:
- id: Q1
  version: 1
  type: single
  competency: NET-1
  level: 1
  cognitive: U
  difficulty: {prior_b: -0.5, prior_sd: 0.7}
  lesson: C01-L1
  stem: {zh: 哪一项对？, en: Which is right?}
  options:
  - {key: a, zh: 第一项, en: The first}
  - {key: b, zh: 第二项, en: The second, misconception: M-A}
  - {key: c, zh: 第三项, en: The third, why: {zh: 不对, en: Wrong}}
  answer: a
  rationale: {zh: 因为如此。, en: Because.}
  facts: [LF-1]
- id: Q2
  version: 1
  type: multiple
  competency: NET-1
  level: 1
  cognitive: U
  difficulty: {prior_b: -0.5, prior_sd: 0.7}
  stem: {zh: 哪些对？（选出全部）, en: Which are right? (Choose all that apply.)}
  options:
  - {key: a, zh: 第一项, en: The first}
  - {key: b, zh: 第二项, en: The second}
  - {key: c, zh: 第三项, en: The third, misconception: M-A}
  - {key: d, zh: 第四项, en: The fourth, misconception: M-A}
  answer: [a, b]
  rationale: {zh: 因为如此。, en: Because.}
- id: Q3
  version: 1
  type: matching
  use: practice
  competency: SEC-2
  level: 1
  cognitive: U
  difficulty: {prior_b: -0.5, prior_sd: 0.7}
  stem: {zh: 请配对。, en: Match them.}
  left: [{key: "1", zh: 一, en: One}, {key: "2", zh: 二, en: Two}]
  right: [{key: A, zh: 甲, en: A}, {key: B, zh: 乙, en: B}, {key: C, zh: 丙, en: C}]
  answer: {"1": A, "2": B}
  rationale: {zh: 因为如此。, en: Because.}
- id: Q4
  version: 1
  type: ordering
  use: practice
  competency: SEC-2
  level: 1
  cognitive: U
  difficulty: {prior_b: -0.5, prior_sd: 0.7}
  stem: {zh: 请排序。, en: Put them in order.}
  steps: [{key: p, zh: 一, en: One}, {key: q, zh: 二, en: Two}, {key: r, zh: 三, en: Three}]
  answer: [p, q, r]
  rationale: {zh: 因为如此。, en: Because.}
- id: Q5
  version: 1
  type: numeric
  use: practice
  competency: SEC-2
  level: 1
  cognitive: U
  difficulty: {prior_b: -0.5, prior_sd: 0.7}
  stem: {zh: 几天？, en: How many days?}
  answer: {value: 20, tolerance: 1}
  common_errors: [{value: 25, misconception: {zh: 多算, en: Too many}}]
  rationale: {zh: 因为如此。, en: Because.}
"""


def check(text: str, tmp_path: Path):
    (tmp_path / "first.yaml").write_text(text, encoding="utf-8")
    return check_assessment(tmp_path / "first.yaml", framework=FRAMEWORK, facts=FACTS, course=COURSE, name="first.yaml")


def test_a_good_file_has_no_problem(tmp_path):
    assert check(GOOD, tmp_path) == []


def test_the_first_course_and_the_samples_pass():
    framework = yaml.safe_load((ROOT / "assessments/framework.yaml").read_text(encoding="utf-8"))
    facts = yaml.safe_load((ROOT / "courses/facts.yaml").read_text(encoding="utf-8"))
    course = yaml.safe_load((ROOT / "courses/internet-and-governance/course.yaml").read_text(encoding="utf-8"))
    assert check_assessment(FIRST, framework=framework, facts=facts, course=course) == []
    assert check_assessment(SAMPLES, framework=framework, facts=facts) == []


# (what is replaced, by what, the line named, words of the problem)
FAULTS = [
    ("dgcf@1.0.0", "dgcf@2.0.0", 2, "the one in use is dgcf@1.0.0"),
    ("course: first", "course: second", 3, "not first"),
    ("form_length: 2", "form_length: 3", 4, "The cells hold 2 items, the form has 3"),
    ("[[NET-1, U, E, 2]]", "[[NET-1, U, M, 2]]", 4, "asks for 2 live items and the bank has 0"),
    ("[[NET-1, U, E, 2]]", "[[NET-1, U, E, 2], [GOV-1, A, M]]", 4, "cells"),
    ("[[NET-1, U, E, 2]]", "[[NET-1, U, X, 2]]", 4, "can't be 'X'"),
    ("  version: 1\n  type: single\n", "  type: single\n", 8, "Q1 has no version"),
    ("id: Q2", "id: Q1", 24, "stands twice"),
    ("type: single", "type: essay", 8, "There is no item type 'essay'"),
    (
        "competency: NET-1\n  level: 1\n  cognitive: U\n  difficulty: {prior_b: -0.5, prior_sd: 0.7}\n  lesson",
        "competency: NET-9\n  level: 1\n  cognitive: U\n  difficulty: {prior_b: -0.5, prior_sd: 0.7}\n  lesson",
        11,
        "no competency NET-9",
    ),
    ("type: matching\n  use: practice", "type: matching", 42, "does not move SEC-2"),
    ("lesson: C01-L1", "lesson: C01-L9", 15, "no lesson C01-L9"),
    (
        "level: 1\n  cognitive: U\n  difficulty: {prior_b: -0.5, prior_sd: 0.7}\n  lesson",
        "level: 4\n  cognitive: U\n  difficulty: {prior_b: -0.5, prior_sd: 0.7}\n  lesson",
        12,
        "quiz item at level 4",
    ),
    ("prior_sd: 0.7}\n  lesson", "prior_sd: 0}\n  lesson", 14, "'prior_sd' is 0"),
    ("{zh: 哪一项对？, en: Which is right?}", "{zh: 哪一项对？}", 16, "'en' is missing"),
    ("{zh: 哪一项对？, en: Which is right?}", '{zh: "哪一项对?", en: Which is right?}', 16, "Half-width '?'"),
    ("{zh: 哪一项对？, en: Which is right?}", "{zh: 哪一项对？, en: Which is right？}", 16, "Full-width '？'"),
    (
        "zh: 第一项, en: The first}\n  - {key: b, zh: 第二项, en: The second, mis",
        "zh: 第一项,就是它, en: The first}\n  - {key: b, zh: 第二项, en: The second, mis",
        18,
        "comma has cut the value",
    ),
    ("en: The second, misconception: M-A", "en: The second", 19, "distractor without a misconception"),
    ("en: The second, misconception: M-A", "en: The second, misconception: M-B", 19, "M-B is not defined"),
    ("zh: 第二项, en: The second, mis", "zh: 以上都对, en: All of the above, mis", 19, "points at the other options"),
    ("answer: a\n", "answer: z\n", 21, "The answer z is not among the options"),
    (
        "zh: 第一项, en: The first}\n  - {key: b, zh: 第二项, en: The second, mis",
        "zh: 第一项比别的都长得多, en: The first}\n  - {key: b, zh: 第二项, en: The second, mis",
        17,
        "1.5 times as long",
    ),
    ("[LF-1]", "[LF-1, LF-9]", 23, "no fact LF-9"),
    ("[LF-1]", "[LF-2]", 23, "LF-2 is doubtful"),
    ("answer: [a, b]", "answer: [a]", 37, "fewer than two keys"),
    ("answer: [a, b]", "answer: [a, b, c]", 32, "fewer than two options that are no keys"),
    ("（选出全部）", "", 31, "does not say to choose all"),
    ("{key: d, zh: 第四项", "{key: c, zh: 第四项", 32, "The key c stands 2 times"),
    (", {key: C, zh: 丙, en: C}]", "]", 49, "has 2 entries"),
    ('answer: {"1": A, "2": B}', 'answer: {"1": A}', 50, "does not match the left column"),
    ('answer: {"1": A, "2": B}', 'answer: {"1": A, "2": X}', 50, "X is not in the right column"),
    ('key: "2"', "key: 2", 48, "must be text"),
    ("answer: [p, q, r]", "answer: [p, q]", 62, "not an order of its steps"),
    ("{value: 25, mis", "{value: 21, mis", 74, "within the tolerance"),
    ("value: 20,", "value: twenty,", 73, "must be a number"),
    ("  facts: [LF-1]\n", "  facts: [LF-1]\n  hint: x\n", 24, "Unknown key 'hint'"),
    ("schema: assessment/1", "schema: assessment/9", 1, "can't be 'assessment/9'"),
]


@pytest.mark.parametrize(("old", "new", "line", "words"), FAULTS)
def test_each_fault_is_found_where_it_stands(old, new, line, words, tmp_path):
    assert GOOD.count(old) >= 1
    problems = check(GOOD.replace(old, new, 1), tmp_path)
    assert (line, True) in {(problem.line, words in problem.what) for problem in problems}
    assert all(problem.cure for problem in problems)


def test_all_faults_are_reported_in_one_run(tmp_path):
    text = GOOD
    for old, new in (
        ("course: first", "course: second"),
        ("answer: a\n", "answer: z\n"),
        ("[LF-1]", "[LF-9]"),
        ("[p, q, r]", "[p, q]"),
        ("value: 25", "value: 20"),
    ):
        text = text.replace(old, new)
    assert [problem.line for problem in check(text, tmp_path)] == [3, 21, 23, 62, 74]


def test_a_wrong_item_does_not_hide_the_faults_of_the_others(tmp_path):
    text = GOOD.replace("type: single", "type: essay").replace("answer: [p, q, r]", "answer: [p, q]").replace("level: 1\n", "level: 1\n  hue: 2\n", 1)
    lines = [problem.line for problem in check(text, tmp_path)]
    assert lines[0] == 8
    assert lines[-1] == 63


@pytest.mark.parametrize("text", ["", "[]", "x", "schema: assessment/1", "items: 5", "items: [1, [2], {}]\nblueprint: []", "a: *x", "\x00", "- {"])
def test_files_of_any_shape_are_refused_with_a_problem(text, tmp_path):
    problems = check(text, tmp_path)
    assert problems
    assert all(problem.file == "first.yaml" for problem in problems)


def test_what_is_worth_a_look_refuses_nothing(tmp_path):
    text = GOOD.replace("  M-A: {zh: 甲, en: A}\n", "  M-A: {zh: 甲, en: A}\n  M-B: {zh: 乙, en: B}\n")
    (tmp_path / "first.yaml").write_text(text, encoding="utf-8")
    report = examine(tmp_path / "first.yaml")
    assert report.bank is not None
    assert [(one.line, one.what) for one in report.advice] == [
        (4, "The cell NET-1, U, E asks for 2 live items and the bank has only 2"),
        (7, "No item uses the misconception M-B"),
    ]
