"""The training orders and bases that the site map shows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.core import clock
from lms.orders import actions, delivery_actions, offer_actions, people_actions
from lms.orders.enums import OrderState
from lms.orders.models import OrderOffer, TrainingBase, TrainingOrder
from lms.orders.offering import Offer
from lms.orders.people_queries import Wish
from lms.orders.terms import Terms
from lms.people.calendar_queries import today
from lms.people.models import Account
from lms.people.queries import actor_of_account, unit_by_code

if TYPE_CHECKING:
    from tests.browser.site import Site


TITLES = {1: "县直单位账号安全轮训", 2: "窗口单位钓鱼邮件识别", 3: "乡镇干部终端安全"}


def orders(site: Site, county: str) -> dict[str, str]:
    """The sample's own, and one to be decided, one that is prepared, and one in delivery."""
    site.accounts["coordinator"] = "coordinator"
    with site.database.reading() as session:
        known = dict(session.execute(select(TrainingOrder.state, TrainingOrder.ref)).all())
        base = session.scalars(select(TrainingBase.ref).where(TrainingBase.partner_id.is_not(None))).first()
    signed = known.get(OrderState.VERIFIED) or known[OrderState.NOT_REACHED]
    found = {"order_signed": signed, "order_open": known[OrderState.OPEN], "order_draft": known[OrderState.DRAFT], "base": base}
    decided, prepared, running = (_order(site, county, steps) for steps in (1, 2, 3))
    with site.database.reading() as session:
        offer = session.scalars(select(OrderOffer.ref).join(TrainingOrder, TrainingOrder.id == OrderOffer.order_id).where(TrainingOrder.ref == decided)).first()
    return found | {"order_decided": decided, "order_prepared": prepared, "order_running": running, "order_offer": offer}


def _order(site: Site, county: str, steps: int) -> str:
    """An order that has gone so many steps: its call closed with an offer; accepted; begun."""
    now = clock.now()
    day = today(now)
    dates = {"closes_on": day + timedelta(15), "until": day + timedelta(60), "review_on": day + timedelta(90)}
    terms = Terms(TITLES[steps], "能认出可疑的登录和邮件，并按程序报告。", (("SEC-1", 2),), hours=8, aim_milli=300, how="培训后做岗位摸底测验。", **dates)
    with site.database.writing() as session:
        hr, partner = (_actor(session, login) for login in ("hr", "coordinator"))
        ref = actions.draft(session, actor=hr, unit=unit_by_code(session, county), terms=terms, now=now).ref
        people_actions.add_all(session, actor=hr, ref=ref, wish=Wish(gap="open"), now=now)
        actions.open_call(session, actor=hr, ref=ref, now=now)
        days = {"begins_on": day + timedelta(20), "ends_on": day + timedelta(40)}
        said = Offer("internet-and-governance", teachers="李老师", hours=8, price_fen=100_000, **days)
        offer = offer_actions.offer(session, actor=partner, ref=ref, said=said, now=now).ref
        known = {"session": session, "actor": hr, "ref": ref, "now": now}
        actions.close_call(**known, reason="各机构都已答复。")
        if steps > 1:
            actions.accept(**known, offer_ref=offer, reason="案例贴近窗口工作。", declined="")
        if steps > 2:
            people_actions.draw_lot(**known, places=5)
            delivery_actions.start(**known, ends_on=day + timedelta(40))
    return ref


def _actor(session, login: str):
    return actor_of_account(session, session.scalars(select(Account.id).where(Account.login == login)).one())
