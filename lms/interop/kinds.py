"""Questions of other systems as our kinds of item: what fits, what is lost, what can't be carried. Pure.

Every function gives an item's own keys (texts still as `Phrase`) or raises CannotCarry; `note` is told of each loss.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from lms.interop.drafts import CannotCarry
from lms.interop.texts import Phrase

Note = Callable[[str], None]
FULL = 100.0
CLOSE = 0.5
"""Percent: other systems round a third to 33.33333."""
GREATEST = Decimal("1e15")
GAP = "_____"


@dataclass(frozen=True)
class Choice:
    """One answer as other systems know it: its text, its worth in percent, what is said to who chooses it."""

    text: Phrase
    worth: float
    feedback: Phrase = field(default_factory=Phrase)


@dataclass(frozen=True)
class Amount:
    """A number that is accepted, how far off it may be, its worth in percent and what is said about it."""

    value: Decimal
    tolerance: Decimal = Decimal(0)
    worth: float = FULL
    feedback: Phrase = field(default_factory=Phrase)


def choice(stem: Phrase, options: Sequence[Choice], *, several: bool, shuffle: bool, note: Note) -> dict[str, Any]:
    """A choice of one (`single`) or of several (`multiple`). Feedback on wrong options becomes their `why`, on right ones the rationale."""
    if not 0 < len(options) <= len(ascii_lowercase):
        raise CannotCarry(f"it has {len(options)} options")
    right = [number for number, one in enumerate(options) if (one.worth > 0 if several else one.worth >= FULL - CLOSE)]
    if not right:
        raise CannotCarry("no option counts as fully right")
    if not several and len(right) > 1:
        raise CannotCarry("several options count as fully right, though only one may be chosen")
    _note_worths(options, right, several, note)
    keys = ascii_lowercase[: len(options)]
    data: dict[str, Any] = {"type": "multiple" if several else "single", "stem": stem, "options": []}
    rationale = Phrase()
    for number, (key, one) in enumerate(zip(keys, options)):
        option = {"key": key, "": one.text}
        if one.feedback and number in right:
            rationale = rationale.joined(one.feedback) if rationale else one.feedback
            note("the feedback on a right option is now part of the rationale")
        elif one.feedback:
            option["why"] = one.feedback
        data["options"].append(option)
    data["answer"] = [keys[number] for number in right] if several else keys[right[0]]
    return data | ({} if shuffle else {"shuffle": False}) | ({"rationale": rationale} if rationale else {})


def _note_worths(options: Sequence[Choice], right: Sequence[int], several: bool, note: Note) -> None:
    share = FULL / len(right)
    for number, one in enumerate(options):
        if several and number in right and abs(one.worth - share) > CLOSE:
            note(f"unequal marks ({one.worth:g} %) are not carried: every right option counts the same")
        elif several and number not in right and one.worth < 0 and abs(one.worth + share) > CLOSE:
            note(f"negative marks ({one.worth:g} %) are not carried: a wrong choice takes off as much as a right one gives, never below 0")
        elif not several and number not in right and one.worth > 0:
            note(f"partial marks ({one.worth:g} %) are not carried: one option is right, the others are wrong")
        elif not several and one.worth < 0:
            note(f"negative marks ({one.worth:g} %) are not carried: a wrong choice counts 0")


def true_false(stem: Phrase, right: bool, *, feedback_true: Phrase, feedback_false: Phrase) -> dict[str, Any]:
    """Plain true or false is a coin's toss; the draft has room for the right reason and two wrong ones, which make it a two-tier item."""
    wrong = feedback_false if right else feedback_true
    options = [
        {"key": "a", "judgement": right, "": Phrase()},
        {"key": "b", "judgement": not right, "": Phrase(), **({"why": wrong} if wrong else {})},
        {"key": "c", "judgement": not right, "": Phrase()},
    ]
    said = feedback_true if right else feedback_false
    return {"type": "truefalse", "stem": stem, "options": options, "answer": "a", **({"rationale": said} if said else {})}


TWO_TIERS = "plain true or false is right by guessing half of the time: add a reason to each judgement"


def number(text: str) -> Decimal:
    """A plain number. Raises CannotCarry for anything else."""
    try:
        value = Decimal(text.strip().replace("−", "-"))
    except InvalidOperation:
        raise CannotCarry(f"{text.strip()[:40]!r} is no number") from None
    # compared without arithmetic: abs() of a number of a million digits overflows
    if not value.is_finite() or not -GREATEST <= value <= GREATEST or value.as_tuple().exponent < -15:
        raise CannotCarry(f"{text.strip()[:40]!r} is no number that can be marked")
    return value


def is_number(text: str) -> bool:
    try:
        number(text)
    except CannotCarry:
        return False
    return True


