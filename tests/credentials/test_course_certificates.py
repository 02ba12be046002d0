"""A finished course is certified once, without an end; what it says is the completion and nothing of the answers."""

import pytest
from sqlalchemy import select

from lms.credentials.models import IssuedCertificate
from tests.competency.world import world
from tests.support.people import browser_of


@pytest.fixture
def clerk(app, database):
    """Zhaxi finished the course; meng did not."""
    with database.writing() as session:
        made = world(session)
        made.complete("zhaxi", "SEC-1")
        cast = made.cast
    return lambda key: browser_of(app, cast, key)


def offered(client) -> list[str]:
    return [part.split('"')[0] for part in client.get("/me/certificates").text.split('name="key" value="')[1:]]


def test_a_finished_course_is_certified_on_request_and_once(clerk, database, app):
    (slug,) = offered(clerk("zhaxi"))
    assert offered(clerk("meng")) == []
    for key in ("meng", "zhaxi", "zhaxi"):
        clerk(key).post("/me/certificates", data={"kind": "course", "key": slug})
    with database.reading() as session:
        one = session.scalars(select(IssuedCertificate)).one()
    assert (one.kind, one.name, one.hours, one.valid_until, one.level) == ("course", "扎西", 4, None, None)
    assert offered(clerk("zhaxi")) == []
    page = app.test_client().get(f"/verify/{one.ref}").text
    assert "4" in page and one.check_code in page and "扎＊" in page and "SEC-1" not in page
    assert clerk("zhaxi").get(f"/me/certificates/{one.ref}.pdf").data.startswith(b"%PDF")
