"""Whether lessons keep to their course's glossary, and glossaries to each other. Advice: language has exceptions."""

import re
from collections.abc import Iterator, Sequence

from lms.core.problems import Problem
from lms.courses.glossary import disagreements, en_key, zh_key
from lms.courses.package import CourseMeta
from lms.courses.parity_checks import pairs
from lms.courses.reading import Draft, LessonFile
from lms.courses.surroundings import Surroundings

SMALL_WORDS = frozenset(["a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "of", "on", "or", "the", "to", "with"])
MASK = "\0"


def term_advice(draft: Draft, meta: CourseMeta, around: Surroundings) -> Iterator[Problem]:
    """Terms of the glossary that the Chinese lesson uses and its English never does; terms that two courses translate differently."""
    terms = [(term.zh, term.en) for term in meta.glossary]
    for one, other in pairs(draft):
        yield from _unknown(one, other, terms)
    yield from _conflicts(draft, meta, around, terms)


def _unknown(one: LessonFile, other: LessonFile, terms: Sequence[tuple[str, str]]) -> Iterator[Problem]:
    lines = masked_lines(one.body, [zh for zh, _ in terms])
    there = [stems(line) for line in other.body.split("\n")]
    for index, (zh, en) in enumerate(terms):
        line = next((number for number, found in enumerate(lines) if index in found), None)
        if line is not None and not _says(there, en):
            what = f"The lesson says {zh!r}, but its English never says {en!r}"
            yield Problem(one.name, one.body_line + line, what, "Use the glossary's term, or correct the glossary.")


def masked_lines(body: str, terms: Sequence[str]) -> list[set[int]]:
    """Which terms (by their index) each line holds; a term inside a longer one does not count."""
    keys = sorted(((zh_key(zh), index) for index, zh in enumerate(terms)), key=lambda one: -len(one[0]))
    found = []
    for line in body.casefold().split("\n"):
        held = set()
        for key, index in keys:
            if key and key in line:
                held.add(index)
                line = line.replace(key, MASK)
        found.append(held)
    return found


def _says(lines: Sequence[frozenset[str]], en: str) -> bool:
    """Whether a paragraph holds all words of the term, or its abbreviation."""
    return any(wanted <= line for wanted in variants(en) for line in lines)


def variants(en: str) -> list[frozenset[str]]:
    """The ways to say a term, each as stems: the words before and the abbreviation within brackets, and each side of a slash."""
    outside = re.sub(r"\([^)]*\)", " ", en)
    pieces = [*re.split(r"\s/\s|;|,\s*or\s", outside), *re.findall(r"\(([^)]*)\)", en)]
    return [found for piece in pieces if (found := stems(piece) - SMALL_WORDS)]


def stems(text: str) -> frozenset[str]:
    """The words of a text without the endings that English puts on them."""
    return frozenset(stem(word) for word in re.findall(r"[a-z0-9]+", text.casefold().replace("'s", "")))


def stem(word: str) -> str:
    """close, closes, closing, closure → clos; party, parties → parti: rough, and the same on both sides."""
    word = _without(word, ("es", "s")) if not word.endswith("ss") else word
    word = _without(word, ("ing", "ion", "ure", "ed", "er", "e"))
    word = re.sub(r"y$", "i", word)
    return re.sub(r"([b-df-hj-np-tv-z])\1$", r"\1", word)


def _without(word: str, endings: tuple[str, ...]) -> str:
    """The word without the first of the endings that leaves three letters."""
    return next((word.removesuffix(ending) for ending in endings if word.endswith(ending) and len(word) - len(ending) >= 3), word)


def _conflicts(draft: Draft, meta: CourseMeta, around: Surroundings, terms: Sequence[tuple[str, str]]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, (zh, _) in enumerate(terms):
        if seen.setdefault(zh_key(zh), index) != index:
            yield Problem(draft.course.file, draft.course.line("glossary", index), f"The term {zh!r} stands twice", "Keep one of them.")
    others = [(code, zh, en) for code, course in sorted(around.by_code().items()) if code != meta.code for zh, en in course.terms]
    for index, code, zh, en in disagreements(terms, others):
        own_zh, own_en = terms[index]
        same_zh = zh_key(own_zh) == zh_key(zh) and en_key(own_en) != en_key(en)
        what = f"{own_zh!r} is {own_en!r} here, but {en!r} in {code}" if same_zh else f"{own_en!r} stands for {own_zh!r} here, but for {zh!r} in {code}"
        yield Problem(draft.course.file, draft.course.line("glossary", index), what, "Agree on one term for one thing.")
