"""Problems of files in the reader's language. Checks speak English, as commands print them; here their sentences meet the catalogues."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from flask_babel import gettext as _

from lms.authoring import bank_text, lacking
from lms.authoring.checking_queries import Finding
from lms.authoring.problem_sentences import FIELDS, IN_BROWSER, INSIDE, NAMES_FIELD, SENTENCES
from lms.authoring.yaml_text import Text, Unreadable
from lms.core.i18n import enumerated, language

HEAD, BANK = "course.yaml", "bank.yaml"
_LACKS = re.compile(r"(?:The key )?'(?:[^']*\.)?(zh|en)' is (?:missing|empty)\.?\Z")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a file whose missing texts are said together: one question, or all that is no question."""

    path: str
    item: str
    first_line: int
    last_line: int
    lacks: list[lacking.Lack]


_QUOTED = re.compile(r"'([^']+)'")
_LABEL = re.compile(r"(\S+) has no (competency|level|cognitive|difficulty|version)\Z")


def grouped(findings: Iterable[Finding], texts: Mapping[str, str]) -> list[Finding]:
    """The findings translated, each with its question; in one line for each question what lacks a language and which labels are missing.

    ``texts`` by path. What lacks a language in the head is one line too.
    """
    found = _with_labels_together(list(findings))
    pieces = [piece for path in (HEAD, BANK) if any(one.path == path for one in found) for piece in _pieces(path, texts.get(path, ""))]
    found = [replace(one, item=_item(one, pieces)) if one.path == BANK else one for one in found]
    said: dict[tuple[str, str, str], list[Finding]] = {}
    lines: list[Finding] = []
    for one in found:
        piece = _piece(one, pieces)
        if piece is None:
            lines.append(one)
            continue
        key = piece.path, piece.item, _LACKS.match(one.what)[1]  # type: ignore[index]
        if key not in said:
            lines.append(_together(one, piece, key[2]))
        said.setdefault(key, []).append(one)
    return translated(lines)


def _with_labels_together(findings: list[Finding]) -> list[Finding]:
    """The labels that a question lacks, all in the first line about one of them."""
    missing: dict[tuple[str, int, str], list[str]] = {}
    lines: list[Finding] = []
    for one in findings:
        label = _LABEL.match(one.what)
        names = missing.setdefault((one.path, one.line, label[1]), []) if label else []
        if label is None or not names:
            lines.append(one)
        if label is not None:
            names.append(label[2])
    return [_naming_all(one, missing) for one in lines]


def _naming_all(one: Finding, missing: Mapping[tuple[str, int, str], list[str]]) -> Finding:
    label = _LABEL.match(one.what)
    if label is None:
        return one
    names = sorted(missing[one.path, one.line, label[1]], key=list(FIELDS).index)
    quoted = ", ".join(f"'{name}'" for name in names)
    return replace(one, what=f"{label[1]} has no {', '.join(names)}", cure=f"Add {quoted}: an item tests one competency at one level.")


def _item(one: Finding, pieces: Iterable[_Piece]) -> str:
    """The code of the question in whose lines it lies; "" elsewhere."""
    return next((piece.item for piece in pieces if piece.item and piece.path == one.path and piece.first_line <= one.line <= piece.last_line), "")


def _piece(one: Finding, pieces: Iterable[_Piece]) -> _Piece | None:
    """Where a missing language belongs; None for every other finding, and where the text does not show what is missing."""
    lacks = _LACKS.match(one.what)
    here = (piece for piece in pieces if piece.path == one.path and piece.first_line <= one.line <= piece.last_line)
    return next((piece for piece in here if any(lack.language == lacks[1] for lack in piece.lacks)), None) if lacks else None


def _pieces(path: str, text: str) -> list[_Piece]:
    """The questions, then the rest of the file."""
    try:
        data = Text(text, bank_text.STYLE).data()
        items = bank_text.blocks(text) if path == BANK else []
    except Unreadable:
        return []
    head = {key: value for key, value in data.items() if not (path == BANK and key == "items")} if isinstance(data, dict) else {}
    found = [_Piece(path, one.code, one.first_line, one.last_line, lacking.lacks(one.data)) for one in items]
    return [*found, _Piece(path, "", 0, len(text), lacking.lacks(head))]


def _together(first: Finding, piece: _Piece, lacks: str) -> Finding:
    """One line for everything in a piece that lacks a language."""
    fields: dict[str, list[str]] = {}
    for one in piece.lacks:
        if one.language == lacks:
            fields.setdefault(one.field, []).append(one.entry)
    named = enumerated(_field(name, entries) for name, entries in fields.items())
    return replace(first, what=_("%(language)s is missing: %(fields)s", language=_(FIELDS[lacks]), fields=named), cure="Write it in both languages.")


def fields(names: Iterable[str]) -> str:
    """Keys of the file in an enumeration, by the labels that the editor gives them."""
    return enumerated(field(name) for name in names)


def field(name: str) -> str:
    """A key of the file by the label that the editor gives it."""
    return _(FIELDS[name]) if name in FIELDS else name


def _field(name: str, entries: list[str]) -> str:
    return " ".join([field(name), *lacking.ranges([entry for entry in entries if entry])])


def translated(findings: Iterable[Finding]) -> list[Finding]:
    """The findings with what is wrong and the cure in the reader's language, as far as the sentence is known."""
    return [replace(one, what=said(one.what), cure=said(one.cure)) for one in findings]


def said(sentence: str) -> str:
    """A sentence of a check in the reader's language; one that is not known stays as it is."""
    for pattern, template in _patterns():
        found = pattern.match(sentence)
        if found:
            return _(IN_BROWSER.get(template, template), **{name: _filled(template, text) for name, text in found.groupdict().items()})
    return sentence


def place(one: Finding) -> str:
    """Where in its file something was found: a question by its code, a line by its number; "" for the file as a whole."""
    if one.item:
        return _("Question %(code)s", code=one.item)
    return _("line %(n)d", n=one.line) if one.line else ""


def in_one(what: str, cure: str) -> str:
    """What is wrong and its cure as one text, in the reader's language."""
    return f"{said(what)}{_('.')} {said(cure)}"


def _filled(template: str, text: str) -> str:
    names = [name.strip("'") for name in text.split(", ")] if template in NAMES_FIELD else []
    if names and all(name in FIELDS for name in names):
        return fields(names)
    return _(text) if text in INSIDE else in_marks(text)


def in_marks(text: str) -> str:
    """What checks put in 'half-width marks' in the marks of the reader's language."""
    quoted = _QUOTED.fullmatch(text)
    return f"“{quoted[1]}”" if quoted and language() != "en" else text


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(_pattern(template), template) for template in SENTENCES]


def _pattern(template: str) -> re.Pattern[str]:
    """``The lesson has %(n)s headings`` as an expression that finds the sentence and what stands in it."""
    pieces = re.split(r"%\((\w+)\)s", template)
    words = [re.escape(piece.replace("%%", "%")) if n % 2 == 0 else f"(?P<{piece}>.+?)" for n, piece in enumerate(pieces)]
    return re.compile("".join(words) + r"\.?\Z", re.S)
