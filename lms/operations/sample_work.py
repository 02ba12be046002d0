"""Work samples, panels, certificates and marks of the sample county, each by the action that a page uses."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor, Grant, operator
from lms.access.permissions import Role
from lms.core.db import database
from lms.core.errors import Conflict
from lms.marking import actions as marking
from lms.marking import queries
from lms.people.models import Account, Official, Position
from lms.portfolio import actions, certificate_actions, files
from lms.portfolio import queries as portfolio_queries
from lms.portfolio.models import Submission

ASSESSORS = ("assessor", "assessor-two", "assessor-three")
# post, task, days ago, marks by the assessors in turn: none waits, two that differ wait for a third
WORKS = (
    ("P10", "WS-LAW-2-L4", 80, ([3, 3, 2, 2], [2, 3, 2, 2])),
    ("P10", "WS-GOV-4-L4", 64, ([2, 2, 2, 1], [2, 1, 2, 2])),
    ("P09", "WS-SEC-2-L4", 52, ([3, 3, 3, 2], [2, 2, 1, 1], [2, 3, 2, 2])),
    ("P03", "WS-DAT-2-L4", 47, ([2, 3, 2, 3], [3, 3, 2, 3])),
    ("P07", "WS-SRV-3-L4", 40, ([2, 2, 2, 2], [2, 2, 3, 2])),
    ("P04", "WS-SEC-1-L4", 33, ([1, 1, 0, 0], [1, 1, 1, 0])),
    ("P07", "WS-SRV-3-L4", 9, ([3, 3, 2, 3], [2, 1, 1, 2])),
    ("P08", "WS-GOV-2-L4", 6, ()),
    ("P06", "WS-GOV-1-L5", 12, ()),
)
MARKED_ANSWERS = 12
ANSWER_GRADES = ((1, 1, 1), (1, 1, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0))
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
)


def document(text: str) -> bytes:
    """A Word document of one paragraph."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in (("[Content_Types].xml", TYPES), ("_rels/.rels", RELATIONS), ("word/document.xml", DOCUMENT.format(text=text))):
            made.writestr(name, content)
    return out.getvalue()


def make(*, rng: random.Random, now: datetime) -> str:
    """Work handed in and judged, short answers marked, a certificate recognised; says what was made."""
    with database().writing() as session:
        assessors = [_assessor(session, login) for login in ASSESSORS]
        offered = {one.content["id"] for one in portfolio_queries.offered(session)}
        made = [_work(session, rng, assessors, row, now) for row in WORKS if row[1] in offered]
        marked = _answers(session, rng, assessors, now)
        _certificate(session, now)
    return f"{sum(map(bool, made))} pieces of work handed in; {marked} marks of short answers; one certificate recognised."


def _assessor(session: Session, login: str) -> Actor:
    account = session.scalars(select(Account).where(Account.login == login)).one()
    return Actor(account.id, account.ref, account.name, (Grant(Role.ASSESSOR),))


def _someone(session: Session, rng: random.Random, post: str) -> Official | None:
    """An official who has handed nothing in yet: at the post, or anywhere where a small county has none there."""
    query = select(Official).where(Official.id.not_in(select(Submission.official_id))).order_by(Official.staff_no)
    at_post = query.join(Position, Position.id == Official.position_id).where(Position.code == post)
    found = session.scalars(at_post).all() or session.scalars(query).all()
    return rng.choice(found) if found else None


def _work(session: Session, rng: random.Random, assessors: Sequence[Actor], row: tuple, now: datetime) -> bool:
    post, task, days, marks = row
    official = _someone(session, rng, post)
    if official is None:
        return False
    at = now - timedelta(days=days)
    owner = Actor(None, official.ref, official.name, (Grant(Role.OFFICIAL),), official_id=official.id)
    made = actions.start(session, actor=owner, code=task, now=at)
    title = made.revision.content["title"]["zh"]
    actions.write_note(session, actor=owner, submission=made, note="本人负责方案起草和数据核对，附件第一页列出了各项材料的位置。")
    upload = files.examine(document(f"示例材料：{title}。这是虚构的内容，只用来试用。"), "材料.docx")
    actions.add_file(session, actor=owner, submission=made, upload=upload, now=at)
    actions.hand_in(session, actor=owner, submission=made, now=at)
    for n, grades in enumerate(marks, 1):
        given = min(now, at + timedelta(days=3 * n))
        marking.mark_work(session, actor=assessors[n - 1], submission=made, grades=grades, comment="", now=given)
    return True


def _answers(session: Session, rng: random.Random, assessors: Sequence[Actor], now: datetime) -> int:
    """The oldest short answers marked by the first assessor, by the second too where two are asked for; at least half still wait."""
    count, most = 0, min(MARKED_ANSWERS, queries.count(session, queries.answers_waiting(assessors[0])) // 4)
    for assessor in assessors[:2]:
        for row in session.execute(queries.answers_waiting(assessor).limit(most)).all():
            found = queries.answer(session, row.id)
            grades = [min(highest, rng.choice(ANSWER_GRADES)[n % 3]) for n, highest in enumerate(found.points)]
            try:
                marking.mark_answer(session, actor=assessor, response_id=row.id, grades=grades, comment="", now=min(now, row.submitted_at + timedelta(days=4)))
                count += 1
            except Conflict:
                continue
    return count


def _certificate(session: Session, now: datetime) -> None:
    """One for the official whose password everybody may know, so that it can be looked at."""
    official = session.scalars(select(Official).join(Account, Account.official_id == Official.id).where(Account.password_hash.is_not(None))).first()
    if official is None:
        return
    issued = (now - timedelta(days=200)).date()
    paper = certificate_actions.Paper(
        issuer="示例州委党校", title="政务服务数字化专题培训结业证书", competency="SRV-2", level=2,
        issued_on=issued, expires_on=date(issued.year + 3, issued.month, 1), reason="结业考核由党校组织，已核对证书编号。",
    )  # fmt: skip
    certificate_actions.recognise(session, actor=operator("sample"), official=official, paper=paper, copy=None, now=now - timedelta(days=150))
