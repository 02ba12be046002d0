"""Recording decisions: drafted on frozen figures, decided once, reviewed by the same measure. What is decided stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import Permission
from lms.core import framework
from lms.core.errors import Conflict, Invalid
from lms.core.ids import new_ref
from lms.decisions import figures, queries
from lms.decisions.enums import DECISION_FLOW, STANDING, DecisionState, Finding, Measure, OptionKind
from lms.decisions.models import Decision, DecisionPerson
from lms.people import notice_actions
from lms.people import queries as people
from lms.people.models import Account, Official, Unit

MOST = 4000
MOST_OPTIONS = 12
MOST_TOLD = 20_000
"""In a larger unit nobody is sent a notice: the decision stands in everybody's list."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a draft says besides its options."""

    question: str
    measure: str
    competency: str
    aim: str = ""
    reason: str = ""
    limits: str = ""
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """Something that could be done; ``ref`` and ``figures`` of a plan or a transfer that was tried out."""

    kind: OptionKind
    words: str
    ref: str = ""
    figures: dict[str, Any] | None = None
    official_id: int | None = None


def draft(session: Session, *, actor: Actor, unit: Unit, words: Words, now: datetime, ref: str = "") -> Decision:
    """Begin a record on the unit's figures of now; ``ref`` names it if given. Raises Forbidden, Invalid."""
    policy.ensure_unit(actor, Permission.PLANS_EDIT, unit.path)
    found = queries.frozen(session, unit, now=now)
    ref = ref or new_ref()
    decision = Decision(
        ref=ref, number=ref, version=1, unit_id=unit.id, account_id=actor.account_id, by=actor.name[:120], state=DecisionState.DRAFT,
        figures=found, options=[], created_at=now, **_checked(words, found),
    )  # fmt: skip
    session.add(decision)
    session.flush()
    _record(session, actor, decision, now, did="drafted")
    return decision


def change(session: Session, *, actor: Actor, ref: str, words: Words, now: datetime) -> Decision:
    """Rewrite a draft. Raises NotFound, Forbidden, Conflict, Invalid."""
    decision = _draft(session, actor, ref)
    for name, known in _checked(words, decision.figures).items():
        setattr(decision, name, known)
    _record(session, actor, decision, now, did="changed")
    return decision


def refreeze(session: Session, *, actor: Actor, ref: str, now: datetime) -> Decision:
    """Let a draft rest on the figures of now. Raises NotFound, Forbidden, Conflict."""
    decision = _draft(session, actor, ref)
    decision.figures = queries.frozen(session, decision.unit, now=now)
    decision.before = queries.measured(decision.figures, decision.measure, decision.competency)
    _record(session, actor, decision, now, did="figures")
    return decision


def _checked(words: Words, found: dict[str, Any]) -> dict[str, Any]:
    question = words.question.strip()
    if not question or len(question) > 400:
        raise Invalid(_("Say in at most 400 characters what is to be decided."))
    if words.measure not in set(Measure) or words.competency not in ("", *framework.read().codes):
        raise Invalid(_("Choose the figure by which you will know."))
    texts = {name: getattr(words, name).strip() for name in ("aim", "reason", "limits")}
    if any(len(text) > MOST for text in texts.values()) or len(texts["aim"]) > 400:
        raise Invalid(_("A text is too long."))
    known = {"question": question, "measure": words.measure, "competency": words.competency, "review_on": words.review_on}
    return known | texts | {"before": queries.measured(found, words.measure, words.competency)}


