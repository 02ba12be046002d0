"""What the site map shows of the register of facts and of imports: all of it made by the sample county."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.authoring.models import CourseDraft
from lms.facts.models import FactFlag
from lms.interop.models import BankImport

if TYPE_CHECKING:
    from tests.browser.site import Site


def register_and_imports(site: Site) -> dict[str, str]:
    """A flag that waits, a draft, and an import into it that waits for its author."""
    with site.database.reading() as session:
        flag = session.scalars(select(FactFlag.ref).where(FactFlag.state == "to_change")).first()
        waiting, draft = session.execute(select(BankImport.ref, CourseDraft.ref).join(CourseDraft, CourseDraft.id == BankImport.draft_id)).first()
    return {"fact_flag": flag, "import": waiting, "import_draft": draft}
