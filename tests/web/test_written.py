"""Who is signed out while writing gets the words back and comes back to the page; nobody else puts words on it."""

import pytest
from werkzeug.datastructures import MultiDict

from lms.web.written import words

PAGE = "http://localhost/me/appeals/new?attempt=abc"
SAID = "第七题有两个选项都对，请复核。"


def test_sentences_are_words_and_choices_references_and_secrets_are_not():
    form = [("csrf_token", "a b c d e"), ("password", "云岭乡的山很高"), ("slug", "internet-and-governance"), ("kind", "hard"), ("text", f" {SAID}\n")]
    assert words(MultiDict([*form, ("why", "two of them fit"), ("n", "是")])) == [SAID, "two of them fit"]


def post(app, referrer):
    return app.test_client().post("/me/appeals/new", data={"attempt": "abc", "text": SAID}, headers={"Referer": referrer, "Accept-Language": "en"})


def test_a_form_sent_after_the_session_ended_gives_the_words_back(app, cast):
    answer = post(app, PAGE)
    assert answer.status_code == 401 and f">{SAID}</textarea>" in answer.text
    assert 'href="/login?next=/me/appeals/new?attempt%3Dabc"' in answer.text


def test_words_of_another_site_are_not_shown(app, cast):
    answer = post(app, "https://elsewhere.example/")
    assert answer.status_code == 302 and answer.location == "/login"


def test_a_form_without_words_leads_back_to_its_page(app, cast):
    answer = app.test_client().post("/me/notices/read", headers={"Referer": "http://localhost/me/notices"})
    assert (answer.status_code, answer.location) == (302, "/login?next=/me/notices")


@pytest.mark.parametrize(("referrer", "shown"), [(PAGE, True), ("https://elsewhere.example/", False)])
def test_a_form_that_had_become_too_old_gives_them_back_too(app, cast, monkeypatch, referrer, shown):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    answer = post(app, referrer)
    assert answer.status_code == 400 and (f">{SAID}</textarea>" in answer.text) is shown
