"""Two questions of the sample county's draft that somebody has begun: one with everything still to be labelled, one half translated."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.authoring import actions, bank_text, queries
from lms.authoring.enums import EditKind
from lms.authoring.item_rows import new_item
from lms.authoring.models import CourseDraft

BELIEFS = ("M-OUTSOURCE", "", "M-NO-LOCAL", "M-BUILD-OWN")
OPTIONS = (
    ("承包公司，合同里写了由它负责", "The contractor, since the contract says so"),
    ("本单位，外包不转走责任", "The agency itself: outsourcing moves no duty"),
    ("上级网信部门", "The cyberspace office above"),
    ("谁也不用，网站已经停用", "Nobody: the site is out of use"),
)
PAIRS = (("域名", "谁在用这个名字"), ("网址段", "数据往哪里送"), ("证书", "路上有没有被偷看"))


def write(session: Session, draft: CourseDraft, actor: Actor, at: datetime) -> None:
    """Add them to the bank, as a page would."""
    now = queries.file_now(session, draft.id, "bank.yaml")
    single = new_item("single", f"{draft.code}-Q90")
    single["stem"] = {"zh": "外包建设的网站泄露了数据，首先由谁负责处理？", "en": "A site built by a contractor leaks data. Who has to act first?"}
    single["options"] = [
        {"key": key, "zh": zh, "en": en} | ({"misconception": belief} if belief else {})
        for key, (zh, en), belief in zip("abcd", OPTIONS, BELIEFS)
    ]
    single["answer"] = "b"
    matching = new_item("matching", f"{draft.code}-Q91", competency="NET-3", cognitive="U", difficulty="E") | {"level": 1, "lesson": f"{draft.code}-L2"}
    matching["stem"] = {"zh": "把名称与它回答的问题配对（右栏有多余项）。", "en": ""}
    matching["left"] = [row | {"zh": left} for row, (left, _) in zip(matching["left"], PAIRS)]
    matching["right"] = [row | {"zh": right} for row, right in zip(matching["right"], [*(right for _, right in PAIRS), "网页写得对不对"])]
    matching["answer"] = {"1": "A", "2": "B", "3": "C"}
    text = now.text or ""
    for item in (single, matching):
        text = bank_text.new_item(text, item)
    actions.save(session, actor=actor, now=at, draft=draft, path="bank.yaml", text=text, base=now.number, kind=EditKind.SAVED)
