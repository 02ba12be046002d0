"""What happens to facts: added, changed with a reason, what cites them flagged, looked at and let in again, reminders."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor, operator
from lms.access.audit import Action
from lms.access.permissions import Permission
from lms.assessments import suspension_actions
from lms.core.errors import Conflict, Invalid
from lms.core.ids import new_ref
from lms.facts import citation_queries, flag_queries, queries, telling_actions
from lms.facts.citation_queries import Place
from lms.facts.clock import clock
from lms.facts.enums import FLAG_FLOW, SETTLED, SUSPENDING, Cause, FactStatus, FlagState, FlagStepKind, Origin
from lms.facts.models import Fact, FactChange, FactFlag, FactFlagStep, FactRevision, FactSource
from lms.people.calendar_queries import today as day_of

MOST = 2000
PLATFORM = operator("platform")
"""In whose name overdue reviews are flagged and reminders stand."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What the register says: the fact in both languages, how sure it is, from which sources, and when to look again."""

    zh: str
    en: str
    status: FactStatus
    conf: int
    src: tuple[str, ...] = ()
    note: str = ""
    review_by: date | None = None


def said_by(fact: Fact | FactRevision) -> Statement:
    """What a stored fact or version says."""
    return Statement(fact.zh, fact.en, FactStatus(fact.status), fact.conf, tuple(fact.src), fact.note, fact.review_by)


def add(session: Session, *, actor: Actor, code: str, said: Statement, reason: str, now: datetime, file_hash: str = "") -> Fact:
    """A new fact. Raises Forbidden, Invalid, Conflict when the id is taken."""
    policy.ensure(actor, Permission.FACTS_EDIT)
    said, reason = _checked(session, said, reason, from_file=bool(file_hash))
    if session.scalar(select(Fact.id).where(Fact.code == code)) is not None:
        raise Conflict(_("There is a fact %(code)s already.", code=code))
    origin = Origin.FILE if file_hash else Origin.BROWSER
    made = Fact(code=code, number=0, file_hash=file_hash)
    session.add(_next_version(made, said, origin, now))
    session.flush()  # its versions need its key
    _keep_version(session, made, actor, reason, substance=True, now=now)
    if origin is Origin.BROWSER:
        audit.record(session, actor=actor, action=Action.FACT_ADDED, subject=code, now=now, reason=reason)
    return made


def change(
    session: Session,
    *,
    actor: Actor,
    code: str,
    said: Statement,
    reason: str,
    now: datetime,
    substance: bool = True,
    seen: int | None = None,
    origin: Origin = Origin.BROWSER,
) -> FactChange | None:
    """A new version of a fact. Where the ``substance`` of statement or status changes, everything that cites it is flagged and its live
    questions are suspended; the answer is that round of looking, None where nothing has to be looked at.

    ``seen``: the version that the editor had before them. Raises Forbidden, NotFound, Invalid, Conflict.
    """  # fmt: skip
    policy.ensure(actor, Permission.FACTS_EDIT)
    fact = queries.fact(session, code, lock=True)
    said, reason = _checked(session, said, reason, from_file=origin is Origin.FILE)
    if seen is not None and seen != fact.number:
        raise Conflict(_("Somebody has changed this fact in the meantime. Look at the newest version and change that."))
    before = said_by(fact)
    if said == before:
        raise Invalid(_("Nothing is changed yet."))
    doubted = said.status is FactStatus.DOUBTFUL and before.status is not FactStatus.DOUBTFUL
    taught = (said.zh, said.en, said.status) != (before.zh, before.en, before.status)
    matters = doubted or (taught and substance)
    _next_version(fact, said, origin, now)
    _keep_version(session, fact, actor, reason, substance=matters, now=now)
    audit.record(session, actor=actor, action=Action.FACT_CHANGED, subject=code, now=now, reason=reason, version=fact.number)
    return _flag_all(session, fact, Cause.DOUBTFUL if doubted else Cause.CHANGED, actor=actor, now=now) if matters else None


