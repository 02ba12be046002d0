"""From a gap to an order, an offer, a course written in the editor, two reviews, a cohort and a verified change: five people at five desks."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Page as Tab
from sqlalchemy import select

from lms.core import clock, framework
from lms.operations import sample_county as county_data
from lms.operations.sample_county import COUNTY
from lms.orders.enums import Cohort
from lms.orders.models import OrderPerson, TrainingOrder
from lms.people.models import Official
from tests.browser.chromium import NARROW, WIDE, follow, window
from tests.browser.site import Site, build, served
from tests.browser.test_accessibility import overflow
from tests.browser.test_gap_to_results import lms, said
from tests.browser.test_main_thread import take_quiz

HERE = Path(__file__).parents[1] / "data" / "journey"
PEOPLE, SITTINGS, COMPETENCY = 150, 12, "SEC-1"
TITLE, TITLE_ZH, SLUG = "Call back before you pay", "转账前先回拨", "call-back"
ORDER = "Checking before paying, for the whole county"
NEED = "Whoever pays or sends data checks an unusual request on another road."


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A sample county of its own, whose clock may move, with the courses that the product comes with."""
    monkeypatch.delenv("LMS_CONTENT")
    app = build(tmp_path / "county", now=clock.now(), people=PEOPLE, sittings=SITTINGS)
    with served(app, prepared=False) as site:
        site.accounts |= {login: login for login in ("coordinator", "author", "expert", "practitioner")}
        yield site


def say(tab: Tab, button: str, **fields: str) -> None:
    """Fill fields by their names and press."""
    for name, text in fields.items():
        tab.locator(f"[name='{name}']:visible").first.fill(text)
    follow(tab.get_by_role("button", name=button, exact=True).first)


def order_from_gap(tab: Tab) -> str:
    """HR goes from a gap to an order, fills it in and opens it; the order's reference."""
    tab.goto(f"/talent/gap/{COUNTY}/{COMPETENCY}")
    follow(tab.get_by_role("link", name="Order training").first)
    say(tab, "Begin the draft", title=ORDER)
    today = clock.now().date()
    days = {"closes_on": 14, "until": 90, "review_on": 120}
    tab.get_by_label("change of the trained").check()
    dates = {name: f"{today + timedelta(days=after)}" for name, after in days.items()}
    say(tab, "Save and open it to partners", need=NEED, hours="2", aim="0.2", how="Questions to both groups in the hall of the county", **dates)
    assert "Offers are sealed" in said(tab)
    return tab.url.rstrip("/").rsplit("/", 1)[-1]


def make_offer(tab: Tab, order: str) -> None:
    """The coordinator of a university finds the call and answers it."""
    tab.goto("/orders/")
    follow(tab.get_by_role("link", name=ORDER))

    follow(tab.get_by_role("link", name="Make an offer"))
    today = clock.now().date()
    dates = {"begins_on": f"{today + timedelta(days=20)}", "ends_on": f"{today + timedelta(days=60)}"}
    say(
        tab,
        "Make this offer",
        draft=TITLE,
        teachers="Li Hua, checking requests",
        venue="online",
        hours="2",
        price="1200",
        words="A lesson and a quiz.",
        **dates,
    )
    assert order in tab.url


def accept(tab: Tab, order: str) -> None:
    """HR closes the call, reads the offers side by side and accepts the one."""
    tab.goto(f"/orders/{order}")
    tab.get_by_text("Close the call now").click()
    say(tab, "Close the call and open the offers", reason="All who were asked have answered")
    tab.get_by_role("radio").first.check()
    say(tab, "Accept the offer", reason="It is just what the counters lack")
    assert "Prepare the training" in said(tab)


def begin_course(tab: Tab) -> str:
    """The author begins a course; the draft's address."""
    tab.goto("/author/drafts/new")
    say(tab, "Begin this course", title_zh=TITLE_ZH, title_en=TITLE, slug=SLUG)
    return tab.url.rstrip("/")


