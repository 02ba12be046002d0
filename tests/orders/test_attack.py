"""A partner never sees an official: no name, reference or staff number, no group below five, on any page, file or notice of any order."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from lms.orders import delivery_actions, people_actions, verify_actions
from lms.orders.enums import Cohort, Measure, Side
from lms.orders.people_queries import Wish
from tests.orders.conftest import ENDS, LATER, STARTED, TERMS, at

PAGES = ("", "/print", "/offer", "/people", "/cohorts", "/cohorts.csv", "/verification", "/verification/SEC-1.svg")
ACTIONS = (
    "",
    "/people",
    "/cohorts",
    "/lot",
    "/prolong",
    "/close",
    "/accept",
    "/decline",
    "/withdraw",
    "/start",
    "/dates",
    "/measure",
    "/follow",
    "/verification",
)


def read(client, ref: str) -> str:
    """Everything that a partner can open about an order, as one text."""
    pages = [client.get(f"/orders/{ref}{page}", follow_redirects=True) for page in PAGES]
    assert {page.status_code for page in pages} <= {200, 403}
    texts = [page.text for page in pages]
    texts += [
        client.get(address).text for address in ("/", "/orders/?state=all", "/me/notices", "/orders/export.csv?state=all", "/bases/", "/bases/export.csv")
    ]
    book = openpyxl.load_workbook(io.BytesIO(client.get("/orders/export.xlsx?state=all").data))
    texts += [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    return "\n".join(texts)


@pytest.mark.parametrize("lot", [8, 2])
def test_no_page_of_an_order_at_any_step_names_an_official_or_shows_a_small_group(town, browser, names, lot):
    partner = browser("north")
    draft = town.draft()
    assert partner.get(f"/orders/{draft}").status_code == 404
    ref = town.opened()
    steps = [read(partner, ref)]
    offer = town.offer(ref)
    steps.append(read(partner, ref))
    from lms.orders import actions

    town.do(actions.accept, ref=ref, offer_ref=offer, reason="Good.", declined="", now=at(date(2026, 12, 7)))
    town.do(people_actions.draw_lot, ref=ref, places=lot, seed=1, now=at(date(2026, 12, 8)))
    steps.append(read(partner, ref))
    town.do(delivery_actions.start, ref=ref, ends_on=ENDS, now=STARTED)
    town.do(delivery_actions.deliver, "north", ref=ref, words="Held.", side=Side.PARTNER, now=at(ENDS))
    steps.append(read(partner, ref))
    town.answers(ref, Cohort.FIRST, 8)
    town.answers(ref, Cohort.LATER, 1)
    town.do(verify_actions.sign, ref=ref, reached=True, reason="Good.", now=LATER)
    steps.append(read(partner, ref))
    for text in steps:
        found = [name for name in names if name in text]
        assert found == []
    assert "16 people" in steps[0] and "人事" not in "".join(steps), "HR is the unit's, by no name: it may be an official"
    if lot == 2:  # neither the two nor the difference to all is told
        assert "a group is too small" in steps[3] and not re.search(r"\b(2|14) people are trained|of 2 have", steps[3])


def test_a_small_group_is_no_number_at_all(town, browser):
    ref = town.draft(wish=None)
    town.do(people_actions.add_all, ref=ref, wish=Wish(gap="all", post="P02"))
    from lms.orders import actions

    town.do(actions.open_call, ref=ref)
    text = browser("north").get(f"/orders/{ref}").text
    assert "fewer than 5 people" in text and "Township information officer" not in text
    assert town.order(ref).mix == {"people": None, "cells": [], "others": 0}


def test_the_share_that_meets_the_level_is_told_only_where_no_small_group_shows(town, browser):
    ref = town.delivered(terms=replace(TERMS, measure=Measure.MET, aim_milli=900))
    town.answers(ref, Cohort.FIRST, 0)
    town.answers(ref, Cohort.LATER, 0)
    town.do(verify_actions.sign, ref=ref, reached=False, reason="Too hard.", now=LATER)
    assert "0% of the trained meet level 2" in browser("north").get(f"/orders/{ref}").text
    assert "0 of 8 trained meet level 2" in browser("hr").get(f"/orders/{ref}/verification").text


def test_a_partner_does_nothing_that_is_hrs_nor_another_partners(town, browser):
    ref = town.started()
    north, south = browser("north"), browser("south")
    assert [north.post(f"/orders/{ref}{action}", data={"reason": "Ours."}).status_code for action in ACTIONS] == [403] * len(ACTIONS)
    assert [north.get(f"/orders/{ref}{page}").status_code for page in PAGES[3:]] == [403] * len(PAGES[3:])
    assert {south.get(f"/orders/{ref}{page}").status_code for page in ("", "/print")} == {404}
    assert {south.post(f"/orders/{ref}{action}", data={"words": "x", "text": "x"}).status_code for action in ("/deliver", "/messages", "/course")} == {404}
    for who in ("zhaxi", "head", "author", "assessor", "auditor"):
        assert browser(who).get(f"/orders/{ref}").status_code == 403 and browser(who).get("/orders/").status_code == 403


def test_neither_hr_nor_another_partner_opens_a_sealed_offer_or_its_file(town, browser):
    ref = town.opened()
    north, south, hr = browser("north"), browser("south"), browser("hr")
    sent = north.post(
        f"/orders/{ref}/offer",
        data={"course": "c", "teachers": "Li", "begins_on": "2026-12-14", "ends_on": "2026-12-18", "hours": "16", "price": "12345", "words": "Our secret way",
              "file": (io.BytesIO(b"Our secret plan"), "plan.txt")},
    )  # fmt: skip
    assert sent.status_code == 303
    own = north.get(f"/orders/{ref}").text
    file = re.search(rf"/orders/{ref}/files/[\w-]+", own).group()
    offer = re.search(rf"/orders/{ref}/offers/[\w-]+", own).group()
    assert north.get(file).data == b"Our secret plan" and "12,345" in own
    assert hr.get(file).status_code == hr.get(offer).status_code == south.get(file).status_code == south.get(offer).status_code == 404
    for client in (hr, south):
        text = client.get(f"/orders/{ref}").text + client.get(f"/orders/{ref}/print").text
        assert "12,345" not in text and "secret" not in text and file not in text
    assert "1 offer has come in" in hr.get(f"/orders/{ref}").text
    assert hr.post(f"/orders/{ref}/close", data={"reason": "All have answered."}).status_code == 303
    got = hr.get(file)
    assert (
        got.data == b"Our secret plan" and got.headers["Content-Disposition"].startswith("attachment") and "sandbox" in got.headers["Content-Security-Policy"]
    )
    assert "12,345" in hr.get(f"/orders/{ref}").text and hr.get(offer).status_code == 200
    assert south.get(file).status_code == south.get(offer).status_code == 404


def test_a_file_that_is_not_what_it_claims_is_not_taken(town, browser):
    ref = town.opened()
    north = browser("north")
    for name, data in (("plan.pdf", b"MZ no"), ("plan.exe", b"MZ"), ("plan.txt", b"<script>alert(1)</script>")):
        refused = north.post(f"/orders/{ref}/messages", data={"text": "See the file.", "file": (io.BytesIO(data), name)})
        assert refused.status_code == 422
    assert "See the file." not in north.get(f"/orders/{ref}").text


def test_what_is_written_is_shown_as_text(town, browser):
    ref = town.opened()
    north = browser("north")
    north.post(f"/orders/{ref}/messages", data={"text": "<img src=x onerror=alert(1)>"})
    text = browser("hr").get(f"/orders/{ref}").text
    assert "&lt;img src=x" in text and "<img src=x" not in text
