"""Reading the gap board: lines as their reader may see them, their course over time, what is on offer to close them.

Everything comes from rollups, or from what was released with the latest snapshot; the cost does not grow with officials.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

from flask_babel import gettext
from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.competency import total_queries
from lms.competency.models import LeafRollup, Snapshot, SnapshotCell, SnapshotPost, Target
from lms.competency.queries import Cells
from lms.core.clock import day_number
from lms.core.i18n import pick
from lms.core.lately import lately
from lms.courses import queries as courses
from lms.people import queries as people
from lms.people.enums import TIER_NAMES, Tier
from lms.people.models import Position, Unit
from lms.portfolio import queries as portfolio
from lms.talent.board import Line, Total, total
from lms.talent.heat import Column
from lms.talent.queries import View

MOST_POINTS = 26
POINT_EVERY = timedelta(days=7)
ABOVE_COUNTIES = (Tier.PROVINCE, Tier.PREFECTURE)


def lines(session: Session, view: View, by: str, columns: Sequence[Column]) -> list[Line]:
    """All lines of the board of a unit, grouped by competency, unit, post, tier or strand; in the order of the framework."""
    match by:
        case "unit":
            critical = critical_codes(session, view.unit)
            return [line for row in view.rows if not row.direct for line in _of(row.code, row.name, row.cells, columns, critical)]
        case "post":
            return _by_post(session, view, columns)
        case "tier":
            names = {str(tier): str(name) for tier, name in TIER_NAMES.items()}
            critical = critical_codes(session, view.unit)
            return [line for key, cells in tier_cells(session, view).items() for line in _of(key, names.get(key, key), cells, columns, critical)]
        case "strand":
            return _by_strand(view, columns)
    return _of("", "", view.whole.cells, columns, critical_codes(session, view.unit))


def _of(key: str, name: str, cells: Mapping[str, object], columns: Sequence[Column], critical: Iterable[str]) -> list[Line]:
    known = set(critical)
    asked = (column for column in columns if column.code in cells and (cells[column.code] is None or cells[column.code].n_required))
    return [Line(key, name, c.code, c.name, c.strand, cells[c.code], c.code in known) for c in asked]


def _by_post(session: Session, view: View, columns: Sequence[Column]) -> list[Line]:
    found = post_cells(session, view)
    posts = {post.code: post for post in session.scalars(select(Position).where(Position.code.in_(found)))}
    critical = _critical_of_posts(session)
    return [line for code in sorted(found) for line in _of(code, pick(posts[code]), found[code], columns, critical.get(code, ()))]


def _by_strand(view: View, columns: Sequence[Column]) -> list[Line]:
    names = {"T": gettext("Technology"), "G": gettext("Governance")}
    made = {strand: total(view.whole.cells[c.code] for c in columns if c.strand == strand and c.code in view.whole.cells) for strand in names}
    asked = {strand for strand in names if any(c.strand == strand and c.code in view.whole.cells for c in columns)}
    return [Line(strand, names[strand], strand, names[strand], strand, made[strand]) for strand in names if strand in asked]


def post_cells(session: Session, view: View) -> dict[str, Cells]:
    """Cells by post: live for HR; for others as released, which only counties have."""
    if view.live:
        return counted(session, view, total_queries.post_cells)
    return total_queries.released_posts(session, view.snapshot, view.unit) if view.snapshot else {}


def counted(session: Session, view: View, count: Callable[..., dict[str, Cells]]) -> dict[str, Cells]:
    """Live totals over all leaves below a view's unit, on a large roster at most ten minutes old; above counties without what lapsed since."""
    unit = view.unit
    if unit.tier in ABOVE_COUNTIES or view.as_of is None:
        return lately((count.__name__, unit.id), lambda: count(session, unit))  # type: ignore[no-any-return]
    today = day_number(view.as_of)
    found: dict[str, Cells] = people.counted(session, (count.__name__, unit.id, today), lambda: count(session, unit, today))
    return found


def tier_cells(session: Session, view: View) -> dict[str, Mapping[str, object]]:
    """Cells by the tier in which people sit: live for HR; for others sums of published cells, hidden where one of them is."""
    found = counted(session, view, total_queries.tier_cells) if view.live else _published_tiers(session, view)
    return {str(tier): found[str(tier)] for tier in Tier if str(tier) in found}


def _published_tiers(session: Session, view: View) -> dict[str, Mapping[str, object]]:
    if view.snapshot is None:
        return {}
    return _published_by(session, view.snapshot, view.unit, Unit.tier)


def published_by_connection(session: Session, snapshot: Snapshot, unit: Unit) -> dict[str, Mapping[str, object]]:
    """As tiers, by the connection of the unit in which people sit."""
    return _published_by(session, snapshot, unit, Unit.connection)


