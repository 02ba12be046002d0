"""Reading the register: facts by word or id, their versions and sources, and the register as the checks of packages want it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.courses.register_queries import Fact as PlainFact
from lms.facts.enums import FactStatus
from lms.facts.models import Fact, FactDoubt, FactRevision, FactSource

FOUND = 20
MOST = 5000
"""More facts than any register of a county has."""


def find(session: Session, text: str, *, limit: int = FOUND) -> Sequence[Fact]:
    """The first facts whose id, statement in either language or note holds every word of ``text``, by id."""
    return session.scalars(_in_order(select(Fact).where(holds(text))).limit(limit)).all()


def by_id(session: Session, ids: Iterable[str]) -> dict[str, Fact]:
    """The facts with these ids (LF-101) that the register has."""
    return {fact.code: fact for fact in session.scalars(select(Fact).where(Fact.code.in_(set(ids))))}


def fact(session: Session, code: str, *, lock: bool = False) -> Fact:
    """One fact by its id. Raises NotFound."""
    query = select(Fact).where(Fact.code == code)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def holds(text: str) -> ColumnElement[bool]:
    """That a fact holds every word of ``text`` somewhere; everything holds no word."""
    columns = (Fact.code, Fact.statement_zh, Fact.statement_en, Fact.note)
    return and_(True, *(or_(*(func.lower(column).contains(word, autoescape=True) for column in columns)) for word in text.lower().split()[:10]))


def _in_order(query: Select[Any]) -> Select[Any]:
    # LF-99 before LF-101 before LF-1001
    return query.order_by(func.length(Fact.code), Fact.code)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is looked for in the list: words, a status (or ``overdue``), an order."""

    text: str = ""
    status: str = ""
    order: str = "id"


ORDERS: Mapping[str, Sequence[Any]] = {
    "id": (func.length(Fact.code), Fact.code),
    "review": (Fact.review_by.is_(None), Fact.review_by, func.length(Fact.code), Fact.code),
    "changed": (Fact.changed_at.desc(), func.length(Fact.code), Fact.code),
    "sure": (Fact.conf, func.length(Fact.code), Fact.code),
}


def listed(choice: Choice, *, today: date) -> Select[Any]:
    """The facts of a list."""
    query = select(Fact).where(holds(choice.text)).order_by(*ORDERS.get(choice.order, ORDERS["id"]))
    if choice.status == "overdue":
        return query.where(overdue(today))
    return query.where(Fact.status == choice.status) if choice.status in set(FactStatus) else query


def overdue(today: date) -> ColumnElement[bool]:
    """That a fact's day of review has passed."""
    return Fact.review_by < today


def counts(session: Session, *, today: date) -> dict[str, int]:
    """How many facts have each status, and how many are ``overdue``."""
    found: dict[str, int] = {str(status): n for status, n in session.execute(select(Fact.status, func.count()).group_by(Fact.status))}
    found["overdue"] = session.scalar(select(func.count(Fact.id)).where(overdue(today))) or 0
    return found


def versions(session: Session, fact_id: int) -> Sequence[FactRevision]:
    """A fact's versions, the newest first."""
    return session.scalars(select(FactRevision).where(FactRevision.fact_id == fact_id).order_by(FactRevision.number.desc())).all()


def version(session: Session, fact_id: int, number: int) -> FactRevision:
    """One version of a fact. Raises NotFound."""
    found = session.scalar(select(FactRevision).where(FactRevision.fact_id == fact_id, FactRevision.number == number))
    if found is None:
        raise NotFound
    return found


def changed_in_substance(session: Session) -> dict[str, datetime]:
    """When what they state last changed, by id; facts that still state what they did at first are left out."""
    r = FactRevision
    query = select(Fact.code, func.max(r.at)).join(r, r.fact_id == Fact.id).where(r.number > 1, r.substance)
    return dict(session.execute(query.group_by(Fact.code)).all())


def sources(session: Session) -> dict[str, str]:
    """What the codes of sources stand for."""
    return dict(session.execute(select(FactSource.code, FactSource.text).order_by(FactSource.code)).all())


def doubts(session: Session) -> Sequence[FactDoubt]:
    """What may not be written as a fact."""
    return session.scalars(select(FactDoubt).order_by(FactDoubt.id)).all()


def next_code(session: Session) -> str:
    """An id that no fact has."""
    numbers = [int(code.partition("-")[2]) for code in session.scalars(select(Fact.code))]
    return f"LF-{max(numbers, default=100) + 1}"


def for_checks(session: Session) -> dict[str, PlainFact]:
    """The register as the check of course packages wants it (``Surroundings.facts``); empty while none is loaded."""
    return {fact.code: _plain(fact) for fact in session.scalars(_in_order(select(Fact)).limit(MOST))}


def _plain(fact: Fact) -> PlainFact:
    return PlainFact(
        id=fact.code, zh=fact.zh, en=fact.en, status=FactStatus(fact.status), conf=fact.conf, src=list(fact.src), note=fact.note or None,
        review_by=fact.review_by,
    )  # fmt: skip


def plain_data(session: Session) -> dict[str, Any]:
    """The register as the plain data of its file, schema ``facts/1`` (``Surroundings.facts_data``, and what is exported)."""
    facts = [one.model_dump(mode="json", exclude_none=True) for one in for_checks(session).values()]
    doubtful = [{"ref": one.fact_code or None, "what": one.what} for one in doubts(session)]
    return {"schema": "facts/1", "sources": sources(session), "facts": facts, "doubtful": doubtful}
