"""Making the sample county, by the doors everyone uses: roster import, attempts, response import."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor, operator
from lms.assessments import actions as assessments
from lms.assessments import imports as response_imports
from lms.assessments.bank_actions import PlainItem
from lms.competency import actions as competency
from lms.competency.snapshots import take_snapshot
from lms.core import framework, instance
from lms.core.db import database
from lms.core.errors import Refused
from lms.operations import (
    sample_appeals,
    sample_assignments,
    sample_authoring,
    sample_cast,
    sample_cohort,
    sample_comments,
    sample_decisions,
    sample_facts,
    sample_fault,
    sample_hours,
    sample_learning,
    sample_library,
    sample_orders,
    sample_papers,
    sample_partners,
    sample_plans,
    sample_reviews,
    sample_targets,
    sample_work,
)
from lms.operations import sample_county as county
from lms.people import import_actions
from lms.people.models import Official, Position
from lms.psychometrics import effect_jobs as course_worth
from lms.psychometrics import jobs as questions
from lms.talent import balance_jobs

PEOPLE = 1200
SITTINGS = 350

COURSE = "internet-and-governance"


def make(*, seed: int, now: datetime) -> Iterator[str]:
    """Fill an empty instance with an invented county and a year of history; yields what was done.

    Raises :class:`Refused` when the instance holds people already.
    """
    rng = random.Random(seed)  # noqa: S311 (an invented county, not a secret)
    actor = operator("sample")
    with database().reading() as session:
        if session.scalar(select(Official.id).limit(1)):
            raise Refused("The sample county needs an empty instance: this one has people in it already.")
    with database().writing() as session:
        instance.set_fact(session, "sample", "yes")
    instance.forget()
    all_units = county.units(rng)
    everyone = county.people(rng, all_units, PEOPLE)
    started = now - timedelta(days=366)
    yield _import([county.UNIT_HEADINGS, *(unit.row() for unit in all_units)], "units.csv", actor, started)
    yield _import([county.ROSTER_HEADINGS, *(person.row() for person in everyone)], "roster.csv", actor, started)
    with database().writing() as session:
        fault = sample_fault.plant(session, slug=COURSE, actor=actor, now=started)
    yield _year(rng, everyone, actor, now)
    with database().writing() as session:
        sample_cast.give_roles(session, everyone, now)
    yield sample_targets.make(now)
    yield sample_work.make(rng=random.Random(seed), now=now)  # noqa: S311 (its own chance: what others draw stays the same)
    yield sample_hours.make(rng=rng, actor=actor, now=now)
    yield f"Figures of {questions.refresh_figures(now)} questions."
    course_worth.nightly(now)
    yield sample_cohort.make(now)
    yield sample_decisions.make(now)
    yield sample_assignments.make(now)
    yield sample_orders.make(now)
    yield sample_plans.make(now)
    yield sample_papers.make(now)
    yield sample_partners.make(now)
    yield sample_library.make(now)
    yield sample_authoring.make(now)
    yield sample_reviews.make(now)
    yield sample_appeals.make(now)
    yield sample_comments.make(now)
    yield sample_facts.make(now)
    with database().writing() as session:
        sample_cast.activate_sitters(session)
    balance_jobs.nightly(now)
    yield fault
    yield from sample_cast.sample_accounts(database())


def _year(rng: random.Random, everyone: Sequence[county.SamplePerson], actor: Actor, now: datetime) -> str:
    """Twelve months of answers and sittings, each month ending with a snapshot, so that there is a past to compare with."""
    with database().writing() as session:
        bank = _sample_items(session, actor, now)
        answers = list(county.responses(rng, everyone, bank, _targets(session), now))
    sittings = sorted(((_sitting_time(rng, now), person) for person in rng.sample(list(everyone), SITTINGS)), key=lambda one: one[0])
    begun = now - timedelta(days=372)
    for month in range(1, 13):
        until = now - timedelta(days=31 * (12 - month))
        with database().writing() as session:
            _import_answers(session, [one for one in answers if begun <= one.answered_at < until], actor, until)
            for at, person in sittings:
                if begun <= at < until:
                    _sitting(session, rng, person, at)
            take_snapshot(session, now=until)
        begun = until
    return f"{len(answers):,} responses to {len(bank)} sample items; {SITTINGS} officials took the quiz of the course {COURSE}; 12 monthly snapshots."


def _sample_items(session: Session, actor: Actor, now: datetime) -> list[county.SampleItem]:
    bank = county.items(framework.read().codes)
    plain = [PlainItem(i.code, i.competency, i.level, i.cognitive, 1000, i.b_milli, 2500, 40000, i.in_scenario) for i in bank]
    assessments.load_plain_items(session, actor=actor, items=plain, source="sample", now=now)
    return bank


def _import_answers(session: Session, answers: Sequence[county.SampleResponse], actor: Actor, now: datetime) -> None:
    rows = [("staff_no", "item", "correct", "answered_at", "source"), *(one.row() for one in answers)]
    zone = ZoneInfo("Asia/Shanghai")  # every time in the table carries its offset
    response_imports.import_responses(session, actor=actor, rows=rows, file="sample", zone=zone, now=now)


def _sitting_time(rng: random.Random, now: datetime) -> datetime:
    return now - timedelta(days=rng.randint(3, 300), minutes=rng.randint(0, 400))


def _sitting(session: Session, rng: random.Random, person: county.SamplePerson, at: datetime) -> None:
    official = session.scalars(select(Official).where(Official.staff_no == person.staff_no)).one()
    sample_learning.sit(session, rng, official, COURSE, at)


def _import(rows: Sequence[Sequence[str]], name: str, actor: Actor, now: datetime) -> str:
    with database().reading() as session:
        checked = import_actions.check_table(session, actor=actor, rows=rows, today=now.date())
    if checked.faults:
        raise Refused(f"The sample's {name} has faults.", details=checked.faults)
    with database().writing() as session:
        import_actions.apply_plan(session, actor=actor, checked=checked, filename=name, now=now)
    return f"{name}: {checked.reading.count} rows imported."


def _targets(session: Session) -> dict[str, dict[str, int]]:
    codes = dict(session.execute(select(Position.id, Position.code)).all())
    return {codes[position]: levels for position, levels in competency.targets_of(session).items()}