def write_lesson(tab: Tab, draft: str) -> None:
    """Both languages side by side, with a picture put in by its dialog."""
    tab.goto(f"{draft}/lessons/01-first-lesson")
    for language, title in (("zh", TITLE_ZH), ("en", TITLE)):
        tab.fill(f"input[name=title_{language}]", title)
        tab.fill(f"textarea[name=body_{language}]", (HERE / f"lesson.{language}.md").read_text(encoding="utf-8"))
    tab.locator("summary", has_text="Hours, competencies").click()
    tab.locator("select[name=serve_c]").first.select_option(COMPETENCY)
    tab.locator("select[name=serve_level]").first.select_option("2")
    put_in_picture(tab)
    tab.keyboard.press("Control+s")
    tab.locator("#state", has_text="Saved").wait_for()


def put_in_picture(tab: Tab) -> None:
    """At the cursor below a heading of the Chinese text; the English gets it in the same section."""
    tab.locator("#write-zh").evaluate("(field) => { const at = field.value.indexOf('| 步骤'); field.focus(); field.setSelectionRange(at, at); }")
    tab.locator("section[data-language=zh] [data-tool=picture]").click()
    tab.set_input_files("#picture-file", HERE / "callback.svg")
    tab.fill("#picture-zh", "四步：停下，另找一条路，核对要求，记下来")
    tab.fill("#picture-en", "Four steps: stop, take another road, check the request, write it down")
    tab.locator("[data-put-in]").click()
    tab.locator("#picture-dialog").wait_for(state="hidden")
    assert all("assets/callback.svg" in tab.input_value(f"#write-{language}") for language in ("zh", "en"))


def write_questions(tab: Tab, draft: str) -> None:
    """The beliefs, the blueprint, six questions."""
    told = yaml.safe_load((HERE / "items.yaml").read_text(encoding="utf-8"))
    for code, words in told["misconceptions"].items():
        tab.goto(f"{draft}/bank/misconceptions")
        tab.fill("#new-code", code)
        tab.fill("#new-zh", words["zh"])
        tab.fill("#new-en", words["en"])
        follow(tab.get_by_role("button", name="Add it"))
    for item in told["items"]:
        write_question(tab, draft, item)
    tab.goto(f"{draft}/bank/blueprint")
    for place, (cognitive, difficulty, count) in enumerate((("U", "E", "1"), ("A", "M", "2"))):
        tab.get_by_role("button", name="Add a cell").click()
        for name, chosen in (("competency", COMPETENCY), ("cognitive", cognitive), ("difficulty", difficulty)):
            tab.locator(f"[name='cells.{place}.{name}']").select_option(chosen)
        tab.locator(f"[name='cells.{place}.count']").fill(count)
    follow(tab.get_by_role("button", name="Save the blueprint").first)


def write_question(tab: Tab, draft: str, item: dict) -> None:
    tab.goto(f"{draft}/items/")
    tab.select_option("#new-kind", "single")
    tab.select_option("#new-competency", COMPETENCY)
    tab.select_option("#new-cognitive", item["cognitive"])
    tab.select_option("#new-difficulty", "E" if item["cognitive"] == "U" else "M")
    follow(tab.get_by_role("button", name="Add the question"))
    for language in ("zh", "en"):
        tab.fill(f"[name='stem.{language}']", item["stem"][language])
        tab.fill(f"[name='rationale.{language}']", item["rationale"][language])
        for place, option in enumerate(item["options"]):
            tab.fill(f"[name='options.{place}.{language}']", option[language])
    tab.locator("input[name=answer]").first.check()
    for place, option in enumerate(item["options"]):
        if "believes" in option:
            tab.select_option(f"[name='options.{place}.misconception']", option["believes"])
    tab.select_option("[name=level]", "2")
    tab.select_option("[name=lesson]", index=1)
    if item.get("practice"):
        tab.select_option("[name=use]", "practice")
    follow(tab.get_by_role("button", name="Save", exact=True).first)
    assert "no error" in tab.locator("#verdict").inner_text(), tab.locator("[data-said]").all_inner_texts()


def describe_course(tab: Tab, draft: str) -> None:
    """The head of the course as a form."""
    tab.goto(f"{draft}/course")
    follow(tab.get_by_role("button", name="Add a competency"))
    for name, chosen in (("moves.0.c", COMPETENCY), ("moves.0.from", "1"), ("moves.0.to", "2")):
        tab.locator(f"[name='{name}']").select_option(chosen)
    follow(tab.get_by_role("button", name="Add an author"))
    names = {"authors.0.name": "Li Hua", "authors.0.org.zh": "示例大学", "authors.0.org.en": "Sample university"}
    say(tab, "Save", **names)
    tab.goto(draft)
    assert "No errors" in said(tab), said(tab)


