"""What one may take along: courses in force of the own organisation with their keys, and what of a draft's questions is finished."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.assessments import queries as assessments
from lms.assessments import source_queries as banks
from lms.assessments.item_queries import parse_item
from lms.authoring import item_queries
from lms.authoring.models import CourseDraft
from lms.core import yamlfile
from lms.core.errors import NotFound
from lms.courses import queries as courses
from lms.courses.queries import CourseCard
from lms.facts.citation_queries import partner_of_courses
from lms.interop.texts import LANGUAGES


def writes_everywhere(actor: Actor) -> bool:
    """Whether ``actor`` writes courses of every organisation, and those of none."""
    return policy.scope(actor, Permission.COURSES_WRITE).everything


def own_courses(session: Session, actor: Actor) -> list[CourseCard]:
    """Courses in force that belong to an organisation for which ``actor`` writes; the administrator sees all."""
    scope, owners = policy.scope(actor, Permission.COURSES_WRITE), partner_of_courses(session)
    return [card for card in courses.courses(session) if scope.covers_partner(owners.get(card.slug))]


def own_course(session: Session, actor: Actor, slug: str) -> CourseCard:
    """One of them. Live keys are confidential: those of other organisations are not found. Raises NotFound."""
    found = next((card for card in own_courses(session, actor) if card.slug == slug), None)
    if found is None:
        raise NotFound
    return found


def bank_of(session: Session, slug: str) -> dict[str, bytes]:
    """The file of a course's item bank at its place in our collection; nothing for a course without one."""
    head = assessments.assessment_of_course(session, slug)
    return {f"assessments/{head.slug}.yaml": banks.bank_file(session, head.slug)} if head else {}


def bank_data(session: Session, slug: str) -> dict[str, Any]:
    """The plain data of a course's item bank in force. Raises NotFound."""
    head = assessments.assessment_of_course(session, slug)
    if head is None:
        raise NotFound
    return assessments.exported(session, head.slug)


@dataclass(frozen=True)
class Finished:
    """What of a draft's questions can go out: plain data of a bank of those, and the codes of the others."""

    data: dict[str, Any]
    open: list[str] = field(default_factory=list)


def of_draft(session: Session, draft: CourseDraft) -> Finished:
    """Sort a draft's questions. Raises Invalid when its bank can't be read."""
    try:
        text, _ = item_queries.bank(session, draft)
    except NotFound:
        return Finished({"items": []})
    blocks = item_queries.blocks(text)
    done = [block.data for block in blocks if _is_finished(block.data)]
    names = [block.code or f"({block.first_line})" for block in blocks if block.data not in done]
    return Finished({"course": draft.slug, "misconceptions": _beliefs(text), "items": done}, names)


def _beliefs(text: str) -> dict[str, Any]:
    """The misconceptions that are said in both languages."""
    whole = yamlfile.parse(text, "bank.yaml").data
    found = whole.get("misconceptions") if isinstance(whole, dict) else None
    pairs = found.items() if isinstance(found, dict) else ()
    return {code: words for code, words in pairs if isinstance(words, dict) and all(isinstance(words.get(one), str) for one in LANGUAGES)}


def _is_finished(data: Any) -> bool:
    """Whether everything is there that a question needs to be asked."""
    try:
        parse_item(data)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        return False
    return True
