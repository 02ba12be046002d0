"""The pages of targets: from the list of posts to a signed version that holds, within everybody's reach."""

import csv
import html
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.access.audit import Action
from lms.access.models import AuditEntry
from lms.access.permissions import Role
from lms.competency import target_jobs
from lms.competency.models import TargetVersion
from lms.competency.rebuild import differences
from lms.competency.target_queries import effective
from lms.core import clock
from lms.core.ids import new_ref
from lms.people.models import Notice, RoleGrant
from tests.competency.world import NOW, World, world
from tests.support.people import browser_of


@pytest.fixture
def home(database, worlds):
    """The county with targets; zhaxi has met NET-1; one account signs, one is HR of a township."""

    def make() -> World:
        with database.writing() as session:
            home = world(session)
            home.answer(*[("zhaxi", f"NET-1-Q{n}", 600 + n, 1) for n in range(6)])
            for account, role, unit in (("assessor", Role.REVIEWER, None), ("assessor_two", Role.HR, "513399201"), ("assessor_three", Role.HR, "51")):
                unit_id = home.cast.units[unit] if unit else None
                account_id = home.cast.accounts[account]
                session.add(RoleGrant(ref=new_ref(), account_id=account_id, role=role, unit_id=unit_id, granted_by="test", granted_at=NOW))
        return home

    return worlds.make(database, "who sets targets", make)


@pytest.fixture
def browse(app, home):
    """Signed-in browsers by key: hr (county), township (HR), root (HR of the province), expert, head, zhaxi, admin."""
    keys = {"township": "assessor_two", "root": "assessor_three", "expert": "assessor"}
    return lambda key: browser_of(app, home.cast, keys.get(key, key))


@pytest.fixture
def drafted(browse):
    """A draft of HR: the service centre asks its clerks for level 4 in NET-1."""

    def draft(reader="hr", place="unit=513399101&post=P01", **form):
        given = {"level_NET-1": "4", "critical_NET-1": "1", "valid_from": NOW.date().isoformat(), "reason": "New window terminals"}
        answer = browse(reader).post(f"/talent/targets/edit?{place}", data=given | form)
        assert answer.status_code == 303, answer.text
        return answer.location.rsplit("/", 1)[1]

    return draft


def text(answer) -> str:
    assert answer.status_code == 200, answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def levels(database, home, key):
    with database.reading() as session:
        official = home.cast.officials[key]
        return {code: one.level for code, one in effective(session, [official])[official].items()}


def test_the_posts_are_listed_searched_and_exported(browse):
    page = text(browse("hr").get("/talent/targets/"))
    assert "Counter clerk P01 3 2 0 2 none" in page and "Personnel officer" in page
    assert "Personnel officer" not in text(browse("hr").get("/talent/targets/?q=clerk"))
    assert "No post is found" in text(browse("hr").get("/talent/targets/?q=nobody"))
    rows = list(csv.reader(io.StringIO(browse("hr").get("/talent/targets/export.csv?q=P01").data.decode("utf-8-sig"))))
    assert [row[:1] + row[2:3] + row[5:6] for row in rows[1:]] == [["P01", "NET-1", "1"], ["P01", "SEC-1", "2"]]
    assert browse("hr").get("/talent/targets/export.xlsx").data[:2] == b"PK"


def test_an_expert_is_told_at_home_what_waits_for_a_signature(browse, drafted):
    assert "signature" not in text(browse("expert").get("/"))
    ref = drafted()
    for page in ("/", "/talent/targets/"):
        assert "1 draft waits for an expert's signature" in html.unescape(text(browse("expert").get(page)))
        assert "expert's signature" not in html.unescape(text(browse("hr").get(page)))
    browse("expert").post(f"/talent/targets/versions/{ref}/sign", data={"conflict": "no"})
    assert "signature" not in text(browse("expert").get("/"))


def test_from_draft_to_signature_to_holding(browse, drafted, database, home):
    ref = drafted()
    page = text(browse("hr").get(f"/talent/targets/versions/{ref}"))
    assert "draft" in page and "2 people are in its reach" in page
    assert "NET-1" in page and "扎西" in page and "Met 1 → 0" in page and "Not yet 0 → 1" in page and "No evidence 1 → 1" in page
    assert levels(database, home, "zhaxi")["NET-1"] == 1
    seen = text(browse("expert").get(f"/talent/targets/versions/{ref}"))
    assert "扎西" not in seen and "shown to HR" in seen and "2 people are in its reach" in seen
    answer = browse("expert").post(f"/talent/targets/versions/{ref}/sign", data={"conflict": "yes", "conflict_words": "I teach there"})
    assert answer.status_code == 303
    assert levels(database, home, "zhaxi") == {"NET-1": 4, "SEC-1": 2}
    page = text(browse("hr").get(f"/talent/targets/versions/{ref}"))
    assert "in force" in page and "with a conflict of interest declared: I teach there" in page
    post = text(browse("hr").get("/talent/targets/posts/P01"))
    assert "County service centre" in post and "as otherwise → Level 4, critical" in post
    assert "NET-1 Level 1" in post
    unit = text(browse("hr").get("/talent/targets/units/513399101?post=P01"))
    assert "NET-1 · critical for the post Level 4" in unit and "because of the rule for the post “Counter clerk” in County service centre" in unit
    with database.reading() as session:
        assert list(differences(session)) == []
        assert {n.official_id for n in session.scalars(select(Notice))} == {home.cast.officials[key] for key in ("zhaxi", "meng")}


