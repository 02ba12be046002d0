"""What an import gives: draft items in the shape of our item banks, what was left behind and why. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.interop.limits import LIMITS, Limits
from lms.interop.pictures import Pictures
from lms.interop.texts import LANGUAGES, Phrase

TO_FILL = ("competency", "level", "cognitive", "difficulty")
"""What no other system says about a question, and no item goes live without."""
ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")
TOO_LONG = "it is too long for one question: split it, or write it here"
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_LETTER = re.compile(r"[^\W\d_]")


class CannotCarry(Exception):
    """A question that has no counterpart here; its message is the reason, in a sentence's words."""


@dataclass(frozen=True)
class Source:
    """A question as it was found: its number in the file, its name and its kind there."""

    number: int
    name: str
    kind: str

    def __str__(self) -> str:
        return f"question {self.number} ({self.kind}){f' “{self.name[:60]}”' if self.name else ''}"


@dataclass(frozen=True)
class Carried:
    """A question that became the draft with this id, and what was lost on the way."""

    source: Source
    id: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Left:
    """A question that could not be carried, with the reason."""

    source: Source
    reason: str


@dataclass
class Imported:
    """The outcome for one file. `found` questions are either carried or left; remarks are on the file as a whole."""

    format: str
    items: list[dict[str, Any]] = field(default_factory=list)
    carried: list[Carried] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    misconceptions: dict[str, dict[str, str]] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)

    @property
    def found(self) -> int:
        return len(self.carried) + len(self.left)


@dataclass
class Import:
    """The work on one file: collects outcomes, gives ids, settles languages."""

    format: str
    prefix: str
    language: str | None = None
    limits: Limits = LIMITS

    def __post_init__(self) -> None:
        self.pictures = Pictures(self.limits)
        self.outcome = Imported(self.format)
        self._ids: set[str] = set()

    def carry(self, source: Source, item: Mapping[str, Any], notes: list[str], *, wanted_id: str = "", language: str | None = None,
              owner: dict[str, Any] | None = None) -> dict[str, Any]:
        """Keep a question as a draft: with an id of its own, one language for each text, and room for what is missing.

        The draft of a part joins its `owner`, the draft of a set; it is counted like any other question.
        """
        settled = settle(dict(item), self.language or language) | {"id": self._id(wanted_id, source.number)}
        draft = laid_out(settled, part=owner is not None)
        self.outcome.carried.append(Carried(source, draft["id"], tuple(dict.fromkeys(notes))))
        (self.outcome.items if owner is None else owner["items"]).append(draft)
        return draft

    def leave(self, source: Source, reason: str) -> None:
        self.outcome.left.append(Left(source, reason))

    def finished(self) -> Imported:
        self.outcome.pictures = dict(self.pictures.kept)
        return self.outcome

    def _id(self, wanted: str, number: int) -> str:
        base = wanted if ID.match(wanted) else f"{self.prefix}-Q{number:02}"
        chosen, more = base, 2
        while chosen in self._ids:
            chosen, more = f"{base[:35]}-{more}", more + 1
        self._ids.add(chosen)
        return chosen


def settle(item: dict[str, Any], language: str | None) -> dict[str, Any]:
    """`item` with every Phrase as `{zh, en}`.

    Where an item has texts by language, a text without one is the same in both. Otherwise all are in one language: the one
    given, or Chinese if the item holds a Han character; what has no letters, such as a number, is the same in both.
    """
    phrases = list(_phrases(item))
    both = any(set(one) & set(LANGUAGES) for one in phrases)
    guessed = language or ("zh" if any(_HAN.search(text) for one in phrases for text in one.values()) else "en")

    def words(one: Phrase) -> dict[str, str]:
        if set(one) & set(LANGUAGES):
            return {lang: one.get(lang, "") for lang in LANGUAGES}
        text = one.get("", "")
        return {lang: text if both or lang == guessed or not _LETTER.search(text) else "" for lang in LANGUAGES}

    return {name: _settled(value, words) for name, value in item.items()}


def _phrases(value: Any) -> list[Phrase]:
    if isinstance(value, Phrase):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [phrase for child in children for phrase in _phrases(child)]


def _settled(value: Any, words: Any) -> Any:
    if isinstance(value, Phrase):
        return words(value)
    if isinstance(value, dict):
        # An entry's own text stands under "": it becomes the entry's zh and en, as in our files.
        pairs = (words(one).items() if not name and isinstance(one, Phrase) else ((name, _settled(one, words)),) for name, one in value.items())
        return dict(pair for some in pairs for pair in some)
    return [_settled(one, words) for one in value] if isinstance(value, list) else value


_ORDER = ("id", "version", "type", "use", *TO_FILL, "lesson", "stem", "options", "shuffle", "steps", "left", "right", "answer", "common_errors",
          "max_chars", "rubric", "marking", "items", "rationale", "facts", "review_by")


def laid_out(item: dict[str, Any], *, part: bool = False) -> dict[str, Any]:
    """An item's keys in the order of our files, with an empty place for each that a person has to fill in."""
    missing: dict[str, Any] = {} if part else {"version": 1, **dict.fromkeys(TO_FILL)}
    if item["type"] != "scenario":
        missing["rationale"] = {lang: "" for lang in LANGUAGES}
    full = missing | {name: value for name, value in item.items() if value is not None}
    return {name: full[name] for name in _ORDER if name in full}


def missing(item: Mapping[str, Any]) -> list[str]:
    """What a person has still to fill in before a draft can be checked and loaded."""
    found = [name for name in TO_FILL if name in item and item[name] is None]
    rationale = item.get("rationale") or {}
    if rationale and not all(rationale.values()):
        found.append("rationale" if not any(rationale.values()) else "the other language of the rationale")
    rest = {name: value for name, value in item.items() if name != "rationale"}
    return found + [f"{words} texts" for lang, words in (("zh", "Chinese"), ("en", "English")) if _empty(rest, lang)]


def _empty(value: Any, lang: str) -> bool:
    if isinstance(value, dict):
        return value.get(lang) == "" or any(_empty(one, lang) for one in value.values())
    return isinstance(value, list) and any(_empty(one, lang) for one in value)
