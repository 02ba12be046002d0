"""The way of a file of questions into a draft: read, shown with every loss, chosen from, taken in whole or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.authoring import actions as drafts
from lms.authoring import carrying_actions
from lms.authoring.enums import DraftState
from lms.authoring.models import CourseDraft
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.ids import new_ref
from lms.interop import png
from lms.interop.drafts import Imported
from lms.interop.enums import IMPORT_FLOW, ImportState
from lms.interop.models import BankImport, ImportPicture

KEPT = timedelta(days=7)
_SHOWN = re.compile(r"!\[((?:[^\[\]]){0,400})\]\(assets/([0-9a-f]{16}\.\w{3})\)")


@dataclass(frozen=True, slots=True)
class Read:
    """A file as it was read: by what its format was known, what came of it, and its pictures made anew (name so far -> (name, PNG) or None)."""

    filename: str
    why: str
    outcome: Imported
    pictures: Mapping[str, tuple[str, bytes] | None]


def read_whole(filename: str, why: str, outcome: Imported) -> Read:
    """Make the pictures of an outcome anew, as many as are not too large together."""
    left, made = png.MOST_POINTS_TOGETHER, {}
    for name, data in outcome.pictures.items():
        left -= png.points(data)
        made[name] = png.made_anew(data) if left >= 0 else None
    return Read(filename, why, outcome, made)


def keep(session: Session, *, actor: Actor, draft: CourseDraft, read: Read, now: datetime) -> BankImport:
    """Keep what a file holds until its author has chosen. Raises Forbidden, Conflict while the draft can't be edited."""
    ensure_editable(actor, draft)
    rows, outcome = rows_of(read), read.outcome
    kept = BankImport(ref=new_ref(), draft_id=draft.id, account_id=actor.account_id, by=actor.name[:120], filename=read.filename[:200], at=now)
    kept.format, kept.why, kept.state, kept.taken = outcome.format, read.why, ImportState.READY, {}
    kept.found, kept.carried, kept.left = outcome.found, len(outcome.carried), len(outcome.left)
    kept.lossy = sum(bool(row["notes"]) for row in rows if row["id"])
    items = [_with_pictures(item, read.pictures) for item in outcome.items]
    kept.outcome = {"rows": rows, "items": items, "remarks": outcome.remarks, "misconceptions": outcome.misconceptions}
    session.add(kept)
    session.flush()
    if made := dict(one for one in read.pictures.values() if one):
        session.execute(insert(ImportPicture), [{"import_id": kept.id, "name": name, "content": content} for name, content in made.items()])
    return kept


def ensure_editable(actor: Actor, draft: CourseDraft) -> None:
    """Raises Forbidden, Conflict."""
    if not drafts.may_write_for(actor, draft.partner_id):
        raise Forbidden
    if draft.state != DraftState.DRAFT:
        raise Conflict(_("This draft is not being written now: it is in review, released or closed. You can read it."))


def rows_of(read: Read) -> list[dict[str, Any]]:
    """One row a question of the file, in its order: {number, name, kind, id or None, owner, notes, reason}."""
    owners = {part["id"]: item["id"] for item in read.outcome.items for part in item.get("items", ())}
    lost = {item["id"] for item in read.outcome.items if _lost_picture(item, read.pictures)}
    rows = [
        {"number": one.source.number, "name": one.source.name[:200], "kind": one.source.kind[:60], "id": one.id, "owner": owners.get(one.id),
         "notes": [*one.notes, *(["a picture is not carried: it can't be read, or is too large"] if one.id in lost else [])], "reason": ""}
        for one in read.outcome.carried
    ]  # fmt: skip
    rows += [
        {"number": one.source.number, "name": one.source.name[:200], "kind": one.source.kind[:60], "id": None, "owner": None, "notes": [], "reason": one.reason}
        for one in read.outcome.left
    ]
    return sorted(rows, key=lambda row: (row["number"], row["owner"] is not None))


