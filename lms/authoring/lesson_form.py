"""What the lesson editor's form sends, read into what is to be saved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.authoring.lesson_actions import Written

LANGUAGES = ("zh", "en")


def written(form: MultiDict[str, str]) -> dict[str, Written]:
    """The languages that were sent; the head counts for both. Fields that are missing leave their values as they are."""
    head = _head(form)
    return {
        language: Written(form.get(f"base_{language}", 0, type=int), _line(form.get(f"title_{language}")), form.get(f"body_{language}"), head)
        for language in LANGUAGES
        if f"base_{language}" in form
    }


def facts(form: MultiDict[str, str]) -> list[str]:
    """The numbers of the facts, each once, however they are set apart."""
    return list(dict.fromkeys(one.upper()[:12] for one in re.split(r"[\s,，、;；]+", form.get("facts", "")) if one))


def _line(text: str | None) -> str | None:
    return None if text is None else " ".join(text.split())[:200]


def _head(form: MultiDict[str, str]) -> Mapping[str, Any]:
    head: dict[str, Any] = {}
    hours = form.get("hours", type=int)
    if hours is not None:
        head["hours"] = min(max(hours, 1), 40)
    if "serve_c" in form:
        levels = [level if level.isdigit() else "1" for level in form.getlist("serve_level")]
        head["serves"] = [{"c": c[:12], "level": min(max(int(level), 1), 5)} for c, level in zip(form.getlist("serve_c"), levels) if c]
    if "facts" in form:
        head["facts"] = facts(form)
    if form.get("review_by"):
        head["review_by"] = form["review_by"][:10]
    return head
