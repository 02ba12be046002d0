"""Bringing the bank of a reviewed draft into the database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.assessments.bank_actions import LoadedBank, Origin, load_bank
from lms.assessments.checks import examine
from lms.assessments.models import Assessment
from lms.core.errors import Invalid, Refused


def release_bank(
    session: Session, *, actor: Actor, slug: str, origin: Origin, framework: Any, facts: Any, course: dict[str, Any], now: datetime
) -> LoadedBank:
    """Make ``origin.content`` the current bank of assessment ``slug``, checked against plain data of the files around it.

    Raises Invalid with every problem, Refused when the assessment belongs to another course, Conflict for items changed without a new version.
    """
    taken = session.scalar(select(Assessment.course_slug).where(Assessment.slug == slug))
    if taken not in (None, "", course.get("slug")):
        raise Refused(_("The question bank %(slug)s belongs to the course %(course)s.", slug=slug, course=taken))
    with TemporaryDirectory(prefix="lms-bank-") as place:
        path = Path(place) / "bank.yaml"
        path.write_bytes(origin.content or b"")
        report = examine(path, framework=framework, facts=facts, course=course, name="bank.yaml")
    if report.bank is None:
        raise Invalid(_("The question bank has faults."), details=report.problems)
    return load_bank(session, actor=actor, slug=slug, bank=report.bank, now=now, origin=origin)
