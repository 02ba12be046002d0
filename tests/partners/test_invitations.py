"""Invitations: who comes in by which link, once, in time; and who tries to come in otherwise."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from lms.config import Settings
from lms.core import mail
from lms.partners import post
from lms.partners.models import InvitationCode
from lms.people.models import Account
from tests.partners.conftest import Office


def test_who_is_invited_opens_an_account_and_belongs(office):
    link = office.invite(role=["author", "reviewer"], mail="zhou@u01.example")
    page = office.app.test_client().get(link, headers={"Accept-Language": "en"})
    assert all(words in page.text for words in ("林协调 invites 周新", "writes courses", 'value="zhou@u01.example"', "What is kept about you", "/privacy"))
    assert page.headers["Cache-Control"] == "no-store" and page.headers.getlist("Referrer-Policy") == ["no-referrer"]
    browser, answer = office.accept(link)
    assert (answer.status_code, answer.location) == (303, office.page())
    assert "周新" in browser.get("/organisation/").text
    with office.database.reading() as session:
        account = session.scalars(select(Account).where(Account.login == "zhou@u01.example")).one()
        office.cast.accounts["zhou"] = account.id
    assert office.roles("zhou") == ["author", "reviewer"] and office.told("lin") == ["member_joined"]
    assert [state.invitation.state for state in office.invitations()] == ["accepted"]
    kinds = ("member_invited", "account_added", "password_set", "role_granted", "invitation_accepted")
    assert [action for action, _actor, _subject in office.logged(*kinds)] == ["member_invited", "account_added", "password_set", "role_granted",
                                                                              "role_granted", "invitation_accepted"]  # fmt: skip


def test_a_link_works_once_and_says_so(office):
    link = office.invite()
    office.accept(link)
    stranger = office.app.test_client()
    again = stranger.get(link, headers={"Accept-Language": "en"})
    assert again.status_code == 410 and "This invitation has been used" in again.text
    _browser, answer = office.accept(link, "other@u01.example")
    assert answer.status_code == 410
    with office.database.reading() as session:
        assert session.scalars(select(Account).where(Account.login == "other@u01.example")).all() == []


def test_withdrawn_replaced_and_expired_links_say_so(office, monkeypatch):
    first, lin = office.invite(), office.browser("lin")
    [one] = office.invitations()
    renewed = lin.post(office.page(f"invitations/{one.invitation.ref}/renew"))
    assert renewed.status_code == 200 and "It is shown only now." in renewed.text
    stranger = office.app.test_client()
    stranger.set_cookie("language", "en")
    assert "replaced by a newer one" in stranger.get(first).text
    second = "/invitations/" + renewed.text.rsplit("/invitations/", 1)[1].split("<")[0]
    assert stranger.get(second).status_code == 200
    assert lin.post(office.page(f"invitations/{one.invitation.ref}/withdraw")).status_code == 303
    assert "was withdrawn" in stranger.get(second).text and "was withdrawn" in stranger.get(first).text
    assert office.accept(second)[1].status_code == 410
    lin.post(office.page(f"invitations/{one.invitation.ref}/withdraw"))
    assert "answered or withdrawn in the meantime" in lin.get(office.page()).text


def test_an_invitation_expires(office, client):
    from datetime import timedelta

    from lms.core import clock

    link = office.invite(days="3")
    client.set_cookie("language", "en")
    with clock.at(office.now + timedelta(days=3) - timedelta(seconds=1)):
        assert client.get(link).status_code == 200
    with clock.at(office.now + timedelta(days=3)):
        assert "This invitation has expired" in client.get(link).text
        assert office.accept(link)[1].status_code == 410
        assert "1 invitation has expired unanswered" in office.browser("lin").get("/").text


def test_a_signed_in_member_accepts_with_the_same_account(office):
    link = office.invite(role=["reviewer"])
    assert "You are signed in as 吴作者" in office.browser("wu").get(link).text
    assert office.browser("wu").post(link).location == office.page()
    assert office.roles("wu") == ["author", "reviewer"]


@pytest.mark.parametrize("key,role,status", [("zhaxi", "reviewer", 303), ("zhaxi", "author", 409), ("zhaxi", "coordinator", 409), ("hr", "author", 409)])
def test_officials_and_who_has_powers_over_them_may_only_review(office, key, role, status):
    link = office.invite(role=[role])
    answer = office.browser(key).post(link)
    assert answer.status_code == status and office.roles(key) == ([role] if status == 303 else [])
    if status == 303:
        page = office.browser("lin").get(office.page()).text
        assert "扎西" not in page and "周新" not in page and "A practitioner from a county office" in page
        assert "a practitioner from a county office has accepted" in office.browser("lin").get("/me/notices").text
    else:
        assert "may only review" in answer.text and [one.invitation.state for one in office.invitations()] == ["open"]


@pytest.mark.parametrize(
    "form,field",
    [
        ({"login": "lin@u01.example"}, "is taken"),
        ({"login": "no good"}, "A login has"),
        ({"name": " "}, "Enter your name"),
        ({"password": "short"}, "at least 10"),
        ({"again": "something else"}, "The two entries differ"),
    ],
)
def test_an_account_is_refused_with_the_reason_and_the_link_stays_good(office, client, form, field):
    link = office.invite()
    client.set_cookie("language", "en")
    good = {"login": "zhou@u01.example", "name": "周新", "password": "a short sentence", "again": "a short sentence"}
    answer = client.post(link, data=good | form)
    assert answer.status_code in (409, 422) and field in answer.text
    assert office.accept(link)[1].status_code == 303


@pytest.mark.parametrize(
    "form,says,field",
    [
        ({"name": "", "mail": ""}, "Say whom you invite", "name"),
        ({"mail": "not one"}, "not a mail address", "mail"),
        ({"role": []}, "Choose at least one role", "role"),
        ({"mail": "zhou@u01.example", "role": []}, "Choose at least one role", "role"),
        ({"role": ["administrator", "hr"]}, "Choose at least one role", "role"),
        ({"days": "4000"}, "for how long", "name"),
    ],
)
def test_an_invitation_needs_a_person_a_role_and_an_end(office, form, says, field):
    answer = office.browser("lin").post(office.page("invite"), data={"name": "周新", "role": ["author"], "days": "14"} | form)
    assert answer.status_code == 422 and says in answer.text and office.invitations() == []
    assert f'href="#{field}"' in answer.text


def test_one_address_has_one_open_invitation(office):
    office.invite(mail="zhou@u01.example")
    answer = office.browser("lin").post(office.page("invite"), data={"mail": "Zhou@u01.example", "role": ["reviewer"], "days": "7"})
    assert answer.status_code == 409 and "has an open invitation" in answer.text


def test_codes_are_kept_as_digests_and_no_two_are_alike(office):
    codes = [office.invite(name=str(n)).rsplit("/", 1)[-1] for n in range(3)]
    assert len(set(codes)) == 3 and all(len(code.replace("-", "")) == 24 for code in codes)
    with office.database.reading() as session:
        stored = session.scalars(select(InvitationCode.code_hash)).all()
    assert not any(code in row or code.replace("-", "") in row for code in codes for row in stored)
    page = office.browser("lin").get(office.page()).text
    assert not any(code in page for code in codes)


def test_guessing_is_counted_and_ends_while_a_right_link_still_opens(office, client):
    link = office.invite()
    client.set_cookie("language", "en")
    answers = [client.get(f"/invitations/guess-{n}").status_code for n in range(7)]
    assert answers == [404] * 5 + [429] * 2
    assert client.post("/invitations/guess-8", data={"login": "x"}).status_code == 429
    assert "Too many failed tries" in client.get("/invitations/guess-9").text
    assert client.get(link).status_code == 200 and office.accept(link)[1].status_code == 303


class Server:
    """A mail server that keeps what it is given, or refuses."""

    def __init__(self, refuses: bool = False) -> None:
        self.mails, self.refuses = [], refuses

    def __enter__(self):
        if self.refuses:
            raise OSError("no route")
        return self

    def __exit__(self, *_what) -> None:
        pass

    def send_message(self, message) -> None:
        self.mails.append(message)


MAILING = {"mail_host": "mail.example", "mail_from": "training@example.cn", "public_url": "https://training.example.cn"}


@pytest.fixture
def settings(settings):
    return replace(settings, **MAILING)


def mailed(office: Office, monkeypatch, *, refuses: bool = False, language: str = "en"):
    server = Server(refuses)
    monkeypatch.setattr(mail, "server", lambda settings, seconds=20: server)
    form = {"name": "Zhou", "mail": "zhou@u01.example", "role": ["author"], "days": "7", "language": language}
    return server, office.browser("lin").post(office.page("invite"), data=form)


def test_a_configured_mail_server_brings_the_link_and_the_page_shows_none(office, monkeypatch):
    server, answer = mailed(office, monkeypatch)
    assert answer.status_code == 303
    [sent] = server.mails
    assert (sent["To"], sent["Subject"]) == ("zhou@u01.example", "Invitation to Partner University")
    text = sent.get_content()
    assert "Good day, Zhou," in text and "until 30 Nov 2026" in text
    link = text.split("https://training.example.cn")[1].split()[0]
    assert office.accept(link)[1].status_code == 303


def test_a_mail_is_written_in_the_language_of_the_one_invited(office, monkeypatch):
    server, _answer = mailed(office, monkeypatch, language="zh-Hans")
    assert "合作大学" in server.mails[0]["Subject"]


def test_when_the_mail_server_refuses_the_link_is_shown_once(office, monkeypatch):
    server, answer = mailed(office, monkeypatch, refuses=True)
    assert answer.status_code == 200 and "The mail could not be sent" in answer.text and server.mails == []
    assert "https://training.example.cn/invitations/" in answer.text


def test_without_a_mail_server_nothing_is_tried():
    assert post.send(Settings(), None, "") is False


def test_no_mail_carries_an_address_that_a_request_named(office, app, monkeypatch):
    """Without the installation's own address in the settings, the link is shown to who invites, and mailed to nobody."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], public_url="")
    server, answer = mailed(office, monkeypatch)
    assert (answer.status_code, server.mails) == (200, [])
    assert "/invitations/" in answer.text and "The mail could not be sent" not in answer.text
