"""Two states of a text: nothing is lost in a comparison, comments find their lines again, marks sit where words changed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core import comparison
from lms.core.markdown import render
from lms.reviewing import changes, hotfix, item_lines, rendered
from lms.reviewing.anchors import Anchor, follow
from lms.reviewing.clock import clock

LINES = st.lists(st.text("abc 域名。#-|", max_size=8), max_size=12)
MARKDOWN = st.lists(
    st.sampled_from(["# 标题", "一段话，说明域名。", "- one\n- two\n- three", "- one\n- three", "| a | b |\n|---|---|\n| 1 | 2 |", "> quote", "1. x\n2. y",
                     "`code` and *words*", "![图](assets/a.svg)", "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |", "第二段[^1]\n\n[^1]: 脚注"]), max_size=6,
).map("\n\n".join)  # fmt: skip


def html(text: str) -> str:
    return render(text, asset_url=lambda name: f"/p/{name}")


@given(LINES, LINES)
def test_both_texts_can_be_read_out_of_their_comparison(old, new):
    rows = comparison.compare("\n".join(old), "\n".join(new), context=None)
    before = [row for row in rows if row.old is not None]
    after = [row for row in rows if row.new is not None]
    assert ["".join(s.text for s in row.spans if s.kind != "in") for row in before] == "\n".join(old).splitlines()
    assert ["".join(s.text for s in row.spans if s.kind != "out") for row in after] == "\n".join(new).splitlines()
    assert [row.old for row in before] == list(range(1, len(before) + 1)) and [row.new for row in after] == list(range(1, len(after) + 1))


def test_only_the_words_that_changed_are_marked():
    (row,) = comparison.compare("域名给人看，地址给机器用。", "域名给人读，地址给机器用。")
    assert [(span.kind, span.text) for span in row.spans] == [("same", "域名给人"), ("out", "看"), ("in", "读"), ("same", "，地址给机器用。")]
    (row,) = comparison.compare("The padlock protects it.", "The padlock guards it.")
    assert [span.text for span in row.spans if span.kind != "same"] == ["protects", "guards"]


def test_long_stretches_that_are_the_same_are_folded():
    old = [f"line {n}" for n in range(40)]
    rows = comparison.compare("\n".join(old), "\n".join([*old[:20], "new", *old[20:]]))
    assert [(row.kind, row.count) for row in rows if row.kind == "gap"] == [("gap", 17), ("gap", 17)]
    assert comparison.characters("a\nb", "a\nb") == 0 and comparison.characters("旧数据。", "新数据。") == 2


@given(MARKDOWN, MARKDOWN)
def test_a_rendered_comparison_holds_the_new_version_and_is_well_formed(old, new):
    marked, concerned = rendered.compare(html(old), html(new))
    without = re.sub(r"<del>.*?</del>", "", marked, flags=re.S)
    assert _words(re.sub(r"</?ins>", "", without)) == _words(html(new))
    assert _words(re.sub(r"<ins>.*?</ins>", "", re.sub(r"</?del>", "", marked), flags=re.S)) == _words(html(old))
    assert rendered.clean(marked) == marked
    assert concerned == 0 or old != new
    assert not re.search(r"<(ul|ol|tr|tbody|thead|table)>\s*<(del|ins)>", marked)


def _words(text: str) -> str:
    """Every word of a page in order, whatever stands around it."""
    return "".join("".join(token.text for token in rendered.tokens(text) if not token.tag).split())


def test_rendered_marks_sit_on_words_items_and_rows():
    marked, concerned = rendered.compare(html("域名给人看。\n\n- 一\n- 二\n- 三"), html("域名给人读。\n\n- 一\n- 三\n\n新段。"))
    items = "<ul><li>一</li><li><del>二</del></li><li>三</li></ul>"
    assert marked.replace("\n", "") == f"<p>域名给人<del>看</del><ins>读</ins>。</p>{items}<p><ins>新段。</ins></p>"
    assert concerned == 3


def test_what_is_written_as_html_stays_text():
    marked, _ = rendered.compare(html("safe"), html("<script>alert(1)</script> <ins>x</ins>"))
    assert "<script>" not in marked and "&lt;script&gt;" in marked


@given(LINES, LINES, st.integers(-2, 15), st.integers(-2, 15))
def test_a_comment_always_has_a_place_in_the_next_version(old, new, first, last):
    found = follow(old, new, first, last)
    assert 1 <= found.first <= found.last <= max(len(new), 1)
    if old == new and old:
        assert not found.changed and not found.gone


@pytest.mark.parametrize(("old", "new", "lines", "anchor"), [
    ("abcd", "abcd", (2, 3), Anchor(2, 3)),
    ("abcd", "xyabcd", (2, 3), Anchor(4, 5)),
    ("abcd", "abXcd", (2, 3), Anchor(2, 4)),
    ("abcd", "aBcd", (2, 2), Anchor(2, 2, changed=True)),
    ("abcd", "ad", (2, 3), Anchor(2, 2, changed=True, gone=True)),
    ("abcd", "acd", (2, 3), Anchor(2, 2, changed=True)),
    ("abcd", "", (2, 3), Anchor(1, 1, changed=True, gone=True)),
])  # fmt: skip
def test_comments_follow_their_lines(old, new, lines, anchor):
    assert follow(list(old), list(new), *lines) == anchor


BANK = b"""schema: assessment/1
blueprint: {form_length: 1}
items:
# ---- first
- id: C90-Q01
  stem: {zh: "\xe9\x97\xae", en: Which}
  options:
  - {key: a, zh: "\xe7\x94\xb2", en: one}
  - {key: b, zh: "\xe4\xb9\x99", en: two}
  answer: a

