"""Rows of an item's form: added, taken out and moved, with a key of its own for each; and items to begin with. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from lms.authoring.item_form import ROWS

KINDS = ("single", "multiple", "truefalse", "numeric", "ordering", "matching", "short", "scenario")
FIRST_ROWS = {"single": 4, "multiple": 5, "truefalse": 4, "ordering": 4}
PRIORS = {"E": -0.7, "M": 0.2, "H": 1.0}
"""A difficulty in the middle of its class, until the author has thought about it."""
USUAL_SD = 0.7
_COMMAND = re.compile(r"(?:items\.(\d{1,2})\.)?(\w+):(add|remove|up|down)(?::(\w{1,12}))?")


def command(text: str) -> bool:
    """Whether a button's value asks for a change of rows."""
    return _COMMAND.fullmatch(text) is not None


def changed(item: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The item with one row added, taken out or moved, as a button's value says (``options:add``, ``items.0.options:remove:2``, ``items:add:single``)."""
    new, found = deepcopy(dict(item)), _COMMAND.fullmatch(text)
    if not found:
        return new
    part, name, what, detail = found.groups()
    parts = new.get("items") if isinstance(new.get("items"), list) else []
    owner = new if part is None else parts[int(part)] if int(part) < len(parts) else {}
    if name not in ROWS.get(str(owner.get("type")), {}):
        return new
    rows = owner.setdefault(name, [])
    if what == "add":
        rows.append(_new_row(owner, name, detail))
        _joined(owner, name, rows[-1])
    elif detail and detail.isdecimal():
        _rearranged(owner, name, what, int(detail))
    return new


def _new_row(owner: Mapping[str, Any], name: str, detail: str | None) -> dict[str, Any]:
    if name == "items":
        taken = {str(part.get("id")) for part in owner["items"] if isinstance(part, Mapping)}
        code = next(code for number in range(1, 40) if (code := f"{owner.get('id')}-{number}") not in taken)
        return new_part(code, detail if detail in KINDS[:-1] else "single")
    if name == "common_errors":
        return {"value": "", "misconception": {"zh": "", "en": ""}}
    if name == "rubric":
        return {"points": 1, "zh": "", "en": ""}
    return {"key": free_key(owner[name], ROWS[str(owner["type"])][name]), "zh": "", "en": ""}


def _joined(owner: dict[str, Any], name: str, row: Mapping[str, Any]) -> None:
    """A new step is the last one in order."""
    if name == "steps" and isinstance(owner.get("answer"), list):
        owner["answer"] = [*owner["answer"], row["key"]]


def _rearranged(owner: dict[str, Any], name: str, what: str, place: int) -> None:
    """Take out or move a row; steps are counted in their right order, which is the answer."""
    rows = owner[name]
    if name == "steps":
        rows = in_order(owner)
    if not 0 <= place < len(rows):
        return
    if what == "remove":
        gone = rows.pop(place)
        if name == "steps":
            owner["steps"].remove(gone)
    else:
        other = place + (1 if what == "down" else -1)
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
    if name == "steps":
        owner["answer"] = [row.get("key") for row in rows]


def in_order(item: Mapping[str, Any]) -> list[Any]:
    """The steps of an ordering item in their right order; those that the answer does not name come last."""
    steps, answer = item.get("steps"), item.get("answer")
    places = {str(key): number for number, key in enumerate(answer)} if isinstance(answer, list) else {}
    rows = [row for row in steps if isinstance(row, Mapping)] if isinstance(steps, list) else []
    return sorted(rows, key=lambda row: places.get(str(row.get("key")), len(places)))


def free_key(rows: Iterable[Any], alphabet: Sequence[str]) -> str:
    """The first sign of the alphabet that no row has yet."""
    taken = {str(row.get("key")) for row in rows if isinstance(row, Mapping)}
    return next((sign for sign in alphabet if sign not in taken), f"x{len(taken)}")


def free_code(codes: Iterable[str], course: str) -> str:
    """The next code of a course's items: one more than the highest number, `C21-Q01` for the first. Codes are never used again."""
    numbers = [int(found[1]) for code in codes if (found := re.match(rf"{re.escape(course)}-Q(\d{{1,4}})", code))]
    return f"{course}-Q{max(numbers, default=0) + 1:02}"


def new_item(kind: str, code: str, *, competency: str = "", cognitive: str = "", difficulty: str = "") -> dict[str, Any]:
    """An item with everything still to be written; a cell of the blueprint may say what it is for."""
    prior = {"prior_b": PRIORS[difficulty], "prior_sd": USUAL_SD} if difficulty in PRIORS else None
    labels = {"competency": competency or None, "level": None, "cognitive": cognitive or None, "difficulty": prior, "lesson": None}
    item = {"id": code, "version": 1, "type": kind, **labels, **_body(kind), "rationale": {"zh": "", "en": ""}, "facts": []}
    if kind == "scenario":
        del item["rationale"]
        item["items"] = [new_part(f"{code}-{number}", "single") for number in (1, 2)]
    return item


def new_part(code: str, kind: str) -> dict[str, Any]:
    """A part of a scenario set with everything still to be written."""
    return {"id": code, "type": kind, **_body(kind), "rationale": {"zh": "", "en": ""}}


def _body(kind: str) -> dict[str, Any]:
    body: dict[str, Any] = {"stem": {"zh": "", "en": ""}}
    rows = {name: _blank_rows(alphabet, FIRST_ROWS.get(kind, 3)) for name, alphabet in ROWS[kind].items() if alphabet}
    if kind == "truefalse":
        rows["options"] = [{"key": row["key"], "judgement": number < 2} | row for number, row in enumerate(rows["options"])]
    if kind == "matching":
        rows = {"left": _blank_rows(ROWS[kind]["left"], 3), "right": _blank_rows(ROWS[kind]["right"], 4)}
    return body | rows | deepcopy(_MORE.get(kind, {})) | ({"answer": [row["key"] for row in rows["steps"]]} if kind == "ordering" else {})


def _blank_rows(alphabet: Sequence[str], count: int) -> list[dict[str, Any]]:
    return [{"key": sign, "zh": "", "en": ""} for sign in alphabet[:count]]


_MORE: dict[str, dict[str, Any]] = {
    "multiple": {"scoring": {"rule": "plus_minus", "floor": 0}},
    "matching": {"scoring": {"rule": "fraction"}},
    "ordering": {"scoring": {"rule": "kendall", "full_only_for_evidence": True}},
    "numeric": {"answer": {"tolerance": 0}},
    "short": {
        "max_chars": {"zh": 100, "en": 400},
        "rubric": [{"points": 1, "zh": "", "en": ""}, {"points": 1, "zh": "", "en": ""}],
        "marking": {"graders": 1, "evidence_max_level": 2},
    },
}


def copied(item: Mapping[str, Any], code: str) -> dict[str, Any]:
    """The same item under another code, as version 1; the parts of a set get codes of their own."""
    new = deepcopy(dict(item)) | {"id": code, "version": 1}
    for number, part in enumerate(new["items"] if isinstance(new.get("items"), list) else (), 1):
        if isinstance(part, dict):
            part["id"] = f"{code}-{number}"
    return new