def _checked(session: Session, said: Statement, reason: str, *, from_file: bool) -> tuple[Statement, str]:
    """Tidied; a statement of the file has been checked with it."""
    if from_file:
        return said, reason
    said = Statement(**asdict(said) | {"zh": said.zh.strip(), "en": said.en.strip(), "note": said.note.strip()})
    if not said.zh or not said.en:
        raise Invalid(_("Write the fact in both languages."))
    if max(map(len, (said.zh, said.en, said.note, reason))) > MOST:
        raise Invalid(_("Keep it within %(n)d characters.", n=MOST))
    if not 0 <= said.conf <= 100:
        raise Invalid(_("How sure: a number from 0 to 100."))
    known = queries.sources(session)
    if unknown := [code for code in said.src if code not in known]:
        raise Invalid(_("There is no source “%(code)s”. Add it to the register's sources first.", code=unknown[0]))
    if said.status is FactStatus.VERIFIED and not said.src:
        raise Invalid(_("A verified fact names the source in which it was seen."))
    if not (reason := reason.strip()):
        raise Invalid(_("Give the reason for the change: it stands in the history."))
    return said, reason


def _next_version(fact: Fact, said: Statement, origin: Origin, now: datetime) -> Fact:
    fact.number += 1
    fact.statement_zh, fact.statement_en, fact.status, fact.conf = said.zh, said.en, said.status, said.conf
    fact.src, fact.note, fact.review_by = list(said.src), said.note, said.review_by
    fact.origin, fact.changed_at = origin, now
    return fact


def _keep_version(session: Session, fact: Fact, actor: Actor, reason: str, *, substance: bool, now: datetime) -> None:
    columns = ("number", "statement_zh", "statement_en", "status", "conf", "src", "note", "review_by", "origin")
    said = {name: getattr(fact, name) for name in columns}
    by = {"by": actor.name[:120], "account_id": actor.account_id, "at": now}
    session.add(FactRevision(fact_id=fact.id, substance=substance, reason=reason, **said, **by))
    session.flush()


def add_source(session: Session, *, actor: Actor, code: str, text: str, now: datetime) -> None:
    """A source that facts may name. Raises Forbidden, Invalid, Conflict."""
    policy.ensure(actor, Permission.FACTS_EDIT)
    code, text = code.strip().upper()[:40], text.strip()
    if not code.startswith("S-") or not code.isascii() or " " in code or len(code) < 4:
        raise Invalid(_("A source's code begins with S- and has no spaces, such as S-LAW26."))
    if not text or len(text) > MOST:
        raise Invalid(_("Say what the source is: title, who issued it, when it was seen."))
    if session.get(FactSource, code) is not None:
        raise Conflict(_("There is a source %(code)s already.", code=code))
    session.add(FactSource(code=code, text=text))
    audit.record(session, actor=actor, action=Action.FACT_SOURCE_ADDED, subject=code, now=now)


def _flag_all(session: Session, fact: Fact, cause: Cause, *, actor: Actor, now: datetime) -> FactChange:
    """Flag everything that cites ``fact``; what waits already waits for the new reason too."""
    made = FactChange(ref=new_ref(), fact_id=fact.id, number=fact.number, cause=cause, opened_at=now)
    session.add(made)
    session.flush()
    fillings = flag_queries.closed(session)
    cited = citation_queries.citing(session, {fact.code})
    running = {flag.code: flag for flag in flag_queries.running_of(session, fact.id)}
    flags = [_flag(session, fact, made, place, running.get(place.code), actor, now) for place in cited]
    audit.record(session, actor=actor, action=Action.FACT_FLAGGED, subject=fact.code, now=now, cause=str(cause), flagged=len(flags),
                 suspended=sum(flag.suspended for flag in flags))  # fmt: skip
    telling_actions.flagged(session, fact, flags, now=now)
    telling_actions.closed_or_open(session, before=fillings, after=flag_queries.closed(session), now=now)
    return made


def _flag(session: Session, fact: Fact, why: FactChange, place: Place, held: FactFlag | None, actor: Actor, now: datetime) -> FactFlag:
    due = clock().look_by(day_of(now))
    flag = held or FactFlag(ref=new_ref(), fact_id=fact.id, subject=place.subject, code=place.code, opened_at=now, suspended=False)
    flag.change_id, flag.course_slug, flag.version = why.id, place.course_slug, place.version
    flag.title_zh, flag.title_en = place.title.zh[:200], place.title.en[:240]
    flag.state, flag.due_on = FlagState.OPEN, due
    session.add(flag)
    session.flush()
    if place.item_ids and Cause(why.cause) in SUSPENDING:
        suspension_actions.suspend(session, actor=actor, item_ids=place.item_ids, ref=flag.ref, reason=fact.code, now=now)
        flag.suspended = True
    _step(session, flag, FlagStepKind.AGAIN if held else FlagStepKind.FLAGGED, by=actor, now=now)
    return flag


