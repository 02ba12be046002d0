"""The items of a draft as a list: what each is for, what it still lacks, which cells of the blueprint they fill. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.assessments.item_queries import Fault, Kind, difficulty_class
from lms.authoring.item_form import is_empty, shown

COGNITIVE = ("R", "U", "A", "N")
LEVELS = (1, 2, 3)
ORDERS = ("file", "code", "faults", "competency", "level")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of the list. ``stem`` in both languages; ``lacks`` names of what is empty; faults as counts."""

    code: str
    place: int
    line: int
    kind: str
    practice: bool
    stem: Mapping[str, str]
    competency: str
    level: str
    cognitive: str
    difficulty: str
    lesson: str
    version: str
    lacks: tuple[str, ...]
    errors: int
    advice: int
    parts: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Which items are wanted, in which order."""

    text: str = ""
    lesson: str = ""
    competency: str = ""
    kind: str = ""
    level: str = ""
    cognitive: str = ""
    use: str = ""
    missing: str = ""
    order: str = "file"


@dataclass(frozen=True, slots=True)
class CellRow:
    """A cell of the blueprint: how many a form takes, how many live items there are, how many are missing."""

    competency: str
    cognitive: str
    difficulty: str
    asked: int
    have: int

    @property
    def missing(self) -> int:
        return max(0, self.asked - self.have)

    @property
    def twice(self) -> bool:
        """Whether a second form can differ."""
        return self.have >= 2 * self.asked


def item_rows(items: Sequence[tuple[int, Any]], faults: Iterable[Fault]) -> list[ItemRow]:
    """A row for each item; ``items`` are first line and plain data in the order of the file."""
    errors: Counter[Any] = Counter()
    advice: Counter[Any] = Counter()
    for fault in faults:
        if fault.keys[:1] == ("items",) and len(fault.keys) > 1:
            (advice if fault.advice else errors)[fault.keys[1]] += 1
    return [_row(place, line, item, errors[place], advice[place]) for place, (line, item) in enumerate(items)]


def _row(place: int, line: int, item: Any, errors: int, advice: int) -> ItemRow:
    item = item if isinstance(item, Mapping) else {}
    parts = item.get("items")
    return ItemRow(
        shown(item.get("id")), place, line, shown(item.get("type")), item.get("use") == "practice", words_of(item.get("stem")),
        shown(item.get("competency")), shown(item.get("level")), shown(item.get("cognitive")), class_of(item), shown(item.get("lesson")),
        shown(item.get("version")), lacks(item), errors, advice, len(parts) if isinstance(parts, list) else 0,
    )  # fmt: skip


def words_of(value: Any) -> dict[str, str]:
    """A text in both languages, whatever stands there."""
    known = value if isinstance(value, Mapping) else {"zh": value, "en": value}
    return {lang: shown(known.get(lang)) for lang in ("zh", "en")}


def class_of(item: Mapping[str, Any]) -> str:
    """The class of an item's difficulty, empty where nobody has judged it."""
    prior = item.get("difficulty")
    value = prior.get("prior_b") if isinstance(prior, Mapping) else None
    return str(difficulty_class(value)) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def lacks(item: Mapping[str, Any]) -> tuple[str, ...]:
    """What has still to be filled in: labels, the rationale, texts in a language, the key."""
    found = [name for name in ("competency", "level", "cognitive", "lesson") if is_empty(item.get(name))]
    if not class_of(item):
        found.append("difficulty")
    asked = [part for part in item["items"] if isinstance(part, Mapping)] if isinstance(item.get("items"), list) else [item]
    if any(_half(one.get("rationale")) for one in asked):
        found.append("rationale")
    if any(_keyless(one) for one in asked):
        found.append("key")
    return (*found, *(lang for lang in ("zh", "en") if any(_silent({**one, "rationale": None, "items": None}, lang) for one in (item, *asked))))


def _half(value: Any) -> bool:
    return not all(words_of(value).values())


def _keyless(item: Mapping[str, Any]) -> bool:
    answer = item.get("answer")
    if item.get("type") == Kind.NUMERIC:
        return not isinstance(answer, Mapping) or is_empty(answer.get("value"))
    return item.get("type") != Kind.SHORT and is_empty(answer)


