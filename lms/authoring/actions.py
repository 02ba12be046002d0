"""Writing drafts: begin one, save a file without ever losing a text, settle conflicts, pictures, and where the draft stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.access import policy
from lms.access.actor import Actor
from lms.access.audit import Action, record
from lms.access.permissions import Permission
from lms.assessments import source_queries as bank_sources
from lms.authoring import problem_words, queries
from lms.authoring.blank import new_package
from lms.authoring.enums import DRAFT_FLOW, RUNNING, DraftState, EditKind, Outcome
from lms.authoring.merging import merge
from lms.authoring.models import CourseDraft, DraftFile, FileConflict, FileEdit
from lms.core import yamlfile
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.ids import new_ref
from lms.courses import package_queries as packages
from lms.courses import source_queries
from lms.courses.models import Course, CourseRevision
from lms.facts.citation_queries import partner_of_courses
from lms.people.calendar_queries import today as day_of
from lms.people.models import Partner

PATH = re.compile(r"(?:course\.yaml|bank\.yaml|lessons/\w[\w.-]{0,90}\.(?:zh|en)\.md|assets/\w[\w.-]{0,90}\.(?:svg|png))\Z", re.A)
CODE, SLUG = re.compile(r"C\d{2,3}\Z"), re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
MOST_CHARACTERS = 2_000_000
MOST_FILES = 400
MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Saved:
    """How a save ended: the current version's ``number`` and ``text``; with a conflict, where one's own text is kept.

    ``own``: the version that holds the text as it was sent, on which a text written further meanwhile is to be merged next time.
    """

    outcome: Outcome
    number: int
    text: str
    conflict_ref: str | None = None
    own: int = 0


def may_write_for(actor: Actor, partner_id: int | None) -> bool:
    """Whether ``actor`` writes courses of that organisation; None: the installation's own."""
    return policy.scope(actor, Permission.COURSES_WRITE).covers_partner(partner_id)


def may_continue(actor: Actor, owner_id: int | None) -> bool:
    """Whether ``actor`` may take the files of a course, its keys among them, for a next version: the own organisation's courses, and those of none."""
    return owner_id is None or may_write_for(actor, owner_id)


def create_draft(session: Session, *, actor: Actor, now: datetime, partner: Partner | None, code: str, slug: str, title_zh: str, title_en: str) -> CourseDraft:
    """Begin a course from the empty template. Raises Forbidden, Invalid."""
    if not CODE.match(code):
        raise Invalid(_("A course code is the letter C with two or three digits, such as C21."))
    if not SLUG.match(slug) or len(slug) > 80:
        raise Invalid(_("The short name has lower-case letters, digits and hyphens only; it becomes part of addresses."))
    if not title_zh.strip() or not title_en.strip():
        raise Invalid(_("Give the course a title in both languages."))
    _still_free(session, code, slug)
    texts = new_package(code=code, slug=slug, title_zh=title_zh.strip(), title_en=title_en.strip(), today=day_of(now))
    files = {path: text.encode() for path, text in texts.items()}
    return _new_draft(session, actor, now, partner, files, EditKind.CREATED)


def _still_free(session: Session, code: str, slug: str) -> None:
    """Whether nothing else has the code or the short name, known long before review would refuse it. Raises Invalid."""
    if course := session.scalar(select(Course).where(or_(Course.code == code, Course.slug == slug)).order_by(Course.code).limit(1)):
        name = f"{course.code} {course.slug}"
        raise Invalid(_("%(course)s exists already: choose another code and short name, or begin the next version of that course.", course=name))
    running = CourseDraft.state.in_(RUNNING)
    if session.scalar(select(CourseDraft.id).where(running, or_(CourseDraft.code == code, CourseDraft.slug == slug)).limit(1)):
        raise Invalid(_("Another draft has this code or short name. Choose others."))


def draft_from_revision(
    session: Session, *, actor: Actor, now: datetime, revision: CourseRevision, partner: Partner | None, hot_fix: bool = False
) -> CourseDraft:
    """Begin the next version of a released course: a draft with the revision's own files. Raises Forbidden, NotFound for another organisation's."""
    if not may_continue(actor, partner_of_courses(session).get(session.get_one(Course, revision.course_id).slug)):
        raise NotFound
    files = source_queries.package_files(session, revision) | _bank_of(session, revision)
    return _new_draft(session, actor, now, partner, files, EditKind.CREATED, based_on_id=revision.id, hot_fix=hot_fix)


