"""The blueprint of a bank as a form: how many questions of which cell a quiz takes, how long it lasts, when it may be taken again. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lms.authoring.item_form import Form, number, shown
from lms.authoring.item_list import cells_of

Cell = tuple[str, str, str, Any]
_COMMAND = re.compile(r"cells:(add|remove|up|down)(?::(\d{1,2}))?")
NUMBERS = ("scenario_sets", "minutes")
RETAKE = ("days", "per_year")


def cells(bank: Mapping[str, Any]) -> list[Cell]:
    """The cells as the file has them."""
    return [(competency, cognitive, difficulty, count if count != "" else "") for competency, cognitive, difficulty, count in cells_of(bank)]


def read_cells(form: Form) -> list[Cell]:
    """The cells of the form; a row without a competency and a number is no cell."""
    places = sorted({int(found[1]) for name in form if (found := re.match(r"cells\.(\d{1,3})\.", name))})
    rows = [tuple((form.get(f"cells.{place}.{name}") or "").strip() for name in ("competency", "cognitive", "difficulty", "count")) for place in places]
    return [(row[0], row[1], row[2], number(row[3]) if row[3] else "") for row in rows]


def rearranged(rows: list[Cell], command: str) -> list[Cell] | None:
    """The cells after a button for rows; None where the button asks for something else."""
    found = _COMMAND.fullmatch(command)
    if not found:
        return None
    what, place = found[1], int(found[2] or 0)
    if what == "add":
        return [*rows, ("", "", "", 1)]
    if place >= len(rows):
        return rows
    if what == "remove":
        return rows[:place] + rows[place + 1 :]
    other = place + (1 if what == "down" else -1)
    new = list(rows)
    if 0 <= other < len(rows):
        new[place], new[other] = new[other], new[place]
    return new


def read_blueprint(form: Form, old: Any) -> dict[str, Any]:
    """The blueprint as the form has it. Its length is the sum of its cells, so that the two can't disagree."""
    before = dict(old) if isinstance(old, Mapping) else {}
    rows = [list(row) for row in read_cells(form) if row[0] or row[3] not in ("", None)]
    new = before | {"form_length": sum(row[3] for row in rows if isinstance(row[3], int)), "cells": rows}
    for name in NUMBERS:
        _set(new, name, number(form.get(name) or "", before.get(name)))
    retake = dict(before["retake"]) if isinstance(before.get("retake"), Mapping) else {}
    for name in RETAKE:
        _set(retake, name, number(form.get(f"retake.{name}") or "", retake.get(name)))
    _set(new, "retake", retake or None)
    return new


def read_feedback(form: Form, old: Any) -> dict[str, Any]:
    """What is shown after handing in, as the form has it."""
    before = dict(old) if isinstance(old, Mapping) else {}
    new = {"show_key": "never" if form.get("show_key") == "never" else "formative_only", "show_rationale": form.get("show_rationale") == "1"}
    usual = {"show_key": "formative_only", "show_rationale": True}
    return before | {name: value for name, value in new.items() if name in before or value != usual[name]}


def _set(target: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        target.pop(name, None)
    else:
        target[name] = value


def total(rows: list[Cell]) -> int:
    """How many questions a form has."""
    return sum(count for *_, count in rows if isinstance(count, int))


def plain_fields(bank: Mapping[str, Any]) -> dict[str, str]:
    """The other values of the blueprint as their fields show them."""
    blueprint = bank.get("blueprint") if isinstance(bank.get("blueprint"), Mapping) else {}
    retake = blueprint.get("retake") if isinstance(blueprint.get("retake"), Mapping) else {}
    return {name: shown(blueprint.get(name)) for name in NUMBERS} | {f"retake.{name}": shown(retake.get(name)) for name in RETAKE}
