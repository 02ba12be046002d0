"""Taking a text of the library over into a draft: as a section at the end of a lesson, with its source and licence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.authoring import actions as authoring
from lms.authoring import queries as drafts
from lms.authoring.actions import Saved
from lms.authoring.enums import DraftState
from lms.authoring.models import CourseDraft
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import Bilingual
from lms.core.sheets import UnreadableTable, decode
from lms.library import actions, queries
from lms.library.enums import Place
from lms.library.licences import Source, as_section, with_section
from lms.library.models import LibraryEntry, LibraryVersion
from lms.people.models import Partner
from lms.portfolio import attachment_actions


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson file of a draft: its path and its language."""

    path: str

    @property
    def language(self) -> str:
        return "en" if self.path.endswith(".en.md") else "zh-Hans"


def lessons(session: Session, draft: CourseDraft) -> list[Lesson]:
    """The lesson files into which a text can go."""
    return [Lesson(path) for path in drafts.paths(session, draft.id) if path.startswith("lessons/") and path.endswith(".md")]


def own_drafts(session: Session, actor: Actor, *, most: int = 200) -> list[CourseDraft]:
    """The drafts that ``actor`` is writing, the latest first."""
    rows = session.execute(drafts.listed(actor, drafts.Choice(state=DraftState.DRAFT)).limit(most))
    return [row[0] for row in rows]


def section(version: LibraryVersion, entry: LibraryEntry, language: str) -> str:
    """What is put into the lesson. Raises Invalid when the file is no text."""
    if version.kind not in actions.TEXT_KINDS:
        raise Invalid(_("Only texts can be taken into a lesson. Download the file instead."))
    try:
        text = decode(attachment_actions.content(version.stored_as))
    except UnreadableTable:
        raise Invalid(_("Only texts can be taken into a lesson. Download the file instead.")) from None
    owner = Bilingual(entry.partner.name_zh, entry.partner.name_en) if entry.partner else Bilingual("平台管理方", "administration of the platform")
    source = Source(Bilingual(entry.title_zh, entry.title_en), version.number, owner, entry.licence, entry.licence_words)
    return as_section(text, source, language)


def take(session: Session, *, actor: Actor, ref: str, draft_ref: str, path: str, now: datetime) -> Saved:
    """Put the newest version at the end of a lesson and note the use. Raises NotFound, Invalid, Conflict while the draft can't be edited."""
    entry, draft = queries.by_ref(session, ref), drafts.find(session, draft_ref, actor=actor)
    if not queries.may_take(session, actor, entry):
        raise Conflict(_("This entry is withdrawn; nothing about it changes any more."))
    lesson = next((one for one in lessons(session, draft) if one.path == path), None)
    if lesson is None:
        raise Invalid(_("Choose the lesson."))
    added = section(queries.version(session, entry, entry.version), entry, lesson.language)
    held = drafts.file_now(session, draft.id, path)
    saved = authoring.save(session, actor=actor, now=now, draft=draft, path=path, text=with_section(held.text or "", added), base=held.number)
    partner = session.get_one(Partner, draft.partner_id) if draft.partner_id is not None else None
    if entry.partner_id != draft.partner_id:
        where = actions.Where(Place.DRAFT, draft.ref, draft.title_zh, draft.title_en)
        actions.note_use(session, actor=actor, ref=ref, partner=partner, where=where, number=entry.version, now=now)
    return saved
