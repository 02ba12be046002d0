"""Who is told when a fact changes: authors and administrators who have to look, officials whose quiz closes and opens again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.permissions import Role
from lms.courses.models import Course, CourseRevision
from lms.facts import citation_queries
from lms.facts.flag_queries import is_overdue
from lms.facts.models import Fact, FactFlag
from lms.people import notice_actions
from lms.people.holder_queries import holders


def flagged(session: Session, fact: Fact, flags: Iterable[FactFlag], *, now: datetime) -> None:
    """Tell whoever looks at these flags of ``fact`` how many wait for them, once each."""
    for account_ids, mine in _by_owner(session, flags):
        about = {"code": fact.code, "zh": fact.zh[:200], "en": fact.en[:300], "n": len(mine), "suspended": sum(flag.suspended for flag in mine)}
        about["due"] = max(flag.due_on for flag in mine).isoformat()
        notice_actions.tell_accounts(session, kind="fact_flagged", facts=dict.fromkeys(account_ids, about), now=now)


def due(session: Session, flags: Iterable[FactFlag], *, today: date, now: datetime) -> None:
    """Remind whoever looks: how many are due soon, how many overdue."""
    for account_ids, mine in _by_owner(session, flags):
        late = sum(is_overdue(flag, today) for flag in mine)
        about = {"n": len(mine), "overdue": late, "due": min(flag.due_on for flag in mine).isoformat()}
        notice_actions.tell_accounts(session, kind="facts_due", facts=dict.fromkeys(account_ids, about), now=now)


def _by_owner(session: Session, flags: Iterable[FactFlag]) -> Iterable[tuple[list[int], list[FactFlag]]]:
    owners = citation_queries.partner_of_courses(session)
    grouped: dict[int | None, list[FactFlag]] = defaultdict(list)
    for flag in flags:
        grouped[owners.get(flag.course_slug)].append(flag)
    for partner_id, mine in grouped.items():
        yield _who_looks(session, partner_id), mine


def _who_looks(session: Session, partner_id: int | None) -> list[int]:
    """Accounts of the authors of an organisation; of the administrators where there is none, or none of its authors is left."""
    authors = holders(session, Role.AUTHOR, partner_ids=[partner_id]) if partner_id is not None else []
    return authors or holders(session, Role.ADMINISTRATOR)


def closed_or_open(session: Session, *, before: Mapping[str, str | None], after: Mapping[str, str | None], now: datetime) -> None:
    """Tell learners and those who look which quizzes closed, and which opened again."""
    for slug in sorted(after.keys() - before.keys()):
        _tell(session, "quiz_closed", slug, after[slug], now)
    for slug in sorted(before.keys() - after.keys()):
        _tell(session, "quiz_open_again", slug, before[slug], now)


def _tell(session: Session, kind: str, slug: str, course_slug: str | None, now: datetime) -> None:
    query = select(Course.id, CourseRevision.title_zh, CourseRevision.title_en).join(CourseRevision, CourseRevision.id == Course.current_revision_id)
    course = session.execute(query.where(Course.slug == course_slug)).one_or_none()
    about: dict[str, Any] = {"slug": slug, "zh": course.title_zh if course else slug, "en": course.title_en if course else slug}
    if course is not None:
        learners = citation_queries.underway(session, course.id)
        notice_actions.tell(session, kind=kind, facts=dict.fromkeys(learners, about), now=now)
    owner = citation_queries.partner_of_courses(session).get(course_slug or "")
    notice_actions.tell_accounts(session, kind=f"{kind}_to_owner", facts=dict.fromkeys(_who_looks(session, owner), about), now=now)

