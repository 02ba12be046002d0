"""The home page puts what the capabilities offer in order: one primary action, few after it, then what changed."""

from datetime import UTC, datetime

from lms.web.home import Panel, Step, Urgency, arrange, connect
from tests.support.people import browser_of

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 9, tzinfo=UTC)


def step(title: str, urgency: Urgency, due: datetime | None = None) -> Step:
    return Step(urgency, title, "because", f"Do {title}", f"/{title}", due)


def test_a_running_quiz_comes_before_everything():
    home = arrange([step("lesson", Urgency.CONTINUE), step("order", Urgency.ASSIGNED, MONDAY), step("quiz", Urgency.RUNNING, FRIDAY)])
    assert home.first.title == "quiz"
    assert [s.title for s in home.steps] == ["order", "lesson"]


def test_of_equals_the_earlier_date_comes_first_and_no_date_last():
    home = arrange([step("open", Urgency.ASSIGNED), step("late", Urgency.ASSIGNED, FRIDAY), step("soon", Urgency.ASSIGNED, MONDAY)])
    assert [home.first.title, *(s.title for s in home.steps)] == ["soon", "late", "open"]


def test_the_page_stays_one_window():
    home = arrange([step(str(n), Urgency.CONTINUE) for n in range(9)])
    assert len(home.steps) == 4


def test_nothing_to_do_is_said_rather_than_filled():
    home = arrange([Panel(2, "second", "b.html"), Panel(1, "first", "a.html")])
    assert home.first is None
    assert [panel.heading for panel in home.panels] == ["first", "second"]


def test_a_stranger_is_led_to_the_sign_in(client):
    assert client.get("/").headers["Location"] == "/login"


def test_each_person_sees_their_own_next_step(app, cast):
    connect(app, [lambda session, *, actor, now: [step(f"for {actor.name}", Urgency.START)]])
    page = browser_of(app, cast, "zhaxi").get("/").get_data(as_text=True)
    assert "for 扎西" in page
    assert page.count('class="btn ') == 1


def test_a_page_with_nothing_to_do_says_so(app, cast):
    connect(app, [])
    assert "Nothing is waiting for you." in browser_of(app, cast, "auditor").get("/").get_data(as_text=True)
