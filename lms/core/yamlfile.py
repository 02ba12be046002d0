"""YAML files written by people: plain data, the line of every value, and every fault at once.

Only the safe loader is used, so a file can hold nothing but plain values.
"""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from lms.core.problems import Problem

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # pragma: no cover  (PyYAML built without libyaml: slower, same result)
    from yaml import SafeLoader as Loader

MAX_BYTES = 8_000_000
MAX_DEPTH = 100
_BEFORE_A_VALUE = re.compile(r"^[ \t?:-]*", re.M)

QUOTE = "Put the whole value in double quotes."


def ensure_shallow(text: str) -> None:
    """Raise RecursionError for what is nested too deeply: the reader in C calls itself for each level and takes the whole process with it.

    Depth needs brackets or indentation; only a text with many of either is looked through. What is no YAML is left for its reader to say.
    """
    if text.count("[") + text.count("{") <= MAX_DEPTH and max(map(len, _BEFORE_A_VALUE.findall(text)), default=0) <= MAX_DEPTH:
        return
    try:
        if any(depth > MAX_DEPTH for depth in _depths(text)):
            raise RecursionError
    except (yaml.YAMLError, ValueError):
        return


def _depths(text: str) -> Iterator[int]:
    depth = 0
    for event in yaml.parse(text, Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        yield depth


@dataclass
class Document:
    """One YAML file as read. `data` is None when the file can't be read at all."""

    file: str
    data: Any = None
    problems: list[Problem] = field(default_factory=list)
    root: yaml.Node | None = None
    first_line: int = 1

    def line(self, *keys: str | int) -> int:
        """The line (from 1) of the deepest node that exists on the path `keys`."""
        node, found = self.root, self.first_line
        for key in keys:
            step = _child(node, key)
            if step is None:
                break
            node, found = step[1], _line_of(step[0]) + self.first_line
        return found

    def add(self, what: str, cure: str, *keys: str | int) -> None:
        """Record one more problem at the line of `keys`."""
        self.problems.append(Problem(self.file, self.line(*keys), what, cure))


def read(path: Path | str, *, name: str | None = None) -> Document:
    """Read a YAML file. `name` is what the problems call it (default: the path as given)."""
    path = Path(path)
    document = Document(name or path.as_posix())
    text = read_text(path, document.problems, name=document.file)
    return document if text is None else parse(text, document.file)


def read_text(path: Path, problems: list[Problem], *, name: str) -> str | None:
    """The text of a UTF-8 file with `\\n` line ends, or None with the reason added to `problems`."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "it can't be opened"
        problems.append(Problem(name, 0, f"The file can't be read: {reason}", "Check its name and its place."))
        return None
    if len(raw) > MAX_BYTES:
        problems.append(Problem(name, 0, f"The file is larger than {MAX_BYTES // 1_000_000} MB", "Split it."))
        return None
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.append(Problem(name, line, "The file is not UTF-8", "Save it again with the encoding UTF-8."))
        return None


def parse(text: str, file: str, *, first_line: int = 1) -> Document:
    """Read YAML from `text`, whose first line is line `first_line` of `file`."""
    document = Document(file, first_line=first_line)
    loader = None
    try:
        ensure_shallow(text)
        loader = Loader(text)
        document.root = loader.get_single_node()
        if document.root is None:
            return document
        document.problems.extend(sorted(_faults(document)))
        if not any(problem.what.startswith("An alias") for problem in document.problems):
            document.data = loader.construct_document(document.root)
    except yaml.MarkedYAMLError as error:
        document.problems.append(_syntax_problem(error, text, document))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0]
        document.problems.append(Problem(file, first_line, f"This is not valid YAML: {reason}", "Correct the file."))
    finally:
        if loader is not None:
            loader.dispose()
    return document


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, document: Document) -> Problem:
    mark = error.problem_mark or error.context_mark
    row = mark.line if mark else 0
    lines = text.split("\n")
    source = lines[row] if row < len(lines) else ""
    indent = source[: len(source) - len(source.lstrip())]
    if "\t" in indent:
        return Problem(document.file, row + document.first_line, "The line is indented with a tab", "Use spaces.")
    what = f"This is not valid YAML: {error.problem or 'it can not be understood'}"
    return Problem(document.file, row + document.first_line, what, f"Check the line. {_syntax_cure(source)}")


def _syntax_cure(source: str) -> str:
    if source.count(": ") > 1 or any(mark in source for mark in "{}[]?,&*%@`"):
        return "A value with a half-width comma, colon, question mark or brace must stand in double quotes."
    return "Compare indentation and quotation marks with the lines around it."


def _faults(document: Document) -> Iterator[Problem]:
    """Faults that YAML itself passes over in silence."""
    seen: set[int] = set()
    pending = [document.root]
    while pending:
        node = pending.pop()
        if not isinstance(node, yaml.CollectionNode):
            continue
        if id(node) in seen:
            # An alias can multiply a small file into gigabytes, and a reviewer can't see what it repeats.
            yield _at(document, node, "An alias (*name) repeats another part of the file", "Write the value out.")
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            yield from _mapping_faults(document, node)
            pending.extend(value for _, value in node.value)
        else:
            pending.extend(node.value)


def _mapping_faults(document: Document, mapping: yaml.MappingNode) -> Iterator[Problem]:
    first: dict[Hashable, yaml.Node] = {}
    for key, value in mapping.value:
        if not isinstance(key, yaml.ScalarNode):
            yield _at(document, key, "A key must be a single word", QUOTE)
            continue
        earlier = first.setdefault(key.value, key)
        if earlier is not key:
            line = _line_of(earlier) + document.first_line
            what = f"The key {_short(key.value)!r} stands twice here (first on line {line})"
            yield _at(document, key, what, "Remove one of the two.")
        if mapping.flow_style and _is_empty(value):
            what = f"The key {_short(key.value)!r} has no value: a half-width comma has cut the value before it"
            yield _at(document, key, what, QUOTE)


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.value == "" and node.tag == "tag:yaml.org,2002:null"


def _at(document: Document, node: yaml.Node, what: str, cure: str) -> Problem:
    return Problem(document.file, _line_of(node) + document.first_line, what, cure)


def _line_of(node: yaml.Node) -> int:
    return node.start_mark.line


def _child(node: yaml.Node | None, key: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """The node to name and the node to descend into for one step of a path."""
    if isinstance(node, yaml.MappingNode):
        for key_node, value in node.value:
            if isinstance(key_node, yaml.ScalarNode) and key_node.value == str(key):
                return key_node, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and -1 < key < len(node.value):
        return node.value[key], node.value[key]
    return None


def _short(text: str, length: int = 30) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
