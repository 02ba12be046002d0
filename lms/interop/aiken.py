"""Aiken: a question on one line, options "A." or "A)", then "ANSWER: B" (docs.moodle.org, "Aiken format"). Pure."""

import re
from collections.abc import Callable

from lms.core.errors import Refused
from lms.interop import kinds
from lms.interop.drafts import CannotCarry, Import, Imported, Source
from lms.interop.kinds import Choice
from lms.interop.texts import Phrase, from_html

_OPTION = re.compile(r"^([A-Za-z])[.)]\s+(.*)$")
_ANSWER = re.compile(r"^ANSWER\s*[:：]\s*([A-Za-z])\s*$", re.IGNORECASE)
_MARKUP = re.compile(r"</?(?:p|br|b|i|u|em|strong|code|span|div|sub|sup|ul|ol|li|table|tr|td|th|img)\b[^<>]*>", re.IGNORECASE)


def looks_like(text: str) -> bool:
    """Whether a text has options and an answer line as Aiken has them."""
    lines = [line.strip() for line in text.splitlines()]
    return any(map(_ANSWER.match, lines)) and any(map(_OPTION.match, lines))


def read(text: str, work: Import) -> Imported:
    """Every question of an Aiken file; an answer line ends a question."""
    stem: list[str] = []
    options: list[tuple[str, str]] = []
    for line in (raw.strip() for raw in text.splitlines()):
        if answer := _ANSWER.match(line):
            _question(stem, options, answer[1].upper(), work)
            stem, options = [], []
        elif option := _OPTION.match(line):
            options.append((option[1].upper(), option[2]))
        elif line and options:  # a question without an answer line: its options are there, and another stem begins
            _question(stem, options, "", work)
            stem, options = [line], []
        elif line:
            stem.append(line)
    if stem or options:
        _question(stem, options, "", work)
    return work.finished()


def _question(stem: list[str], options: list[tuple[str, str]], answer: str, work: Import) -> None:
    number = work.outcome.found + 1
    if number > work.limits.questions:
        raise Refused(f"the file has more than {work.limits.questions} questions; split it")
    source, notes = Source(number, "", "multiple choice"), []
    try:
        if not stem:
            raise CannotCarry("it has no question before its options")
        if not answer:
            raise CannotCarry("it has no line 'ANSWER: …'")
        if answer not in (letter for letter, _ in options):
            raise CannotCarry(f"the answer {answer} is none of its options")
        choices = [Choice(_phrase(text, notes.append), kinds.FULL if letter == answer else 0.0) for letter, text in options]
        work.carry(source, kinds.choice(_phrase("\n".join(stem), notes.append), choices, several=False, shuffle=True, note=notes.append), notes)
    except CannotCarry as reason:
        work.leave(source, str(reason))


def _phrase(text: str, note: Callable[[str], None]) -> Phrase:
    """Plain text as the format has it; Moodle and other programmes put HTML into it all the same."""
    return from_html(text, note, lambda _src: (None, "Aiken files hold no pictures")) if _MARKUP.search(text) else Phrase.of(text)


def begins_with_markup(text: str) -> bool:
    """Whether the first thing in a text is a piece of HTML, not of XML."""
    return _MARKUP.match(text) is not None
