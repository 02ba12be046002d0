"""What the pages of a draft's questions show, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from lms.assessments.item_queries import Fault, released_versions
from lms.authoring import bank_text, item_preview, item_queries, problem_words
from lms.authoring import item_wording as words
from lms.authoring.enums import DraftState
from lms.authoring.item_faults import Said, of_head, of_item
from lms.authoring.item_form import number, shown
from lms.authoring.item_list import COGNITIVE, LEVELS, CellRow, Choice, ItemRow, cell_rows, chosen, item_rows, unasked
from lms.authoring.item_prior import SHARES, share_of
from lms.authoring.item_queries import Course
from lms.authoring.item_rows import in_order
from lms.authoring.models import CourseDraft
from lms.core.i18n import pick
from lms.facts import queries as facts


@dataclass(frozen=True, slots=True)
class Bank:
    """A draft's bank as read: its text and version, what items refer to, everything the check says."""

    text: str
    number: int
    course: Course
    faults: list[Fault]
    rows: list[ItemRow]
    cells: list[CellRow]
    unasked: list[str]
    head: list[Said]

    @property
    def data(self) -> dict[str, Any]:
        return bank_text.data(self.text)

    def gaps(self) -> int:
        """How many items have something to fill in."""
        return len(chosen(self.rows, Choice(missing="gaps")))


def read_bank(session: Session, draft: CourseDraft) -> Bank:
    """The draft's bank with everything the list says of it. Raises NotFound, Invalid."""
    text, version = item_queries.bank(session, draft)
    blocks = item_queries.blocks(text)
    course = item_queries.course(session, draft)
    faults = item_queries.faults(text, course)
    data = bank_text.data(text)
    rows = item_rows([(block.first_line, block.data) for block in blocks], faults)
    head = [spoken(Said("", one.what, one.cure, one.advice)) for one in of_head(faults)]
    return Bank(text, version, course, faults, rows, cell_rows(data), unasked(data), head)


def spoken(said: Said) -> Said:
    """A fault in the reader's language."""
    return Said(said.field, problem_words.said(said.what), problem_words.said(said.cure), said.advice)


def competencies(course: Course, *, current: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """Competencies to choose from in two groups: those the course moves, and the others."""
    names = item_queries.competency_names()
    labelled = {code: f"{code} {pick(name)}" for code, name in names.items()}
    if current and current not in labelled:
        labelled[current] = current
    moved = [(code, f"{labelled[code]} → L{course.moves[code]}") for code in labelled if code in course.moves]
    return [("moves", moved), ("others", [(code, text) for code, text in labelled.items() if code not in course.moves])]


def lessons(course: Course) -> list[tuple[str, str]]:
    """Lessons to choose from."""
    return [(one.code, f"{one.code} {pick(one.title)}".strip()) for one in course.lessons]


@dataclass(frozen=True, slots=True)
class Editor:
    """One item as its editor shows it: the data in the form, faults by field, previews, and what it was before."""

    code: str
    base: int
    item: Mapping[str, Any]
    said: Mapping[str, list[Said]]
    place: int
    total: int
    neighbours: tuple[str, str]
    frames: list[list[item_preview.Frame]]
    whole: bool
    released: int
    misconceptions: list[tuple[str, str]]
    facts: list[Any]
    share: int | None

    @property
    def errors(self) -> list[Said]:
        return [one for some in self.said.values() for one in some if not one.advice]

    @property
    def advice(self) -> list[Said]:
        return [one for some in self.said.values() for one in some if one.advice]

    @property
    def steps(self) -> list[Any]:
        return in_order(self.item)


def editor(session: Session, draft: CourseDraft, code: str, *, text: str, base: int, course: Course, item: Mapping[str, Any] | None = None) -> Editor:
    """The editor of one item of the bank ``text`` (version ``base``), with ``item`` as somebody is just writing it. Raises NotFound."""
    block = item_queries.one(text, code)
    now = item if item is not None else block.data
    codes = [other.code for other in item_queries.blocks(text)]
    data = bank_text.data(text)
    said: dict[str, list[Said]] = {}
    for one in of_item(item_queries.faults(text, course, (block.place, now)), block.place, now):
        said.setdefault(one.field, []).append(spoken(one))
    question, whole = item_preview.readable(now)
    register = register_of(data)
    known = facts.by_id(session, [shown(one) for one in now.get("facts") or ()] if isinstance(now.get("facts"), list) else [])
    prior = now.get("difficulty") if isinstance(now.get("difficulty"), Mapping) else {}
    return Editor(
        code, base, now, said, block.place, len(codes), (_beside(codes, block.place, -1), _beside(codes, block.place, 1)),
        item_preview.frames(question, code, register) if question else [], whole, max(released_versions(session, [code]).get(code, {}), default=0),
        [(key, f"{key} {pick(value)}") for key, value in register.items()], list(known.values()), _share(prior.get("prior_b"), now),
    )  # fmt: skip


def _beside(codes: list[str], place: int, step: int) -> str:
    return codes[place + step] if 0 <= place + step < len(codes) else ""


def _share(b: Any, item: Mapping[str, Any]) -> int | None:
    value = number(shown(b))
    return share_of(float(value), item) if isinstance(value, int | float) else None


def register_of(data: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The bank's misconceptions as far as they can be read."""
    register = data.get("misconceptions")
    known = register.items() if isinstance(register, dict) else ()
    return {str(code): {"zh": shown(one.get("zh")), "en": shown(one.get("en"))} for code, one in known if isinstance(one, dict)}


def frame(draft: CourseDraft, bank: Bank | None = None) -> dict[str, Any]:
    """What every page of a draft's questions knows."""
    pages = [("items", "draft_items.items"), ("fill", "draft_items.fill"), ("blueprint", "draft_items.blueprint_page"), ("beliefs", "draft_items.beliefs")]
    known = {"draft": draft, "words": words, "editable": draft.state == DraftState.DRAFT, "tabs": {name: url_for(end, ref=draft.ref) for name, end in pages}}
    return known | ({"bank": bank} if bank else {})


def choices(course: Course) -> dict[str, Any]:
    """What the fields of an item offer."""
    return {
        "competencies": competencies(course), "lesson_choices": lessons(course), "levels": [(n, f"L{n}") for n in LEVELS],
        "cognitive": [(code, f"{code} {words.COGNITIVE[code]}") for code in COGNITIVE], "share_choices": [(n, str(n)) for n in SHARES],
    }  # fmt: skip


