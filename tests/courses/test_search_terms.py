"""Search finds Chinese words of two characters, single characters, and the beginnings of Latin words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.courses.search_terms import BODY, HEADING, TITLE, is_word, query_terms, terms, weighted


@pytest.mark.parametrize(("query", "wanted"), [
    ("治理", ["治理"]),
    ("网", ["网"]),
    ("域名系统 DNS", ["域名", "名系", "系统", "dns"]),
    ("ＩＰｖ６　规模", ["ipv6", "规模"]),
    ("《网络安全法》第21条", ["网络", "络安", "安全", "全法", "第", "21", "条"]),
    ("𠮷野家", ["𠮷野", "野家"]),
    ("，。！ --", []),
])
def test_pieces_of_a_query(query, wanted):
    assert query_terms(query) == wanted


def test_a_two_character_word_inside_a_sentence_is_found():
    assert set(query_terms("解析")) <= set(terms("手机去问解析器，解析器不知道。"))
    assert terms("手机去问解析器，解析器不知道。")["解析"] == 2


def test_neighbours_across_punctuation_are_no_word():
    assert "地机" not in terms("各地。机关")


def test_titles_weigh_more_than_headings_and_text():
    found = weighted("域名", ["证书"], "正文说域名。[法律](https://example.org/hidden)")
    assert (found["域名"], found["证书"], found["法律"]) == (TITLE + BODY, HEADING, BODY)
    assert "hidden" not in found


def test_words_and_pieces_are_told_apart():
    assert [is_word(term) for term in ("dns", "治理", "网")] == [True, False, False]


@given(st.text(alphabet="治理网络域名 ab，。Ａ", min_size=1, max_size=30), st.integers(0, 29), st.integers(1, 6))
def test_every_part_of_a_chinese_text_is_found(text, start, length):
    part = text[start : start + length]
    held = terms(text)
    assert all(term in held for term in query_terms(part) if not is_word(term))
