"""Reading drafts: one draft within the actor's reach, its files as they are now or were, the package they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.permissions import Permission
from lms.authoring.models import CourseDraft, DraftFile, FileConflict, FileEdit
from lms.core.errors import NotFound


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


def files(session: Session, draft_id: int) -> dict[str, FileNow]:
    """The draft's files as they are now, by path in order; removed ones are left out."""
    query = (
        select(DraftFile.id, DraftFile.path, FileEdit.number, FileEdit.text, FileEdit.content, FileEdit.hash, FileEdit.author, FileEdit.at)
        .join(FileEdit, (FileEdit.file_id == DraftFile.id) & (FileEdit.number == DraftFile.number))
        .where(DraftFile.draft_id == draft_id, DraftFile.removed.is_(False))
    )
    found = [FileNow(*row) for row in session.execute(query)]
    return {file.path: file for file in sorted(found, key=lambda file: file.path)}


def file_now(session: Session, draft_id: int, path: str) -> FileNow:
    """One current file. Raises NotFound, for a removed one too."""
    query = (
        select(DraftFile.id, DraftFile.path, FileEdit.number, FileEdit.text, FileEdit.content, FileEdit.hash, FileEdit.author, FileEdit.at)
        .join(FileEdit, (FileEdit.file_id == DraftFile.id) & (FileEdit.number == DraftFile.number))
        .where(DraftFile.draft_id == draft_id, DraftFile.path == path, DraftFile.removed.is_(False))
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return FileNow(*row)


def package_bytes(session: Session, draft_id: int) -> dict[str, bytes]:
    """The draft as a package: the bytes of each file by path, ``bank.yaml`` being the assessment's file."""
    return {path: file.bytes for path, file in files(session, draft_id).items()}


def file_row(session: Session, draft_id: int, path: str) -> DraftFile | None:
    """The file's own row, removed or not."""
    return session.scalar(select(DraftFile).where(DraftFile.draft_id == draft_id, DraftFile.path == path))


def at(session: Session, file_id: int, number: int) -> FileEdit:
    """A version of a file. Raises NotFound."""
    edit = session.scalar(select(FileEdit).where(FileEdit.file_id == file_id, FileEdit.number == number))
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
