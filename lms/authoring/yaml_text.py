"""Change values in the text of a YAML file and nothing else: comments, order, quotes and blank lines stay byte for byte. Pure.

PyYAML tells where each value stands in the text. What is equal to before keeps its own bytes, at any depth; only what
differs is written anew, as `yaml_style` says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from lms.authoring.yaml_style import Style, dash_entry, entry, flow, ordered, render, scalar
from lms.core.yamlfile import ensure_shallow

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # pragma: no cover  (PyYAML built without libyaml: slower, same result)
    from yaml import SafeLoader as Loader

Key = str | int
_IDENTITY = ("id", "key", "code", "version", "c", "zh")
"""By which member an entry of a list is known again when entries were added, taken out or moved."""
_FLAT = "\0"
"""Begins the text of a value that stood on lines of its own and now follows its key."""
_BELOW = re.compile(r":[ ]*(#[^\n]*)?\n\s*\Z")


class Unreadable(ValueError):
    """The text is no YAML, or not of the shape that was asked for."""


class Text:
    """A YAML text whose top is a mapping, with the places of its values. Raises Unreadable."""

    def __init__(self, text: str, style: Style):
        self.text, self.style = text, style
        self.root = _compose(text)

    def node(self, *keys: Key) -> Node | None:
        """The node at a path, or None."""
        node = self.root
        for key in keys:
            node = _child(node, key)
            if node is None:
                return None
        return node

    def data(self, *keys: Key) -> Any:
        """The plain value at a path; None where nothing stands."""
        node = self.node(*keys)
        return None if node is None else plain(node)

    def with_value(self, keys: Sequence[Key], value: Any) -> str:
        """The text with the value at ``keys`` changed, or added to the mapping that ``keys[:-1]`` leads to. Raises Unreadable."""
        node = self.node(*keys)
        if node is None:
            parent = self.data(*keys[:-1])
            if not keys or not isinstance(parent, dict | None):
                raise Unreadable(f"there is no mapping at {'.'.join(map(str, keys[:-1]))}")
            return self.with_value(keys[:-1], (parent or {}) | {keys[-1]: value})
        if same(plain(node), value):
            return self.text
        start, column = node.start_mark.index, self._key_column(node)
        lead, new = _attached(self.text[:start], self._value(node, value, str(keys[-1]) if keys else "", column))
        return _verified(lead + new + self.text[self.end(node) :], keys, value)

    def without(self, keys: Sequence[Key]) -> str:
        """The text without the key or entry at ``keys``; nothing changes where it does not stand."""
        parent = self.data(*keys[:-1])
        if isinstance(parent, dict) and keys[-1] in parent:
            return self.with_value(keys[:-1], {key: value for key, value in parent.items() if key != keys[-1]})
        if isinstance(parent, list) and isinstance(keys[-1], int) and 0 <= keys[-1] < len(parent):
            return self.with_value(keys[:-1], [*parent[: keys[-1]], *parent[keys[-1] + 1 :]])
        return self.text

    # ---- places

    def source(self, node: Node) -> str:
        return self.text[node.start_mark.index : self.end(node)]

    def end(self, node: Node) -> int:
        """Where a value ends; a block ends with the line of its last value, a comment on that line included."""
        if isinstance(node, ScalarNode) or node.flow_style or not node.value:
            return self._own_end(node)
        last = node.value[-1]
        found = max(self.end(one) for one in last) if isinstance(last, tuple) else max(node.start_mark.index + 1, self.end(last))
        return self.line_end(found)

    def _own_end(self, node: Node) -> int:
        end = node.end_mark.index
        if isinstance(node, ScalarNode) and node.style in ("|", ">"):
            return max(node.start_mark.index, len(self.text[:end].rstrip("\n ")))
        return end

    def line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def line_end(self, index: int) -> int:
        """Where the line of ``index`` ends, before its line break."""
        found = self.text.find("\n", index)
        return len(self.text) if found < 0 else found

    def next_line(self, index: int) -> int:
        return min(len(self.text), self.line_end(index) + 1)

    def _key_column(self, node: Node) -> int:
        """The column of the key that a value follows on its line."""
        line = self.text[self.line_start(node.start_mark.index) : node.start_mark.index]
        return len(line) - len(line.lstrip(" -"))

    # ---- what differs is written anew, the rest keeps its bytes

    def _value(self, node: Node, value: Any, name: str, column: int) -> str:
        """The text for ``node`` holding ``value``, below a key at ``column``; begins where the node begins."""
        if same(plain(node), value):
            return self.source(node)
        if value and node.value and isinstance(node, MappingNode) and isinstance(value, dict):
            return self._flow_map(node, value) if node.flow_style else self._block_map(node, value)
        if value and node.value and isinstance(node, SequenceNode) and isinstance(value, list):
            if node.flow_style:
                return self._flow_list(node, value)
            if all(isinstance(one, dict) for one in value):
                return self._block_list(node, value)
        new = render(value, self.style, name, indent=column)
        stood_below = not isinstance(node, ScalarNode) and not node.flow_style
        return _FLAT + new if stood_below and not new.startswith("\n") else new

    def _patched(self, node: Node, changes: list[tuple[Node, str]]) -> str:
        """The source of ``node`` with the texts of its children replaced."""
        out, position = "", node.start_mark.index
        for child, text in changes:
            lead, new = _attached(self.text[position : child.start_mark.index], text)
            out, position = out + lead + new, self.end(child)
        return out + self.text[position : self.end(node)]

    def _flow_map(self, node: MappingNode, value: dict) -> str:
        old = {_name(key): (key, child) for key, child in node.value}
        if list(old) == [str(key) for key in value] and not any(isinstance(one, dict | list) for one in value.values()):
            return self._patched(node, [(child, self._flow_value(child, one, key)) for (key, (_, child)), one in zip(old.items(), value.values())])
        parts = []
        for key in ordered(value, self.style, list(old)):
            if str(key) in old:
                word, child = old[str(key)]
                parts.append(f"{self.source(word)}: {self._flow_value(child, value[key], str(key))}")
            else:
                parts.append(f"{scalar(key)}: {flow(value[key], self.style, str(key))}")
        return "{" + ", ".join(parts) + "}"

    def _flow_value(self, node: Node, value: Any, name: str) -> str:
        if same(plain(node), value) and self.source(node).strip():
            return self.source(node)
        if isinstance(node, MappingNode) and isinstance(value, dict) and value:
            return self._flow_map(node, value)
        if isinstance(node, SequenceNode) and isinstance(value, list) and value:
            return self._flow_list(node, value)
        return flow(value, self.style, name)

    def _flow_list(self, node: SequenceNode, value: list) -> str:
        known = [(number, plain(child)) for number, child in enumerate(node.value)]
        parts = []
        for position, one in enumerate(value):
            twin = _twin(one, known)
            if twin is None and len(value) == len(known):
                twin = position
            parts.append(flow(one, self.style, "[]") if twin is None else self._flow_value(node.value[twin], one, "[]"))
        return "[" + ", ".join(parts) + "]"

    def _block_map(self, node: MappingNode, value: dict) -> str:
        column = node.start_mark.column
        old = {_name(key): (key, child) for key, child in node.value}
        keys = ordered(value, self.style, list(old))
        if list(map(str, keys)) == list(old):
            return self._patched(node, [(old[str(key)][1], self._value(old[str(key)][1], value[key], str(key), column)) for key in keys])
        leads = self._leads([key for key, _ in node.value], [child for _, child in node.value])
        lines = "".join(leads[number] for number, key in enumerate(old) if key not in set(map(str, keys)))
        for key in keys:
            if str(key) not in old:
                lines += f"{' ' * column}{entry(key, value[key], self.style, column)}\n"
                continue
            word, child = old[str(key)]
            lead, new = _attached(self.text[word.start_mark.index : child.start_mark.index], self._value(child, value[key], str(key), column))
            tail = self.text[max(self.end(child), child.start_mark.index) : self.line_end(max(self.end(child), self.end(word)))]
            lines += f"{leads[list(old).index(str(key))]}{' ' * column}{lead}{new}{tail}\n"
        return _unindented(lines, column)

    def _block_list(self, node: SequenceNode, value: list) -> str:
        column = node.start_mark.column
        known = [(number, plain(child)) for number, child in enumerate(node.value)]
        leads = self._leads(node.value, node.value)
        lines, free = "", list(known)
        for one in value:
            twin = _twin(one, free)
            if twin is None:
                lines += f"{' ' * column}- {dash_entry(one, self.style, column + 2)}\n"
                continue
            free.remove(known[twin])
            child = node.value[twin]
            start = self.line_start(child.start_mark.index) if twin else node.start_mark.index
            text = ("" if twin else " " * column) + self.text[start : child.start_mark.index]
            tail = self.text[self.end(child) : self.line_end(self.end(child))]
            lines += f"{leads[twin]}{text}{self._value(child, one, '[]', column + 2)}{tail}\n"
        return _unindented(lines + "".join(leads[number] for number, _ in free), column)

    def _leads(self, starts: Sequence[Node], ends: Sequence[Node]) -> list[str]:
        """The comments and blank lines above each entry; what stands above the first belongs to nobody here."""
        after = [self.next_line(max(self.end(one), self.end(other))) for one, other in zip(starts, ends)]
        begin = [self.line_start(one.start_mark.index) for one in starts]
        return ["", *(self.text[end:start] for end, start in zip(after, begin[1:]))]


def _attached(lead: str, text: str) -> tuple[str, str]:
    """What stands before a value and the value itself, with the right gap between them."""
    if text.startswith(_FLAT):
        return _BELOW.sub(": ", lead), text[1:]
    if text.startswith("\n"):
        return lead.rstrip(" "), text
    return (lead + " " if lead.endswith(":") and text else lead), text


def _unindented(lines: str, column: int) -> str:
    """Lines of a block as they follow what stands before its first line."""
    blank = len(lines) - len(lines.lstrip(" "))
    return lines[min(column, blank) :].removesuffix("\n")


def _verified(text: str, keys: Sequence[Key], value: Any) -> str:
    """``text`` itself, once it is certain to say what it should."""
    node: Node | None = _compose(text)
    for key in keys:
        node = _child(node, key) if node is not None else None
    if node is None or not same(plain(node), value):
        raise Unreadable(f"the value of {'.'.join(map(str, keys))} can't be written into this text")
    return text


# ---- reading


class _Constructor(yaml.constructor.SafeConstructor):
    """Plain values of a node that is already read."""

    def value_of(self, node: Node) -> Any:
        self.constructed_objects, self.recursive_objects, self.state_generators = {}, {}, []
        return self.construct_object(node, deep=True)


def plain(node: Node) -> Any:
    """The plain value of a node. Raises Unreadable."""
    try:
        return _Constructor().value_of(node)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        raise Unreadable(str(error).splitlines()[0]) from error


def same(one: Any, other: Any) -> bool:
    """Equal in value and in type: 1 is neither 1.0 nor true; the order of a mapping's keys says nothing."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def _compose(text: str) -> MappingNode:
    loader = None
    try:
        ensure_shallow(text)
        loader = Loader(text)
        root = loader.get_single_node()
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Unreadable((str(error) or "it is nested too deeply").splitlines()[0]) from error
    finally:
        if loader is not None:
            loader.dispose()
    if not isinstance(root, MappingNode):
        raise Unreadable("the file holds no keys")
    return root


def _child(node: Node, key: Key) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for name, value in node.value if _name(name) == str(key)), None)
    if isinstance(node, SequenceNode) and isinstance(key, int) and 0 <= key < len(node.value):
        return node.value[key]
    return None


def _name(node: Node) -> str:
    return node.value if isinstance(node.value, str) else ""


def _identity(value: Any) -> Any:
    if not isinstance(value, dict):
        return None
    return next(((name, str(value[name])) for name in _IDENTITY if value.get(name) is not None), None)


def _twin(value: Any, known: Sequence[tuple[int, Any]]) -> int | None:
    """The number of the old entry that ``value`` is: equal to it, else of the same name."""
    equal = next((number for number, data in known if same(data, value)), None)
    if equal is not None:
        return equal
    name = _identity(value)
    return next((number for number, data in known if name is not None and _identity(data) == name), None)
