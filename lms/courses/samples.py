"""Lessons picked at random and set side by side in both languages, for readers who compare them. Pure.

GitHub and most Markdown viewers show the result as a table of two columns; each row is one section of the lesson.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lms.core.markdown import ASSET, outside_code
from lms.courses.reading import Draft, LessonFile

PICTURE = re.compile(r"(!\[[^\]]*\]\(\s*<?)(assets/[^)\s>]+)")


@dataclass(frozen=True)
class Pair:
    """A lesson in both languages; `place` is its course's folder as a page that shows it would write it."""

    course: str
    zh: LessonFile
    en: LessonFile
    place: str


def pick(pairs: Sequence[Pair], *, seed: int, count: int) -> list[Pair]:
    """`count` of the lessons; the same seed picks the same lessons everywhere, as long as they have the same names."""
    drawn = sorted(pairs, key=lambda pair: hashlib.sha256(f"{seed}/{pair.course}/{pair.zh.stem}".encode()).digest())
    return sorted(drawn[:count], key=lambda pair: (pair.course, pair.zh.stem))


def pairs_of(draft: Draft, place: str) -> list[Pair]:
    """The lessons of a package that are there in both languages."""
    files = draft.lessons
    stems = sorted({stem for stem, _ in files})
    return [Pair(draft.folder.name, files[stem, "zh-Hans"], files[stem, "en"], place) for stem in stems if {(stem, "zh-Hans"), (stem, "en")} <= files.keys()]


def side_by_side(pair: Pair) -> Iterator[str]:
    """One lesson as Markdown, line by line."""
    yield f"## {pair.zh.meta.id if pair.zh.meta else pair.zh.stem} · `{pair.course}/{pair.zh.stem}`"
    yield ""
    yield "<table>"
    yield "<tr><th>中文</th><th>English</th></tr>"
    for zh, en in rows(sections(pair.zh.body), sections(pair.en.body)):
        yield "<tr><td>"
        yield from ("", *_shown(zh, pair), "", "</td><td>", "", *_shown(en, pair), "", "</td></tr>")
    yield "</table>"


def rows(ours: list[str], theirs: list[str]) -> list[tuple[str, str]]:
    """Section beside section; what one language has more stands beside nothing."""
    length = max(len(ours), len(theirs))
    return list(zip([*ours, *[""] * (length - len(ours))], [*theirs, *[""] * (length - len(theirs))]))


def sections(body: str) -> list[str]:
    """The text from each heading to the next; headings inside code are none."""
    found: list[list[str]] = []
    for line, outside in zip(body.split("\n"), outside_code(body)):
        if re.match(r"#{1,6}\s*\S", outside):
            found.append([])
        if found:
            found[-1].append(line)
    return ["\n".join(lines).strip() for lines in found]


def _shown(section: str, pair: Pair) -> list[str]:
    """Headings become bold, so that the page keeps its own; pictures get the way from the page to the package."""
    words = re.sub(r"(?m)^#{1,6}[ \t]*(.+?)[ \t]*$", r"**\1**", section, count=1)
    return PICTURE.sub(lambda match: f"{match[1]}{pair.place}/{match[2]}" if ASSET.match(match[2]) else match[0], words).split("\n")
