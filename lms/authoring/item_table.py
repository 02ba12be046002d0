"""Labels and rationales of many questions as a table: out with empty places, back filled in. Pure but for the words of faults.

One row is one question; the parts of a set have rows of their own for their rationale. An empty cell leaves its value alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from lms.authoring.item_form import number, shown
from lms.authoring.item_list import COGNITIVE, LEVELS, words_of
from lms.authoring.item_prior import SHARES, prior_b
from lms.core.i18n import pick

TEXTS = ("rationale_zh", "rationale_en")
COLUMNS = ("id", "type", "stem", "competency", "level", "cognitive", "prior_b", "prior_sd", "lesson", "review_by", *TEXTS)
"""Headings of the file; ``type`` and ``stem`` are for reading only."""
LONGEST = 4000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
USUAL_SD = 0.7


@dataclass(frozen=True, slots=True)
class Known:
    """What values may be: competencies of the framework, lessons of the course."""

    competencies: Collection[str]
    lessons: Collection[str]


def rows(items: Sequence[Mapping[str, Any]]) -> Iterator[list[Any]]:
    """The table: headings, then a row for each item and each part."""
    yield list(COLUMNS)
    for item in items:
        yield _row(item)
        for part in item["items"] if isinstance(item.get("items"), list) else ():
            if isinstance(part, Mapping):
                yield _row(part, part=True)


def _row(item: Mapping[str, Any], *, part: bool = False) -> list[Any]:
    prior = item.get("difficulty") if isinstance(item.get("difficulty"), Mapping) else {}
    texts = words_of(item.get("rationale"))
    labels = [shown(item.get("competency")), item.get("level"), shown(item.get("cognitive")), prior.get("prior_b"), prior.get("prior_sd"),
              shown(item.get("lesson")), shown(item.get("review_by"))]  # fmt: skip
    head = [shown(item.get("id")), shown(item.get("type")), pick(words_of(item.get("stem")))]
    return [*head, *([""] * len(labels) if part else labels), texts["zh"], texts["en"]]


def read(table: Sequence[Sequence[str]], items: Sequence[Mapping[str, Any]], known: Known) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """What the rows of a file change, by code, and every fault with its row; a file with a fault changes nothing."""
    heads = [cell.strip().lower() for cell in table[0]] if table else []
    if "id" not in heads:
        return {}, [_("The first row must have the headings of the file you downloaded; “%(name)s” is missing.", name="id")]
    by_code = {shown(one.get("id")): (one, part) for one, part in _questions(items)}
    changes: dict[str, dict[str, Any]] = {}
    faults: list[str] = []
    for place, cells in enumerate(table[1:], 2):
        row = {head: cell.strip() for head, cell in zip(heads, cells) if head in COLUMNS and cell.strip()}
        code = row.get("id", "")
        if not any(cell.strip() for cell in cells):
            continue
        values, wrong = _values(row, code, by_code, changes, known)
        faults += [_("Row %(n)d: %(what)s.", n=place, what=what) for what in wrong]
        changes[code] = values
    return ({}, faults) if faults else ({code: values for code, values in changes.items() if values}, [])


def _values(row: Mapping[str, str], code: str, by_code: Mapping[str, Any], changes: Collection[str], known: Known) -> tuple[dict[str, Any], list[str]]:
    """The values of one row of the file, and what is wrong with it."""
    if code not in by_code:
        return {}, [_("it names no question of this draft (“%(code)s”)", code=code[:40])]
    if code in changes:
        return {}, [_("the question %(code)s stands in two rows", code=code)]
    item, part = by_code[code]
    return read_values(row, item, known, part=part)


def _questions(items: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], bool]]:
    for item in items:
        yield item, False
        for part in item["items"] if isinstance(item.get("items"), list) else ():
            if isinstance(part, Mapping):
                yield part, True


def read_values(cells: Mapping[str, str], item: Mapping[str, Any], known: Known, *, part: bool = False) -> tuple[dict[str, Any], list[str]]:
    """The values in some cells, and what is wrong with them. ``share`` (of a hundred) may stand for ``prior_b``."""
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for name, read_one in _READERS.items():
        if name not in cells or (part and name not in TEXTS):
            continue
        value, fault = read_one(cells[name], item, known)
        if fault:
            wrong.append(fault)
        else:
            values[name] = value
    return _together(values, item), wrong


def _together(values: dict[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers and texts as the item keeps them: one difficulty, one rationale; what says nothing new is left out."""
    new = {name: values[name] for name in ("competency", "level", "cognitive", "lesson", "review_by") if name in values}
    old = item.get("difficulty") if isinstance(item.get("difficulty"), Mapping) else {}
    prior = {name: values[name] for name in ("prior_b", "prior_sd") if name in values}
    if "share" in values and "prior_b" not in prior:
        prior["prior_b"] = values["share"]
    if prior:
        new["difficulty"] = {"prior_b": None, "prior_sd": USUAL_SD} | {key: value for key, value in old.items() if value is not None} | prior
    texts = {name[-2:]: values[name] for name in TEXTS if name in values}
    if texts:
        new["rationale"] = texts
    return new


