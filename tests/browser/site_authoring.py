"""What the pages of writing courses need: the sample's draft with its clash."""

from __future__ import annotations

from sqlalchemy import select

from lms.authoring.models import CourseDraft, DraftFile, FileConflict
from lms.operations import sample_authoring
from tests.browser.site import Site


def drafts(site: Site) -> dict[str, str]:
    """The references of the draft that two authors write and of the clash that waits in it; the lesson's name."""
    site.accounts |= {"author": "author"}
    with site.database.reading() as session:
        query = select(CourseDraft.ref, FileConflict.ref).join(DraftFile, DraftFile.draft_id == CourseDraft.id)
        ref, clash = session.execute(query.join(FileConflict, FileConflict.file_id == DraftFile.id)).first()
    return {"writing": ref, "clash": clash, "writing_lesson": sample_authoring.STEM}
