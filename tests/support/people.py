"""A small county with known people, and how a test signs them in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access.actor import Actor
from lms.access.permissions import Role
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import new_ref
from lms.people.auth import Door, load_actor, open_session
from lms.people.models import Account, Official, Partner, Position, RoleGrant, Unit

UNITS = (
    # code, zh, en, parent, tier, connection
    ("51", "省级示例", "Sample province", None, "province", "fibre"),
    ("5133", "示例州", "Sample prefecture", "51", "prefecture", "fibre"),
    ("513399", "示例县", "Sample county", "5133", "county", "fibre"),
    ("513399101", "县政务服务中心", "County service centre", "513399", "county-department", "fibre"),
    ("513399102", "县大数据中心", "County data centre", "513399", "county-department", "fibre"),
    ("513399201", "河口镇人民政府", "Hekou township", "513399", "township", "4g"),
    ("5133992011", "河口镇党政办", "Hekou office", "513399201", "township-office", "4g"),
    ("51339920150", "河口镇第1村便民服务点", "Hekou village 1", "513399201", "village", "satellite"),
    ("513398", "邻县", "Neighbour county", "5133", "county", "fibre"),
    ("513398101", "邻县政务服务中心", "Neighbour service centre", "513398", "county-department", "fibre"),
)

POSITIONS = (
    ("P01", "县政务服务中心综合窗口人员", "Counter clerk"),
    ("P02", "乡镇（街道）信息员", "Township information officer"),
    ("P05", "县委组织部（人社局）干部人事工作人员", "Personnel officer"),
)

PEOPLE = (
    # key, staff_no, name, unit, position
    ("zhaxi", "YX000001", "扎西", "513399101", "P01"),
    ("meng", "YX000002", "孟旺", "513399101", "P01"),
    ("lei", "YX000003", "雷子次", "5133992011", "P02"),
    ("sun", "YX000004", "孙鹏静", "51339920150", "P02"),
    ("dong", "YX000005", "董华", "513399102", "P02"),
    ("he", "YX000006", "贺然次", "513399", "P05"),
    ("cheng", "YX000007", "程玉飞", "513398101", "P01"),
)

STAFF = (
    # key, login, name, role, scope
    ("hr", "hr", "人事", Role.HR, "513399"),
    ("hr_neighbour", "hr-neighbour", "邻县人事", Role.HR, "513398"),
    ("head", "head", "中心主任", Role.UNIT_HEAD, "513399101"),
    ("head_township", "head-township", "河口镇镇长", Role.UNIT_HEAD, "513399201"),
    ("admin", "root", "管理员", Role.ADMINISTRATOR, None),
    ("auditor", "auditor", "审计员", Role.AUDITOR, None),
    ("author", "author", "作者", Role.AUTHOR, "partner"),
    ("assessor", "assessor", "评审甲", Role.ASSESSOR, None),
    ("assessor_two", "assessor-two", "评审乙", Role.ASSESSOR, None),
    ("assessor_three", "assessor-three", "评审丙", Role.ASSESSOR, None),
)


@dataclass(slots=True)
class Cast:
    """Ids by key: units by code, positions by code, officials and accounts by the keys above; refs of officials."""

    units: dict[str, int] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    officials: dict[str, int] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    partner_id: int = 0


def small_county(session: Session, now: datetime) -> Cast:
    """Write units, posts, officials with accounts, and staff accounts straight into the tables, without events."""
    cast = Cast()
    paths: dict[str, str] = {}
    for code, zh, en, parent, tier, connection in UNITS:
        unit = Unit(code=code, name_zh=zh, name_en=en, parent_id=cast.units.get(parent or ""), path="", tier=tier, connection=connection, created_at=now)
        session.add(unit)
        session.flush()
        unit.path = paths[code] = f"{paths.get(parent or '', '/')}{unit.id}/"
        cast.units[code] = unit.id
    for code, zh, en in POSITIONS:
        position = Position(code=code, name_zh=zh, name_en=en)
        session.add(position)
        session.flush()
        cast.positions[code] = position.id
    for key, staff_no, name, unit_code, position_code in PEOPLE:
        _person(session, cast, key, staff_no, name, unit_code, position_code, now)
    partner = Partner(ref=new_ref(), code="U01", name_zh="合作大学", name_en="Partner University", kind="university", created_at=now)
    session.add(partner)
    session.flush()
    cast.partner_id = partner.id
    for key, login, name, role, scope in STAFF:
        _staff(session, cast, key, login, name, role, scope, now)
    session.flush()
    return cast


def _person(session: Session, cast: Cast, key: str, staff_no: str, name: str, unit: str, position: str, now: datetime) -> None:
    official = Official(
        ref=new_ref(),
        staff_no=staff_no,
        name=name,
        unit_id=cast.units[unit],
        position_id=cast.positions[position],
        phone="10000000000",
        active=True,
        created_at=now,
    )
    session.add(official)
    session.flush()
    account = Account(ref=new_ref(), login=staff_no, name=name, official_id=official.id, active=True, created_at=now)
    session.add(account)
    session.flush()
    cast.officials[key], cast.refs[key], cast.accounts[key] = official.id, official.ref, account.id


def _staff(session: Session, cast: Cast, key: str, login: str, name: str, role: Role, scope: str | None, now: datetime) -> None:
    account = Account(ref=new_ref(), login=login, name=name, active=True, created_at=now)
    session.add(account)
    session.flush()
    unit_id = cast.units.get(scope or "")
    partner_id = cast.partner_id if scope == "partner" else None
    session.add(RoleGrant(ref=new_ref(), account_id=account.id, role=role, unit_id=unit_id, partner_id=partner_id, granted_by="test", granted_at=now))
    cast.accounts[key] = account.id


def token_for(database: Database, account_id: int) -> str:
    """Open a session for an account, without its password."""
    with database.writing() as session:
        account = session.get_one(Account, account_id)
        return open_session(session, account=account, door=Door("127.0.0.1"), now=clock.now()).token


def actor_of(database: Database, cast: Cast, key: str) -> Actor:
    """The actor that a request of ``key`` would have."""
    from datetime import timedelta

    token = token_for(database, cast.accounts[key])
    with database.engine.connect() as connection:
        actor = load_actor(connection, token=token, now=clock.now(), longest=timedelta(hours=12))
    assert actor is not None
    return actor


def browser_of(app: Flask, cast: Cast, key: str, *, language: str = "en") -> FlaskClient:
    """A test client signed in as ``key``, reading in ``language``."""
    client = app.test_client()
    token = token_for(app.extensions["lms.db"], cast.accounts[key])
    with client.session_transaction() as cookie:
        cookie["t"], cookie["s"] = token, int(clock.now().timestamp()) // 60
    client.set_cookie("language", language)
    return client


def official(session: Session, staff_no: str) -> Official:
    """The official with that staff number."""
    return session.scalars(select(Official).where(Official.staff_no == staff_no)).one()