Reader = Callable[[str, Mapping[str, Any], Known], tuple[Any, str]]


def _competency(text: str, _item: Mapping[str, Any], known: Known) -> tuple[Any, str]:
    code = text.upper()
    return code, "" if code in known.competencies else _("the framework has no competency “%(text)s”", text=text[:40])


def _lesson(text: str, _item: Mapping[str, Any], known: Known) -> tuple[Any, str]:
    return text, "" if text in known.lessons else _("the course has no lesson “%(text)s”", text=text[:40])


def _level(text: str, _item: Mapping[str, Any], _known: Known) -> tuple[Any, str]:
    value = number(text.upper().removeprefix("L"))
    return value, "" if value in LEVELS and isinstance(value, int) else _("the level “%(text)s” is none of 1, 2 and 3", text=text[:40])


def _cognitive(text: str, _item: Mapping[str, Any], _known: Known) -> tuple[Any, str]:
    code = text[:1].upper() if len(text) == 1 else text
    return code, "" if code in COGNITIVE else _("the kind of thinking “%(text)s” is none of R, U, A and N", text=text[:40])


def _prior(low: float, high: float) -> Reader:
    def read_one(text: str, _item: Mapping[str, Any], _known: Known) -> tuple[Any, str]:
        value = number(text)
        if isinstance(value, int | float) and low <= value <= high:
            return float(value), ""
        return None, _("“%(text)s” is no number from %(low)s to %(high)s", text=text[:40], low=low, high=high)

    return read_one


def _share(text: str, item: Mapping[str, Any], _known: Known) -> tuple[Any, str]:
    value = number(text)
    found = prior_b(value, item) if value in SHARES else None
    return found, "" if found is not None else _("%(text)s of a hundred is no more than guessing gives", text=text[:10])


def _day(text: str, _item: Mapping[str, Any], _known: Known) -> tuple[Any, str]:
    day = text[:10]  # a spreadsheet may add a time
    return day, "" if _DAY.fullmatch(day) else _("“%(text)s” is no day such as 2027-12-31", text=text[:40])


def _text(text: str, _item: Mapping[str, Any], _known: Known) -> tuple[Any, str]:
    return text, "" if len(text) <= LONGEST else _("a text has more than %(n)d characters", n=LONGEST)


_READERS: dict[str, Reader] = {
    "competency": _competency, "level": _level, "cognitive": _cognitive, "prior_b": _prior(-4, 4), "prior_sd": _prior(0.05, 3), "share": _share,
    "lesson": _lesson, "review_by": _day, "rationale_zh": _text, "rationale_en": _text,
}  # fmt: skip
