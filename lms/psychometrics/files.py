"""Plain files of answers as tables, with every fault named by file and line (pure but for reading)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lms.core.problems import Problem
from lms.core.sheets import UnreadableTable, read_table

if TYPE_CHECKING:
    import numpy as np

FREQ = "freq"
PERSON = frozenset({"person", "official", "staff_no", "id", "name", "工号", "姓名"})
"""Headings that name a person and no item."""


class FileProblems(Exception):
    """Every fault of the files, in their order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Table:
    """A file's heading, its rows of the heading's length with their line numbers, and the faults of all other rows."""

    name: str
    heading: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    faults: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Patterns:
    """Answer patterns: ``cells`` (patterns × items; 1, 0, NaN where not asked) and how often each occurs."""

    items: tuple[str, ...]
    cells: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True, slots=True)
class Answers:
    """Raw options of persons × items with their key, and each person's name (their line where the file names nobody)."""

    items: tuple[str, ...]
    rows: list[tuple[str, ...]]
    key: tuple[str, ...]
    people: tuple[str, ...]


def read(path: Path) -> Table:
    """Raises FileProblems."""
    try:
        lines = [(number, [_clean(cell) for cell in row]) for number, row in enumerate(read_table(path, path.name), start=1)]
    except (OSError, UnreadableTable) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileProblems([Problem(str(path), 0, f"the file can't be read: {reason}", "Give a CSV or XLSX file that opens in a spreadsheet.")]) from None
    lines = [(number, row) for number, row in lines if any(row)]
    if not lines:
        raise FileProblems([Problem(str(path), 1, "the file is empty", "The first line names the columns.")])
    (first, heading), *rest = lines
    if faults := list(_heading_faults(str(path), first, heading)):
        raise FileProblems(faults)
    uneven = [_uneven(str(path), number, len(row), len(heading)) for number, row in rest if len(row) != len(heading)]
    even = tuple((number, tuple(row)) for number, row in rest if len(row) == len(heading))
    return Table(str(path), tuple(heading), even, tuple(uneven))


def _uneven(name: str, line: int, cells: int, width: int) -> Problem:
    cure = "Give every column a cell; leave it empty where a question was left out."
    return Problem(name, line, f"the line has {cells} cells, the heading {width}", cure)


def _clean(cell: str) -> str:
    """Full-width letters and digits are the same letters and digits."""
    return unicodedata.normalize("NFKC", cell).strip()


def _heading_faults(name: str, line: int, heading: Sequence[str]) -> Iterable[Problem]:
    for column, text in enumerate(heading, start=1):
        if not text:
            yield Problem(name, line, f"column {column} has no name", "Name it, or delete the column.")
        elif heading.index(text) != column - 1:
            yield Problem(name, line, f"two columns are named {text!r}", "Give each column a name of its own.")


def patterns(path: Path) -> Patterns:
    """Columns of 0 and 1 (empty: not asked), and ``freq`` if there is one. Raises FileProblems."""
    import numpy as np  # lazily: only commands come here

    table = read(path)
    items = tuple(name for name in table.heading if name != FREQ)
    faults = [*table.faults, *(problem for line, row in table.rows for problem in _cell_faults(table, line, row))]
    faults += [] if items else [Problem(table.name, 1, "there is no item column", "Name one column an item: i1,i2,i3[,freq].")]
    faults += [] if table.rows else [Problem(table.name, 2, "there are no patterns", "Write one line a pattern below the heading.")]
    if faults:
        raise FileProblems(sorted(faults))
    columns = [table.heading.index(name) for name in items]
    cells = np.array([[float(row[i]) if row[i] else np.nan for i in columns] for _, row in table.rows])
    weight = table.heading.index(FREQ) if FREQ in table.heading else None
    weights = np.array([1.0 if weight is None else float(row[weight]) for _, row in table.rows])
    return Patterns(items, cells, weights)


