"""A library between two partner organisations and the administration."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from lms.authoring import actions as authoring
from lms.authoring import queries as drafts
from lms.authoring.models import CourseDraft
from lms.library.models import LibraryEntry
from lms.people.models import Account, Partner
from tests.partners.conftest import Office, office

__all__ = ["office"]

CASE = "# 井水变浑的那一周\n\n五个村同时报告。\n\n## 经过\n\n先取样，再下结论。\n".encode()
SAID = {
    "kind": "case", "title_zh": "井水变浑的那一周", "title_en": "The week the wells went cloudy", "summary_zh": "一个县怎样核实传言。",
    "summary_en": "How a county checked a rumour.", "licence": "cc-by", "competency": ["NET-1", "SRV-2"], "contact": "fang@u01.example",
}  # fmt: skip


@dataclass
class Shelf:
    """The library and those who use it."""

    office: Office

    def browser(self, key: str, language: str = "en") -> Any:
        return self.office.browser(key, language)

    def share(self, key: str = "author", data: bytes = CASE, name: str = "case.md", **said: Any) -> Any:
        return self.browser(key).post("/library/new", data=SAID | said | {"file": (io.BytesIO(data), name)})

    def shared(self, *args: Any, **said: Any) -> str:
        """Share something; its address."""
        answer = self.share(*args, **said)
        assert answer.status_code == 303, answer.text
        return answer.location

    def version(self, url: str, key: str = "author", data: bytes = CASE + b"\n", name: str = "case.md", note: str = "Shorter.") -> Any:
        return self.browser(key).post(f"{url}/version", data={"file": (io.BytesIO(data), name), "note": note})

    def use(self, url: str, key: str = "li", **where: str) -> Any:
        return self.browser(key).post(f"{url}/use", data=where)

    def draft(self, key: str = "li", code: str = "U02") -> str:
        actor = self.office.actor(key)
        with self.office.database.writing() as session:
            partner = session.scalars(select(Partner).where(Partner.code == code)).one()
            names = {"slug": "water-and-data", "title_zh": "水与数据", "title_en": "Water and data"}
            return authoring.create_draft(session, actor=actor, now=self.office.now, partner=partner, code="C50", **names).ref

    def lesson(self, draft: str, path: str) -> str:
        with self.office.database.reading() as session:
            found = session.scalars(select(CourseDraft).where(CourseDraft.ref == draft)).one()
            return drafts.file_now(session, found.id, path).text or ""

    def entries(self) -> list[LibraryEntry]:
        with self.office.database.reading() as session:
            return list(session.scalars(select(LibraryEntry).order_by(LibraryEntry.id)))

    def name(self, key: str) -> str:
        with self.office.database.reading() as session:
            return session.get_one(Account, self.office.cast.accounts[key]).name


@pytest.fixture
def shelf(office) -> Shelf:
    return Shelf(office)
