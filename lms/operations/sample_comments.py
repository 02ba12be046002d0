"""Comments of the sample county on the first course: one answered for all to read, one promised, one declined, one overdue, one new."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor, Grant, operator
from lms.access.permissions import Role
from lms.core.db import database
from lms.feedback import about_queries, actions
from lms.feedback.enums import CommentState, Kind, Promise
from lms.operations.sample_cast import PARTNER
from lms.people.calendar_queries import today
from lms.people.models import Account
from lms.people.queries import actor_of_account

SLUG = "internet-and-governance"
SAID = (
    # lesson, kind, words, days ago
    ("C01-L1", Kind.HARD, "“端口”一词第一次出现时没有解释。", 30),
    ("C01-L2", Kind.ERROR, "第二张图里的箭头方向和正文说的相反。", 12),
    ("C01-L3", Kind.UNFIT, "我们乡没有内网服务器，这一节用不上。", 9),
    ("C01-L2", Kind.OTHER, "例子很像我们大厅的情况，谢谢。", 17),
    ("C01-L4", Kind.ERROR, "", 1),
)
ANSWER = "已在第一次出现处加了一句话的解释和例子，新版本里可以看到。"
PROMISED = "我们核对了，箭头画反了，下一版改正。"
DECLINED = "这一节讲的是县里机房的情况，乡镇人员读完前两段即可；这一点写在本课开头。"


def make(now: datetime) -> str:
    """The clerk of the sample accounts and four others comment; an author of the partner organisation, named for the course, replies."""
    with database().writing() as session:
        actions.name_owner(session, actor=operator("sample"), slug=SLUG, partner_code=PARTNER, now=now - timedelta(days=60))
        author = actor_of_account(session, session.scalars(select(Account.id).where(Account.login == "author")).one())
        refs = [_say(session, learner, said, now) for learner, said in zip(_learners(session), SAID, strict=False)]
        if len(refs) == len(SAID):
            _reply(session, author, refs, now)
    return f"{len(refs)} comments on the course {SLUG}."


def _learners(session: Session) -> list[Actor]:
    """Who has a password among the officials, then the first of the roster."""
    officials = select(Account).where(Account.official_id.is_not(None)).order_by(Account.password_hash.is_(None), Account.id)
    return [_actor(one) for one in session.scalars(officials.limit(len(SAID)))]


def _actor(one: Account) -> Actor:
    return Actor(one.id, one.ref, one.name, (Grant(Role.OFFICIAL),), official_id=one.official_id)


def _say(session: Session, learner: Actor, said: tuple[str, Kind, str, int], now: datetime) -> str:
    code, kind, words, ago = said
    about = about_queries.lesson(session, SLUG, code, official_id=learner.official_id)
    spoken = actions.Said(kind, words, may_show=kind is Kind.HARD)
    return actions.comment(session, actor=learner, about=about, said=spoken, now=now - timedelta(days=ago)).ref


def _reply(session: Session, author: Actor, refs: list[str], now: datetime) -> None:
    ago = now - timedelta(days=6)
    until = today(now) + timedelta(days=30)
    promise = actions.Reply(CommentState.TAKEN_UP, PROMISED, promise=Promise.VERSION, promised="1.1", until=until)
    actions.reply(session, actor=author, ref=refs[0], said=actions.Reply(CommentState.ANSWERED, ANSWER, shown=True), now=now - timedelta(days=22))
    actions.reply(session, actor=author, ref=refs[1], said=promise, now=ago)
    actions.reply(session, actor=author, ref=refs[2], said=actions.Reply(CommentState.DECLINED, DECLINED), now=ago)
