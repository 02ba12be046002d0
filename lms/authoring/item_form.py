"""An item as a form and a form as an item. Pure.

Names of fields are paths of the item's data with dots (``stem.zh``, ``options.1.misconception``, ``items.0.answer``). What the
form does not show stays in the item; a field left as it was leaves its value as it was, so that saving an unchanged item
changes nothing. What can't be read as a number stays as typed: the check says so beside the field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

LANGUAGES = ("zh", "en")
LETTERS, CAPITALS, DIGITS = "abcdefghijklmnop", "ABCDEFGHIJKLMNOP", tuple(str(number) for number in range(1, 17))
ROWS = {
    "single": {"options": LETTERS}, "multiple": {"options": LETTERS}, "truefalse": {"options": LETTERS}, "ordering": {"steps": LETTERS},
    "matching": {"left": DIGITS, "right": CAPITALS}, "numeric": {"common_errors": ()}, "short": {"rubric": ()}, "scenario": {"items": ()},
}  # fmt: skip
"""The lists of rows that a kind has, each with what its rows' keys are made of."""
LABELS = ("competency", "level", "cognitive", "lesson")
_INT, _FLOAT = re.compile(r"[+-]?\d{1,15}"), re.compile(r"[+-]?\d{1,15}\.\d{1,15}")
_CODES = re.compile(r"[\s,;，；、]+")


class Form(Protocol):
    """What we need of a submitted form."""

    def get(self, name: str) -> str | None: ...
    def getlist(self, name: str) -> list[str]: ...
    def __iter__(self) -> Iterator[str]: ...
    def __contains__(self, name: object) -> bool: ...


def read_item(form: Form, old: Mapping[str, Any]) -> dict[str, Any]:
    """The item as the form has it; ``old`` is what the form was made from."""
    item = dict(old)
    for name in (*LABELS, "review_by"):
        _put(item, name, _label(form, name, old.get(name)))
    _put(item, "use", "practice" if _got(form, "use") == "practice" else None if old.get("use") != "live" else "live")
    _put(item, "difficulty", _difficulty(form, old.get("difficulty")))
    _put(item, "facts", _codes(_got(form, "facts"), old.get("facts")), empty=[] if "facts" in old or _got(form, "facts") else None)
    _question(form, "", item, old)
    if old.get("type") == "scenario":
        item["items"] = [_part(form, f"items.{number}.", part) for number, part in _rows(form, "items.", old.get("items"), "id")]
    return item


def _part(form: Form, prefix: str, old: Mapping[str, Any]) -> dict[str, Any]:
    part = dict(old)
    part.setdefault("id", _got(form, f"{prefix}id"))
    part.setdefault("type", _got(form, f"{prefix}type"))
    for name in ("competency", "level", "cognitive"):
        _put(part, name, _label(form, prefix + name, old.get(name)))
    _question(form, prefix, part, old)
    return part


def _question(form: Form, prefix: str, item: dict[str, Any], old: Mapping[str, Any]) -> None:
    """What every question and every part has, then what its kind has."""
    item["stem"] = _texts(form, f"{prefix}stem", old.get("stem")) or {"zh": "", "en": ""}
    _put(item, "rationale", _texts(form, f"{prefix}rationale", old.get("rationale")))
    if item.get("type") in ("single", "multiple", "truefalse", "matching"):
        _put(item, "shuffle", False if _got(form, f"{prefix}fixed") else True if old.get("shuffle") is True else None)
    reader = _READERS.get(str(item.get("type")))
    if reader:
        reader(form, prefix, item, old)


def _read_choice(form: Form, prefix: str, item: dict[str, Any], old: Mapping[str, Any]) -> None:
    item["options"] = [_option(form, f"{prefix}options.{number}.", row, item["type"]) for number, row in _rows(form, f"{prefix}options.", old.get("options"))]
    chosen = form.getlist(f"{prefix}answer")
    if item["type"] != "multiple":
        _put(item, "answer", chosen[0] if chosen else None)
        return
    before = old.get("answer")
    keys = [str(row.get("key")) for row in item["options"]]
    if isinstance(before, list) and sorted(map(str, before)) == sorted(chosen):
        return
    _put(item, "answer", [key for key in keys if key in chosen] or None)


