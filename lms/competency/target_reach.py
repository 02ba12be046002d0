"""Who may read which targets: posts' by everyone who reads skills, units' above and below one's own, persons' by HR and experts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.competency.models import TargetVersion
from lms.competency.target_version_queries import Thing
from lms.competency.targeting import Scope
from lms.core.errors import Forbidden
from lms.people import queries as people
from lms.people.models import Unit

READERS = (Permission.TARGETS_EDIT, Permission.TARGETS_SIGN, Permission.SKILLS_SNAPSHOT)


@dataclass(frozen=True, slots=True)
class Reach:
    """The units whose targets one reads, and whether those of persons there too."""

    scope: policy.Scope
    persons: bool

    def covers(self, thing: Thing) -> bool:
        if thing.official is not None:
            return self.persons and self.scope.covers_unit(thing.official.unit.path)
        if thing.unit is None:
            return True
        return self.scope.covers_unit(thing.unit.path) or any(path.startswith(thing.unit.path) for path in self.scope.paths)

    def condition(self) -> ColumnElement[Any]:
        """The versions that it covers, for `target_version_queries.changes`."""
        if self.scope.everything:
            return true()
        above = {int(part) for path in self.scope.paths for part in path.split("/") if part}
        here = people.within(self.scope)
        units = and_(TargetVersion.scope == Scope.UNIT.value, or_(here, Unit.id.in_(above)))
        persons = and_(TargetVersion.scope == Scope.PERSON.value, here)
        return or_(TargetVersion.scope == Scope.POST.value, units, *([persons] if self.persons else []))


def reach(actor: Actor) -> Reach:
    """How far the actor reads targets."""
    if policy.may(actor, Permission.TARGETS_SIGN):
        return Reach(policy.Scope(everything=True), True)
    edit = policy.scope(actor, Permission.TARGETS_EDIT)
    return Reach(edit, True) if edit else Reach(policy.scope(actor, Permission.SKILLS_SNAPSHOT), False)


def ensure(actor: Actor, thing: Thing) -> None:
    """Raises Forbidden unless the actor may read the targets of the thing."""
    if not reach(actor).covers(thing):
        raise Forbidden


def named(actor: Actor, thing: Thing) -> bool:
    """Whether the actor learns whose targets they are: experts of partner organisations sign levels, not people."""
    return thing.official is None or policy.scope(actor, Permission.TARGETS_EDIT).covers_unit(thing.official.unit.path)


def live_scope(session: Session, actor: Actor, thing: Thing) -> tuple[policy.Scope, bool]:
    """Where the actor may see states as they are now, and whether that is everywhere the thing's targets reach."""
    scope = policy.scope(actor, Permission.SKILLS_LIVE)
    place = thing.official.unit if thing.official else thing.unit
    if place is not None:
        return scope, scope.covers_unit(place.path)
    roots = people.scope_roots(session, policy.Scope(everything=True))
    return scope, bool(roots) and all(scope.covers_unit(root.path) for root in roots)
