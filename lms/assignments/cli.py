"""Commands of assignments: what is due, which rules there are, whom they would hit, applying and switching them."""

from __future__ import annotations

from datetime import date, timedelta

import click
from sqlalchemy import func, select

from lms.access.actor import operator
from lms.assignments import jobs, rule_actions, rule_queries
from lms.assignments.enums import State
from lms.assignments.models import Assignment
from lms.assignments.rule_wording import Sentences
from lms.assignments.showing import titles
from lms.assignments.thing_queries import Thing
from lms.core import clock
from lms.core.command import fail, needs_app
from lms.core.db import database
from lms.people.calendar_queries import today as day_of


@click.group("assignments")
def assignments() -> None:
    """What people are asked to do, and the rules that ask it.

    \b
    For example:
      lms assignments due --days 14
      lms assignments rules --apply
    """


@assignments.command(epilog="Example:  lms assignments due --days 14")
@click.option("--days", default=7, show_default=True, type=click.IntRange(0, 366), help="Look so many days ahead.")
@click.option("--remind", is_flag=True, help="Give today's reminders now, as the night does.")
@needs_app
def due(days: int, remind: bool) -> None:
    """Say what is overdue and what is due soon, with how many people.

    \b
    For example:
      lms assignments due --days 14
      2026-12-31  Course “What the internet is and who governs it”  37 open
    """
    now = clock.now()
    if remind:
        click.echo(f"{jobs.remind(now)} reminders given")
    with database().reading() as session:
        until = day_of(now) + timedelta(days=days)
        query = select(Assignment.due_on, Assignment.kind, Assignment.code, func.count()).where(Assignment.state == State.OPEN, Assignment.due_on <= until)
        rows = session.execute(query.group_by(Assignment.due_on, Assignment.kind, Assignment.code).order_by(Assignment.due_on, Assignment.code)).all()
        names = titles(session, rows)
    for day, kind, code, n in rows:
        click.echo(f"{day}  {names[Thing(kind, code)]}  {n} {'overdue' if day < day_of(now) else 'open'}")
    if not rows:
        click.echo("nothing is due")


@assignments.command(epilog="Example:  lms assignments rules --apply")
@click.option("--apply", "apply_now", is_flag=True, help="Apply the rules that are on, as the night does. Twice is once.")
@click.option("--off", "off", is_flag=True, help="Switch all rules off for the whole installation.")
@click.option("--on", "on", is_flag=True, help="Switch them on again, each as it stands.")
@click.option("--reason", default="", help="Needed with --off and --on; it is kept.")
@needs_app
def rules(apply_now: bool, off: bool, on: bool, reason: str) -> None:
    """Say every rule in a sentence, whether it is on, and how many people it would hit today.

    \b
    For example:
      lms assignments rules
      lms assignments rules --apply
      lms assignments rules --off --reason "Flood: nobody is asked for anything this month"
    """
    now = clock.now()
    if off and on:
        fail("give --off or --on, not both")
    if off or on:
        with database().writing() as session:
            rule_actions.switch_all(session, unit=None, running=on, reason=reason, actor=operator(), now=now)
        click.echo("all rules are switched " + ("on again, each as it stands" if on else "off"))
    given = jobs.apply_rules(now) if apply_now else {}
    _say(day_of(now), given)


def _say(today: date, given: dict[str, int]) -> None:
    with database().reading() as session:
        held = rule_queries.rules(session)
        sentences = Sentences(session, [stands.rule for stands in held])
        for stands in held:
            hits = sum(one.hit for portion in rule_queries.findings(session, stands, today) for one in portion)
            state = "on " if stands.row.running else "off"
            done = f"  {given[stands.row.ref]} given" if stands.row.ref in given else ""
            click.echo(f"{state}  {stands.row.ref}  {sentences.of(stands.rule)}  {hits} today{done}")
    if not held:
        click.echo("there is no rule")
