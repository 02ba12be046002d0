"""Rules for the text of lessons: titles, sections, links, pictures, footnotes, raw HTML, punctuation."""

import re
from collections.abc import Iterator

from lms.core.markdown import ASSET, headings, outside_code, scheme_of
from lms.core.problems import Problem
from lms.courses import punctuation
from lms.courses.package import LANGUAGES, SUFFIXES
from lms.courses.reading import Draft, LessonFile

INLINE_CODE = re.compile(r"(`+)(.+?)\1")
TAG = re.compile(r"<(?:/?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>|!--|![A-Za-z]|\?)")
LINK = re.compile(r'(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(\s*<?([^)\s>]*)>?(?:\s+"[^"]*")?\s*\)')
DEFINITION = re.compile(r"^ {0,3}\[([^\]^][^\]]*)\]:\s*<?(\S+?)>?(?:\s|$)")
FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\](:?)")
SETEXT = re.compile(r"^ {0,3}(=+|-{2,})\s*$")


def text_problems(lesson: LessonFile, draft: Draft) -> Iterator[Problem]:
    """All faults of one lesson's body."""
    lines = [INLINE_CODE.sub(lambda match: " " * len(match[0]), line) for line in outside_code(lesson.body)]
    for number, line in enumerate(lines):
        for what, cure in _line_faults(line, lines[number - 1] if number else "", lesson, draft):
            yield Problem(lesson.name, lesson.body_line + number, what, cure)
    yield from _title_faults(lesson)
    yield from _footnote_faults(lesson, lines)


def _line_faults(line: str, before: str, lesson: LessonFile, draft: Draft) -> Iterator[tuple[str, str]]:
    if match := TAG.search(line):
        yield f"Raw HTML is not used: {match[0][:30]}", "Write Markdown; HTML would be shown as text."
    if SETEXT.match(line) and before.strip() and not before.lstrip().startswith(("|", "-", ">")):
        yield "A heading is underlined", "Write headings with # in front."
    for match in LINK.finditer(line):
        yield from _picture_faults(match[2], match[3], draft) if match[1] else _link_faults(match[3], lesson, draft)
    if definition := DEFINITION.match(line):
        target = definition[2]
        yield from _picture_faults("-", target, draft) if "assets/" in target else _link_faults(target, lesson, draft)
    found = punctuation.fault(_prose(line), SUFFIXES[lesson.language])
    if found:
        yield found


def _prose(line: str) -> str:
    """The words of a line that a reader reads: no link targets, pictures' paths, footnote marks or admonition syntax."""
    line = re.sub(r'^\s*!!!\s*\w*\s*"(.*)"\s*$', r"\1", line)
    line = LINK.sub(r" \2 ", line)
    line = re.sub(r"<[^>\s]+>", " ", line)
    return "" if DEFINITION.match(line) else FOOTNOTE.sub(" ", line)


def _link_faults(target: str, lesson: LessonFile, draft: Draft) -> Iterator[tuple[str, str]]:
    scheme = scheme_of(target)
    if scheme in ("http", "https", "mailto"):
        return
    if target.startswith("#"):
        known = {heading.id for heading in headings(lesson.body)}
        if target[1:] not in known:
            yield f"The link {target} leads to no section of this lesson", f"Sections are called #s1 to #s{len(known)}, in order."
        return
    ids = {entry.id for entry in draft.meta.lessons} if draft.meta else set()
    if scheme or target not in ids:
        yield f"The link {target[:60]!r} leads nowhere", "Link to https://…, to a lesson by its id (C01-L2), or to a section (#s2)."


def _picture_faults(words: str, target: str, draft: Draft) -> Iterator[tuple[str, str]]:
    if not words.strip():
        yield f"The picture {target[:60]} has no description", "Write what it shows between the brackets: ![description](assets/name.svg)."
    match = ASSET.match(target)
    if match is None:
        cure = "Put the picture into assets/ and write assets/name.svg; pictures of other sites are not shown."
        yield f"The picture {target[:60]!r} does not lie in assets/", cure
    elif match[1] not in draft.assets:
        yield f"The picture assets/{match[1]} is missing", "Add the file, or correct its name (capital and small letters count)."


