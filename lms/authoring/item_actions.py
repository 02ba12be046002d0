"""Changing a draft's questions: one item, the head of the bank, or many items at once.

Each change is made in the text that its author saw. When others have saved meanwhile and left that place alone, it is made in
their text instead; else the two texts are merged by lines, and what can't be merged is kept as a conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.assessments.item_queries import released_versions
from lms.authoring import bank_text, item_queries
from lms.authoring.actions import Saved, save
from lms.authoring.bank_text import NoItem, Unreadable
from lms.authoring.enums import EditKind
from lms.authoring.item_queries import PATH
from lms.authoring.item_rows import copied, free_code, new_item
from lms.authoring.item_versions import raised
from lms.authoring.models import CourseDraft
from lms.authoring.yaml_text import same
from lms.core.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes, when, in which draft, and on which version of the file."""

    actor: Actor
    now: datetime
    draft: CourseDraft
    base: int


@dataclass(frozen=True, slots=True)
class Belief:
    """A misconception that is added to the register together with the item that uses it."""

    code: str
    words: Mapping[str, str]


def save_item(session: Session, hand: Hand, code: str, item: Mapping[str, Any], belief: Belief | None = None) -> tuple[Saved, int | None]:
    """Save one item; with it a new misconception. Returns how it ended, and the item's version where that was raised.

    Raises NotFound for an item that is gone, Invalid when the text can't take it.
    """
    new = raised(item, released_versions(session, [code]).get(code, {}))

    def write(text: str) -> str:
        if belief:
            text = _with_belief(text, belief)
        return bank_text.with_item(text, code, new)

    saved = _change(session, hand, write, lambda text: bank_text.item_data(text, code))
    return saved, new["version"] if new.get("version") != item.get("version") else None


def _ensure_belief(belief: Belief) -> None:
    if not bank_text.CODE.fullmatch(belief.code) or not all(belief.words.values()):
        raise Invalid(_("A misconception needs a code of letters, digits and hyphens, and words in both languages."))


def _with_belief(text: str, belief: Belief) -> str:
    _ensure_belief(belief)
    if belief.code in (bank_text.data(text).get("misconceptions") or {}):
        raise Invalid(_("There is a misconception %(code)s already. Choose it from the list, or give the new one another code.", code=belief.code))
    return bank_text.with_part(text, ("misconceptions", belief.code), dict(belief.words))


def add_item(session: Session, hand: Hand, kind: str, *, after: str | None = None, code: str = "", labels: Mapping[str, str] | None = None) -> str:
    """Add an item with everything still to be written; its code. Raises Invalid for a code that is taken or no code."""
    text, number = item_queries.bank(session, hand.draft)
    code = _free(session, hand.draft, text, code)
    item = new_item(kind, code, **dict(labels or {}))
    _write(session, hand, text, number, lambda text: bank_text.new_item(text, item, after=after))
    return code


def duplicate(session: Session, hand: Hand, code: str) -> str:
    """Add a copy of an item behind it, under the next free code; that code. Raises NotFound."""
    text, number = item_queries.bank(session, hand.draft)
    item = copied(item_queries.one(text, code).data, _free(session, hand.draft, text, ""))
    _write(session, hand, text, number, lambda text: bank_text.new_item(text, item, after=code))
    return str(item["id"])


def _free(session: Session, draft: CourseDraft, text: str, code: str) -> str:
    """``code`` if it may be used, or the next free one. Codes are never used again, not even those of items long retired."""
    try:
        taken = {block.code for block in bank_text.blocks(text)}
    except Unreadable as error:
        raise item_queries.unreadable(error) from error
    if not code:
        return free_code([*taken, *item_queries.codes_of_course(session, draft.code)], draft.code)
    if not bank_text.CODE.fullmatch(code):
        raise Invalid(_("A code has letters, digits and hyphens, such as %(code)s.", code=free_code(taken, draft.code)))
    if code in taken or released_versions(session, [code]):
        raise Invalid(_("The code %(code)s is taken. Codes are never used again.", code=code))
    return code


def remove_item(session: Session, hand: Hand, code: str) -> Saved:
    """Take an item out; its text stays in the history of the file. Raises NotFound, Conflict when others changed it meanwhile."""
    text, _number = item_queries.bank(session, hand.draft)
    before = item_queries.bank_at(session, hand.draft, hand.base)
    if not same(item_queries.one(text, code).data, bank_text.item_data(before, code)):
        raise Conflict(_("Somebody has changed this question in the meantime. Look at it again before you take it out."))
    return _change(session, hand, lambda text: bank_text.without_item(text, code), lambda text: bank_text.item_data(text, code))