def submit(tab: Tab, draft: str, words: str) -> str:
    """The course goes to review; the review's address."""
    tab.goto(f"/reviews/submit/{draft.rsplit('/', 1)[-1]}")
    say(tab, "Submit for review", words=words, change_zh="首版", change_en="First version")
    return tab.url.split("?")[0]


def name_reviewers(tab: Tab, review: str) -> None:
    tab.goto(f"{review}/reviewers")
    for name in ("评议专家", "曾任窗口主任"):
        form = tab.locator("form", has=tab.get_by_label(name)).first
        form.get_by_label(name).first.check()
        follow(form.get_by_role("button", name="Name and tell"))
    assert "Everyone who is needed is named" in said(tab)


def declare(tab: Tab, review: str) -> None:
    tab.goto(review)
    tab.get_by_label("I have none.").check()
    follow(tab.get_by_role("button", name="Declare"))


def judge(tab: Tab, review: str, verdict: str, reasons: str) -> None:
    tab.goto(review)
    tab.get_by_label(verdict).check()
    say(tab, "Give the verdict", reasons=reasons)
    assert reasons in tab.locator("#verdicts + ul, #history + ol").all_inner_texts()[0]


def comment(tab: Tab, review: str) -> None:
    """A line of the English lesson must be mended."""
    tab.goto(f"{review}/files/lessons/01-first-lesson.en.md?view=text")
    row = tab.locator("table.source tr", has_text="a complaint").first
    follow(row.locator("td.n a"))
    say(tab, "Save the comment", text="Say what to do when the sender is the supplier himself.")


def mend(tab: Tab, draft: str, review: str) -> None:
    """The author answers the comment and mends the text."""
    tab.goto(review)
    assert "must be mended" in said(tab)
    tab.goto(f"{draft}/lessons/01-first-lesson")
    for language, old, new in (("zh", "最多挨一句催", "供应商来催也一样，最多挨一句催"), ("en", "earns a complaint", "earns a complaint, from a supplier too")):
        text = tab.input_value(f"#write-{language}")
        assert old in text
        tab.fill(f"#write-{language}", text.replace(old, new))
    tab.get_by_role("button", name="Save", exact=True).first.click()
    tab.locator("#state", has_text="Saved").wait_for()


def second_look(tab: Tab, review: str) -> None:
    """The reviewer sees the change in the lesson as learners read it, and settles the comment."""
    tab.goto(f"{review}/files/lessons/01-first-lesson.en.md?view=changes")
    assert "supplier" in tab.locator("article ins").first.inner_text()
    tab.goto(f"{review}/files/lessons/01-first-lesson.en.md?view=text")
    follow(tab.get_by_role("button", name="It is settled"))


def release(tab: Tab, review: str) -> None:
    tab.goto(review)
    follow(tab.get_by_role("link", name="To the release"))
    follow(tab.get_by_role("button", name=re.compile("Release version")))
    assert "is released" in said(tab)


def begin_training(tab: Tab, order: str) -> None:
    """The released course is named; a lot decides who goes first; the first are assigned the course."""
    tab.goto(f"/orders/{order}")
    tab.get_by_label("Course", exact=True).select_option(SLUG)
    follow(tab.get_by_role("button", name="Name the course"))
    assert tab.get_by_role("link", name=TITLE).is_visible()
    follow(tab.get_by_role("link", name="Settle who is trained first"))
    follow(tab.get_by_role("button", name="Draw lots"))
    tab.goto(f"/orders/{order}")
    say(tab, "Begin the training", ends_on=f"{clock.now().date() + timedelta(days=40)}")
    assert "Drawn by lot" in said(tab) and "trained first" in said(tab)


def cohorts(site: Site, order: str) -> dict[Cohort, list[str]]:
    """Staff numbers of who is trained first and who waits."""
    p = OrderPerson
    query = select(p.cohort, Official.staff_no).join(Official, Official.id == p.official_id).join(TrainingOrder, TrainingOrder.id == p.order_id)
    found: dict[Cohort, list[str]] = {Cohort.FIRST: [], Cohort.LATER: []}
    with site.database.reading() as session:
        for cohort, staff_no in session.execute(query.where(TrainingOrder.ref == order).order_by(Official.staff_no)):
            found[Cohort(cohort)].append(staff_no)
    return found


