"""Training orders and bases of the sample county: one verified against people who waited, one open with two offers, a draft, two bases."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.access.actor import Actor, operator
from lms.assessments import imports as response_imports
from lms.competency.enums import StateKind
from lms.competency.models import Proficiency
from lms.core import framework
from lms.core.db import database
from lms.core.working_days import after
from lms.operations import sample_county as county
from lms.operations.sample_cast import ENTERPRISE, PARTNER
from lms.operations.sample_county import SampleItem, SampleResponse
from lms.orders import actions, base_actions, delivery_actions, offer_actions, people_actions, people_queries, queries, verify_actions, verify_queries
from lms.orders.bases import Entry
from lms.orders.enums import Cohort, Measure, Place, Side, Verdict
from lms.orders.models import TrainingBase
from lms.orders.offering import Offer
from lms.orders.people_queries import Wish
from lms.orders.terms import Terms
from lms.people.calendar_queries import today
from lms.people.models import Account, Official, Unit
from lms.people.queries import actor_of_account, partner_by_code, unit_by_code

CODE, SECOND = "SEC-1", "SRV-3"
COURSE = "internet-and-governance"
MOST = 62
BEGUN, ENDED = timedelta(days=100), timedelta(days=45)
GAIN, DRIFT, ITEMS = 1.2, 0.1, 14
"""What the training moved in logits, what moved everybody; questions asked of each person before and after."""
NEED = Terms(
    "账号与口令安全集中培训", "会设双因素登录、认得钓鱼邮件、知道丢了口令先做什么。去年两次账号被盗都从弱口令开始。",
    ((CODE, 2),), hours=16, place=Place.BASE,
    budget_fen=4_800_000, budget_words="县级干部培训经费", measure=Measure.CHANGE, aim_milli=300, how="验收前一周，先训、后训两组同做岗位摸底测验。",
)  # fmt: skip
OFFER = Offer(course=COURSE, teachers="李老师（账号安全）\n王老师（实操）", words="上午讲、下午练，每人在自己的账号上做一遍。", hours=16, price_fen=4_200_000)
BASES = (
    Entry("示例大学数字素养实训中心", "示例市学府路1号", 60, "机房甲 40\n研讨室 20", "李老师（账号安全）\n王老师（实操）",
          "学员机40台，网络安全演练环境", "实训中心办公室",
          agreement="每年20天，场地费由示例大学承担。", courses="互联网与治理"),
    Entry("县委党校二号楼", "示例县人民路8号", 90, "大教室 90", "", "投影、录播", "县委党校教务科"),
)  # fmt: skip


def make(now: datetime) -> str:
    """The partners' coordinators, the bases, and the three orders with their history."""
    with database().writing() as session:
        hr, first, second = (_account(session, login) for login in ("hr", "coordinator", "company"))
        bases = _bases(session, hr, first, now)
    verdict = _verified(hr, first, bases[0], now)
    with database().writing() as session:
        _open(session, hr, (first, second), bases, now)
        terms = Terms("会办网上业务：乡镇帮办人员", competencies=((SECOND, 2),))
        actions.draft(session, actor=hr, unit=unit_by_code(session, county.COUNTY), terms=terms, now=now)
    return f"Three training orders: one verified ({verdict}), one open with two offers, one draft; two training bases."


def _account(session: Session, login: str) -> Actor:
    found = actor_of_account(session, session.scalars(select(Account.id).where(Account.login == login)).one())
    assert found is not None
    return found


def _bases(session: Session, hr: Actor, coordinator: Actor, now: datetime) -> list[TrainingBase]:
    day = today(now)
    years = {"agreed_from": day - timedelta(days=330), "agreed_until": day + timedelta(days=35)}
    at, own = now - BEGUN * 2, partner_by_code(session, PARTNER)
    first = base_actions.enter(session, actor=coordinator, entry=replace(BASES[0], **years), unit=None, partner=own, now=at)
    return [first, base_actions.enter(session, actor=hr, entry=BASES[1], unit=unit_by_code(session, county.COUNTY), partner=None, now=at)]


def _dated(terms: Terms, begun: date, now: date) -> Terms:
    """The call closes seven working days after it opens; the training is to be done in time for the verification."""
    return replace(terms, closes_on=after(begun, 7), until=now - timedelta(days=20), review_on=now + timedelta(days=3))


