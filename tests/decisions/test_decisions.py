"""A decision record: frozen figures, decided once, published suppressed, reviewed by the same measure."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
from sqlalchemy import func, select, update

from lms.access.audit import Action
from lms.access.models import AuditEntry
from lms.core import clock
from lms.decisions import actions, jobs
from lms.decisions.actions import Option, Words
from lms.decisions.enums import OptionKind
from lms.decisions.models import Decision, DecisionPerson
from lms.people.models import Account, Notice, Unit
from lms.planning.models import Plan
from tests.competency.world import NOW, World
from tests.support.people import actor_of, browser_of

COUNTY, CENTRE, TODAY = "513399", "513399101", date(2026, 11, 23)
REVIEW = date(2027, 5, 31)
WORDS = Words("Who trains the clerks in SEC-1?", "met", "SEC-1", "Half of them", "A third is certainly short.", "Village posts are not measured.", REVIEW)


def drafted(database, hr, words: Words = WORDS, code: str = COUNTY, options=("Leave it as it is", "A course in spring")) -> str:
    with database.writing() as session:
        unit = session.scalars(select(Unit).where(Unit.code == code)).one()
        decision = actions.draft(session, actor=hr, unit=unit, words=words, now=NOW)
        for text in options:
            actions.add_option(session, actor=hr, ref=decision.ref, option=Option(OptionKind.WORDS, text), now=NOW)
        return decision.ref


def stored(database, ref: str) -> Decision:
    with database.reading() as session:
        return session.scalars(select(Decision).where(Decision.ref == ref)).one()


def decided(database, hr, **known) -> str:
    ref = drafted(database, hr, **known)
    with database.writing() as session:
        actions.decide(session, actor=hr, ref=ref, chosen=1, today=TODAY, now=NOW)
    return ref


def test_the_figures_are_those_of_the_moment_for_hr_and_for_others(database, home, hr):
    one = stored(database, drafted(database, hr))
    assert one.figures["live"]["SEC-1"] | {"gap_milli": 0} == {"required": 28, "evidence": 23, "met": 8, "not_yet": 8, "gap_milli": 0}
    assert one.before["live"] == round(1000 * 8 / 28)
    assert one.figures["published"]["as_of"] == "2026-11-22"
    assert one.before["published_as_of"] == "2026-11-22"


def test_a_later_answer_does_not_touch_what_is_frozen(database, home, hr):
    ref = decided(database, hr)
    before = stored(database, ref).figures
    with database.writing() as session:
        World(session, home.cast, home.revisions, home.course).answer(("zhaxi", "SEC-1-Q1", 690, 1))
    assert stored(database, ref).figures == before


def test_nothing_is_decided_without_options_reason_limits_and_a_day_of_review(database, home, browser):
    hr = browser("hr")
    answer = hr.post("/talent/decisions/new", data={"question": "Train?", "unit": COUNTY, "measure": "met", "competency": "SEC-1"})
    assert answer.status_code == 303
    refused = hr.post(answer.location + "/decide", data={})
    assert refused.status_code == 422
    lacking = ("Weigh at least two options", "Choose one of the options.", "Give the reason.", "Say what the figures do not tell.", "Set a day of review")
    assert all(line in refused.text for line in lacking)


def test_from_question_to_record_in_the_browser(database, home, browser):
    hr = browser("hr")
    ref = hr.post("/talent/decisions/new", data={"question": "Train?", "unit": COUNTY, "measure": "met", "competency": "SEC-1"}).location
    for text in ("Leave it", "Course in spring"):
        hr.post(f"{ref}/options", data={"words": text})
    words = {"question": "Train?", "measure": "met", "competency": "SEC-1", "reason": "Short", "limits": "Few", "review_on": "2027-05-31"}
    assert hr.post(ref, data=words).status_code == 303
    assert hr.post(f"{ref}/decide", data={"chosen": "1"}).status_code == 303
    page = hr.get(ref).text
    assert "Unchanged since it was decided" in page and "28.6%" in page and "Course in spring" in page and "31 May 2027" in page
    assert "28.6%" in hr.get(f"{ref}/print").text
    assert hr.post(ref, data=words).status_code == 409
    assert "nothing in it changes any more" in hr.post(f"{ref}/options", data={"words": "x"}).text


def test_a_record_changed_behind_our_back_says_so(database, home, hr, browser):
    ref = decided(database, hr)
    assert "Unchanged since it was decided" in browser("hr").get(f"/talent/decisions/{ref}").text
    with database.writing() as session:
        session.execute(update(Decision).where(Decision.ref == ref).values(reason="Another reason"))
    page = browser("hr").get(f"/talent/decisions/{ref}").text
    assert "This record is not what was decided" in page and "Unchanged since" not in page


def test_a_new_version_leaves_the_old_one_standing_until_it_is_decided(database, home, hr):
    ref = decided(database, hr)
    with database.writing() as session:
        new = actions.amend(session, actor=hr, ref=ref, now=NOW + timedelta(days=1)).ref
    assert (stored(database, ref).state, stored(database, new).version) == ("decided", 2)
    with database.writing() as session:
        actions.change(session, actor=hr, ref=new, words=WORDS, now=NOW + timedelta(days=1))
        actions.decide(session, actor=hr, ref=new, chosen=0, today=TODAY, now=NOW + timedelta(days=1))
    old = stored(database, ref)
    assert (old.state, old.chosen, stored(database, new).state) == ("amended", 1, "decided")


def test_the_review_takes_the_same_measure_again(database, home, hr, browser):
    ref = decided(database, hr)
    with database.writing() as session:
        here = World(session, home.cast, home.revisions, home.course)
        here.answer(*[("zhaxi", f"SEC-1-Q{n}", 690, 1) for n in range(1, 7)])
    with clock.at(NOW + timedelta(days=200)):
        page = browser("hr").post(f"/talent/decisions/{ref}/review", data={"finding": "partly", "learned": "Spring was too early."})
    assert page.status_code == 303
    one = stored(database, ref)
    assert (one.state, one.before["live"]) == ("reviewed", 286)
    assert one.after["as_of"][:10] == "2027-06-11"
    text = browser("hr").get(f"/talent/decisions/{ref}").text
    assert "28.6%" in text and "Spring was too early." in text and "It reached part of it" in text


def test_the_day_of_review_is_told_once_and_stands_on_the_home_page(app, database, home, browser):
    with database.writing() as session:  # who decides is on the roster too
        account = session.scalars(select(Account).where(Account.login == "hr")).one()
        own = session.scalars(select(Account).where(Account.official_id == home.cast.officials["he"])).one()
        own.official_id = None
        session.flush()
        account.official_id = home.cast.officials["he"]
    ref = decided(database, actor_of(database, home.cast, "hr"))
    for days in (100, 189, 190):
        jobs.nightly(NOW + timedelta(days=days))
    with database.reading() as session:
        told = session.scalars(select(Notice).where(Notice.kind == "decision_due")).all()
    assert [(one.official_id, one.facts["ref"]) for one in told] == [(home.cast.officials["he"], ref)]
    with clock.at(NOW + timedelta(days=190)):
        later = browser_of(app, home.cast, "hr")
        assert "1 decision waits for its review" in later.get("/").text
        assert "due" in later.get("/talent/decisions/?state=due").text and WORDS.question in later.get("/talent/decisions/?state=due").text


def test_published_to_everyone_in_the_unit_with_suppressed_figures_only(database, home, hr, browser):
    ref = decided(database, hr, code=CENTRE)
    assert browser("zhaxi").get(f"/me/decisions/{ref}").status_code == 404
    browser("hr").post(f"/talent/decisions/{ref}/publish")
    page = browser("zhaxi").get(f"/me/decisions/{ref}").text
    assert WORDS.question in page and "Daily snapshot of 22 November 2026" in page and "Live numbers" not in page and "nothing hidden" not in page
    assert WORDS.question in browser("zhaxi").get("/me/decisions").text
    assert WORDS.question in browser("head").get("/me/decisions").text
    assert [browser(key).get(f"/me/decisions/{ref}").status_code for key in ("lei", "cheng", "head_township")] == [404] * 3
    assert "A decision that concerns you was published" in browser("meng").get("/me/notices").text


def test_what_a_county_publishes_concerns_the_heads_of_units_in_it(database, home, hr, browser):
    ref = decided(database, hr)
    assert browser("head_township").get(f"/me/decisions/{ref}").status_code == 404
    browser("hr").post(f"/talent/decisions/{ref}/publish")
    for key in ("head", "head_township"):
        assert WORDS.question in browser(key).get("/me/decisions").text
        page = browser(key).get(f"/me/decisions/{ref}").text
        assert "Daily snapshot of" in page and "Live numbers" not in page
    assert browser("hr_neighbour").get(f"/me/decisions/{ref}").status_code == 404


def test_a_link_to_what_was_published_leads_on_to_the_version_that_replaced_it(database, home, hr, browser):
    old = decided(database, hr, code=CENTRE)
    with database.writing() as session:
        actions.publish(session, actor=hr, ref=old, now=NOW)
        new = actions.amend(session, actor=hr, ref=old, now=NOW).ref
        actions.change(session, actor=hr, ref=new, words=WORDS, now=NOW)
        actions.decide(session, actor=hr, ref=new, chosen=0, today=TODAY, now=NOW)
    client = browser("zhaxi")
    assert "A new version has replaced this one" in client.get(f"/me/decisions/{old}").text
    assert WORDS.question not in client.get("/me/decisions").text and client.get(f"/me/decisions/{new}").status_code == 404
    with database.writing() as session:
        actions.publish(session, actor=hr, ref=new, now=NOW)
    assert f"/me/decisions/{new}" in client.get(f"/me/decisions/{old}").text
    assert f"/me/decisions/{new}" in client.get("/me/decisions").text


def test_hidden_cells_stay_hidden_in_what_is_published(database, home, hr, browser):
    ref = decided(database, hr, code="513399201")
    browser("hr").post(f"/talent/decisions/{ref}/publish")
    page = browser("lei").get(f"/me/decisions/{ref}").text
    assert "too few people to show" in page
    assert stored(database, ref).before["published"] is None and stored(database, ref).before["live"] is not None


def test_a_transfer_kept_as_an_option_stands_in_the_persons_record_and_is_never_published(database, home, hr, browser):
    ref = drafted(database, hr)
    place = {"person": home.cast.refs["zhaxi"], "to": "513399102", "post": "P02", "words": "Zhaxi goes to the data centre"}
    assert browser("hr").post(f"/talent/decisions/{ref}/options", data=place).status_code == 303
    kept = stored(database, ref).options[2]
    assert (kept["kind"], kept["figures"]["staff_no"], kept["figures"]["asked"]) == ("what_if", "YX000001", 3)
    assert "扎西 from County service centre to County data centre as Township information officer" in browser("hr").get(f"/talent/decisions/{ref}").text
    assert kept["figures"]["old"]["before"]["required"] - kept["figures"]["old"]["after"]["required"] == 2
    assert kept["figures"]["new"]["after"]["required"] - kept["figures"]["new"]["before"]["required"] == 3
    with database.writing() as session:
        assert session.scalars(select(DecisionPerson.official_id)).all() == [home.cast.officials["zhaxi"]]
        actions.decide(session, actor=hr, ref=ref, chosen=2, today=TODAY, now=NOW)
    assert "Decisions that considered a transfer of yours" in browser("zhaxi").get("/me/record").text
    assert browser("hr").post(f"/talent/decisions/{ref}/publish").status_code == 409
    assert browser("zhaxi").get("/me/decisions").text.count(WORDS.question) == 0


def test_to_decide_and_publish_is_both_or_neither(database, home, hr, browser):
    ref = drafted(database, hr)
    browser("hr").post(f"/talent/decisions/{ref}/options", data={"person": home.cast.refs["zhaxi"], "to": "513399102", "post": "P02", "words": "x"})
    assert browser("hr").post(f"/talent/decisions/{ref}/decide", data={"chosen": "0", "publish": "1"}).status_code == 409
    assert stored(database, ref).state == "draft"


@pytest.fixture
def plan(database, home):
    """A training plan of the county that was made, and one of the neighbour."""
    with database.writing() as session:
        for ref, code in (("theplan", COUNTY), ("otherplan", "513398")):
            unit_id = home.cast.units[code]
            known = {"starts_on": TODAY, "ends_on": REVIEW, "state": "made", "limits": {}, "made_by": "HR", "account_id": None, "made_at": NOW}
            session.add(Plan(ref=ref, unit_id=unit_id, name="Spring", result={"hours": 120, "people": 30, "percent": 97.3, "units": {}}, **known))
    return "theplan"


def test_a_training_plan_brings_its_totals_as_they_are_then(database, hr, browser, plan):
    ref = drafted(database, hr)
    assert browser("hr").post(f"/talent/decisions/{ref}/options", data={"plan": f"https://lms.example/talent/plans/{plan}"}).status_code == 303
    kept = stored(database, ref).options[2]
    assert (kept["kind"], kept["ref"], kept["words"]) == ("plan", "theplan", "Spring")
    assert kept["figures"] == {"name": "Spring", "unit": COUNTY, "state": "made", "as_of": NOW.isoformat(), "hours": 120, "people": 30, "percent": 97.3}
    page = browser("hr").get(f"/talent/decisions/{ref}").text
    assert "30 people, 120 hours" in page and "at least 97.3% of the best possible" in page
    assert browser("hr").post(f"/talent/decisions/{ref}/options", data={"plan": "otherplan"}).status_code == 403
    assert "There is no such training plan." in browser("hr").post(f"/talent/decisions/{ref}/options", data={"plan": "nothing"}).text


def test_a_decision_begins_where_the_gap_was_seen(database, home, browser):
    page = browser("hr").get(f"/talent/decisions/new?unit={CENTRE}&competency=SEC-1&question=Who+first").text
    assert f'value="{CENTRE}" selected' in page and 'value="SEC-1" selected' in page and "Who first" in page


def test_a_transfer_needs_person_and_unit_in_scope(database, home, hr, browser):
    ref = drafted(database, hr)
    for person, to in (("cheng", "513399102"), ("zhaxi", "513398101")):
        place = {"person": home.cast.refs[person], "to": to, "post": "P02", "words": "x"}
        assert browser("hr").post(f"/talent/decisions/{ref}/options", data=place).status_code == 403


@pytest.mark.parametrize("key", ["head", "zhaxi", "admin", "auditor", "author", "hr_neighbour"])
def test_nobody_else_reads_or_changes_a_record(database, home, hr, browser, key):
    ref = decided(database, hr)
    client = browser(key)
    assert [client.get(f"/talent/decisions/{ref}{more}").status_code for more in ("", "/print")] == [403, 403]
    assert [client.post(f"/talent/decisions/{ref}/{more}").status_code for more in ("amend", "review", "publish")] == [403] * 3
    listed = client.get("/talent/decisions/")
    assert listed.status_code == 403 or WORDS.question not in listed.text


def test_search_order_paging_and_file(database, home, hr, browser):
    ref = decided(database, hr)
    drafted(database, hr, words=Words("Another matter", "coverage", ""))
    client = browser("hr")
    assert WORDS.question in client.get("/talent/decisions/?q=trains").text and "Another matter" not in client.get("/talent/decisions/?q=trains").text
    assert "Another matter" not in client.get("/talent/decisions/?state=decided").text
    assert "No decision of this kind." in client.get("/talent/decisions/?state=reviewed").text
    book = openpyxl.load_workbook(io.BytesIO(client.get("/talent/decisions.xlsx?state=decided").data))
    rows = list(book.active.values)
    assert rows[1][0] == WORDS.question and rows[1][4] == "A course in spring" and rows[1][7] == "28.6%"
    assert WORDS.question in client.get("/talent/decisions.csv").text
    with database.reading() as session:
        done = session.execute(select(AuditEntry.action, AuditEntry.subject)).all()
    assert (Action.DECISIONS_EXPORTED, "xlsx") in {tuple(row) for row in done} and (Action.DECISION_RECORDED, ref) in {tuple(row) for row in done}


def test_a_form_that_is_sent_twice_begins_one_draft(database, home, browser):
    client = browser("hr")
    once = re.search(r'name="once" value="([^"]+)"', client.get("/talent/decisions/new").text)[1]
    form = {"once": once, "question": "Who first?", "unit": COUNTY, "competency": "SEC-1", "measure": "coverage"}
    sent = [client.post("/talent/decisions/new", data=form) for _ in range(2)]
    assert [one.status_code for one in sent] == [303, 303] and sent[0].location == sent[1].location
    other = client.post("/talent/decisions/new", data=form | {"once": "another form"})
    assert other.location != sent[0].location
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Decision).where(Decision.question == "Who first?")) == 2


def test_a_record_weighs_transfers_between_its_own_units_only(database, home, hr, browser):
    ref = drafted(database, hr, code=CENTRE)
    away = browser("hr").post(f"/talent/decisions/{ref}/options", data={"person": home.cast.refs["zhaxi"], "to": "513399102", "post": "P02", "words": "x"})
    assert away.status_code == 422 and "Begin one for a unit above both" in away.text
    assert len(stored(database, ref).options) == 2


def test_a_person_of_other_units_is_named_only_to_those_who_look_after_them(database, home, hr, browser):
    ref = drafted(database, hr)
    place = {"person": home.cast.refs["zhaxi"], "to": "513399102", "post": "P02", "words": "Zhaxi goes"}
    browser("hr").post(f"/talent/decisions/{ref}/options", data=place)
    with database.writing() as session:  # a record from before: its person lies outside
        one = session.scalars(select(Decision).where(Decision.ref == ref)).one()
        figures = one.options[2]["figures"] | {"from": "513398101"}
        one.options = [*one.options[:2], one.options[2] | {"figures": figures}]
    for page in ("", "/print"):
        seen = browser("hr").get(f"/talent/decisions/{ref}{page}")
        assert seen.status_code == 200 and "between units that you do not look after" in seen.text
        assert "扎西" not in seen.text and "Zhaxi goes" not in seen.text