# ---- second
- id: C90-Q02
  items:
  - id: C90-Q02-1
    answer: b
"""


def test_items_are_compared_field_by_field_and_found_by_line():
    changed = BANK.replace(b"answer: a", b"answer: b").replace(b"en: two", b"en: too")
    q1, q2 = changes.compare_items({"bank.yaml": BANK}, {"bank.yaml": changed})
    assert (q1.code, q1.state, q2.state) == ("C90-Q01", "changed", "same")
    assert [(row.place, row.old, row.new) for row in q1.fields if row.changed] == [(("options", "b", "en"), "two", "too"), (("answer",), "a", "b")]
    found = item_lines.blocks(BANK.decode())
    assert [(one.code, one.first, one.last) for one in found] == [("C90-Q01", 5, 10), ("C90-Q02", 13, 16)]
    assert item_lines.counts(found, [5, 10, 11, 16, 1]) == {"C90-Q01": 2, "": 2, "C90-Q02": 1}


@given(st.binary(max_size=60))
def test_a_broken_bank_is_compared_too(content):
    assert {one.code for one in changes.compare_items({"bank.yaml": content}, {"bank.yaml": BANK})} >= {"C90-Q01", "C90-Q02"}
    assert len(item_lines.blocks(changes.text_of(content))) <= 60


LESSON = "---\nid: C90-L1\ntitle: 域名\nhours: 1\nfacts: [LF-101]\n---\n\n# 域名\n\n2017年施行。\n"
COURSE = "slug: known\nversion: \"1.0.0\"\nhours: 2\n"
BASE = {"course.yaml": COURSE.encode(), "lessons/01-a.zh.md": LESSON.encode(), "bank.yaml": BANK, "assets/a.svg": b"<svg/>"}


@pytest.mark.parametrize(("change", "rules"), [
    ({}, ["nothing"]),
    ({"lessons/01-a.zh.md": LESSON.replace("2017", "2018")}, []),
    ({"lessons/01-a.zh.md": LESSON.replace("2017", "2018").replace("LF-101", "LF-102"), "course.yaml": COURSE.replace("1.0.0", "1.0.1")}, []),
    ({"lessons/01-a.zh.md": LESSON.replace("hours: 1", "hours: 2")}, ["front"]),
    ({"course.yaml": COURSE.replace("hours: 2", "hours: 3")}, ["head"]),
    ({"assets/a.svg": "<svg></svg>"}, ["pictures"]),
    ({"lessons/02-b.zh.md": LESSON}, ["files"]),
    ({"bank.yaml": BANK.decode().replace("en: two", "en: too")}, []),
    ({"bank.yaml": BANK.decode().replace("C90-Q02\n", "C90-Q03\n")}, ["blueprint"]),
    ({"lessons/01-a.zh.md": LESSON + "长" * 601}, ["many_characters"]),
])  # fmt: skip
def test_what_a_hot_fix_may_change(change, rules):
    new = BASE | {path: text.encode() for path, text in change.items()}
    assert [one.rule for one in hotfix.breaches(BASE, new, clock())] == rules


def test_a_hot_fix_of_many_files_is_none():
    old = {f"lessons/0{n}-a.zh.md": LESSON.encode() for n in range(8)}
    new = {path: LESSON.replace("2017", "2018").encode() for path in old}
    assert [(one.rule, one.found, one.allowed) for one in hotfix.breaches(old, new, clock())] == [("many_files", 8, 6)]
