"""The auditor's pages: read the audit log, verify its chain, take a copy."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, g, make_response, render_template, request

from lms.access import audit, queries
from lms.access.audit import Action
from lms.access.audit_words import ACTION_NAMES
from lms.access.guards import current_actor, requires
from lms.access.models import AuditEntry
from lms.access.permissions import Permission
from lms.access.queries import AuditFilter
from lms.core import db, numbers, sheets

blueprint = Blueprint("access", __name__)

HEADINGS = ("seq", "at", "account", "actor", "action", "subject", "official", "detail", "prev_hash", "hash")


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["SETTINGS"].time_zone)


def _note(action: Action, wanted: AuditFilter) -> None:
    """Reading the log is itself an entry: it tells of people."""
    described = ", ".join(f"{name}={value}" for name, value in wanted.as_form().items())
    audit.record(db.session(), actor=current_actor(), action=action, subject=described or "*", now=g.now)


@blueprint.get("/admin/audit")
@requires(Permission.AUDIT_READ)
@db.writes
def audit_log() -> str:
    """A page of entries, the newest first."""
    wanted = AuditFilter.from_form(request.args)
    before = request.args.get("before", type=numbers.whole)
    rows = queries.entries(db.session(), wanted, zone=_zone(), before=before, limit=queries.PAGE + 1)
    shown, more = rows[: queries.PAGE], len(rows) > queries.PAGE
    _note(Action.AUDIT_READ, wanted)
    return _page(wanted, shown, older=shown[-1].seq if more else None, newest=before is None)


def _page(wanted: AuditFilter, shown: list[AuditEntry], *, older: int | None = None, newest: bool = True, verdict: audit.Verdict | None = None) -> str:
    actions = [(action.value, ACTION_NAMES[action]) for action in Action]
    return render_template(
        "access/audit.html",
        wanted=wanted,
        rows=shown,
        older=older,
        newest=newest,
        actions=actions,
        names=ACTION_NAMES,
        verdict=verdict,
        details=queries.details,
    )


@blueprint.post("/admin/audit/verify")
@requires(Permission.AUDIT_READ)
@db.reads
def verify() -> str:
    """Walk the whole chain and say whether it holds."""
    verdict = audit.verify(db.session())
    return _page(AuditFilter(), [], verdict=verdict)


@blueprint.get("/admin/audit.csv")
@requires(Permission.AUDIT_READ)
@db.writes
def export() -> Response:
    """The entries that fit, with their hashes, so that the chain can be checked elsewhere."""
    wanted = AuditFilter.from_form(request.args)
    found = queries.entries(db.session(), wanted, zone=_zone(), limit=queries.EXPORT_LIMIT)
    body = sheets.write_csv([HEADINGS, *(_cells(entry) for entry in reversed(found))])
    _note(Action.AUDIT_EXPORTED, wanted)
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": "attachment; filename=audit.csv"}
    return make_response(body, 200, headers)


def _cells(entry: AuditEntry) -> list[object]:
    who = "" if entry.account_id is None else entry.account_id
    whom = "" if entry.official_id is None else entry.official_id
    return [entry.seq, entry.at.isoformat(), who, entry.actor, entry.action, entry.subject, whom, entry.detail, entry.prev_hash, entry.hash]
