"""What only our items say (level, version, misconceptions, own keys), as Moodle tags `lms:name=value` and back. Pure.

Moodle keeps tags of up to 50 characters; ours are shorter but for long codes, so a bank that went through Moodle keeps them.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from lms.interop.kinds import is_number
from lms.interop.texts import LANGUAGES, Phrase

PREFIX = "lms:"
_KEY = re.compile(r"^[A-Za-z0-9]{1,8}$")
_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")
_WHOLE = re.compile(r"^\d{1,6}$")
_COLUMNS = ("options", "steps", "left", "right")
PLAIN = ("use", "competency", "cognitive", "lesson", "review_by")
WHOLE = ("version", "level")


def labels(item: Mapping[str, Any]) -> list[str]:
    """The tags of an item in the plain data of our files."""
    said = [(name, item[name]) for name in (*WHOLE, *PLAIN) if item.get(name) is not None]
    if prior := item.get("difficulty"):
        said.append(("prior", f"{prior['prior_b']}/{prior['prior_sd']}"))
    said += [("fact", fact) for fact in item.get("facts", ())]
    said += _LABELS.get(item["type"], lambda _: [])(item)
    said += [
        (f"mis:{column[0]}:{entry['key']}", entry["misconception"]) for column in _COLUMNS for entry in item.get(column, ()) if entry.get("misconception")
    ]
    return [f"{PREFIX}{name}={value}" for name, value in said]


def _keys(entries: Iterable[Mapping[str, Any]]) -> str:
    return " ".join(entry["key"] for entry in entries)


def _of_true_false(item: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [("type", "truefalse"), ("keys", _keys(item["options"])), ("true", _keys(one for one in item["options"] if one["judgement"]))]


def _of_matching(item: Mapping[str, Any]) -> list[tuple[str, Any]]:
    used = list(dict.fromkeys(item["answer"][entry["key"]] for entry in item["left"]))
    spare = [entry["key"] for entry in item["right"] if entry["key"] not in used]
    return [("left", _keys(item["left"])), ("keys", " ".join(used + spare)), ("order", _keys(item["right"]))]


def _of_numeric(item: Mapping[str, Any]) -> list[tuple[str, Any]]:
    errors = [(f"error:{one['value']}", one["misconception"]) for one in item.get("common_errors", ()) if isinstance(one["misconception"], str)]
    unit = item["answer"].get("unit")
    return errors + ([("unit", f"{unit['zh']}|{unit['en']}")] if unit else [])


def _of_short(item: Mapping[str, Any]) -> list[tuple[str, Any]]:
    found = []
    if limit := item.get("max_chars"):
        found.append(("max", f"{limit.get('zh', 200)}/{limit.get('en', 800)}"))
    if marking := item.get("marking"):
        found.append(("marking", "/".join(str(marking.get(name, "-")) for name in ("graders", "evidence_max_level", "second_grader_for"))))
    return found


_LABELS = {
    "single": lambda item: [("keys", _keys(item["options"]))],
    "multiple": lambda item: [("keys", _keys(item["options"]))],
    "truefalse": _of_true_false,
    "ordering": lambda item: [("keys", " ".join(item["answer"])), ("order", _keys(item["steps"]))],
    "matching": _of_matching,
    "numeric": _of_numeric,
    "short": _of_short,
    "scenario": lambda item: [("type", "scenario")],
}


def ours(tags: Iterable[str]) -> dict[str, list[str]]:
    """The values of our labels among a question's tags, by name."""
    found: dict[str, list[str]] = {}
    for tag in tags:
        name, equals, value = tag.removeprefix(PREFIX).partition("=")
        if tag.startswith(PREFIX) and equals:
            found.setdefault(name, []).append(value)
    return found


def restored(item: dict[str, Any], said: Mapping[str, list[str]]) -> dict[str, Any]:
    """`item`, just imported, with what its labels say; a label that does not fit is passed over."""
    first = {name: values[0] for name, values in said.items()}
    item = dict(item)
    if first.get("type") == "truefalse" and item["type"] == "single":
        item["type"] = "truefalse"
    _rekey(item, first)
    if item["type"] == "truefalse" and "true" in first:
        item["options"] = [{"key": one["key"], "judgement": one["key"] in first["true"].split(), **one} for one in item["options"]]
    item |= {name: first[name] for name in PLAIN if name in first}
    item |= {name: int(first[name]) for name in WHOLE if _WHOLE.match(first.get(name, ""))}
    _restore_numbers(item, first)
    _restore_misconceptions(item, first)
    return item | ({"facts": list(said["fact"])} if "fact" in said else {})


def _rekey(item: dict[str, Any], first: Mapping[str, str]) -> None:
    """Give entries the keys that they had. What is imported numbers them by their place in the file."""
    kind = item["type"]
    column = {"ordering": "steps", "matching": "right"}.get(kind, "options")
    if column not in item:
        return
    places = item["answer"] if kind == "ordering" else [entry["key"] for entry in item[column]]
    new = _renaming(places, first.get("keys", ""))
    item[column] = [entry | {"key": new[entry["key"]]} for entry in item[column]]
    if kind == "matching":
        lefts = _renaming([entry["key"] for entry in item["left"]], first.get("left", ""))
        item["left"] = [entry | {"key": lefts[entry["key"]]} for entry in item["left"]]
        item["answer"] = {lefts[left]: new[right] for left, right in item["answer"].items()}
    else:
        item["answer"] = new[item["answer"]] if isinstance(item["answer"], str) else [new[key] for key in item["answer"]]
    order = first.get("order", "").split()
    if sorted(order) == sorted(new.values()):
        item[column] = sorted(item[column], key=lambda entry: order.index(entry["key"]))


def _renaming(old: list[str], wanted: str) -> dict[str, str]:
    new = wanted.split()
    fits = len(new) == len(old) == len(set(new)) and all(map(_KEY.match, new))
    return dict(zip(old, new if fits else old))


def _restore_numbers(item: dict[str, Any], first: Mapping[str, str]) -> None:
    prior, _, spread = first.get("prior", "").partition("/")
    if is_number(prior) and is_number(spread):
        item["difficulty"] = {"prior_b": float(prior), "prior_sd": float(spread)}
    if item["type"] == "numeric" and "unit" in first:
        zh, _, en = first["unit"].partition("|")
        item["answer"] = item["answer"] | {"unit": Phrase(zip(LANGUAGES, (zh, en)))}
    if item["type"] == "short":
        limits = first.get("max", "").split("/")
        if len(limits) == 2 and all(map(_WHOLE.match, limits)):
            item["max_chars"] = dict(zip(LANGUAGES, map(int, limits)))
        marking = dict(zip(("graders", "evidence_max_level", "second_grader_for"), first.get("marking", "").split("/")))
        kept = {name: int(value) if _WHOLE.match(value) else value for name, value in marking.items() if value not in ("", "-")}
        item |= {"marking": kept} if kept else {}


def _restore_misconceptions(item: dict[str, Any], first: Mapping[str, str]) -> None:
    for column in _COLUMNS:
        for entry in item.get(column, ()):
            code = first.get(f"mis:{column[0]}:{entry['key']}", "")
            if _CODE.match(code):
                entry["misconception"] = code
    for error in item.get("common_errors", ()):
        code = next((value for name, value in first.items() if name.startswith("error:") and _same(name[6:], error["value"])), "")
        if _CODE.match(code):
            error["misconception"] = code


def _same(text: str, value: float) -> bool:
    return is_number(text) and Decimal(text) == Decimal(str(value))
