"""Reminders: when, how many, in the product always, by mail only where configured, at most one a person and day."""

import email
import email.policy
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lms.assignments import jobs, mail_actions, schedule, tuning
from lms.assignments.models import MailMessage
from lms.assignments.schedule import Schedule
from lms.core.errors import Invalid
from lms.people.models import Account, Notice, Official
from tests.assignments.conftest import QUIZ

DUE = date(2026, 12, 31)
EARLY = DUE - timedelta(days=60)


def test_the_schedule_is_data_with_a_last_reminder():
    assert Schedule().slots() == [-7, 0, 7, 14, 21, 28]
    assert schedule.read({"reminders": {"before": [14, 3], "on_day": False, "after_every": 5, "most": 4}}).slots() == [-14, -3, 5, 10]
    assert Schedule(most=1).slots() == [-7]
    for wrong in ({"most": 13}, {"before": [0]}, {"every": 1}):
        with pytest.raises(ValueError, match="reminders"):
            schedule.read({"reminders": wrong})


def test_a_reminder_is_given_on_its_day_or_shortly_after():
    days = {passed: Schedule().slot(DUE, DUE + timedelta(days=passed), EARLY) for passed in (-8, -7, -4, -3, 0, 3, 4, 7, 28, 31, 32, 100)}
    assert days == {-8: None, -7: -7, -4: -7, -3: None, 0: 0, 3: 0, 4: None, 7: 7, 28: 28, 31: 28, 32: None, 100: None}


def test_what_was_assigned_late_is_not_reminded_of_for_the_past():
    assert Schedule().slot(DUE, DUE - timedelta(days=7), DUE - timedelta(days=7)) is None
    assert Schedule().slot(DUE, DUE, DUE - timedelta(days=2)) == 0


def test_the_shipped_schedule_is_the_default():
    assert tuning.read() == tuning.Tuning()


def notices(session, world, key="meng"):
    query = select(Notice.facts).where(Notice.kind == "assignment_reminder", Notice.official_id == world.cast.officials[key])
    return [facts["slot"] for facts in session.scalars(query.order_by(Notice.id))]


def night(world, days_from_due):
    return world.now + (DUE - world.now.date()) + timedelta(days=days_from_due)


def test_an_open_assignment_is_reminded_of_at_most_six_times(world, read):
    world.assign("meng")
    for day in range(-20, 90):
        jobs.remind(night(world, day))
        jobs.remind(night(world, day))
    assert read(lambda s: notices(s, world)) == [-7, 0, 7, 14, 21, 28]


def test_nothing_is_mailed_where_mail_is_not_configured(world, read):
    world.assign("meng")
    assert jobs.remind(night(world, -7)) == 1
    assert read(lambda s: list(s.scalars(select(MailMessage)))) == []


def test_what_is_done_or_has_no_date_is_not_reminded_of(world, read):
    world.assign("meng")
    world.complete("meng")
    world.assign("zhaxi", due=None)
    assert [jobs.remind(night(world, day)) for day in (-7, 0)] == [0, 0]


# --- mail


@dataclass
class Server:
    """A mail server of a few lines on a real socket: keeps what it is given; ``refuse`` answers a recipient with this code."""

    refuse: dict[str, str] = field(default_factory=dict)
    mails: list = field(default_factory=list)

    def __post_init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self):
        """Closed alone, it would still take the call that a waiting ``accept`` answers."""
        with suppress(OSError):  # stopped before
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def _serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                self._talk(stream)

    def _talk(self, stream):
        def say(line):
            stream.write(line.encode() + b"\r\n")
            stream.flush()

        say("220 ready")
        for raw in stream:
            word = raw.decode().strip()
            verb = word.upper().split(" ")[0].split(":")[0]
            if verb == "RCPT":
                address = word.partition("<")[2].partition(">")[0]
                say(self.refuse.get(address, "250 ok"))
            elif verb == "DATA":
                say("354 go on")
                lines = []
                for line in stream:
                    if line == b".\r\n":
                        break
                    lines.append(line)
                self.mails.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))
                say("250 kept")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")


@pytest.fixture
def server():
    made = Server()
    yield made
    made.stop()


