"""Members of partner organisations open every page of the site map as far as they are let in, and read no official's name anywhere."""

import re

import pytest
from sqlalchemy import select

from lms.people.models import Account, Official, RoleGrant
from tests.browser.sitemap import PAGES

MEMBERS = ("author", "expert", "coordinator", "company")
TAGS = re.compile(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", re.DOTALL)


def words_of(page: str) -> str:
    """What a page says, with its attributes that are read aloud; addresses aside."""
    said = re.findall(r'(?:aria-label|title|alt|value|placeholder|content)="([^"]*)"', page)
    return TAGS.sub(" ", page) + " ".join(said)


@pytest.fixture(scope="module")
def names(site) -> dict[str, str]:
    """Staff number -> name of every official of the county. Names that are words of the language too can't be looked for."""
    with site.database.reading() as session:
        return dict(session.execute(select(Official.staff_no, Official.name)).all())


@pytest.mark.parametrize("who", MEMBERS)
def test_no_page_names_an_official(site, names, who):
    browser = site.app.test_client()
    browser.set_cookie("lms", site.cookie(who))
    with site.database.reading() as session:
        own = session.scalars(select(Account.name).join(RoleGrant, RoleGrant.account_id == Account.id).where(RoleGrant.partner_id.is_not(None)))
        colleagues = {name for name in own if name not in names.values()}
    opened, found = 0, []
    pattern = re.compile("|".join(sorted(map(re.escape, {*names, *names.values()} - colleagues), key=len, reverse=True)))
    for page in PAGES:
        answer = browser.get(page.at(site))
        if answer.status_code == 200 and answer.mimetype == "text/html":
            opened += 1
            text = words_of(answer.get_data(as_text=True))
            found += [(page.name, page.at(site), match, text[max(0, place - 30) : place + 30]) for match, place in
                      {(one.group(), one.start()) for one in pattern.finditer(text)}]  # fmt: skip
    assert opened > 20
    assert found == [], "\n".join(map(str, found[:40]))


def test_the_look_out_sees_names(site, names):
    """What is looked for is found where it may stand: on HR's list of people."""
    browser = site.app.test_client()
    browser.set_cookie("lms", site.cookie("hr"))
    assert any(name in words_of(browser.get("/people/").get_data(as_text=True)) for name in names.values())
