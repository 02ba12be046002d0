"""Questions from elsewhere into a draft: under codes of the course, with their misconceptions and pictures, in one version of the bank."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.assessments.item_queries import codes_beginning, released_versions
from lms.authoring import actions, bank_text, item_queries
from lms.authoring.blank import new_package
from lms.authoring.enums import EditKind
from lms.authoring.item_queries import PATH
from lms.authoring.item_rows import free_code
from lms.authoring.models import CourseDraft
from lms.core.errors import Conflict, NotFound
from lms.people.calendar_queries import today as day_of


@dataclass(frozen=True, slots=True)
class Brought:
    """Questions in the shape of our banks, with the misconceptions they name and the pictures (PNG by name) they show."""

    items: Sequence[Mapping[str, Any]]
    misconceptions: Mapping[str, Mapping[str, str]]
    pictures: Mapping[str, bytes]


def carry_in(session: Session, *, actor: Actor, now: datetime, draft: CourseDraft, brought: Brought) -> dict[str, str]:
    """Add questions at the end of a draft's bank; {their id so far: their code in the draft}. Everything or nothing.

    An id of the course that was never used stays; every other question gets the next free code. Raises Forbidden, Conflict while the draft
    can't be edited, Invalid when its bank can't be read.
    """
    text, number = _bank(session, draft, now)
    item_queries.blocks(text)  # readable, or Invalid with the way to mend it
    for name, content in sorted(brought.pictures.items()):
        _picture(session, actor, now, draft, name, content)
    known = bank_text.data(text)
    codes = _codes(session, draft, known, brought.items)
    beliefs = _beliefs(known.get("misconceptions") or {}, brought.misconceptions)
    for name, words in beliefs.values():
        if name not in (known.get("misconceptions") or {}):
            text = bank_text.with_part(text, ("misconceptions", name), dict(words))
    names = {code: name for code, (name, _) in beliefs.items()}
    text = bank_text.new_items(text, [_new(_renamed(item, codes, names), renamed=codes[str(item["id"])] != item["id"]) for item in brought.items])
    actions.save(session, actor=actor, now=now, draft=draft, path=PATH, text=text, base=number, kind=EditKind.IMPORTED)
    return codes


def _new(item: dict[str, Any], *, renamed: bool) -> dict[str, Any]:
    """An item under a code of its own begins with its first version."""
    return item | {"version": 1} if renamed and "version" in item else item


def _bank(session: Session, draft: CourseDraft, now: datetime) -> tuple[str, int]:
    try:
        return item_queries.bank(session, draft)
    except NotFound:
        names = {"code": draft.code, "slug": draft.slug, "title_zh": draft.title_zh, "title_en": draft.title_en}
        return new_package(**names, today=day_of(now))[PATH], 0


def _picture(session: Session, actor: Actor, now: datetime, draft: CourseDraft, name: str, content: bytes) -> None:
    try:
        actions.add_picture(session, actor=actor, now=now, draft=draft, name=name, content=content)
    except Conflict:
        # named by its content: the very picture is there
        if f"assets/{name}" not in item_queries.queries.files(session, draft.id):
            raise


def _codes(session: Session, draft: CourseDraft, known: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    taken = set(_all_ids(known.get("items") or ())) | set(codes_beginning(session, f"{draft.code}-"))
    wanted = [str(item["id"]) for item in items]
    kept = {one for one in wanted if re.fullmatch(rf"{re.escape(draft.code)}-Q\d{{2,4}}", one) and one not in taken}
    kept -= set(released_versions(session, sorted(kept)))
    taken |= kept
    codes: dict[str, str] = {}
    for item in items:
        code = str(item["id"])
        if code not in kept:
            code = free_code(taken, draft.code)
            taken.add(code)
        codes[str(item["id"])] = code
        codes |= {str(part["id"]): f"{code}-{number}" for number, part in enumerate(item.get("items") or (), 1)}
    return codes


def _all_ids(items: Iterable[Any]) -> Iterable[str]:
    for item in items:
        if isinstance(item, Mapping):
            yield str(item.get("id"))
            yield from _all_ids(item.get("items") or ())


def _beliefs(known: Mapping[str, Any], new: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Code in the file -> (code in the draft, words): the same belief keeps its code, another one under the same code gets its own."""
    found: dict[str, tuple[str, Mapping[str, str]]] = {}
    taken = dict(known)
    for code, words in new.items():
        name, more = code, 2
        while name in taken and dict(taken[name] or {}) != dict(words):
            name, more = f"{code[:36]}-{more}", more + 1
        taken[name] = words
        found[code] = (name, words)
    return found


def _renamed(value: Any, codes: Mapping[str, str], beliefs: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        changed = {key: _renamed(one, codes, beliefs) for key, one in value.items()}
        if isinstance(changed.get("id"), str):
            changed["id"] = codes.get(changed["id"], changed["id"])
        if isinstance(changed.get("misconception"), str):
            changed["misconception"] = beliefs.get(changed["misconception"], changed["misconception"])
        return changed
    return [_renamed(one, codes, beliefs) for one in value] if isinstance(value, list) else value
