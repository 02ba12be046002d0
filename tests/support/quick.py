"""What every application of a run needs and what is the same each time: made once."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

_builders: dict[tuple, Callable[..., Any]] = {}
_compile = Rule._compile_builder


def _compiled(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    """The function that builds addresses of ``rule``: half of the time that an application takes to start is spent on compiling these."""
    key = (tuple(rule._trace), tuple(sorted((rule.defaults or {}).items())), tuple(sorted(rule.arguments)), append_unknown)
    if key not in _builders:
        _builders[key] = _compile(rule, append_unknown)
    return _builders[key]


def applications(folder: Path) -> None:
    """Let applications made from now on share compiled routes, and compiled templates in ``folder`` (found again by the text of the template)."""
    Rule._compile_builder = _compiled  # type: ignore[method-assign]
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": FileSystemBytecodeCache(str(folder))}


def garbage() -> None:
    """What was imported and collected until now stays to the end: no search for garbage passes through it again, and searches are fewer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