def published_by_tier(session: Session, snapshot: Snapshot, unit: Unit) -> dict[str, Mapping[str, object]]:
    """As `published_by_connection`, by tier."""
    return _published_by(session, snapshot, unit, Unit.tier)


def _published_by(session: Session, snapshot: Snapshot, unit: Unit, by: object) -> dict[str, Mapping[str, object]]:
    c = SnapshotCell
    counts = (c.n_required, c.n_evidence, c.met, c.not_yet, c.unclear, c.no_evidence)
    query = (
        select(by, c.competency, func.count(), func.count(c.n_required), *(func.sum(n) for n in counts), func.sum(c.gap_milli * c.n_evidence))
        .join(Unit, Unit.id == c.unit_id)
        .where(c.snapshot_id == snapshot.id, *_people_once(unit))
        .group_by(by, c.competency)
    )
    found: defaultdict[str, dict[str, object]] = defaultdict(dict)
    for key, code, parts, shown, *numbers, gap in session.execute(query):
        found[key][code] = _total(numbers, gap) if parts == shown else None
    return dict(found)


def _people_once(unit: Unit) -> tuple[ColumnElement[bool], ...]:
    """The cells of a snapshot in which everybody of a subtree counts once: those who sit directly at a unit, and units with none below."""
    child = aliased(Unit)
    return Unit.path.startswith(unit.path, autoescape=True), or_(SnapshotCell.direct, ~exists().where(child.parent_id == Unit.id))


def _total(numbers: Sequence[int], gap: int | None) -> Total:
    counts = [int(n) for n in numbers]
    return Total(*counts, None, None, float(gap) / 1000 / counts[1] if counts[1] and gap is not None else None)


def critical_codes(session: Session, unit: Unit) -> set[str]:
    """Competencies that are critical for some post held below ``unit``; above counties, for any post."""
    if unit.tier in ABOVE_COUNTIES:
        return set(session.scalars(select(Target.competency).where(Target.critical).distinct()))
    query = (
        select(Target.competency)
        .join(LeafRollup, and_(LeafRollup.position_id == Target.position_id, LeafRollup.competency == Target.competency))
        .join(Unit, Unit.id == LeafRollup.unit_id)
        .where(Target.critical, LeafRollup.n_required > 0, Unit.path.startswith(unit.path, autoescape=True))
    )
    return set(session.scalars(query.distinct()))


def _critical_of_posts(session: Session) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for post, code in session.execute(select(Position.code, Target.competency).join(Target, Target.position_id == Position.id).where(Target.critical)):
        found[post].add(code)
    return found


@dataclass(frozen=True, slots=True)
class Point:
    """A cell on the day of a snapshot; gap and se in levels."""

    day: date
    gap: float
    se: float
    n_evidence: int


def trends(session: Session, unit_ids: Sequence[int], codes: Sequence[str]) -> dict[tuple[int, str], list[Point]]:
    """The published course of units' gaps by (unit id, competency), oldest first; days on which a cell was hidden are left out."""
    days = _chosen(session)
    if not days or not unit_ids:
        return {}
    c = SnapshotCell
    query = select(c.unit_id, c.competency, c.snapshot_id, c.gap_milli, c.se_milli, c.n_evidence).where(
        c.snapshot_id.in_(days), c.unit_id.in_(unit_ids), c.direct.is_(False), c.competency.in_(codes), c.gap_milli.is_not(None)
    )
    found: defaultdict[tuple[int, str], list[Point]] = defaultdict(list)
    for unit_id, code, snapshot_id, gap, se, n in session.execute(query.order_by(c.snapshot_id)):
        found[unit_id, code].append(Point(days[snapshot_id], gap / 1000, (se or 0) / 1000, n))
    return dict(found)


def post_trends(session: Session, unit: Unit, codes: Sequence[str]) -> dict[tuple[str, str], list[Point]]:
    """The course of released totals by (post, competency); only counties have any."""
    days = _chosen(session)
    c = SnapshotPost
    query = select(Position.code, c.competency, c.snapshot_id, c.gap_milli, c.se_milli, c.n_evidence).join(Position, Position.id == c.position_id)
    found: defaultdict[tuple[str, str], list[Point]] = defaultdict(list)
    kept = query.where(c.snapshot_id.in_(days), c.unit_id == unit.id, c.competency.in_(codes), c.gap_milli.is_not(None)).order_by(c.snapshot_id)
    for post, code, snapshot_id, gap, se, n in session.execute(kept):
        found[post, code].append(Point(days[snapshot_id], gap / 1000, (se or 0) / 1000, n))
    return dict(found)


