"""Reading versions of targets: what a thing has of its own, since when, signed by whom, and whom it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, literal, or_, select
from sqlalchemy.orm import Session

from lms.competency import target_queries
from lms.competency.enums import TargetState
from lms.competency.models import TargetLine, TargetSignature, TargetVersion
from lms.competency.targeting import ANYBODY, BASELINE, Effective, Line, Lines, Rule, Scope
from lms.core.errors import NotFound
from lms.people import queries as people
from lms.people.models import Official, Position, Unit


@dataclass(frozen=True, slots=True)
class Thing:
    """What targets are set for: a person, a unit (or one post in it), or a post."""

    position: Position | None = None
    unit: Unit | None = None
    official: Official | None = None

    @property
    def scope(self) -> Scope:
        return Scope.PERSON if self.official else Scope.UNIT if self.unit else Scope.POST

    @property
    def ids(self) -> dict[str, int | None]:
        """Columns of a version."""
        return {f"{name}_id": one.id if (one := getattr(self, name)) else None for name in ("position", "unit", "official")}

    @property
    def key(self) -> str:
        """The scope key of its versions."""
        return self.rule({}).key

    @property
    def is_baseline(self) -> bool:
        """Whether it is the post that stands for everybody."""
        return self.scope is Scope.POST and self.position.code == BASELINE

    def rule(self, lines: Lines, ref: str = "", valid_from: Any = None) -> Rule:
        """The rule that these lines make of it."""
        return Rule(ref, self.scope, lines, valid_from, **self.ids)


def thing_of(session: Session, version: TargetVersion) -> Thing:
    """What a version is about."""
    of = {"position": (Position, version.position_id), "unit": (Unit, version.unit_id), "official": (Official, version.official_id)}
    return Thing(**{name: session.get(model, key) if key else None for name, (model, key) in of.items()})


def by_ref(session: Session, ref: str) -> TargetVersion:
    """Raises NotFound."""
    found = session.scalar(select(TargetVersion).where(TargetVersion.ref == ref))
    if found is None:
        raise NotFound
    return found


def by_staff_no(staff_no: str) -> Select[Any]:
    """The official with that staff number."""
    return select(Official).where(Official.staff_no == staff_no.upper())


def newest(session: Session, key: str) -> TargetVersion | None:
    """The last version of a thing, whatever its state."""
    return session.scalar(select(TargetVersion).where(TargetVersion.scope_key == key).order_by(TargetVersion.number.desc()).limit(1))


def history(session: Session, key: str) -> Sequence[TargetVersion]:
    """All versions of a thing, the newest first."""
    return session.scalars(select(TargetVersion).where(TargetVersion.scope_key == key).order_by(TargetVersion.number.desc())).all()


def lines_of(session: Session, version_ids: Collection[int]) -> dict[int, dict[str, Line]]:
    """Lines by version; each asked-for version is there."""
    found: dict[int, dict[str, Line]] = {one: {} for one in version_ids}
    for row in session.execute(select(TargetLine.__table__).where(TargetLine.version_id.in_(found))):
        found[row.version_id][row.competency] = Line(row.level, row.critical)
    return found


def lines_in_force(session: Session, key: str) -> dict[str, Line]:
    """What a thing has of its own today; nothing where it follows what is less specific."""
    one = session.scalar(select(TargetVersion.id).where(TargetVersion.scope_key == key, TargetVersion.state == TargetState.IN_FORCE))
    return lines_of(session, [one])[one] if one else {}


def signatures(session: Session, version: TargetVersion) -> Sequence[TargetSignature]:
    """Who signed, in order."""
    return session.scalars(select(TargetSignature).where(TargetSignature.version_id == version.id).order_by(TargetSignature.at)).all()


def to_sign(session: Session, account_id: int | None) -> int:
    """How many drafts (up to 100) an expert could sign: neither their own nor signed by them already."""
    signed = select(TargetSignature.version_id).where(TargetSignature.account_id == account_id)
    drafts = select(TargetVersion.id).where(TargetVersion.state == TargetState.DRAFT, TargetVersion.id.not_in(signed))
    return len(session.scalars(drafts.where(TargetVersion.author_id.is_distinct_from(account_id)).limit(100)).all())


def in_scope(thing: Thing) -> Select[Any]:
    """Ids of the officials that a thing's targets are about, the inactive included."""
    query = select(Official.id)
    if thing.official is not None:
        return query.where(Official.id == thing.official.id)
    if thing.unit is not None:
        query = query.join(Unit, Unit.id == Official.unit_id).where(Unit.path.startswith(thing.unit.path, autoescape=True))
    if thing.position is not None and not thing.is_baseline:
        query = query.where(Official.position_id == thing.position.id)
    return query


