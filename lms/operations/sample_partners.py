"""The sample's partner organisations: contact and agreement, an official who reviews as a practitioner, invitations on their way."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import operator
from lms.core.db import database
from lms.operations.sample_cast import ENTERPRISE, PARTNER
from lms.partners import actions, invitation_actions
from lms.partners.actions import Names, Terms
from lms.partners.invitation_actions import Wish
from lms.people import member_actions
from lms.people.models import Account, Official, Partner, Position


def make(now: datetime) -> str:
    """Say what holds with the two organisations, and let an official of the county join as reviewer."""
    actor = operator("sample")
    with database().writing() as session:
        for code, terms in _terms(now).items():
            partner = session.scalars(select(Partner).where(Partner.code == code)).one()
            names = Names(partner.name_zh, partner.name_en, partner.kind)
            actions.change(session, actor=actor, ref=partner.ref, names=names, terms=terms, now=now)
        partner = session.scalars(select(Partner).where(Partner.code == PARTNER)).one()
        _practitioner(session, partner, now)
        for name, mail, roles, days, ago in WAITING:
            wish = Wish(name, mail, roles, days)
            invitation_actions.invite(session, actor=operator("合作高校联络人"), ref=partner.ref, wish=wish, now=now - timedelta(days=ago))
    return "2 partner organisations with agreements; 2 invitations wait, 1 of them has expired."


WAITING = (
    ("周新", "zhou@sample-university.example", ("author",), 14, 2),
    ("吴远", "wu@sample-university.example", ("author", "reviewer"), 7, 20),
)


def _terms(now: datetime) -> dict[str, Terms]:
    today = now.date()
    return {
        PARTNER: Terms("方老师", "fang@sample-university.example", "", today - timedelta(days=300), today + timedelta(days=430), "合作培养协议，第3号"),
        ENTERPRISE: Terms("高经理", "gao@sample-company.example", "", today - timedelta(days=330), today + timedelta(days=35)),
    }


def _practitioner(session: Session, partner: Partner, now: datetime) -> None:
    """Somebody from the county's data centre, whom the organisation never sees by name."""
    query = select(Account).join(Official, Official.id == Account.official_id).join(Position, Position.id == Official.position_id)
    account = session.scalars(query.where(Position.code != "P01").order_by(Official.staff_no.desc()).limit(1)).one()
    issued = invitation_actions.invite(session, actor=operator("合作高校联络人"), ref=partner.ref, wish=Wish("县里的审读人", "", ("reviewer",)), now=now)
    invitation_actions.accept(session, actor=member_actions.account_of(account), code=issued.code, now=now)
