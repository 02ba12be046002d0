"""Rules on a bank as a whole: what only shows when all its items are seen together. Pure.

Most of it is advice: a bank that falls short still gives right forms, but weaker ones.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from lms.assessments.enums import Cognitive, Kind, Use
from lms.assessments.forms import candidate
from lms.assessments.package import Bank, Blueprint, Question, Scenario, questions
from lms.assessments.shape import Fault

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
SCENARIO_LEVEL = 3
FEWEST_KEYS = 12
"""Below this number of choices an uneven spread of keys says nothing."""
MOST_IN_ONE_PLACE = MOST_LONGEST = 0.40
MOST_REMEMBERING = 0.15
TIMES_FILLED = 2
LONGEST_STEM = {"zh": 110, "en": 85}
LONGEST_STIMULUS = {"zh": 180, "en": 140}
"""Characters in Chinese, words in English: one to three sentences, and a situation that fits on a phone."""
UNITS = {"zh": "characters", "en": "words"}


class Around(Protocol):
    """What these rules need of the course: the level each competency is led to, and its lessons."""

    moves: Mapping[str, int] | None
    lessons: frozenset[str] | None


def bank_faults(bank: Bank, places: Sequence[int], around: Around, *, whole: bool) -> Iterator[Fault]:
    """Faults and advice on the bank; `places` are its items' numbers in the file. Not `whole`: some items can't be read, so nothing is counted."""
    for number, item in zip(places, bank.items):
        yield from (fault.under(("items", number)) for fault in _stem_lengths(item))
    if not whole:
        return
    yield from _key_places(bank)
    yield from _longest_keys(bank)
    yield from _practice(bank, around)
    yield from _sets(bank, around)
    if bank.blueprint:
        yield from _remembering(bank.blueprint)
        yield from _filled_twice(bank.blueprint, bank)
        yield from _never_asked(bank.blueprint, bank, places)


def choices(bank: Bank) -> list[Question]:
    """Every question with one key among options, parts of sets included."""
    return [one for item in bank.items for one in questions(item) if one.type in (Kind.SINGLE, Kind.TRUEFALSE)]


def _key_places(bank: Bank) -> Iterator[Fault]:
    found = choices(bank)
    counts = Counter("abcdef"[[option.key for option in one.options].index(one.answer)] for one in found if _answerable(one))
    for letter, count in counts.items():
        if len(found) >= FEWEST_KEYS and count > MOST_IN_ONE_PLACE * len(found):
            what = f"The key stands in place {letter} in {count} of {len(found)} choices"
            yield Fault(("items",), what, "Spread the keys over all places.", advice=True)


def _answerable(one: Question) -> bool:
    return one.answer in {option.key for option in one.options}


def _longest_keys(bank: Bank) -> Iterator[Fault]:
    found = choices(bank)
    for lang, name in (("zh", "Chinese"), ("en", "English")):
        count = sum(key_is_longest(one, lang) for one in found)
        if len(found) >= FEWEST_KEYS and count > MOST_LONGEST * len(found):
            what = f"The key is the longest option in {count} of {len(found)} choices ({name})"
            yield Fault(("items",), what, "Shorten keys or say as much in the distractors: length gives the key away.", advice=True)


def key_is_longest(one: Question, lang: str) -> bool:
    """Whether the key is longer than every other option in a language."""
    lengths = {option.key: len(getattr(option, lang)) for option in one.options}
    key = lengths.pop(one.answer, 0)
    return key > max(lengths.values(), default=0)


def _practice(bank: Bank, around: Around) -> Iterator[Fault]:
    practised = {item.lesson for item in bank.items if item.use is Use.PRACTICE}
    for lesson in sorted((around.lessons or frozenset()) - practised):
        what = f"The lesson {lesson} has no practice item"
        yield Fault(("items",), what, "Write one with 'use: practice': it is the lesson's check.", advice=True)


def _sets(bank: Bank, around: Around) -> Iterator[Fault]:
    """A level that asks for a scenario set can be reached only with one at that level (framework, evidence rules)."""
    sets = [item for item in bank.items if item.use is Use.LIVE and isinstance(item, Scenario)]
    tested = {part.competency for item in sets for part in questions(item)}
    high = {part.competency for item in sets for part in questions(item) if (part.level or 0) >= SCENARIO_LEVEL}
    for code, level in sorted((around.moves or {}).items()):
        if level >= SCENARIO_LEVEL and code in tested - high:
            what = f"The course leads {code} to L{level}, but no live scenario set tests it at L{SCENARIO_LEVEL}"
            yield Fault(("blueprint",), what, "Write a set at that level.")


def _remembering(blueprint: Blueprint) -> Iterator[Fault]:
    total = sum(cell.count for cell in blueprint.cells)
    count = sum(cell.count for cell in blueprint.cells if cell.cognitive is Cognitive.REMEMBER)
    if count > MOST_REMEMBERING * total:
        what = f"{count} of {total} items of a form ask to remember (R)"
        yield Fault(("blueprint", "cells"), what, f"At most {MOST_REMEMBERING:.0%}: replace some by U or A.", advice=True)


def _never_asked(blueprint: Blueprint, bank: Bank, places: Sequence[int]) -> Iterator[Fault]:
    asked = {(cell.competency, cell.cognitive, cell.difficulty) for cell in blueprint.cells}
    for number, item in zip(places, bank.items):
        if item.use is Use.LIVE and _labelled(item) and _label(item) not in asked:
            what = f"No cell asks for {item.id}: {', '.join(_label(item))}"
            yield Fault(("items", number), what, "Correct its label, mark it as practice, or change the blueprint.", advice=True)


def _labelled(item: Question) -> bool:
    return None not in (item.competency, item.cognitive, item.difficulty)


def _label(item: Question) -> tuple[str, str, str]:
    one = candidate(item)
    return one.competency, one.cognitive, one.difficulty


def _filled_twice(blueprint: Blueprint, bank: Bank) -> Iterator[Fault]:
    """With fewer than twice the items of a cell, a second attempt meets the same ones again."""
    supply = Counter(_label(item) for item in bank.items if item.use is Use.LIVE and _labelled(item))
    demand: Counter = Counter()
    for cell in blueprint.cells:
        demand[cell.competency, cell.cognitive, cell.difficulty] += cell.count
    for number, cell in enumerate(blueprint.cells):
        label = (cell.competency, cell.cognitive, cell.difficulty)
        wanted = demand.pop(label, 0)
        if wanted <= supply[label] < TIMES_FILLED * wanted:
            what = f"The cell {', '.join(label)} asks for {wanted} live items and the bank has only {supply[label]}"
            yield Fault(("blueprint", "cells", number), what, f"Write {TIMES_FILLED * wanted} of them, so that a second form differs.", advice=True)


def _stem_lengths(item: Question) -> Iterator[Fault]:
    yield from _stem_length(item, LONGEST_STIMULUS if isinstance(item, Scenario) else LONGEST_STEM)
    for number, part in enumerate(item.items if isinstance(item, Scenario) else ()):
        yield from (fault.under(("items", number)) for fault in _stem_length(part, LONGEST_STEM))


def _stem_length(item: Question, longest: Mapping[str, int]) -> Iterator[Fault]:
    counts = {"zh": len(HAN.findall(item.stem.zh)), "en": len(item.stem.en.split())}
    for lang, count in counts.items():
        if count > longest[lang]:
            what = f"The stem of {item.id} has {count} {UNITS[lang]} ({lang})"
            yield Fault(("stem", lang), what, f"Keep what the reader must know to decide: at most {longest[lang]}.", advice=True)