def plain_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def numeric(stem: Phrase, amounts: Sequence[Amount], *, unit: Phrase, note: Note) -> dict[str, Any]:
    """A number to enter: the first that counts in full is right, those that count nothing are common errors."""
    full = [one for one in amounts if one.worth >= FULL - CLOSE]
    if not full:
        raise CannotCarry("no number counts as fully right")
    for one in full[1:]:
        note(f"a second right number ({one.value}) is not carried: an item has one, with a tolerance")
    if full[0].feedback:
        note("the feedback on the right number is now part of the rationale")
    errors = []
    for one in amounts:
        if 0 < one.worth < FULL - CLOSE:
            note(f"partial marks ({one.worth:g} %) for {one.value} are not carried")
        elif one.worth <= 0 and one.feedback:
            errors.append({"value": plain_number(one.value), "misconception": one.feedback})
        elif one.worth <= 0:
            note(f"a wrong number without feedback ({one.value}) is not carried")
    answer: dict[str, Any] = {"value": plain_number(full[0].value)}
    if full[0].tolerance:
        answer["tolerance"] = plain_number(abs(full[0].tolerance))
    if unit:
        answer["unit"] = unit
    data: dict[str, Any] = {"type": "numeric", "stem": stem, "answer": answer}
    return data | ({"common_errors": errors} if errors else {}) | ({"rationale": full[0].feedback} if full[0].feedback else {})


def text_entry(stem: Phrase, accepted: Sequence[Choice], *, note: Note) -> dict[str, Any]:
    """A word to type: a numeric item if only numbers are right, otherwise a short answer whose rubric names the accepted ones."""
    full = [one for one in accepted if one.worth >= FULL - CLOSE]
    if not full:
        raise CannotCarry("no answer counts as fully right")
    texts = [text for one in full for text in one.text.values()]
    if texts and all(is_number(text) for text in texts):
        note("the accepted answer is a number: it is now a numeric item")
        amounts = [Amount(number(next(iter(one.text.values()))), feedback=one.feedback) for one in full]
        return numeric(stem, amounts, unit=Phrase(), note=note)
    if any(one.worth < FULL - CLOSE or one.feedback for one in accepted):
        note("answers worth less, and feedback on typed answers, are not carried")
    note("typed words are not compared by the machine: it is now a short answer, marked by a person, with the accepted answers as rubric")
    languages = dict.fromkeys(lang for one in full for lang in one.text)
    rubric = Phrase({lang: " / ".join(dict.fromkeys(one.text.get(lang, one.text.get("", "")) for one in full)) for lang in languages})
    return {"type": "short", "stem": stem, "rubric": [{"points": 1, "": rubric}]}


def essay(stem: Phrase, rubric: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """A free answer for a person to mark; without a rubric there is room for its first line."""
    return {"type": "short", "stem": stem, "rubric": list(rubric) or [{"points": 1, "": Phrase()}]}


def matching(stem: Phrase, pairs: Sequence[tuple[Phrase, Phrase]], spare: Sequence[Phrase] = ()) -> dict[str, Any]:
    """Pairs of a left and a right column. Equal entries on the right are one entry."""
    if not pairs:
        raise CannotCarry("it has no pairs")
    rights = [*(right for _, right in pairs), *spare]
    distinct = [one for place, one in enumerate(rights) if one not in rights[:place]]
    if len(distinct) > len(ascii_uppercase):
        raise CannotCarry(f"it has {len(distinct)} entries on the right")
    key_of = {place: ascii_uppercase[distinct.index(one)] for place, one in enumerate(rights)}
    return {
        "type": "matching",
        "stem": stem,
        "left": [{"key": str(place + 1), "": left} for place, (left, _) in enumerate(pairs)],
        "right": [{"key": ascii_uppercase[place], "": one} for place, one in enumerate(distinct)],
        "answer": {str(place + 1): key_of[place] for place in range(len(pairs))},
    }


def ordering(stem: Phrase, steps: Sequence[Phrase]) -> dict[str, Any]:
    """Steps given in their right order; the file lists them in another one, so that it does not give the order away."""
    if not 0 < len(steps) <= len(ascii_lowercase):
        raise CannotCarry(f"it has {len(steps)} steps")
    shuffled = sorted(range(len(steps)), key=lambda place: hashlib.sha256(repr(sorted(steps[place].items())).encode()).digest())
    key_of = {place: ascii_lowercase[row] for row, place in enumerate(shuffled)}
    return {
        "type": "ordering",
        "stem": stem,
        "steps": [{"key": key_of[place], "": steps[place]} for place in shuffled],
        "answer": [key_of[place] for place in range(len(steps))],
    }
