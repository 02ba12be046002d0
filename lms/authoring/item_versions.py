"""Which version an item has to carry: what was released under a version never changes under it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from lms.assessments.item_queries import content_hash, parse_item


def raised(item: Mapping[str, Any], released: Mapping[int, str]) -> dict[str, Any]:
    """The item with the version it needs; ``released``: the hash of what each version measured when it was loaded.

    What measures the same as the latest released version keeps or gets back its number, so that undoing a change undoes its
    version; anything else gets a higher one. An item that can't be read yet, or was never released, stays as it is.
    """
    new = dict(item)
    if not released:
        return new
    latest = max(released)
    if _measures(new | {"version": latest}) == released[latest]:
        return new | {"version": latest}
    version = new.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version <= latest:
        return new | {"version": latest + 1} if _measures(new | {"version": latest + 1}) else new
    return new


def _measures(item: Mapping[str, Any]) -> str:
    """The hash of what an item measures; empty while it can't be read."""
    try:
        return content_hash(parse_item(dict(item)))
    except ValidationError:
        return ""
