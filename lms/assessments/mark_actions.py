"""The one way in which people's marks reach a response: its correct, fraction and number of markers, once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.assessments.events import ResponsesRecorded
from lms.assessments.models import Response
from lms.core.errors import Conflict
from lms.core.events import publish


def settle_response(session: Session, *, response: Response, fraction_milli: int, markers: int, now: datetime) -> None:
    """Give a short answer its share of all points; it counts from the day it was given. Raises Conflict if it has one already."""
    if response.correct is not None:
        raise Conflict
    response.correct, response.fraction_milli, response.markers = int(fraction_milli == 1000), fraction_milli, markers
    session.flush()
    publish(session, ResponsesRecorded(frozenset({(response.official_id, response.competency)}), now))
