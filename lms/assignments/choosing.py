"""Whom an act of assigning reaches: people by staff number, or those of a unit by post, competency and standing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.policy import Scope
from lms.competency import skill_queries
from lms.competency.enums import StateKind
from lms.core.errors import Invalid
from lms.people.models import Official, Position, Unit
from lms.people.queries import batches, within

MOST = 5_000
"""So many people at once; a plan or a rule reaches more."""
STANDINGS = (StateKind.NOT_YET, StateKind.NO_EVIDENCE, StateKind.UNCLEAR)


@dataclass(frozen=True, slots=True)
class Choice:
    """Staff numbers win; else a unit (with all below it), a post's code, a competency and where people stand in it."""

    staff_nos: tuple[str, ...] = ()
    unit: str = ""
    position: str = ""
    competency: str = ""
    standings: tuple[str, ...] = ()


def chosen(session: Session, choice: Choice, scope: Scope, today: int) -> list[int]:
    """Ids of the active officials of ``scope`` whom the choice names. Raises Invalid with the staff numbers that are unknown there."""
    if choice.staff_nos:
        return _by_number(session, choice.staff_nos, scope)
    query = select(Official.id).join(Unit, Unit.id == Official.unit_id).where(Official.active, within(scope))
    unit = session.scalar(select(Unit).where(Unit.code == choice.unit))
    if unit is None:
        raise Invalid(_("There is no unit with this code."))
    query = query.where(Unit.path.startswith(unit.path, autoescape=True))
    if choice.position:
        query = query.join(Position, Position.id == Official.position_id).where(Position.code == choice.position)
    ids = list(session.scalars(query.order_by(Official.id).limit(MOST + 1)))
    if len(ids) > MOST:
        raise Invalid(_("That is more than %(n)d people at once. Choose a smaller unit, or make a rule.", n=MOST))
    return list(_standing(session, ids, choice, today)) if choice.competency else ids


def _by_number(session: Session, numbers: Sequence[str], scope: Scope) -> list[int]:
    query = select(Official.staff_no, Official.id).join(Unit, Unit.id == Official.unit_id).where(Official.active, within(scope))
    found = {row.staff_no: row.id for batch in batches(numbers) for row in session.execute(query.where(Official.staff_no.in_(batch)))}
    unknown = [number for number in numbers if number not in found]
    if unknown:
        listed = _(", ").join(unknown[:10])
        raise Invalid(_("Nobody in service in your units has these staff numbers: %(numbers)s", numbers=listed))
    return sorted(found.values())


def _standing(session: Session, ids: Sequence[int], choice: Choice, today: int) -> Iterator[int]:
    """Those whose post asks for the competency and who stand where the choice says (nowhere said: anywhere but met)."""
    wanted = choice.standings or STANDINGS
    for batch in batches(ids):
        for official_id, skills in skill_queries.skills_of_many(session, batch, today).items():
            if any(skill.competency == choice.competency and skill.kind in wanted for skill in skills):
                yield official_id
