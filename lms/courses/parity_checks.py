"""Whether the two languages of a lesson show and say the same: pictures, tables, numbers, how much there is to read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from lms.core.markdown import outside_code
from lms.core.problems import Problem
from lms.courses import numbers
from lms.courses.package import LANGUAGES
from lms.courses.reading import Draft, LessonFile

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
HEADING = re.compile(r"#{1,6}\s*\S")
PICTURE = re.compile(r"!\[[^\]]*\]\(\s*<?([^)\s>]+)")
RULE_OF_A_TABLE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)+\|?\s*$")
# What stands in a line but is not said: targets of links, footnote marks, code.
UNSAID = re.compile(r"\]\([^)]*\)|\[\^[^\]]*\]|`[^`]*`|<[^>\s]+>|https?://\S+|^\s*\d+[.)]\s")
NAMED_NUMBERS = 6
LEAST_HAN, SHORT_HAN, LONG_HAN, MOST_HAN = 550, 600, 900, 950
WORDS_A_SIGN = (0.65, 1.1)
"""English words for each Chinese character: outside of this, one version says more than the other."""


@dataclass
class Section:
    """A heading and what stands below it: its line in the file, pictures in order, rows of each table (without the rule)."""

    line: int
    pictures: list[str] = field(default_factory=list)
    tables: list[int] = field(default_factory=list)


def pairs(draft: Draft) -> Iterator[tuple[LessonFile, LessonFile]]:
    """The lessons that are there in both languages: Chinese, English."""
    for stem in sorted({stem for stem, _ in draft.lessons}):
        one, other = (draft.lesson(stem, language) for language in LANGUAGES)
        if one is not None and other is not None and one.meta is not None and other.meta is not None:
            yield one, other


def figure_problems(draft: Draft) -> Iterator[Problem]:
    """The same pictures and as many tables in each section. Lessons whose sections differ are spoken of elsewhere."""
    for one, other in pairs(draft):
        ours, theirs = sections(one), sections(other)
        if len(ours) != len(theirs):
            continue
        for mine, yours in zip(ours, theirs):
            if mine.pictures != yours.pictures:
                what = f"This section shows {_listed(yours.pictures)}, in Chinese (line {mine.line}) {_listed(mine.pictures)}"
                yield Problem(other.name, yours.line, what, "Show the same pictures in the same order in both languages.")
            if len(mine.tables) != len(yours.tables):
                what = f"This section has {_count(len(yours.tables), 'table')}, in Chinese (line {mine.line}) {len(mine.tables)}"
                yield Problem(other.name, yours.line, what, "Give both languages the same tables.")


def sections(lesson: LessonFile) -> list[Section]:
    """The sections of a lesson; the first is what stands above the second heading."""
    found = [Section(lesson.body_line)]
    in_table = False
    for number, line in enumerate(outside_code(lesson.body), start=lesson.body_line):
        if HEADING.match(line):
            found.append(Section(number))
        found[-1].pictures += PICTURE.findall(line)
        if RULE_OF_A_TABLE.match(line):
            found[-1].tables.append(1)
            in_table = True
        elif in_table and line.strip():
            found[-1].tables[-1] += 1
        else:
            in_table = False
    return found


def _listed(pictures: list[str]) -> str:
    return ", ".join(pictures) if pictures else "no picture"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def parity_advice(draft: Draft) -> Iterator[Problem]:
    """Tables of unequal length, and numbers that one language has and the other does not."""
    for one, other in pairs(draft):
        yield from _rows(one, other)
        yield from _numbers(one, other, "English")
        yield from _numbers(other, one, "Chinese")


def _rows(one: LessonFile, other: LessonFile) -> Iterator[Problem]:
    for mine, yours in zip(sections(one), sections(other)):
        if len(mine.tables) == len(yours.tables) and mine.tables != yours.tables:
            what = f"A table of this section has {max(yours.tables)} rows, in Chinese (line {mine.line}) {max(mine.tables)}"
            yield Problem(other.name, yours.line, what, "Compare the tables row by row.")


def _numbers(one: LessonFile, other: LessonFile, missing_in: str) -> Iterator[Problem]:
    lines = _said_lines(one)
    there = numbers.said("\n".join(_said_lines(other)))
    first: dict[Decimal, int] = {}
    for number, line in enumerate(lines, start=one.body_line):
        for value in numbers.digits(line):
            first.setdefault(value, number)
    lone = sorted((line, value) for value, line in first.items() if value not in there)
    if lone:
        names = ", ".join(f"{value:f} (line {line})" for line, value in lone[:NAMED_NUMBERS])
        more = f" and {len(lone) - NAMED_NUMBERS} more" if len(lone) > NAMED_NUMBERS else ""
        yield Problem(one.name, lone[0][0], f"The {missing_in} version has no {names}{more}", "Say the same numbers in both languages.")


def _said_lines(lesson: LessonFile) -> list[str]:
    return [UNSAID.sub(" ", line) for line in outside_code(lesson.body)]


def length_problems(draft: Draft) -> Iterator[Problem]:
    """A lesson is read in one sitting: far too short or too long is refused."""
    for lesson, count in _lengths(draft):
        if not LEAST_HAN <= count <= MOST_HAN:
            yield Problem(lesson.name, lesson.body_line, *_length_words(count))


def length_advice(draft: Draft) -> Iterator[Problem]:
    """Lessons somewhat too short or too long, and versions of which one says more than the other."""
    for lesson, count in _lengths(draft):
        if LEAST_HAN <= count <= MOST_HAN and not SHORT_HAN <= count <= LONG_HAN:
            yield Problem(lesson.name, lesson.body_line, *_length_words(count))
    for one, other in pairs(draft):
        words, signs = len(other.body.split()), len(HAN.findall(one.body))
        if signs and not WORDS_A_SIGN[0] <= words / signs <= WORDS_A_SIGN[1]:
            what = f"The English has {words} words for {signs} Chinese characters"
            yield Problem(other.name, other.body_line, what, "Look for what one version says and the other leaves out.")


def _length_words(count: int) -> tuple[str, str]:
    return f"The lesson has {count} Chinese characters", f"Write {SHORT_HAN} to {LONG_HAN}; divide what needs more."


def _lengths(draft: Draft) -> Iterator[tuple[LessonFile, int]]:
    for (_, language), lesson in sorted(draft.lessons.items()):
        if language == LANGUAGES[0] and lesson.meta is not None:
            yield lesson, len(HAN.findall(lesson.body))