def _cell_faults(table: Table, line: int, row: Sequence[str]) -> Iterable[Problem]:
    for name, cell in zip(table.heading, row, strict=True):
        number = _number(cell)
        if name == FREQ and (number is None or not 0 <= number < 1e12):
            yield Problem(table.name, line, f"freq is {cell!r}", "Write how often the pattern occurs, 0 or more.")
        elif name != FREQ and cell and number not in (0.0, 1.0):
            yield Problem(table.name, line, f"{name} is {cell!r}", "Write 1 for right, 0 for wrong, nothing where it was not asked.")


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def no_variance(path: Path, found: Patterns, columns: Iterable[int]) -> FileProblems:
    """The faults of items that say nothing."""
    cure = "Leave it out: nothing can be estimated from it."
    return FileProblems([Problem(str(path), 1, f"{found.items[i]} was answered right by everybody or by nobody", cure) for i in columns])


def too_few_items(path: Path, model: str, needs: int) -> FileProblems:
    """The fault of a table from which no answers could tell the model's parameters."""
    return FileProblems([Problem(str(path), 1, f"the {model.upper()} needs at least {needs} items", "Add items that the same people answered.")])


def answers(responses: Path, key: Path) -> Answers:
    """Raw options and their key; columns of the responses that name persons are no items. Raises FileProblems."""
    given, right = read(responses), read(key)
    faults = [*given.faults, *right.faults, *_key_faults(right)]
    items = tuple(name for name in given.heading if name in right.heading and name.lower() not in PERSON)
    for name in given.heading:
        if name not in right.heading and name.lower() not in PERSON:
            faults.append(Problem(given.name, 1, f"{name} has no key in {key}", "Add its key there, or delete the column."))
    for name in right.heading:
        if name not in given.heading and name.lower() not in PERSON:
            faults.append(Problem(right.name, 1, f"{name} is no column of {responses}", "Write both headings alike."))
    if len(given.rows) + len(given.faults) < 2:
        faults.append(Problem(given.name, 2, "there are fewer than two persons", "Write one line a person below the heading."))
    if faults:
        raise FileProblems(faults)
    at, key_at = ([table.heading.index(name) for name in items] for table in (given, right))
    rows = [tuple(row[i] for i in at) for _, row in given.rows]
    return Answers(items, rows, tuple(right.rows[0][1][i] for i in key_at), _people(given))


def _key_faults(table: Table) -> Iterable[Problem]:
    if len(table.rows) != 1:
        line = table.rows[1][0] if table.rows else 2
        yield Problem(table.name, line, f"{len(table.rows)} lines below the heading", "The key is one line under the same heading as the responses.")
    for line, row in table.rows[:1]:
        for name, cell in zip(table.heading, row, strict=True):
            if not cell and name.lower() not in PERSON:
                yield Problem(table.name, line, f"{name} has no key", "Write the right option.")


def _people(table: Table) -> tuple[str, ...]:
    column = next((i for i, name in enumerate(table.heading) if name.lower() in PERSON), None)
    return tuple(str(place) if column is None else row[column] for place, (_, row) in enumerate(table.rows, start=1))


def groups(path: Path, people: Sequence[str]) -> dict[str, list[str]]:
    """Each grouping's group of every person (empty: in none): joined by a column that names persons, else line by line. Raises FileProblems."""
    table = read(path)
    if table.faults:
        raise FileProblems(table.faults)
    by_person = any(name.lower() in PERSON for name in table.heading)
    named = _people(table)
    if not by_person and len(named) != len(people):
        what = f"{len(named)} lines for {len(people)} persons"
        raise FileProblems([Problem(table.name, 1, what, "Write one line a person in the order of the responses, or a column `person` in both files.")])
    rows = dict(zip(named, (row for _, row in table.rows), strict=True))
    absent = [name for name in people if name not in rows]
    if absent:
        raise FileProblems([Problem(table.name, 1, f"{name} has no line", "Add the person; leave the group empty if it is not known.") for name in absent])
    columns = [(i, name) for i, name in enumerate(table.heading) if name.lower() not in PERSON]
    if not columns:
        raise FileProblems([Problem(table.name, 1, "there is no grouping", "Name a column for it, such as language, tier or connection.")])
    return {name: [rows[person][i] for person in people] for i, name in columns}
