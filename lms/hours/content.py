"""The project's rules of class hours, loaded by ``lms setup``: each version once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import operator
from lms.core.errors import Invalid
from lms.core.framework import content_root
from lms.hours import checks
from lms.hours.rule_actions import load_versions


def load(session: Session, now: datetime) -> Iterable[str]:
    """Bring new versions into the database. Raises Invalid with all problems of a faulty file."""
    path = content_root() / "assessments" / f"{checks.FILE}.yaml"
    if not path.is_file():
        return
    name = f"assessments/{path.name}"
    report = checks.read(path, name=name)
    if report.rules is None:
        raise Invalid(f"{name} can't be loaded", details=report.problems)
    actor = operator("setup")
    new = load_versions(session, report.rules.versions, actor=actor, now=now, name=name)
    for one in new:
        audit.record(session, actor=actor, action=audit.Action.HOURS_RULE_ADDED, subject=one, now=now)
    yield f"hours rules: {report.said}, {f'{len(new)} new' if new else 'unchanged'}"
