"""The public pages say what the platform really does, in both languages, and every error has words and a way back."""

import logging
import re

import pytest
from sqlalchemy.exc import OperationalError

from lms.access.permissions import Permission, Role
from lms.access.policy import ROWS
from lms.core.errors import Conflict, Invalid, TooMany
from lms.web import pages
from lms.web.error_texts import TEXTS, text_for
from lms.web.powers import GRANTED, by_role
from tests.support.people import browser_of

PUBLIC = ["/power-list", "/privacy", "/help/how-it-works", "/help/measurement"]


def test_the_power_list_holds_every_row_of_the_policy(app):
    listed = [(role.code, power.what, power.reach) for role in by_role() for power in role.powers]
    assert len(listed) == len(ROWS)
    assert {code for code, *_ in listed} == {row.role.value for row in ROWS}


def test_every_role_says_how_one_comes_to_it():
    assert set(GRANTED) == set(Role)


def test_every_permission_is_held_by_somebody():
    assert {row.permission for row in ROWS} == set(Permission)


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("address", PUBLIC)
def test_anyone_may_read_the_public_pages(client, address, language):
    client.set_cookie("language", language)
    response = client.get(address)
    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.get_data(as_text=True)


def test_how_it_works_names_everything_that_can_move_a_result_or_put_it_right(client):
    client.set_cookie("language", "en")
    text = client.get("/help/how-it-works").get_data(as_text=True)
    words = ("Placement", "work sample", "panel", "corrected", "appeal", "taken again", "more time, larger type", "certificate from elsewhere")
    for word in (*words, "never counted"):
        assert word in text, word
    for said in (
        "4 different questions in quizzes that count. Or a work sample.",
        "6 different questions in quizzes that count. At least half of them ask to apply what is known.",
        "8 different questions in quizzes that count. A case is among them.",
        "Two assessors judge a work sample independently, or a panel does.",
        "A panel of three assessors judges documented results.",
        "not older than 36 months",
    ):
        assert said in text, said
    assert "/help/measurement" in text


def test_the_document_behind_it_is_served_with_its_formulas(client):
    text = client.get("/help/measurement").get_data(as_text=True)
    assert "s² = (1.702/a)² + V + Vb" in text and "Owen 1975" in text
    assert "&lt;sub" not in text and '.md"' not in text


def test_readers_of_chinese_get_it_in_chinese(client):
    client.set_cookie("language", "zh-Hans")
    text = client.get("/help/measurement").get_data(as_text=True)
    assert "s² = (1.702/a)² + V + Vb" in text and "估计" in text and "How answers become" not in text


def test_both_languages_of_the_document_have_the_same_parts():
    chinese, english = ((pages.DOCUMENTS / pages.MEASUREMENT[language]).read_text(encoding="utf-8") for language in ("zh-Hans", "en"))
    for alike in (r"^#+(?= )", r"`[^`\n]+`", r"\]\(([^)#]+)"):
        assert sorted(re.findall(alike, chinese, re.M)) == sorted(re.findall(alike, english, re.M)), alike
    for as_many in (r"^\|", r"^- ", r"^    \S"):
        assert len(re.findall(as_many, chinese, re.M)) == len(re.findall(as_many, english, re.M)), as_many


@pytest.mark.parametrize("address", [*PUBLIC, "/login"])
def test_no_page_may_use_camera_microphone_or_place(client, address):
    assert client.get(address).headers["Permissions-Policy"] == "camera=(), microphone=(), geolocation=()"


def test_the_health_page_answers_monitors(client):
    assert client.get("/healthz").get_json() == {"status": "ok", "database": "ok"}


def test_the_health_page_fails_when_the_database_does(app, client, monkeypatch):
    def refuse():
        raise OperationalError("select 1", {}, Exception("gone"))

    monkeypatch.setattr(app.extensions["lms.db"], "reading", refuse)
    assert client.get("/healthz").status_code == 503


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503])
def test_every_error_has_words_of_its_own(status):
    assert text_for(status) is TEXTS[status]


def test_unknown_errors_borrow_the_words_of_their_kind():
    assert text_for(418) is TEXTS[400]
    assert text_for(507) is TEXTS[500]


def failing(app, error):
    def view():
        raise error

    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    app.view_functions["pages.privacy"] = view
    return app.test_client()


def test_a_refusal_names_its_reason_and_every_detail(app):
    response = failing(app, Invalid("The file has faults.", details=["row 3: no unit", "row 9: no name"])).get("/privacy")
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert all(words in page for words in ("The file has faults.", "row 3: no unit", "row 9: no name", 'href="/"'))


def test_a_throttled_person_is_told_when_to_come_back(app):
    response = failing(app, TooMany("Wait.", retry_after=90)).get("/privacy")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "90")


def test_a_surprise_shows_a_number_and_no_detail(app):
    response = failing(app, RuntimeError("secret path")).get("/privacy")
    assert response.status_code == 500
    assert "secret path" not in response.get_data(as_text=True)


def test_a_dead_database_still_gives_a_page(app, monkeypatch):
    def gone():
        raise OperationalError("select 1", {}, Exception("gone"))

    browser = failing(app, RuntimeError("first"))
    monkeypatch.setattr("lms.core.instance.is_sample", gone)
    response = browser.get("/privacy")
    assert response.status_code == 500
    assert "<h1>" in response.get_data(as_text=True)


def test_tools_get_the_error_as_json(app):
    response = failing(app, Conflict("Somebody was faster.")).get("/privacy", headers={"Accept": "application/json"})
    assert response.get_json() == {"error": 409, "message": "Somebody was faster.", "details": []}


def test_htmx_shows_an_error_as_the_whole_page(app):
    response = failing(app, Conflict("Somebody was faster.")).get("/privacy", headers={"HX-Request": "true"})
    assert (response.headers["HX-Retarget"], response.headers["HX-Reswap"]) == ("body", "innerHTML")


def test_the_way_back_is_offered_only_within_this_server(app, cast):
    browser = browser_of(app, cast, "zhaxi")
    inside = browser.get("/nothing-here", headers={"Referer": "http://localhost/privacy"}).get_data(as_text=True)
    outside = browser.get("/nothing-here", headers={"Referer": "http://evil.example/privacy"}).get_data(as_text=True)
    assert 'href="/privacy">Back to where I was' in inside
    assert "evil.example" not in outside


def test_the_log_of_a_failure_does_not_open_an_invitation(app, cast, caplog, monkeypatch):
    def view(**_parts):
        raise RuntimeError("gone wrong")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    view.guard = "public"
    monkeypatch.setitem(app.view_functions, "invitations.open_link", view)
    monkeypatch.setattr(logging.getLogger("lms"), "propagate", True)
    assert app.test_client().get("/invitations/a-secret-code").status_code == 500
    assert {record.path for record in caplog.records if hasattr(record, "path")} == {"/invitations/<code>"}
