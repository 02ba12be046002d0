"""Who is in a plan, for HR: the list, why somebody gets a course, and the files. Every reading of names is written down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, g, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, paging
from lms.core.errors import NotFound
from lms.core.i18n import Bilingual, enumerated, pick
from lms.people import queries as people_queries
from lms.planning import by_hand_views, queries, wording
from lms.planning.list_views import own_plan
from lms.planning.models import Plan, PlanItem

KEPT = ("q", "course", "order")


def chosen_people() -> dict[str, str]:
    """How the list is narrowed and ordered."""
    args = request.args
    return {"text": args.get("q", "").strip()[:80], "course": args.get("course", ""), "order": args.get("order", "staff_no")}


@requires(Permission.PLANS_EDIT)
@db.writes
def people(ref: str) -> Response:
    """Officials with their courses, searched, narrowed, ordered, page by page."""
    session = db.session()
    one, chosen = own_plan(session, ref), chosen_people()
    query = queries.people(one, policy.scope(current_actor(), Permission.PLANS_EDIT), **chosen)
    page = paging.page_of(session, query, number=request.args.get("page", 1, type=int))
    hands = by_hand_views.hands_of(session, one)
    _log(session, one, [*page.rows, *((None, line["who"]) for line in hands)])
    kept = {key: value for key, value in request.args.items() if key in KEPT and value}
    titles = queries.titles(session, (one.result or {}).get("courses", ()))
    hand = {"hands": hands, "courses": queries.course_choices(session), "changeable": by_hand_views.changeable(one)}
    body = render_template("planning/people.html", plan=one, page=page, chosen=chosen, kept=kept, titles=titles, closes=closes, words=wording, **hand)
    return make_response(body, {"Cache-Control": "no-store"})


def _log(session: Session, plan: Plan, rows: Sequence[Any]) -> None:
    events = [audit.Event(Action.PLAN_LISTED, staff_no, official_id, {"plan": plan.ref}) for official_id, staff_no in people_of(rows).items()]
    audit.record_many(session, actor=current_actor(), now=g.now, events=events)


def people_of(rows: Sequence[Any]) -> dict[int, str]:
    """Staff numbers by id of those in some rows of a plan."""
    return {row[1].id: row[1].staff_no for row in rows}


def closes(item: PlanItem) -> str:
    """Which gaps a place closes, in words."""
    said = [
        _("%(code)s %(part)s of %(gap)s", code=code, part=f"{part / 1000:.2f}", gap=f"{gap / 1000:.2f}") for code, (gap, part, _weight) in item.closes.items()
    ]
    return enumerated(said) or _("nothing beside the others")


@requires(Permission.PLANS_EDIT)
@db.writes
def person(ref: str, official: str) -> Response:
    """Why this person gets these courses, and what else could have been."""
    session = db.session()
    one, who = own_plan(session, ref), people_queries.official_by_ref(session, official)
    policy.ensure_unit(current_actor(), Permission.PLANS_EDIT, who.unit.path)
    rows = queries.items_of(session, one, who.id)
    if not rows:
        raise NotFound
    audit.record(session, actor=current_actor(), action=Action.PLAN_LISTED, subject=who.staff_no, now=g.now, official_id=who.id, plan=ref)
    facts = (one.facts or {})["courses"]
    titles = queries.titles(session, facts)
    reasons = [_reason(item, slug, facts, titles, one) for item, slug in rows]
    body = render_template("planning/person.html", plan=one, who=who, reasons=reasons, words=wording, hours=sum(reason["hours"] for reason in reasons))
    return make_response(body, {"Cache-Control": "no-store"})


def _reason(item: PlanItem, slug: str, facts: dict[str, Any], titles: dict[str, Bilingual], plan: Plan) -> dict[str, Any]:
    """One course of a person: each gap that it closes, what that is an hour, and the other courses for the same gaps."""
    course = facts[slug]
    lines = [_line(code, line, course["gains"].get(code)) for code, line in item.closes.items()]
    others = [
        _other(code, gap, other, facts[other], pick(titles[other])) for code, (gap, _part, _weight) in item.closes.items() for other in facts if other != slug
    ]
    counted = sum(part * weight for _gap, part, weight in item.closes.values()) / 1000
    return {
        "title": pick(titles[slug]), "slug": slug, "hours": course["hours"], "must": item.must, "lines": lines,
        "rate": f"{counted / course['hours']:.2f}", "others": [other for other in others if other],
        "least": f"{(plan.result or {})['least_rate']:.2f}",
    }  # fmt: skip


def _line(code: str, closes: Sequence[int], gain: Sequence[int] | None) -> dict[str, str]:
    gap, part, weight = closes
    expected, _spread, learned = gain or (0, 0, 0)
    source = _("learned from %(n)d officials", n=learned) if learned else _("assumed: nobody measured yet")
    shown = {
        "gap": f"{gap / 1000:.2f}",
        "part": f"{part / 1000:.2f}",
        "expected": f"{expected / 1000:.2f}",
        "source": source,
        "weight": _("%(n)d times", n=weight) if weight > 1 else _("once"),
    }
    return {"name": pick(wording.competency(code)), "code": code, **shown}


def _other(code: str, gap: int, slug: str, course: dict[str, Any], title: str) -> dict[str, str] | None:
    gain = course["gains"].get(code)
    if not gain or not gain[0]:
        return None
    part = min(gap, gain[0]) / 1000
    return {"title": title, "code": code, "hours": str(course["hours"]), "part": f"{part:.2f}", "rate": f"{part / course['hours']:.2f}"}
