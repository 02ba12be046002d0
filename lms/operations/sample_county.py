"""An invented county as data: units, people, what they can do, and what they answered over a year. Pure; a seed decides.

Nothing here is a real place or person. The gaps are planted so that the charts have something to find: remote townships
know less and are asked less, the data centre is strong in technology and weak in talking to citizens, service halls the
other way round, and two competencies are weak nearly everywhere.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.core.framework import CUTS_MILLI

SURNAMES = "扎泽次桑格王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡"
GIVEN = "西旺仁玛吉措拉珠卓央伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂欣怡轩然梓雨嘉志文德永国建海红玉兰梅松江"
TOWNSHIPS = ["河口镇", "石桥镇", "青林乡", "云岭乡", "沙坪镇", "雪山乡", "长坝镇", "双溪乡", "古城镇", "白马乡", "龙潭镇", "高原乡"]
TOWNSHIPS_EN = ["Hekou", "Shiqiao", "Qinglin", "Yunling", "Shaping", "Xueshan", "Changba", "Shuangxi", "Gucheng", "Baima", "Longtan", "Gaoyuan"]
DEPARTMENTS = (
    ("县政务服务中心", "County service centre"),
    ("县大数据中心", "County data centre"),
    ("县委网信办", "County cyberspace office"),
    ("县委组织部", "County organisation department"),
    ("县人社局", "County HR bureau"),
    ("县民政局", "County civil affairs bureau"),
    ("县自然资源局", "County natural resources bureau"),
    ("县市场监管局", "County market regulation bureau"),
    ("县教育局", "County education bureau"),
    ("县卫健局", "County health bureau"),
    ("县农业农村局", "County agriculture bureau"),
    ("县乡村振兴局", "County rural revitalisation bureau"),
    ("县财政局", "County finance bureau"),
    ("县公安局", "County public security bureau"),
    ("县司法局", "County justice bureau"),
)
OFFICES = (("党政办", "office"), ("便民服务中心", "service centre"), ("农业综合服务站", "agriculture station"))
GRADES = ["一级科员", "二级科员", "一级主任科员", "二级主任科员", "三级主任科员", "四级主任科员", "四级调研员"]
COUNTY = "513399"
UNIT_HEADINGS = ("code", "name_zh", "name_en", "parent", "tier", "connection")
ROSTER_HEADINGS = ("工号", "姓名", "单位编码", "单位名称", "岗位", "职级", "出生年月", "手机", "参加工作时间", "退休日期")
ITEMS_PER_LEVEL = 10
WEAK_EVERYWHERE = {"SRV-3": -0.7, "LAW-2": -0.5, "SEC-1": 0.3, "GOV-1": 0.2}


@dataclass(frozen=True, slots=True)
class SampleUnit:
    """A unit of the invented county; ``depth`` of its remoteness: 0 county seat, 1 township, 2 village."""

    code: str
    name_zh: str
    name_en: str
    parent: str
    tier: str
    connection: str
    remoteness: int

    def row(self) -> tuple[str, ...]:
        return (self.code, self.name_zh, self.name_en, self.parent, self.tier, self.connection)


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """An invented official."""

    staff_no: str
    name: str
    unit: SampleUnit
    position: str
    grade: str
    birth: str
    phone: str
    joined: str

    @property
    def retires(self) -> str:
        """The roster's own date, which the sample invents for its older people; the product infers none."""
        year, month = self.birth.split("-")
        return f"{int(year) + 60}-{month}-28" if int(year) < 1970 else ""

    def row(self) -> tuple[str, ...]:
        place = (self.unit.code, self.unit.name_zh, self.position, self.grade)
        return (self.staff_no, self.name, *place, self.birth, self.phone, self.joined, self.retires)


@dataclass(frozen=True, slots=True)
class SampleItem:
    """An item without text, for competencies whose courses are yet to come."""

    code: str
    competency: str
    level: int
    cognitive: str
    b_milli: int
    in_scenario: bool


def units(rng: random.Random) -> list[SampleUnit]:
    """Province to village: about a hundred units."""
    made = [
        SampleUnit("510000", "省级示例", "Sample province", "", "province", "fibre", 0),
        SampleUnit("513300", "示例州", "Sample prefecture", "510000", "prefecture", "fibre", 0),
        SampleUnit(COUNTY, "示例县", "Sample county", "513300", "county", "fibre", 0),
    ]
    for n, (zh, en) in enumerate(DEPARTMENTS, 1):
        made.append(SampleUnit(f"{COUNTY}{100 + n}", zh, en, COUNTY, "county-department", "fibre", 0))
    for n, (zh, en) in enumerate(zip(TOWNSHIPS, TOWNSHIPS_EN, strict=True), 1):
        made += _township(rng, n, zh, en)
    return made


def _township(rng: random.Random, n: int, zh: str, en: str) -> Iterator[SampleUnit]:
    code = f"{COUNTY}{200 + n}"
    yield SampleUnit(code, f"{zh}人民政府", f"{en} township government", COUNTY, "township", rng.choice(("fibre", "4g")), 1)
    for k, (office_zh, office_en) in enumerate(OFFICES, 1):
        yield SampleUnit(f"{code}{k}", f"{zh}{office_zh}", f"{en} {office_en}", code, "township-office", rng.choice(("fibre", "4g", "4g")), 1)
    for v in range(1, rng.randint(2, 4) + 1):
        connection = rng.choice(("4g", "4g", "satellite", "satellite", "none"))
        yield SampleUnit(f"{code}{49 + v}", f"{zh}第{v}村便民服务点", f"{en} village {v} service point", code, "village", connection, 2)