def inherited(session: Session, thing: Thing) -> dict[str, Effective]:
    """What would be asked without targets of the thing's own, level 0 included: for a unit with no post named, nothing but the baseline."""
    if thing.official is not None:
        stand = target_queries.Stand(thing.official.id, thing.official.unit_id, thing.official.position_id)
    else:
        stand = target_queries.Stand(ANYBODY, thing.unit.id if thing.unit else 0, thing.position.id if thing.position else 0)
    return dict(target_queries.book(session, [stand]).having(thing.rule({})).profile(*stand).effective)


def baseline_for_all(session: Session) -> Mapping[str, Effective]:
    """The least that everybody is asked for, by competency."""
    base = session.scalar(select(Position.id).where(Position.code == BASELINE))
    return target_queries.book(session, [(ANYBODY, 0, base)]).profile(ANYBODY, 0, base).effective if base else {}


def profiles(session: Session, positions: Collection[int]) -> dict[int, Mapping[str, Effective]]:
    """What each post asks for everywhere, level 0 included."""
    known = target_queries.book(session, [(ANYBODY, 0, position) for position in positions])
    return {position: known.profile(ANYBODY, 0, position).effective for position in positions}


def posts(session: Session, *, text: str = "", order: str = "code") -> Select[Any]:
    """Rows of (Position, active officials)."""
    holders: dict[int, int] = people.counted(session, "holders of posts", lambda: dict(session.execute(_HOLDERS).all()))
    n = case(holders, value=Position.id, else_=0) if holders else literal(0)
    query = select(Position, n)
    if text:
        wanted = [func.lower(column).contains(text.lower(), autoescape=True) for column in (Position.code, Position.name_zh, Position.name_en)]
        query = query.where(or_(*wanted))
    orders = {"name": (Position.name_zh, Position.code), "people": (n.desc(), Position.code)}
    return query.order_by(*orders.get(order, (Position.code,)))


_HOLDERS = select(Official.position_id, func.count()).where(Official.active).group_by(Official.position_id)


def of_units(session: Session, position: Position | None) -> dict[int, list[TargetVersion]]:
    """Versions in force of units for a post, and for everyone in a unit, by unit id."""
    posts_ = [TargetVersion.position_id.is_(None)] + ([TargetVersion.position_id == position.id] if position else [])
    query = select(TargetVersion).where(TargetVersion.scope == Scope.UNIT.value, TargetVersion.active, or_(*posts_))
    found: defaultdict[int, list[TargetVersion]] = defaultdict(list)
    for one in session.scalars(query.order_by(TargetVersion.id)):
        found[one.unit_id].append(one)
    return found


NEWEST = (TargetVersion.drafted_at.desc(), TargetVersion.id.desc())
CHANGE_ORDERS = {
    "newest": NEWEST,
    "day": (TargetVersion.valid_from.desc(), *NEWEST),
    "unit": (Unit.code, Position.code, *NEWEST),
    "author": (TargetVersion.author, *NEWEST),
}


def changes(*, state: str = "", text: str = "", order: str = "newest") -> Select[Any]:
    """Versions with what they are about. Rows are (TargetVersion, Position, Unit, Official), each but the first or None."""
    query = (
        select(TargetVersion, Position, Unit, Official)
        .outerjoin(Position, Position.id == TargetVersion.position_id)
        .outerjoin(Official, Official.id == TargetVersion.official_id)
        .outerjoin(Unit, Unit.id == func.coalesce(TargetVersion.unit_id, Official.unit_id))
    )
    if state:
        query = query.where(TargetVersion.state == state)
    if text:
        names = (
            Position.code,
            Position.name_zh,
            Position.name_en,
            Unit.code,
            Unit.name_zh,
            Unit.name_en,
            Official.name,
            Official.staff_no,
            TargetVersion.reason,
        )
        query = query.where(or_(*(func.lower(column).contains(text.lower(), autoescape=True) for column in names)))
    return query.order_by(*CHANGE_ORDERS.get(order, NEWEST))
