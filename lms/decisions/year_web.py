"""Pages of yearly plans: the list, a plan, its files and its print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from lms.access import audit, policy
from lms.access.audit import Action
from lms.access.guards import current_actor, requires
from lms.access.permissions import Permission
from lms.core import db, numbers, paging, sheets
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import pick
from lms.decisions import money, wording, year_actions, year_queries
from lms.decisions.enums import Measure, YearState
from lms.decisions.models import PlanStep, YearlyPlan
from lms.decisions.web import MOST_EXPORTED, day_in, unit_choices
from lms.decisions.year_actions import Goal, Step
from lms.decisions.year_queries import Progress
from lms.people import queries as people
from lms.people.calendar_queries import today
from lms.web import files

blueprint = Blueprint("years", __name__)
READS = (Permission.PLANS_EDIT, Permission.SKILLS_SNAPSHOT)


def _chosen() -> dict[str, Any]:
    args = request.args
    texts = {"text": args.get("q", "").strip()[:80], "state": args.get("state", ""), "order": args.get("order", "year")}
    return texts | {"year": numbers.whole(args.get("year", ""), most=numbers.MOST_ROWS)}


@blueprint.get("/talent/yearly-plans/")
@requires(*READS)
def plans() -> str:
    """The yearly plans of one's units, searched, narrowed, ordered, page by page."""
    chosen = _chosen()
    page = paging.page_of(db.session(), year_queries.listed(current_actor(), **chosen), number=request.args.get("page", 1, type=int))
    kept = {key: request.args[key] for key in ("q", "state", "order", "year") if request.args.get(key)}
    may_edit = policy.may(current_actor(), Permission.PLANS_EDIT)
    years = [(str(year), str(year)) for year in range(today(g.now).year + 1, today(g.now).year - 6, -1)]
    return render_template("decisions/years.html", page=page, chosen=chosen, kept=kept, words=wording, may_edit=may_edit, years=years)


@blueprint.get("/talent/yearly-plans.<any(xlsx, csv):kind>")
@requires(*READS)
@db.writes
def export_list(kind: str) -> Response:
    """The same list as a file."""
    session = db.session()
    query = year_queries.listed(current_actor(), **_chosen()).options(selectinload(YearlyPlan.goals), selectinload(YearlyPlan.steps))
    rows = session.execute(query.limit(MOST_EXPORTED)).all()
    audit.record(session, actor=current_actor(), action=Action.YEARLY_PLANS_EXPORTED, subject=kind, now=g.now, rows=len(rows))
    heading = [_("Year"), _("Unit"), _("State"), _("Serves"), _("Goals"), _("Steps"), _("Planned, yuan"), _("Spent, yuan"), _("People")]
    table = [heading, *(_line(plan, unit) for plan, unit in rows)]
    return files.table(table, f"yearly-plans.{kind}", _("Yearly plans"))


def _line(plan: YearlyPlan, unit: Any) -> list[sheets.Cell]:
    sums = year_queries.money(plan.steps, today(g.now))
    known = [plan.year, pick(unit), str(wording.YEAR_STATES[plan.state]), plan.serves, len(plan.goals), sums.steps]
    return [*known, sums.planned / 100, sums.spent / 100, sums.people]


@blueprint.get("/talent/yearly-plans/new")
@requires(Permission.PLANS_EDIT)
def new() -> str:
    """For which unit, and for which year."""
    return _new_page()


def _new_page(error: str = "") -> str:
    year = today(g.now).year
    years = [(str(one), str(one)) for one in range(year, year + 3)]
    return render_template("decisions/new_year.html", units=unit_choices(db.session()), years=years, form=request.values, error=error)


@blueprint.post("/talent/yearly-plans/new")
@requires(Permission.PLANS_EDIT)
def begin() -> Any:
    """Open the draft."""
    session = db.session()
    unit = people.unit_by_code(session, request.form.get("unit", ""))
    try:
        plan = year_actions.draft(session, actor=current_actor(), unit=unit, year=request.form.get("year", 0, type=int), now=g.now)
    except (Invalid, Conflict) as refused:
        return _new_page(str(refused)), refused.status
    return redirect(url_for(".plan", ref=plan.ref), 303)


