"""Both languages show the same, say the same numbers, and are neither too short nor too long."""

from decimal import Decimal

import pytest

from lms.courses.numbers import digits, said
from tests.courses.folder import ENOUGH_ZH, Folder


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def errors(folder) -> list[tuple[str, str]]:
    return [(f"{p.file}:{p.line}", p.what) for p in folder.check().errors]


def advice(folder) -> list[tuple[str, str]]:
    return [(f"{p.file}:{p.line}", p.what) for p in folder.check().advice]


def test_the_known_course_needs_no_advice(folder):
    assert advice(folder) == []


def test_a_picture_in_one_language_only(folder):
    folder.show_picture(b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    folder.replace("lessons/01-names.en.md", "![Map](assets/map.svg)", "No map.")
    assert errors(folder) == [("c/lessons/01-names.en.md:14", "This section shows no picture, in Chinese (line 14) assets/map.svg")]


def test_a_table_in_one_language_only(folder):
    folder.append("lessons/01-names.zh.md", "\n| 名 | 数 |\n|---|---|\n| 甲 | 乙 |\n")
    assert errors(folder) == [("c/lessons/01-names.en.md:14", "This section has 0 tables, in Chinese (line 14) 1")]


def test_a_table_that_lacks_a_row(folder):
    folder.append("lessons/01-names.zh.md", "\n| 名 | 号 |\n|---|---|\n| 甲 | 乙 |\n| 丙 | 丁 |\n")
    folder.append("lessons/01-names.en.md", "\n| Name | Address |\n|---|---|\n| A | B |\n")
    assert errors(folder) == []
    assert advice(folder) == [("c/lessons/01-names.en.md:14", "A table of this section has 2 rows, in Chinese (line 14) 3")]


def test_numbers_of_one_language(folder):
    folder.append("lessons/01-names.zh.md", "\n2026年2月24日8:00前，20个工作日，共1900个，8.34亿人，95%。\n")
    folder.append("lessons/01-names.en.md", "\nBy 24 February 2026, within twenty-five working days, 1,900 in all, 834 million people.\n")
    assert advice(folder) == [("c/lessons/01-names.zh.md:18", "The English version has no 8 (line 18), 20 (line 18), 95 (line 18)")]


@pytest.mark.parametrize(("text", "values"), [
    ("1,900 and 8.34亿", [1900, 834_000_000]),
    ("834 million, 2.2 billion", [834_000_000, 2_200_000_000]),
    ("IPv6、RFC4271、v1.2", []),
    ("国发〔2024〕3号", [2024, 3]),
    ("不超过80字，150 words，60 Chinese characters，a 200-word note", []),
    ("9:30", [9, 30]),
    ("100,000", [100_000]),
])
def test_numbers_in_digits(text, values):
    assert sorted(digits(text)) == sorted(map(Decimal, values))


@pytest.mark.parametrize(("text", "value"), [
    ("三十分钟", 30), ("十五个工作日", 15), ("二十四小时", 24), ("一千二百", 1200), ("两万", 20_000), ("二〇二六年", 2026), ("九成", 90),
    ("thirty minutes", 30), ("forty-five", 45), ("two hundred and five", 205), ("four or five", 5),
    ("one two three", 2), ("in February", 2), ("at 3 p.m.", 15), ("round the clock", 24),
])
def test_numbers_in_words(text, value):
    assert value in said(text)


def test_a_lesson_far_too_long_is_refused(folder):
    folder.append("lessons/01-names.zh.md", f"\n{ENOUGH_ZH}\n")
    assert errors(folder) == [("c/lessons/01-names.zh.md:9", "The lesson has 1308 Chinese characters")]


def test_a_lesson_somewhat_too_short(folder):
    folder.replace("lessons/01-names.zh.md", ENOUGH_ZH, ENOUGH_ZH[: len(ENOUGH_ZH) * 85 // 100])
    assert errors(folder) == []
    assert advice(folder) == [("c/lessons/01-names.zh.md:9", "The lesson has 572 Chinese characters")]


def test_a_version_that_says_half(folder):
    path = folder.path / "lessons/01-names.en.md"
    path.write_text(path.read_text(encoding="utf-8")[:2000], encoding="utf-8")
    assert advice(folder) == [("c/lessons/01-names.en.md:9", "The English has 391 words for 668 Chinese characters")]
