"""Reading a draft's questions: the bank's text, one item, and what the check says of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.assessments.item_queries import Fault, Surroundings, codes_beginning, find_faults, surroundings
from lms.authoring import bank_text, checking_queries, queries
from lms.authoring.bank_text import Block, NoItem, Unreadable
from lms.authoring.lesson_text import take_apart
from lms.authoring.models import CourseDraft
from lms.core import framework, yamlfile
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import Bilingual

PATH = "bank.yaml"


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson of the draft: its code, and its titles as far as they are there."""

    code: str
    title: Bilingual


@dataclass(frozen=True, slots=True)
class Course:
    """What items refer to in the head of the course."""

    moves: Mapping[str, int]
    lessons: Sequence[Lesson]
    around: Surroundings


def bank(session: Session, draft: CourseDraft) -> tuple[str, int]:
    """The bank's text and its version. Raises NotFound when the draft has none."""
    now = queries.file_now(session, draft.id, PATH)
    return now.text or "", now.number


def bank_at(session: Session, draft: CourseDraft, number: int) -> str:
    """The bank's text as it was. Raises NotFound."""
    file = queries.file_row(session, draft.id, PATH)
    if file is None:
        raise NotFound
    return queries.at(session, file.id, number).text or ""


def blocks(text: str) -> list[Block]:
    """The items of a bank. Raises Invalid when its text can't be read."""
    try:
        return bank_text.blocks(text)
    except Unreadable as error:
        raise unreadable(error) from error


def one(text: str, code: str) -> Block:
    """One item of a bank. Raises NotFound, Invalid."""
    try:
        return bank_text.one(text, code)
    except NoItem as error:
        raise NotFound from error
    except Unreadable as error:
        raise unreadable(error) from error


def unreadable(error: Exception) -> Invalid:
    """What to say when a bank's text is no bank that can be edited question by question."""
    return Invalid(_("The file of the questions can't be read as it stands. Correct it as text."), details=[str(error)])


def course(session: Session, draft: CourseDraft) -> Course:
    """What the items of a draft are checked against: framework, facts, and the draft's own head and lessons."""
    now = queries.files(session, draft.id)
    head = yamlfile.parse(now["course.yaml"].text or "", "course.yaml").data if "course.yaml" in now else None
    around = checking_queries.surroundings(session)
    known = surroundings(framework=around.framework_data, facts=around.facts_data, course=head)
    return Course(known.moves or {}, _lessons(head, now), known)


def _lessons(head: Any, now: Mapping[str, queries.FileNow]) -> list[Lesson]:
    rows = head.get("lessons") if isinstance(head, dict) else None
    found = []
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("id"), str):
            texts = {lang: now.get(f"lessons/{row.get('file')}.{lang}.md") for lang in ("zh", "en")}
            titles = {lang: take_apart(file.text or "").title if file else "" for lang, file in texts.items()}
            found.append(Lesson(row["id"], Bilingual(titles["zh"], titles["en"])))
    return found


def faults(text: str, known: Course, replaced: tuple[int, Mapping[str, Any]] | None = None) -> list[Fault]:
    """What the check says of a bank, with one item as somebody is just writing it."""
    data = bank_text.data(text)
    if replaced is not None and isinstance(data.get("items"), list):
        place, item = replaced
        data = data | {"items": [*data["items"][:place], dict(item), *data["items"][place + 1 :]]}
    return find_faults(data, known.around)[1]


def competency_names() -> dict[str, Bilingual]:
    """The framework's competencies by code, in its order."""
    return {one.code: one.name for one in framework.read().competencies}


def codes_of_course(session: Session, code: str) -> set[str]:
    """Codes of items of this course that were ever loaded: they are never used again."""
    return codes_beginning(session, f"{code}-")