def add_option(session: Session, *, actor: Actor, ref: str, option: Option, now: datetime) -> Decision:
    """Add something that could be done. Raises NotFound, Forbidden, Conflict, Invalid."""
    decision, words = _draft(session, actor, ref), option.words.strip()
    if not words or len(words) > MOST:
        raise Invalid(_("Say what the option is."))
    if len(decision.options) >= MOST_OPTIONS:
        raise Invalid(_("A decision weighs at most %(n)d options.", n=MOST_OPTIONS))
    if option.kind == OptionKind.WHAT_IF and not queries.lies_within(session, decision.unit, option.figures or {}):
        raise Invalid(_("A record weighs transfers between units of its own only. Begin one for a unit above both."))
    entry = {"kind": option.kind.value, "words": words, "ref": option.ref, "figures": option.figures, "official_id": option.official_id}
    decision.options = [*decision.options, entry]
    _remember_people(session, decision)
    _record(session, actor, decision, now, did="option", official_id=option.official_id)
    return decision


def drop_option(session: Session, *, actor: Actor, ref: str, number: int, now: datetime) -> Decision:
    """Take an option (counted from 0) out of a draft. Raises NotFound, Forbidden, Conflict, Invalid."""
    decision = _draft(session, actor, ref)
    if not 0 <= number < len(decision.options):
        raise Invalid(_("There is no such option."))
    decision.options = [one for n, one in enumerate(decision.options) if n != number]
    _remember_people(session, decision)
    _record(session, actor, decision, now, did="option dropped")
    return decision


def _remember_people(session: Session, decision: Decision) -> None:
    session.execute(delete(DecisionPerson).where(DecisionPerson.decision_id == decision.id))
    for official_id in sorted({one["official_id"] for one in decision.options if one["official_id"]}):
        session.add(DecisionPerson(decision_id=decision.id, official_id=official_id))


def decide(session: Session, *, actor: Actor, ref: str, chosen: int | None, today: date, now: datetime) -> Decision:
    """Choose an option; from now on nothing in the record changes. Raises NotFound, Forbidden, Conflict, Invalid with all that is missing."""
    decision = _draft(session, actor, ref)
    if lacking := _lacking(decision, chosen, today):
        raise Invalid(_("Something is missing before this can be decided."), details=lacking)
    decision.chosen, decision.decided_at, decision.by = chosen, now, actor.name[:120]
    decision.account_id = actor.account_id
    _advance(decision, DecisionState.DECIDED)
    decision.content_hash = figures.content_hash(queries.content(decision))
    for older in queries.versions(session, decision):
        if older.id != decision.id and older.state in STANDING:
            _advance(older, DecisionState.AMENDED)
    _record(session, actor, decision, now, did="decided", hash=decision.content_hash)
    return decision


def _lacking(decision: Decision, chosen: int | None, today: date) -> list[str]:
    found = []
    if len(decision.options) < 2:
        found.append(_("Weigh at least two options; to leave things as they are is one."))
    if chosen is None or not 0 <= chosen < len(decision.options):
        found.append(_("Choose one of the options."))
    if not decision.reason:
        found.append(_("Give the reason."))
    if not decision.limits:
        found.append(_("Say what the figures do not tell."))
    if decision.review_on is None or decision.review_on <= today:
        found.append(_("Set a day of review that lies ahead."))
    return found


def amend(session: Session, *, actor: Actor, ref: str, now: datetime) -> Decision:
    """Begin a new version on the figures of now; the old one stands until the new one is decided. Raises NotFound, Forbidden, Conflict."""
    old = queries.by_ref(session, actor, ref, lock=True)
    if old.state not in STANDING:
        raise Conflict(_("Only what is decided can be amended."))
    newest = session.scalar(select(func.max(Decision.version)).where(Decision.number == old.number)) or old.version
    if any(one.state == DecisionState.DRAFT for one in queries.versions(session, old)):
        raise Conflict(_("A new version is already being drafted."))
    kept = {name: getattr(old, name) for name in ("number", "unit_id", "question", "options", "reason", "limits", "measure", "competency", "aim")}
    found = queries.frozen(session, old.unit, now=now)
    new = Decision(
        ref=new_ref(), version=newest + 1, account_id=actor.account_id, by=actor.name[:120], state=DecisionState.DRAFT, figures=found,
        before=queries.measured(found, old.measure, old.competency), created_at=now, **kept,
    )  # fmt: skip
    session.add(new)
    session.flush()
    _remember_people(session, new)
    _record(session, actor, new, now, did="amends", version=new.version)
    return new


