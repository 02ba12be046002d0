"""Imports in the background: the check and the write of an uploaded file, and clearing away what nobody came back to or needs any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from lms.core import clock, sheets
from lms.core.db import database
from lms.core.errors import Conflict, Forbidden, NotFound
from lms.people import import_actions, import_files, queries, upload_actions
from lms.people.enums import ImportState
from lms.people.import_actions import Checked, CompleteNeedsRoster
from lms.people.models import KnownDevice, RosterImport, SignInFailure, SignInSession, Unit
from lms.people.request_actor import YEAR
from lms.people.roster import TableTooLong

Report = Callable[[int, int], None]


def check_import(*, report: Report, ref: str) -> dict[str, Any]:
    """Check upload ``ref`` and keep what its preview shows."""
    upload = _find(ref, ImportState.CHECKING)
    if upload:
        _judge(upload, _look(upload, report))
    return {}


def apply_import(*, report: Report, ref: str) -> dict[str, Any]:
    """Write upload ``ref``, if it would still do what its preview showed; else show it again."""
    upload = _find(ref, ImportState.APPLYING)
    if upload is None:
        return {}
    checked = _look(upload, report)
    if isinstance(checked, str) or checked.faults or checked.plan.digest() != upload.summary.get("digest"):
        _judge(upload, checked, changed=True)
        return {}
    try:
        _write(upload, checked)
    except Conflict:
        with database().writing() as session:
            upload_actions.advance(session, ref=ref, to=ImportState.READY, summary=upload.summary | {"changed": True})
    return {}


def _find(ref: str, state: ImportState) -> RosterImport | None:
    with database().reading() as session:
        return session.scalar(select(RosterImport).where(RosterImport.ref == ref, RosterImport.state == state))


def _look(upload: RosterImport, report: Report) -> Checked | str:
    """The file as it is understood now, or the code of the reason why it is refused as a whole."""
    rows = sheets.iter_table(import_files.path_of(upload.stored_as), upload.filename)
    try:
        with database().reading() as session:
            complete = session.scalar(select(Unit.code).where(Unit.id == upload.complete_unit_id)) or ""
            actor = queries.actor_of_account(session, upload.account_id)
            today = import_files.today(clock.now())
            return import_actions.check_table(session, actor=actor, rows=rows, today=today, complete=complete, tick=lambda count: report(count, 0))
    except sheets.UnreadableTable as error:
        return error.reason
    except (Forbidden, NotFound):
        return "forbidden"
    except TableTooLong:
        return "too_long"
    except CompleteNeedsRoster:
        return "complete_needs_roster"


def _judge(upload: RosterImport, checked: Checked | str, *, changed: bool = False) -> None:
    """Keep the outcome of a check: refused with its faults, or ready to be confirmed."""
    now = clock.now()
    if isinstance(checked, str):
        _refuse(upload, {"refusal": checked}, now)
    elif checked.faults:
        import_files.keep_faults(upload.stored_as, checked.faults)
        _refuse(upload, checked.summary(), now)
    else:
        with database().writing() as session:
            summary = checked.summary() | {"changed": changed}
            upload_actions.advance(session, ref=upload.ref, to=ImportState.READY, kind=summary["kind"], summary=summary)


def _refuse(upload: RosterImport, summary: dict[str, Any], now: datetime) -> None:
    with database().writing() as session:
        upload_actions.advance(session, ref=upload.ref, to=ImportState.REFUSED, kind=summary.get("kind", ""), summary=summary, finished_at=now)
    import_files.forget_upload(upload.stored_as)


def _write(upload: RosterImport, checked: Checked) -> None:
    now = clock.now()
    with database().writing() as session:
        # first: withdrawn in the meantime means nothing is written
        upload_actions.advance(session, ref=upload.ref, to=ImportState.DONE, summary=checked.summary(), finished_at=now)
        import_actions.apply_plan(session, actor=_actor(session, upload), checked=checked, filename=upload.filename, now=now)
    import_files.forget(upload.stored_as)


def _actor(session: Session, upload: RosterImport) -> Any:
    return queries.actor_of_account(session, upload.account_id)


def forget_old_uploads(now: datetime) -> None:
    """Delete the files of uploads that are a week old, and end those that still wait."""
    with database().writing() as session:
        for upload in upload_actions.outdated(session, now):
            import_files.forget(upload.stored_as)
            upload.stored_as = ""
            if upload.state not in upload_actions.ENDED:
                upload.state, upload.finished_at = ImportState.WITHDRAWN, now


def forget_sign_ins(now: datetime) -> None:
    """Delete what signing in left behind, as the privacy notice says: failed tries after a day, sessions that are over, devices unused for a year."""
    longest = timedelta(hours=current_app.config["SETTINGS"].session_hours)
    with database().writing() as session:
        session.execute(delete(SignInFailure).where(SignInFailure.at < now - timedelta(days=1)))
        session.execute(delete(SignInSession).where(or_(SignInSession.ended_at.is_not(None), SignInSession.started_at < now - longest)))
        session.execute(delete(KnownDevice).where(KnownDevice.seen_at < now - timedelta(seconds=YEAR)))
