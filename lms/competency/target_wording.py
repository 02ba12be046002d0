"""Targets in words of the reader's language: what is asked, because of which rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.competency import wording
from lms.competency.enums import StateKind, TargetState
from lms.competency.target_foresight_actions import NOT_REQUIRED
from lms.competency.target_version_queries import Thing
from lms.competency.targeting import Effective, Line, Lines, Scope
from lms.core import framework
from lms.core.i18n import Bilingual, pick
from lms.people.models import Position, Unit
from lms.web.filters import day


def state_name(state: str) -> str:
    """Where a version stands."""
    return {
        TargetState.DRAFT: _("draft"),
        TargetState.SIGNED: _("signed, not in force yet"),
        TargetState.IN_FORCE: _("in force"),
        TargetState.SUPERSEDED: _("superseded"),
        TargetState.WITHDRAWN: _("withdrawn"),
    }[TargetState(state)]


def reading(state: str) -> str:
    """A state before or after a change of targets."""
    return level(0) if state == NOT_REQUIRED else wording.state_name(StateKind(state))


def level(n: int | None) -> str:
    """A target level, kept on one line; 0 asks for nothing."""
    return "" if n is None else _("Level %(n)d", n=n).replace(" ", "\u00a0") if n else _("not required")


def line(one: Line | None, otherwise: Effective | None = None) -> str:
    """What a version says of a competency; where it says nothing, what holds ``otherwise`` if that is known."""
    if one is None:
        return _("as otherwise (%(level)s)", level=level(otherwise.level)) if otherwise else _("as otherwise")
    return _("%(level)s, critical", level=level(one.level)) if one.critical else level(one.level)


def title(thing: Thing, *, named: bool) -> str:
    """What the targets are of; ``named``: whether the reader learns whose they are."""
    if thing.official is not None:
        return _("Targets of %(name)s", name=thing.official.name) if named else _("Targets of an official")
    if thing.unit is not None and thing.position is not None:
        return _("Targets of the post “%(post)s” in %(unit)s", post=pick(thing.position), unit=pick(thing.unit))
    if thing.unit is not None:
        return _("Targets of everyone in %(unit)s", unit=pick(thing.unit))
    return _("The baseline for all") if thing.is_baseline else _("Targets of the post “%(post)s”", post=pick(thing.position))


@dataclass(frozen=True, slots=True)
class Names:
    """Units and posts by id, for words about rules."""

    units: Mapping[int, Bilingual]
    positions: Mapping[int, Bilingual]

    def because(self, one: Effective, *, own: bool = False) -> str:
        """Why this target holds; ``own``: said to the person."""
        if one.floor:
            return _("because the baseline for all asks for it")
        if one.scope is Scope.PROFILE:
            return _("by the profile of the post")
        since = day(one.valid_from)
        if one.scope is Scope.PERSON:
            return _("because of the rule for you of %(day)s", day=since) if own else _("because of the rule for this person of %(day)s", day=since)
        return _("because of the rule for %(whom)s of %(day)s", whom=self._whom(one), day=since)

    def _whom(self, one: Effective) -> str:
        post = pick(self.positions[one.position_id]) if one.position_id in self.positions else ""
        unit = pick(self.units[one.unit_id]) if one.unit_id in self.units else ""
        if post and unit:
            return _("the post “%(post)s” in %(unit)s", post=post, unit=unit)
        return unit or _("the post “%(post)s”", post=post)


def names(session: Session, asked: Iterable[Effective]) -> Names:
    """Names of everything that the rules are about."""
    asked = list(asked)
    units = {one.unit_id for one in asked if one.unit_id}
    positions = {one.position_id for one in asked if one.position_id}
    found = [
        {row.id: Bilingual(row.zh, row.en) for row in session.scalars(select(model).where(model.id.in_(ids)))} if ids else {}
        for model, ids in ((Unit, units), (Position, positions))
    ]
    return Names(*found)


def name_of(code: str) -> str:
    """The competency in the reader's language."""
    return pick(framework.read().competency(code).name) if code in framework.read().codes else code


def changes(before: Lines, after: Lines, otherwise: Mapping[str, Effective] | None = None) -> list[dict[str, Any]]:
    """What a version changes against the one before it, in the framework's order."""
    less = otherwise or {}
    order = {code: n for n, code in enumerate(framework.read().codes)}
    codes = sorted((code for code in before.keys() | after.keys() if before.get(code) != after.get(code)), key=lambda code: order.get(code, len(order)))
    return [
        {"code": code, "name": name_of(code), "before": line(before.get(code), less.get(code)), "after": line(after.get(code), less.get(code))}
        for code in codes
    ]


def origins(asked: Mapping[str, Effective], known: Names, *, own: bool) -> list[dict[str, Any]]:
    """The targets of a person with the rule that applies, in the framework's order."""
    order = {code: n for n, code in enumerate(framework.read().codes)}
    return [
        {"code": code, "name": name_of(code), "level": level(one.level), "critical": one.critical, "because": known.because(one, own=own), "rule": one.rule}
        for code, one in sorted(asked.items(), key=lambda item: order.get(item[0], len(order)))
    ]
