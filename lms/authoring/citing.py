"""Which facts the texts of a draft name, and where: in a lesson's file, in one question of the bank. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lms.authoring.bank_text import Unreadable, item_texts
from lms.authoring.lesson_text import FRONT

BANK = "bank.yaml"
FACT = re.compile(r"(?<![\w-])LF-\d{3,4}(?!\d)")

LESSON_ID = re.compile(r"^id: *[\"']?([\w-]+)", re.M)


@dataclass(frozen=True, slots=True)
class Citation:
    """A fact named in a file; ``item``: the question's code, "" elsewhere. ``line`` counts from 1; ``text``: the file's or question's own."""

    fact: str
    path: str
    item: str
    line: int
    text: str

    @property
    def place(self) -> tuple[str, str, str]:
        return self.fact, self.path, self.item

    @property
    def said(self) -> str:
        """The text without a lesson's head: what it states."""
        return self.text if self.item else FRONT.sub("", self.text)

    @property
    def code(self) -> str:
        """The lasting code of the question, or the id in the lesson's head; "" where there is none."""
        found = LESSON_ID.search(self.text)
        return self.item or (found[1] if found else "")


def citations(texts: Mapping[str, str]) -> list[Citation]:
    """Every fact once for each file or question that names it, in the order of paths and lines."""
    return [found for path in sorted(texts) for item, line, text in _pieces(path, texts[path]) for found in _named(path, item, line, text)]


def _pieces(path: str, text: str) -> list[tuple[str, int, str]]:
    if path == BANK and FACT.search(text):
        try:
            return item_texts(text)
        except Unreadable:
            pass  # then the bank counts as one piece
    return [("", 1, text)]


def _named(path: str, item: str, first: int, text: str) -> Iterator[Citation]:
    seen: set[str] = set()
    for match in FACT.finditer(text):
        if match[0] not in seen:
            seen.add(match[0])
            yield Citation(match[0], path, item, first + text.count("\n", 0, match.start()), text)
