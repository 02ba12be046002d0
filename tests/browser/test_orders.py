"""An order in the browser: from a gap to two sealed offers, one accepted, a lot, a delivery and a verified change; HR at a desk, partners on phones."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page as Tab
from sqlalchemy import select

from lms.access.actor import operator
from lms.assessments import imports
from lms.assessments.models import Item, ItemRevision, Response
from lms.core import clock
from lms.operations.sample_county import COUNTY
from lms.orders.enums import Cohort, OrderState
from lms.orders.models import OrderPerson, TrainingOrder
from lms.people.calendar_queries import today
from lms.people.models import Official
from tests.browser.chromium import NARROW, WIDE, follow, window
from tests.browser.site import Site
from tests.browser.test_accessibility import overflow

CODE, ITEMS = "SEC-1", 8


def said(tab: Tab) -> str:
    return tab.locator("main").inner_text()


def write_order(tab: Tab, site: Site) -> str:
    """From the gap to an open order; its reference."""
    tab.goto(f"/talent/gap/{COUNTY}/{CODE}")
    follow(tab.get_by_role("link", name="Order training from partners").last)
    assert tab.get_by_label("What is ordered, in one line").input_value().startswith("Training in")
    follow(tab.get_by_role("button", name="Begin the draft"))
    assert re.search(r"\d+ people stand on the list", said(tab))
    tab.get_by_label("What should people be able to do").fill("Recognise a false mail and say so.")
    tab.get_by_label("Class hours").fill("8")
    tab.get_by_label("Budget in yuan").fill("20000")
    tab.get_by_label("At least").fill("0.2")
    tab.get_by_label("How and when it is measured").fill("Placement of both groups.")
    day = today(clock.now())
    for label, days in (("Offers until", 20), ("Training done by", 60), ("Verification on", 90)):
        tab.get_by_label(label).fill(f"{day + timedelta(days)}")
    assert overflow(tab) == []
    follow(tab.get_by_role("button", name="Save and open it to partners"))
    assert "Offers are sealed until" in said(tab)
    return tab.url.rsplit("/", 1)[-1]


def offer(browser, site: Site, who: str, ref: str, *, price: str) -> None:
    """A coordinator finds the call at home and answers it on a phone."""
    with window(browser, site, who, language="en", viewport=NARROW) as context:
        tab = context.new_page()
        tab.goto("/orders/?state=calls")
        follow(tab.locator(f"a[href='/orders/{ref}']"))
        assert overflow(tab) == [] and "Who the people are" not in said(tab)
        follow(tab.get_by_role("link", name="Make an offer"))
        tab.get_by_label("Course that exists").select_option("internet-and-governance")
        tab.get_by_label("Teachers").fill("Li (accounts)")
        day = today(clock.now())
        tab.get_by_label("First day").fill(f"{day + timedelta(25)}")
        tab.get_by_label("Last day").fill(f"{day + timedelta(50)}")
        tab.get_by_label("Price in yuan").fill(price)
        assert overflow(tab) == []
        follow(tab.get_by_role("button", name="Make this offer"))
        assert "Your offer is in" in said(tab) and "Our offer: made" in said(tab)


def decide(tab: Tab) -> None:
    """Close the call, compare, accept, draw lots and begin."""
    tab.reload()
    assert "2 offers have come in" in said(tab) and "9,000" not in said(tab)
    tab.get_by_text("Close the call now").click()
    tab.locator("details[open] textarea").fill("Both partners have answered.")
    follow(tab.get_by_role("button", name="Close the call and open the offers"))
    assert "¥9,000.00" in said(tab) and "¥12,000.00" in said(tab) and overflow(tab) == []
    tab.get_by_label("Sample university").check()
    tab.get_by_label("Why this one").fill("More practice.")
    tab.get_by_label("Why not the others").fill("Less practice.")
    follow(tab.get_by_role("button", name="Accept the offer"))
    follow(tab.get_by_role("link", name="Settle who is trained first"))
    follow(tab.get_by_role("button", name="Draw lots"))
    assert "The lot was drawn (seed" in said(tab)
    follow(tab.get_by_role("link", name="Back to the order"))
    follow(tab.get_by_role("button", name="Begin the training"))
    assert "The training has begun" in said(tab)


def deliver(browser, site: Site, ref: str) -> None:
    with window(browser, site, "coordinator", language="en", viewport=NARROW) as context:
        tab = context.new_page()
        tab.goto(f"/orders/{ref}")
        tab.get_by_label("What was held, where and by whom").fill("Two days in the county.")
        follow(tab.get_by_role("button", name="It is delivered"))
        assert "The training is delivered" in said(tab) and overflow(tab) == []


def answer(site: Site, ref: str) -> None:
    """Both groups are asked anew, each about questions that they have not seen lately; the trained know the answers."""
    with site.database.writing() as session:
        order = session.scalars(select(TrainingOrder).where(TrainingOrder.ref == ref)).one()
        bank = session.scalars(select(Item.code).join(ItemRevision).where(ItemRevision.competency == CODE, Item.code.startswith("SAMPLE-"))).all()
        people = session.execute(select(Official, OrderPerson.cohort).join(OrderPerson).where(OrderPerson.order_id == order.id)).all()
        rows: list[tuple[str, ...]] = [("staff_no", "item", "correct", "answered_at", "source")]
        for person, cohort in people:
            lately = Response.official_id == person.id, Response.submitted_at > clock.now() - timedelta(95)
            seen = set(session.scalars(select(Item.code).join(Response, Response.item_id == Item.id).where(*lately)))
            fresh = [code for code in sorted(bank) if code not in seen][:ITEMS]
            at = clock.now().isoformat()
            rows += [(person.staff_no, code, str(int(cohort == Cohort.FIRST or n == 0)), at, "test") for n, code in enumerate(fresh)]
        imports.import_responses(session, actor=operator("test"), rows=rows, file="test", zone=ZoneInfo("Asia/Shanghai"), now=clock.now())


def verify(tab: Tab, ref: str) -> None:
    tab.goto(f"/orders/{ref}/verification")
    assert "By the evidence: Reached" in said(tab), said(tab)[:1500]
    assert "drawn by lot" in said(tab) and overflow(tab) == []
    tab.get_by_label("Verified: it reached what was ordered").check()
    tab.get_by_label("Reason, and what follows").fill("Those who wait are next.")
    follow(tab.get_by_role("button", name="Sign the order off"))
    assert "It is their turn" in said(tab)


def test_an_order_from_a_gap_to_a_verified_change(browser, site):
    site.accounts |= {"coordinator": "coordinator", "company": "company"}
    with window(browser, site, "hr", language="en", viewport=WIDE) as context:
        tab = context.new_page()
        ref = write_order(tab, site)
        offer(browser, site, "coordinator", ref, price="12000")
        offer(browser, site, "company", ref, price="9000")
        decide(tab)
        deliver(browser, site, ref)
        answer(site, ref)
        verify(tab, ref)
    with window(browser, site, "company", language="en", viewport=NARROW) as context:
        other = context.new_page()
        other.goto(f"/orders/{ref}")
        assert "Less practice." in said(other) and "The order went to Sample university" in said(other) and "What it brought" not in said(other)
    with window(browser, site, "coordinator", language="en", viewport=NARROW) as context:
        ours = context.new_page()
        ours.goto(f"/orders/{ref}")
        assert "They moved ahead of those who wait" in said(ours) and overflow(ours) == []
    with site.database.reading() as session:
        assert session.scalars(select(TrainingOrder.state).where(TrainingOrder.ref == ref)).one() == OrderState.VERIFIED
