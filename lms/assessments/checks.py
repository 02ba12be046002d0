"""`check_assessment`: every fault of an assessment file with its line and its cure, in one run.

The rules are those of the item-writing rules; a rule is one small function that yields `Fault`s. What has the
wrong shape is reported by `shape`; these rules then see only what could be read.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lms.assessments import wording
from lms.assessments.bank_checks import bank_faults
from lms.assessments.enums import Kind, Use
from lms.assessments.forms import candidate
from lms.assessments.package import Bank, Blueprint, Question, Scenario, questions
from lms.assessments.shape import Fault, Keys, Reading, read_shape
from lms.core import yamlfile
from lms.core.problems import Problem

TOP_LEVEL = ("version", "competency", "level", "cognitive", "difficulty")
HIGHEST_QUIZ_LEVEL = 3
_PICTURE = re.compile(r"!\[[^\]]*\]\(assets/")


@dataclass(frozen=True)
class Surroundings:
    """What an assessment refers to, taken from the plain data of the other files. None: not known, not checked."""

    framework: str | None = None
    competencies: frozenset[str] | None = None
    facts: Mapping[str, str] | None = None  # id -> status
    course: str | None = None
    moves: Mapping[str, int] | None = None  # competency -> level the course leads to
    lessons: frozenset[str] | None = None
    languages: tuple[str, ...] = field(default=("zh", "en"))


def surroundings(*, framework: Any = None, facts: Any = None, course: Any = None) -> Surroundings:
    """Read the plain data of framework, fact register and course; whatever is misshapen there counts as unknown."""
    id_version = f"{framework.get('id')}@{framework.get('version')}" if isinstance(framework, Mapping) else None
    return Surroundings(
        framework=id_version,
        competencies=frozenset(row["code"] for row in _rows(framework, "competencies", "code")) or None,
        facts={row["id"]: str(row.get("status")) for row in _rows(facts, "facts", "id")} or None,
        course=course.get("slug") if isinstance(course, Mapping) else None,
        moves={row["c"]: row["to"] if isinstance(row.get("to"), int) else 0 for row in _rows(course, "moves", "c")} or None,
        lessons=frozenset(row["id"] for row in _rows(course, "lessons", "id")) or None,
    )


def _rows(data: Any, name: str, key: str) -> list[Mapping]:
    rows = data.get(name) if isinstance(data, Mapping) else None
    return [row for row in rows or () if isinstance(row, Mapping) and isinstance(row.get(key), str)]


@dataclass(frozen=True)
class Report:
    """What reading a file gave: the bank (None when anything is wrong), its problems, and what is worth a look."""

    bank: Bank | None
    problems: list[Problem]
    advice: list[Problem]


def check_assessment(
    path: Path | str, *, framework: Any = None, facts: Any = None, course: Any = None, name: str | None = None
) -> list[Problem]:
    """Every problem of the file at `path`, in the order of its lines; [] when it may be loaded.

    `framework`, `facts` and `course` are the plain data of framework.yaml, facts.yaml and course.yaml; what is
    None is not compared. `name` is what the problems call the file.
    """
    return examine(path, framework=framework, facts=facts, course=course, name=name).problems


def examine(path: Path | str, *, framework: Any = None, facts: Any = None, course: Any = None, name: str | None = None) -> Report:
    """As `check_assessment`, with the bank and the advice."""
    return examine_document(yamlfile.read(path, name=name), surroundings(framework=framework, facts=facts, course=course))


def examine_document(document: yamlfile.Document, around: Surroundings) -> Report:
    """As `examine`, of a file that is read already."""
    bank, faults = None, []
    if document.data is not None or not document.problems:
        bank, faults = find_faults(document.data, around)
    found = [Problem(document.file, document.line(*fault.keys), fault.what, fault.cure) for fault in faults if not fault.advice]
    advice = [Problem(document.file, document.line(*fault.keys), fault.what, fault.cure) for fault in faults if fault.advice]
    problems = sorted({*document.problems, *found}, key=lambda one: (one.line, one.what))
    return Report(None if problems else bank, problems, sorted(set(advice)))


def find_faults(data: Any, around: Surroundings) -> tuple[Bank | None, list[Fault]]:
    """Every fault of the plain data of a bank, each with the keys of its place, and the bank as far as it could be read."""
    reading = read_shape(data)
    return reading.bank, [*reading.faults, *_faults(reading, around), *_misconceptions(data), *wording.faults(data)]


def _faults(reading: Reading, around: Surroundings) -> list[Fault]:
    bank = reading.bank
    if bank is None:
        return []
    found = [*_header(bank, around), *_ids(reading)]
    for place, item in _items(reading):
        for rule in _ITEM_RULES:
            found += (fault.under(place) for fault in rule(item, around))
        found += (fault.under(place) for fault in _number_of_keys(item, in_set=len(place) > 2))
    if bank.blueprint:
        found += _blueprint(bank.blueprint, bank, around)
        found += _supply(bank.blueprint, bank, around) if reading.whole else []
    return [*found, *bank_faults(bank, reading.places, around, whole=reading.whole)]


def _items(reading: Reading) -> Iterator[tuple[Keys, Question]]:
    """Every item and every part, with its place in the file; a part comes with what it inherits."""
    for number, item in zip(reading.places, reading.bank.items):
        yield ("items", number), item
        if isinstance(item, Scenario):
            for part_number, part in enumerate(questions(item)):
                yield ("items", number, "items", part_number), part


def _header(bank: Bank, around: Surroundings) -> Iterator[Fault]:
    if around.framework and bank.framework != around.framework:
        what = f"The framework is {bank.framework}, but the one in use is {around.framework}"
        yield Fault(("framework",), what, "Check the items against it and name it.")
    if around.course and bank.course != around.course:
        yield Fault(("course",), f"The course is {bank.course}, not {around.course}", "Name the course's slug.")


def _ids(reading: Reading) -> Iterator[Fault]:
    seen: dict[str, Keys] = {}
    for place, item in _items(reading):
        if item.id in seen:
            yield Fault((*place, "id"), f"The id {item.id} stands twice", "Ids are never used again: give a new one.")
        seen.setdefault(item.id, place)


def _misconceptions(data: Any) -> Iterator[Fault]:
    """Looks at the plain data, so that a faulty item still counts as a user of its codes."""
    defined = data.get("misconceptions") if isinstance(data, dict) else None
    defined = defined if isinstance(defined, dict) else {}
    used = dict(_codes(data.get("items"), ("items",))) if isinstance(data, dict) else {}
    for place, code in used.items():
        if code not in defined:
            what = f"The misconception {code} is not defined"
            yield Fault(place, what, "Define it under 'misconceptions' in both languages.")
    for code in defined.keys() - set(used.values()):
        what = f"No item uses the misconception {code}"
        yield Fault(("misconceptions", code), what, "Use it in a distractor or remove it.", advice=True)


def _codes(data: Any, keys: Keys) -> Iterator[tuple[Keys, str]]:
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in children:
        if key == "misconception" and isinstance(value, str):
            yield (*keys, key), value
        else:
            yield from _codes(value, (*keys, key))


def _labels(item: Question, around: Surroundings) -> Iterator[Fault]:
    for name in TOP_LEVEL:
        if getattr(item, name) is None:
            yield Fault(("id",), f"{item.id} has no {name}", f"Add '{name}': an item tests one competency at one level.")
    if item.level and item.level > HIGHEST_QUIZ_LEVEL:
        yield Fault(("level",), f"{item.id} is a quiz item at level {item.level}", "Use a work sample for L4 and L5.")
    if not isinstance(item, Scenario) and item.rationale is None:
        yield Fault(("id",), f"{item.id} has no rationale", "Say in both languages why the key is right.")


def _competency(item: Question, around: Surroundings) -> Iterator[Fault]:
    code = item.competency
    if code is None:
        return
    if around.competencies is not None and code not in around.competencies:
        yield Fault(("competency",), f"The framework has no competency {code}", "Use one of its codes.")
    elif around.moves is not None and code not in around.moves and item.use is Use.LIVE:
        what = f"The course does not move {code}, so a live item of it would count unprepared"
        yield Fault(("competency",), what, "Mark the item 'use: practice' or change its competency.")


def _references(item: Question, around: Surroundings) -> Iterator[Fault]:
    if around.lessons is not None and item.lesson is not None and item.lesson not in around.lessons:
        yield Fault(("lesson",), f"The course has no lesson {item.lesson}", "Name one of its lessons.")
    for number, fact in enumerate(item.facts):
        if around.facts is not None and fact not in around.facts:
            yield Fault(("facts", number), f"The register has no fact {fact}", "Add it there or correct the id.")
        elif around.facts is not None and around.facts[fact] == "doubtful":
            yield Fault(("facts", number), f"The fact {fact} is doubtful", "Use no item that rests on it.")


def _choices(item: Question, _around: Surroundings) -> Iterator[Fault]:
    if item.type not in (Kind.SINGLE, Kind.TRUEFALSE, Kind.MULTIPLE):
        return
    keys = [option.key for option in item.options]
    answer = list(item.answer) if item.type == Kind.MULTIPLE else [item.answer]
    yield from _unique(keys, "options")
    unknown = sorted(set(answer) - set(keys))
    for key in unknown:
        yield Fault(("answer",), f"The answer {key} is not among the options", f"Choose from {', '.join(keys)}.")
    for number, option in enumerate(item.options if not unknown else ()):
        if option.key not in answer and not (option.misconception or option.why):
            what = f"Option {option.key} of {item.id} is a distractor without a misconception"
            yield Fault(("options", number), what, "Name the belief behind it, or replace the option.")


def _pictures(item: Question, _around: Surroundings) -> Iterator[Fault]:
    """Quiz pages show texts as they are written: a picture that came with an import would be a line of signs."""
    for lang in ("zh", "en"):
        if _PICTURE.search(getattr(item.stem, lang)):
            yield Fault(("stem", lang), f"The stem of {item.id} has a picture", "Say in words what it shows: quiz pages show text only.")


def _number_of_keys(item: Question, *, in_set: bool) -> Iterator[Fault]:
    if item.type == Kind.TRUEFALSE and len({option.judgement for option in item.options}) < 2:
        yield Fault(("options",), f"{item.id} offers one judgement only", "Offer reasons for true and for false.")
    if item.type != Kind.MULTIPLE:
        return
    yield from _unique(item.answer, "answer")
    if len(set(item.answer)) < 2:
        yield Fault(("answer",), f"{item.id} has fewer than two keys", "Add a key or make it 'single'.")
    others = len(item.options) - len(set(item.answer))
    if others < 2:
        # The stimulus of a set limits what its parts can ask: there one such option is only worth a look.
        what = f"{item.id} has fewer than two options that are no keys ({others})"
        yield Fault(("options",), what, "Add a distractor.", advice=in_set and others == 1)


def _unique(keys: Iterable[str], name: str) -> Iterator[Fault]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield Fault((name,), f"The key {key} stands {count} times", "Give every entry a key of its own.")


def _order(item: Question, _around: Surroundings) -> Iterator[Fault]:
    if item.type != Kind.ORDERING:
        return
    keys = [step.key for step in item.steps]
    yield from _unique(keys, "steps")
    if sorted(item.answer) != sorted(keys):
        yield Fault(("answer",), f"The answer of {item.id} is not an order of its steps", "Name every step once.")


def _pairs(item: Question, _around: Surroundings) -> Iterator[Fault]:
    if item.type != Kind.MATCHING:
        return
    left, right = [entry.key for entry in item.left], [entry.key for entry in item.right]
    yield from _unique(left, "left")
    yield from _unique(right, "right")
    if set(item.answer) != set(left):
        yield Fault(("answer",), f"The answer of {item.id} does not match the left column", "Name each left key once.")
    for key in set(item.answer.values()) - set(right):
        yield Fault(("answer",), f"The answer {key} is not in the right column", f"Choose from {', '.join(right)}.")
    if len(right) <= len(left):
        yield Fault(("right",), f"{item.id} has no spare entry on the right", "Add one that matches nothing.")


def _numbers(item: Question, _around: Surroundings) -> Iterator[Fault]:
    if item.type != Kind.NUMERIC:
        return
    for number, error in enumerate(item.common_errors):
        if abs(error.value - item.answer.value) <= item.answer.tolerance:
            what = f"The common error {error.value} is within the tolerance of the right answer"
            yield Fault(("common_errors", number), what, "Lower the tolerance or remove the error.")


def _markers(item: Question, _around: Surroundings) -> Iterator[Fault]:
    if item.type == Kind.SHORT and item.marking.evidence_max_level > 2 and item.marking.graders < 2:
        what = f"{item.id} counts to L{item.marking.evidence_max_level} with one marker"
        yield Fault(("marking",), what, "One marker counts to L2; ask for two graders.")


def _blueprint(blueprint: Blueprint, bank: Bank, around: Surroundings) -> Iterator[Fault]:
    total = sum(cell.count for cell in blueprint.cells)
    if total != blueprint.form_length:
        what = f"The cells hold {total} items, the form has {blueprint.form_length}"
        yield Fault(("blueprint", "form_length"), what, "Correct the cells or the length.")
    for number, cell in enumerate(blueprint.cells):
        if around.moves is not None and cell.competency not in around.moves:
            yield Fault(("blueprint", "cells", number), f"The course does not move {cell.competency}", "Drop the cell.")


def _supply(blueprint: Blueprint, bank: Bank, around: Surroundings) -> Iterator[Fault]:
    """Whether the live items of the bank can fill every cell, and sets are there where L3 needs them."""
    live = [candidate(item) for item in bank.items if item.use is Use.LIVE and _labelled(item)]
    supply = Counter((one.competency, one.cognitive, one.difficulty) for one in live)
    demand: Counter = Counter()
    for number, cell in enumerate(blueprint.cells):
        label = (cell.competency, cell.cognitive, cell.difficulty)
        demand[label] += cell.count
        if demand[label] > supply[label]:
            what = f"The cell {', '.join(label)} asks for {demand[label]} live items and the bank has {supply[label]}"
            yield Fault(("blueprint", "cells", number), what, "Write the missing items or change the cell.")
    sets = [item for item in bank.items if item.use is Use.LIVE and isinstance(item, Scenario)]
    if len(sets) < (blueprint.scenario_sets or 0):
        what = f"The blueprint asks for {blueprint.scenario_sets} scenario sets and the bank has {len(sets)} live ones"
        yield Fault(("blueprint", "scenario_sets"), what, "Write a set or ask for fewer.")
    tested = {part.competency for item in sets for part in (item, *questions(item))}
    for code, level in (around.moves or {}).items():
        if level >= 3 and code not in tested:
            yield Fault(("blueprint",), f"The course leads {code} to L{level}, but no live scenario set tests it", "Write a set.")


def _labelled(item: Question) -> bool:
    return None not in (item.competency, item.cognitive, item.difficulty)


_ITEM_RULES = (
    _labels, _competency, _references, _choices, _pictures, _order, _pairs, _numbers, _markers,
    wording.options_faults,
)
