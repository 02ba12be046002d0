"""Class hours of the sample county: two years of trainings as HR would enter them, and the county's own rule."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.core.db import database
from lms.hours import actions, jobs, rule_actions
from lms.hours.actions import Part, Training
from lms.hours.package import HALVES, QUARTERS
from lms.hours.rule_actions import UnitRule
from lms.operations import sample_county as county
from lms.people.models import Official, Unit

TRAININGS = (
    # share of all officials in percent, days before now of the last day, days, class hours, titles, organiser
    (75, 560, 5, 30, "乡镇干部能力提升班", "Skills of township officials", "示例县委党校"),
    (70, 520, 5, 36, "政务服务专题培训班", "Government services", "示例县委组织部"),
    (60, 420, 4, 24, "数据安全与个人信息保护培训", "Data security and personal information", "示例县大数据中心"),
    (85, 250, 5, 40, "春季干部轮训班", "Spring training course", "示例县委党校"),
    (80, 170, 4, 30, "“互联网+政务服务”集中培训", "Internet Plus government services", "示例县政务服务中心"),
    (60, 80, 3, 24, "网络安全宣传周专题培训", "Cybersecurity week", "示例县委网信办"),
    (8, 40, 2, 12, "首席数据官研修班", "Chief data officers", "示例大学"),
)
RULE = UnitRule(
    title_zh="示例县学时补充规定（虚构）",
    title_en="Class hours in the sample county (invented)",
    text_zh="网络自学每年最多8学时可计入集中培训；通过评审的工作成果每项计2学时，计入网络自学。（示例）",
    text_en="Up to 8 class hours of online self-study a year count as organised training; "
    "a work sample that passed counts 2 class hours of self-study. (Invented)",
    effective_from=date(2026, 1, 1),
    organised=None,
    self_study=None,
    transfer=8,
    work_sample=2,
    certificate=None,
)


def make(*, rng: random.Random, actor: Actor, now: datetime) -> str:
    """Enter the trainings of two years, one of them with a mistake taken back; standings and figures follow at the end."""
    with database().writing() as session:
        unit = session.scalars(select(Unit).where(Unit.code == county.COUNTY)).one()
        rule = replace(RULE, effective_from=date(now.year, 1, 1))
        before = now.replace(year=now.year - 1, month=11, day=15)
        rule_actions.add_unit_rule(session, actor=actor, unit=unit, rule=rule, reason="示例：县里的补充规定", now=before)
        everyone = session.execute(select(Official.id, Official.staff_no).order_by(Official.staff_no)).all()
        entries = [_enter(session, rng, actor, unit, everyone, one, now) for one in TRAININGS]
        wrong, official_id = entries[-1]
        actions.take_back(session, actor=actor, entry=wrong, official_ids=[official_id], reason="名单有误：本人请假未参加", now=now - timedelta(days=20))
    jobs.nightly(now)
    return f"{len(TRAININGS)} trainings with attendance, one rule of the county, standings of class hours."


def _enter(session: Session, rng: random.Random, actor: Actor, unit: Unit, everyone: Sequence, one: tuple, now: datetime):
    share, ago, days, hours, title_zh, title_en, organiser = one
    ends = (now - timedelta(days=ago)).date()
    training = Training(title_zh, title_en, organiser, ends - timedelta(days=days - 1), ends)
    there = rng.sample(everyone, max(2, len(everyone) * share // 100))
    parts = [Part(row.id, row.staff_no, hours * QUARTERS, days * HALVES) for row in there]
    at = now - timedelta(days=ago - 3)
    return actions.record_attendance(session, actor=actor, unit=unit, training=training, parts=parts, reason="", source="import", now=at), there[0].id
