"""A county whose clerks answered, two partners with coordinators, and what HR and they do about a training order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from lms.access.actor import Actor
from lms.access.permissions import Role
from lms.core.db import Database
from lms.core.i18n import speaking
from lms.core.ids import new_ref
from lms.courses.models import Course
from lms.orders import actions, delivery_actions, offer_actions, people_actions, people_queries, queries
from lms.orders.enums import Cohort, Measure, Place, Side
from lms.orders.models import TrainingOrder
from lms.orders.offering import Offer
from lms.orders.people_queries import Wish
from lms.orders.terms import Terms
from lms.people.events import OfficialMoved, OfficialsMoved, Placement
from lms.people.models import Account, Official, Partner, RoleGrant, Unit
from tests.competency.world import NOW, World, world
from tests.support.people import Cast, actor_of, browser_of

COUNTY, CENTRE, TODAY = "513399", "513399101", date(2026, 11, 23)
CLOSES, BEGINS, ENDS, UNTIL, REVIEW = date(2026, 12, 4), date(2026, 12, 14), date(2026, 12, 18), date(2026, 12, 31), date(2027, 1, 29)
TERMS = Terms(
    "Safe accounts", "Clerks recognise a false mail.", (("SEC-1", 2),), UNTIL, 16, Place.BASE, 3_000_000, "County training", Measure.CHANGE, 300,
    "Placement of both groups in January.", REVIEW, CLOSES,
)  # fmt: skip
OFFER = Offer("c", "", "Li (accounts)", "", "Hall 2", BEGINS, ENDS, 16, 2_800_000, "Half of it at the screen.")
STARTED = datetime(2026, 12, 14, 1, 0, tzinfo=UTC)
LATER = datetime(2027, 1, 25, 1, 0, tzinfo=UTC)


def at(day: date, hour: int = 2) -> datetime:
    """A moment of that day in the county."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@dataclass
