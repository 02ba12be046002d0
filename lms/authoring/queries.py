"""Reading drafts: one draft within the actor's reach, its files as they are now or were, the package they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.authoring.enums import RUNNING, DraftState, EditKind
from lms.authoring.history import Sitting, Version, sittings
from lms.authoring.models import CourseDraft, DraftFile, FileConflict, FileEdit
from lms.core import numbers
from lms.core.errors import NotFound
from lms.people.models import Partner


@dataclass(frozen=True, slots=True)
class FileNow:
    """A file's current version: ``text``, or a picture's ``content``."""

    id: int
    path: str
    number: int
    text: str | None
    content: bytes | None
    hash: str
    author: str
    at: datetime

    @property
    def bytes(self) -> bytes:
        return self.content if self.content is not None else (self.text or "").encode()


def find(session: Session, ref: str, *, actor: Actor) -> CourseDraft:
    """A draft that ``actor`` may write. Raises NotFound, for another partner's too."""
    draft = by_ref(session, ref)
    if not policy.scope(actor, Permission.COURSES_WRITE).covers_partner(draft.partner_id):
        raise NotFound
    return draft


def by_ref(session: Session, ref: str) -> CourseDraft:
    """A draft by its reference, whoever asks: the caller decides who may see it. Raises NotFound."""
    draft = session.scalar(select(CourseDraft).where(CourseDraft.ref == ref))
    if draft is None:
        raise NotFound
    return draft


COLUMNS = (DraftFile.id, DraftFile.path, FileEdit.number, FileEdit.text, FileEdit.content, FileEdit.hash, FileEdit.author, FileEdit.at)


def _now(draft_id: int, *columns: Any) -> Select[Any]:
    query = select(*columns).join(FileEdit, (FileEdit.file_id == DraftFile.id) & (FileEdit.number == DraftFile.number))
    return query.where(DraftFile.draft_id == draft_id, DraftFile.removed.is_(False)).order_by(DraftFile.path)


def files(session: Session, draft_id: int, paths: Sequence[str] | None = None) -> dict[str, FileNow]:
    """The draft's files as they are now, by path in order; removed ones are left out. ``paths``: of these only."""
    query = _now(draft_id, *COLUMNS)
    found = [FileNow(*row) for row in session.execute(query if paths is None else query.where(DraftFile.path.in_(paths)))]
    return {file.path: file for file in sorted(found, key=lambda file: file.path)}


def hashes(session: Session, draft_id: int) -> dict[str, str]:
    """The hash of each current file by its path, without what is in them."""
    return {path: hash for path, hash in session.execute(_now(draft_id, DraftFile.path, FileEdit.hash))}


def paths_now(session: Session, draft_id: int) -> Sequence[str]:
    """The paths of the current files."""
    return list(hashes(session, draft_id))


def file_now(session: Session, draft_id: int, path: str) -> FileNow:
    """One current file. Raises NotFound, for a removed one too."""
    found = files(session, draft_id, [path])
    if path not in found:
        raise NotFound
    return found[path]


def package_bytes(session: Session, draft_id: int) -> dict[str, bytes]:
    """The draft as a package: the bytes of each file by path, ``bank.yaml`` being the assessment's file."""
    return {path: file.bytes for path, file in files(session, draft_id).items()}


def file_row(session: Session, draft_id: int, path: str) -> DraftFile | None:
    """The file's own row, removed or not."""
    return session.scalar(select(DraftFile).where(DraftFile.draft_id == draft_id, DraftFile.path == path))


def row(session: Session, file_id: int) -> DraftFile:
    """A file's own row by its key."""
    return session.get_one(DraftFile, file_id)


def paths(session: Session, draft_id: int) -> Sequence[str]:
    """The paths of all files there are or were."""
    return session.scalars(select(DraftFile.path).where(DraftFile.draft_id == draft_id).order_by(DraftFile.path)).all()


def settled_by(session: Session, conflict: FileConflict) -> FileEdit | None:
    """The version that settled a conflict."""
    return at(session, conflict.file_id, conflict.resolved_number) if conflict.resolved_number else None


def at(session: Session, file_id: int, number: int) -> FileEdit:
    """A version of a file. Raises NotFound."""
    edit = session.scalar(select(FileEdit).where(FileEdit.file_id == file_id, FileEdit.number == number)) if 0 < number <= numbers.MOST_ROWS else None
    if edit is None:
        raise NotFound
    return edit


def edits(session: Session, file_id: int) -> Sequence[FileEdit]:
    """All versions of a file, the first one first."""
    return session.scalars(select(FileEdit).where(FileEdit.file_id == file_id).order_by(FileEdit.number)).all()


def conflict(session: Session, draft_id: int, ref: str) -> FileConflict:
    """A conflict of the draft. Raises NotFound."""
    query = select(FileConflict).join(DraftFile, DraftFile.id == FileConflict.file_id)
    found = session.scalar(query.where(FileConflict.ref == ref, DraftFile.draft_id == draft_id))
    if found is None:
        raise NotFound
    return found


def open_conflicts(session: Session, draft_id: int) -> Mapping[FileConflict, str]:
    """Conflicts nobody has settled yet, the oldest first, each with the path of its file."""
    query = select(FileConflict, DraftFile.path).join(DraftFile, DraftFile.id == FileConflict.file_id)
    rows = session.execute(query.where(DraftFile.draft_id == draft_id, FileConflict.resolved_at.is_(None)).order_by(FileConflict.id))
    return {row[0]: row[1] for row in rows}


