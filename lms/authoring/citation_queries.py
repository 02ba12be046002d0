"""Facts that running drafts cite: where one fact is cited, and which facts changed after a draft had cited them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.authoring import course_lessons, queries, wording
from lms.authoring.citing import Citation, citations
from lms.authoring.enums import RUNNING, EditKind
from lms.authoring.models import CourseDraft, DraftFile, FileEdit
from lms.authoring.yaml_text import Unreadable
from lms.core.i18n import pick
from lms.courses.models import CourseRevision
from lms.facts import flag_queries
from lms.facts import queries as facts
from lms.facts.citation_queries import DraftPlace


@dataclass(frozen=True, slots=True)
class Outdated:
    """A citation that was there before its fact changed; ``rewritten``: the lesson or question has been changed since."""

    citation: Citation
    changed_at: datetime
    rewritten: bool


def drafts_citing(session: Session, actor: Actor, fact: str) -> list[DraftPlace]:
    """Where the running drafts that ``actor`` may write cite a fact, the draft changed last first."""
    found = []
    for draft in _holding(session, actor, fact):
        texts = _texts(session, draft)
        late = {one.citation.place: one for one in outdated(session, draft, texts)}
        stems = _stems(texts)
        found += [_place(draft, one, stems, late.get(one.place)) for one in citations(texts) if one.fact == fact]
    return found


def _holding(session: Session, actor: Actor, fact: str) -> list[CourseDraft]:
    held = select(DraftFile.draft_id).join(FileEdit, (FileEdit.file_id == DraftFile.id) & (FileEdit.number == DraftFile.number))
    held = held.where(DraftFile.removed.is_(False), FileEdit.text.contains(fact, autoescape=True))
    query = queries.listed(actor, queries.Choice()).where(CourseDraft.id.in_(held))
    return [row[0] for row in session.execute(query.limit(50))]


def _texts(session: Session, draft: CourseDraft) -> dict[str, str]:
    return {path: file.text for path, file in queries.files(session, draft.id).items() if file.text is not None}


def _stems(texts: Mapping[str, str]) -> list[str]:
    try:
        return [line.file for line in course_lessons.lines(texts.get("course.yaml", ""))]
    except Unreadable:
        return []


def _place(draft: CourseDraft, one: Citation, stems: list[str], late: Outdated | None) -> DraftPlace:
    name = place_words(one, stems)
    return DraftPlace(f"{draft.code} {pick(draft)}", name, wording.place_url(draft.ref, one.path, one.line), standing(late) if late else "")


def place_words(one: Citation, stems: list[str]) -> str:
    """The lesson's file or the question in words."""
    return _("Question %(code)s", code=one.item) if one.item else wording.file_words(one.path, stems)


def standing(late: Outdated) -> str:
    """What is known of a citation that is older than its fact."""
    return str(_REWRITTEN if late.rewritten else _UNTOUCHED)


_UNTOUCHED = lazy_gettext("written before the fact changed")
_REWRITTEN = lazy_gettext("cited before the fact changed, rewritten since")


def outdated(session: Session, draft: CourseDraft, texts: Mapping[str, str]) -> list[Outdated]:
    """Citations in a running draft's ``texts`` whose fact changed in substance afterwards."""
    changed = facts.changed_in_substance(session) if draft.state in RUNNING else {}
    suspects = [one for one in citations(texts) if one.fact in changed] if changed else []
    return list(_older(session, draft, suspects, changed)) if suspects else []


def _older(session: Session, draft: CourseDraft, suspects: list[Citation], changed: Mapping[str, datetime]) -> Iterator[Outdated]:
    base = session.get(CourseRevision, draft.based_on_id) if draft.based_on_id else None
    right = flag_queries.found_right(session) if base is not None else {}
    known: dict[tuple[str, datetime], dict[tuple[str, str, str], Citation]] = {}  # a bank is read once for all its questions
    for one in suspects:
        at = changed[one.fact]
        if (one.fact, one.code) in right and right[one.fact, one.code] >= at:
            continue  # somebody has looked at it in the released course
        # What a draft took over from a released course is as old as that.
        until = max(at, draft.created_at) if base is not None and base.loaded_at < at else at
        if (one.path, until) not in known:
            known[one.path, until] = {past.place: past for past in citations(_then(session, draft, one.path, until))}
        before = known[one.path, until].get(one.place)
        if before is not None:
            yield Outdated(one, at, before.said != one.said)


def _then(session: Session, draft: CourseDraft, path: str, until: datetime) -> dict[str, str]:
    """The file as it was current at a time; nothing where it was not there yet."""
    e, f = FileEdit, DraftFile
    query = select(e.text).join(f, f.id == e.file_id).where(f.draft_id == draft.id, f.path == path, e.at <= until, e.kind != EditKind.SIDE)
    text = session.scalar(query.order_by(e.number.desc()).limit(1))
    return {path: text} if text else {}
