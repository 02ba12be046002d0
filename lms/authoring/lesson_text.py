"""A lesson file as a form: its head as fields, its title once, its body as Markdown. What is not changed stays byte for byte. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms.authoring.yaml_style import Style
from lms.authoring.yaml_text import Text, Unreadable

STYLE = Style(order=("id", "title", "hours", "serves", "facts", "review_by", "c", "level"), flat=frozenset({"serves"}), quoted=frozenset({"review_by"}))
FRONT = re.compile(r"\A---\n(.*?\n)---(?:\n|\Z)", re.S)
TITLE = re.compile(r"\A(\n*)#[ \t]+([^\n]*?)[ \t]*(?:\n\n*|\Z)")
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class LessonParts:
    """A lesson file taken apart. ``head`` is None where its front matter can't be read: then ``body`` is all the rest.

    ``opening`` is everything before the body, ``ending`` the line breaks after it; ``first_line``: where the body begins in the file.
    """

    head: Mapping[str, Any] | None
    opening: str
    body: str
    ending: str

    @property
    def first_line(self) -> int:
        return self.opening.count("\n") + 1

    @property
    def title(self) -> str:
        return str(self.head.get("title", "")) if self.head else ""


def take_apart(text: str) -> LessonParts:
    """The parts of a lesson file; joined they are the file again. The title line belongs to the opening when it repeats the head's title."""
    front = FRONT.match(text)
    head = _head(front[1]) if front else None
    start = front.end() if front else 0
    if head is not None and (title := TITLE.match(text[start:])) and title[2] == str(head.get("title", "")):
        start += title.end()
    elif front:
        start += len(text[start:]) - len(text[start:].lstrip("\n"))
    body = text[start:].rstrip("\n")
    return LessonParts(head, text[:start], body, text[start + len(body) :])


def _head(front: str) -> Mapping[str, Any] | None:
    try:
        data = Text(front, STYLE).data()
    except Unreadable:
        return None
    return data if isinstance(data, dict) else None


def put_together(text: str, changes: Mapping[str, Any], body: str | None = None) -> str:
    """The file ``text`` with these values of its head and this body. A new title changes the title line with it.

    Raises Unreadable when the head has to change and can't be read.
    """
    parts = take_apart(text)
    opening = parts.opening
    if any(changes[key] != (parts.head or {}).get(key) for key in changes):
        opening = _changed(opening, parts, changes)
    if body is None or body == parts.body:
        return opening + parts.body + parts.ending
    return opening + body.rstrip("\n") + (parts.ending or "\n")


def _changed(opening: str, parts: LessonParts, changes: Mapping[str, Any]) -> str:
    front = FRONT.match(opening)
    if front is None:
        raise Unreadable("the file has no head")
    new = front[1]
    for key, value in changes.items():
        new = Text(new, STYLE).with_value((key,), value)
    rest = opening[front.end() :]
    if "title" in changes and (title := TITLE.match(rest)) and title[2] == parts.title:
        rest = f"{title[1]}# {changes['title']}{rest[title.end(2) :]}"
    return f"---\n{new}---\n{rest}"


def amount(text: str, language: str) -> int:
    """How much there is to read below a file's head: Chinese characters, or English words; as the checks count."""
    front = FRONT.match(text)
    body = text[front.end() :] if front else text
    return len(HAN.findall(body)) if language == "zh" else len(body.split())


def named_fields(data: Mapping[str, Any] | None) -> dict[str, Any]:
    """The values of a head that the form shows, each of the shape that the form expects."""
    data = data or {}
    serves = [one for one in data.get("serves") or [] if isinstance(one, dict)] if isinstance(data.get("serves"), list) else []
    return {
        "hours": data.get("hours") if isinstance(data.get("hours"), int) else 1,
        "serves": [{"c": str(one.get("c", "")), "level": one.get("level")} for one in serves],
        "facts": [str(one) for one in data["facts"]] if isinstance(data.get("facts"), list) else [],
        "review_by": str(data.get("review_by") or ""),
    }