def on_the_phone(browser, site: Site, staff_no: str) -> None:
    """One of those who go first reads the lesson with its picture, and takes the quiz."""
    site.accounts["official"] = staff_no
    with window(browser, site, "official", language="en", viewport=NARROW) as context:
        tab = context.new_page()
        tab.goto("/me/assignments")
        assert ORDER in said(tab)
        tab.goto(f"/courses/{SLUG}/01-first-lesson")
        picture = tab.get_by_alt_text("Four steps")
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("async (picture) => { await picture.decode(); return picture.naturalWidth; }") > 0
        assert overflow(tab) == []
        take_quiz(tab, SLUG)
        tab.goto("/me/assignments")
        assert "done" in said(tab)


def hall(site: Site, everyone: dict[Cohort, list[str]], tmp_path: Path) -> None:
    """Six weeks later both groups answer in the hall; who was trained has gained, and the answers come in by the import."""
    lms(site, "sample", "advance", "--days", "42")
    bank = [one for one in county_data.items(framework.read().codes) if one.competency == COMPETENCY and one.level <= 3]
    lines = ["staff_no,item,correct,answered_at,source"]
    for cohort, people in everyone.items():
        for staff_no in people:
            rng = random.Random(staff_no)
            theta = rng.gauss(1.6 if cohort is Cohort.FIRST else -0.4, 0.4)
            for place, item in enumerate(rng.sample(bank, min(14, len(bank)))):
                at = clock.now() - timedelta(days=1) + timedelta(minutes=place)
                lines.append(f"{staff_no},{item.code},{int(rng.random() < county_data.chance(item, theta))},{at.isoformat()},hall")
    table = tmp_path / "hall.csv"
    table.write_text("\n".join(lines), encoding="utf-8")
    lms(site, "responses", "import", str(table))


def verify(tab: Tab, order: str) -> None:
    """The training was held; HR reads the difference of changes with its interval, and signs."""
    tab.goto(f"/orders/{order}")
    tab.get_by_text("The training was held").click()
    say(tab, "It is delivered", words="A lesson and a quiz, online")
    tab.goto(f"/orders/{order}/verification")
    assert "By the evidence: " in said(tab) and tab.locator("figure svg").first.is_visible()
    tab.get_by_role("radio").first.check()
    say(tab, "Sign the order off", reason="Those who wait are trained next month")
    tab.goto(f"/orders/{order}")
    assert "What it brought" in said(tab)


def test_a_gap_becomes_a_course_and_a_verified_change(browser, county: Site, tmp_path: Path):
    def at_the_desk(login: str, act: Callable[..., str | None], *what: str) -> str:
        with window(browser, county, login, language="en", viewport=WIDE) as context:
            return act(context.new_page(), *what) or ""

    order = at_the_desk("hr", order_from_gap)
    at_the_desk("coordinator", make_offer, order)
    at_the_desk("hr", accept, order)
    draft = at_the_desk("author", begin_course)
    for writing in (write_lesson, write_questions, describe_course):
        at_the_desk("author", writing, draft)
    review = at_the_desk("author", submit, draft, "A course for the order of the county")
    at_the_desk("administrator", name_reviewers, review)
    at_the_desk("expert", declare, review)
    at_the_desk("practitioner", declare, review)
    at_the_desk("expert", comment, review)
    at_the_desk("expert", judge, review, "Send it back", "One sentence is missing")
    at_the_desk("practitioner", judge, review, "Accept it as it is", "Just what happens at a counter")
    at_the_desk("author", mend, draft, review)
    at_the_desk("author", submit, draft, "The sentence is there")
    at_the_desk("expert", second_look, review)
    for reviewer in ("expert", "practitioner"):
        at_the_desk(reviewer, judge, review, "Accept it as it is", "It says what a clerk needs, and no more")
    at_the_desk("administrator", release, review)
    at_the_desk("hr", begin_training, order)
    groups = cohorts(county, order)
    assert min(map(len, groups.values())) >= 5
    on_the_phone(browser, county, groups[Cohort.FIRST][0])
    hall(county, groups, tmp_path)
    at_the_desk("hr", verify, order)
