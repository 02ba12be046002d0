"""The product's own source, parsed once, for the tests that hold it to its conventions."""

import ast
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "lms"
Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True, eq=False)
class Module:
    """One Python file under `lms/`: `name` is its dotted name, `path` relative to the project."""

    name: str
    path: str
    text: str
    tree: ast.Module

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.name.split(".")[1:])


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the product; migrations are frozen history and not held to today's rules."""
    files = (f for f in sorted(PACKAGE.rglob("*.py")) if "migrations" not in f.parts)
    gc.disable()  # nothing of all this becomes garbage, and looking for it takes longer than the parsing
    try:
        return tuple(_parse(f) for f in files)
    finally:
        gc.enable()


def _parse(file: Path) -> Module:
    relative = file.relative_to(ROOT)
    parts = relative.with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    text = file.read_text(encoding="utf-8")
    return Module(name, relative.as_posix(), text, ast.parse(text, relative.as_posix()))


@cache
def names() -> frozenset[str]:
    return frozenset(m.name for m in modules())


@cache
def _nodes(module: Module) -> tuple[ast.AST, ...]:
    """Everything in the tree: walked through once, and not for every test."""
    return tuple(ast.walk(module.tree))


def nodes(module: Module, *kinds: type[Node]) -> Iterator[Node]:
    """The parts of `module` that are of these kinds, wherever they stand in it."""
    return (node for node in _nodes(module) if isinstance(node, kinds))


@cache
def imports(module: Module) -> tuple[tuple[int, str], ...]:
    """(line, dotted name) of everything imported anywhere in `module`; `from lms.a import b` gives `lms.a.b` where that is a module."""
    return tuple(_imports(module))


def _imports(module: Module) -> Iterator[tuple[int, str]]:
    for node in nodes(module, ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield node.lineno, whole if whole in names() else base


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return nodes(module, ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def calls(module: Module) -> tuple[tuple[int, str], ...]:
    """(line, text of what is called) of every call: `datetime.now`, `session.commit`."""
    return tuple((node.lineno, ast.unparse(node.func)) for node in nodes(module, ast.Call))


def templates() -> list[Path]:
    return sorted((PACKAGE / "templates").rglob("*.html"))


def lines_matching(files: list[Path], pattern) -> list[str]:
    """`path:line: text` of each line in which the compiled `pattern` is found."""
    return [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()[:400]}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
