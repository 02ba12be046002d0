"""``lms plans``: make a plan from the command line and print it."""

from __future__ import annotations

import json
from datetime import timedelta

import click

from lms.access.actor import operator
from lms.core import clock
from lms.core.command import LazyGroup, fail, needs_app
from lms.core.db import database
from lms.people.calendar_queries import today as day_of
from lms.planning.enums import PlanState
from lms.planning.limits import Limits
from lms.planning.models import Plan


@click.group(cls=LazyGroup, lazy={})
def plans() -> None:
    """Training plans: who should take which course within the hours there are."""


@plans.command("make", epilog="Example:  lms plans make --unit 513399 --hours 1200 --person-hours 24 --floor 50 --format json")
@click.option("--unit", required=True, metavar="CODE", help="For this unit and all below it.")
@click.option("--hours", required=True, type=click.IntRange(1), help="Class hours of all people together.")
@click.option("--person-hours", type=click.IntRange(1), help="Class hours a person, at most.")
@click.option("--floor", default=0, show_default=True, type=click.IntRange(0, 100), help="Per cent of its share of the hours that each unit gets at least.")
@click.option("--must", multiple=True, metavar="POST", help="Code of a must-have post: its open critical gaps come first. May be repeated.")
@click.option("--seats", multiple=True, metavar="COURSE=N", help="Seats in a course; 0 leaves it out. May be repeated.")
@click.option("--name", default="", help="Name of the plan in the list.")
@click.option("--days", default=91, show_default=True, type=click.IntRange(1), help="Length of the period, from today.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@needs_app
def make(
    *, unit: str, hours: int, person_hours: int | None, floor: int, must: tuple[str, ...], seats: tuple[str, ...], name: str, days: int, form: str
) -> None:
    """Make a plan, keep it as a draft for its page, and print it. Nobody is assigned anything."""
    from lms.people.queries import unit_by_code
    from lms.planning import actions, making, queries  # numpy and SciPy: only this command needs them

    now = clock.now()
    limits = Limits(hours, person_hours, floor, seats=_seats(seats), must_posts=must)
    period = day_of(now), day_of(now) + timedelta(days=days)
    with database().writing() as session:
        asked = {"name": name or f"{unit} {hours} h", "period": period, "limits": limits}
        ref = actions.ask_for(session, actor=operator(), unit=unit_by_code(session, unit), now=now, **asked).ref
    making.make(ref, report=lambda done, total: None, now=now)
    with database().reading() as session:
        plan = queries.plan(session, ref)
    click.echo(json.dumps(_data(plan), ensure_ascii=False, indent=1) if form == "json" else "\n".join(_lines(plan)))
    if plan.state == PlanState.REFUSED:
        fail("No plan keeps these limits.")


def _seats(given: tuple[str, ...]) -> dict[str, int]:
    found = {}
    for one in given:
        slug, _, number = one.partition("=")
        if not number.isdigit():
            raise click.BadParameter(f"write COURSE=N, not {one}", param_hint="--seats")
        found[slug] = int(number)
    return found


def _data(plan: Plan) -> dict[str, object]:
    return {"ref": plan.ref, "state": str(plan.state), "limits": plan.limits, "facts": plan.facts, "result": plan.result, "refusals": plan.refusals}


def _lines(plan: Plan) -> list[str]:
    """A short text; the page says more."""
    if not plan.result:
        return [f"{one['kind']}: needed {one['needed']}, given {one['given']}" for one in plan.refusals or []]
    r, whole = plan.result, plan.result["whole"]
    lines = [
        f"Plan {plan.ref}: {r['hours']:,} of {plan.limits['hours']:,} class hours, {r['people']:,} people, {r['places']:,} course places",
        f"closes {whole['closed']:.1f} of {whole['gap']:.1f} levels of gap (80 %: {whole['low']:.1f} to {whole['high']:.1f})",
        f"at least {r['percent']:g} % of the best possible",
    ]
    return lines + [f"  {slug:<40} {line['people']:>6} people {line['hours']:>7} h" for slug, line in sorted(r["courses"].items())]