@blueprint.get("/talent/yearly-plans/<ref>")
@requires(*READS)
def plan(ref: str) -> str:
    """A plan: headings, goals with how far they are, steps with owners, days and money."""
    return _plan_page(year_queries.by_ref(db.session(), current_actor(), ref))


def _shared(one: YearlyPlan) -> dict[str, Any]:
    return {
        "one": one, "words": wording, "yuan": money.yuan, "progress": year_queries.progress(db.session(), one),
        "sums": year_queries.money(one.steps, today(g.now)), "today": today(g.now),
    }  # fmt: skip


def _plan_page(one: YearlyPlan, refused: Invalid | Conflict | None = None) -> str:
    errors = [("", str(line)) for line in [refused.message, *refused.details]] if refused else []
    may_edit = policy.scope(current_actor(), Permission.PLANS_EDIT).covers_unit(one.unit.path)
    return render_template("decisions/year.html", may_edit=may_edit, form=request.form, errors=errors, draft=one.state == YearState.DRAFT, **_shared(one))


@blueprint.get("/talent/yearly-plans/<ref>/print")
@requires(*READS)
def printed(ref: str) -> str:
    """The plan on paper."""
    return render_template("decisions/print_year.html", **_shared(year_queries.by_ref(db.session(), current_actor(), ref)))


@blueprint.get("/talent/yearly-plans/<ref>.xlsx")
@requires(*READS)
@db.writes
def export(ref: str) -> Response:
    """The plan as a workbook: headings, goals, steps."""
    session = db.session()
    one = year_queries.by_ref(session, current_actor(), ref)
    audit.record(session, actor=current_actor(), action=Action.YEARLY_PLANS_EXPORTED, subject=ref, now=g.now, kind="xlsx")
    pages = {
        _("Plan"): _head_rows(one),
        _("Goals"): _goal_rows(year_queries.progress(session, one)),
        _("Steps"): _step_rows(one.steps),
    }
    return files.workbook(pages, f"yearly-plan-{one.unit.code}-{one.year}.xlsx")


def _head_rows(one: YearlyPlan) -> list[list[sheets.Cell]]:
    texts = [(wording.PARTS["outlook"], one.outlook), (wording.PARTS["functions"], one.functions), (wording.PARTS["ability"], one.ability)]
    head = [[_("Yearly plan"), f"{pick(one.unit)} {one.year}"], [_("State"), str(wording.YEAR_STATES[one.state])], [_("Serves"), one.serves]]
    return [*head, *([str(name), text] for name, text in texts), [_("What was learned"), one.learned]]


def _goal_rows(found: Sequence[Progress]) -> list[list[sheets.Cell]]:
    heading = [_("Heading"), _("Goal"), _("Measure"), _("At the start"), _("Now"), _("As of"), _("Target"), _("Way behind, per cent")]
    rows = []
    for one in found:
        goal, values = one.goal, [wording.value_words(one.goal.measure, milli) for milli in (one.start, one.now, one.goal.target_milli)]
        measure = wording.measure_words(goal.measure, goal.competency)
        rows.append([str(wording.PARTS[goal.part]), goal.words, measure, values[0], values[1], one.as_of, values[2], one.way])
    return [heading, *rows]


def _step_rows(steps: Sequence[PlanStep]) -> list[list[sheets.Cell]]:
    heading = [_("Step"), _("Owner"), _("Due on"), _("Done on"), _("Planned, yuan"), _("Spent, yuan"), _("People")]
    return [heading, *([s.words, s.owner, s.due_on, s.done_on, s.planned_fen / 100, s.spent_fen / 100, s.people] for s in steps)]


def _did(ref: str, done: Callable[[], YearlyPlan], said: str) -> Any:
    """Do something to a plan; a refusal shows on its page."""
    try:
        found = done()
    except (Invalid, Conflict) as refused:
        return _plan_page(year_queries.by_ref(db.session(), current_actor(), ref), refused), refused.status
    flash(said, "success")
    return redirect(url_for(".plan", ref=found.ref), 303)


def _with(ref: str) -> dict[str, Any]:
    return {"session": db.session(), "actor": current_actor(), "ref": ref, "now": g.now}


