"""Papers for the site map: reports of HR's and of a head's, a schedule, and a certificate that its holder asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

from sqlalchemy import select

from lms.core import clock
from lms.credentials import actions, queries
from lms.people.models import Account

if TYPE_CHECKING:
    from tests.browser.site import Site


def papers(site: Site, unit: str) -> dict[str, str]:
    """References of a report, and of a certificate with its holder among the accounts as ``holder``."""
    return {"report": _report(site, unit), "certificate": _certificate(site)}


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