def _bank_of(session: Session, revision: CourseRevision) -> dict[str, bytes]:
    try:
        return {"bank.yaml": bank_sources.bank_file(session, revision.assessment_slug or "")}
    except NotFound:
        return {}


def draft_from_files(
    session: Session, *, actor: Actor, now: datetime, partner: Partner | None, files: Mapping[str, bytes], order_ref: str | None = None
) -> CourseDraft:
    """Begin a draft from a package's files (``bank.yaml`` being the assessment's). Raises Forbidden, Invalid with every file refused."""
    return _new_draft(session, actor, now, partner, files, EditKind.IMPORTED, order_ref=order_ref)


def _new_draft(
    session: Session, actor: Actor, now: datetime, partner: Partner | None, files: Mapping[str, bytes], kind: EditKind, **more: object
) -> CourseDraft:
    partner_id = partner.id if partner else None
    if not may_write_for(actor, partner_id):
        raise Forbidden
    _ensure_files(files)
    draft = CourseDraft(ref=new_ref(), partner_id=partner_id, state=DraftState.DRAFT, created_by=actor.account_id, created_at=now, changed_at=now)
    draft.slug = draft.code = draft.title_zh = draft.title_en = ""
    for name, value in more.items():
        setattr(draft, name, value)
    session.add(draft)
    session.flush()
    for path, content in sorted(files.items()):
        append_edit(session, _new_file(session, draft, path), new_edit(kind, actor, now, content if path.startswith("assets/") else content.decode()))
    _follow_head(draft, files["course.yaml"].decode())
    session.flush()
    record(session, actor=actor, action=Action.DRAFT_CREATED, subject=f"{draft.code} {draft.slug}", now=now, draft=draft.ref, files=len(files))
    return draft


