"""An appeal of the sample county: an official contests a result, HR asks back, and it waits to be taken up."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access.actor import Actor, Grant
from lms.access.permissions import Role
from lms.assessments.enums import Purpose
from lms.assessments.models import Attempt, Response
from lms.cases import actions
from lms.core.db import database
from lms.people.models import Account
from lms.people.queries import actor_of_account

AGO = timedelta(days=4)
WELL = 0.75
"""Below so large a share of right answers somebody may ask what went wrong."""
WORDS = "答到第六题线路断了，重连以后时间已经到了，后面的题没有来得及看。"
ASKED = "请问是哪一天、在哪个办公室？我们去核对当天的线路记录。"
TOLD = "就是交卷那天，在乡下走访时答的，信号断断续续。"


def make(now: datetime) -> str:
    """Whoever sat the newest evidence quiz that did not go well contests it."""
    with database().writing() as session:
        counted = (Attempt.purpose == Purpose.EVIDENCE, Attempt.submitted_at.is_not(None), Attempt.submitted_at < now - AGO)
        poorly = select(Response.attempt_ref).group_by(Response.attempt_ref).having(func.avg(Response.correct) < WELL)
        newest = select(Attempt).where(*counted).order_by(Attempt.ref.in_(poorly).desc(), Attempt.submitted_at.desc(), Attempt.id.desc())
        sat = session.scalars(newest).first()
        if sat is None:
            return "No appeal: nobody has sat a quiz."
        account = session.scalars(select(Account).where(Account.official_id == sat.official_id)).one()
        official = Actor(account.id, account.ref, account.name, (Grant(Role.OFFICIAL),), official_id=account.official_id)
        ref = actions.open_case(session, actor=official, attempt_ref=sat.ref, text=WORDS, now=now - AGO).ref
        actions.reply(session, actor=_hr(session), ref=ref, text=ASKED, now=now - AGO / 2)
        actions.write(session, actor=official, ref=ref, text=TOLD, now=now - AGO / 4)
    return "An appeal that waits to be taken up."


def _hr(session: Session) -> Actor:
    """HR of the county, as a request of hers would have it."""
    return actor_of_account(session, session.scalars(select(Account.id).where(Account.login == "hr")).one())
