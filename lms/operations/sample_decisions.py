"""Decisions and a yearly plan of the sample county: one decided and published, one that waits for its review, a draft, a plan for the year."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.core.db import database
from lms.decisions import actions, year_actions
from lms.decisions.actions import Option, Words
from lms.decisions.enums import OptionKind
from lms.decisions.year_actions import Goal, Step
from lms.operations import sample_county as county
from lms.people.calendar_queries import today
from lms.people.models import Account
from lms.people.queries import actor_of_account, unit_by_code
from lms.talent import dual_jobs

WHO_FIRST = Words(
    "今年先培训谁：窗口人员，还是乡镇信息员？", "met", "SRV-3", "两年内一半以上达到岗位要求",
    "“最后一公里”差距最大，群众天天在窗口办事；乡镇网点少，先从县里的窗口做起。",
    "村级服务点大多没有证据，图上看不出他们的情况；题目尚未校准，差距可能偏小。",
)  # fmt: skip
LINES = Words("卫星线路的村点，离线学习包多久送一次？", "coverage", "", "六成以上有证据", "线路差的村点没有人答过题。", "不知道是线路问题还是时间问题。")
OPTIONS = {WHO_FIRST: ("照旧，各单位自行安排", "先培训综合窗口人员", "先培训乡镇信息员"), LINES: ("每季度一次", "每月一次，由乡镇信息员带去")}
PLANNED_FROM = 10
"""From this month on the plan is the next year's."""
TEXTS = {
    "serves": "推进基层治理体系和治理能力现代化：让村里的人也办得成事",
    "outlook": "以问题为导向：每项数字化工作先写清楚要解决群众的哪一件难事。",
    "functions": "县乡村三级“一窗受理”，材料一次告知；线路差的村点走离线包。",
    "ability": "窗口人员和信息员会用、会教、会守住账号。",
}


def make(now: datetime) -> str:
    """HR decides, and writes the county's plan for the year."""
    dual_jobs.nightly(now)
    with database().writing() as session:
        hr = actor_of_account(session, session.scalars(select(Account.id).where(Account.login == "hr")).one())
        ref = _decided(session, hr, WHO_FIRST, today(now) + timedelta(days=180), now)
        actions.publish(session, actor=hr, ref=ref, now=now)
        _decided(session, hr, LINES, today(now) - timedelta(days=3), now - timedelta(days=120))
        _plan(session, hr, now)
    return "Two decisions, one of which waits for its review, and the county's plan for the year."


def _decided(session: Session, hr: Actor, words: Words, review_on: date, at: datetime) -> str:
    known = {"session": session, "actor": hr, "now": at}
    decision = actions.draft(**known, unit=unit_by_code(session, county.COUNTY), words=words)
    for text in OPTIONS[words]:
        actions.add_option(**known, ref=decision.ref, option=Option(OptionKind.WORDS, text))
    decision.review_on = review_on
    return actions.decide(**known, ref=decision.ref, chosen=1, today=today(at)).ref


def _plan(session: Session, hr: Actor, now: datetime) -> None:
    day = today(now)
    year = day.year + (day.month >= PLANNED_FROM)
    plan = year_actions.draft(session, actor=hr, unit=unit_by_code(session, county.COUNTY), year=year, now=now)
    known = {"session": session, "actor": hr, "ref": plan.ref, "now": now}
    year_actions.write(**known, texts=TEXTS)
    year_actions.add_goal(**known, goal=Goal("ability", "窗口和村点都帮得上人", "met", "SRV-3", 500))
    year_actions.add_goal(**known, goal=Goal("functions", "人人都有证据可说", "coverage", "", 950))
    year_actions.add_step(**known, step=Step("数字包容集中培训两天", "县委组织部（人社局）", max(day + timedelta(days=60), date(year, 3, 31)), 4_800_000, 120))
    year_actions.add_step(**known, step=Step("每月给卫星村点送离线包", "各乡镇信息员", date(year, 12, 20), 600_000, 40))
    year_actions.adopt(**known)