def test_the_person_reads_which_rule_holds_and_is_told(browse, drafted, home):
    ref = drafted()
    browse("expert").post(f"/talent/targets/versions/{ref}/sign", data={"conflict": "no"})
    mine = text(browse("zhaxi").get("/me/skills"))
    assert "because of the rule for the post “Counter clerk” in County service centre of" in mine and "by the profile of the post" in mine
    one = text(browse("zhaxi").get("/me/skills/NET-1"))
    assert "because of the rule for the post “Counter clerk” in County service centre of" in one
    told = text(browse("zhaxi").get("/me/notices"))
    assert "The targets of your unit changed on" in told and "level 4 instead of level 1" in told and "New window terminals" in told
    assert "Your state was “Met” and is now “Not yet”." in told
    theirs = text(browse("hr").get(f"/people/{home.cast.refs['zhaxi']}/skills"))
    assert "because of the rule for the post “Counter clerk” in County service centre of" in theirs
    page = text(browse("hr").get(f"/talent/targets/people/{home.cast.refs['zhaxi']}"))
    assert "because of the rule for the post" in page


def test_hr_of_a_township_reaches_nobody_elses_targets(browse, drafted, home):
    township, zhaxi, lei = browse("township"), home.cast.refs["zhaxi"], home.cast.refs["lei"]
    own = drafted("township", f"person={lei}", valid_from=(NOW + timedelta(9)).date().isoformat())
    assert township.get(f"/talent/targets/versions/{own}").status_code == 200
    others = drafted("hr", f"person={zhaxi}")
    unit = drafted("hr", "unit=513399101")
    edits = (f"edit?person={zhaxi}", "edit?unit=513399101", "edit?unit=513399", "edit?post=P01")
    for address in (f"versions/{others}", f"versions/{unit}", f"people/{zhaxi}", *edits):
        assert township.get(f"/talent/targets/{address}").status_code == 403, address
    form = {"level_NET-1": "5", "valid_from": NOW.date().isoformat(), "reason": "R"}
    for place in (f"person={zhaxi}", "unit=513399101", "unit=513399&post=P02", "post=P02"):
        assert township.post(f"/talent/targets/edit?{place}", data=form).status_code == 403
    assert township.post(f"/talent/targets/versions/{unit}/withdraw").status_code == 403
    assert township.get(f"/talent/targets/versions/{unit}/affected.csv").status_code == 403
    listed = text(township.get("/talent/targets/changes"))
    assert "雷子次" in listed and "扎西" not in listed and "County service centre" not in listed


def test_only_experts_sign_and_never_their_own_draft(browse, drafted, home, database):
    ref = drafted()
    for key in ("hr", "admin", "township", "head", "zhaxi"):
        assert browse(key).post(f"/talent/targets/versions/{ref}/sign", data={"conflict": "no"}).status_code == 403
    browse("expert").post(f"/talent/targets/versions/{ref}/sign", data={})
    with database.reading() as session:
        assert session.scalar(select(TargetVersion.state).where(TargetVersion.ref == ref)) == "draft"


def test_a_post_everywhere_is_for_administrators_and_hr_of_the_whole_tree(browse, drafted):
    assert browse("hr").get("/talent/targets/edit?post=P01").status_code == 403
    first = drafted("admin", "post=P01")
    assert "扎西" not in text(browse("admin").get(f"/talent/targets/versions/{first}"))
    assert browse("hr").post(f"/talent/targets/versions/{first}/withdraw").status_code == 403
    # HR of a county looks ahead in its own units only: three clerks in all, two of them in the county
    county = text(browse("hr").get(f"/talent/targets/versions/{first}"))
    assert "扎西" in county and "孟旺" in county and "程玉飞" not in county and "the units that you answer for" in county
    assert "程玉飞" in text(browse("root").get(f"/talent/targets/versions/{first}"))
    assert browse("root").post(f"/talent/targets/versions/{first}/withdraw").status_code == 303
    assert "withdrawn" in text(browse("hr").get(f"/talent/targets/versions/{first}"))


def test_a_rule_for_a_post_shows_in_its_profile_and_in_the_list(browse, drafted):
    ref = drafted("root", "post=P01")
    browse("expert").post(f"/talent/targets/versions/{ref}/sign", data={"conflict": "no"})
    page = text(browse("hr").get("/talent/targets/posts/P01"))
    assert "NET-1 · critical for the post Level 4" in page and "because of the rule for the post “Counter clerk” of 23 November 2026" in page
    assert "Counter clerk P01 3 2 1 4 23 November 2026" in text(browse("hr").get("/talent/targets/?q=P01"))
    form = browse("root").get("/talent/targets/edit?post=P01").text
    assert '<option value="4" selected>' in form and "by the profile of the post" in form


