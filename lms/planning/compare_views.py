"""Two to four plans side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Reply

from lms.access.guards import requires
from lms.access.permissions import Permission
from lms.core import db
from lms.core.i18n import Bilingual, pick
from lms.people import queries as people
from lms.planning import wording
from lms.planning.list_views import own_plan
from lms.planning.models import Plan

FEWEST, MOST = 2, 4


@requires(Permission.PLANS_EDIT)
def compare() -> str | Reply:
    """Hours, money, people, gap closed in all, by competency and by unit, and the share of the best possible."""
    session = db.session()
    chosen = [own_plan(session, ref) for ref in dict.fromkeys(request.args.getlist("plan"))][: MOST + 1]
    made = [plan for plan in chosen if plan.result]
    if not FEWEST <= len(made) <= MOST:
        flash(_("Choose two to four plans that have been made."), "warning")
        return redirect(url_for(".plans"))
    shown = {"competencies": _lines(made, "competencies", _competencies), "units": _lines(made, "units", lambda codes: _units(session, codes))}
    return render_template("planning/compare.html", plans=made, words=wording, same_data=_same_data(made), **shown)


def _same_data(plans: Sequence[Plan]) -> bool:
    """Whether they were made for the same unit on the same day."""
    return len({(plan.unit_id, plan.data_at.date() if plan.data_at else None) for plan in plans}) == 1


def _competencies(codes: list[str]) -> dict[str, str]:
    return {code: pick(wording.competency(code)) for code in codes}


def _units(session: Session, codes: list[str]) -> dict[str, str]:
    names = people.unit_names(session, codes)
    return {code: pick(names.get(code, Bilingual(code, code))) for code in codes}


def _lines(plans: Sequence[Plan], part: str, named: Any) -> list[dict[str, Any]]:
    """A line for each code that any of the plans has: gap closed and share by plan; the most is marked."""
    codes = list(dict.fromkeys(code for plan in plans for code in (plan.result or {})[part]))
    names, lines = named(codes), []
    for code in codes:
        cells = [(plan.result or {})[part].get(code) for plan in plans]
        most = max((cell["closed"] for cell in cells if cell), default=0.0)
        shown = [{"closed": cell["closed"], "share": wording.share(cell), "most": most > 0 and cell["closed"] == most} if cell else None for cell in cells]
        lines.append({"name": names[code], "code": code, "cells": shown})
    return lines