def _option(form: Form, prefix: str, old: Mapping[str, Any], kind: str) -> dict[str, Any]:
    row = _entry(form, prefix, old)
    if kind == "truefalse":
        said = _got(form, f"{prefix}judgement")
        _put(row, "judgement", {"true": True, "false": False}.get(said))
    _put(row, "why", _texts(form, f"{prefix}why", old.get("why")))
    return row


def _entry(form: Form, prefix: str, old: Mapping[str, Any], *, belief: bool = True) -> dict[str, Any]:
    """A row with a key and a text in both languages."""
    row = dict(old)
    row["key"] = old.get("key") or _got(form, f"{prefix}key")
    for lang in LANGUAGES:
        row[lang] = _text(form, prefix + lang, old.get(lang))
    if belief:
        _put(row, "misconception", _got(form, f"{prefix}misconception").strip() or None)
    return row


def _read_steps(form: Form, prefix: str, item: dict[str, Any], old: Mapping[str, Any]) -> None:
    """The form shows the steps in their right order: its rows say the order, the list keeps its own."""
    shown = [_entry(form, f"{prefix}steps.{number}.", row, belief=False) for number, row in _rows(form, f"{prefix}steps.", old.get("steps"))]
    places = {str(row.get("key")): number for number, row in enumerate(_dicts(old.get("steps")))}
    item["steps"] = sorted(shown, key=lambda row: places.get(str(row["key"]), len(places)))
    item["answer"] = [row["key"] for row in shown]
    item.setdefault("scoring", {"rule": "kendall", "full_only_for_evidence": True})


def _read_matching(form: Form, prefix: str, item: dict[str, Any], old: Mapping[str, Any]) -> None:
    left = [(place, _entry(form, f"{prefix}left.{place}.", row, belief=False)) for place, row in _rows(form, f"{prefix}left.", old.get("left"))]
    item["left"] = [row for _, row in left]
    item["right"] = [_entry(form, f"{prefix}right.{number}.", row) for number, row in _rows(form, f"{prefix}right.", old.get("right"))]
    matches = {row["key"]: _got(form, f"{prefix}left.{place}.match") for place, row in left}
    _put(item, "answer", {left: right for left, right in matches.items() if right} or None)
    item.setdefault("scoring", {"rule": "fraction"})


def _read_numeric(form: Form, prefix: str, item: dict[str, Any], old: Mapping[str, Any]) -> None:
    before = old.get("answer") if isinstance(old.get("answer"), Mapping) else {}
    answer = dict(before)
    for name in ("value", "tolerance"):
        _put(answer, name, number(_got(form, f"{prefix}answer.{name}"), before.get(name)))
    _put(answer, "unit", _texts(form, f"{prefix}answer.unit", before.get("unit")))
    _put(item, "answer", answer or None)
    errors = [_error(form, f"{prefix}common_errors.{place}.", row) for place, row in _rows(form, f"{prefix}common_errors.", old.get("common_errors"))]
    _put(item, "common_errors", errors or None)


def _error(form: Form, prefix: str, old: Mapping[str, Any]) -> dict[str, Any]:
    row = dict(old)
    _put(row, "value", number(_got(form, f"{prefix}value"), old.get("value")))
    code, before = _got(form, f"{prefix}misconception").strip(), old.get("misconception")
    words = _texts(form, f"{prefix}misconception", before if isinstance(before, Mapping) else None)
    _put(row, "misconception", code or words)
    return row


def _read_short(form: Form, prefix: str, item: dict[str, Any], old: Mapping[str, Any]) -> None:
    for name, inside in (("max_chars", LANGUAGES), ("marking", ("graders", "evidence_max_level"))):
        before = old.get(name) if isinstance(old.get(name), Mapping) else {}
        new = dict(before)
        for key in inside:
            _put(new, key, number(_got(form, f"{prefix}{name}.{key}"), before.get(key)))
        _put(item, name, new or None)
    if isinstance(item.get("marking"), dict):
        _put(item["marking"], "second_grader_for", _got(form, f"{prefix}marking.second_grader_for").strip() or None)
    rubric = []
    for place, row in _rows(form, f"{prefix}rubric.", old.get("rubric")):
        line = {"points": number(_got(form, f"{prefix}rubric.{place}.points"), row.get("points")), **_entry_texts(form, f"{prefix}rubric.{place}.", row)}
        rubric.append({key: value for key, value in (dict(row) | line).items() if value is not None})
    item["rubric"] = rubric


