"""Who was touched: officials of whom an estimate, a target or the place changed, kept until nightly work has taken it up.

Rows are only appended, each by the transaction that changes something, and only those that were read are removed: what is
written while the nightly work runs waits for the next night.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from lms.competency import estimates
from lms.competency.models import Touched
from lms.core.rows import Rows

_NOTED = Rows(insert(Touched.__table__), ["official_id"])


def touch(session: Session, official_ids: Iterable[int]) -> None:
    """Note that something about these officials changed."""
    _NOTED.write(session, [(one,) for one in sorted(set(official_ids))])


def touched(session: Session) -> dict[int, list[int]]:
    """The rows that wait, by official."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for row_id, official_id in session.execute(select(Touched.id, Touched.official_id)):
        found[official_id].append(row_id)
    return dict(found)


def taken_up(session: Session, official_ids: Collection[int], waiting: Mapping[int, Collection[int]]) -> None:
    """Remove the rows of these officials that were read as ``waiting``."""
    ids = [row_id for one in official_ids for row_id in waiting.get(one, ())]
    if ids:
        session.execute(delete(Touched).where(Touched.id.in_(ids)))


def rules_version() -> str:
    """Version of cuts, evidence rules and constants: when it changes, everybody is touched."""
    return estimates.constants_version()