def _ensure_files(files: Mapping[str, bytes]) -> None:
    """Raises Invalid naming every file that a draft can't hold."""
    details = [_("%(path)s: not part of a course package", path=path[:120]) for path in files if not PATH.match(path)]
    for path, content in files.items():
        if not path.startswith("assets/") and not _is_text(content):
            details.append(_("%(path)s: not a text file in UTF-8", path=path[:120]))
    if "course.yaml" not in files:
        details.append(_("course.yaml is missing"))
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        details.append(_("more than %(files)d files or %(mb)d MB", files=MOST_FILES, mb=MOST_BYTES // 1_000_000))
    if details:
        raise Invalid(_("These files can't become a draft."), details=details)


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return "\0" not in text and len(text) <= MOST_CHARACTERS


def save(session: Session, *, actor: Actor, now: datetime, draft: CourseDraft, path: str, text: str, base: int, kind: EditKind = EditKind.SAVED) -> Saved:
    """Save a text file written on version ``base`` (0: there was none).

    When others saved meanwhile, both changes are merged by lines; what can't be merged is kept as a conflict, to be settled
    by its author. Every text sent stays readable for good. Raises NotFound, Forbidden, Conflict while the draft can't be edited, Invalid.
    """
    _ensure_editable(session, actor, draft)
    if not PATH.match(path) or path.startswith("assets/"):
        raise Invalid(_("A draft has no place for a file called %(path)s.", path=path[:120]))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text or len(text) > MOST_CHARACTERS:
        raise Invalid(_("This text is too long, or holds characters that no text has."))
    file = queries.file_row(session, draft.id, path)
    if file is None:
        file = _new_file(session, draft, path)
    saved = _save(session, file, new_edit(kind, actor, now, text, parent=min(max(base, 0), file.number)), now)
    if saved.outcome is not Outcome.CONFLICT and path == "course.yaml":
        _follow_head(draft, saved.text)
    draft.changed_at = now
    session.flush()
    return saved


def _save(session: Session, file: DraftFile, edit: FileEdit, now: datetime) -> Saved:
    current = queries.at(session, file.id, file.number) if file.number else None
    theirs = (current.text or "") if current else ""
    if current is not None and not file.removed and edit.text == theirs:
        return Saved(Outcome.UNCHANGED, file.number, theirs, own=file.number)
    if edit.parent == file.number:
        append_edit(session, file, edit)
        return Saved(Outcome.SAVED, file.number, edit.text or "", own=file.number)
    base = (queries.at(session, file.id, edit.parent).text or "") if edit.parent else ""
    if edit.text == base and not file.removed:
        return Saved(Outcome.UNCHANGED, file.number, theirs, own=edit.parent)
    merged = None if file.removed else merge(base, edit.text or "", theirs)
    if merged is None:
        return Saved(Outcome.CONFLICT, file.number, theirs, _keep_conflict(session, file, edit, now).ref, own=edit.parent)
    return _merge(session, file, edit, merged)


def _merge(session: Session, file: DraftFile, edit: FileEdit, merged: str) -> Saved:
    """Append the text as sent, then what it and the current version make together."""
    before, wanted = file.number, edit.kind
    edit.kind = EditKind.SIDE
    append_edit(session, file, edit)
    both = FileEdit(parent=before, kind=EditKind.MERGED if wanted != EditKind.RESOLVED else wanted, text=merged, merged_from=edit.number)
    both.hash, both.account_id, both.author, both.at = _hash(merged.encode()), edit.account_id, edit.author, edit.at
    append_edit(session, file, both)
    return Saved(Outcome.MERGED, file.number, merged, own=edit.number)


def _keep_conflict(session: Session, file: DraftFile, edit: FileEdit, now: datetime) -> FileConflict:
    """Keep the text; an older open conflict of the same author about this file gives way to it, its text staying readable."""
    c = FileConflict
    mine = select(c).where(c.file_id == file.id, c.account_id == edit.account_id, c.author == edit.author, c.resolved_at.is_(None))
    for older in session.scalars(mine):
        if older.text == edit.text and older.theirs == file.number:
            return older
        older.resolved_at = now
    kept = FileConflict(ref=new_ref(), file_id=file.id, base=edit.parent, theirs=file.number, text=edit.text or "", at=now)
    kept.account_id, kept.author = edit.account_id, edit.author
    session.add(kept)
    session.flush()
    return kept


def resolve(session: Session, *, actor: Actor, now: datetime, draft: CourseDraft, conflict: FileConflict, text: str, base: int) -> Saved:
    """Settle a conflict by the text its author decided on, having seen version ``base``.

    Others may have saved since: then it is merged with that, or stays a conflict with the text just sent. Raises as :func:`save` does,
    Conflict when it is settled already.
    """
    if conflict.resolved_at is not None:
        raise Conflict(_("This conflict is settled already."))
    path = session.get_one(DraftFile, conflict.file_id).path
    saved = save(session, actor=actor, now=now, draft=draft, path=path, text=text, base=base, kind=EditKind.RESOLVED)
    if saved.outcome is not Outcome.CONFLICT:
        conflict.resolved_at, conflict.resolved_number = now, saved.number
        record(session, actor=actor, action=Action.DRAFT_CONFLICT_SETTLED, subject=f"{draft.code} {path}", now=now, draft=draft.ref)
    elif saved.conflict_ref != conflict.ref:
        conflict.resolved_at = conflict.resolved_at or now
    session.flush()
    return saved


def add_picture(session: Session, *, actor: Actor, now: datetime, draft: CourseDraft, name: str, content: bytes, replace: bool = False) -> queries.FileNow:
    """Put a picture into the draft, or a new one in its place. Raises Invalid with every fault and its cure, Conflict when the name is taken."""
    _ensure_editable(session, actor, draft)
    path = f"assets/{name}"
    if not PATH.match(path):
        raise Invalid(_("Name the picture with letters, digits and hyphens, ending in .svg or .png."))
    faults = [problem_words.in_one(what, cure) for what, cure in packages.picture_faults(name, content)]
    if faults:
        raise Invalid(_("This picture can't be used."), details=faults)
    file = queries.file_row(session, draft.id, path)
    if file is not None and not file.removed and not replace:
        raise Conflict(_("There is a picture called %(name)s already. Replace it, or choose another name.", name=name))
    if file is None:
        file = _new_file(session, draft, path)
    if file.removed or not file.number or queries.at(session, file.id, file.number).hash != _hash(content):
        append_edit(session, file, new_edit(EditKind.SAVED, actor, now, content, parent=file.number))
        record(session, actor=actor, action=Action.DRAFT_PICTURE_ADDED, subject=f"{draft.code} {path}", now=now, draft=draft.ref)
    draft.changed_at = now
    session.flush()
    return queries.file_now(session, draft.id, path)


def remove_file(session: Session, *, actor: Actor, now: datetime, draft: CourseDraft, path: str) -> None:
    """Take a file out of the draft; its versions stay. Raises NotFound, Invalid for ``course.yaml``."""
    _ensure_editable(session, actor, draft)
    file = queries.file_row(session, draft.id, path)
    if file is None or file.removed:
        raise NotFound
    if path == "course.yaml":
        raise Invalid(_("A course can't be without its head."))
    append_edit(session, file, new_edit(EditKind.REMOVED, actor, now, None, parent=file.number))
    draft.changed_at = now
    record(session, actor=actor, action=Action.DRAFT_FILE_REMOVED, subject=f"{draft.code} {path}", now=now, draft=draft.ref)
    session.flush()


def restore(session: Session, *, actor: Actor, now: datetime, draft: CourseDraft, path: str, number: int) -> int:
    """Make an earlier version the current one again, as a new version whose number is returned. Raises NotFound."""
    _ensure_editable(session, actor, draft)
    file = queries.file_row(session, draft.id, path)
    if file is None:
        raise NotFound
    old = queries.at(session, file.id, number)
    if old.kind == EditKind.REMOVED:
        raise NotFound
    if file.removed or queries.at(session, file.id, file.number).hash != old.hash:
        append_edit(session, file, new_edit(EditKind.RESTORED, actor, now, old.text if old.content is None else old.content, parent=file.number))
        draft.changed_at = now
        if path == "course.yaml":
            _follow_head(draft, old.text or "")
        session.flush()
    return file.number


def set_state(session: Session, *, actor: Actor, now: datetime, draft: CourseDraft, state: DraftState) -> None:
    """Move a draft on; the caller has made sure that ``actor`` may. Raises Conflict when it can't go there from where it stands."""
    session.refresh(draft, with_for_update=True)
    if state not in DRAFT_FLOW[DraftState(draft.state)]:
        raise Conflict(_("The draft has moved on in the meantime. Look at it again."))
    record(session, actor=actor, action=Action.DRAFT_STATE, subject=f"{draft.code} {draft.slug}", now=now, draft=draft.ref, was=draft.state, to=str(state))
    draft.state, draft.changed_at = state, now
    session.flush()


def discard(session: Session, *, actor: Actor, now: datetime, draft: CourseDraft) -> None:
    """Close a draft that nobody wants to finish; its files and history stay readable. Raises Forbidden, Conflict."""
    if not may_write_for(actor, draft.partner_id):
        raise Forbidden
    set_state(session, actor=actor, now=now, draft=draft, state=DraftState.CLOSED)


def _ensure_editable(session: Session, actor: Actor, draft: CourseDraft) -> None:
    """One who writes holds the draft until the transaction ends: numbers have no gaps, and nobody edits what has gone to review."""
    if not may_write_for(actor, draft.partner_id):
        raise Forbidden
    session.flush()
    session.refresh(draft, with_for_update=True)
    if draft.state != DraftState.DRAFT:
        raise Conflict(_("This draft is not being written now: it is in review, released or closed."))


def _new_file(session: Session, draft: CourseDraft, path: str) -> DraftFile:
    file = DraftFile(draft_id=draft.id, path=path, number=0, removed=False)
    session.add(file)
    session.flush()
    return file


def new_edit(kind: EditKind, actor: Actor, now: datetime, what: str | bytes | None, parent: int = 0) -> FileEdit:
    """A version of a file that no file has yet: text or bytes, or None where the file goes."""
    text, content = (what, None) if isinstance(what, str) else (None, what)
    edit = FileEdit(kind=kind, parent=parent, text=text, content=content, hash=_hash(text.encode() if text is not None else content or b""))
    edit.account_id, edit.author, edit.at = actor.account_id, actor.name[:120], now
    return edit


def append_edit(session: Session, file: DraftFile, edit: FileEdit) -> None:
    """Make ``edit`` the newest version of ``file``, under the next number."""
    edit.file_id, edit.number = file.id, file.number + 1
    file.number, file.removed = edit.number, edit.kind == EditKind.REMOVED
    session.add(edit)
    session.flush()


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()


def _follow_head(draft: CourseDraft, text: str) -> None:
    """Take code, slug and titles from ``course.yaml``, as far as it can be read."""
    data = yamlfile.parse(text, "course.yaml").data
    data = data if isinstance(data, dict) else {}
    title = data.get("title") if isinstance(data.get("title"), dict) else {}
    draft.slug = _short(data.get("slug"), draft.slug, 80)
    draft.code = _short(data.get("code"), draft.code, 20)
    draft.title_zh = _short(title.get("zh"), draft.title_zh, 160)
    draft.title_en = _short(title.get("en"), draft.title_en, 240)


def _short(value: object, before: str, most: int) -> str:
    return value[:most] if isinstance(value, str) and value else before
