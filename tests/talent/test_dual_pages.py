"""Who sees who meets both strands: HR of the subtree and the person; units by year only as may be shown."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import openpyxl
import pytest
from flask_babel import force_locale
from sqlalchemy import select

from lms.access.audit import Action
from lms.access.models import AuditEntry
from lms.access.policy import Scope
from lms.competency import actions
from lms.competency.rebuild import differences
from lms.core.ids import new_ref
from lms.people.models import Official
from lms.talent import bench_queries, dual_actions, dual_jobs, dual_pages, dual_queries
from lms.talent.dual import Standing, Strand
from lms.talent.dual_queries import Wish
from lms.talent.models import DualStanding, DualYear, StrongLevel
from tests.competency.world import NOW, World, world
from tests.support.people import browser_of

TECHNOLOGY, GOVERNANCE = ("NET-1", "NET-2", "SEC-1", "SEC-2"), ("NET-3", "LAW-1", "GOV-1", "GOV-2")
TARGETS = {code.replace("-", "_"): 3 for code in TECHNOLOGY + GOVERNANCE}
CENTRE, DATA, COUNTY, NEIGHBOUR = "513399101", "513399102", "513399", "513398101"


def prove(home: World, key: str, codes: tuple[str, ...], level: int = 4) -> None:
    """Work judged by two assessors."""
    for code in codes:
        home.judge(key, code, level, 2, 600)


@pytest.fixture
def home(app, database, worlds):
    """Clerks: Zhaxi has proven all eight, Meng only technology, Cheng of the neighbour county all eight; the others nothing."""

    def make() -> World:
        with database.writing() as session:
            home = world(session)
            home.retarget("P01", **TARGETS)
            prove(home, "zhaxi", TECHNOLOGY + GOVERNANCE)
            prove(home, "cheng", TECHNOLOGY + GOVERNANCE)
            prove(home, "meng", TECHNOLOGY)
        dual_jobs.nightly(NOW)
        return World(session, home.cast, home.revisions, home.course)

    return worlds.make(database, "proven strands", make)


@pytest.fixture
def browser(app, home):
    return lambda key: browser_of(app, home.cast, key)


def test_hr_finds_who_meets_both_and_nobody_of_the_neighbour(browser):
    page = browser("hr").get("/talent/dual-strand").text
    assert "扎西" in page and "Both strands met" in page
    assert "孟旺" not in page and "程玉飞" not in page
    assert "Both strands are met by 1; 0 do not meet them yet; of 5 the evidence does not decide it." in page


def test_who_is_not_measured_is_not_enough_evidence_and_never_no(browser):
    assert "孟旺" in browser("hr").get("/talent/dual-strand?verdict=unclear").text
    page = browser("hr").get("/talent/dual-strand?verdict=not_yet").text
    assert "孟旺" not in page and "Nobody is found." in page


def test_who_is_measured_enough_and_not_decided_is_not_said_to_lack_evidence(app):
    proven = Strand("T", 4, 4, Fraction(1), Fraction(1), 4, 4)
    still_open = Strand("G", 4, 4, Fraction(1, 2), Fraction(1), 0, 4)
    with app.test_request_context(), force_locale("en"):
        assert dual_pages.standing_name(Standing(proven, still_open)) == "Not decided yet"
        assert dual_pages.standing_name(Standing(proven, replace(still_open, measured=2))) == "Not enough evidence"
        assert dual_pages.standing_name(Standing(proven, replace(still_open, at_most=Fraction(1, 2)))) == "Not yet"
        assert dual_pages.standing_name(Standing(proven, proven)) == "Both strands met"


def test_the_day_of_the_standings_is_the_one_of_the_place(browser, home):
    dual_jobs.nightly(datetime(2026, 11, 23, 18, 0, tzinfo=UTC))  # two in the morning of the 24th, in the county
    assert "as of 24 November 2026" in browser("hr").get("/talent/dual-strand").text


def test_filters_search_and_order_by_name_unit_or_post_only(browser):
    hr = browser("hr")

    def found(query: str) -> bool:
        return "扎西" in hr.get(f"/talent/dual-strand?{query}").text

    assert all(found(q) for q in ("q=扎", f"unit={CENTRE}", "position=P01", "tier=county-department", "competency=NET-1", "technology=4&governance=4"))
    assert [found(q) for q in ("q=孟", f"unit={DATA}", "position=P02", "tier=village", "competency=DAT-1", "technology=5")] == [False] * 6
    options = hr.get("/talent/dual-strand?order=index").text.split('id="order"')[1].split("</select>")[0]
    assert [name for name in ("unit", "name", "position", "index", "score") if f'value="{name}"' in options] == ["unit", "name", "position"]


def test_the_plain_list_by_unit_pages_through_the_same_people_as_the_whole(database, home):
    with database.writing() as session:
        for n in range(130):
            code = (CENTRE, DATA, NEIGHBOUR)[n % 3]
            person = Official(
                ref=new_ref(), staff_no=f"Z{n:03d}", name="某", unit_id=home.cast.units[code], position_id=home.cast.positions["P02"], active=True,
                created_at=NOW,
            )  # fmt: skip
            session.add(person)
    dual_jobs.nightly(NOW)
    with database.reading() as session:
        scope, wish = Scope(everything=True), Wish(verdict="unclear")
        whole = [row[0].staff_no for row in session.execute(dual_queries.listed(scope, wish))]
        pages = [dual_queries.page(session, scope, wish, number=number) for number in (1, 2, 3, 9)]
    assert [page.total for page in pages] == [135] * 4
    assert [row[0].staff_no for page in pages[:3] for row in page.rows] == whole
    assert pages[3].number == 3


def test_others_do_not_come_in(browser):
    paths = ("/talent/dual-strand", "/talent/dual-strand.csv", "/talent/bench", "/talent/what-if")
    assert {browser(key).get(path).status_code for key in ("head", "zhaxi", "admin", "auditor", "author", "assessor") for path in paths} == {403}


def test_hr_of_the_neighbour_sees_their_own_only(browser, home):
    page = browser("hr_neighbour").get("/talent/dual-strand").text
    assert "程玉飞" in page and "扎西" not in page
    refused = (f"/talent/dual-strand?unit={CENTRE}", f"/people/{home.cast.refs['zhaxi']}/dual-strand", f"/talent/bench?unit={COUNTY}")
    assert [browser("hr_neighbour").get(path).status_code for path in refused] == [403] * 3


def test_each_look_is_kept_and_each_file_holds_the_guards(browser, database):
    browser("hr").get("/talent/dual-strand")
    book = openpyxl.load_workbook(io.BytesIO(browser("hr").get("/talent/dual-strand.xlsx").data))
    table = list(book.worksheets[0].values)
    assert table[0][:5] == ("Staff number", "Name", "Unit", "Post", "Both strands")
    assert [row[:5] for row in table[1:]] == [("YX000001", "扎西", "County service centre", "Counter clerk", "Both strands met")]
    said = [row[0] for row in book.worksheets[1].values]
    guards = ("No ranking of persons", "For planning only; never the sole basis of appointment, reward or penalty")
    assert all(guard in said for guard in guards)
    assert all(guard in browser("hr").get("/talent/dual-strand").text for guard in guards)
    with database.reading() as session:
        kept = session.execute(select(AuditEntry.action, AuditEntry.subject).where(AuditEntry.subject == "YX000001")).all()
    assert {tuple(row) for row in kept} >= {(Action.PEOPLE_LISTED, "YX000001"), (Action.PEOPLE_EXPORTED, "YX000001")}


def test_the_person_sees_their_own_with_what_is_missing(browser):
    page = browser("meng").get("/me/dual-strand").text
    assert "Not enough evidence" in page
    assert "3 more competencies have to be measured." in page
    assert "3 more competencies at level 3 or above are needed." in page
    assert "Composite index" not in page
    met = browser("zhaxi").get("/me/dual-strand").text
    assert "C = 1.000" in met and "Both strands met" in met
    assert "/me/dual-strand" in browser("meng").get("/me/skills").text


def test_what_changed_today_shows_in_the_line_at_once_and_in_the_list_after_the_night(browser, database, home):
    with database.writing() as session:
        World(session, home.cast, home.revisions, home.course).retarget("P01", **TARGETS, SEC_3=3, DAT_1=3)
    assert "4 of 6 measured" in browser("hr").get("/talent/dual-strand").text
    dual_jobs.nightly(NOW + timedelta(days=1))
    assert "Nobody is found." in browser("hr").get("/talent/dual-strand").text


def test_who_left_is_forgotten_the_next_night(database, home):
    with database.writing() as session:
        World(session, home.cast, home.revisions, home.course).place("zhaxi", active=False)
    dual_jobs.nightly(NOW)
    with database.reading() as session:
        left = home.cast.officials["zhaxi"]
        assert session.get(DualStanding, left) is None
        assert session.scalars(select(StrongLevel).where(StrongLevel.official_id == left)).all() == []


def test_nothing_of_competency_is_touched(database, home):
    with database.reading() as session:
        assert list(differences(session)) == []


@pytest.fixture
def crowded(database, home):
    """More clerks, all measured in both strands, a third of them met: eleven at the centre, ten at the data centre and ten of the neighbour."""
    with database.writing() as session:
        rows = []
        for code, size in ((CENTRE, 11), (DATA, 10), (NEIGHBOUR, 10)):
            for n in range(size):
                person = Official(
                    ref=new_ref(), staff_no=f"{code}-{n}", name=f"{code}-{n}", unit_id=home.cast.units[code], position_id=home.cast.positions["P01"],
                    active=True, created_at=NOW,
                )  # fmt: skip
                session.add(person)
                session.flush()
                verdict = ("met", "not_yet", "unclear")[n % 3]
                rows.append({"official_id": person.id, "verdict": verdict, "covered": True, "index_milli": 500 + 100 * (n % 3)})
        known = {"strong_technology": 3, "strong_governance": 3, "as_of": 0}
        session.add_all([DualStanding(**row, **known) for row in rows])
        session.flush()
        dual_actions.take_year(session, now=NOW)
    return home


def test_units_by_year_are_shown_as_suppressed_whoever_asks(crowded, browser, database):
    with database.reading() as session:
        cells = {(y.unit_id, y.direct): (y.people, y.covered, y.met, y.index_milli) for y in session.scalars(select(DualYear))}
    units = crowded.cast.units
    # Zhaxi is the twelfth of the centre who is covered: 4 + 4 + 3 of the crowd, and an index of 1: 625 in all, rounded
    assert cells[units[CENTRE], False] == (13, 12, 5, 620)
    assert cells[units[DATA], False] == (None, None, None, None)  # else the rest, nobody measured, would stand alone
    page = browser("head").get(f"/units/{CENTRE}/dual-strand").text
    assert "12 of 13" in page and "扎西" not in page
    assert browser("head").get(f"/units/{DATA}/dual-strand").status_code == 403
    assert "too few people to show" in browser("hr").get(f"/units/{DATA}/dual-strand").text
    assert "11 of 11" in browser("hr_neighbour").get("/units/513398/dual-strand").text


def test_figures_in_which_few_people_moved_stay_as_they_were(crowded, database):
    def centre() -> tuple:
        with database.writing() as session:
            dual_actions.take_year(session, now=NOW + timedelta(days=10))
        with database.reading() as session:
            year = session.get_one(DualYear, (crowded.cast.units[CENTRE], False, 2026))
            return year.covered, year.met, year.index_milli

    def settle(most: int, **known) -> None:
        with database.writing() as session:
            here = select(DualStanding).join(Official, Official.id == DualStanding.official_id).where(Official.unit_id == crowded.cast.units[CENTRE])
            for standing in session.scalars(here.where(DualStanding.covered, DualStanding.verdict != "met").limit(most)):
                for name, value in known.items():
                    setattr(standing, name, value)

    settle(3, index_milli=990)
    assert centre() == (12, 5, 620)
    settle(4, verdict="met")
    assert centre() == (12, 5, 620)
    settle(3, verdict="met")
    assert centre()[:2] == (12, 12)


def test_the_years_figures_are_taken_once_a_month(database, home):
    def taken() -> list[date]:
        with database.reading() as session:
            return sorted({(y.year, y.taken_at.date()) for y in session.scalars(select(DualYear))})

    dual_jobs.nightly(NOW + timedelta(days=3))
    assert taken() == [(2026, NOW.date())]
    dual_jobs.nightly(NOW + timedelta(days=10))
    assert taken() == [(2026, (NOW + timedelta(days=10)).date())]
    dual_jobs.nightly(NOW + timedelta(days=60))
    assert [year for year, _ in taken()] == [2026, 2027]


def test_bench_strength_of_a_post_with_a_retirement(browser, database, home):
    with database.writing() as session:
        here = World(session, home.cast, home.revisions, home.course)

        actions.set_targets(session, position_id=home.cast.positions["P02"], levels={"NET-1": 3, "SEC-1": 3, "GOV-1": 2}, critical=["NET-1"], now=NOW)
        here.official("lei").retires_on = date(2027, 6, 30)
        here.official("sun").retires_on = date(2031, 1, 1)
    page = browser("hr").get(f"/talent/bench?unit={COUNTY}").text
    row = page.split("Township information officer")[1].split("</tr>")[0]
    assert "Covered" in row and "30 June 2027" in row
    post = browser("hr").get(f"/talent/bench/{COUNTY}/P02").text
    ready, nearly = post.split("<h2>")[1:3]
    assert "扎西" in ready and "孟旺" not in ready
    assert "孟旺" in nearly and "target level 2: No evidence" in nearly
    assert "雷子次" in post and "孙鹏静" not in post
    assert "No ranking of persons" in post


def test_posts_that_nobody_is_proven_ready_for_are_counted_apart_from_thin_ones(browser, database, home):
    with database.writing() as session:
        actions.set_targets(session, position_id=home.cast.positions["P02"], levels={"NET-1": 3, "SEC-1": 5, "DAT-1": 5}, critical=["SEC-1", "DAT-1"], now=NOW)
    page = browser("hr").get(f"/talent/bench?unit={COUNTY}").text
    assert "For 1 critical post nobody is proven ready or nearly ready." in page
    assert "thinly covered" not in page
    with database.writing() as session:
        World(session, home.cast, home.revisions, home.course).official("lei").retires_on = date(2027, 6, 30)
        actions.set_targets(session, position_id=home.cast.positions["P02"], levels={"NET-1": 3, "SEC-1": 3, "DAT-1": 3}, critical=["NET-1", "DAT-1"], now=NOW)
    page = browser("hr").get(f"/talent/bench?unit={COUNTY}").text
    assert "1 is thinly covered." in page and "nobody is proven ready; some are nearly" in page
    assert "For 1 critical post" not in page


def test_who_is_ready_in_a_large_unit_is_never_older_than_the_last_evidence(browser, database, home, monkeypatch):
    monkeypatch.setattr(bench_queries, "MANY", 0)
    with database.writing() as session:
        actions.set_targets(session, position_id=home.cast.positions["P02"], levels={"NET-1": 3, "SEC-1": 3, "GOV-1": 2}, critical=["NET-1"], now=NOW)

    def ready() -> list[bool]:
        page = browser("hr").get(f"/talent/bench/{COUNTY}/P02").text.split("<h2>")[1]
        return ["扎西" in page, "孟旺" in page]

    assert ready() == [True, False]
    with database.writing() as session:
        prove(World(session, home.cast, home.revisions, home.course), "meng", ("GOV-1",))
    assert ready() == [True, True]


def test_what_if_needs_both_units_in_scope_and_stores_nothing_but_the_look(browser, database, home):
    hr, ref = browser("hr"), home.cast.refs["zhaxi"]
    page = hr.get(f"/talent/what-if?person={ref}&to={DATA}&post=P02").text
    assert "County service centre: before and after" in page and "County data centre: before and after" in page
    assert "Of the 3 competencies that the new post asks for, 扎西 meets 3; 0 are certainly not reached yet; 0 are not decided." in page
    assert hr.get(f"/talent/what-if?person={ref}&to=513398101&post=P01").status_code == 403
    assert hr.get(f"/talent/what-if?person={home.cast.refs['cheng']}&to={DATA}").status_code == 403
    with database.reading() as session:
        assert session.scalars(select(Official.unit_id).where(Official.ref == ref)).one() == home.cast.units[CENTRE]
        looked = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.TRANSFER_TRIED)).all()
    assert [entry.subject for entry in looked] == ["YX000001"]