def _entry_texts(form: Form, prefix: str, old: Mapping[str, Any]) -> dict[str, Any]:
    return {lang: _text(form, prefix + lang, old.get(lang)) for lang in LANGUAGES}


_READERS = {
    "single": _read_choice, "multiple": _read_choice, "truefalse": _read_choice, "ordering": _read_steps, "matching": _read_matching,
    "numeric": _read_numeric, "short": _read_short,
}  # fmt: skip


def _rows(form: Form, prefix: str, old: Any, by: str = "key") -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The numbers of the rows that the form has, each with the row of ``old`` that has the same key (where rows have keys)."""
    numbers = sorted({int(found[1]) for name in form if (found := re.match(rf"{re.escape(prefix)}(\d{{1,3}})\.", name))})
    by_key = {str(row.get(by)): row for row in _dicts(old)} if by else {}
    for place in numbers:
        yield place, by_key.get(_got(form, f"{prefix}{place}.{by}"), {}) if by else {}


def _got(form: Form, name: str) -> str:
    return form.get(name) or ""


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _label(form: Form, name: str, old: Any) -> Any:
    """A code, a level or a date; one left alone, or not shown at all, stays what it was, in type too."""
    if name not in form:
        return old
    sent = _got(form, name).strip()
    if old is not None and sent == shown(old):
        return old
    if name.rpartition(".")[2] == "level" and sent:
        return number(sent)
    return sent or None


def _difficulty(form: Form, old: Any) -> dict[str, Any] | None:
    before = old if isinstance(old, Mapping) else {}
    new = dict(before)
    for name in ("prior_b", "prior_sd"):
        value = number(_got(form, f"difficulty.{name}"), before.get(name))
        _put(new, name, float(value) if isinstance(value, int) and before.get(name) != value else value)
    return new if any(name in new for name in ("prior_b", "prior_sd")) else None


def _codes(sent: str, old: Any) -> list[str] | None:
    if isinstance(old, list) and _CODES.split(sent.strip()) == [str(one) for one in old]:
        return old
    return [one for one in _CODES.split(sent.strip()) if one] or None


def _texts(form: Form, name: str, old: Any) -> Any:
    """A text in both languages, None when there is neither; the old one where the form does not show it."""
    if not any(f"{name}.{lang}" in form for lang in LANGUAGES):
        return old
    before = old if isinstance(old, Mapping) else {"zh": old} if isinstance(old, str) else {}
    new = {lang: _text(form, f"{name}.{lang}", before.get(lang)) for lang in LANGUAGES}
    if not any(new.values()):
        return None
    return {key: new[key] for key in before if key in new} | new


def _text(form: Form, name: str, old: Any) -> Any:
    sent = _got(form, name).replace("\r\n", "\n").replace("\r", "\n").strip()
    return old if old is not None and shown(old).strip() == sent else sent


def _put(target: dict[str, Any], name: str, value: Any, empty: Any = None) -> None:
    """Set a value, or take it away when there is none; a place that was left empty before stays as it was."""
    if value is not None:
        target[name] = value
    elif empty is not None:
        target[name] = empty
    elif name in target and not is_empty(target[name]):
        del target[name]


def is_empty(value: Any) -> bool:
    """Whether nothing is said: no value, no text, or a text without words in either language."""
    if isinstance(value, Mapping):
        return all(is_empty(one) for one in value.values())
    return value is None or value == "" or value == []


def number(sent: str, old: Any = None) -> Any:
    """A whole number, a decimal one, None where nothing is written, or the text itself where it is no number."""
    text = unicodedata.normalize("NFKC", sent).replace("−", "-").strip()
    if old is not None and text == shown(old):
        return old
    if not text:
        return None
    found = int(text) if _INT.fullmatch(text) else float(text) if _FLOAT.fullmatch(text) else sent.strip()
    same = isinstance(old, int | float) and not isinstance(old, bool) and not isinstance(found, str) and found == old
    return old if same else found


def shown(value: Any) -> str:
    """A single value as its field shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)
