"""What is hidden leaves no trace anywhere: two counties that differ in nothing but hidden cells look the same, word by word."""

import random
import re
from html import unescape

import pytest
from sqlalchemy import select

from lms.competency.models import SnapshotCell, SnapshotPost
from lms.competency.queries import latest_snapshot
from lms.people.models import Unit
from tests.support.people import browser_of
from tests.talent.attack import COUNTY, TREE, Truth, hidden_places
from tests.talent.test_attack import clear, county, place, publish

__all__ = ["place"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MOST_PAGES = 160
LEAVE = re.compile(r"/(logout|login|static|language|large-type)|/account|/notices|/me/record")  # what leads away, and what only logs the visit
STARTS = ("/", "/talent/", f"/units/{COUNTY}/skills", f"/units/{COUNTY}/dual-strand", f"/talent/balance?unit={COUNTY}", f"/talent/?unit={COUNTY}&by=tier")


def released(database) -> list[str]:
    """All that the newest snapshot says."""
    with database.reading() as session:
        newest = latest_snapshot(session)
        rows = [row for table in (SnapshotCell, SnapshotPost) for row in session.execute(select(table.__table__).where(table.snapshot_id == newest.id))]
        return sorted(str(tuple(row)[1:]) for row in rows)


def exchanged(truth: Truth, seed: int) -> Truth:
    """Somebody's state here exchanged for the other's there, at the same post: the sums of both together are as they were."""
    draw, after = random.Random(seed), dict(truth)
    hidden = sorted({(unit, code) for unit, _direct, code in hidden_places(truth)})
    unit, code = draw.choice(hidden)
    others = [other for other, same in hidden if same == code and other != unit and TREE.get(other, ("",))[0] == TREE.get(unit, ("",))[0]]
    for other in others:
        for post in {post for at, post, same in truth if at == unit and same == code}:
            here, there = after.get((unit, post, code)), after.get((other, post, code))
            if here and there and here[0] and there[1]:
                after[unit, post, code] = (here[0] - 1, here[1] + 1, *here[2:])
                after[other, post, code] = (there[0] + 1, there[1] - 1, *there[2:])
                return after
    return after


def pages(client) -> dict[str, str]:
    """Every page that one comes to by links, as its words; files as their bytes."""
    found: dict[str, str] = {}
    waiting = list(STARTS)
    while waiting and len(found) < MOST_PAGES:
        path = waiting.pop(0)
        if path in found or LEAVE.search(path):
            continue
        answer = client.get(path)
        assert answer.status_code < 500, path
        kind = answer.content_type or ""
        found[path] = said(answer.text) if kind.startswith("text/") else str(answer.status_code)
        if kind.startswith("text/html"):
            waiting += [unescape(link) for link in re.findall(r'href="(/[^"#]*)', answer.text)]
    return found


def said(text: str) -> str:
    return re.sub(r'nonce="[^"]*"|name="(once|csrf_token)" value="[^"]*"|(id|href|xlink:href|aria-[a-z]+)="#?[^"/]*"|url\(#[^)]*\)', "", text)


@pytest.mark.parametrize("key", ["head_county", "zhaxi"])
def test_two_counties_that_differ_in_hidden_cells_alone_look_the_same(app, database, place, now, key):
    truth = county(31)
    publish(database, place, truth, now)
    rows, one = released(database), pages(browser_of(app, place, key))
    assert len(one) > (40 if key == "head_county" else 5)
    for seed in range(40):
        other = exchanged(truth, seed)
        clear(database)
        publish(database, place, other, now)
        if other != truth and released(database) == rows:
            break
    else:
        pytest.fail("no other county with the same figures was found")
    two = pages(browser_of(app, place, key))
    assert different(one, two) == []


def different(one: dict[str, str], two: dict[str, str]) -> list[str]:
    """The addresses whose words are not the same, with the first of those words."""
    found = []
    for path in sorted(one.keys() | two.keys()):
        here, there = one.get(path, "").split(), two.get(path, "").split()
        if here != there:
            first = next((n for n, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), min(len(here), len(there)))
            found.append(f"{path}: {' '.join(here[max(0, first - 3) : first + 3])} | {' '.join(there[max(0, first - 3) : first + 3])}")
    return found


def test_a_county_that_differs_in_what_is_shown_does_not(app, database, place, now):
    """The comparison itself is tried."""
    publish(database, place, county(31), now)
    one = pages(browser_of(app, place, "head_county"))
    clear(database)
    publish(database, place, county(32), now)
    two = pages(browser_of(app, place, "head_county"))
    assert len(different(one, two)) > 5
    with database.reading() as session:
        assert session.scalar(select(Unit.code).where(Unit.code == COUNTY)) == COUNTY
