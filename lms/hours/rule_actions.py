"""Adding versions of rules: from the project's file and, for one unit, from the form. A version never changes and never reaches back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import Permission
from lms.core.errors import Invalid
from lms.core.problems import Problem
from lms.hours import queries
from lms.hours.enums import CountsAs, Kind, Level
from lms.hours.models import HoursRule
from lms.hours.package import ALL_GROUPS, CreditRule, Requirement, Text, Transfer, Version
from lms.people.models import Unit


def load_versions(session: Session, versions: Iterable[Version], *, actor: Actor, now: datetime, name: str) -> list[str]:
    """Write new versions; answers their names. Raises Invalid for one that changed under its number."""
    versions = list(versions)
    held = {(row.rule, row.version): row.hash for row in session.scalars(select(HoursRule))}
    changed = [one for one in versions if held.get((one.rule, one.version), one.content_hash) != one.content_hash]
    if changed:
        cure = "Give it the next number and the day from which it is in force: years are computed by the version that stood in them."
        raise Invalid(f"{name} can't be loaded", details=[Problem(name, 0, f"{one.name} changed", cure) for one in changed])
    new = [one for one in versions if (one.rule, one.version) not in held]
    for one in new:
        _add(session, one, actor=actor, source="file", reason="", now=now)
    return [one.name for one in new]


def _add(session: Session, version: Version, *, actor: Actor, source: str, reason: str, now: datetime) -> HoursRule:
    row = HoursRule(
        rule=version.rule,
        version=version.version,
        effective_from=version.effective_from,
        hash=version.content_hash,
        content=version.model_dump(mode="json"),
        source=source,
        reason=reason,
        added_by=actor.name[:120],
        added_at=now,
    )
    session.add(row)
    session.flush()
    return row


@dataclass(frozen=True, slots=True)
class UnitRule:
    """A unit's own rule as the form gives it; hours are whole, None asks or allows nothing."""

    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    effective_from: date
    organised: int | None
    self_study: int | None
    transfer: int | None
    work_sample: int | None
    certificate: int | None

    def version(self, unit: str, number: int) -> Version:
        """The version it makes."""
        words = Text(zh=self.text_zh, en=self.text_en)
        asked = ((CountsAs.ORGANISED, self.organised), (CountsAs.SELF_STUDY, self.self_study))
        worth = ((Kind.WORK_SAMPLE, self.work_sample), (Kind.CERTIFICATE, self.certificate))
        return Version(
            rule=f"U-{unit}",
            version=number,
            level=Level.UNIT,
            unit=unit,
            effective_from=self.effective_from,
            title=Text(zh=self.title_zh, en=self.title_en),
            text=words,
            require=tuple(Requirement(group=ALL_GROUPS, account=account, hours=hours, text=words) for account, hours in asked if hours),
            credit=tuple(CreditRule(kind=kind, account=CountsAs.SELF_STUDY, hours=hours, text=words) for kind, hours in worth if hours),
            transfer=Transfer(hours=self.transfer, text=words) if self.transfer else None,
        )


def add_unit_rule(session: Session, *, actor: Actor, unit: Unit, rule: UnitRule, reason: str, now: datetime) -> HoursRule:
    """Add the next version of a unit's rule. Raises Invalid unless it begins in the future and a reason is given."""
    policy.ensure(actor, Permission.HOURS_RULES_EDIT)
    if rule.effective_from <= queries.today(now):
        raise Invalid(_("A rule begins tomorrow at the earliest: nothing is changed backwards."))
    if not reason.strip():
        raise Invalid(_("Give a reason: it stands beside the rule."))
    code = f"U-{unit.code}"
    number = 1 + max(session.scalars(select(HoursRule.version).where(HoursRule.rule == code)), default=0)
    row = _add(session, rule.version(unit.code, number), actor=actor, source="form", reason=reason.strip(), now=now)
    detail = {"from": rule.effective_from.isoformat(), "reason": reason.strip()}
    audit.record(session, actor=actor, action=Action.HOURS_RULE_ADDED, subject=f"{code}@{number}", now=now, **detail)
    return row