def move_item(session: Session, hand: Hand, code: str, step: str) -> Saved:
    """Move an item one place up or down, or to either end. Raises NotFound."""
    text, number = item_queries.bank(session, hand.draft)
    place = item_queries.one(text, code).place
    target = {"up": place - 1, "down": place + 1, "first": 0, "last": 10**6}.get(step, place)
    return _write(session, hand, text, number, lambda text: bank_text.moved_item(text, code, target))


def save_part(session: Session, hand: Hand, keys: Sequence[str], value: Any) -> Saved:
    """Save a value of the bank's head: blueprint, feedback, the words of one misconception; None takes it away."""
    change = bank_text.without_part if value is None else lambda text, keys: bank_text.with_part(text, keys, value)
    return _change(session, hand, lambda text: change(text, keys), lambda text: bank_text.part(text, keys))


def add_belief(session: Session, hand: Hand, belief: Belief) -> Saved:
    """Add a misconception to the register. Raises Invalid when its code is taken or its words are missing."""
    text, number = item_queries.bank(session, hand.draft)
    return _write(session, hand, text, number, lambda text: _with_belief(text, belief))


def change_belief(session: Session, hand: Hand, old: str, belief: Belief) -> Saved:
    """Change the words of a misconception, and its code in the register and in every item. Raises Invalid."""
    _ensure_belief(belief)
    text, number = item_queries.bank(session, hand.draft)
    if belief.code != old and belief.code in (bank_text.data(text).get("misconceptions") or {}):
        raise Invalid(_("There is a misconception %(code)s already. Choose it from the list, or give the new one another code.", code=belief.code))

    def write(text: str) -> str:
        text = bank_text.with_part(text, ("misconceptions", old), dict(belief.words))
        return text if belief.code == old else bank_text.renamed_misconception(text, old, belief.code)

    if belief.code == old:
        return _change(session, hand, write, lambda text: bank_text.part(text, ("misconceptions", old)))
    return _write(session, hand, text, number, write)


def on_version(hand: Hand, number: int) -> Hand:
    """The same hand after its first save."""
    return replace(hand, base=number)


def fill_items(session: Session, hand: Hand, changes: Mapping[str, Mapping[str, Any]]) -> int:
    """Set values of many items at once, all or none; how many changed. ``changes``: by the code of an item or of a set's part
    the keys to set. Raises NotFound."""
    text, number = item_queries.bank(session, hand.draft)
    known = {block.code: block.data for block in item_queries.blocks(text)}
    new = {code: filled(item, changes) for code, item in known.items()}
    if missing := changes.keys() - {one for item in known.values() for one in _codes(item)}:
        raise NotFound(_("The draft has no question %(code)s any more.", code=min(missing)))
    released = released_versions(session, [code for code, item in new.items() if not same(item, known[code])])
    new = {code: raised(item, released.get(code, {})) for code, item in new.items() if not same(item, known[code])}
    if new:
        _write(session, hand, text, number, lambda text: bank_text.with_items(text, new))
    return len(new)


def _codes(item: Mapping[str, Any]) -> list[str]:
    parts = item.get("items")
    return [str(one.get("id")) for one in (item, *(parts if isinstance(parts, list) else ())) if isinstance(one, Mapping)]


def filled(item: Mapping[str, Any], changes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The item with what ``changes`` say of it and of its parts; of a rationale only the languages given are set."""
    new = dict(item)
    for key, value in changes.get(str(item.get("id")), {}).items():
        old = new.get(key)
        new[key] = {**(old if isinstance(old, Mapping) else {"zh": "", "en": ""}), **value} if key == "rationale" else value
    if isinstance(new.get("items"), list):
        new["items"] = [filled(part, changes) if isinstance(part, Mapping) else part for part in new["items"]]
    return new


def _change(session: Session, hand: Hand, write: Callable[[str], str], touched: Callable[[str], Any]) -> Saved:
    """Make a change in the current text if what it touches is there as its author saw it, else in the text they saw."""
    text, number = item_queries.bank(session, hand.draft)
    if hand.base != number:
        before = item_queries.bank_at(session, hand.draft, hand.base)
        if not same(_seen(touched, before), _seen(touched, text)):
            text, number = before, hand.base
    return _write(session, hand, text, number, write)


def _seen(touched: Callable[[str], Any], text: str) -> Any:
    try:
        return touched(text)
    except (NoItem, Unreadable):
        return None


def _write(session: Session, hand: Hand, text: str, number: int, write: Callable[[str], str]) -> Saved:
    try:
        new = write(text)
    except NoItem as error:
        raise NotFound from error
    except Unreadable as error:
        raise item_queries.unreadable(error) from error
    return save(session, actor=hand.actor, now=hand.now, draft=hand.draft, path=PATH, text=new, base=number, kind=EditKind.SAVED)

