"""The register of training bases: who keeps which entry, in versions, and what came of it by evidence."""

from __future__ import annotations

import csv
import io
import re

from sqlalchemy import select

from lms.orders import verify_actions
from lms.orders.enums import Cohort, Side
from lms.orders.models import TrainingBase, TrainingBaseVersion
from tests.orders.conftest import LATER, TERMS

ENTRY = {
    "name": "Training centre", "address": "School road 1", "capacity": "60", "rooms": "Lab 40\nSeminar 20", "teachers": "Li (accounts)", "contact": "Office",
    "agreed_from": "2026-01-01", "agreed_until": "2027-06-30", "agreement": "20 days a year.", "courses": "Accounts",
}  # fmt: skip


def entered(client, owner: str = "partner:U01", **changes: str) -> str:
    answer = client.post("/bases/new", data=ENTRY | {"owner": owner} | changes)
    assert answer.status_code == 303, answer.text
    return answer.location


def test_a_partner_keeps_its_own_and_sees_those_of_units_but_not_other_partners(town, browser):
    north, south, hr = browser("north"), browser("south"), browser("hr")
    own, others, county = entered(north), entered(south, "partner:U02", name="Southern hall"), entered(hr, "unit:513399", name="County hall")
    assert north.post("/bases/new", data=ENTRY | {"owner": "partner:U02"}).status_code == 403
    listed = north.get("/bases/").text
    assert "Training centre" in listed and "County hall" in listed and "Southern hall" not in listed
    assert north.get(others).status_code == 404 and north.get(county).status_code == 200
    assert north.get(f"{county}/edit").status_code == 403 and north.post(f"{county}/close", data={"words": "No."}).status_code == 403
    assert hr.get(f"{own}/edit").status_code == 200 and browser("admin").get(others).status_code == 200
    assert browser("head").get("/bases/").status_code == 403


def test_every_change_is_a_version_with_what_it_changed(town, browser):
    north = browser("north")
    own = entered(north)
    form = north.get(f"{own}/edit").text
    assert 'name="seen" value="1"' in form and "Seminar 20" in form
    assert north.post(f"{own}/edit", data=ENTRY | {"seen": "1", "capacity": "80", "words": "A new room"}).status_code == 303
    late = north.post(f"{own}/edit", data=ENTRY | {"seen": "1", "capacity": "90"})
    assert late.status_code == 409 and "Somebody else has changed" in late.text
    wrong = north.post(f"{own}/edit", data=ENTRY | {"seen": "2", "capacity": "many", "agreed_until": "soon"})
    assert wrong.status_code == 422 and "Write a number." in wrong.text
    page = north.get(own).text
    assert "80 seats" in page and "changed: People it seats" in page and "A new room" in page and page.count("<b>Version") == 2
    assert north.post(f"{own}/close", data={"words": ""}).status_code == 422
    assert north.post(f"{own}/close", data={"words": "Rebuilt"}).status_code == 303
    assert "Training centre" not in north.get("/bases/").text and "Training centre" in north.get("/bases/?state=closed").text
    assert north.post(f"{own}/close", data={"words": "Ready", "do": "open"}).status_code == 303
    with town.database.reading() as session:
        assert [one.number for one in session.scalars(select(TrainingBaseVersion).order_by(TrainingBaseVersion.number))] == [1, 2, 3, 4]


def test_agreements_that_run_out_are_told_apart_and_the_list_goes_into_a_file(town, browser):
    north = browser("north")
    for name, until in (("Long", "2027-12-31"), ("Soon", "2026-12-31"), ("Over", "2026-11-01")):
        entered(north, name=name, agreed_until=until)
    entered(north, name="None", agreed_from="", agreed_until="")
    page = north.get("/bases/?order=agreement").text
    assert re.findall(r"runs out soon|has run out", page.split("<tbody")[1]) == ["has run out", "runs out soon"]
    ending = north.get("/bases/?state=ending").text
    assert "Soon" in ending and "Over" in ending and "Long" not in ending.split("<tbody")[1]
    rows = list(csv.reader(io.StringIO(north.get("/bases/export.csv?order=newest").data.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["None", "Over", "Soon", "Long"] and rows[1][-3:] == ["no agreement", "0", "0"]
    assert north.get("/bases/export.xlsx?q=long").data.startswith(b"PK")


def test_what_was_held_there_shows_with_its_result_by_evidence(town, browser):
    own = entered(browser("north"))
    base = own.rsplit("/", 1)[-1]
    ref = town.opened(TERMS)
    offer = town.offer(ref, base=base)
    from lms.orders import actions, delivery_actions, people_actions
    from tests.orders.conftest import ENDS, STARTED
    from tests.orders.test_orders import DECIDED

    town.do(actions.accept, ref=ref, offer_ref=offer, reason="Good.", declined="", now=DECIDED)
    town.do(people_actions.draw_lot, ref=ref, places=8, seed=3, now=DECIDED)
    town.do(delivery_actions.start, ref=ref, ends_on=ENDS, now=STARTED)
    town.do(delivery_actions.deliver, ref=ref, words="Held.", side=Side.HR, now=STARTED)
    town.answers(ref, Cohort.FIRST, 8)
    town.answers(ref, Cohort.LATER, 1)
    assert "not verified yet" in browser("north").get(own).text
    town.do(verify_actions.sign, ref=ref, reached=True, reason="Good.", now=LATER)
    for key in ("north", "hr", "admin"):
        page = browser(key).get(own).text
        assert "Safe accounts" in page and "verified" in page and "Reached" in page
        assert (f"/orders/{ref}" in page) == (key != "admin")
    with town.database.reading() as session:
        assert session.scalars(select(TrainingBase.version)).all() == [1]
