"""A rule of whole numbers kept as data: a YAML file that names its schema, read into a dataclass (pure but for the file)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import yaml

R = TypeVar("R")


def parse(kind: type[R], schema: str, data: Mapping[str, Any]) -> R:
    """The rule in ``data``, which holds a number for each field of ``kind``. Raises ValueError for another schema or a number that is none or below 1."""
    if data.get("schema") != schema:
        raise ValueError(f"not a {schema}")
    known = {field.name: data.get(field.name) for field in fields(kind)}  # type: ignore[arg-type]
    if wrong := [name for name, value in known.items() if type(value) is not int or value < 1]:
        raise ValueError(f"no number of at least 1: {', '.join(wrong)}")
    return kind(**known)


def read(kind: type[R], schema: str, file: Path) -> R:
    """The rule in ``file``. Raises ValueError as ``parse`` does."""
    return parse(kind, schema, yaml.safe_load(file.read_text(encoding="utf-8")))
