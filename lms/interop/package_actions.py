"""A course package becomes a draft: its texts as they are, its pictures checked, the rest listed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.authoring import actions as drafts
from lms.authoring.models import CourseDraft
from lms.core.ids import new_ref
from lms.courses import package_queries
from lms.interop.enums import ImportState
from lms.interop.models import BankImport
from lms.interop.package import Package
from lms.people.models import Partner


def draft_of(session: Session, *, actor: Actor, now: datetime, partner_id: int | None, found: Package, filename: str) -> tuple[CourseDraft, BankImport]:
    """A draft of the files found, and the report of those left out. Raises Forbidden, Invalid with every fault."""
    files = {path: content for path, content in found.files.items() if not path.startswith("assets/")}
    left: list[tuple[str, str, list[str]]] = [(path, reason, []) for path, reason in found.left]
    for path, content in found.files.items():
        faults = list(package_queries.picture_faults(path.removeprefix("assets/"), content)) if path.startswith("assets/") else []
        if faults:
            left.append((path, "the picture can't be used as it is", [part for fault in faults for part in fault]))
        else:
            files[path] = content
    partner = session.get(Partner, partner_id) if partner_id else None
    draft = drafts.draft_from_files(session, actor=actor, now=now, partner=partner, files=files)
    report = _report(session, actor, draft, files, left, filename, now)
    audit.record(session, actor=actor, action=Action.PACKAGE_IMPORTED, subject=f"{draft.code} {draft.slug}", now=now, draft=draft.ref, left=len(left))
    return draft, report


def _report(
    session: Session, actor: Actor, draft: CourseDraft, files: dict[str, bytes], left: list[tuple[str, str, list[str]]], filename: str, now: datetime
) -> BankImport:
    rows = [_row(number, path, "", path) for number, path in enumerate(sorted(files), 1)]
    rows += [_row(number, path, reason, None, notes) for number, (path, reason, notes) in enumerate(sorted(left), len(rows) + 1)]
    kept = BankImport(ref=new_ref(), draft_id=draft.id, account_id=actor.account_id, by=actor.name[:120], filename=filename[:200], at=now, ended_at=now)
    kept.format, kept.why, kept.state, kept.taken = "package", "manifest", ImportState.DONE, {}
    kept.found, kept.carried, kept.lossy, kept.left = len(rows), len(files), 0, len(left)
    kept.outcome = {"rows": rows, "remarks": []}
    session.add(kept)
    session.flush()
    return kept


def _row(number: int, path: str, reason: str, name: str | None, notes: list[str] | None = None) -> dict[str, object]:
    return {"number": number, "name": path[:200], "kind": "", "id": name, "owner": None, "notes": notes or [], "reason": reason}
