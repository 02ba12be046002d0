"""What the site map shows of partner organisations and the shared library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from lms.access.actor import operator
from lms.core import clock
from lms.library.models import LibraryEntry
from lms.operations.sample_cast import PARTNER
from lms.partners import invitation_actions as invitations
from lms.people.models import Account, Partner

if TYPE_CHECKING:
    from tests.browser.site import Site


def organisations(site: Site) -> dict[str, str]:
    """The sample's organisation with its coordinator and author, a link that is good, and one that was withdrawn."""
    site.accounts |= {"coordinator": "coordinator", "author": "author", "expert": "expert"}
    known = {"actor": operator("合作高校联络人"), "now": clock.now()}
    with site.database.writing() as session:
        partner = session.scalars(select(Partner).where(Partner.code == PARTNER)).one()
        member = session.scalars(select(Account.ref).where(Account.login == "author")).one()
        wish = invitations.Wish("周新", "zhou@u01.example", ("author",))
        good = invitations.invite(session, ref=partner.ref, wish=wish, **known)
        other = invitations.invite(session, ref=partner.ref, wish=invitations.Wish("吴旧", "", ("reviewer",)), **known)
        invitations.withdraw(session, ref=partner.ref, invitation_ref=other.ref, **known)
        site.accounts["company"] = "company"
        shared = session.scalars(select(LibraryEntry.ref).where(LibraryEntry.kind == "case")).first()
        return {"shared": shared, "organisation": partner.ref, "member": member, "invitation_code": good.code, "withdrawn_code": other.code}
