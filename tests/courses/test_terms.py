"""Lessons keep to the glossary, glossaries to each other, and together they make one."""

import pytest

from lms.core.i18n import Bilingual
from lms.courses.enums import TermOrder
from lms.courses.glossary import Entry, Use, en_key, matching, merge, ordered, zh_key
from lms.courses.term_checks import stem, variants
from tests.courses.folder import Folder

NET, LAW, DATA = (Use(f"C0{n}", slug, Bilingual(slug, slug)) for n, slug in ((1, "net"), (5, "law"), (8, "data")))


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def advice(folder) -> list[tuple[str, str]]:
    return [(f"{p.file}:{p.line}", p.what) for p in folder.check().advice]


def test_a_term_that_the_english_never_says(folder):
    folder.append("lessons/01-names.zh.md", "\n查询先到域名系统。\n")
    assert advice(folder) == [("c/lessons/01-names.zh.md:18", "The lesson says '域名系统', but its English never says 'domain name system (DNS)'")]


@pytest.mark.parametrize("english", ["The DNS answers.", "Domain-name systems answer.", "A system of domain names."])
def test_ways_to_say_a_term(folder, english):
    folder.append("lessons/01-names.zh.md", "\n查询先到域名系统。\n")
    folder.append("lessons/01-names.en.md", f"\n{english}\n")
    assert advice(folder) == []


def test_a_term_inside_a_longer_one_is_not_said(folder):
    folder.append("course.yaml", "")
    folder.replace("course.yaml", "glossary:\n", "glossary:\n- {zh: 系统, en: machine}\n")
    folder.append("lessons/01-names.zh.md", "\n查询先到域名系统。\n")
    folder.append("lessons/01-names.en.md", "\nThe DNS answers.\n")
    assert advice(folder) == []


def test_courses_that_disagree(folder):
    folder.add_course("second", "C91", "")
    (folder.root / "courses/second/course.yaml").write_text(
        "code: C91\nprerequisites: []\nglossary:\n- {zh: 域名系统, en: name service}\n- {zh: 域名体系, en: Domain name system}\n", encoding="utf-8"
    )
    assert advice(folder) == [
        ("c/course.yaml:26", "'domain name system (DNS)' stands for '域名系统' here, but for '域名体系' in C91"),
        ("c/course.yaml:26", "'域名系统' is 'domain name system (DNS)' here, but 'name service' in C91"),
    ]


def test_a_term_twice_in_one_glossary(folder):
    folder.replace("course.yaml", "glossary:\n", "glossary:\n- {zh: 域名系统, en: DNS}\n")
    assert ("c/course.yaml:27", "The term '域名系统' stands twice") in advice(folder)


@pytest.mark.parametrize("words", [("close", "closed", "closing", "closure", "closes"), ("party", "parties"), ("server", "servers"), ("address", "addresses")])
def test_words_with_one_stem(words):
    assert len({stem(word) for word in words}) == 1


def test_a_term_can_be_said_in_several_ways():
    assert variants("legal review / lawfulness check (LR)") == [frozenset({"legal", "review"}), frozenset({"lawfulnes", "check"}), frozenset({"lr"})]


@pytest.mark.parametrize(("one", "other"), [("The Cyber-space  Law (CSL)", "cyber space law"), ("an audit", "Audit")])
def test_english_terms_that_are_the_same(one, other):
    assert en_key(one) == en_key(other)


def test_chinese_terms_that_are_the_same():
    assert zh_key("《数据安全法》（DSL）") == zh_key("数据安全法")


def test_terms_of_two_courses_become_one():
    (term,) = merge([Entry("等级保护", "multi-level protection (MLPS)", LAW), Entry("等级保护", "Multi-level protection", NET)])
    assert [(rendering.en, [use.code for use in rendering.uses]) for rendering in term.renderings] == [("Multi-level protection", ["C01", "C05"])]
    assert not term.unsettled


def test_two_translations_of_one_term_are_shown():
    (term,) = merge([Entry("留痕", "trace", LAW), Entry("留痕", "logging", DATA)])
    assert [(rendering.en, [use.code for use in rendering.uses]) for rendering in term.renderings] == [("trace", ["C05"]), ("logging", ["C08"])]
    assert term.unsettled and [use.code for use in term.uses] == ["C05", "C08"]


def test_two_terms_with_one_translation_are_shown():
    terms = merge([Entry("备案", "filing", LAW), Entry("归档", "filing", DATA), Entry("归档", "filing", NET)])
    assert {term.zh: term.twins for term in terms} == {"备案": ("归档",), "归档": ("备案",)}


def test_orders_and_search():
    security = [Entry("安全", "security", LAW), Entry("安全", "security", NET)]
    terms = merge([Entry("政务数据", "government data", DATA), *security, Entry("多方", "multistakeholder", NET)])
    assert [term.zh for term in ordered(terms, TermOrder.CHINESE)] == ["安全", "多方", "政务数据"]  # an, duo, zheng
    assert [term.zh for term in ordered(terms, TermOrder.ENGLISH)] == ["政务数据", "多方", "安全"]
    assert [term.zh for term in ordered(terms, TermOrder.MOST_USED)] == ["安全", "多方", "政务数据"]
    assert [term.zh for term in matching(terms, "DATA gov")] == ["政务数据"]
    assert [term.zh for term in matching(terms, "多")] == ["多方"]
    assert len(matching(terms, " ")) == 3
