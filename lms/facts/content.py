"""The register's file into the database: what is new there becomes a version, what was changed in the browser is left alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.access.actor import operator
from lms.core.framework import content_root
from lms.courses.register_queries import Fact as PlainFact
from lms.courses.register_queries import FactsFile, read
from lms.facts import actions
from lms.facts.actions import Statement
from lms.facts.enums import Origin
from lms.facts.models import Fact, FactDoubt, FactSource


def load(session: Session, now: datetime) -> Iterable[str]:
    """Load the project's register of facts."""
    path = content_root() / "courses" / "facts.yaml"
    if path.is_file():
        yield from load_register(session, read(path), now=now)


def load_register(session: Session, register: FactsFile, *, now: datetime) -> Iterable[str]:
    """Bring a register in: the same text again changes nothing; a fact that was changed in the browser since is named and left as it is."""
    known = {fact.code: fact for fact in session.scalars(select(Fact))}
    reason = f"courses/facts.yaml as of {register.as_of}"
    new, changed, kept = 0, 0, []
    for entry in register.facts:
        held, identity = known.get(entry.id), _identity(entry)
        if held is None:
            actions.add(session, actor=operator("setup"), code=entry.id, said=_said(entry), reason=reason, now=now, file_hash=identity)
            new += 1
        elif held.file_hash == identity:
            continue
        elif held.origin == Origin.BROWSER and _said(entry) != actions.said_by(held):
            kept.append(entry.id)
        else:
            changed += _change(session, held, entry, identity, reason, now)
    _keep_lists(session, register)
    yield f"facts: {new} new, {changed} changed, {len(register.facts) - new - changed - len(kept)} unchanged"
    for code in kept:
        yield f"fact {code}: changed in the browser; what the file now says was not taken. Change it at /facts/{code} if the file is right."


def _change(session: Session, held: Fact, entry: PlainFact, identity: str, reason: str, now: datetime) -> int:
    held.file_hash = identity
    if _said(entry) == actions.said_by(held):
        return 0
    actions.change(session, actor=operator("setup"), code=entry.id, said=_said(entry), reason=reason, now=now, origin=Origin.FILE)
    return 1


def _said(entry: PlainFact) -> Statement:
    return Statement(entry.zh, entry.en, entry.status, entry.conf, tuple(entry.src), entry.note or "", entry.review_by)


def _identity(entry: PlainFact) -> str:
    data = json.dumps(entry.model_dump(mode="json", exclude_none=True), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(data.encode()).hexdigest()


def _keep_lists(session: Session, register: FactsFile) -> None:
    """Sources are added and reworded, never taken away: facts made in the browser may name them. Doubts are the file's."""
    for code, text in register.sources.items():
        session.merge(FactSource(code=code, text=text))
    session.execute(delete(FactDoubt))
    session.add_all(FactDoubt(fact_code=one.ref or "", what=one.what) for one in register.doubtful)
    session.flush()
