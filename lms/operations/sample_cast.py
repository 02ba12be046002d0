"""Who can be tried out on a sample instance: a few accounts with a password that everybody may know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.access.actor import operator
from lms.access.permissions import PARTNER_ROLES, UNIT_ROLES, Role
from lms.assessments.models import Attempt
from lms.core import instance
from lms.core.db import Database
from lms.operations import sample_county as county
from lms.partners import actions as partners
from lms.people import accounts
from lms.people.enums import PartnerKind
from lms.people.models import Account, Official, RoleGrant, Unit
from lms.people.passwords import hash_password

PASSWORD = "sample-county"
PARTNER, ENTERPRISE = "U01", "E01"

PARTNERS = (
    (PARTNER, "示例大学", "Sample university", PartnerKind.UNIVERSITY),
    (ENTERPRISE, "示例科技公司", "Sample company", PartnerKind.ENTERPRISE),
)
CAST = (
    # login, role, name shown, scope by unit code
    ("hr", Role.HR, "人事 · 示例县", county.COUNTY),
    ("head", Role.UNIT_HEAD, "政务服务中心主任", f"{county.COUNTY}101"),
    ("head-township", Role.UNIT_HEAD, "云岭乡乡长", f"{county.COUNTY}204"),
    ("root", Role.ADMINISTRATOR, "管理员", None),
    ("auditor", Role.AUDITOR, "审计员", None),
    ("assessor", Role.ASSESSOR, "评审人甲", None),
    ("assessor-two", Role.ASSESSOR, "评审人乙", None),
    ("assessor-three", Role.ASSESSOR, "评审人丙", None),
    ("author", Role.AUTHOR, "合作高校作者", PARTNER),
    ("author-two", Role.AUTHOR, "合作高校作者乙", PARTNER),
    ("expert", Role.REVIEWER, "合作高校评议专家", PARTNER),
    ("practitioner", Role.REVIEWER, "合作企业评议人（曾任窗口主任）", ENTERPRISE),
    ("coordinator", Role.COORDINATOR, "合作高校联络人", PARTNER),
    ("company", Role.COORDINATOR, "合作企业联络人", ENTERPRISE),
)


def give_roles(session: Session, everyone: Sequence[county.SamplePerson], now: datetime) -> None:
    """Add the staff accounts, and give one official, a counter clerk if there is any, a password too."""
    actor, hashed = operator("sample"), hash_password(PASSWORD)
    clerk = min(everyone, key=lambda person: (person.unit.code != f"{county.COUNTY}101", person.position != "P01", person.staff_no))
    account = session.scalars(select(Account).where(Account.login == clerk.staff_no)).one()
    accounts.set_password(session, actor=actor, account=account, password_hash=hashed, now=now)
    by_code = {
        code: partners.register_partner(session, actor=actor, code=code, name_zh=zh, name_en=en, kind=kind, now=now) for code, zh, en, kind in PARTNERS
    }
    for login, role, name, scope in CAST:
        made = accounts.add_account(session, actor=actor, login=login, name=name, now=now)
        unit = session.scalars(select(Unit).where(Unit.code == scope)).one() if role in UNIT_ROLES else None
        accounts.grant_role(session, actor=actor, account=made, role=role, unit=unit, partner=by_code[scope] if role in PARTNER_ROLES else None, now=now)
        accounts.set_password(session, actor=actor, account=made, password_hash=hashed, now=now)


def activate_sitters(session: Session) -> None:
    """Whoever sat a quiz had set a password first, on the day of the first sitting; nobody knows those passwords, so the accounts stay shut."""
    began = select(func.min(Attempt.started_at)).where(Attempt.official_id == Account.official_id).scalar_subquery()
    sat = Account.official_id.in_(select(Attempt.official_id))
    session.execute(update(Account).where(sat, Account.password_set_at.is_(None)).values(password_set_at=began).execution_options(synchronize_session=False))


def sample_accounts(database: Database) -> list[str]:
    """Lines that name the accounts to try on a sample instance; none on a real one."""
    with database.reading() as session:
        if instance.fact(session, "sample") != "yes":
            return []
        official = session.execute(
            select(Account.login, Official.name, Unit.name_zh)
            .join(Official, Official.id == Account.official_id)
            .join(Unit, Unit.id == Official.unit_id)
            .where(Account.password_hash.is_not(None))
            .order_by(Account.id)
            .limit(1)
        ).one_or_none()
        staff = session.execute(
            select(Account.login, RoleGrant.role, Unit.name_zh)
            .join(RoleGrant, RoleGrant.account_id == Account.id)
            .outerjoin(Unit, Unit.id == RoleGrant.unit_id)
            .where(Account.login.in_([login for login, *_ in CAST]), RoleGrant.revoked_at.is_(None))
            .order_by(Account.id)
        ).all()
    lines = [f"Sample county. Accounts to try, all with the password {PASSWORD}:"]
    lines += [f"  {official.login:<14} official, {official.name}, {official.name_zh}"] if official else []
    return lines + [f"  {row.login:<14} {row.role}{', ' + row.name_zh if row.name_zh else ''}" for row in staff]