def test_those_who_learn_only_read_no_targets_of_others(browse, home):
    for address in ("", "posts/P01", "changes", "units/513399", "new", f"people/{home.cast.refs['meng']}"):
        assert browse("zhaxi").get(f"/talent/targets/{address}").status_code == 403
    head = browse("head")
    assert head.get("/talent/targets/posts/P01").status_code == 200
    assert head.get("/talent/targets/units/513399101").status_code == 200
    assert head.get(f"/talent/targets/people/{home.cast.refs['meng']}").status_code == 403
    assert head.get("/talent/targets/units/513398").status_code == 403


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"reason": ""}, "Say why"),
        ({"valid_from": "soon"}, "year-month-day"),
        ({"valid_from": "2020-01-01"}, "at the earliest"),
        ({"level_NET-1": ""}, "nothing would change"),
    ],
)
def test_what_is_wrong_with_a_form_is_said_and_what_was_filled_in_stays(browse, form, wrong):
    given = {"level_NET-1": "4", "level_SEC-1": "", "valid_from": NOW.date().isoformat(), "reason": "New window terminals"}
    answer = browse("hr").post("/talent/targets/edit?unit=513399101", data=given | form)
    assert answer.status_code == 422 and wrong in answer.text and 'role="alert"' in answer.text


def test_a_rule_that_is_due_later_comes_into_force_at_night(browse, drafted, database, home):
    ref = drafted(valid_from=(NOW + timedelta(2)).date().isoformat())
    browse("expert").post(f"/talent/targets/versions/{ref}/sign", data={"conflict": "no"})
    target_jobs.nightly(NOW + timedelta(1))
    assert levels(database, home, "zhaxi")["NET-1"] == 1
    with clock.at(NOW + timedelta(2)):
        target_jobs.nightly(clock.now())
    assert levels(database, home, "zhaxi")["NET-1"] == 4


def test_whom_it_affects_is_exported_and_written_down(browse, drafted, database, home):
    ref = drafted()
    rows = list(csv.reader(io.StringIO(browse("hr").get(f"/talent/targets/versions/{ref}/affected.csv").data.decode("utf-8-sig"))))
    assert [row[:2] + row[4:] for row in rows[1:]] == [
        ["YX000001", "扎西", "NET-1", "1", "4", "Met", "Not yet"],
        ["YX000002", "孟旺", "NET-1", "1", "4", "No evidence", "No evidence"],
    ]
    with database.reading() as session:
        logged = session.scalars(select(AuditEntry.official_id).where(AuditEntry.action == Action.TARGETS_EXPORTED)).all()
        assert set(logged) == {home.cast.officials["zhaxi"], home.cast.officials["meng"]}


def test_versions_are_listed_in_order_and_exported_within_reach(browse, drafted, home):
    drafted("hr", "unit=513399101")
    drafted("township", f"person={home.cast.refs['lei']}", reason="His own line")
    for order in ("newest", "day", "unit", "author", "nonsense"):
        page = text(browse("hr").get(f"/talent/targets/changes?order={order}"))
        assert "雷子次" in page and "County service centre" in page
    assert "County service centre" not in text(browse("hr").get("/talent/targets/changes?q=own+line&state=draft"))
    assert "No version is found" in text(browse("hr").get("/talent/targets/changes?state=withdrawn"))
    rows = list(csv.reader(io.StringIO(browse("township").get("/talent/targets/changes/export.csv").data.decode("utf-8-sig"))))
    assert [[row[0], row[4], *row[7:]] for row in rows[1:]] == [["Targets of 雷子次", "His own line", "NET-1", "Level 4, critical"]]
    assert browse("hr").get("/talent/targets/changes/export.xlsx").data[:2] == b"PK"


def test_choosing_for_whom(browse, home):
    hr = browse("hr")
    assert "A post, everywhere" not in text(hr.get("/talent/targets/new")) and "A post, everywhere" in text(browse("admin").get("/talent/targets/new"))
    assert hr.get("/talent/targets/new?person=YX000001").location.endswith(f"/talent/targets/edit?person={home.cast.refs['zhaxi']}")
    assert hr.get("/talent/targets/new?unit=513399101&post=P01").location.endswith("/talent/targets/edit?unit=513399101&post=P01")
    assert "nobody with this staff number" in hr.get("/talent/targets/new?person=NOBODY").text
    assert "nothing with this code" in hr.get("/talent/targets/new?unit=NOWHERE").text


def test_very_many_people_are_counted_in_the_background(browse, drafted, monkeypatch):
    monkeypatch.setattr("lms.competency.target_change_views.INLINE", 1)
    ref = drafted("root", "post=P01")
    page = text(browse("root").get(f"/talent/targets/versions/{ref}"))
    assert "Met 1 → 0" in page and "No evidence 2 → 2" in page and "扎西" not in page
    assert "too many people to look at here" in text(browse("hr").get(f"/talent/targets/versions/{ref}"))
