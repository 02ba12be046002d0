"""The faults of a bank sorted to where an author sees them: the item, and the field of its form. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lms.assessments.item_queries import Fault
from lms.authoring.item_rows import in_order

_LACKING = re.compile(r" has no (version|competency|level|cognitive|difficulty|rationale)\Z")
_FIELD = re.compile(
    r"(?:items\.\d+\.)?(?:(?:stem|rationale)(?:\.(?:zh|en))?|competency|level|cognitive|lesson|use|review_by|facts|difficulty(?:\.prior_(?:b|sd))?"
    r"|answer(?:\.(?:value|tolerance|unit(?:\.(?:zh|en))?))?|max_chars|marking|items(?!\.\d)"
    r"|(?:options|steps|left|right|common_errors|rubric)(?:\.\d+(?:\.(?:zh|en|misconception|judgement|value|points))?)?)"
)
_PART = re.compile(r"items\.\d+")


@dataclass(frozen=True, slots=True)
class Said:
    """One fault beside its field: what is wrong and what helps. Advice is worth a look but refuses nothing."""

    field: str
    what: str
    cure: str
    advice: bool


def of_item(faults: Iterable[Fault], place: int, item: Mapping[str, Any]) -> list[Said]:
    """The faults of the item at ``place``, each with its field ("" for the item as a whole), errors first."""
    own = [replace(fault, keys=fault.keys[2:]) for fault in faults if fault.keys[:2] == ("items", place)]
    said = [Said(_field(fault, item), fault.what, fault.cure, fault.advice) for fault in own]
    return sorted(dict.fromkeys(said), key=lambda one: one.advice)


def of_head(faults: Iterable[Fault]) -> list[Fault]:
    """The faults that belong to no item: blueprint, misconceptions, the file's own keys."""
    return [fault for fault in faults if fault.keys[:1] != ("items",) or len(fault.keys) == 1]


def _field(fault: Fault, item: Mapping[str, Any]) -> str:
    """The name of the form's field that a place of the data belongs to."""
    keys = _as_shown(fault.keys, item)
    if keys and keys[-1] == "id" and (lacking := _LACKING.search(fault.what)):
        keys = [*keys[:-1], lacking[1]]
    name = ".".join(map(str, keys))
    found = _FIELD.match(name)
    if found and (found.end() == len(name) or name[found.end()] == "."):
        return found[0]
    part = _PART.match(name)
    return part[0] if part else ""


def _as_shown(keys: tuple[Any, ...], item: Mapping[str, Any]) -> list[Any]:
    """Steps are shown in their right order, whatever their order in the file."""
    owner: Any = item
    start = 0
    if keys[:1] == ("items",) and len(keys) > 1 and isinstance(item.get("items"), list) and keys[1] < len(item["items"]):
        owner, start = item["items"][keys[1]], 2
    rest = list(keys[start:])
    if rest[:1] == ["steps"] and len(rest) > 1 and isinstance(owner, Mapping):
        steps = [one for one in owner["steps"] if isinstance(one, Mapping)] if isinstance(owner.get("steps"), list) else []
        if rest[1] < len(steps):
            rest[1] = in_order(owner).index(steps[rest[1]])
    return [*keys[:start], *rest]