ORDERS: Mapping[str, Sequence[Any]] = {
    "changed": (CourseDraft.changed_at.desc(), CourseDraft.id.desc()),
    "code": (CourseDraft.code, CourseDraft.id),
    "title": (CourseDraft.title_zh, CourseDraft.id),
    "state": (CourseDraft.state, CourseDraft.changed_at.desc(), CourseDraft.id),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What is looked for in the list of drafts: words, a state (``open``: not yet an end; ``all``), an order."""

    text: str = ""
    state: str = "open"
    order: str = "changed"


def listed(actor: Actor, choice: Choice) -> Select[Any]:
    """Rows (CourseDraft, Partner or None) that ``actor`` may write."""
    query = select(CourseDraft, Partner).outerjoin(Partner, Partner.id == CourseDraft.partner_id).where(_writes(actor))
    if choice.text:
        columns = (CourseDraft.code, CourseDraft.slug, CourseDraft.title_zh, CourseDraft.title_en)
        query = query.where(or_(*(func.lower(column).contains(choice.text.lower(), autoescape=True) for column in columns)))
    if choice.state in set(DraftState):
        query = query.where(CourseDraft.state == choice.state)
    elif choice.state != "all":
        query = query.where(CourseDraft.state.in_(RUNNING))
    return query.order_by(*ORDERS.get(choice.order, ORDERS["changed"]))


def codes_in_use(session: Session) -> set[str]:
    """Course codes of drafts that are being written or reviewed, anybody's."""
    return set(session.scalars(select(CourseDraft.code).where(CourseDraft.state.in_(RUNNING))))


def _writes(actor: Actor) -> ColumnElement[bool]:
    scope = policy.scope(actor, Permission.COURSES_WRITE)
    if scope.everything:
        return true()
    return CourseDraft.partner_id.in_(scope.partners) if scope.partners else false()


def partners_of(session: Session, actor: Actor) -> Sequence[Partner]:
    """The organisations for which ``actor`` may begin a draft."""
    scope = policy.scope(actor, Permission.COURSES_WRITE)
    query = select(Partner).order_by(Partner.code)
    return session.scalars(query if scope.everything else query.where(Partner.id.in_(scope.partners))).all()


def versions(session: Session, draft_id: int, *, path: str | None = None, most: int = 20_000) -> list[Version]:
    """The versions of all files of a draft, or of one, without their texts, each file's in order; at most the last ``most``."""
    e, f = FileEdit, DraftFile
    query = select(f.path, e.number, e.parent, e.kind, e.author, e.account_id, e.at, e.merged_from).join(f, f.id == e.file_id)
    query = query.where(f.draft_id == draft_id).order_by(e.id.desc()).limit(most)
    return [Version(*row) for row in session.execute(query.where(f.path == path) if path else query)][::-1]


def conflicts(session: Session, draft_id: int, *, path: str | None = None) -> Sequence[tuple[FileConflict, str]]:
    """All conflicts there ever were, with their files' paths, the latest first."""
    query = select(FileConflict, DraftFile.path).join(DraftFile, DraftFile.id == FileConflict.file_id).where(DraftFile.draft_id == draft_id)
    rows = session.execute((query.where(DraftFile.path == path) if path else query).order_by(FileConflict.id.desc()))
    return [(row[0], row[1]) for row in rows]


NOW = timedelta(minutes=2)
"""Who saved within this time is writing now; nothing else is known of what anybody does."""


def writing_now(session: Session, draft_id: int, *, now: datetime, paths: Sequence[str] = (), but: int | None = None) -> dict[str, list[str]]:
    """By path, the names of those who saved by themselves or by hand within the last two minutes; ``but``: leave that account out."""
    kinds = (EditKind.AUTOSAVE, EditKind.SAVED, EditKind.SIDE)
    query = select(DraftFile.path, FileEdit.author, FileEdit.account_id).join(FileEdit, FileEdit.file_id == DraftFile.id).distinct()
    query = query.where(DraftFile.draft_id == draft_id, FileEdit.at > now - NOW, FileEdit.kind.in_(kinds)).order_by(DraftFile.path, FileEdit.author)
    found: dict[str, list[str]] = {}
    for path, author, account_id in session.execute(query.where(DraftFile.path.in_(paths)) if paths else query):
        if account_id is None or account_id != but:
            found.setdefault(path, []).append(author)
    return found


def recent(session: Session, draft_id: int, *, most: int = 8) -> list[Sitting]:
    """What was done last in a draft."""
    return sittings(versions(session, draft_id, most=400))[:most]


def own_conflicts(session: Session, actor: Actor) -> Sequence[tuple[FileConflict, CourseDraft]]:
    """The actor's own texts that still wait to be settled, in drafts that can be written, the oldest first."""
    query = select(FileConflict, CourseDraft).join(DraftFile, DraftFile.id == FileConflict.file_id).join(CourseDraft, CourseDraft.id == DraftFile.draft_id)
    mine = FileConflict.account_id == actor.account_id, FileConflict.resolved_at.is_(None), CourseDraft.state == DraftState.DRAFT
    return [(row[0], row[1]) for row in session.execute(query.where(*mine, _writes(actor)).order_by(FileConflict.id))]
