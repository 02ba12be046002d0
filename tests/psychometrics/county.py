"""A county whose answers are simulated from known abilities and known questions, marked by the keys that are in force."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lms.assessments.events import ResponsesRecorded
from lms.assessments.models import Attempt, AttemptStep, Item, ItemRevision, Response
from lms.competency import actions as competency
from lms.competency.rebuild import rebuild
from lms.core import events
from lms.core.ids import new_ref
from lms.people.models import Official
from tests.support.banks import sample_bank
from tests.support.people import Cast, small_county

UNITS = ("513399101", "513399102", "513399201", "51339920150")
CODE = "NET-1"
OPTIONS = "abcd"


@dataclass
class County:
    """Revisions by item code; ability by official id; the true b of each item."""

    session: Session
    cast: Cast
    now: datetime
    revisions: dict[str, ItemRevision] = field(default_factory=dict)
    abilities: dict[int, float] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    truth: dict[str, tuple[float, float]] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, Any]:
        """A county that is put back (tests/support/worlds.py) has no session."""
        return self.__dict__ | {"session": None}


@dataclass(frozen=True)
class Plan:
    """What is wrong with the county's questions, by item code."""

    wrong_key: str = ""
    harder_in_english: str = ""
    harder_in_villages: str = ""
    idle: str = ""


def county(session: Session, now: datetime, *, people: int = 200, items: int = 12, seed: int = 1, plan: Plan = Plan(), a: float = 1.4) -> County:
    """`people` officials, each with one sitting of all `items`; every question's right option is "b", the wrong key says "c"."""
    rng = random.Random(seed)
    cast = small_county(session, now)
    for position in cast.positions.values():
        competency.set_targets(session, position_id=position, levels={CODE: 1}, now=now)
    found = County(session, cast, now)
    bank = sample_bank(session, now)
    for n in range(items):
        _question(found, f"Q{n:02d}", round(-1.5 + 3 * n / max(items - 1, 1), 2), a, plan)
    _officials(found, people, rng)
    rebuild(session, now=now)  # written without events
    for official_id in found.abilities:
        sit(found, official_id, rng, bank.assessment_id, bank.id, plan)
    events.publish(session, ResponsesRecorded({(official_id, CODE) for official_id in found.abilities}, now))
    return found


def _question(found: County, code: str, b: float, a: float, plan: Plan) -> None:
    item = Item(code=code)
    found.session.add(item)
    found.session.flush()
    text = {"zh": f"{code} 问什么？", "en": f"What does {code} ask?"}
    options = [{"key": key, "zh": f"选项{key}", "en": f"Option {key}", "misconception": "M1"} for key in OPTIONS]
    content = {"id": code, "version": 1, "type": "single", "competency": CODE, "level": 2, "cognitive": "A", "stem": text, "options": options}
    content |= {"answer": "c" if code == plan.wrong_key else "b", "difficulty": {"prior_b": 0.0, "prior_sd": 0.8}}
    words = {"kind": "single", "use": "live", "difficulty": "M", "cognitive": "A", "level": 2, "competency": CODE, "hash": ""}
    revision = ItemRevision(item_id=item.id, version=1, content=content, a_milli=1000, b_milli=0, c_e4=2500, vb_micro=640_000, **words)
    found.session.add(revision)
    found.session.flush()
    found.revisions[code], found.truth[code] = revision, (a, b)


def _officials(found: County, people: int, rng: random.Random) -> None:
    for n in range(people):
        unit = UNITS[n % len(UNITS)]
        place = {"unit_id": found.cast.units[unit], "position_id": found.cast.positions["P01"]}
        official = Official(ref=new_ref(), staff_no=f"S{n:05d}", name="甲", active=True, created_at=found.now, **place)
        found.session.add(official)
        found.session.flush()
        found.abilities[official.id], found.units[official.id] = rng.gauss(0, 1), unit


def sit(found: County, official_id: int, rng: random.Random, assessment_id: int, bank_id: int, plan: Plan) -> None:
    """One sitting that counts, 20 seconds a question and 40 for the last."""
    begun = found.now - timedelta(days=rng.randint(5, 120), minutes=official_id)
    language = "en" if official_id % 3 == 0 else "zh-Hans"
    form = [revision.id for revision in found.revisions.values()]
    ids = {"official_id": official_id, "assessment_id": assessment_id, "bank_id": bank_id}
    ended = begun + timedelta(seconds=20 * len(form) + 20)
    attempt = Attempt(ref=new_ref(), **ids, purpose="evidence", form=form, seed="s", language=language, started_at=begun, submitted_at=ended)
    found.session.add(attempt)
    found.session.flush()
    steps = [{"attempt_id": attempt.id, "seq": 1, "kind": "started", "place": None, "answer": None, "token": None, "at": begun}]
    rows = []
    for place, (code, revision) in enumerate(found.revisions.items(), 1):
        chosen = _chosen(found, official_id, code, language, rng, plan)
        at = begun + timedelta(seconds=20 * place + (20 if place == len(form) else 0))
        steps.append(
            {"attempt_id": attempt.id, "seq": place + 1, "kind": "answered", "place": place, "answer": {"value": chosen}, "token": new_ref(), "at": at}
        )
        rows.append(_response(official_id, revision, attempt.ref, place, chosen, ended))
    found.session.execute(insert(AttemptStep), steps)
    found.session.execute(insert(Response), rows)


def _chosen(found: County, official_id: int, code: str, language: str, rng: random.Random, plan: Plan) -> str:
    a, b = found.truth[code]
    b += 1.8 * (code == plan.harder_in_english and language == "en")
    b += 1.8 * (code == plan.harder_in_villages and found.units[official_id] == "51339920150")
    right = rng.random() < 0.25 + 0.75 / (1 + math.exp(-a * (found.abilities[official_id] - b)))
    return "b" if right else rng.choice("ac" if code == plan.idle else "acd")


def _response(official_id: int, revision: ItemRevision, ref: str, position: int, chosen: str, at: datetime) -> dict:
    right = int(chosen == revision.content["answer"])
    marks = {"correct": right, "fraction_milli": 1000 * right, "answer": {"value": chosen}, "source": "attempt"}
    ids = {"official_id": official_id, "item_id": revision.item_id, "item_revision_id": revision.id, "attempt_ref": ref}
    return ids | marks | {"competency": CODE, "position": position, "submitted_at": at}
