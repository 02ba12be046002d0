"""Our own table of questions, one a row, as CSV or XLSX: for authors who write in a spreadsheet. Pure.

Columns (any order; headings in small letters): `id type competency level cognitive prior_b prior_sd lesson use stem_zh stem_en
answer tolerance unit_zh unit_en rationale_zh rationale_en`, and for the letters a to j: `a_zh a_en` (option, step in its right
order, left entry or line of the rubric), `a_why_zh a_why_en` (what is wrong with it), `a_match_zh a_match_en` (the entry on the
right that belongs to it; without a left entry a spare one), `a_points` (points of the line).
"""

from collections.abc import Mapping
from string import ascii_lowercase
from typing import Any

from lms.core.errors import Invalid, Refused
from lms.interop import kinds
from lms.interop.drafts import CannotCarry, Import, Imported, Source
from lms.interop.kinds import Amount, Choice
from lms.interop.texts import LANGUAGES, Phrase

LETTERS = ascii_lowercase[:10]
KINDS = ("single", "multiple", "numeric", "ordering", "matching", "short")
PLAIN = ("id", "type", "competency", "level", "cognitive", "prior_b", "prior_sd", "lesson", "use", "answer", "tolerance")
TEXTS = ("stem", "unit", "rationale")
COLUMNS = frozenset(PLAIN) | {f"{one}_{lang}" for one in TEXTS for lang in LANGUAGES}
COLUMNS |= {f"{letter}{part}_{lang}" for letter in LETTERS for part in ("", "_why", "_match") for lang in LANGUAGES}
COLUMNS |= {f"{letter}_points" for letter in LETTERS}


def looks_like(rows: list[list[str]]) -> bool:
    """Whether the first row has the headings of the template."""
    heads = {cell.strip().lower() for cell in rows[0]} if rows else set()
    return "type" in heads and bool(heads & {"stem_zh", "stem_en"})


def read(rows: list[list[str]], work: Import) -> Imported:
    """Every row of the table; columns that nobody knows are named in a remark."""
    if not looks_like(rows):
        raise Invalid("the first row must be the headings of the template: type, stem_zh, stem_en, a_zh, a_en, … answer")
    heads = [cell.strip().lower() for cell in rows[0]]
    for head in dict.fromkeys(head for head in heads if head and head not in COLUMNS):
        work.outcome.remarks.append(f"the column {head[:40]!r} is not part of the template and is not carried")
    for place, row in enumerate(rows[1:], start=2):
        cells = {head: cell.strip() for head, cell in zip(heads, row) if head in COLUMNS and cell.strip()}
        if cells:
            _row(place, cells, work)
    return work.finished()


def _row(place: int, cells: Mapping[str, str], work: Import) -> None:
    if work.outcome.found >= work.limits.questions:
        raise Refused(f"the table has more than {work.limits.questions} questions; split it")
    kind, notes = cells.get("type", "").lower(), []
    source = Source(place, cells.get("id", ""), kind or "no type")
    try:
        if kind not in KINDS:
            raise CannotCarry(f"its type must be one of {', '.join(KINDS)}")
        item = _KINDS[kind](_text(cells, "stem"), cells, notes.append)
        work.carry(source, item | _labels(cells), notes, wanted_id=cells.get("id", ""))
    except CannotCarry as reason:
        work.leave(source, str(reason))


def _text(cells: Mapping[str, str], name: str) -> Phrase:
    """A text in the languages that have a cell; neither makes an empty one."""
    return Phrase({lang: Phrase.of(cells.get(f"{name}_{lang}", ""))[""] for lang in LANGUAGES})


def _labels(cells: Mapping[str, str]) -> dict[str, Any]:
    """What the row says of itself; a number that is none stays text, for the check to name."""
    found: dict[str, Any] = {name: cells[name] for name in ("competency", "cognitive", "lesson", "use") if name in cells}
    if "level" in cells:
        found["level"] = int(cells["level"]) if cells["level"].isascii() and cells["level"].isdigit() and len(cells["level"]) < 4 else cells["level"]
    if "prior_b" in cells:
        prior = {"prior_b": cells["prior_b"], "prior_sd": cells.get("prior_sd", "0.8")}
        found["difficulty"] = {name: float(kinds.number(value)) for name, value in prior.items()}
    if rationale := _text(cells, "rationale"):
        found["rationale"] = rationale
    return found


def _entries(cells: Mapping[str, str]) -> list[tuple[str, Phrase]]:
    return [(letter, text) for letter in LETTERS if (text := _text(cells, letter))]


def _choice(stem: Phrase, cells: Mapping[str, str], note: kinds.Note) -> dict[str, Any]:
    entries = _entries(cells)
    answer = [one for one in cells.get("answer", "").lower().replace(",", " ").replace("、", " ").split()]
    if unknown := [one for one in answer if one not in dict(entries)]:
        raise CannotCarry(f"the answer {unknown[0][:20]!r} is none of its options")
    several = cells["type"].lower() == "multiple"
    worth = kinds.FULL / max(1, len(answer)) if several else kinds.FULL
    options = [Choice(text, worth if letter in answer else 0.0, _text(cells, f"{letter}_why")) for letter, text in entries]
    return kinds.choice(stem, options, several=several, shuffle=True, note=note)


def _numeric(stem: Phrase, cells: Mapping[str, str], note: kinds.Note) -> dict[str, Any]:
    amount = Amount(kinds.number(cells.get("answer", "")), kinds.number(cells.get("tolerance", "0")))
    return kinds.numeric(stem, [amount], unit=_text(cells, "unit"), note=note)


def _ordering(stem: Phrase, cells: Mapping[str, str], _note: kinds.Note) -> dict[str, Any]:
    return kinds.ordering(stem, [text for _, text in _entries(cells)])


def _matching(stem: Phrase, cells: Mapping[str, str], _note: kinds.Note) -> dict[str, Any]:
    rows = [(_text(cells, letter), _text(cells, f"{letter}_match")) for letter in LETTERS]
    if any(left and not right for left, right in rows):
        raise CannotCarry("a left entry has nothing that belongs to it")
    return kinds.matching(stem, [row for row in rows if row[0]], [right for left, right in rows if right and not left])


def _short(stem: Phrase, cells: Mapping[str, str], _note: kinds.Note) -> dict[str, Any]:
    def points(letter: str) -> int:
        value = kinds.number(cells.get(f"{letter}_points", "1"))
        return int(value)

    return kinds.essay(stem, [{"points": points(letter), "": text} for letter, text in _entries(cells)])


_KINDS = {"single": _choice, "multiple": _choice, "numeric": _numeric, "ordering": _ordering, "matching": _matching, "short": _short}
