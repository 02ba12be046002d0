"""Sentences of checks are known to the catalogues: what the checks of a broken package say can be said in the reader's language."""

import re

import pytest

from lms.authoring import problem_words
from lms.authoring.blank import new_package
from lms.authoring.checking_queries import Finding, check_files, findings
from lms.authoring.lacking import Lack, lacks, ranges
from lms.authoring.problem_sentences import IN_BROWSER, SENTENCES
from lms.core.framework import content_root
from lms.core.i18n import speaking
from lms.courses.package_queries import read_surroundings
from tests.conftest import NOW


@pytest.fixture
def german(monkeypatch):
    """A language in which every sentence is its template in brackets, so that what was found shows."""
    monkeypatch.setattr(problem_words, "_", lambda template, **found: f"[{template}]{sorted(found.items())}")


def known(sentence: str) -> bool:
    return problem_words.said(sentence).startswith("[")


def test_every_sentence_of_a_broken_draft_is_known(german):
    files = {path: text.encode() for path, text in new_package(code="C50", slug="wells", title_zh="井", title_en="Wells", today=NOW.date()).items()}
    lesson = "lessons/01-first-lesson.zh.md"
    files[lesson] += "<b>x</b>\n\n![](http://x/y.png)\n\n[看](nowhere)\n\n# 又一个题目\n\n半角,逗号[^1]\n".encode()
    files["assets/x.svg"] = b"<svg><script/></svg>"
    files["course.yaml"] = files["course.yaml"].replace(b"hours: 1\nprereq", b"hours: 9\nprereq").replace(b"moves: []", b"moves:\n- {c: XXX-1, from: 2, to: 1}")
    found = findings(check_files(files, read_surroundings(content_root()), today=NOW.date()))
    assert len(found) > 12
    assert [one for one in found if not known(one.what)] == []
    assert [one.cure for one in found if one.cure and not known(one.cure)] == []


def test_what_differs_is_carried_over(german):
    assert problem_words.said("The lesson has 432 Chinese characters") == "[The lesson has %(a)s Chinese characters][('a', '432')]"
    assert problem_words.said("'serves[1].c' must be text") == "[%(key)s must be text][('key', '“serves[1].c”')]"
    assert problem_words.said("Nobody has ever written this.") == "Nobody has ever written this."


def test_sentences_are_templates_that_find_themselves():
    assert len(set(SENTENCES)) == len(SENTENCES)
    for template in SENTENCES:
        example, shown = (re.sub(r"%\(\w+\)s", "7", text) for text in (template, IN_BROWSER.get(template, template)))
        assert problem_words.said(example) == shown


def test_whoever_writes_in_forms_reads_of_no_files_and_keys(app):
    assert set(IN_BROWSER) <= set(SENTENCES)
    assert [text for text in IN_BROWSER.values() if re.search(r"\.yaml|assets/|'", text.replace("lesson's", "").replace("draft's", ""))] == []
    with app.test_request_context(), speaking("en"):
        said = problem_words.in_one("The lesson has 3 hours but course.yaml says 1", "Make them agree.")
        assert problem_words.said("'form_length' is 0") == "'questions' is 0"
    assert said == "The lesson has 3 class hours, but the course counts 1 for it until you press Save in the lesson. Make them agree."


def test_a_missing_language_is_one_line_for_each_question_and_for_the_head(app):
    option = "      - {{{{key: {0}, zh: 甲, misconception: null}}}}\n"
    item = "  - id: {0}\n    stem: {{zh: 问, en: {1}}}\n    rationale: {{zh: 因为}}\n    options:\n" + "".join(map(option.format, "abcd"))
    bank = "misconceptions:\n  M1: {zh: 误解}\nitems:\n" + item.format("C50-Q01", "''") + item.format("C50-Q02", "Ask")
    head = "title: {zh: 井}\nglossary:\n  - {zh: 井, en: well}\n  - {zh: 水}\nhours: x\n"

    def bare(path, line, key="en", what="The key '%s' is missing"):
        return Finding(path, line, "error", what % key, "Add it.")

    found = [bare("course.yaml", 1, "title.en"), bare("course.yaml", 4, "glossary[2].en"), Finding("course.yaml", 5, "error", "'hours' must be text", "-")]
    found += [bare("bank.yaml", 2), bare("bank.yaml", 5, what="'%s' is empty"), *(bare("bank.yaml", line) for line in (6, 8, 9, 10, 11, 14, 16, 17, 18, 19))]
    found += [bare("bank.yaml", 5, "zh"), bare("lessons/01-a.en.md", 1)]
    texts = {"bank.yaml": bank, "course.yaml": head}
    with app.test_request_context(), speaking("en"):
        said = [(one.path, one.item or one.line, one.what) for one in problem_words.grouped(found, texts)]
        untouched = problem_words.grouped(found, {"bank.yaml": "items: [", "course.yaml": ""})
    assert said == [
        ("course.yaml", 1, "English is missing: title, terms 2"),
        ("course.yaml", 5, "'hours' must be text"),
        ("bank.yaml", 2, "English is missing: misconceptions M1"),
        ("bank.yaml", "C50-Q01", "English is missing: question text, rationale, options a–d"),
        ("bank.yaml", "C50-Q02", "English is missing: rationale, options a–d"),
        ("bank.yaml", "C50-Q01", "“Chinese” is missing"),
        ("lessons/01-a.en.md", 1, "“English” is missing"),
    ]
    assert len(untouched) == len(found)


def test_a_length_in_both_languages_is_no_missing_text():
    assert lacks({"stem": {"zh": "问", "en": ""}, "max_chars": {"zh": 100, "en": 400}}) == [Lack("en", "stem")]
    assert lacks({"max_chars": {"zh": 100}}) == [Lack("en", "max_chars")]


def test_the_labels_that_a_question_lacks_are_one_line(app):
    def unlabelled(path, line, code, label):
        return Finding(path, line, "error", f"{code} has no {label}", f"Add '{label}': an item tests one competency at one level.")

    found = [
        unlabelled("bank.yaml", 5, "C50-Q01", "level"),
        unlabelled("bank.yaml", 5, "C50-Q01", "competency"),
        Finding("bank.yaml", 5, "error", "C50-Q01 has no rationale", "Say in both languages why the key is right."),
        unlabelled("bank.yaml", 5, "C50-Q01", "cognitive"),
        unlabelled("bank.yaml", 9, "C50-Q02", "level"),
    ]
    with app.test_request_context(), speaking("en"):
        said = [(one.line, one.what, one.cure) for one in problem_words.grouped(found, {})]
    assert said == [
        (5, "C50-Q01 has no competency, level, kind of thinking", "Add 'competency, level, kind of thinking': an item tests one competency at one level."),
        (5, "C50-Q01 has no rationale", "Say in both languages why the key is right."),
        (9, "C50-Q02 has no level", "Add 'level': an item tests one competency at one level."),
    ]


def test_names_in_a_row_are_ranges():
    assert ranges(["a", "b", "c", "e", "f"]) == ["a–c", "e", "f"]
    assert ranges(["9", "10", "11", "C50-Q01", "", "b"]) == ["9–11", "C50-Q01", "", "b"]
