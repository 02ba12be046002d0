"""Sentences of checks are known to the catalogues: what the checks of a broken package say can be said in the reader's language."""

import re

import pytest

from lms.authoring import problem_words
from lms.authoring.blank import new_package
from lms.authoring.checking_queries import check_files, findings
from lms.authoring.problem_sentences import SENTENCES
from lms.core.framework import content_root
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
    assert problem_words.said("'serves[1].c' must be text") == "[%(key)s must be text][('key', \"'serves[1].c'\")]"
    assert problem_words.said("Nobody has ever written this.") == "Nobody has ever written this."


def test_sentences_are_templates_that_find_themselves():
    assert len(set(SENTENCES)) == len(SENTENCES)
    for template in SENTENCES:
        example = re.sub(r"%\(\w+\)s", "7", template)
        assert problem_words.said(example) == example
