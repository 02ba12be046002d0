"""The file `assessments/<name>.yaml` (schema `assessment/1`) as typed, frozen objects.

`parse_bank(data)` takes what the YAML reader returns. Kinds differ in their fields, so each is a model of
its own; unknown keys are errors. What one model can't see (a key that names no option, a fact that does
not exist) is the business of `checks`.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, TypeAdapter

from lms.assessments.enums import Cognitive, Difficulty, Kind, Use
from lms.core.framework import CUTS_MILLI

# Parts of a set depend on each other: variance (logit²) added to each part's difficulty.
PART_VARIANCE = 0.25
EASY_BELOW, MEDIUM_BELOW = -0.25, 0.75
# What explains an item without changing what it measures: may be corrected without a new version.
ANNOTATIONS = frozenset({"rationale", "facts", "review_by", "lesson"})

Number = StrictInt | StrictFloat
Id = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)]
Key = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9]{1,8}$")]
Line = Annotated[StrictStr, Field(min_length=1, max_length=4000)]
IsoDate = Annotated[StrictStr, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Part(BaseModel):
    """Base of every piece: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Part):
    """One text in both languages; both must be there."""

    zh: Line
    en: Line


class Option(Text):
    """An option. A distractor names its misconception, or says in `why` what is wrong with it."""

    key: Key
    misconception: Id | None = None
    why: Text | None = None


class JudgedOption(Option):
    """An option of a two-tier item: the judgement and its reason in one."""

    judgement: StrictBool


class Entry(Text):
    """A step to order or an entry of a matching column."""

    key: Key
    misconception: Id | None = None


class Prior(Part):
    """The author's difficulty before any data: logits from the level's cut, and how unsure they are."""

    prior_b: Annotated[Number, Field(ge=-4, le=4)]
    prior_sd: Annotated[Number, Field(gt=0, le=3)]


class CommonError(Part):
    """A wrong number that betrays a belief."""

    value: Number
    misconception: Text | Id


class NumericAnswer(Part):
    """The right number, how far off an answer may be, and the unit shown behind the field."""

    value: Number
    tolerance: Annotated[Number, Field(ge=0)] = 0
    unit: Text | None = None


class Criterion(Text):
    """One line of a marker's rubric."""

    points: Annotated[StrictInt, Field(ge=1, le=10)]


class Marking(Part):
    """How many people mark a short answer, and up to which level that counts."""

    graders: Annotated[StrictInt, Field(ge=1, le=3)] = 1
    evidence_max_level: Annotated[StrictInt, Field(ge=0, le=3)] = 2
    second_grader_for: Literal["L1", "L2", "L3"] | None = None


class MaxChars(Part):
    """Longest answer taken, in characters of each language."""

    zh: Annotated[StrictInt, Field(ge=1, le=4000)]
    en: Annotated[StrictInt, Field(ge=1, le=4000)]


class PlusMinus(Part):
    rule: Literal["plus_minus"]
    floor: Literal[0] = 0


class Kendall(Part):
    rule: Literal["kendall"]
    full_only_for_evidence: Literal[True] = True


class FractionMatched(Part):
    rule: Literal["fraction"]


class Question(Part):
    """What all kinds share. A part of a scenario leaves out what its set says."""

    id: Id
    version: Annotated[StrictInt, Field(ge=1)] | None = None
    use: Use = Use.LIVE
    competency: Id | None = None
    level: Annotated[StrictInt, Field(ge=1, le=5)] | None = None
    cognitive: Cognitive | None = None
    difficulty: Prior | None = None
    lesson: Id | None = None
    stem: Text
    rationale: Text | None = None
    facts: tuple[Id, ...] = ()
    review_by: IsoDate | None = None


class Single(Question):
    type: Literal["single"]
    options: Annotated[tuple[Option, ...], Field(min_length=3, max_length=4)]
    shuffle: StrictBool = True
    answer: Key


