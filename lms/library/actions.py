"""What happens to entries of the shared library: shared, described anew, given versions, used by others, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import audit, policy
from lms.access.actor import Actor
from lms.access.audit import Action
from lms.access.permissions import Permission, Role
from lms.core import framework
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.ids import new_ref
from lms.library import queries
from lms.library.enums import EntryKind, EntryState, Place
from lms.library.licences import LICENCES
from lms.library.models import LibraryEntry, LibraryReuse, LibraryVersion
from lms.people import notice_actions
from lms.people.holder_queries import holders
from lms.people.models import Partner
from lms.portfolio import attachment_actions
from lms.portfolio.attachment_actions import Upload

KINDS = ("pdf", "pptx", "odp", "docx", "odt", "xlsx", "md", "txt", "zip", "gift", "xml")
"""Files that are taken; zip holds pictures, gift and xml are question banks of Moodle."""
BANK_KINDS = ("gift", "xml", "xlsx", "txt")
TEXT_KINDS = ("md", "txt")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is said of an entry."""

    kind: str
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    competencies: tuple[str, ...]
    licence: str
    licence_words: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    """A place where an entry is used: a draft's reference, a course's code, or words alone."""

    place: Place
    ref: str = ""
    zh: str = ""
    en: str = ""


def share(session: Session, *, actor: Actor, partner: Partner | None, wish: Wish, upload: Upload | None, now: datetime) -> LibraryEntry:
    """Offer something to all organisations; ``partner`` None: the administration's. Raises Forbidden, Invalid."""
    if not policy.scope(actor, Permission.LIBRARY_SHARE).covers_partner(partner.id if partner else None):
        raise Forbidden
    said = _sound(wish)
    if upload is None:
        raise Invalid(_("Choose the file to share."))
    owner = {"partner_id": partner.id if partner else None, "shared_by": actor.name[:120], "shared_at": now, "changed_at": now}
    entry = LibraryEntry(ref=new_ref(), state=EntryState.SHARED, version=1, **owner, **said)
    session.add(entry)
    session.flush()  # the version needs its id
    _keep(session, actor, entry, upload, "", now)
    audit.record(session, actor=actor, action=Action.LIBRARY_SHARED, subject=entry.ref, now=now, title=entry.title_zh, licence=entry.licence)
    return entry


def _sound(wish: Wish) -> dict[str, Any]:
    """The columns of what is said, when it holds together. Raises Invalid."""
    texts = {name: " ".join(getattr(wish, name).split()) for name in ("title_zh", "title_en", "licence_words", "contact")}
    texts |= {name: getattr(wish, name).replace("\r\n", "\n").strip() for name in ("summary_zh", "summary_en")}
    if wish.kind not in set(EntryKind):
        raise Invalid(_("Choose what it is."))
    if not (texts["title_zh"] and texts["title_en"]):
        raise Invalid(_("Enter the title in both languages."))
    if not (texts["summary_zh"] and texts["summary_en"]):
        raise Invalid(_("Say in both languages, in a sentence or two, what it is good for."))
    if wish.licence not in LICENCES:
        raise Invalid(_("Choose the licence: without one nobody else may use it."))
    if LICENCES[wish.licence].words and not texts["licence_words"]:
        raise Invalid(_("Say in words what others may do with it."))
    known = [code for code in framework.read().codes if code in wish.competencies]
    most = {"title_zh": 160, "title_en": 200, "summary_zh": 1000, "summary_en": 1500, "licence_words": 400, "contact": 160}
    if too_long := next((name for name, text in texts.items() if len(text) > most[name]), None):
        raise Invalid(_("Keep it within %(n)d characters.", n=most[too_long]))
    return texts | {"kind": wish.kind, "licence": wish.licence, "competencies": known}


def _keep(session: Session, actor: Actor, entry: LibraryEntry, upload: Upload, note: str, now: datetime) -> LibraryVersion:
    about = {"name": upload.name, "kind": upload.kind, "size": len(upload.data), "sha256": upload.sha256}
    stored = attachment_actions.keep(session, upload)
    version = LibraryVersion(entry_id=entry.id, number=entry.version, note=note, stored_as=stored, added_by=actor.name[:120], added_at=now, **about)
    session.add(version)
    session.flush()
    return version


def change(session: Session, *, actor: Actor, ref: str, wish: Wish, now: datetime) -> LibraryEntry:
    """Describe an entry anew; its versions stay as they are. Raises NotFound, Invalid, Conflict once it is withdrawn."""
    entry = _open(session, actor, ref)
    said = _sound(wish)
    changed = sorted(name for name, value in said.items() if getattr(entry, name) != value)
    for name in changed:
        setattr(entry, name, said[name])
    if changed:
        entry.changed_at = now
        audit.record(session, actor=actor, action=Action.LIBRARY_CHANGED, subject=entry.ref, now=now, changed=changed)
    return entry


