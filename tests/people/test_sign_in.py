"""The door: who gets in, how guessing is slowed without locking anyone out, and when a session ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms.core import clock
from lms.people import accounts, jobs, passwords
from lms.people.models import Account, KnownDevice, SignInFailure, SignInSession
from tests.conftest import NOW
from tests.support.people import actor_of, browser_of

PASSWORD, OTHER = "three calm yaks", "seven tall trees"


@pytest.fixture
def zhaxi(app, database, cast) -> str:
    """The login of an official who has chosen a password."""
    hashed = passwords.hash_password(PASSWORD)
    with database.writing() as session:
        session.get_one(Account, cast.accounts["zhaxi"]).password_hash = hashed
    return "YX000001"


def try_password(client, login: str, password: str, address: str = "10.0.0.1", target: str = "") -> int:
    form = {"login": login, "password": password, "next": target}
    return client.post("/login", data=form, environ_base={"REMOTE_ADDR": address}).status_code


def code_for(database, cast, key: str) -> str:
    admin = actor_of(database, cast, "admin")
    with database.writing() as session:
        return accounts.issue_code(session, actor=admin, account=session.get_one(Account, cast.accounts[key]), now=NOW).code


def activate(client, login: str, code: str, password: str = PASSWORD, address: str = "10.0.0.1"):
    form = {"login": login, "code": code, "password": password, "again": password}
    return client.post("/activate", data=form, environ_base={"REMOTE_ADDR": address})


def is_signed_in(client) -> bool:
    return client.get("/me/account").status_code == 200


def test_login_and_password_open_the_door(client, zhaxi):
    assert try_password(client, zhaxi, PASSWORD) == 302
    assert is_signed_in(client)


def test_full_width_digits_and_spaces_in_the_login_are_forgiven(client, zhaxi):
    assert try_password(client, " YX０００００１ ", PASSWORD) == 302


def test_a_staff_number_in_small_letters_is_the_same(client, zhaxi):
    assert try_password(client, "yx000001", PASSWORD) == 302


@pytest.mark.parametrize("login,password", [("YX000001", OTHER), ("nobody", PASSWORD), ("YX000002", ""), ("YX000002", PASSWORD)])
def test_the_refusal_never_tells_whether_the_login_exists(client, zhaxi, login, password):
    answer = client.post("/login", data={"login": login, "password": password})
    assert answer.status_code == 422
    assert not is_signed_in(client)
    assert "Login and password" in client.post("/login", data={"login": login, "password": "x"}, headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize("target,lands", [("/courses/", "/courses/"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("/\\evil.example", "/")])
def test_after_signing_in_nobody_is_led_to_another_site(client, zhaxi, target, lands):
    answer = client.post("/login", data={"login": zhaxi, "password": PASSWORD, "next": target})
    assert answer.location == lands


def test_five_failures_from_one_address_make_it_wait(client, zhaxi):
    statuses = [try_password(client, zhaxi, "wrong") for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    assert try_password(client, zhaxi, PASSWORD) == 429
    with clock.at(NOW + timedelta(minutes=16)):
        assert try_password(client, zhaxi, PASSWORD) == 302


def test_a_stranger_elsewhere_cannot_lock_the_owner_out(app, client, zhaxi):
    for _ in range(6):
        try_password(client, zhaxi, "guess", address="203.0.113.9")
    assert try_password(app.test_client(), zhaxi, PASSWORD, address="10.0.0.1") == 302


def test_a_colleague_behind_the_same_router_cannot_lock_a_known_device_out(app, client, zhaxi):
    assert try_password(client, zhaxi, PASSWORD) == 302
    client.post("/logout")
    rival = app.test_client()
    for _ in range(60):
        try_password(rival, zhaxi, "guess")
    assert try_password(rival, zhaxi, PASSWORD) == 429
    assert try_password(client, zhaxi, PASSWORD) == 302


def test_guesses_from_many_addresses_slow_new_devices_but_never_the_known_one(app, client, zhaxi):
    assert try_password(client, zhaxi, PASSWORD) == 302
    client.post("/logout")
    for number in range(31):
        try_password(app.test_client(), zhaxi, "guess", address=f"198.51.100.{number}")
    assert try_password(app.test_client(), zhaxi, PASSWORD, address="192.0.2.1") == 429
    assert try_password(client, zhaxi, PASSWORD) == 302


def test_a_one_time_code_sets_the_password_and_signs_in_once(app, database, cast, client):
    code = code_for(database, cast, "meng")
    assert activate(client, "YX000002", code).status_code == 302
    assert is_signed_in(client)
    assert activate(app.test_client(), "YX000002", code, OTHER).status_code == 422
    assert try_password(app.test_client(), "YX000002", PASSWORD) == 302


def test_a_refused_form_keeps_the_code_and_no_password(database, cast, client):
    code = code_for(database, cast, "meng")
    refused = activate(client, "YX000002", code, "short")
    assert refused.status_code == 422 and f'value="{code}"' in refused.text and "short" not in refused.text


def test_a_code_is_read_as_people_type_it(database, cast, client):
    code = code_for(database, cast, "meng")
    assert activate(client, "YX000002", f" {code.upper().replace('-', ' ')} ").status_code == 302


def test_a_right_code_opens_however_often_others_have_guessed(app, database, cast):
    for _ in range(40):
        activate(app.test_client(), "YX000002", "aaaa-bbbb-cccc")
    assert activate(app.test_client(), "YX000002", "aaaa-bbbb-cccc").status_code == 429
    assert activate(app.test_client(), "YX000002", code_for(database, cast, "meng")).status_code == 302


def test_a_new_code_ends_the_old_one_and_codes_grow_old(app, database, cast):
    first, second = code_for(database, cast, "meng"), code_for(database, cast, "meng")
    assert activate(app.test_client(), "YX000002", first).status_code == 422
    with clock.at(NOW + timedelta(days=31)):
        assert activate(app.test_client(), "YX000002", second).status_code == 422


@pytest.mark.parametrize("password", ["short", "1234567890", "aaaaaaaaaaaa", "YX000002YX"])
def test_weak_passwords_are_refused_and_the_code_stays_valid(app, database, cast, password):
    code = code_for(database, cast, "meng")
    weak = "yx000002" if password == "YX000002YX" else password
    assert activate(app.test_client(), "YX000002", code, weak).status_code == 422
    assert activate(app.test_client(), "YX000002", code).status_code == 302


def test_a_session_ends_when_nothing_happens_and_the_page_says_why(client, zhaxi, settings):
    try_password(client, zhaxi, PASSWORD)
    with clock.at(NOW + timedelta(minutes=settings.session_idle_minutes)):
        assert is_signed_in(client)
    with clock.at(NOW + timedelta(minutes=2 * settings.session_idle_minutes + 1)):
        away = client.get("/me/account")
        assert away.location == "/login?next=/me/account&ended=idle"
        assert "120 minutes" in client.get(away.location, headers={"Accept-Language": "en"}).text


def test_even_a_busy_session_ends_after_its_longest_time(client, zhaxi):
    try_password(client, zhaxi, PASSWORD)
    for hour in range(1, 13):
        with clock.at(NOW + timedelta(hours=hour)):
            assert is_signed_in(client)
    with clock.at(NOW + timedelta(hours=12, minutes=1)):
        assert not is_signed_in(client)


def test_a_new_password_ends_all_other_sessions_and_forgets_devices(app, zhaxi):
    here, there = app.test_client(), app.test_client()
    try_password(here, zhaxi, PASSWORD)
    try_password(there, zhaxi, PASSWORD)
    changed = here.post("/me/account/password", data={"present": PASSWORD, "password": OTHER, "again": OTHER})
    assert changed.status_code == 302
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert try_password(app.test_client(), zhaxi, PASSWORD) == 422
    assert try_password(app.test_client(), zhaxi, OTHER) == 302


def test_the_present_password_is_asked_for_and_guessing_it_is_slowed(client, zhaxi):
    try_password(client, zhaxi, PASSWORD)
    guess = {"present": "wrong", "password": OTHER, "again": OTHER}
    assert [client.post("/me/account/password", data=guess).status_code for _ in range(6)] == [422] * 5 + [429]


def test_signing_out_everywhere_means_here_too(app, zhaxi):
    here, there = app.test_client(), app.test_client()
    try_password(here, zhaxi, PASSWORD)
    try_password(there, zhaxi, PASSWORD)
    assert here.post("/me/account/sessions").location == "/login?ended=everywhere"
    assert not is_signed_in(here)
    assert not is_signed_in(there)


def test_signing_out_ends_this_device_only_and_a_copied_cookie_is_worthless(app, zhaxi):
    here, there = app.test_client(), app.test_client()
    try_password(here, zhaxi, PASSWORD)
    try_password(there, zhaxi, PASSWORD)
    thief = app.test_client()
    thief.set_cookie("lms", here.get_cookie("lms").value)
    assert is_signed_in(thief)
    here.post("/logout")
    assert not is_signed_in(thief)
    assert is_signed_in(there)


def test_a_deactivated_account_is_out_at_once(database, cast, client, zhaxi):
    try_password(client, zhaxi, PASSWORD)
    with database.writing() as session:
        session.get_one(Account, cast.accounts["zhaxi"]).active = False
    assert not is_signed_in(client)
    assert try_password(client, zhaxi, PASSWORD) == 422


def test_the_account_page_names_roles_with_their_scope(app, cast):
    page = browser_of(app, cast, "hr").get("/me/account").text
    assert "HR" in page and "Sample county" in page


def left(database) -> tuple[list[str], int, int]:
    """The logins of failed tries that are kept, how many sessions, how many devices."""
    with database.reading() as session:
        tries, sessions, devices = (session.scalars(select(of)).all() for of in (SignInFailure.login, SignInSession.id, KnownDevice.id))
        return sorted(tries), len(sessions), len(devices)


def test_what_signing_in_left_behind_goes_when_the_privacy_notice_says(app, database, client, zhaxi):
    try_password(client, "somebody", "wrong")
    try_password(client, zhaxi, PASSWORD)
    other = app.test_client()
    try_password(other, zhaxi, PASSWORD)
    other.post("/logout")
    jobs.forget_sign_ins(clock.now() + timedelta(hours=11))
    assert left(database) == (["somebody"], 1, 2) and is_signed_in(client)
    with database.writing() as session:
        session.execute(update(KnownDevice).where(KnownDevice.id == 1).values(seen_at=clock.now() - timedelta(days=366)))
    jobs.forget_sign_ins(clock.now() + timedelta(hours=25))
    assert left(database) == ([], 0, 1)
