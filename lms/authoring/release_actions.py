"""The end of a draft: it became a revision."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.authoring import actions, queries
from lms.authoring.enums import DraftState, EditKind
from lms.authoring.models import CourseDraft


def became(session: Session, *, actor: Actor, now: datetime, draft: CourseDraft, revision_id: int, head: str) -> None:
    """The reviewed draft is the revision now; ``head`` is its ``course.yaml`` as released, kept as the file's last version.

    The caller has made sure that ``actor`` may. Raises Conflict when the draft was not in review.
    """
    file = queries.file_row(session, draft.id, "course.yaml")
    assert file is not None
    edit = actions.new_edit(EditKind.STRUCTURE, actor, now, head, parent=file.number)
    edit.account_id = None  # who releases is no author
    actions.append_edit(session, file, edit)
    actions.set_state(session, actor=actor, now=now, draft=draft, state=DraftState.RELEASED)
    draft.released_revision_id = revision_id
    session.flush()