class Multiple(Question):
    type: Literal["multiple"]
    options: Annotated[tuple[Option, ...], Field(min_length=4, max_length=6)]
    shuffle: StrictBool = True
    answer: tuple[Key, ...]
    scoring: PlusMinus = PlusMinus(rule="plus_minus")


class TrueFalse(Question):
    type: Literal["truefalse"]
    options: Annotated[tuple[JudgedOption, ...], Field(min_length=3, max_length=6)]
    shuffle: StrictBool = True
    answer: Key


class Numeric(Question):
    type: Literal["numeric"]
    answer: NumericAnswer
    common_errors: tuple[CommonError, ...] = ()


class Ordering(Question):
    type: Literal["ordering"]
    steps: Annotated[tuple[Entry, ...], Field(min_length=3, max_length=10)]
    answer: tuple[Key, ...]
    scoring: Kendall = Kendall(rule="kendall")


class Matching(Question):
    type: Literal["matching"]
    left: Annotated[tuple[Entry, ...], Field(min_length=2, max_length=10)]
    right: Annotated[tuple[Entry, ...], Field(min_length=3, max_length=14)]
    shuffle: StrictBool = True
    answer: dict[Key, Key]
    scoring: FractionMatched = FractionMatched(rule="fraction")


class Short(Question):
    type: Literal["short"]
    max_chars: MaxChars = MaxChars(zh=200, en=800)
    rubric: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    marking: Marking = Marking()


Simple = Annotated[
    Single | Multiple | TrueFalse | Numeric | Ordering | Matching | Short, Field(discriminator="type")
]


class Scenario(Question):
    """One stimulus with two to four parts; it fills one cell of a blueprint."""

    type: Literal["scenario"]
    items: Annotated[tuple[Simple, ...], Field(min_length=2, max_length=4)]


Item = Annotated[
    Single | Multiple | TrueFalse | Numeric | Ordering | Matching | Short | Scenario, Field(discriminator="type")
]
_ITEM = TypeAdapter(Item)


class Cell(Part):
    """One cell of a blueprint, written `[competency, cognitive, difficulty, count]`."""

    competency: Id
    cognitive: Cognitive
    difficulty: Difficulty
    count: Annotated[StrictInt, Field(ge=1, le=50)]


class Retake(Part):
    """After how many `days` an evidence quiz may be taken again, and how often within a year."""

    days: Annotated[StrictInt, Field(ge=0, le=365)] = 14
    per_year: Annotated[StrictInt, Field(ge=1, le=24)] = 4


class Blueprint(Part):
    """What a form is made of. Without `minutes` a form has two minutes an item."""

    form_length: Annotated[StrictInt, Field(ge=1, le=100)]
    cells: Annotated[tuple[Cell, ...], Field(min_length=1)]
    scenario_sets: Annotated[StrictInt, Field(ge=0, le=10)] | None = None
    minutes: Annotated[StrictInt, Field(ge=5, le=240)] | None = None
    note: Text | None = None
    retake: Retake = Retake()


class Feedback(Part):
    """When and what a person sees after submitting. Keys of live items are never shown."""

    show: Literal["after_submit"] = "after_submit"
    show_key: Literal["formative_only", "never"] = "formative_only"
    show_rationale: StrictBool = True


class Bank(Part):
    """A whole assessment file."""

    format: Literal["assessment/1"] = Field(alias="schema")
    framework: Annotated[StrictStr, Field(pattern=r"^[\w-]+@\d+\.\d+\.\d+$")]
    course: Id
    blueprint: Blueprint | None = None
    feedback: Feedback = Feedback()
    misconceptions: dict[Id, Text] = {}
    items: Annotated[tuple[Item, ...], Field(min_length=1)]

    @property
    def content_hash(self) -> str:
        """SHA-256 over the canonical form of the whole bank."""
        return _digest(self.model_dump(mode="json", by_alias=True, exclude_defaults=True))


@dataclass(frozen=True)
class Parameters:
    """An item's numbers as stored: thousandths (a, b), ten-thousandths (c), millionths of a logit² (Vb)."""

    a_milli: int
    b_milli: int
    c_e4: int
    vb_micro: int


