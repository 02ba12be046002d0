"""Ruling that a question was wrong: a draft that is looked at, then begun. The marks follow in portions (``remarking``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.assessments.ruling_actions import REKEYABLE, Ruling, key_of, rule, rulings_of, with_key
from lms.core.errors import Conflict, Invalid, Refused
from lms.core.ids import new_ref
from lms.corrections import queries
from lms.corrections.enums import CORRECTION_FLOW, CorrectionKind, CorrectionState
from lms.corrections.models import Correction, CorrectionEffect

SHORTEST_REASON = 6
LONGEST_REASON = 600


@dataclass(frozen=True, slots=True)
class Reason:
    """What those affected are told was wrong, in one language or both."""

    zh: str = ""
    en: str = ""

    def checked(self) -> Reason:
        """Trimmed. Raises Invalid when it says nothing or too much."""
        given = Reason(self.zh.strip(), self.en.strip())
        if max(len(given.zh), len(given.en)) < SHORTEST_REASON:
            raise Invalid(_("Say what was wrong, in at least one language: everyone affected will read it."))
        if max(len(given.zh), len(given.en)) > LONGEST_REASON:
            raise Invalid(_("The reason is too long: %(n)d characters at most.", n=LONGEST_REASON))
        return given


def draft(session: Session, *, actor: Actor, revision_id: int, kind: CorrectionKind, key: Any = None, reason: Reason, now: datetime) -> Correction:
    """Write down what is to be ruled on an item revision; nothing changes yet.

    ``key`` in the form of the kind's ``answer``, for REKEY. Raises Invalid when there is no reason or nothing to rule.
    """
    policy.ensure(actor, Permission.ITEMS_CORRECT)
    ids = queries.leaf_ids(session, revision_id)
    former = rulings_of(session, ids)
    if kind is CorrectionKind.REKEY:
        rulings = {revision_id: _other_key(session, revision_id, key, former[revision_id])}
    else:
        withdrawn = kind is CorrectionKind.WITHDRAW
        rulings = {one: ruling._replace(withdrawn=withdrawn) for one, ruling in former.items()}
    if rulings == {one: former[one] for one in rulings}:
        raise Invalid(_("This is what holds already."))
    return _write(session, actor, revision_id, kind, rulings, {one: former[one] for one in rulings}, reason.checked(), now)


def _other_key(session: Session, revision_id: int, key: Any, former: Ruling) -> Ruling:
    asked = queries.questions(session, [revision_id])[revision_id]
    if asked is None or asked.question.type not in REKEYABLE:
        raise Invalid(_("This question has no key that could be corrected. It can be withdrawn."))
    try:
        key = key_of(with_key(asked.question, key))
    except ValueError as error:
        raise Invalid(_("This key does not fit the question.")) from error
    if key == key_of(asked.question):
        raise Invalid(_("This is the key that holds already."))
    return former._replace(key=key)


def draft_undo(session: Session, *, actor: Actor, ref: str, reason: Reason, now: datetime) -> Correction:
    """Write down a correction that restores what held before another one. Raises Refused unless that one is the last in force."""
    policy.ensure(actor, Permission.ITEMS_CORRECT)
    undone = queries.correction(session, ref)
    if undone.state != CorrectionState.APPLIED or queries.undone_by(session, undone):
        raise Refused(_("Only a correction that was carried out and still holds can be undone."))
    if queries.later(session, undone):
        raise Refused(_("A later correction of this question holds. Undo that one first, or correct the question anew."))
    kinds = {CorrectionKind.WITHDRAW: CorrectionKind.REINSTATE, CorrectionKind.REINSTATE: CorrectionKind.WITHDRAW}
    kind = kinds.get(CorrectionKind(undone.kind), CorrectionKind.REKEY)
    now_held = rulings_of(session, list(_rulings(undone.former)))
    made = _write(session, actor, undone.item_revision_id, kind, _rulings(undone.former), now_held, reason.checked(), now)
    made.undoes_id = undone.id
    return made


def _write(
    session: Session, actor: Actor, revision_id: int, kind: CorrectionKind, rulings: Mapping[int, Ruling], former: Mapping[int, Ruling],
    reason: Reason, now: datetime,
) -> Correction:  # fmt: skip
    item = queries.revision(session, revision_id)
    made = Correction(
        ref=new_ref(), item_id=item.item_id, item_revision_id=revision_id, kind=kind, rulings=_plain(rulings), former=_plain(former),
        reason_zh=reason.zh, reason_en=reason.en, by=actor.name[:120], account_id=actor.account_id, at=now, state=CorrectionState.DRAFT,
    )  # fmt: skip
    session.add(made)
    audit.record(session, actor=actor, action=audit.Action.CORRECTION_DRAFTED, subject=item.code, now=now, correction=made.ref, kind=str(kind))
    session.flush()  # its id is needed by what it undoes
    return made


def _plain(rulings: Mapping[int, Ruling]) -> dict[str, Any]:
    return {str(one): list(ruling) for one, ruling in rulings.items()}


def _rulings(plain: Mapping[str, Any]) -> dict[int, Ruling]:
    return {int(one): Ruling(*ruling) for one, ruling in plain.items()}


def rulings_after(one: Correction) -> dict[int, Ruling]:
    """What holds by revision id once ``one`` is begun."""
    return _rulings(one.rulings)


def begin(session: Session, *, actor: Actor, ref: str, now: datetime) -> Correction:
    """Let a drafted correction hold: from now on everything is marked by it; the marks of before follow in portions.

    Raises Conflict when it was begun or dropped before, or something else was ruled on the question since.
    """
    policy.ensure(actor, Permission.ITEMS_CORRECT)
    one = queries.correction(session, ref)
    advance(one, CorrectionState.APPLYING)
    if rulings_of(session, [int(i) for i in one.former]) != _rulings(one.former):
        raise Conflict(_("Something else was ruled on this question meanwhile. Begin a new correction."))
    rule(session, rulings=rulings_after(one), correction_ref=one.ref, now=now)
    session.execute(delete(CorrectionEffect).where(CorrectionEffect.correction_id == one.id, CorrectionEffect.foreseen.is_(True)))
    code, version = queries.item_code(session, one)
    detail = {"correction": one.ref, "kind": one.kind, "version": version, "rulings": one.rulings, "former": one.former}
    audit.record(session, actor=actor, action=audit.Action.CORRECTION_BEGUN, subject=code, now=now, **detail)
    return one


def drop(session: Session, *, actor: Actor, ref: str, now: datetime) -> None:
    """Let a draft be. Raises Conflict when it was begun."""
    policy.ensure(actor, Permission.ITEMS_CORRECT)
    one = queries.correction(session, ref)
    advance(one, CorrectionState.DROPPED)
    session.execute(delete(CorrectionEffect).where(CorrectionEffect.correction_id == one.id))
    audit.record(session, actor=actor, action=audit.Action.CORRECTION_DROPPED, subject=queries.item_code(session, one)[0], now=now, correction=one.ref)


def advance(one: Correction, to: CorrectionState) -> None:
    """Move a correction along its flow. Raises Conflict."""
    if to not in CORRECTION_FLOW[CorrectionState(one.state)]:
        raise Conflict(_("This correction is no longer where your page believed. Look at it again."))
    one.state = to
