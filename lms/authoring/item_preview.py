"""A question of a draft as officials will see it, and what an answer to it is worth: the very macros and the very marking of quizzes.

Nothing is stored. Two languages stand on one page, so the ids of each get an ending of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from pydantic import ValidationError

from lms.assessments.item_queries import (
    REASONS,
    AnswerRefused,
    Explained,
    Filled,
    FormData,
    Mark,
    Placed,
    Question,
    Refusal,
    explain,
    filled_from_form,
    parse_item,
    placed_parts,
    raw_answer,
    read_answer,
    view,
)
from lms.authoring.item_form import is_empty
from lms.core.i18n import language, speaking

LANGUAGES = ("zh-Hans", "en")
_IDS = re.compile(r'\b(id|for|aria-describedby)="([^"]+)"')
_BLANK = "…"
_EMPTY = _l("Choose or write an answer first.")


@dataclass(frozen=True, slots=True)
class Frame:
    """One question in one language. ``html``: the question, or after an answer what a reader learns; ``mark`` what it was worth.

    ``error``: why the answer can't be taken, in the language of the page; ``html`` says it in the question's.
    """

    part: int
    language: str
    html: Markup
    mark: Mark | None = None
    error: str = ""

    @property
    def suffix(self) -> str:
        return f"{self.part}-{self.language}"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was sent: to which part, in which language, with which fields."""

    part: int
    language: str
    form: FormData


def parsed(item: Mapping[str, Any]) -> Question | None:
    """The item as quizzes read it, None while its shape is wrong."""
    try:
        return parse_item(dict(item))
    except ValidationError:
        return None


def readable(item: Mapping[str, Any]) -> tuple[Question | None, bool]:
    """The item as far as it can be shown, and whether it is whole: only then can an answer be marked."""
    whole = parsed(item)
    return (whole, True) if whole is not None else (parsed(_patched(dict(item))), False)


def _patched(item: dict[str, Any]) -> dict[str, Any]:
    """A copy in which dots stand for texts not yet written, and any key for one not yet chosen."""
    new = {key: value for key, value in _dotted(deepcopy(item)).items() if not is_empty(value)}
    if isinstance(new.get("items"), list):
        new["items"] = [_patched(part) for part in new["items"] if isinstance(part, dict)]
    rows = {name: [row["key"] for row in _dicts(new.get(name)) if isinstance(row.get("key"), str)] for name in ("options", "steps", "left", "right")}
    for row in _dicts(new.get("options")) if new.get("type") == "truefalse" else ():
        row.setdefault("judgement", True)
    new["answer"] = _any_answer(new, rows)
    return {key: value for key, value in new.items() if value is not None}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _any_answer(item: Mapping[str, Any], rows: Mapping[str, list[Any]]) -> Any:
    kind, known = item.get("type"), item.get("answer")
    if kind == "numeric":
        return {"value": 0} | {key: value for key, value in (known.items() if isinstance(known, Mapping) else ()) if not is_empty(value)}
    if kind == "multiple":
        return known or rows["options"][:2]
    if kind == "ordering":
        return rows["steps"]
    if kind == "matching":
        return {left: (rows["right"] or ["A"])[0] for left in rows["left"]} | (known if isinstance(known, Mapping) else {})
    return known or (rows["options"] or [None])[0]


def _dotted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _BLANK if key in ("zh", "en") and (one is None or one == "") else _dotted(one) for key, one in value.items()}
    return [_dotted(one) for one in value] if isinstance(value, list) else value


def frames(item: Question, seed: str, register: Mapping[str, Mapping[str, str]], given: Given | None = None) -> list[list[Frame]]:
    """For each question of the item its frames in both languages; the one that was answered shows what its reader learns."""
    return [[_frame(placed, number, lang, seed, register, given) for lang in LANGUAGES] for number, placed in enumerate(placed_parts(item), 1)]


def _frame(placed: Placed, part: int, lang: str, seed: str, register: Mapping[str, Mapping[str, str]], given: Given | None) -> Frame:
    if given is None or (given.part, given.language) != (part, lang):
        return Frame(part, lang, _question(placed, lang, seed, f"{part}-{lang}"))
    filled = filled_from_form(placed.question, given.form)
    try:
        answer = read_answer(placed.question, raw_answer(placed.question, filled), lang)
    except AnswerRefused as refused:
        return Frame(part, lang, _question(placed, lang, seed, f"{part}-{lang}", filled, _why(refused, lang)), None, _why(refused))
    explained = explain(placed, answer, seed, register)
    return Frame(part, lang, _shown(lang, f"{part}-{lang}", explained=explained), explained.mark)


def _why(refused: AnswerRefused, lang: str | None = None) -> str:
    """Why an answer can't be taken, in ``lang`` or the page's language. Here nothing can be put aside."""
    with speaking(lang or language()):
        return str(_EMPTY if refused.reason is Refusal.EMPTY else REASONS[refused.reason])


def _question(placed: Placed, lang: str, seed: str, suffix: str, filled: Filled | None = None, error: str = "") -> Markup:
    return _shown(lang, suffix, question=view(placed, filled or Filled(), seed), error=error)


def _shown(lang: str, suffix: str, *, question: Any = None, explained: Explained | None = None, error: str = "") -> Markup:
    with speaking(lang):
        html = render_template("authoring/_item_frame.html", question=question, explained=explained, error=error)
    return Markup(_IDS.sub(rf'\1="\2-{suffix}"', html))  # noqa: S704  (our own template, its values escaped)


def parts(item: Question | None) -> list[Question]:
    """The questions of an item, with what they inherit from their set."""
    return [placed.question for placed in placed_parts(item)] if item is not None else []