def parse_bank(data: Any) -> Bank:
    """The bank in `data` (plain YAML data). Raises pydantic's ValidationError."""
    return Bank.model_validate(with_named_cells(data))


def parse_item(data: Any) -> Item:
    """One item from its plain data, as `item_data` writes it. Raises pydantic's ValidationError."""
    return _ITEM.validate_python(data)


def item_data(item: Question) -> dict[str, Any]:
    """Plain data of an item without what is unsaid: for storage and export."""
    return item.model_dump(mode="json", exclude_defaults=True)


def with_named_cells(data: Any) -> Any:
    """`data` with its blueprint cells as mappings; anything misshapen is left for the models to refuse."""
    blueprint = data.get("blueprint") if isinstance(data, dict) else None
    cells = blueprint.get("cells") if isinstance(blueprint, dict) else None
    if not isinstance(cells, list):
        return data
    named = [dict(zip(Cell.model_fields, cell)) if _is_row(cell) else cell for cell in cells]
    return data | {"blueprint": blueprint | {"cells": named}}


def _is_row(cell: Any) -> bool:
    return isinstance(cell, list) and len(cell) == len(Cell.model_fields)


def content_hash(item: Question) -> str:
    """SHA-256 of what an item measures: two items with one (id, version) must agree in it.

    Covers everything but explanations (`ANNOTATIONS`), so a typing error in a rationale needs no new version.
    """
    return _digest(_without_annotations(item_data(item)))


def _without_annotations(data: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in data.items() if name not in ANNOTATIONS}
    if data["type"] == Kind.SCENARIO:
        kept["items"] = [_without_annotations(part) for part in data["items"]]
    return kept


def _digest(data: Any) -> str:
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def difficulty_class(prior_b: float) -> Difficulty:
    """E below −0.25, M below 0.75, H from there (item rules, section 5)."""
    if prior_b < EASY_BELOW:
        return Difficulty.EASY
    return Difficulty.MEDIUM if prior_b < MEDIUM_BELOW else Difficulty.HARD


def questions(item: Question) -> Iterator[Question]:
    """What is asked and marked: the item itself, or the parts of a set with what they inherit filled in."""
    if not isinstance(item, Scenario):
        yield item
        return
    for part in item.items:
        inherited = {
            name: getattr(item, name)
            for name in ("competency", "level", "cognitive", "difficulty", "lesson", "version", "review_by")
            if getattr(part, name) is None
        }
        yield part.model_copy(update=inherited | {"use": item.use, "facts": part.facts or item.facts})


def guessing(question: Question) -> float:
    """Probability of a right answer without knowledge (measurement rules, section 1)."""
    if question.type in (Kind.SINGLE, Kind.TRUEFALSE):
        return 1 / len(question.options)
    return 0.03 if question.type == Kind.MULTIPLE else 0.0


def parameters(question: Question, *, in_set: bool = False, cuts_milli: Sequence[int] = CUTS_MILLI) -> Parameters:
    """Numbers of an item before any data: a = 1, b = cut(level) + prior_b, Vb = prior_sd² (+ 0.25 in a set)."""
    prior = question.difficulty
    variance = prior.prior_sd**2 + (PART_VARIANCE if in_set else 0)
    return Parameters(
        a_milli=1000,
        b_milli=cuts_milli[question.level - 1] + round(1000 * prior.prior_b),
        c_e4=round(10_000 * guessing(question)),
        vb_micro=round(1_000_000 * variance),
    )


def minutes_allowed(blueprint: Blueprint) -> int:
    """How long a form may take: as the file says, else two minutes an item and at least ten."""
    return blueprint.minutes or max(10, 2 * blueprint.form_length)


def time_allowed(minutes: int, percent: int) -> timedelta:
    """The time of a form for somebody who was granted `percent` of the usual (100: none more)."""
    return timedelta(minutes=minutes) * percent / 100