def people(rng: random.Random, all_units: Sequence[SampleUnit], count: int) -> list[SamplePerson]:
    """``count`` officials spread over departments, townships and villages."""
    weights = {"county": 12, "county-department": 28, "township": 14, "township-office": 14, "village": 5}
    places = [unit for unit in all_units if unit.tier in weights]
    chosen = rng.choices(places, [weights[unit.tier] for unit in places], k=count)
    return [_person(rng, n, unit) for n, unit in enumerate(chosen, 1)]


def _person(rng: random.Random, n: int, unit: SampleUnit) -> SamplePerson:
    name = rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2))))
    birth = f"{rng.randint(1967, 2003)}-{rng.randint(1, 12):02d}"
    joined = f"{max(2005, int(birth[:4]) + 22) if int(birth[:4]) > 1983 else rng.randint(2005, 2024)}-{rng.randint(1, 9):02d}-01"
    phone = f"100{rng.randint(0, 99999999):08d}"
    return SamplePerson(f"YX{100000 + n}", name, unit, _position(rng, unit), rng.choice(GRADES), birth, phone, joined)


POSTS_BY_NAME = {
    "县政务服务中心": ("P01", "P01", "P01", "P08"),
    "县大数据中心": ("P09", "P09", "P03"),
    "县委网信办": ("P04",),
    "县委组织部": ("P05",),
    "县人社局": ("P05", "P01"),
    "县司法局": ("P10", "P10", "P01"),
    "县财政局": ("P10", "P03", "P01"),
    "示例县": ("P06", "P08"),
}
POSTS_BY_TIER = {
    "county": ("P06",),
    "county-department": ("P01", "P03", "P08", "P10"),
    "township": ("P07",),
    "township-office": ("P01", "P02"),
    "village": ("P02", "P01"),
}


def _position(rng: random.Random, unit: SampleUnit) -> str:
    return rng.choice(POSTS_BY_NAME.get(unit.name_zh) or POSTS_BY_TIER[unit.tier])


def items(competencies: Sequence[str]) -> list[SampleItem]:
    """A sample item table: :data:`ITEMS_PER_LEVEL` items for each competency at levels 1 to 3, spread in difficulty."""
    made = []
    for competency in competencies:
        for level in (1, 2, 3):
            for n in range(ITEMS_PER_LEVEL):
                offset = -1000 + 200 * n
                cognitive = "RUUAAAANAA"[n]
                made.append(
                    SampleItem(f"SAMPLE-{competency}-L{level}-{n + 1:02d}", competency, level, cognitive, CUTS_MILLI[level - 1] + offset, level == 3 and n >= 7)
                )
    return made


def ability(person: SamplePerson, competency: str) -> float:
    """A person's planted proficiency in logits: the same whenever they are asked."""
    talent, own = (random.Random(f"{person.phone} {part}") for part in ("", competency))  # noqa: S311 (as the rest of the county)
    theta = 0.75 + talent.gauss(0, 0.55) + WEAK_EVERYWHERE.get(competency, 0.0) - 0.45 * person.unit.remoteness
    if person.position == "P09":
        theta += 1.4 if competency[:3] in ("NET", "SEC", "DAT") else -0.5
    if person.position in ("P01", "P08"):
        theta += 0.5 if competency[:3] in ("SRV", "GOV") else -0.1
    if person.position in ("P03", "P04", "P10", "P06"):
        theta += 0.6
    return theta + own.gauss(0, 0.45)


def chance(item: SampleItem, theta: float) -> float:
    """How likely somebody of that proficiency answers the item right."""
    return 0.25 + 0.75 / (1 + math.exp(-1.702 * (theta - item.b_milli / 1000) / 1.7))


@dataclass(frozen=True, slots=True)
class SampleResponse:
    """One answer to a sample item."""

    staff_no: str
    item: str
    correct: int
    answered_at: datetime

    def row(self) -> tuple[str, str, str, str, str]:
        return (self.staff_no, self.item, str(self.correct), self.answered_at.isoformat(), "sample")


def responses(
    rng: random.Random, everyone: Sequence[SamplePerson], bank: Sequence[SampleItem], targets: Mapping[str, Mapping[str, int]], now: datetime
) -> Iterator[SampleResponse]:
    """A year of answers: who was asked depends on the line, how well they answer on what they can do.

    ``targets[position][competency]`` is the level the post needs; people are asked about items up to it.
    """
    by_competency: dict[str, list[SampleItem]] = {}
    for item in bank:
        by_competency.setdefault(item.competency, []).append(item)
    reached = {"fibre": 0.8, "4g": 0.62, "satellite": 0.42, "none": 0.25}
    for person in everyone:
        if rng.random() > reached[person.unit.connection]:
            continue
        for competency, level in targets[person.position].items():
            if level and competency in by_competency and rng.random() < 0.6:
                theta = ability(person, competency)
                yield from _sitting(rng, person, by_competency[competency], level, theta, now)


def _sitting(rng: random.Random, person: SamplePerson, bank: Sequence[SampleItem], level: int, theta: float, now: datetime) -> Iterator[SampleResponse]:
    suitable = [item for item in bank if item.level in (min(level, 3), max(1, min(level, 3) - 1))]
    asked = rng.sample(suitable, min(len(suitable), rng.choice((6, 8, 8, 10)) + 2 * (level > 2)))
    if level > 2 and rng.random() < 0.75 and not any(item.in_scenario for item in asked):
        asked[-1] = rng.choice([item for item in suitable if item.in_scenario])
    at = now - timedelta(days=rng.randint(2, 360), minutes=rng.randint(0, 500))
    for n, item in enumerate(asked):
        yield SampleResponse(person.staff_no, item.code, int(rng.random() < chance(item, theta)), at + timedelta(seconds=40 * n))