def _silent(value: Any, lang: str) -> bool:
    """Whether a text somewhere inside has nothing in this language."""
    if isinstance(value, Mapping):
        return value.get(lang) == "" or any(_silent(one, lang) for one in value.values())
    return isinstance(value, list) and any(_silent(one, lang) for one in value)


def chosen(rows: Iterable[ItemRow], choice: Choice) -> list[ItemRow]:
    """The rows that are wanted, in the wanted order."""
    found = [row for row in rows if _wanted(row, choice)]
    return sorted(found, key=_ORDERS.get(choice.order, _ORDERS["file"]))


def _wanted(row: ItemRow, choice: Choice) -> bool:
    words = choice.text.casefold().split()
    everything = " ".join((row.code, *row.stem.values())).casefold()
    labels = ("lesson", "competency", "kind", "level", "cognitive")
    same = all(getattr(choice, name) in ("", getattr(row, name)) for name in labels)
    use = not choice.use or (choice.use == "practice") == row.practice
    return same and use and all(word in everything for word in words) and _missing(row, choice.missing)


def _missing(row: ItemRow, missing: str) -> bool:
    if missing == "gaps":
        return bool(set(row.lacks) - {"lesson"})
    if missing == "errors":
        return row.errors > 0
    if missing == "none":
        return not row.errors and not set(row.lacks) - {"lesson"}
    return not missing or missing in row.lacks


_ORDERS: dict[str, Callable[[ItemRow], Any]] = {
    "file": lambda row: row.place,
    "code": lambda row: (row.code, row.place),
    "faults": lambda row: (-row.errors, -row.advice, row.place),
    "competency": lambda row: (row.competency or "~", row.level, row.place),
    "level": lambda row: (row.level or "9", row.competency, row.place),
}


def cell_rows(bank: Mapping[str, Any]) -> list[CellRow]:
    """The blueprint's cells with what the live items give them; cells named twice count together, as forms take them."""
    supply = Counter(labels for labels in map(_labels, _items(bank)) if labels)
    asked: Counter[tuple[str, str, str]] = Counter()
    for competency, cognitive, difficulty, count in cells_of(bank):
        asked[competency, cognitive, difficulty] += count if isinstance(count, int) else 0
    return [CellRow(*labels, count, supply[labels]) for labels, count in asked.items()]


def cells_of(bank: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Any]]:
    """The cells as the file has them, misshapen ones as far as they go."""
    blueprint = bank.get("blueprint")
    cells = blueprint.get("cells") if isinstance(blueprint, Mapping) else None
    for cell in cells if isinstance(cells, list) else ():
        values = list(cell.values()) if isinstance(cell, Mapping) else list(cell) if isinstance(cell, list) else []
        competency, cognitive, difficulty, count, *_ = [*values, "", "", "", ""]
        yield shown(competency), shown(cognitive), shown(difficulty), count


def unasked(bank: Mapping[str, Any]) -> list[str]:
    """Live items whose labels no cell asks for."""
    asked = {row[:3] for row in cells_of(bank)}
    return [shown(item.get("id")) for item in _items(bank) if (labels := _labels(item)) and labels not in asked] if asked else []


def _items(bank: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = bank.get("items")
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []


def _labels(item: Mapping[str, Any]) -> tuple[str, str, str] | None:
    if item.get("use") == "practice":
        return None
    labels = (shown(item.get("competency")), shown(item.get("cognitive")), class_of(item))
    return labels if all(labels) else None


def uses(bank: Mapping[str, Any]) -> dict[str, list[str]]:
    """For each misconception, the items whose wrong answers stand for it."""
    found: dict[str, list[str]] = {}
    for item in _items(bank):
        for code in dict.fromkeys(_codes(item)):
            found.setdefault(code, []).append(shown(item.get("id")))
    return found


def _codes(value: Any) -> Iterator[str]:
    children = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, one in children:
        if key == "misconception" and isinstance(one, str):
            yield one
        else:
            yield from _codes(one)
