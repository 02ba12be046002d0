"""The way of an uploaded file: checked, shown, confirmed, applied. Each step asks whether the file still stands where it thinks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.core.errors import Conflict, NotFound
from lms.core.ids import new_ref
from lms.people import queries
from lms.people.enums import IMPORT_FLOW, ImportState
from lms.people.models import RosterImport

UPLOADS_KEPT = timedelta(days=7)
ENDED = tuple(state for state, following in IMPORT_FLOW.items() if not following)


def take_upload(session: Session, *, actor: Actor, filename: str, stored_as: str, complete: str, now: datetime) -> RosterImport:
    """Write down an uploaded file that is to be checked; ``complete`` is a unit's code or empty."""
    policy.ensure(actor, Permission.PEOPLE_IMPORT)
    unit = queries.unit_by_code(session, complete) if complete else None
    if unit:
        policy.ensure_unit(actor, Permission.PEOPLE_IMPORT, unit.path)
    upload = RosterImport(
        ref=new_ref(),
        filename=filename[:200],
        stored_as=stored_as,
        complete_unit_id=unit.id if unit else None,
        account_id=actor.account_id,
        state=ImportState.CHECKING,
        created_at=now,
    )
    session.add(upload)
    session.flush()  # its reference goes into the address
    return upload


def upload_of(session: Session, *, actor: Actor, ref: str) -> RosterImport:
    """An upload by its reference, for the one who uploaded it. Raises :class:`NotFound` for everybody else."""
    upload = session.scalar(select(RosterImport).where(RosterImport.ref == ref, RosterImport.account_id == actor.account_id))
    if upload is None:
        raise NotFound
    return upload


def uploads_of(session: Session, *, actor: Actor, limit: int = 10) -> Sequence[RosterImport]:
    """The newest uploads of an actor."""
    query = select(RosterImport).where(RosterImport.account_id == actor.account_id).order_by(RosterImport.id.desc()).limit(limit)
    return session.scalars(query).all()


def advance(session: Session, *, ref: str, to: ImportState, **values: Any) -> None:
    """Move an upload on to state ``to`` with new ``values``. Raises :class:`Conflict` if it stands where that may not follow."""
    before = [state for state, following in IMPORT_FLOW.items() if to in following]
    query = update(RosterImport).where(RosterImport.ref == ref, RosterImport.state.in_(before))
    if not session.execute(query.values(state=to, **values)).rowcount:
        raise Conflict(_("This import has gone on in the meantime. Look at it again."))


def outdated(session: Session, now: datetime) -> Sequence[RosterImport]:
    """Uploads whose files are to be deleted: nobody came back to them for a week."""
    return session.scalars(select(RosterImport).where(RosterImport.created_at < now - UPLOADS_KEPT, RosterImport.stored_as != "")).all()
