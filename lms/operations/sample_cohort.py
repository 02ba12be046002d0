"""A few officials of the sample county whom a pilot asked about everything, so that it has people who meet both strands.

Nobody whose account can be tried out is among them: theirs begins with much to prove.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from lms.access.actor import operator
from lms.assessments import imports as response_imports
from lms.core import framework
from lms.core.db import database
from lms.operations import sample_county as county
from lms.operations.sample_county import SampleItem, SampleResponse
from lms.people.models import Account, Official

BOTH, ONE, NEARLY = 8, 6, 4
"""How many are strong in both strands, in technology only, and at level 2 throughout."""


def make(now: datetime) -> str:
    """Write their answers, forty days ago."""
    bank = [item for item in county.items(framework.read().codes) if item.level == 3 or (item.level == 2 and item.b_milli > 100)]
    with database().reading() as session:
        tried_out = select(Account.official_id).where(Account.official_id.is_not(None), Account.password_set_at.is_not(None))
        asked = select(Official.staff_no).where(Official.active, Official.id.not_in(tried_out)).order_by(Official.staff_no)
        people = session.scalars(asked).all()[7::61]
    answers = list(_answers(people[: BOTH + ONE + NEARLY], bank, now - timedelta(days=40)))
    rows = [("staff_no", "item", "correct", "answered_at", "source"), *(one.row() for one in answers)]
    with database().writing() as session:
        response_imports.import_responses(session, actor=operator("sample"), rows=rows, file="pilot", zone=ZoneInfo("Asia/Shanghai"), now=now)
    return f"{len(answers):,} responses of a pilot with {BOTH + ONE + NEARLY} officials."


def _answers(people: Sequence[str], bank: Sequence[SampleItem], begun: datetime) -> Iterator[SampleResponse]:
    technology = {one.code for one in framework.read().competencies if one.strand == "T"}
    for place, staff_no in enumerate(people):
        for n, item in enumerate(bank):
            if BOTH <= place < BOTH + ONE and item.competency not in technology:
                continue
            hard = item.level == 3 and item.b_milli > 900
            right = int(place < BOTH + ONE or not hard)
            yield SampleResponse(staff_no, item.code, right, begun + timedelta(hours=place, seconds=20 * n))