def look(session: Session, *, actor: Actor, refs: Collection[str], state: FlagState, reason: str, now: datetime) -> int:
    """Somebody has looked at flagged lessons or questions: still right, to be changed, or changed and in force. What is settled is drawn
    again. Answers how many. Raises NotFound, Invalid without a reason, Conflict when one has moved on."""
    flags = [flag_queries.by_ref(session, actor, ref, lock=True) for ref in refs]
    reason = reason.strip()
    if not flags:
        raise Invalid(_("Choose what you have looked at."))
    if not reason or len(reason) > MOST:
        raise Invalid(_("Say what you found: others read it instead of looking again."))
    for flag in flags:
        _ensure_may_follow(session, flag, state)
    before = flag_queries.closed(session)
    for flag in flags:
        _look(session, actor, flag, state, reason, now)
    telling_actions.closed_or_open(session, before=before, after=flag_queries.closed(session), now=now)
    return len(flags)


def _ensure_may_follow(session: Session, flag: FactFlag, state: FlagState) -> None:
    if state not in FLAG_FLOW[FlagState(flag.state)]:
        raise Conflict(_("“%(what)s” has moved on in the meantime. Look at it again.", what=flag.code))
    if state is FlagState.CHANGED and flag_queries.version_in_force(session, flag) == flag.version:
        raise Invalid(_("Version %(version)s of “%(what)s” is still in force: there is no new version yet.", version=flag.version, what=flag.code))


def _look(session: Session, actor: Actor, flag: FactFlag, state: FlagState, reason: str, now: datetime) -> None:
    flag.state = state
    if state is FlagState.TO_CHANGE:
        flag.due_on = clock().change_by(day_of(now))
    if state in SETTLED:
        flag.settled_at, flag.suspended = now, False
        suspension_actions.lift(session, actor=actor, ref=flag.ref, now=now)
    _step(session, flag, FlagStepKind(state.value), by=actor, text=reason, now=now)
    audit.record(session, actor=actor, action=_LOOKED[state], subject=flag.code, now=now, fact=flag.fact.code, reason=reason)


_LOOKED = {FlagState.STILL_RIGHT: Action.FLAG_STILL_RIGHT, FlagState.TO_CHANGE: Action.FLAG_TO_CHANGE, FlagState.CHANGED: Action.FLAG_CHANGED}


def _step(session: Session, flag: FactFlag, kind: FlagStepKind, *, by: Actor, text: str = "", now: datetime) -> None:
    last = session.scalar(select(func.max(FactFlagStep.seq)).where(FactFlagStep.flag_id == flag.id)) or 0
    known = {"by": by.name[:120], "account_id": by.account_id, "text": text, "due_on": flag.due_on, "at": now}
    session.add(FactFlagStep(flag_id=flag.id, seq=last + 1, kind=kind, **known))
    session.flush()


def flag_overdue(session: Session, *, now: datetime) -> int:
    """Flag what cites facts whose day of review has passed, each version once; only what rests on a doubtful fact is suspended too."""
    today = day_of(now)
    found = session.scalars(select(Fact).where(queries.overdue(today)).order_by(Fact.id)).all()
    done = set(session.execute(select(FactChange.fact_id, FactChange.number).where(FactChange.cause.in_((Cause.OVERDUE, Cause.DOUBTFUL)))).all())
    new = [fact for fact in found if (fact.id, fact.number) not in done]
    for fact in new:
        cause = Cause.DOUBTFUL if fact.status == FactStatus.DOUBTFUL else Cause.OVERDUE
        _flag_all(session, fact, cause, actor=PLATFORM, now=now)
    return len(new)


def remind(session: Session, *, now: datetime) -> int:
    """Remind whoever looks of flags due soon or overdue, each once. Answers how many flags."""
    due = flag_queries.to_remind(session, today=day_of(now))
    for flag in due:
        _step(session, flag, FlagStepKind.REMINDED, by=PLATFORM, now=now)
    telling_actions.due(session, due, today=day_of(now), now=now)
    return len(due)
