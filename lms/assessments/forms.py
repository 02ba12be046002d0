"""Drawing a form from a blueprint, and shuffling what a person sees: pure and reproducible.

The same seed gives the same form on every Python version and machine, so chance comes from `Stream`
(SHA-256 in counter mode), never from `random`, whose sequences are only promised for `random()` itself.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lms.assessments.enums import Cognitive, Difficulty, Kind
from lms.assessments.package import Blueprint, Cell, Question, difficulty_class

T = TypeVar("T")
_COGNITIVE, _DIFFICULTY = list(Cognitive), list(Difficulty)


class Stream:
    """Whole numbers from a seed: block n is SHA-256(seed "/" n), read as four 64-bit numbers."""

    def __init__(self, seed: str):
        self._numbers = self._generate(seed)

    @staticmethod
    def _generate(seed: str) -> Iterator[int]:
        block = 0
        while True:
            digest = hashlib.sha256(f"{seed}/{block}".encode()).digest()
            yield from (int.from_bytes(digest[at : at + 8], "big") for at in range(0, 32, 8))
            block += 1

    def below(self, limit: int) -> int:
        """A number from 0 to limit − 1, all equally likely (numbers of the last, short round are passed over)."""
        fair = 2**64 - 2**64 % limit
        return next(number for number in self._numbers if number < fair) % limit

    def shuffled(self, values: Iterable[T]) -> list[T]:
        """The values in random order (Fisher and Yates)."""
        result = list(values)
        for last in range(len(result) - 1, 0, -1):
            chosen = self.below(last + 1)
            result[last], result[chosen] = result[chosen], result[last]
        return result


@dataclass(frozen=True, order=True)
class Candidate:
    """What drawing needs to know of a live item."""

    id: str
    competency: str
    cognitive: Cognitive
    difficulty: Difficulty
    is_set: bool = False


@dataclass(frozen=True)
class Shortfall:
    """A cell that its own items could not fill: what stood in, and how many places stayed empty."""

    cell: Cell
    stand_ins: tuple[str, ...]
    missing: int


@dataclass(frozen=True)
class Form:
    """Item ids in the order they are asked, and what had to be bent to get there."""

    items: tuple[str, ...]
    shortfalls: tuple[Shortfall, ...] = ()


def candidate(item: Question) -> Candidate:
    """The candidate for a top-level item of a bank."""
    difficulty = difficulty_class(item.difficulty.prior_b)
    return Candidate(item.id, item.competency, item.cognitive, difficulty, item.type == Kind.SCENARIO)


def draw(blueprint: Blueprint, bank: Iterable[Candidate], seed: str, *, seen: frozenset[str] = frozenset()) -> Form:
    """Draw a form.

    1. Scenario sets first: as many as the blueprint asks for (one if it doesn't say and the bank has any).
    2. Every cell from its own items; single items before further sets.
    3. What is short is filled with items of the same competency, nearest first: neighbouring difficulty
       (the easier before the harder), then neighbouring cognitive level (the lower before the higher).
    No item twice. Items the person has `seen` come last among equals. Places nobody can fill stay empty;
    every departure from the blueprint is reported.
    """
    stream = Stream(f"form/{seed}")
    shuffled = stream.shuffled(sorted(bank))
    order = [one for one in shuffled if one.id not in seen] + [one for one in shuffled if one.id in seen]
    chosen: list[list[Candidate]] = [[] for _ in blueprint.cells]
    _place_sets(blueprint, order, chosen)
    for cell, places in zip(blueprint.cells, chosen):
        _fill(cell, places, chosen, sorted(_exact(cell, order), key=lambda one: one.is_set))
    shortfalls = [_stand_in(cell, places, chosen, order) for cell, places in zip(blueprint.cells, chosen)]
    asked = stream.shuffled([one.id for places in chosen for one in places])
    return Form(tuple(asked), tuple(one for one in shortfalls if one))


def _place_sets(blueprint: Blueprint, order: Sequence[Candidate], chosen: list[list[Candidate]]) -> None:
    """As many sets as asked for, spread over the competencies: each gets one before any gets a second."""
    wanted = 1 if blueprint.scenario_sets is None else blueprint.scenario_sets
    before: Counter[str] = Counter()
    sets = []
    for one in (each for each in order if each.is_set):
        sets.append((before[one.competency], one))
        before[one.competency] += 1
    for _, one in sorted(sets, key=lambda ranked: ranked[0]):
        if wanted == 0:
            return
        for cell, places in zip(blueprint.cells, chosen):
            if _belongs(one, cell) and len(places) < cell.count:
                places.append(one)
                wanted -= 1
                break


def _fill(
    cell: Cell, places: list[Candidate], chosen: list[list[Candidate]], offers: Iterable[Candidate]
) -> list[Candidate]:
    """Put offers into the free places of a cell; returns those taken."""
    used = {one.id for row in chosen for one in row}
    taken = [one for one in offers if one.id not in used][: cell.count - len(places)]
    places.extend(taken)
    return taken


def _stand_in(
    cell: Cell, places: list[Candidate], chosen: list[list[Candidate]], order: Sequence[Candidate]
) -> Shortfall | None:
    if len(places) == cell.count:
        return None
    offers = sorted((one for one in order if one.competency == cell.competency), key=lambda one: _distance(one, cell))
    taken = _fill(cell, places, chosen, offers)
    return Shortfall(cell, tuple(one.id for one in taken), cell.count - len(places))


def _distance(one: Candidate, cell: Cell) -> tuple[int, int, int, int]:
    """Cognitive distance weighs more than difficulty; a tie goes to the lower and the easier."""
    cognitive = _COGNITIVE.index(one.cognitive) - _COGNITIVE.index(cell.cognitive)
    difficulty = _DIFFICULTY.index(one.difficulty) - _DIFFICULTY.index(cell.difficulty)
    return abs(cognitive), abs(difficulty), cognitive, difficulty


def _belongs(one: Candidate, cell: Cell) -> bool:
    return (one.competency, one.cognitive, one.difficulty) == (cell.competency, cell.cognitive, cell.difficulty)


def _exact(cell: Cell, order: Iterable[Candidate]) -> list[Candidate]:
    return [one for one in order if _belongs(one, cell)]


def shuffled_keys(question: Question, seed: str) -> list[str]:
    """Keys of the options, steps or right-hand entries in the order this attempt shows them.

    Two languages, one item: the order depends on attempt and item only. `shuffle: false` keeps the file's order.
    Kinds without such a list give an empty one.
    """
    entries = getattr(question, "options", None) or getattr(question, "steps", None) or getattr(question, "right", ())
    keys = [entry.key for entry in entries]
    if not getattr(question, "shuffle", True):
        return keys
    return Stream(f"options/{seed}/{question.id}").shuffled(keys)
