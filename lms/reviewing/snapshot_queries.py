"""A course in one of its states as files: a round of a review, a revision, what a draft is based on."""

from __future__ import annotations

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from lms.assessments import source_queries as banks
from lms.authoring.models import DraftFile, FileEdit
from lms.core.errors import NotFound
from lms.courses import source_queries
from lms.courses.models import CourseRevision
from lms.reviewing import queries
from lms.reviewing.changes import BANK
from lms.reviewing.models import Review, ReviewRound


def round_of(session: Session, review: Review, number: int) -> ReviewRound:
    """A round. Raises NotFound."""
    found = session.scalar(select(ReviewRound).where(ReviewRound.review_id == review.id, ReviewRound.number == number))
    if found is None:
        raise NotFound
    return found


def of_round(session: Session, review: Review, number: int) -> dict[str, bytes]:
    """The files as they were submitted in that round. Raises NotFound."""
    return of_versions(session, review.draft_id, round_of(session, review, number).files)


def of_versions(session: Session, draft_id: int, numbers: dict[str, int]) -> dict[str, bytes]:
    """Files of a draft at the given version numbers."""
    rows = session.execute(select(DraftFile.id, DraftFile.path).where(DraftFile.draft_id == draft_id))
    wanted = {(file_id, numbers[path]): path for file_id, path in rows if path in numbers}
    query = select(FileEdit).where(tuple_(FileEdit.file_id, FileEdit.number).in_(list(wanted)))
    found = {wanted[one.file_id, one.number]: _bytes(one) for one in session.scalars(query)}
    return dict(sorted(found.items()))


def _bytes(edit: FileEdit) -> bytes:
    return bytes(edit.content) if edit.content is not None else (edit.text or "").encode()


def base_of(session: Session, review: Review) -> dict[str, bytes]:
    """The revision that the draft is based on; empty for a new course."""
    draft = queries.draft_of(session, review)
    revision = session.get(CourseRevision, draft.based_on_id) if draft.based_on_id else None
    return of_revision(session, revision) if revision else {}


def of_revision(session: Session, revision: CourseRevision) -> dict[str, bytes]:
    """The package of a revision with the bank that was in force when it was loaded."""
    files = source_queries.package_files(session, revision)
    bank = banks.bank_file_at(session, revision.assessment_slug, revision.loaded_at) if revision.assessment_slug else None
    return files | ({BANK: bank} if bank is not None else {})


def before_round(session: Session, review: Review, number: int) -> dict[str, bytes]:
    """What a round is compared with: the round before it, the revision it is based on, or nothing."""
    return of_round(session, review, number - 1) if number > 1 else base_of(session, review)


def text_at(session: Session, review: Review, path: str, edit: int) -> str:
    """A text file of the draft at one version; '' if there is none."""
    return of_versions(session, review.draft_id, {path: edit}).get(path, b"").decode("utf-8", errors="replace")