def _verified(hr: Actor, coordinator: Actor, base: TrainingBase, now: datetime) -> Verdict:
    """An order from its call to its signature, each step on its day."""
    called, begun = now - BEGUN - timedelta(days=25), now - BEGUN
    with database().writing() as session:
        people = _people(session, begun)
        terms = _dated(NEED, today(called), today(now))
        ref = actions.draft(session, actor=hr, unit=unit_by_code(session, county.COUNTY), terms=terms, now=called).ref
        people_actions.add(session, actor=hr, ref=ref, official_refs=[one.ref for one in people], now=called)
        actions.open_call(session, actor=hr, ref=ref, now=called)
        days = {"begins_on": today(begun), "ends_on": today(now - ENDED)}
        offer = offer_actions.offer(session, actor=coordinator, ref=ref, said=replace(OFFER, base=base.ref, **days), now=called + timedelta(days=4)).ref
        decided = called + timedelta(days=16)
        actions.accept(session, actor=hr, ref=ref, offer_ref=offer, reason="实操多，场地近，价格在预算内。", declined="", now=decided)
        order = people_actions.draw_lot(session, actor=hr, ref=ref, places=-(-len(people) // 2), seed=20_260_815, now=decided)
        delivery_actions.start(session, actor=hr, ref=ref, ends_on=today(now - ENDED), now=begun)
        first = set(people_queries.ids(session, order.id, cohort=Cohort.FIRST))
        _answer(session, people, first, begun, now)
        delivery_actions.deliver(session, actor=coordinator, ref=ref, words="两天集中授课，课后两周线上答疑。", side=Side.PARTNER, now=now - ENDED)
    with database().writing() as session:
        return _signed(session, hr, ref, now - timedelta(days=10))


def _signed(session: Session, hr: Actor, ref: str, at: datetime) -> Verdict:
    found = verify_queries.figures(session, queries.of_hr(session, hr, ref), at).verdict
    reason = "先训人员的提升高于后训人员，达到约定；后训人员下月同样培训。"
    if found is not Verdict.REACHED:
        reason = "先训人员有提升，但证据还不足以认定达到约定；后训人员同样培训后再看。"
    verify_actions.sign(session, actor=hr, ref=ref, reached=found is Verdict.REACHED, reason=reason, now=at)
    return found


def _people(session: Session, begun: datetime) -> Sequence[Official]:
    """Officials of the county who lack the competency and had answered enough before the training."""
    p = Proficiency
    short = select(p.official_id).where(p.competency == CODE, p.target_level > 0, p.n >= 4, p.state.in_((StateKind.NOT_YET, StateKind.UNCLEAR)))
    query = select(Official).join(Unit, Unit.id == Official.unit_id).where(Official.active, Official.id.in_(short))
    return session.scalars(query.order_by(func.length(Unit.path), Official.id).limit(MOST)).all()


def _answer(session: Session, people: Sequence[Official], first: set[int], begun: datetime, now: datetime) -> None:
    """Questions to both groups in the week before the training and after it."""
    bank = [item for item in county.items(framework.read().codes) if item.competency == CODE and item.level in (1, 2, 3)]
    answers = [one for official in people for one in _answers(official, bank, official.id in first, begun, now)]
    rows = [("staff_no", "item", "correct", "answered_at", "source"), *(one.row() for one in answers)]
    response_imports.import_responses(session, actor=operator("sample"), rows=rows, file="order", zone=ZoneInfo("Asia/Shanghai"), now=now)


def _answers(official: Official, bank: Sequence[SampleItem], trained: bool, begun: datetime, now: datetime) -> Iterator[SampleResponse]:
    rng = random.Random(f"order {official.staff_no}")  # noqa: S311 (an invented county, not a secret)
    theta, questions = rng.gauss(-0.1, 0.5), rng.sample(bank, 2 * ITEMS)
    later = theta + DRIFT + (rng.gauss(GAIN, 0.3) if trained else 0.0)
    for n, item in enumerate(questions):
        before = n < ITEMS
        at = begun - timedelta(days=6) if before else now - timedelta(days=18)
        right = int(rng.random() < county.chance(item, theta if before else later))
        yield SampleResponse(official.staff_no, item.code, right, at + timedelta(minutes=n, seconds=official.id % 50))


def _open(session: Session, hr: Actor, coordinators: Sequence[Actor], bases: Sequence[TrainingBase], now: datetime) -> None:
    """A call that still runs: two offers have come in, and a question was answered."""
    day, called = today(now), now - timedelta(days=6)
    terms = Terms(
        "综合窗口人员：把事一次讲清、一次办成", "窗口人员能用系统查前置材料，能教老人用手机办事。", ((SECOND, 2),),
        until=day + timedelta(days=90), hours=12, place=Place.BOTH,
        budget_fen=3_000_000, budget_words="政务服务专项", measure=Measure.MET, aim_milli=600, how="培训后六周内做岗位摸底测验。",
        review_on=day + timedelta(days=135), closes_on=after(day, 6),
    )  # fmt: skip
    order = actions.draft(session, actor=hr, unit=unit_by_code(session, county.COUNTY), terms=terms, now=called - timedelta(days=2))
    people_actions.add_all(session, actor=hr, ref=order.ref, wish=Wish(post="P01", gap="open"), now=called - timedelta(days=1))
    actions.open_call(session, actor=hr, ref=order.ref, now=called)
    days = {"begins_on": day + timedelta(days=30), "ends_on": day + timedelta(days=60)}
    priced = {"hours": 12, "price_fen": 2_600_000, "words": "案例取自本省大厅。"}
    said = Offer(draft="一次办成：窗口服务实务", teachers="赵老师（窗口服务）", base=bases[1].ref, **priced, **days)
    offer_actions.offer(session, actor=coordinators[0], ref=order.ref, said=said, now=called + timedelta(days=2))
    ask = "可以分两批在县里上课吗？"
    delivery_actions.message(session, actor=coordinators[1], ref=order.ref, text=ask, side=Side.PARTNER, now=called + timedelta(days=1))
    partner = partner_by_code(session, ENTERPRISE)
    answered = {"text": "可以，两批之间隔两周。", "side": Side.HR, "partner_id": partner.id, "now": called + timedelta(days=2)}
    delivery_actions.message(session, actor=hr, ref=order.ref, **answered)
    priced = {"price_fen": 2_280_000, "words": "每批不超过20人。"}
    other = replace(said, draft="帮办技能实训", teachers="钱老师、孙老师", venue="县城两批，各一天；其余线上", base="", **priced)
    offer_actions.offer(session, actor=coordinators[1], ref=order.ref, said=other, now=called + timedelta(days=4))
