"""How our packages are written: lists of entries one a line, each entry in braces, Chinese without quotes where it may
stand so, English in double quotes. Plain data in, YAML text out. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml import ScalarNode
from yaml.resolver import Resolver

_SIGN = r"[^\s,:?\[\]{}#&*!|>@`\"'\\=~<\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]"
_PLAIN = re.compile(rf"(?:[^\W_]|[\u2014-\u2026\u3008-\u301f\uff01-\uff5e]){_SIGN}*(?: {_SIGN}+)*")


@dataclass(frozen=True)
class Style:
    """How new values are written.

    ``order``: known keys, first to last, of mappings at any depth. ``blocks``: keys whose mapping takes a line for each of
    its keys; ``tall``: those whose mapping does once it is longer than so many characters. ``quoted``: keys whose text always
    stands in double quotes. ``flat``: keys whose list of mappings stands on one line.
    """

    order: Sequence[str] = ()
    blocks: frozenset[str] = frozenset()
    tall: Mapping[str, int] = field(default_factory=dict)
    quoted: frozenset[str] = frozenset({"en"})
    flat: frozenset[str] = frozenset()


def render(value: Any, style: Style, name: str, *, indent: int) -> str:
    """A value as it follows its key: on the same line, or from the next one on (the text then begins with a line break)."""
    if is_tall(value, style, name):
        step = indent if isinstance(value, list) else indent + 2
        return "\n" + "\n".join(block(value, style, name, step))
    return flow(value, style, name)


def is_tall(value: Any, style: Style, name: str) -> bool:
    """Whether a value takes lines of its own."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(one, dict) for one in value) and name not in style.flat
    if not isinstance(value, dict) or not value:
        return False
    if name in style.blocks or any(is_tall(child, style, str(key)) for key, child in value.items()):
        return True
    return name in style.tall and len(flow(value, style, name)) > style.tall[name]


def block(value: Any, style: Style, name: str, indent: int) -> list[str]:
    """The lines of a mapping or list, each with its indent."""
    pad = " " * indent
    if isinstance(value, list):
        return [f"{pad}- {dash_entry(one, style, indent + 2)}" for one in value]
    return [pad + entry(key, value[key], style, indent) for key in ordered(value, style)]


def entry(key: Any, value: Any, style: Style, indent: int) -> str:
    """``key: value`` without the indent of its first line."""
    text = render(value, style, str(key), indent=indent)
    return f"{scalar(key)}:{text if text.startswith(chr(10)) else ' ' + text}"


def dash_entry(value: Any, style: Style, indent: int) -> str:
    """An entry of a list behind its dash: an item on lines of its own, anything else in braces."""
    if isinstance(value, dict) and value and ("id" in value and "type" in value):
        return "\n".join(block(value, style, "[]", indent))[indent:]
    return flow(value, style, "[]")


def flow(value: Any, style: Style, name: str = "") -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow(value[key], style, str(key))}" for key in ordered(value, style)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(one, style, "[]") for one in value) + "]"
    return scalar(value, quoted=name in style.quoted)


def scalar(value: Any, *, quoted: bool = False) -> str:
    """A single value: text without quotes only where it can be nothing but text."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return yaml.safe_dump(value).split("\n")[0]
    text = str(value)
    if not quoted and _PLAIN.fullmatch(text) and _RESOLVER.resolve(ScalarNode, text, (True, False)) == "tag:yaml.org,2002:str":
        return text
    return json.dumps(text, ensure_ascii=False).translate(_BREAKS)


_RESOLVER = Resolver()
_BREAKS = {0x85: "\\N", 0x2028: "\\L", 0x2029: "\\P", 0x7F: "\\x7F", 0xFEFF: "\\uFEFF"} | {code: f"\\x{code:02X}" for code in range(0x80, 0xA0) if code != 0x85}


def ordered(value: Mapping, style: Style, present: Sequence[str] = ()) -> list:
    """The keys of a mapping: those already in the text keep their order, new ones go where the style puts them."""
    rank = {key: number for number, key in enumerate(style.order)}
    keys = [key for text in present for key in value if str(key) == text]
    for key in sorted((key for key in value if key not in keys), key=lambda key: rank.get(key, len(rank))):
        earlier = [number + 1 for number, one in enumerate(keys) if rank.get(one, -1) < rank.get(key, len(rank))]
        keys.insert(max(earlier, default=0) if key in rank else len(keys), key)
    return keys