@pytest.fixture
def mail(app, server):
    """The installation with mail configured: addresses from staff numbers."""
    given = {"mail_host": "127.0.0.1", "mail_port": server.port, "mail_security": "none", "mail_from": "lms@example.cn"}
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], **given, mail_address="{staff_no}@county.example.cn", public_url="https://lms.example.cn")
    return app.config["SETTINGS"]


def states(session):
    return [(mail.address, mail.state, mail.tries) for mail in session.scalars(select(MailMessage).order_by(MailMessage.id))]


def send(waited=None):
    return jobs.send_mail(report=lambda *_: None, wait=(waited if waited is not None else []).append)


def test_one_mail_a_person_and_day_with_everything_in_their_language(world, database, mail, server, read):
    with database.writing() as session:
        session.scalars(select(Account).where(Account.id == world.cast.accounts["meng"])).one().language = "en"
    world.assign("meng", "zhaxi")
    world.assign("meng", thing=QUIZ)
    assert jobs.remind(night(world, -7)) == 3
    assert send() == {"sent": 2, "left": 0}
    by_address = {sent["To"]: sent for sent in server.mails}
    assert set(by_address) == {"YX000001@county.example.cn", "YX000002@county.example.cn"}
    english = by_address["YX000002@county.example.cn"]
    text = english.get_content()
    assert english["Subject"] == "Reminder of your assignments" and english["From"] == "lms@example.cn"
    assert text.count("is due on 31 December 2026") == 2 and "https://lms.example.cn/me/assignments" in text
    assert "互联网是什么" in by_address["YX000001@county.example.cn"].get_content()
    assert read(lambda s: {(state, body) for state, body in s.execute(select(MailMessage.state, MailMessage.body))}) == {("sent", "")}


def test_a_second_reminder_of_the_day_adds_no_second_mail(world, mail, server, read):
    world.assign("meng")
    jobs.remind(night(world, -7))
    world.assign("meng", thing=QUIZ, due=DUE + timedelta(days=1))
    jobs.remind(night(world, -6))
    world.assign("meng", thing=("placement", ""), due=DUE)
    jobs.remind(night(world, -6))
    assert read(lambda s: [address for address, _, _ in states(s)]) == ["YX000002@county.example.cn"] * 2


def test_the_own_address_wins_and_who_wants_no_mail_gets_none(world, database, mail, read):
    with database.writing() as session:
        for key, address, wanted in (("meng", "meng@home.example", True), ("zhaxi", "", False)):
            mail_actions.choose_address(session, official_id=world.cast.officials[key], address=address, wanted=wanted, now=world.now)
        for wrong in ("nobody", "a b@c.cn", "x@y.cn,z@y.cn"):
            with pytest.raises(Invalid):
                mail_actions.choose_address(session, official_id=world.cast.officials["meng"], address=wrong, wanted=True, now=world.now)
    world.assign("meng", "zhaxi")
    assert jobs.remind(night(world, -7)) == 2
    assert read(states) == [("meng@home.example", "queued", 0)]


def test_a_refused_recipient_is_given_up_and_a_busy_one_tried_again(world, mail, server, read):
    server.refuse = {"YX000001@county.example.cn": "550 unknown", "YX000002@county.example.cn": "451 later"}
    world.assign("meng", "zhaxi", "dong")
    jobs.remind(night(world, -7))
    assert send() == {"sent": 1, "left": 1}
    assert sorted(read(states)) == [
        ("YX000001@county.example.cn", "failed", 1), ("YX000002@county.example.cn", "queued", 3), ("YX000005@county.example.cn", "sent", 1),
    ]  # fmt: skip
    server.refuse = {}
    assert send() == {"sent": 1, "left": 0}


def test_a_server_that_is_down_costs_nothing_but_time(app, world, mail, server, read):
    server.stop()
    world.assign("meng")
    jobs.remind(night(world, -7))
    waited: list[float] = []
    assert send(waited) == {"sent": 0, "left": 1}
    assert waited == [30, 120] and read(states) == [("YX000002@county.example.cn", "queued", 0)]


def test_who_left_gets_no_mail(world, database, mail, read):
    world.assign("meng")
    with database.writing() as session:
        session.get_one(Official, world.cast.officials["meng"]).active = False
    jobs.remind(night(world, -7))
    assert read(states) == []
