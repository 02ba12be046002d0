"""Whether a file has the shape of an assessment: pydantic's findings in an author's words."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from lms.assessments.enums import Kind
from lms.assessments.package import Bank, parse_bank, with_named_cells

Keys = tuple[str | int, ...]
_KINDS = {str(kind) for kind in Kind}
# Stands for a text that can't be read, so that the other rules can still look at the item.
UNREAD = "\ufffd"
_HEADER = {"schema": "assessment/1", "framework": "unread@0.0.0", "course": "unread"}
_QUOTE = "Put it in double quotes."
# pydantic's error type -> (what, cure); {name} is the last key, {input} the value, the rest the error's context.
_WORDS = {
    "missing": ("The key '{name}' is missing", "Add it."),
    "string_type": ("'{name}' must be text, not {input}", _QUOTE),
    "string_too_short": ("'{name}' is empty", "Write it in both languages."),
    "string_too_long": ("'{name}' is longer than {max_length} characters", "Shorten it."),
    "string_pattern_mismatch": ("'{name}' has an unexpected form: {input}", "It must match {pattern}."),
    "int_type": ("'{name}' must be a whole number, not {input}", "Write digits without quotes."),
    "float_type": ("'{name}' must be a number, not {input}", "Write digits without quotes."),
    "bool_type": ("'{name}' must be true or false, not {input}", "Write true or false without quotes."),
    "literal_error": ("'{name}' can't be {input}", "Use {expected}."),
    "enum": ("'{name}' can't be {input}", "Use {expected}."),
    "too_short": ("'{name}' has {actual_length} entries", "It needs at least {min_length}."),
    "too_long": ("'{name}' has {actual_length} entries", "It may have {max_length} at most."),
    "greater_than_equal": ("'{name}' is {input}", "It must be {ge} or more."),
    "greater_than": ("'{name}' is {input}", "It must be more than {gt}."),
    "less_than_equal": ("'{name}' is {input}", "It must be {le} or less."),
    "union_tag_invalid": ("There is no item type {tag!r}", "Use {expected_tags}."),
    "union_tag_not_found": ("The item has no 'type'", "Add one of the item types."),
}


@dataclass(frozen=True)
class Fault:
    """Something wrong at a place of the file, given by its keys. Advice is worth a look but refuses nothing."""

    keys: Keys
    what: str
    cure: str
    advice: bool = False

    def under(self, place: Keys) -> "Fault":
        return replace(self, keys=(*place, *self.keys))


@dataclass(frozen=True)
class Reading:
    """What could be read: the bank without items beyond repair, the place of each of its items, the faults."""

    bank: Bank | None
    places: tuple[int, ...]
    faults: list[Fault]
    whole: bool


def read_shape(data: Any) -> Reading:
    """Every fault of the shape, and as much of the bank as the other rules can look at."""
    if not isinstance(data, dict):
        return Reading(None, (), [Fault((), "The file holds no assessment", "Start with 'schema: assessment/1'.")], False)
    errors = _errors(data)
    faults = _merged(_fault(one) for one in errors if not _follows(one, errors))
    reduced, places = salvage(data, errors) if errors else (data, None)
    bank = None if _errors(reduced) else parse_bank(reduced)
    if places is None:
        places = range(len(bank.items)) if bank else ()
    return Reading(bank, tuple(places), faults, whole=not errors)


def _follows(error: dict[str, Any], errors: list[dict[str, Any]]) -> bool:
    """A list is found too short when one of its entries is faulty: the entry's fault says enough."""
    keys = _keys(error)
    return error["type"] == "too_short" and any(len(other) > len(keys) and other[: len(keys)] == keys for other in map(_keys, errors))


def _errors(data: dict) -> list[dict[str, Any]]:
    try:
        parse_bank(data)
    except ValidationError as error:
        return error.errors(include_url=False)
    return []


def salvage(data: dict, errors: list[dict[str, Any]]) -> tuple[dict, list[int]]:
    """A copy of `data` with small faults patched and the rest cut out, and the places of the items kept.

    So one wrong key does not hide what else is wrong with an item, nor one wrong item what is wrong with the others.
    """
    copy = deepcopy(with_named_cells(data))
    for error in errors:
        _patch(copy, _keys(error), error["type"])
    broken = {_keys(error)[:2] for error in _errors(copy)}
    for name in {keys[0] for keys in broken if keys} - {"items"}:
        copy.pop(name, None)
    copy = _HEADER | copy
    items = copy["items"] if isinstance(copy.get("items"), list) else []
    kept = [number for number in range(len(items)) if ("items", number) not in broken]
    return copy | {"items": [items[number] for number in kept]}, kept


def _patch(data: Any, keys: Keys, kind: str) -> None:
    parent = data
    for key in keys[:-1]:
        try:
            parent = parent[key]
        except (KeyError, IndexError, TypeError):
            return
    if not keys or not isinstance(parent, dict):
        return
    if kind == "extra_forbidden":
        parent.pop(keys[-1], None)
    elif keys[-1] in ("zh", "en"):
        parent[keys[-1]] = UNREAD


def _fault(error: dict[str, Any]) -> Fault:
    keys = _keys(error)
    name = next((key for key in reversed(keys) if isinstance(key, str)), "file")
    if error["type"] == "extra_forbidden":
        return Fault(keys, f"Unknown key '{name}'", _spelling(name))
    if error["input"] is None and error["type"] != "missing":
        return Fault(keys, f"'{name}' is empty", "Fill it in.")
    words = _WORDS.get(error["type"])
    if words is None:
        return Fault(keys, f"'{name}' is not as expected: {error['msg']}", "Compare it with the course format.")
    values = dict(error.get("ctx", {})) | {"name": name, "input": _shown(error["input"])}
    return Fault(keys, *(text.format(**values) for text in words))


def _keys(error: dict[str, Any]) -> Keys:
    return tuple(key for key in error["loc"] if not (isinstance(key, str) and key in _TAGS))


# Branches of unions appear in pydantic's places but not in the file.
_TAGS = _KINDS | {"Text", "int", "float", "str", "constrained-str", "[key]"}


def _merged(faults: Iterable[Fault]) -> list[Fault]:
    """One fault a place: a union reports each of its branches."""
    return list({fault.keys: fault for fault in faults}.values())


def _spelling(name: str) -> str:
    known = {field for model in _models() for field in model.model_fields} | {"schema"}
    close = get_close_matches(name, known, n=1)
    return f"Did you mean '{close[0]}'?" if close else "Remove it; the format knows no such key."


def _models() -> list[type]:
    from lms.assessments import package  # all models, by reflection

    return [one for one in vars(package).values() if isinstance(one, type) and issubclass(one, package.Part)]


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, str | int | float | bool | None) else f"a {type(value).__name__}"
    return text if len(text) <= 40 else text[:39] + "…"