def _lost_picture(item: Any, pictures: Mapping[str, Any]) -> bool:
    text = json.dumps(item, ensure_ascii=False)
    return any(pictures.get(found[1]) is None for found in _SHOWN.findall(text))


def _with_pictures(value: Any, pictures: Mapping[str, tuple[str, bytes] | None]) -> Any:
    """The item with the new names of its pictures; one that could not be made anew leaves its description."""
    if isinstance(value, str):
        return _SHOWN.sub(lambda found: f"![{found[1]}](assets/{made[0]})" if (made := pictures.get(found[2])) else found[1], value)
    if isinstance(value, dict):
        return {name: _with_pictures(one, pictures) for name, one in value.items()}
    return [_with_pictures(one, pictures) for one in value] if isinstance(value, list) else value


def apply(session: Session, *, actor: Actor, draft: CourseDraft, kept: BankImport, chosen: Collection[str], now: datetime) -> dict[str, str]:
    """Take the chosen questions into the draft's bank: {id in the file: code in the draft}. Raises Invalid when none is chosen, Conflict."""
    ensure_editable(actor, draft)
    if kept.state != ImportState.READY:
        raise Conflict(_("This import has gone on in the meantime. Look at it again."))
    items = [item for item in kept.outcome["items"] if item["id"] in chosen]
    if not items:
        raise Invalid(_("Choose at least one question."))
    held, filename = _held_pictures(session, kept, items), kept.filename
    used = json.dumps(items, ensure_ascii=False)
    beliefs = {code: words for code, words in kept.outcome["misconceptions"].items() if json.dumps(code) in used}
    _end(session, kept, ImportState.DONE, now)
    codes = carrying_actions.carry_in(session, actor=actor, now=now, draft=draft, brought=carrying_actions.Brought(items, beliefs, held))
    session.execute(update(BankImport).where(BankImport.id == kept.id).values(taken=codes))
    known = {"draft": draft.ref, "file": filename, "questions": len(items), "pictures": len(held)}
    audit.record(session, actor=actor, action=Action.QUESTIONS_IMPORTED, subject=f"{draft.code} {draft.slug}", now=now, **known)
    session.expire(kept)
    return codes


def _held_pictures(session: Session, kept: BankImport, items: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
    names = {found[1] for found in _SHOWN.findall(json.dumps(items, ensure_ascii=False))}
    query = select(ImportPicture.name, ImportPicture.content).where(ImportPicture.import_id == kept.id, ImportPicture.name.in_(names))
    return dict(session.execute(query).all())


def withdraw(session: Session, *, kept: BankImport, now: datetime) -> None:
    """Let an import be. Raises Conflict when it has gone on."""
    _end(session, kept, ImportState.WITHDRAWN, now)
    session.expire(kept)


def _end(session: Session, kept: BankImport, to: ImportState, now: datetime) -> None:
    """Move an import on; what was left and lost stays readable, drafts and pictures go."""
    before = [state for state, following in IMPORT_FLOW.items() if to in following]
    query = update(BankImport).where(BankImport.id == kept.id, BankImport.state.in_(before))
    rest = {name: value for name, value in kept.outcome.items() if name in ("rows", "remarks")}
    if not session.execute(query.values(state=to, ended_at=now, outcome=rest)).rowcount:
        raise Conflict(_("This import has gone on in the meantime. Look at it again."))
    session.execute(delete(ImportPicture).where(ImportPicture.import_id == kept.id))


def forget_old(session: Session, *, now: datetime) -> int:
    """Let imports be that nobody came back to for a week, and drop pictures that nobody needs; answers how many."""
    old = session.scalars(select(BankImport).where(BankImport.state == ImportState.READY, BankImport.at < now - KEPT)).all()
    for kept in old:
        withdraw(session, kept=kept, now=now)
    ended = select(BankImport.id).where(BankImport.state != ImportState.READY)
    session.execute(delete(ImportPicture).where(ImportPicture.import_id.in_(ended)))
    return len(old)