def add_version(session: Session, *, actor: Actor, ref: str, upload: Upload | None, note: str, now: datetime) -> LibraryVersion:
    """A new version; whoever uses an earlier one is told. Raises NotFound, Invalid, Conflict once it is withdrawn or when nothing differs."""
    entry = _open(session, actor, ref)
    note = " ".join(note.split())
    if upload is None:
        raise Invalid(_("Choose the file of the new version."))
    if not 1 <= len(note) <= 400:
        raise Invalid(_("Say in at most %(n)d characters what is different.", n=400))
    if upload.sha256 == queries.version(session, entry, entry.version).sha256:
        raise Conflict(_("This is the same file as version %(n)d.", n=entry.version))
    entry.version, entry.changed_at = entry.version + 1, now
    version = _keep(session, actor, entry, upload, note, now)
    audit.record(session, actor=actor, action=Action.LIBRARY_VERSION_ADDED, subject=entry.ref, now=now, number=version.number)
    _tell_users(session, entry, "library_version", now, number=version.number, note=note)
    return version


def withdraw(session: Session, *, actor: Actor, ref: str, reason: str, now: datetime) -> LibraryEntry:
    """Offer it no longer; who uses it is told and keeps it. Raises NotFound, Invalid, Conflict when it is withdrawn already."""
    entry = _open(session, actor, ref)
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= 400:
        raise Invalid(_("Give the reason in at most %(n)d characters; it stays on record.", n=400))
    entry.state, entry.withdrawn_reason, entry.withdrawn_at, entry.withdrawn_by = EntryState.WITHDRAWN, reason, now, actor.name[:120]
    entry.changed_at = now
    audit.record(session, actor=actor, action=Action.LIBRARY_WITHDRAWN, subject=entry.ref, now=now, reason=reason)
    _tell_users(session, entry, "library_withdrawn", now, reason=reason)
    return entry


def _open(session: Session, actor: Actor, ref: str) -> LibraryEntry:
    entry = queries.kept(session, actor, ref, lock=True)
    if entry.state != EntryState.SHARED:
        raise Conflict(_("This entry is withdrawn; nothing about it changes any more."))
    return entry


def note_use(session: Session, *, actor: Actor, ref: str, partner: Partner | None, where: Where, number: int, now: datetime) -> LibraryReuse:
    """Note that an organisation uses a version somewhere; the same place is noted once, with its newest version.

    Raises NotFound, Forbidden, Invalid for its owner and without a place, Conflict for a withdrawn entry that it does not use.
    """
    entry = queries.by_ref(session, ref, lock=True)
    partner_id = partner.id if partner else None
    side = policy.scope(actor, Permission.LIBRARY_SHARE)
    if not (side.covers_partner(partner_id) and (partner_id is not None or side.everything)):
        raise Forbidden
    if entry.partner_id == partner_id:
        raise Invalid(_("This is your own. Only what others use is counted."))
    if not where.ref and not where.zh:
        raise Invalid(_("Say where you use it: a draft, a course, or in words."))
    if not queries.may_take(session, actor, entry):
        raise Conflict(_("This entry is withdrawn; nothing about it changes any more."))
    version = queries.version(session, entry, number)
    found = _same(session, entry, partner_id, where)
    if found is not None:
        found.number = max(found.number, version.number)
        return found
    about = {"place": where.place, "place_ref": where.ref[:80], "place_zh": where.zh[:200], "place_en": where.en[:200]}
    noted = {"by": actor.name[:120], "account_id": actor.account_id, "at": now}
    made = LibraryReuse(ref=new_ref(), entry_id=entry.id, number=version.number, partner_id=partner_id, **about, **noted)
    session.add(made)
    session.flush()
    audit.record(session, actor=actor, action=Action.LIBRARY_REUSED, subject=entry.ref, now=now, number=version.number, place=where.ref or where.zh)
    return made


def _same(session: Session, entry: LibraryEntry, partner_id: int | None, where: Where) -> LibraryReuse | None:
    r = LibraryReuse
    mine = r.partner_id.is_(None) if partner_id is None else r.partner_id == partner_id
    there = (r.place_ref == where.ref) if where.ref else (r.place_zh == where.zh)
    return session.scalar(select(r).where(r.entry_id == entry.id, r.ended_at.is_(None), mine, r.place == where.place, there).limit(1))


def end_use(session: Session, *, actor: Actor, ref: str, use_ref: str, now: datetime) -> None:
    """It is no longer used there. Raises NotFound, for others' uses too."""
    entry = queries.by_ref(session, ref)
    found = queries.own_use(session, actor, entry.id, use_ref)
    if found.ended_at is None:
        found.ended_at = now
        audit.record(session, actor=actor, action=Action.LIBRARY_REUSE_ENDED, subject=entry.ref, now=now, place=found.place_ref or found.place_zh)


def _tell_users(session: Session, entry: LibraryEntry, kind: str, now: datetime, **more: Any) -> None:
    facts = {"ref": entry.ref, "zh": entry.title_zh, "en": entry.title_en} | more
    told: set[int] = set()
    for partner_id in queries.users(session, entry.id):
        told |= set(holders(session, Role.ADMINISTRATOR) if partner_id is None else holders(session, Role.AUTHOR, Role.COORDINATOR, partner_ids=[partner_id]))
    notice_actions.tell_accounts(session, kind=kind, facts=dict.fromkeys(sorted(told), facts), now=now)
