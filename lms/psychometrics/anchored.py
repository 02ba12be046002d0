"""New items calibrated against frozen anchors, and the watch over these, from plain files (pure but for reading).

As every night for live questions: officials are known from their answers to all other items, anchors stay as they are,
new items get the most probable (a, b) with shrinkage to what their author expected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lms.core.problems import Problem
from lms.psychometrics import files, fitting
from lms.psychometrics.classical import FEW
from lms.psychometrics.files import FileProblems, Table
from lms.psychometrics.fitting import Drift, Fitted, Prior
from lms.psychometrics.instruments import ENOUGH_REST
from lms.psychometrics.rest import Facts, without_own_question

if TYPE_CHECKING:
    import numpy as np

ITEM_COLUMNS = ("item", "competency", "a", "b", "c", "vb", "anchor")
RESPONSE_COLUMNS = ("official", "item", "correct", "answered_at")
RANGES = {"a": (0.01, 10), "b": (-20, 20), "c": (0, 0.99), "vb": (0, 25)}


@dataclass(frozen=True, slots=True)
class FileItem:
    """An item as its file has it, in logits; an anchor stays as it is."""

    name: str
    competency: str
    a: float
    b: float
    c: float
    vb: float
    anchor: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What the answers of ``n`` officials say: new parameters, or how an anchor has moved; neither where they are too few."""

    item: FileItem
    n: int
    fitted: Fitted | None = None
    drift: Drift | None = None


def work_out(items: Path, responses: Path) -> list[Line]:
    """Every item in the order of its file. Raises FileProblems."""
    known = _items(files.read(items))
    answers = _responses(files.read(responses), {one.name for one in known})
    return [line for code in dict.fromkeys(one.competency for one in known) for line in _competency([one for one in known if one.competency == code], answers)]


def _competency(items: Sequence[FileItem], answers: Sequence[tuple[str, datetime, str, int]]) -> Iterable[Line]:
    """Each official's first answer to each item, in order of time; ability from the other items of the competency."""
    import numpy as np  # lazily: only commands come here

    number = {one.name: place for place, one in enumerate(items)}
    first = {(official, item): (at, correct) for official, at, item, correct in sorted(answers, reverse=True) if item in number}
    rows = sorted((official, at, item, correct) for (official, item), (at, correct) in first.items())
    people = {name: place for place, name in enumerate(dict.fromkeys(row[0] for row in rows))}
    unit = np.array([number[row[2]] for row in rows], int)
    a, b, c, vb = (np.array([getattr(items[i], name) for i in unit], float) for name in ("a", "b", "c", "vb"))
    day = np.array([row[1].toordinal() for row in rows], int)
    facts = Facts(np.array([people[row[0]] for row in rows], int), unit, np.array([row[3] for row in rows], float), day, a, b, c, vb)
    rest = without_own_question(facts)
    for place, item in enumerate(items):
        here = np.flatnonzero((unit == place) & (rest.n >= ENOUGH_REST))
        yield _line(item, facts.score[here], rest.m[here], rest.v[here])


def _line(item: FileItem, score: np.ndarray, m: np.ndarray, v: np.ndarray) -> Line:
    if len(score) < FEW:
        return Line(item, len(score))
    if item.anchor:
        return Line(item, len(score), drift=fitting.drift(Fitted(item.a, item.b, item.vb), item.c, score, m, v))
    return Line(item, len(score), fitted=fitting.fit(Prior(item.b, max(item.vb, fitting.LEAST_VARIANCE), item.c), score, m, v))


def _items(table: Table) -> list[FileItem]:
    faults, found = [*table.faults, *_absent(table, ITEM_COLUMNS)], []
    for line, row in table.rows if not faults else ():
        cells = dict(zip(table.heading, row, strict=True))
        wrong = [name for name, (low, high) in RANGES.items() if not low <= _float(cells[name]) <= high]
        faults += [Problem(table.name, line, f"{name} is {cells[name]!r}", "Write a number from {:g} to {:g}.".format(*RANGES[name])) for name in wrong]
        if cells["anchor"] not in ("", "0", "1"):
            faults.append(Problem(table.name, line, f"anchor is {cells['anchor']!r}", "Write 1 for an item that stays as it is, 0 for a new one."))
        if not wrong:
            found.append(FileItem(cells["item"], cells["competency"], *(float(cells[name]) for name in RANGES), cells["anchor"] == "1"))
    if faults:
        raise FileProblems(sorted(faults))
    return found


def _responses(table: Table, items: set[str]) -> list[tuple[str, datetime, str, int]]:
    faults, found = [*table.faults, *_absent(table, RESPONSE_COLUMNS)], []
    for line, row in table.rows if not faults else ():
        cells = dict(zip(table.heading, row, strict=True))
        at = _time(cells["answered_at"])
        if cells["item"] not in items:
            faults.append(Problem(table.name, line, f"item {cells['item']!r} is not in the item file", "Add the item there or correct its name."))
        elif cells["correct"] not in ("0", "1"):
            faults.append(Problem(table.name, line, f"correct is {cells['correct']!r}", "Write 1 for right and 0 for wrong."))
        elif at is None:
            faults.append(Problem(table.name, line, f"answered_at is {cells['answered_at']!r}", "Write a time such as 2025-06-01T09:30:00+08:00."))
        else:
            found.append((cells["official"], at, cells["item"], int(cells["correct"])))
    if faults:
        raise FileProblems(sorted(faults))
    return found


def _absent(table: Table, columns: Sequence[str]) -> list[Problem]:
    absent = [name for name in columns if name not in table.heading]
    return [Problem(table.name, 1, f"column {', '.join(absent)} is missing", f"The first line must name {', '.join(columns)}.")] if absent else []


def _float(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _time(cell: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
