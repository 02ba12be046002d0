"""Estimates from plain files: items, responses, completions in; mean and sd of every pair out (pure but for reading)."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

from lms.competency.proficiency import DEFAULT_TUNING, Completion, ItemParameters, Response, replay
from lms.core.problems import Problem

T = TypeVar("T")
Pair = tuple[str, str]
"""(official, competency)."""

COLUMNS = {
    "items": ("item", "competency", "a", "b", "c"),
    "responses": ("official", "item", "correct", "answered_at"),
    "completions": ("official", "competency", "completed_at"),
}


class FileProblems(Exception):
    """Every fault of the files, in their order."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class Estimate(NamedTuple):
    """Expected track of a pair as of a day: mean and sd in logits."""

    official: str
    competency: str
    mean: float
    sd: float


class FileItem(NamedTuple):
    competency: str
    parameters: ItemParameters


@dataclass(slots=True)
class Facts:
    """What a pair's files say."""

    responses: list[Response] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)


def estimates(facts: Mapping[Pair, Facts], as_of_day: int) -> Iterator[Estimate]:
    """Expected track of every pair with facts up to and including `as_of_day`, sorted by pair."""
    for (official, competency), known in sorted(facts.items(), key=lambda entry: entry[0]):
        state = replay(known.responses, known.completions, as_of_day=as_of_day).expected
        if state is not None:
            sd = math.sqrt(state.variance_at(as_of_day, DEFAULT_TUNING.q_expected))
            yield Estimate(official, competency, state.m_milli / 1000, sd)


def read_facts(items: Path, responses: Path, completions: Path | None) -> dict[Pair, Facts]:
    """Facts by pair. Raises FileProblems with every fault of all files."""
    problems: list[Problem] = []
    known = {row[0]: row[1] for row in _rows(items, "items", _item, problems)}
    facts: dict[Pair, Facts] = {}
    for line, official, response in _rows(responses, "responses", _response, problems):
        item = known.get(response.item)
        if item is None:
            problems.append(_unknown_item(responses, line, response.item))
            continue
        facts.setdefault((official, item.competency), Facts()).responses.append(_with(response, item))
    for pair, completion in _rows(completions, "completions", _completion, problems) if completions else ():
        facts.setdefault(pair, Facts()).completions.append(completion)
    if problems:
        raise FileProblems(problems)
    return facts


def write(path: Path, rows: Iterator[Estimate]) -> int:
    """Write `official,competency,mean,sd`; answers the number of rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Estimate._fields)
        count = 0
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the count
            writer.writerow((row.official, row.competency, f"{row.mean:.3f}", f"{row.sd:.6f}"))
    return count


def _with(response: Response, item: FileItem) -> Response:
    return Response(response.item, item.parameters, response.at, response.correct)


def _unknown_item(path: Path, line: int, item: str) -> Problem:
    return Problem(str(path), line, f"item {item!r} is not in the item file", "Add the item there or correct its name.")


def _rows(path: Path, kind: str, parse: Callable[[int, dict[str, str]], T], problems: list[Problem]) -> Iterator[T]:
    """Parsed rows of a CSV file; faults go to `problems` and the reading goes on."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            absent = [name for name in COLUMNS[kind] if name not in (reader.fieldnames or ())]
            if absent:
                cure = f"The first line must name {', '.join(COLUMNS[kind])}."
                problems.append(Problem(str(path), 1, f"column {', '.join(absent)} is missing", cure))
                return
            for row in reader:
                try:
                    yield parse(reader.line_num, row)
                except _Fault as fault:
                    problems.append(Problem(str(path), reader.line_num, *fault.args))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problems.append(Problem(str(path), 0, f"the file can't be read: {error}", "Give a readable UTF-8 CSV file."))


class _Fault(Exception):
    """(what, cure) of one row."""


def _item(line: int, row: dict[str, str]) -> tuple[str, FileItem]:
    a = _number(row, "a", low=0.01, high=10)
    c = _number(row, "c", low=0, high=0.99)
    return _name(row, "item"), FileItem(_name(row, "competency"), ItemParameters(a, _number(row, "b", low=-20, high=20), c))


def _response(line: int, row: dict[str, str]) -> tuple[int, str, Response]:
    if row["correct"] not in ("0", "1"):
        raise _Fault(f"correct is {row['correct']!r}", "Write 1 for right and 0 for wrong.")
    response = Response(_name(row, "item"), _UNKNOWN, _instant(row, "answered_at"), int(row["correct"]))
    return line, _name(row, "official"), response


def _completion(line: int, row: dict[str, str]) -> tuple[Pair, Completion]:
    return (_name(row, "official"), _name(row, "competency")), Completion(_instant(row, "completed_at"))


_UNKNOWN = ItemParameters(1.0, 0.0)  # replaced as soon as the item is looked up


def _name(row: dict[str, str], column: str) -> str:
    if not (value := (row[column] or "").strip()):
        raise _Fault(f"{column} is empty", f"Fill in the {column}.")
    return value


def _number(row: dict[str, str], column: str, *, low: float, high: float) -> float:
    try:
        value = float(row[column])
    except (TypeError, ValueError):
        raise _Fault(f"{column} is {row[column]!r}, not a number", "Write a decimal number such as 0.85.") from None
    if not low <= value <= high:
        raise _Fault(f"{column} is {value:g}", f"It must lie between {low:g} and {high:g}.")
    return value


def _instant(row: dict[str, str], column: str) -> datetime:
    try:
        value = datetime.fromisoformat(row[column])
    except (TypeError, ValueError):
        raise _Fault(f"{column} is {row[column]!r}", "Write a time such as 2025-06-01T09:30:00+08:00.") from None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