class Town:
    """The county, its people who act, and short words for what they do."""

    database: Database
    cast: Cast
    home: World
    hr: Actor
    partners: dict[str, int]
    actors: dict[str, Actor] = field(default_factory=dict)

    def do(self, action: Callable[..., Any], who: str = "hr", *, now: datetime = NOW, **more: Any) -> Any:
        """Carry out an action in a transaction of its own."""
        actor = self.hr if who == "hr" else self.actors[who]
        with self.database.writing() as session:
            return action(session, actor=actor, now=now, **more)

    def ask(self, query: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Read something."""
        with self.database.reading() as session:
            return query(session, *args, **more)

    def order(self, ref: str) -> TrainingOrder:
        return self.ask(queries.of_hr, self.hr, ref)

    def draft(self, terms: Terms = TERMS, *, wish: Wish | None = Wish(), unit: str = COUNTY, now: datetime = NOW) -> str:
        with self.database.writing() as session:
            found = session.scalars(select(Unit).where(Unit.code == unit)).one()
            ref = actions.draft(session, actor=self.hr, unit=found, terms=terms, now=now).ref
            if wish is not None:
                people_actions.add_all(session, actor=self.hr, ref=ref, wish=wish, now=now)
            return ref

    def opened(self, terms: Terms = TERMS, **more: Any) -> str:
        ref = self.draft(terms, **more)
        self.do(actions.open_call, ref=ref)
        return ref

    def offer(self, ref: str, who: str = "north", *, now: datetime = NOW, **changes: Any) -> str:
        return self.do(offer_actions.offer, who, ref=ref, said=replace(OFFER, **changes), now=now).ref

    def accepted(self, terms: Terms = TERMS, **more: Any) -> str:
        ref = self.opened(terms, **more)
        offer = self.offer(ref)
        self.do(actions.accept, ref=ref, offer_ref=offer, reason="Closest to the counters.", declined="", now=at(date(2026, 12, 7)))
        return ref

    def started(self, terms: Terms = TERMS, *, places: int = 8, **more: Any) -> str:
        ref = self.accepted(terms, **more)
        self.do(people_actions.draw_lot, ref=ref, places=places, seed=7, now=at(date(2026, 12, 8)))
        self.do(delivery_actions.start, ref=ref, ends_on=ENDS, now=STARTED)
        return ref

    def answers(self, ref: str, cohort: Cohort, right: int, *, day: float = 745.0, items: int = 8) -> None:
        """Everyone of a cohort answers the questions on SEC-1 anew, so many of them right."""
        with self.database.writing() as session:
            order = session.scalars(select(TrainingOrder).where(TrainingOrder.ref == ref)).one()
            home = World(session, self.cast, self.home.revisions, self.home.course)
            keys = {official_id: key for key, official_id in self.cast.officials.items()}
            ids = people_queries.ids(session, order.id, cohort=cohort)
            given = [(keys[one], f"SEC-1-Q{(n + i) % 8}", day, int(n < right)) for i, one in enumerate(ids) for n in range(items)]
            home.answer(*given, ref=f"after-{cohort}")

    def delivered(self, **more: Any) -> str:
        ref = self.started(**more)
        self.do(delivery_actions.deliver, "north", ref=ref, words="Two days, with practice.", side=Side.PARTNER, now=at(ENDS))
        return ref


def crowd(home: World) -> None:
    """Sixteen clerks of the county, half certainly below in SEC-1 and half unclear, four who meet it, and one of the neighbours."""
    position, moves, answers = home.cast.positions["P01"], [], []
    for n, (unit, right) in enumerate([(CENTRE, 0)] * 8 + [(CENTRE, 3)] * 8 + [(CENTRE, 6)] * 4 + [("513398101", 0)]):
        key = f"CLERK-{n:02d}"
        official = Official(
            ref=new_ref(), staff_no=key, name=f"Clerk {n:02d}", unit_id=home.cast.units[unit], position_id=position, active=True, created_at=NOW
        )
        home.session.add(official)
        home.session.flush()
        home.cast.officials[key] = official.id
        moves.append(OfficialMoved(official.id, None, Placement(official.unit_id, position)))
        answers += [(key, f"SEC-1-Q{q + 1}", 650, int(q < right)) for q in range(6)]
    home.tell(OfficialsMoved(moves))
    home.answer(*answers)


def _partner(session: Any, code: str, zh: str, en: str) -> int:
    partner = Partner(ref=new_ref(), code=code, name_zh=zh, name_en=en, kind="university", created_at=NOW)
    session.add(partner)
    session.flush()
    return partner.id


def _county(database: Database) -> tuple[World, dict[str, int]]:
    """The county with its clerks, and the partners by the keys of their coordinators."""
    with database.writing() as session:
        home = world(session)
        crowd(home)
        cast = home.cast
        partners = {"north": cast.partner_id, "south": _partner(session, "U02", "南大学", "South"), "east": _partner(session, "U03", "东学院", "East")}
        for key, partner_id in partners.items():
            account = Account(ref=new_ref(), login=key, name=f"Coordinator {key}", active=True, created_at=NOW)
            session.add(account)
            session.flush()
            grant = {"role": Role.COORDINATOR, "partner_id": partner_id, "granted_by": "test", "granted_at": NOW}
            session.add(RoleGrant(ref=new_ref(), account_id=account.id, **grant))
            cast.accounts[key] = account.id
        session.execute(update(Course).values(current_revision_id=home.course[1]))
    return home, partners


@pytest.fixture
def town(app, database, worlds) -> Iterator[Town]:
    """SEC-1 at the county: sixteen clerks lack it; the partners North (U01), South and East."""
    home, partners = worlds.make(database, "the town of orders", lambda: _county(database))
    cast = home.cast
    found = Town(database, cast, World(None, cast, home.revisions, home.course), actor_of(database, cast, "hr"), partners)
    found.actors = {key: actor_of(database, cast, key) for key in partners}
    with speaking("en"):
        yield found


@pytest.fixture
def browser(app, town):
    return lambda key: browser_of(app, town.cast, key)


@pytest.fixture
def names(town) -> list[str]:
    """Everything by which an official could be told: names, references, staff numbers."""
    with town.database.reading() as session:
        rows = session.execute(select(Official.name, Official.ref, Official.staff_no)).all()
    return [part for row in rows for part in row]