def strand_trends(session: Session, unit: Unit, view: View, columns: Sequence[Column]) -> dict[tuple[str, str], list[Point]]:
    """The course of strands by (strand, strand): days on which one of their competencies was hidden are left out."""
    found = {}
    for strand in ("T", "G"):
        codes = [c.code for c in columns if c.strand == strand and c.code in view.whole.cells]
        by_day: defaultdict[date, list[Point]] = defaultdict(list)
        for points in trends(session, [unit.id], codes).values():
            for point in points:
                by_day[point.day].append(point)
        found[strand, strand] = [_together(by_day[day]) for day in sorted(by_day) if len(by_day[day]) == len(codes)]
    return found


def tier_trends(session: Session, unit: Unit, codes: Sequence[str]) -> dict[tuple[str, str], list[Point]]:
    """The course of tiers by (tier, competency): sums of published cells, so they tell nothing new; days on which one of a tier's
    cells was hidden are left out. Above counties there are none: some cell of every tier is hidden every day."""
    days = {} if unit.tier in ABOVE_COUNTIES else _chosen(session)
    c = SnapshotCell
    error, weighted = func.sum((c.se_milli * c.n_evidence) * (c.se_milli * 1.0 * c.n_evidence)), func.sum(c.gap_milli * c.n_evidence)
    query = (
        select(Unit.tier, c.competency, c.snapshot_id, func.count(), func.count(c.n_required), func.sum(c.n_evidence), weighted, error)
        .join(Unit, Unit.id == c.unit_id)
        .where(c.snapshot_id.in_(days), c.competency.in_(codes), *_people_once(unit))
        .group_by(Unit.tier, c.competency, c.snapshot_id)
        .order_by(c.snapshot_id)
    )
    found: defaultdict[tuple[str, str], list[Point]] = defaultdict(list)
    for tier, code, snapshot_id, parts, shown, n, gap, spread in session.execute(query) if days else ():
        if parts == shown and n and gap is not None:
            found[tier, code].append(Point(days[snapshot_id], float(gap) / 1000 / int(n), sqrt(spread or 0) / 1000 / int(n), int(n)))
    return dict(found)


def _together(points: Sequence[Point]) -> Point:
    n = sum(point.n_evidence for point in points)
    error = sqrt(sum((point.se * point.n_evidence) ** 2 for point in points)) / n
    return Point(points[0].day, sum(point.gap * point.n_evidence for point in points) / n, error, n)


def _chosen(session: Session) -> dict[int, date]:
    """One snapshot a week from the newest back: a year fits into a picture a hand wide."""
    kept: dict[int, date] = {}
    last: date | None = None
    for snapshot_id, day in session.execute(select(Snapshot.id, Snapshot.as_of).where(Snapshot.ready).order_by(Snapshot.id.desc()).limit(400)):
        if last is None or last - day >= POINT_EVERY:
            kept[snapshot_id], last = day, day
        if len(kept) == MOST_POINTS:
            break
    return kept


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is for a competency: courses that move it as (slug, title), work samples as (code, level), lessons that serve it as (code, title)."""

    courses: tuple[tuple[str, str], ...]
    samples: tuple[tuple[str, int], ...]
    lessons: tuple[tuple[str, str], ...] = ()


def offers(session: Session, codes: Iterable[str]) -> dict[str, Offer]:
    """By competency."""
    cards = courses.courses(session)
    tasks = portfolio.offered(session)
    return {
        code: Offer(
            tuple((card.slug, pick(card.title)) for card in cards if code in card.moves),
            tuple((task.work_task.code, task.level) for task in tasks if task.competency == code),
            tuple((lesson, pick(title)) for lesson, title in courses.lessons_serving(session, code)),
        )
        for code in codes
    }


def tiers_of(session: Session, unit: Unit) -> dict[str, str]:
    """Tier by code of the units just below."""
    return dict(session.execute(select(Unit.code, Unit.tier).where(Unit.parent_id == unit.id)).all())


def ids_of(session: Session, codes: Iterable[str]) -> dict[str, int]:
    """Ids by unit code."""
    return dict(session.execute(select(Unit.code, Unit.id).where(Unit.code.in_(list(codes)))).all())


def posts_below(session: Session, unit: Unit) -> Sequence[Position]:
    """Posts with targets that somebody below ``unit`` holds; above counties, all of them: there somebody holds each."""
    if unit.tier in ABOVE_COUNTIES:
        return session.scalars(select(Position).where(Position.id.in_(select(Target.position_id))).order_by(Position.code)).all()
    held = select(LeafRollup.position_id).join(Unit, Unit.id == LeafRollup.unit_id).where(Unit.path.startswith(unit.path, autoescape=True))
    return session.scalars(select(Position).where(Position.id.in_(held.distinct())).order_by(Position.code)).all()
