"""The text of an item bank as a list of blocks, one an item: change one and every other byte stays. Pure.

Blocks are found by their code. What stands between them (comments, headings, blank lines) belongs to none and is never
touched. A text that can't be read, or a code that stands twice, raises `Unreadable`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yaml import MappingNode, Node, SequenceNode

from lms.authoring.yaml_style import Style, dash_entry
from lms.authoring.yaml_text import Key, Text, Unreadable, plain, same

__all__ = ["CODE", "STYLE", "Block", "NoItem", "Unreadable", "blocks", "data", "item_data", "item_texts", "moved_item", "new_item", "new_items", "one", "part",
           "renamed_misconception", "with_item", "with_items", "with_part", "without_item", "without_part"]

STYLE = Style(
    order=(
        "schema", "framework", "course", "blueprint", "feedback", "misconceptions",
        "form_length", "scenario_sets", "minutes", "cells", "note", "retake", "days", "per_year", "show", "show_key", "show_rationale",
        "id", "version", "type", "use", "competency", "level", "cognitive", "difficulty", "prior_b", "prior_sd", "lesson", "stem",
        "items", "options", "steps", "left", "right", "max_chars", "rubric", "marking", "graders", "evidence_max_level",
        "second_grader_for", "shuffle", "answer", "common_errors", "scoring", "rule", "floor", "full_only_for_evidence",
        "rationale", "facts", "review_by", "key", "judgement", "points", "value", "tolerance", "unit", "zh", "en", "misconception", "why",
    ),
    blocks=frozenset({"blueprint", "misconceptions"}),
    tall={"stem": 200},
)  # fmt: skip


CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


class NoItem(LookupError):
    """The bank has no item of that code."""


@dataclass(frozen=True)
class Block:
    """One item as it stands in the text: its code ("" where it has none), its place among the items, its lines, its plain data."""

    code: str
    place: int
    first_line: int
    last_line: int
    text: str
    data: Any


def data(text: str) -> dict[str, Any]:
    """The whole bank as plain data."""
    return Text(text, STYLE).data()


def blocks(text: str) -> list[Block]:
    """The items in the order of the text, each with its lines (counted from 1)."""
    bank = Text(text, STYLE)
    return [_block(bank, number, node) for number, node in enumerate(_items(bank))]


def item_texts(text: str) -> list[tuple[str, int, str]]:
    """Code, first line and text of each item."""
    return [(block.code, block.first_line, block.text) for block in blocks(text)]


def item_data(text: str, code: str) -> Any:
    """The plain data of one item. Raises NoItem."""
    return one(text, code).data


def part(text: str, keys: Sequence[Key]) -> Any:
    """A value of the bank's head, None where nothing stands."""
    return Text(text, STYLE).data(*keys)


def with_items(text: str, new: Mapping[str, Mapping[str, Any]]) -> str:
    """The text with the data of several items changed, by their codes. Raises NoItem."""
    found = blocks(text)
    if missing := new.keys() - {block.code for block in found}:
        raise NoItem(min(missing))
    return with_part(text, ("items",), [dict(new.get(block.code, block.data)) for block in found])


def with_item(text: str, code: str, new: Mapping[str, Any]) -> str:
    """The text with one item's data changed; the same text where nothing changes. Raises NoItem."""
    block = one(text, code)
    return text if same(block.data, dict(new)) else Text(text, STYLE).with_value(("items", block.place), dict(new))


def new_item(text: str, new: Mapping[str, Any], *, after: str | None = None) -> str:
    """The text with one more item, behind the item ``after`` or at the end. Raises NoItem."""
    bank, found = Text(text, STYLE), blocks(text)
    if not found:
        return bank.with_value(("items",), [dict(new)])
    before = found[-1] if after is None else one(text, after)
    place, column = _span(bank, before.place)[1], _column(bank)
    block = f"{' ' * column}- {dash_entry(dict(new), STYLE, column + 2)}\n"
    return _checked(_inserted(text, place, block), [*_datas(found[: before.place + 1]), dict(new), *_datas(found[before.place + 1 :])])


def new_items(text: str, new: Sequence[Mapping[str, Any]]) -> str:
    """The text with more items at its end."""
    bank, found = Text(text, STYLE), blocks(text)
    if not found:
        return bank.with_value(("items",), [dict(one) for one in new])
    column = _column(bank)
    added = "".join(f"{' ' * column}- {dash_entry(dict(one), STYLE, column + 2)}\n" for one in new)
    return _checked(_inserted(text, _span(bank, found[-1].place)[1], added), [*_datas(found), *map(dict, new)])


