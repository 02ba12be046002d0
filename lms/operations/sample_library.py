"""The sample's shared library: a case, a question bank and a checklist, and where the first is used."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor, operator
from lms.core.db import database
from lms.library import actions
from lms.library.actions import Where, Wish
from lms.library.enums import Place
from lms.operations import sample_work
from lms.operations.sample_cast import ENTERPRISE, PARTNER
from lms.people.models import Partner
from lms.portfolio import attachment_actions

CASE = """# 井水变浑的那一周

八月，一个县的五个村先后有人在群里发视频：井水变浑了，“上游在排污”。当天下午视频被转到县外，晚上已有三种说法。

## 第一天：先取样

县里没有先辟谣。水务、卫健和环保各派一人，五个村同一时间取样，取样过程由村民代表签字。政务公开栏写明：谁取的、何时送检、何时有结果。

## 第三天：说知道的，也说不知道的

结果显示浑浊来自连日暴雨后的泥沙，两口井细菌超标。通报逐村列出数值，写明“上游工厂当日是否排放，尚在核查”，并给出临时供水点的位置。

## 第七天：补上最后一句

核查结果另行公布，与第三天的通报放在同一个页面，旧内容不删。

## 讨论

1. 第一天不辟谣，得到了什么，冒了什么险？
2. “尚在核查”这句话写与不写，差别在哪里？
3. 你所在的单位，谁可以决定逐村公布数值？
"""
SECOND = CASE.replace("## 讨论", "## 时间线\n\n| 日 | 做了什么 |\n| --- | --- |\n| 一 | 取样 |\n| 三 | 通报 |\n| 七 | 补充 |\n\n## 讨论")
BANK = """// 传言与核实
::谁先取样:: 群众反映井水变浑，第一步最合适的是： {
  =同一时间多点取样，过程有见证#先有可核对的事实。
  ~立即发布辟谣声明#还不知道事实。
  ~删除群里的视频#不能代替核实。
}
::通报写什么:: 检测尚未全部完成时，通报应写明已知与未知。 {TRUE}
"""

ENTRIES = (
    (
        PARTNER, "case.md", CASE.encode(),
        Wish("case", "井水变浑的那一周", "The week the wells went cloudy", "一个县怎样在七天里核实传言、逐村公布水质。可作课堂讨论，约四十分钟。",
             "How a county checked a rumour in seven days and published the water's figures village by village. For a discussion of forty minutes.",
             ("GOV-1", "SRV-1"), "cc-by", "", "fang@sample-university.example"),
    ),
    (
        PARTNER, "rumours.gift", BANK.encode(),
        Wish("bank", "传言与核实：练习题", "Rumours and checking: practice questions", "配合案例使用的两道练习题（GIFT格式）。",
             "Two practice questions that go with the case (GIFT).", ("GOV-1",), "cc-by-sa", "", ""),
    ),
    (
        ENTERPRISE, "checklist.docx", b"",
        Wish("other", "窗口设备交接清单", "Checklist for handing over counter equipment", "人员轮换时逐项核对账号、权限和存储介质。",
             "Accounts, permissions and media to check one by one when staff change.", ("SEC-1",), "platform", "", "gao@sample-company.example"),
    ),
)  # fmt: skip


WHO: dict[str, Actor] = {PARTNER: operator("合作高校作者"), ENTERPRISE: operator("合作企业联络人")}
"""In whose name each organisation shares."""


def make(now: datetime) -> str:
    """Share the three, add a version of the case, and let the company use it."""
    with database().writing() as session:
        by_code = {one.code: one for one in session.scalars(select(Partner).where(Partner.code.in_((PARTNER, ENTERPRISE))))}
        made = [_share(session, by_code[code], name, data, wish, now - timedelta(days=40 - 9 * n)) for n, (code, name, data, wish) in enumerate(ENTRIES)]
        where = Where(Place.OTHER, "", "县政务服务中心岗前培训", "Induction at the county service centre")
        actions.note_use(session, actor=WHO[ENTERPRISE], ref=made[0], partner=by_code[ENTERPRISE], where=where, number=1, now=now - timedelta(days=20))
        course = Where(Place.COURSE, "participation-and-response", "公众参与与诉求回应", "Public participation and responsiveness")
        actions.note_use(session, actor=WHO[ENTERPRISE], ref=made[0], partner=by_code[ENTERPRISE], where=course, number=1, now=now - timedelta(days=12))
        upload = attachment_actions.examine(SECOND.encode(), "case.md", actions.KINDS)
        actions.add_version(session, actor=WHO[PARTNER], ref=made[0], upload=upload, note="加了时间线。", now=now - timedelta(days=3))
    return "3 entries in the shared library, one of them used in 2 places."


def _share(session: Session, partner: Partner, name: str, data: bytes, wish: Wish, now: datetime) -> str:
    data = data or sample_work.document("账号停用；权限收回；U盘和打印机硬盘清点；双方签字。")
    upload = attachment_actions.examine(data, name, actions.KINDS)
    return actions.share(session, actor=WHO[partner.code], partner=partner, wish=wish, upload=upload, now=now).ref
