"""Papers for the site map: reports of HR's and of a head's, a schedule, a certificate asked for, the sample's appeal and comments, a correction."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

from sqlalchemy import select

from lms.cases.models import Case
from lms.core import clock
from lms.credentials import actions, queries
from lms.feedback.models import Comment
from lms.operations import sample_fault
from lms.people.models import Account

if TYPE_CHECKING:
    from tests.browser.site import Site


def papers(site: Site, unit: str) -> dict[str, str]:
    """References of a report, and of a certificate with its holder among the accounts as ``holder``."""
    return {"report": _report(site, unit), "certificate": _certificate(site), "appeal": _appeal(site), "correction": _correction(site)} | _comments(site)


def _comments(site: Site) -> dict[str, str]:
    """The clerk's comment and its answer, and one that still waits; who answers is the partner's author."""
    site.accounts["author"] = "author"
    with site.database.reading() as session:
        clerk = select(Account.official_id).where(Account.login == site.accounts["official"])
        mine = session.scalars(select(Comment.ref).where(Comment.official_id.in_(clerk)).order_by(Comment.id)).first()
        waiting = session.scalars(select(Comment.ref).where(Comment.state == "open", Comment.text != "")).first()
        return {"comment": mine, "comment_waiting": waiting}


def _appeal(site: Site) -> str:
    """The sample's appeal, with who made it among the accounts as ``appellant``."""
    with site.database.reading() as session:
        one = session.scalars(select(Case)).one()
        site.accounts["appellant"] = session.scalars(select(Account.login).where(Account.official_id == one.official_id)).one()
        return one.ref


def _correction(site: Site) -> str:
    """A draft that would put right the question whose key is wrong on purpose: what it would change is foreseen, nothing is changed."""
    root = site.app.test_client()
    root.set_cookie("lms", site.cookie("administrator"))
    known = {
        "item": sample_fault.ITEM,
        "kind": "rekey",
        "answer": sample_fault.TRUE_KEY,
        "reason_zh": "答案键写错了选项。",
        "reason_en": "The key named the wrong option.",
    }
    with patch.dict(site.app.config, WTF_CSRF_ENABLED=False):
        return root.post("/corrections/new", data=known).headers["Location"].rsplit("/", 1)[-1]


def _report(site: Site, unit: str) -> str:
    hr = site.app.test_client()
    hr.set_cookie("lms", site.cookie("hr"))
    with patch.dict(site.app.config, WTF_CSRF_ENABLED=False):
        hr.post(f"/units/{unit}/report/schedules", data={"form": "pdf", "language": "zh-Hans", "every": "quarter", "day": "5"})
        answer = hr.post(f"/units/{unit}/report", data={"form": "xlsx", "language": "zh-Hans", "numbers": "published"})
    return answer.headers["Location"].rsplit("/", 1)[-1]


def _certificate(site: Site) -> str:
    from tests.browser.site import _actor

    with site.database.reading() as session:
        accounts = session.execute(select(Account.login, Account.official_id).where(Account.official_id.is_not(None)).order_by(Account.id)).all()
        login, offer = next((login, found[0]) for login, official_id in accounts if (found := queries.offers(session, official_id, clock.now())))
    site.accounts["holder"] = login
    actor = _actor(site, login)
    with site.database.writing() as session:
        return actions.issue(session, actor=actor, kind=str(offer.kind), key=offer.key, shows_name=False, now=clock.now()).ref