def _title_faults(lesson: LessonFile) -> Iterator[Problem]:
    found = _heading_lines(lesson)
    titles = [(line, words) for line, level, words in found if level == 1]
    if not titles:
        yield Problem(lesson.name, lesson.body_line, "The body has no title", "Begin it with '# ' and the title.")
    for line, _ in titles[1:]:
        yield Problem(lesson.name, line, "The body has a second title", "Use ## for sections.")
    if titles and titles[0] != (found[0][0], found[0][2]):
        yield Problem(lesson.name, titles[0][0], "The title is not the first heading", "Move it to the top.")
    elif titles and lesson.body[: lesson.body.find("#")].strip():
        yield Problem(lesson.name, lesson.body_line, "There is text before the title", "Move it below.")
    if titles and lesson.meta and titles[0][1] != lesson.meta.title:
        what = f"The title {titles[0][1]!r} differs from the front matter's {lesson.meta.title!r}"
        yield Problem(lesson.name, titles[0][0], what, "Make them equal.")
    for (_, above, _), (line, level, _) in zip(found, found[1:], strict=False):
        if level > above + 1:
            yield Problem(lesson.name, line, f"A heading of level {level} follows one of level {above}", "Leave out no level.")


def _heading_lines(lesson: LessonFile) -> list[tuple[int, int, str]]:
    """(line, level, words) of each heading."""
    lines = [number for number, line in enumerate(outside_code(lesson.body)) if re.match(r"#{1,6}\s*\S", line)]
    return [(lesson.body_line + number, h.level, h.text) for number, h in zip(lines, headings(lesson.body), strict=False)]


def _footnote_faults(lesson: LessonFile, lines: list[str]) -> Iterator[Problem]:
    used: dict[str, int] = {}
    defined: dict[str, int] = {}
    for number, line in enumerate(lines):
        for match in FOOTNOTE.finditer(line):
            into = defined if match[2] and match.start() == 0 else used
            into.setdefault(match[1], lesson.body_line + number)
    for mark in sorted(used.keys() - defined.keys()):
        yield Problem(lesson.name, used[mark], f"The footnote [^{mark}] has no text", f"Add a line '[^{mark}]: …'.")
    for mark in sorted(defined.keys() - used.keys()):
        yield Problem(lesson.name, defined[mark], f"The footnote [^{mark}] is never referred to", "Refer to it, or remove it.")


def language_problems(draft: Draft) -> Iterator[Problem]:
    """The two languages of a lesson: the same sections in the same order, the same facts, levels, hours and dates."""
    for stem in sorted({stem for stem, _ in draft.lessons}):
        one, other = (draft.lesson(stem, language) for language in LANGUAGES)
        if one is not None and other is not None:
            yield from _section_faults(one, other)
            yield from _meta_faults(one, other)


def _section_faults(one: LessonFile, other: LessonFile) -> Iterator[Problem]:
    ours, theirs = _heading_lines(one), _heading_lines(other)
    for mine, yours in zip(ours, theirs, strict=False):
        if mine[1] != yours[1]:
            what = f"This heading has level {yours[1]}, the same one in Chinese (line {mine[0]}) has level {mine[1]}"
            yield Problem(other.name, yours[0], what, "Use the same sections in the same order.")
            return
    if len(ours) != len(theirs):
        what = f"The lesson has {len(theirs)} headings, in Chinese it has {len(ours)}"
        yield Problem(other.name, other.body_line, what, "Use the same sections in the same order.")


def _meta_faults(one: LessonFile, other: LessonFile) -> Iterator[Problem]:
    if one.meta is None or other.meta is None:
        return
    for key in ("serves", "facts", "review_by"):
        if getattr(one.meta, key) != getattr(other.meta, key):
            yield Problem(other.name, other.front.line(key), f"{key!r} differs from the Chinese file's", "Make them equal.")
