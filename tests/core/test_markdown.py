"""Lessons are written by people outside the house: nothing they write may reach the page as markup of their own."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.markdown import headings, outside_code, render


def html(text: str) -> str:
    return render(text, asset_url=lambda name: f"/assets/{name}")


@pytest.mark.parametrize("hostile", [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<!-- comment -->",
    "<style>*{display:none}</style>",
    "<iframe src=//evil.example></iframe>",
])
def test_raw_html_is_shown_as_text(hostile):
    rendered = html(f"before\n\n{hostile}\n\nafter {hostile}")
    assert re.findall(r"<(?!/?p>)[^>]*>", rendered) == []
    assert rendered.count("&lt;") == 2 * hostile.count("<")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"])
def test_links_that_act_lose_their_address(address):
    assert html(f"[press]({address})") == "<p><a>press</a></p>"


def test_link_to_another_site_shows_its_address():
    assert html("[law](https://example.org/a)") == (
        '<p><a href="https://example.org/a" rel="noopener noreferrer">law</a><span class="address"> (https://example.org/a)</span></p>'
    )


def test_bare_address_is_not_shown_twice():
    assert html("<https://example.org/a>").count("https://example.org/a") == 2  # href and text


def test_link_inside_the_course_stays_plain():
    assert html("[next](C01-L2)") == '<p><a href="C01-L2">next</a></p>'


def test_picture_of_the_package_is_served_by_us():
    assert html("![a map](assets/map.svg)") == '<p><img alt="a map" loading="lazy" src="/assets/map.svg"></p>'


@pytest.mark.parametrize("source", ["https://evil.example/x.png", "//evil.example/x.png", "assets/../s.png", "/x.png", "data:image/png;base64,xx"])
def test_other_pictures_become_their_description(source):
    assert html(f"![a map]({source})") == "<p><span>a map</span></p>"


def test_headings_get_the_same_ids_in_both_languages():
    assert re.findall(r"<h\d id=\"(\w+)\"", html("# 甲\n\n## 乙\n\n### 丙")) == ["s1", "s2", "s3"]
    assert re.findall(r"<h\d id=\"(\w+)\"", html("# A\n\n## B\n\n### C")) == ["s1", "s2", "s3"]


def test_outline_names_what_the_page_shows():
    text = "# 题目\n\n```\n# code\n```\n\n> # quoted\n\n## **重点**与[链接](C01-L1)"
    assert [(h.level, h.id, h.text) for h in headings(text)] == [(1, "s1", "题目"), (2, "s2", "重点与链接")]
    assert '<h2 id="s2">' in html(text)


def test_table_scrolls_in_a_named_frame_without_inline_style():
    rendered = html("| 名称 | 数 |\n|---|--:|\n| 甲 | 1 |")
    assert '<div aria-label="名称 · 数" class="scroll" role="region" tabindex="0"><table>' in rendered
    assert '<th class="right" scope="col">数</th>' in rendered
    assert "style=" not in rendered


def test_admonition_kind_can_not_borrow_other_classes():
    assert html("!!! btn danger\n    text") == '<div class="admonition note">\n<p>text</p>\n</div>'
    assert html('!!! warning "注意"\n    内容').startswith('<div class="admonition warning">\n<p class="admonition-title">注意</p>')


def test_tasks_need_no_form_controls():
    rendered = html("- [ ] 一\n- [x] 二")
    assert '<li class="task-list-item">☐ 一</li>' in rendered
    assert '<li class="task-list-item">☑ 二</li>' in rendered
    assert "<input" not in rendered


def test_footnote_leads_there_and_back():
    rendered = html("正文[^a]\n\n[^a]: 出处")
    assert 'href="#fn:a"' in rendered and 'id="fn:a"' in rendered and 'href="#fnref:a"' in rendered


def test_code_is_coloured_by_classes():
    assert '<span class="k">def</span>' in html("```python\ndef f(): pass\n```")


def test_lines_of_code_are_blanked_in_place():
    assert outside_code("a\n```\n<b>\n```\nc") == ["a", "", "", "", "c"]


def test_absurd_nesting_is_answered():
    assert html(">" * 5000 + " x")


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("<>/\"'=&;:()[]!#`*_-|{}~^ \n\tabjs:ont甲乙1.")), max_size=120))
def test_no_text_makes_active_markup(text):
    rendered = html(text)
    tags = re.findall(r"<([a-z0-9]+)([^>]*)>", rendered)
    assert {tag for tag, _ in tags} <= {"h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "em", "strong", "code", "pre", "span", "div",
                                        "blockquote", "ul", "ol", "li", "a", "img", "sup", "table", "thead", "tbody", "tr", "th", "td"}
    assert not [attributes for _, attributes in tags if re.search(r"\s(on\w+|style)=", attributes)]


@pytest.mark.parametrize("text", ["[" * 100_000, "[a](" * 50_000, "*a_" * 50_000, "|a" * 3000 + "\n" + "|-" * 3000 + "\n" + "|b\n" * 500,
                                  "a\n=\n" * 25_000, "# a\n" * 25_000, "```\n" * 25_000, "a\n\n" * 300_000])  # fmt: skip
def test_a_text_of_nothing_but_marks_is_shown_as_written_and_at_once(text):
    assert render(text, asset_url=str).startswith("<pre>")