def publish(session: Session, *, actor: Actor, ref: str, now: datetime) -> Decision:
    """Show it to everyone in the unit, with suppressed figures only. Raises NotFound, Forbidden, Conflict, Refused."""
    decision = queries.by_ref(session, actor, ref, lock=True)
    if decision.state not in STANDING or decision.published_at is not None:
        raise Conflict(_("Only what is decided and not published yet can be published."))
    if any(one["kind"] == OptionKind.WHAT_IF for one in decision.options):
        raise Conflict(_("It weighs the transfer of a person, so it is not published."))
    decision.published_at = now
    audit.record(session, actor=actor, action=Action.DECISION_PUBLISHED, subject=decision.ref, now=now)
    affected = _affected(session, decision.unit)
    if len(affected) <= MOST_TOLD:
        facts = {"ref": decision.ref, "question": decision.question, "zh": decision.unit.zh, "en": decision.unit.en}
        notice_actions.tell(session, kind="decision_published", facts=dict.fromkeys(affected, facts), now=now)
    return decision


def _affected(session: Session, unit: Unit) -> Sequence[int]:
    query = select(Official.id).join(Unit, Unit.id == Official.unit_id).where(Official.active, people.below(unit))
    return session.scalars(query.limit(MOST_TOLD + 1)).all()


def review(session: Session, *, actor: Actor, ref: str, finding: str, learned: str, now: datetime) -> Decision:
    """Close it with the same measure taken again. Raises NotFound, Forbidden, Conflict, Invalid."""
    decision = queries.by_ref(session, actor, ref, lock=True)
    if finding not in set(Finding) or not learned.strip() or len(learned) > MOST:
        raise Invalid(_("Say what came of it, and what was learned."))
    _advance(decision, DecisionState.REVIEWED)
    decision.after = queries.measured(queries.frozen(session, decision.unit, now=now), decision.measure, decision.competency)
    decision.finding, decision.learned = finding, learned.strip()
    decision.reviewed_at, decision.reviewed_by = now, actor.name[:120]
    audit.record(session, actor=actor, action=Action.DECISION_REVIEWED, subject=decision.ref, now=now, finding=finding)
    return decision


def remind(session: Session, *, today: date, now: datetime) -> int:
    """Tell who decided that the day of review has come, once; answers how many were told."""
    rows = session.execute(
        select(Decision, Account.official_id)
        .outerjoin(Account, Account.id == Decision.account_id)
        .where(queries.due(today), Decision.reminded_at.is_(None))
        .order_by(Decision.id)
    ).all()
    for decision, official_id in rows:
        decision.reminded_at = now
        if official_id is not None:
            facts = {"ref": decision.ref, "question": decision.question, "day": decision.review_on.isoformat()}
            notice_actions.tell(session, kind="decision_due", facts={official_id: facts}, now=now)
    return len(rows)


def _draft(session: Session, actor: Actor, ref: str) -> Decision:
    decision = queries.by_ref(session, actor, ref, lock=True)
    if decision.state != DecisionState.DRAFT:
        raise Conflict(_("This is decided; nothing in it changes any more. Begin a new version instead."))
    return decision


def _advance(decision: Decision, to: DecisionState) -> None:
    if to not in DECISION_FLOW[DecisionState(decision.state)]:
        raise Conflict(_("The decision has moved on in the meantime. Look at it again."))
    decision.state = to


def _record(session: Session, actor: Actor, decision: Decision, now: datetime, *, official_id: int | None = None, **noted: Any) -> None:
    audit.record(session, actor=actor, action=Action.DECISION_RECORDED, subject=decision.ref, official_id=official_id, now=now, **noted)
