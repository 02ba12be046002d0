"""A fact of the sample county that changed: what cites it is flagged, an author has looked at part of it. And questions brought along."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor, operator
from lms.authoring.models import CourseDraft
from lms.core.db import database
from lms.facts import actions, flag_queries, queries
from lms.facts.enums import FlagState
from lms.interop import import_actions, reading
from lms.interop.recognition import Why
from lms.people.models import Account
from lms.people.queries import actor_of_account

FACT = "LF-404"
STATEMENT = {
    "zh": "2024-09-22《未来契约》（联大第79/1号决议）通过，《全球数字契约》为其附件一",
    "en": "Pact for the Future (A/RES/79/1) adopted 2024-09-22; the Global Digital Compact is its Annex I",
}
REASON = "核对决议原文：《全球数字契约》是附件一，旧表述不够准。"
LOOKED = {
    "C01-L3": (FlagState.STILL_RIGHT, "正文没有写附件的序号，表述仍然对。"),
    "C01-Q10": (FlagState.TO_CHANGE, "说理部分仍用旧表述，下一版改。"),
}
OVERDUE = "LF-611"
FILE = "我校网络基础题库.gift.txt"
GIFT = """\
::端口::网页服务通常使用哪个端口？{=443#加密的网页用它。 ~21#那是文件传输。 ~%50%80#不加密时用它。}

::DNS::把域名换成地址的系统叫什么？{=域名系统 =DNS}

::判断::IPv6 地址有 128 位。{TRUE#对。}

::位数::IPv4 地址有多少位？{#32:0}

::填空::网页先查 {=域名} 再连 {=地址}。

::连线::谁管什么？{=根区 -> IANA =号码 -> 地区互联网注册机构 =标准 -> IETF}
"""


def make(now: datetime) -> str:
    """A fact changed nine days ago; an author found the lesson still right and a question in need of a change. One review is overdue."""
    with database().writing() as session:
        author = actor_of_account(session, session.scalars(select(Account.id).where(Account.login == "author")).one())
        _change(session, now - timedelta(days=9))
        for code, (state, reason) in LOOKED.items():
            refs = [flag.ref for flag in flag_queries.running_of(session, queries.fact(session, FACT).id) if flag.code == code]
            actions.look(session, actor=author, refs=refs, state=state, reason=reason, now=now - timedelta(days=2))
        late = replace(actions.said_by(queries.fact(session, OVERDUE)), review_by=(now - timedelta(days=5)).date())
        known = {"actor": operator("sample"), "code": OVERDUE, "reason": "定期复核。", "substance": False}
        actions.change(session, said=late, now=now - timedelta(days=120), **known)
        _bring(session, author, now)
    return f"The fact {FACT} changed: part of what cites it has been looked at; questions of another system wait to be chosen."


def _change(session: Session, at: datetime) -> None:
    said = replace(actions.said_by(queries.fact(session, FACT)), **STATEMENT)
    actions.change(session, actor=operator("sample"), code=FACT, said=said, reason=REASON, now=at)


def _bring(session: Session, author: Actor, now: datetime) -> None:
    draft = session.scalars(select(CourseDraft).order_by(CourseDraft.id).limit(1)).one()
    outcome = reading.read(GIFT.encode(), FILE, form="gift")
    read = import_actions.read_whole(FILE, Why.BRACES, outcome)
    import_actions.keep(session, actor=author, draft=draft, read=read, now=now - timedelta(hours=3))
