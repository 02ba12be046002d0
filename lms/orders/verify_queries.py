"""The figures by which an order is verified: both cohorts around its beginning, and how the trained stand."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy.orm import Session

from lms.competency import cohort_queries
from lms.competency.cohort_queries import Around
from lms.competency.enums import StateKind
from lms.core import clock
from lms.orders import people_queries, verifying
from lms.orders.enums import Cohort, Measure, Verdict
from lms.orders.models import TrainingOrder
from lms.orders.verifying import Effect, Group, Met, Pair, Side
from lms.people.calendar_queries import today as day_of


@dataclass(frozen=True, slots=True)
class Line:
    """One competency of an order: what the training brought, how the trained stand against the ordered level, what follows."""

    code: str
    level: int
    effect: Effect
    met: Met
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Figures:
    """All competencies; the verdict of the order. ``as_of`` and ``since`` in ISO."""

    as_of: str
    since: str
    by_lot: bool
    lines: tuple[Line, ...]
    verdict: Verdict

    def stored(self) -> dict[str, Any]:
        """As data to keep."""
        return asdict(self)


def read(data: dict[str, Any]) -> Figures:
    """What was kept."""
    lines = tuple(
        Line(one["code"], one["level"], _effect(one["effect"]), Met(*one["met"]), Verdict(one["verdict"]))
        for one in data["lines"]
    )  # fmt: skip
    return Figures(data["as_of"], data["since"], data["by_lot"], lines, Verdict(data["verdict"]))


def _effect(data: dict[str, Any]) -> Effect:
    groups = {name: _group(data[name]) for name in ("trained", "waiting")}
    return Effect(**data | groups)


def _group(data: dict[str, Any]) -> Group:
    sides = {name: Side(**data[name]) if data[name] else None for name in ("before", "after")}
    return Group(**data | sides)


def figures(session: Session, order: TrainingOrder, now: datetime) -> Figures:
    """The order's figures as of ``now``; it has begun. Everyone who was to be trained first counts as trained, whether they finished or not."""
    since = _midnight(order.started_at)
    first = people_queries.ids(session, order.id, cohort=Cohort.FIRST)
    later = people_queries.ids(session, order.id, cohort=Cohort.LATER)
    codes = [one["code"] for one in order.competencies]
    around = cohort_queries.around(session, [*first, *later], codes, since=since)
    lines = []
    for one in order.competencies:
        code, level = one["code"], one["level"]
        found = verifying.effect(_pairs(around, first, code), _pairs(around, later, code), asked=(len(first), len(later)))
        met = _met(session, first, code, level, now)
        (verdict,) = verifying.of_order(Measure(order.measure), [found], [met], order.aim_milli)
        lines.append(Line(code, level, found, met, verdict))
    verdict = verifying.together([line.verdict for line in lines])
    return Figures(now.isoformat(), since.isoformat(), order.by_lot, tuple(lines), verdict)


def _midnight(started: datetime) -> datetime:
    """Where the day of the beginning starts, in the installation's time zone: what lies before is *before*."""
    zone = ZoneInfo(current_app.config["SETTINGS"].time_zone)
    return datetime.combine(day_of(started), time(), zone)


def _pairs(around: dict[tuple[int, str], Around], ids: list[int], code: str) -> list[Pair]:
    found = (around[one, code] for one in ids if (one, code) in around)
    return [Pair(one.before.m_milli / 1e3, one.before.v_micro / 1e6, one.after.m_milli / 1e3, one.after.v_micro / 1e6) for one in found]


def _met(session: Session, ids: list[int], code: str, level: int, now: datetime) -> Met:
    stands = cohort_queries.standings(session, ids, code, level=level, today=clock.day_number(now))
    return Met(len(ids), stands[StateKind.MET], stands[StateKind.NOT_YET], stands[StateKind.UNCLEAR])
