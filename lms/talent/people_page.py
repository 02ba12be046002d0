"""The people who sit directly at a unit, by competency: for those who may open their records. Every look is logged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.audit import Action, Event
from lms.competency import skill_queries as competency
from lms.core import clock
from lms.core.i18n import pick
from lms.core.paging import Page, page_of
from lms.people.models import Official, Position, Unit
from lms.talent import heat, unit_page, wording
from lms.talent.heat import Column
from lms.talent.unit_page import Choice


def listed(session: Session, unit: Unit, *, number: int) -> Page:
    """A page of (Official, Position) of the active people directly at ``unit``, by staff number."""
    query = select(Official, Position).join(Position, Position.id == Official.position_id)
    return page_of(session, query.where(Official.unit_id == unit.id, Official.active).order_by(Official.staff_no), number=number)


def readings(rows: Iterable[Any], code: str) -> Iterator[Event]:
    """What the log keeps of the list: each person in it was seen, and where."""
    return (Event(Action.PEOPLE_LISTED, official.staff_no, official.id, {"page": "unit skills", "unit": code}) for official, _position in rows)


def page(session: Session, unit: Unit, found: Page, columns: Sequence[Column], choice: Choice, now: datetime) -> dict[str, Any]:
    """The page for its template."""
    ids = [official.id for official, _position in found.rows]
    skills = competency.skills_of_many(session, ids, clock.day_number(now)) if ids else {}
    by_code = {official_id: {skill.competency: skill for skill in known} for official_id, known in skills.items()}
    needed = {code for known in by_code.values() for code in known}
    chosen = [column for column in heat.chosen(columns, area=choice.area, strand=choice.strand) if column.code in needed]
    drawn = Drawn(wording.states())
    return {
        "unit": pick(unit), "code": unit.code, "area": choice.area, "strand": choice.strand, "list": found,
        "sentence": _sentence(found.total), "filters": unit_page.filters(columns, choice, ".unit_people", unit.code),
        "groups": heat.groups(chosen),
        "columns": [{"code": c.code, "name": c.name, "first": heat.starts_group(chosen, i)} for i, c in enumerate(chosen)],
        "rows": [_row(official, position, by_code[official.id], chosen, drawn) for official, position in found.rows],
    }  # fmt: skip


def _sentence(total: int) -> str:
    people = ngettext("%(n)d person sits directly at this unit.", "%(n)d people sit directly at this unit.", total, n=total)
    return f"{people} " + gettext("This look at the list is logged, and each of them can see it in their record.")


def _row(official: Official, position: Position, skills: dict[str, Any], columns: Sequence[Column], drawn: Drawn) -> dict[str, Any]:
    return {
        "name": official.name,
        "note": pick(position),
        "url": url_for("competency.official_skills", ref=official.ref),
        "cells": [drawn.cell(skills.get(column.code), column) for column in columns],
    }


class Drawn(dict[tuple[str, str, int], dict[str, Any]]):
    """The cells of a page by competency, state and target: a thousand of them are a hundred different ones."""

    def __init__(self, states: dict[str, str]) -> None:
        super().__init__()
        self.states = states

    def cell(self, skill: Any, column: Column) -> dict[str, Any] | None:
        """What a cell shows; None where the post does not ask for the competency."""
        if skill is None:
            return None
        key = (column.code, str(skill.kind), skill.target)
        if key not in self:
            words = {"competency": column.name, "state": self.states[key[1]], "target": skill.target}
            label = gettext("%(competency)s: %(state)s, target level %(target)d", **words)
            self[key] = {"key": key, "kind": key[1], "target": skill.target, "label": label}
        return self[key]
