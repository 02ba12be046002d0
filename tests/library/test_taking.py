"""A text is taken into a draft with its source and licence, and the use is noted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.i18n import Bilingual
from lms.library.licences import LICENCES, Source, as_section, attribution, with_section
from tests.portfolio import made

ZH, EN = "lessons/01-first-lesson.zh.md", "lessons/01-first-lesson.en.md"
SOURCE = Source(Bilingual("井水变浑的那一周", "The wells"), 2, Bilingual("合作大学", "Partner University"), "cc-by")


def test_a_case_goes_to_the_end_of_a_lesson_and_counts_as_used(shelf):
    url, draft = shelf.shared(), shelf.draft()
    before = shelf.lesson(draft, ZH)
    page = shelf.browser("li").get(f"{url}/take?draft={draft}").text
    assert "01-first-lesson.zh.md" in page and "C50" in page and "Source: “The week the wells went cloudy”" in page
    assert shelf.browser("li").post(f"{url}/take", data={"draft": draft, "path": "course.yaml"}).status_code == 422
    assert shelf.browser("li").post(f"{url}/take", data={"draft": draft, "path": ZH}).status_code == 303
    after = shelf.lesson(draft, ZH)
    assert after.startswith(before.rstrip("\n"))
    assert after[len(before.rstrip("\n")) :] == (
        "\n\n## 井水变浑的那一周\n\n五个村同时报告。\n\n### 经过\n\n先取样，再下结论。\n\n"
        "> 来源：《井水变浑的那一周》第1版，合作大学。许可：[知识共享署名4.0（CC BY 4.0）](https://creativecommons.org/licenses/by/4.0/)。\n"
    )
    assert "1 place in 1 organisation" in shelf.browser("author").get(url).text
    shelf.browser("li").post(f"{url}/take", data={"draft": draft, "path": EN})
    assert "Partner University. Licence: [Creative Commons Attribution 4.0" in shelf.lesson(draft, EN)
    assert "1 place in 1 organisation" in shelf.browser("author").get(url).text


def test_only_texts_go_into_a_lesson_and_only_of_who_writes(shelf):
    slides, draft = shelf.shared(data=made.pptx(), name="s.pptx", kind="slides"), shelf.draft()
    assert "Take the text into a draft" not in shelf.browser("li").get(slides).text
    assert shelf.browser("li").post(f"{slides}/take", data={"draft": draft, "path": ZH}).status_code == 422
    text = shelf.shared()
    assert "You have no draft" in shelf.browser("author").get(f"{text}/take").text
    for key, shown, status in (("li", True, 200), ("far", False, 403)):  # the coordinator shares and writes no courses
        assert ("Take the text into a draft" in shelf.browser(key).get(text).text) is shown
        assert shelf.browser(key).get(f"{text}/take").status_code == status
    assert shelf.browser("far").post(f"{text}/take", data={"draft": draft, "path": ZH}).status_code in (403, 404)


def test_ones_own_text_can_be_taken_and_is_not_counted(shelf):
    url, draft = shelf.shared(), shelf.draft("author", "U01")
    assert shelf.browser("author").post(f"{url}/take", data={"draft": draft, "path": ZH}).status_code == 303
    assert "五个村同时报告" in shelf.lesson(draft, ZH) and "not used by others yet" in shelf.browser("author").get(url).text


@pytest.mark.parametrize("code", LICENCES)
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_every_licence_names_source_owner_and_terms(code, language):
    line = attribution(Source(SOURCE.title, 3, SOURCE.owner, code, "仅供培训"), language)
    names = ("The wells", "Partner University", "version 3") if language == "en" else ("井水变浑的那一周", "合作大学", "第3版")
    assert line.startswith("> ") and all(name in line for name in (*names, "仅供培训")) and "\n" not in line


@pytest.mark.parametrize(
    "text,body",
    [
        ("# The wells\n\nText.\n", "Text."),
        ("# 井水变浑的那一周\n\nText.\n", "Text."),
        ("# Other\n\n## Below\n", "### Other\n\n#### Below"),
        ("Text.\n\n### Deep\n", "Text.\n\n### Deep"),
        ("## A\n\n```\n# no heading\n```\n", "### A\n\n```\n# no heading\n```"),
        ("\ufeff# A\r\n\r\nb\r\n", "### A\n\nb"),
        ("# A\n###### F\n", "### A\n###### F"),
        ("", ""),
    ],
)
def test_headings_go_below_the_section_and_a_repeated_title_goes(text, body):
    assert as_section(text, SOURCE, "en") == f"## The wells\n\n{body}\n\n{attribution(SOURCE, 'en')}\n"


@given(st.text(alphabet="# a\n`~-", max_size=80))
def test_nothing_but_headings_changes(text):
    section = as_section(text, SOURCE, "zh-Hans")
    lines = section.split("\n")
    assert lines[0] == "## 井水变浑的那一周" and lines[-2].startswith("> 来源")
    assert with_section("# L\n", section).startswith("# L\n\n## ")
    words = "".join(text.split()).replace("#", "").strip()
    assert words in "".join("".join(lines[1:-2]).split()).replace("#", "")


def test_a_bank_leads_to_the_import_page_of_a_draft(shelf):
    url, draft = shelf.shared(data="::Q:: 什么? {=甲 ~乙}".encode(), name="bank.gift", kind="bank"), shelf.draft()
    page = shelf.browser("li").get(url).text
    assert f"/author/drafts/{draft}/import" in page and "C50" in page
    assert "/import" not in shelf.browser("far").get(url).text