def without_item(text: str, code: str) -> str:
    """The text without one item. Raises NoItem."""
    block, found = one(text, code), blocks(text)
    if len(found) == 1:
        return Text(text, STYLE).with_value(("items",), [])
    start, end = _span(Text(text, STYLE), block.place)
    return _checked(text[:start] + text[end:], _datas(other for other in found if other.place != block.place))


def moved_item(text: str, code: str, place: int) -> str:
    """The text with one item moved to ``place`` (counted from 0) among the items; comments stay where they are. Raises NoItem."""
    block, found = one(text, code), blocks(text)
    place = max(0, min(place, len(found) - 1))
    if place == block.place:
        return text
    text = text if text.endswith("\n") else text + "\n"
    bank = Text(text, STYLE)
    (start, end), target = _span(bank, block.place), _span(bank, place)
    down = place > block.place
    low, high = min(start, target[0]), max(end, target[1])
    rest = text[end:high] if down else text[low:start]
    out = text[:low] + (rest + text[start:end] if down else text[start:end] + rest) + text[high:]
    others = [other for other in found if other.place != block.place]
    return _checked(out, _datas([*others[:place], block, *others[place:]]))


def with_part(text: str, keys: Sequence[Key], value: Any) -> str:
    """The text with a value of the bank's head changed or added: blueprint, feedback, one misconception."""
    return Text(text, STYLE).with_value(keys, value)


def without_part(text: str, keys: Sequence[Key]) -> str:
    """The text without a value of the bank's head."""
    return Text(text, STYLE).without(keys)


def renamed_misconception(text: str, old: str, new: str) -> str:
    """The text with a misconception's code changed where it is defined and wherever an item uses it."""
    bank = Text(text, STYLE)
    register = bank.data("misconceptions")
    if not isinstance(register, dict) or old not in register or new in register:
        raise Unreadable(f"{old} can't be called {new}")
    places = [node for node in _uses(bank.root) if node.value == old]
    key = next(key for key, _ in bank.node("misconceptions").value if key.value == old)
    for node in sorted([*places, key], key=lambda one: -one.start_mark.index):
        text = text[: node.start_mark.index] + new + text[node.end_mark.index :]
    return _checked(text, _replaced(_datas(blocks(bank.text)), old, new))


def _uses(node: Node) -> list[Node]:
    """Every value of a key `misconception` that is a code."""
    if isinstance(node, MappingNode):
        own = [value for key, value in node.value if key.value == "misconception" and isinstance(value.value, str)]
        return own + [one for _, value in node.value for one in _uses(value)]
    return [one for child in node.value for one in _uses(child)] if isinstance(node, SequenceNode) else []


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: new if key == "misconception" and one == old else _replaced(one, old, new) for key, one in value.items()}
    return [_replaced(one, old, new) for one in value] if isinstance(value, list) else value


def _items(bank: Text) -> list[Node]:
    node = bank.node("items")
    if node is None or not node.value:
        return []
    if not isinstance(node, SequenceNode) or node.flow_style or not all(isinstance(one, MappingNode) for one in node.value):
        raise Unreadable("the items are no list with one item below the other")
    return node.value


def _block(bank: Text, number: int, node: Node) -> Block:
    start, end = _span(bank, number)
    value = plain(node)
    first = bank.text.count("\n", 0, start) + 1
    return Block(str(value.get("id") or ""), number, first, first + bank.text[start:end].rstrip("\n").count("\n"), bank.text[start:end], value)


def one(text: str, code: str) -> Block:
    """One item. Raises NoItem, Unreadable where its code stands twice."""
    found = [block for block in blocks(text) if block.code == code]
    if not found or not code:
        raise NoItem(code)
    if len(found) > 1:
        raise Unreadable(f"the code {code} stands twice, on lines {found[0].first_line} and {found[1].first_line}")
    return found[0]


def _span(bank: Text, place: int) -> tuple[int, int]:
    """Where an item's first line begins and where the line after its last one does."""
    node = bank.node("items", place)
    return bank.line_start(node.start_mark.index), bank.next_line(bank.end(node))


def _column(bank: Text) -> int:
    """The column of the dashes."""
    return bank.node("items").start_mark.column


def _inserted(text: str, place: int, block: str) -> str:
    before = text[:place]
    return before + ("" if not before or before.endswith("\n") else "\n") + block + text[place:]


def _datas(found: Any) -> list[Any]:
    return [one.data for one in found]


def _checked(text: str, items: list[Any]) -> str:
    """``text`` itself, once it is certain to hold these items."""
    if not same(Text(text, STYLE).data("items"), items):
        raise Unreadable("the items can't be written into this text")
    return text
