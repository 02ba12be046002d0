"""The pages: from a gap to a draft, lists with search, order and files, home and notices, and forms that keep what was written."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

from lms.core import clock
from lms.orders import actions, jobs, queries, verify_actions
from lms.orders.enums import Cohort, OrderState
from lms.orders.people_queries import ids
from lms.people import notice_words
from lms.people.models import AccountNotice
from tests.competency.world import NOW
from tests.orders.conftest import CENTRE, COUNTY, LATER, TERMS, at
from tests.support.people import browser_of

FORM = {
    "title": "Safe accounts", "need": "Clerks recognise a false mail.", "competency-1": "SEC-1", "level-1": "2", "hours": "16", "place": "base",
    "budget": "30,000", "measure": "change", "aim": "0.3", "how": "Placement.", "closes_on": "2026-12-04", "until": "2026-12-31", "review_on": "2027-01-29",
    "to_all": "1",
}  # fmt: skip


def table(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))


def test_from_the_gap_to_an_open_order(town, browser):
    hr = browser("hr")
    gap = hr.get(f"/talent/gap/{COUNTY}/SEC-1").text
    assert f"/orders/new?unit={COUNTY}&amp;competency=SEC-1" in gap and "Order training from partners" in gap
    form = hr.get(f"/orders/new?unit={COUNTY}&competency=SEC-1&question=Training+in+accounts").text
    assert 'value="Training in accounts"' in form and '<option value="2" selected>' in form and "16 people are below the target or unclear" in form
    begun = hr.post("/orders/new", data={"title": "Safe accounts", "unit": COUNTY, "competency-1": "SEC-1", "level-1": "2", "fill": "1"})
    ref = begun.location.rsplit("/", 1)[-1]
    draft = hr.get(begun.location).text
    assert "16 people stand on the list" in draft and "Say how and when it is measured." in draft
    missing = hr.post(begun.location, data=FORM | {"closes_on": "2026-11-24", "do": "open"}, follow_redirects=True).text
    assert "Something is still missing." in missing and "at least 5 working days ahead" in missing and 'value="30000"' in missing
    assert town.order(ref).how == "Placement.", "what was written is kept"
    refused = hr.post(begun.location, data=FORM | {"budget": "a lot", "until": "soon", "do": "open"})
    assert refused.status_code == 422 and 'value="a lot"' in refused.text and town.order(ref).state == OrderState.DRAFT
    assert hr.post(begun.location, data=FORM | {"do": "open"}).status_code == 303
    order = town.order(ref)
    assert (order.state, order.budget_fen, order.aim_milli) == (OrderState.OPEN, 3_000_000, 300)
    page = hr.get(begun.location).text
    assert "Offers are sealed until" in page and "No offer has come in yet" in page and "Counter clerk" in page
    assert hr.get("/orders/new?unit=513398&competency=SEC-1").status_code == 403


def test_people_are_chosen_by_unit_post_and_gap(town, browser):
    hr, ref = browser("hr"), town.draft(wish=None)
    short = hr.get(f"/orders/{ref}/people?gap=short&unit={CENTRE}").text
    assert short.count('name="who"') == 8 and "Clerk 08" not in short and "Put all 8 who match on the list" in short
    assert hr.get(f"/orders/{ref}/people?gap=all&q=clerk+03").text.count('name="who"') == 1
    put = hr.post(f"/orders/{ref}/people", data={"do": "all", "gap": "short", "unit": CENTRE})
    assert put.status_code == 303 and f"gap=short&unit={CENTRE}" in put.location or "unit=" in put.location
    assert len(town.ask(ids, town.order(ref).id)) == 8
    listed = hr.get(f"/orders/{ref}/people?on=1").text
    assert listed.count('done">on the list</span>') == 8
    assert hr.post(f"/orders/{ref}/people", data={"do": "on"}, follow_redirects=True).status_code == 200
    rows = table(hr.get(f"/orders/{ref}/cohorts.csv"))
    assert rows[0][:2] == ["Staff number", "Name"] and len(rows) == 9
    record = browser("hr").get("/admin/audit")  # HR may not read it; what was read is written down all the same
    assert record.status_code == 403


def test_lists_are_searched_ordered_paged_and_taken_away(town, browser):
    refs = [town.opened(replace(TERMS, title=f"Order {n:02d}", closes_on=TERMS.closes_on + timedelta(n % 7))) for n in range(3)]
    town.draft(replace(TERMS, title="A draft"))
    town.offer(refs[1])
    hr, partner = browser("hr"), browser("north")
    assert "A draft" in hr.get("/orders/").text and "A draft" not in partner.get("/orders/").text
    assert hr.get("/orders/?q=order+02").text.count('<tr role="row">') == 2
    newest = hr.get("/orders/?order=newest&state=open").text
    assert newest.index("Order 02") < newest.index("Order 00") and "A draft" not in newest
    rows = table(hr.get("/orders/export.csv?state=all&order=title"))
    assert [row[1] for row in rows[1:]] == ["A draft", "Order 00", "Order 01", "Order 02"] and rows[0][-1] == "Partner"
    assert hr.get("/orders/export.xlsx").data.startswith(b"PK")
    ours = table(partner.get("/orders/export.csv"))
    assert ours[0][-1] == "Our offer" and [row[-1] for row in ours[1:]].count("made") == 1
    assert partner.get("/orders/?state=ours").text.count('<tr role="row">') == 0
    assert "Order 01" in partner.get("/orders/?state=calls").text
    assert hr.get("/orders/?page=9&state=nonsense&order=nonsense").status_code == 200


def test_a_file_sets_several_competencies_apart_with_the_mark_of_its_language(app, town):
    town.opened(replace(TERMS, competencies=(("SEC-1", 2), ("NET-1", 3))))
    for language, mark in (("en", "; "), ("zh-Hans", "；")):
        rows = table(browser_of(app, town.cast, "hr", language=language).get("/orders/export.csv"))
        named = rows[1][3]
        assert named.count(mark) == 1
        assert [part[:5] for part in named.split(mark)] == ["SEC-1", "NET-1"]


def test_what_is_due_stands_on_the_home_page_of_whose_turn_it_is(town, browser):
    ref = town.opened()
    assert "1 training order is open to your offer" in browser("north").get("/").text
    assert "training order waits for you" not in browser("hr").get("/").text
    town.offer(ref)
    assert "Open the calls" not in browser("north").get("/").text
    town.do(actions.close_call, ref=ref, reason="All have answered.")
    assert "1 training order waits for you" in browser("hr").get("/").text
    (offer,) = [one.ref for one in town.ask(lambda session: queries.offers(session, town.order(ref).id))]
    town.do(actions.accept, ref=ref, offer_ref=offer, reason="Good.", declined="")
    assert "1 training order is yours to deliver" in browser("north").get("/").text
    with clock.at(at(date(2027, 3, 1))):
        late = browser("hr").get("/orders/?state=overdue").text
    assert "Safe accounts" in late and "overdue" in late


def test_every_notice_says_what_happened_and_where(app, town, browser):
    ref = town.delivered()
    town.answers(ref, Cohort.FIRST, 8)
    town.answers(ref, Cohort.LATER, 1)
    town.do(verify_actions.sign, ref=ref, reached=True, reason="Good.", now=LATER)
    with app.test_request_context(), town.database.reading() as session:
        said = [notice_words.words(one.kind, one.facts) for one in session.query(AccountNotice).order_by(AccountNotice.id)]
    assert {one.url for one in said} == {f"/orders/{ref}"} and all(one.text and one.action for one in said)
    assert "Sample county orders: Safe accounts" in said[0].text
    assert "A training order was verified" in browser("north").get("/me/notices").text


def test_the_night_reminds_and_warns(town, browser):
    town.opened()
    entry = {"name": "Workshop", "address": "Road 1", "capacity": "20", "agreed_from": "2026-01-01", "agreed_until": "2026-12-31"}
    made = browser("north").post("/bases/new", data=entry | {"owner": "partner:U01"})
    assert made.status_code == 303
    for _ in range(2):
        jobs.nightly(at(date(2026, 12, 3)))
    text = browser("north").get("/me/notices").text
    assert text.count("An agreement on a training base runs out") == 1
    assert "agreement on 1 training base runs out" in browser("hr").get("/").text


def test_hr_compares_offers_side_by_side_and_says_why(town, browser):
    ref = town.opened()
    town.offer(ref, price_fen=3_100_000)
    cheap = town.offer(ref, "south", course="", draft="A new course", price_fen=900_000, hours=12)
    hr = browser("hr")
    assert "Offers side by side" not in hr.get(f"/orders/{ref}").text
    hr.post(f"/orders/{ref}/close", data={"reason": "All have answered."})
    page = hr.get(f"/orders/{ref}").text
    assert page.index("Partner University") < page.index("South") and "above the budget" in page and "4 fewer than ordered" in page and "to be written" in page
    assert hr.post(f"/orders/{ref}/accept", data={"offer": cheap, "reason": "New."}).status_code == 422
    assert hr.post(f"/orders/{ref}/accept", data={"offer": cheap, "reason": "New.", "declined": "Too dear."}).status_code == 303
    assert "Too dear." in browser("north").get(f"/orders/{ref}").text and "The order went to South" in browser("north").get(f"/orders/{ref}").text


def test_the_verification_shows_both_groups_their_picture_and_what_it_can_not_say(town, browser):
    ref, hr = town.delivered(), browser("hr")
    bare = hr.get(f"/orders/{ref}/verification").text
    assert "Not enough evidence" in bare and "Each group needs at least 5 people" in bare and hr.get(f"/orders/{ref}/verification/SEC-1.svg").status_code == 404
    town.answers(ref, Cohort.FIRST, 8)
    town.answers(ref, Cohort.LATER, 1)
    with clock.at(LATER):
        hr = browser("hr")
        page = hr.get(f"/orders/{ref}/verification").text
        assert "They moved ahead of those who wait" in page and "drawn by lot" in page and "8 of 8" in page and page.count("<svg") >= 2
        assert 'value="not_reached"' not in page, "where the evidence decides, it binds"
        assert hr.get(f"/orders/{ref}/verification/SEC-1.svg").mimetype == "image/svg+xml"
        assert hr.post(f"/orders/{ref}/verification", data={"reached": "reached", "reason": ""}).status_code == 422
        assert hr.post(f"/orders/{ref}/verification", data={"reached": "reached", "reason": "Good."}).status_code == 303
    hr = browser("hr")
    signed = hr.get(f"/orders/{ref}").text
    assert "Well" not in signed and "It is their turn" in signed and "By the evidence: Reached" in signed
    assert "They moved ahead of those who wait" in hr.get(f"/orders/{ref}/print").text


def test_chinese_pages_open_too(app, town):
    from tests.support.people import browser_of

    ref = town.delivered()
    for key in ("hr", "north"):
        client = browser_of(app, town.cast, key, language="zh-Hans")
        for address in ("/orders/", f"/orders/{ref}", f"/orders/{ref}/print", "/bases/", "/bases/new"):
            assert client.get(address).status_code == 200
    assert NOW


def test_a_message_meant_for_one_partner_never_goes_to_all(town, browser):
    ref, hr = town.opened(), browser("hr")
    assert hr.post(f"/orders/{ref}/messages", data={"to": "U99", "text": "For you alone"}).status_code == 404
    assert hr.post(f"/orders/{ref}/messages", data={"to": "U02", "text": "For the south alone"}).status_code == 303
    said = {who: browser(who).get(f"/orders/{ref}").text for who in ("north", "south")}
    assert "For you alone" not in said["north"] + said["south"]
    assert ["For the south alone" in said[who] for who in ("north", "south")] == [False, True]


def test_no_message_goes_to_a_partner_that_the_order_is_not_shown_to(town, browser):
    ref = town.opened(replace(TERMS, to_all=False, partners=(town.partners["north"],)))
    sent = [browser("hr").post(f"/orders/{ref}/messages", data={"to": code, "text": "Look"}).status_code for code in ("U02", "U01")]
    assert sent == [404, 303]