@blueprint.post("/talent/yearly-plans/<ref>")
@requires(Permission.PLANS_EDIT)
def write(ref: str) -> Any:
    """Keep what stands under the headings."""
    texts = {name: request.form.get(name, "") for name in year_actions.TEXTS}
    return _did(ref, lambda: year_actions.write(**_with(ref), texts=texts), _("Saved."))


@blueprint.post("/talent/yearly-plans/<ref>/goals")
@requires(Permission.PLANS_EDIT)
def add_goal(ref: str) -> Any:
    """Add a goal."""
    return _did(ref, lambda: year_actions.add_goal(**_with(ref), goal=_goal()), _("The goal is added; its start is what the snapshot says."))


def _goal() -> Goal:
    form = request.form
    texts = {name: form.get(name, "") for name in ("part", "words", "measure", "competency")}
    scale = 1000 if texts["measure"] == Measure.SHORTFALL else 10
    try:
        return Goal(**texts, target_milli=round(float(form.get("target", "").strip().rstrip("%")) * scale))
    except (ValueError, OverflowError):
        raise Invalid(_("Write the target as a number: per cent, or levels.")) from None


@blueprint.post("/talent/yearly-plans/<ref>/goals/<int:goal>/drop")
@requires(Permission.PLANS_EDIT)
def drop_goal(ref: str, goal: int) -> Any:
    """Take a goal out."""
    return _did(ref, lambda: year_actions.drop_goal(**_with(ref), goal_id=goal), _("The goal is taken out."))


@blueprint.post("/talent/yearly-plans/<ref>/steps")
@requires(Permission.PLANS_EDIT)
def add_step(ref: str) -> Any:
    """Add a step."""
    return _did(ref, lambda: year_actions.add_step(**_with(ref), step=_step()), _("The step is added."))


def _step() -> Step:
    form = request.form
    number = numbers.whole(form.get("people", "").strip() or "0", most=numbers.MOST_ROWS)
    if number is None:
        raise Invalid(_("Write the number of people as a whole number."))
    return Step(form.get("words", ""), form.get("owner", ""), day_in(form.get("due_on", "")), _fen("planned"), number)


def _fen(name: str) -> int:
    try:
        return money.fen(request.form.get(name, ""))
    except ValueError:
        raise Invalid(_("Write the money in yuan, with at most two places.")) from None


@blueprint.post("/talent/yearly-plans/<ref>/steps/<int:step>/drop")
@requires(Permission.PLANS_EDIT)
def drop_step(ref: str, step: int) -> Any:
    """Take a step out."""
    return _did(ref, lambda: year_actions.drop_step(**_with(ref), step_id=step), _("The step is taken out."))


@blueprint.post("/talent/yearly-plans/<ref>/steps/<int:step>")
@requires(Permission.PLANS_EDIT)
def report_step(ref: str, step: int) -> Any:
    """Note that a step is done, and what it cost."""

    def done() -> YearlyPlan:
        known = {"done_on": day_in(request.form.get("done_on", "")), "spent_fen": _fen("spent")}
        return year_actions.report_step(**_with(ref), step_id=step, **known)

    return _did(ref, done, _("Noted."))


@blueprint.post("/talent/yearly-plans/<ref>/adopt")
@requires(Permission.PLANS_EDIT)
def adopt(ref: str) -> Any:
    """Adopt the plan."""
    return _did(ref, lambda: year_actions.adopt(**_with(ref)), _("Adopted. Headings and goals stay as they are; steps are reported as they are done."))


@blueprint.post("/talent/yearly-plans/<ref>/review")
@requires(Permission.PLANS_EDIT)
def review(ref: str) -> Any:
    """Close the year."""
    return _did(ref, lambda: year_actions.review(**_with(ref), learned=request.form.get("learned", "")), _("Reviewed, with the figures of now."))


@blueprint.post("/talent/yearly-plans/<ref>/copy")
@requires(Permission.PLANS_EDIT)
def copy(ref: str) -> Any:
    """Begin next year's plan from this one."""
    return _did(ref, lambda: year_actions.copy(**_with(ref)), _("This is the draft for the next year; its goals start at the figures of now."))
