"""Papers of the sample county: certificates that some asked for, one of them revoked and one withdrawn, and a report made each quarter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor, Grant
from lms.access.permissions import Role
from lms.core.db import database
from lms.credentials import actions as credentials
from lms.credentials import queries
from lms.operations.sample_county import COUNTY
from lms.people.models import Account
from lms.people.queries import actor_of_account, unit_by_code
from lms.reports import actions as reports

HOLDERS, STEP = 12, 30
REASON = "姓名与证件不一致，核实后请本人重新申领。"


def make(now: datetime) -> str:
    """Some officials ask for a certificate; HR revokes one, and has a report of the county made each quarter."""
    with database().writing() as session:
        issued = [ref for account in _accounts(session) if (ref := _ask(session, account, now))]
        hr = _hr(session)
        if len(issued) > 2:
            credentials.revoke(session, actor=hr, ref=issued[2][0], reason=REASON, now=now)
            credentials.withdraw(session, actor=issued[1][1], ref=issued[1][0], now=now)
        chosen = {"form": "pdf", "language": "zh-Hans", "every": "quarter", "day": 5}
        reports.add_schedule(session, actor=hr, unit=unit_by_code(session, COUNTY), now=now, **chosen)
    return f"{len(issued)} certificates; a report of the county each quarter."


def _accounts(session: Session) -> list[Account]:
    """Every thirtieth official, in the order of the roster."""
    found = session.scalars(select(Account).where(Account.official_id.is_not(None)).order_by(Account.id)).all()
    return list(found[::STEP])[:HOLDERS]


def _ask(session: Session, account: Account, now: datetime) -> tuple[str, Actor] | None:
    """The first thing that the official could have a certificate of, with its holder."""
    holder = Actor(account.id, account.ref, account.name, (Grant(Role.OFFICIAL),), official_id=account.official_id)
    offer = next(iter(queries.offers(session, account.official_id, now)), None)
    if offer is None:
        return None
    made = credentials.issue(session, actor=holder, kind=str(offer.kind), key=offer.key, shows_name=account.id % 2 == 0, now=now)
    return made.ref, holder


def _hr(session: Session) -> Actor:
    """HR of the county, as a request of hers would have it."""
    return actor_of_account(session, session.scalars(select(Account.id).where(Account.login == "hr")).one())
