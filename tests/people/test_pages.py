"""The pages of people and units: who sees whom, what a form refuses, what is written down, and the import step by step."""

import io
import re

import pytest
from sqlalchemy import event, select

from lms.access.models import AuditEntry
from lms.core import sheets
from lms.people import auth_web  # noqa: F401 - its pages are linked to
from lms.people.accounts import find_code
from lms.people.models import Official, RoleGrant, RosterImport, Unit
from lms.people.queries import people_below
from tests.support.people import browser_of, official, token_for

CENTRE, OFFICE = "513399101", "5133992011"
FORM = {
    "name": "新人",
    "unit": CENTRE,
    "position": "P01",
    "grade": "一级科员",
    "birth_month": "1990年3月",
    "phone": "100 1111 2222",
    "joined_on": "",
    "retires_on": "",
}


@pytest.fixture
def hr(app, cast):
    return browser_of(app, cast, "hr")


def names(page):
    return re.findall(r'<th scope="row" role="rowheader"><a href="/people/[^"]+">([^<]+)</a>', page.get_data(as_text=True))


def actions_about(database, official_id):
    with database.reading() as session:
        return list(session.scalars(select(AuditEntry.action).where(AuditEntry.official_id == official_id).order_by(AuditEntry.seq)))


def test_hr_sees_the_people_of_its_subtree_and_each_is_told(database, cast, hr):
    assert names(hr.get("/people/")) == ["扎西", "孟旺", "雷子次", "孙鹏静", "董华", "贺然次"]
    assert actions_about(database, cast.officials["zhaxi"]) == ["people_listed"]
    assert actions_about(database, cast.officials["cheng"]) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=孟", ["孟旺"]),
        ("q=yx000003", ["雷子次"]),
        (f"unit={CENTRE}", ["扎西", "孟旺"]),
        ("order=name&unit=513399201", ["孙鹏静", "雷子次"]),
        ("state=inactive", []),
        ("unit=513398", []),
        ("q=%25", []),
    ],
)
def test_the_list_is_searched_narrowed_and_ordered(hr, query, found):
    assert names(hr.get(f"/people/?{query}")) == found


@pytest.mark.parametrize("who", ["head", "zhaxi", "author", "auditor"])
def test_nobody_else_enters(app, cast, who):
    browser = browser_of(app, cast, who)
    assert [browser.get(path).status_code for path in ("/people/", "/people/units", "/people/import", "/people/codes", "/people/new")] == [403] * 5


def test_strangers_are_sent_to_sign_in(client, cast):
    assert client.get("/people/").status_code == 302


def test_one_person_s_page_is_written_down_and_others_are_closed(database, cast, hr):
    page = hr.get(f"/people/{cast.refs['zhaxi']}").get_data(as_text=True)
    assert "YX000001" in page and "County service centre" in page
    assert actions_about(database, cast.officials["zhaxi"]) == ["record_read"]
    assert hr.get(f"/people/{cast.refs['cheng']}").status_code == 403
    assert hr.get("/people/nobody").status_code == 404


def test_the_export_can_be_imported_again(database, cast, hr):
    for form in ("csv", "xlsx"):
        rows = sheets.read_table(hr.get(f"/people/export.{form}?unit={CENTRE}").data)
        assert [row[:5] for row in rows[1:]] == [
            ["YX000001", "扎西", CENTRE, "County service centre", "P01"],
            ["YX000002", "孟旺", CENTRE, "County service centre", "P01"],
        ]
        assert rows[0][:3] == ["工号", "姓名", "单位编码"]
    assert actions_about(database, cast.officials["meng"]) == ["people_exported"] * 2


def test_hr_adds_a_person(database, hr):
    answer = hr.post("/people/new", data={"staff_no": "ｙｘ９", **FORM})
    with database.reading() as session:
        new = official(session, "YX9")
        assert (new.name, new.unit.code, new.birth_month, new.phone) == ("新人", CENTRE, "1990-03", "10011112222")
        assert answer.location == f"/people/{new.ref}"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"staff_no": ""}, "staff_no"),
        ({"staff_no": "YX000001"}, "staff_no"),
        ({"name": "<b>"}, "name"),
        ({"unit": "513398101"}, "unit"),
        ({"unit": "9"}, "unit"),
        ({"position": ""}, "position"),
        ({"phone": "1"}, "phone"),
        ({"joined_on": "2031-01-01"}, "joined_on"),
    ],
)
def test_a_form_with_a_fault_comes_back_with_it(database, hr, typed, field):
    answer = hr.post("/people/new", data={"staff_no": "YX9", **FORM, **typed})
    assert (answer.status_code, f'id="{field}-error"' in answer.get_data(as_text=True)) == (422, True)
    with database.reading() as session:
        assert session.scalar(select(Official.id).where(Official.name == "新人")) is None


def test_hr_moves_a_person_within_its_subtree(database, cast, hr):
    ref = cast.refs["zhaxi"]
    assert hr.post(f"/people/{ref}/edit", data={**FORM, "name": "扎西", "unit": OFFICE}).location == f"/people/{ref}"
    with database.reading() as session:
        assert official(session, "YX000001").unit.code == OFFICE
    assert actions_about(database, cast.officials["zhaxi"]) == ["person_moved", "person_changed"]
    assert hr.post(f"/people/{cast.refs['cheng']}/edit", data=FORM).status_code == 403


def test_hr_deactivates_and_takes_back(app, database, cast, hr):
    ref, me = cast.refs["zhaxi"], browser_of(app, cast, "zhaxi")
    hr.post(f"/people/{ref}/deactivate")
    assert names(hr.get("/people/?state=inactive")) == ["扎西"]
    assert me.get("/me/account").status_code == 302  # signed out everywhere
    assert hr.post(f"/people/{ref}/edit", data={**FORM, "name": "扎西"}).status_code == 302
    with database.reading() as session:
        assert official(session, "YX000001").active


def test_a_new_code_ends_the_older_one(database, cast, hr, now):
    def code():
        page = hr.post(f"/people/{cast.refs['zhaxi']}/code")
        assert page.headers["Cache-Control"] == "no-store"
        return re.search(r"<code>([^<]+)</code>", page.get_data(as_text=True))[1]

    first, second = code(), code()
    with database.reading() as session:
        assert find_code(session, login="YX000001", code=first, now=now) is None
        assert find_code(session, login="YX000001", code=second, now=now) is not None
    assert hr.post(f"/people/{cast.refs['cheng']}/code").status_code == 403


def test_a_sheet_has_a_code_for_everybody_of_the_unit_without_a_password(database, cast, hr, now):
    page = hr.post("/people/codes", data={"unit": "513399201"}).get_data(as_text=True)
    logins = re.findall(r"Staff number: (\w+)", page)
    codes = re.findall(r"<code>([^<]+)</code>", page)
    assert logins == ["YX000003", "YX000004"]
    with database.reading() as session:
        assert all(find_code(session, login=login, code=code, now=now) for login, code in zip(logins, codes, strict=True))
    assert hr.post("/people/codes", data={"unit": "513398"}).status_code == 403
    assert hr.post("/people/codes", data={"unit": ""}).status_code == 422


def test_hr_gives_no_code_to_an_account_that_holds_a_granted_role(app, database, cast, hr, now):
    with database.writing() as session:
        session.add(RoleGrant(ref="g", account_id=cast.accounts["lei"], role="administrator", granted_by="test", granted_at=now))
    assert hr.post(f"/people/{cast.refs['lei']}/code").status_code == 409
    sheet = hr.post("/people/codes", data={"unit": "513399201", "everyone": "1"}).get_data(as_text=True)
    assert re.findall(r"Staff number: (\w+)", sheet) == ["YX000004"]
    assert browser_of(app, cast, "admin").post(f"/people/{cast.refs['lei']}/code").status_code == 200


def test_units_are_shown_from_the_top_of_the_scope(hr):
    page = hr.get("/people/units").get_data(as_text=True)
    assert "Sample county" in page and "Hekou township" in page and "Neighbour" not in page
    assert "Hekou village 1" in hr.get("/people/units?q=village").get_data(as_text=True)
    assert hr.get("/people/units/513399201").status_code == 200
    assert hr.get("/people/units/513398").status_code == 403


def test_people_are_counted_with_those_below(database, cast):
    with database.reading() as session:
        units = session.scalars(select(Unit).where(Unit.code.in_(["51", "513399", "513399201", CENTRE, "5133"])).order_by(Unit.code)).all()
        assert list(people_below(session, units).values()) == [7, 7, 6, 2, 2]


@pytest.mark.parametrize(("path", "table"), [("/people/", "official"), ("/people/units/513399", "unit")])
def test_a_longer_list_asks_no_more_questions(database, cast, hr, path, table):
    def questions():
        count = []
        listen = lambda *args: count.append(args[2])  # noqa: E731
        event.listen(database.engine, "before_cursor_execute", listen)
        hr.get(path)
        event.remove(database.engine, "before_cursor_execute", listen)
        return len(count)

    hr.get(path)
    before = questions()
    if table == "official":
        for n in range(3):
            hr.post("/people/new", data={"staff_no": f"YX9{n}", **FORM})
    else:
        for n in range(3):
            hr.post("/people/units/new", data={"code": f"N{n}", **UNIT, "parent": "513399"})
    assert questions() == before


UNIT = {"name_zh": "新站", "name_en": "", "parent": "513399201", "tier": "township-office", "connection": "4g"}


def test_hr_adds_changes_and_moves_a_unit(database, hr):
    assert hr.post("/people/units/new", data={"code": "N1", **UNIT}).location == "/people/units/N1"
    assert hr.post("/people/units/N1/edit", data={**UNIT, "name_en": "New station", "parent": "513399"}).status_code == 302
    with database.reading() as session:
        new = session.scalars(select(Unit).where(Unit.code == "N1")).one()
        county = session.scalars(select(Unit).where(Unit.code == "513399")).one()
        assert (new.name_en, new.path) == ("New station", f"{county.path}{new.id}/")


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("N1", {"parent": "513398"}),
        ("N1", {"parent": ""}),
        ("N1", {"parent": "9"}),
        ("N1", {"tier": ""}),
        (CENTRE, {}),
    ],
)
def test_a_unit_s_form_with_a_fault_comes_back(hr, code, typed):
    assert hr.post("/people/units/new", data={"code": code, **UNIT, **typed}).status_code == 422


def test_a_unit_cannot_be_hung_below_itself(hr):
    typed = {"name_zh": "河口镇", "parent": OFFICE, "tier": "township", "connection": "4g"}
    assert hr.post("/people/units/513399201/edit", data=typed).status_code == 422


def test_one_s_topmost_unit_can_be_renamed_but_not_moved(database, hr):
    typed = {"name_zh": "新县名", "tier": "county", "connection": "fibre"}
    assert hr.post("/people/units/513399/edit", data=typed).status_code == 302
    assert hr.post("/people/units/513399/edit", data={**typed, "parent": CENTRE}).status_code == 422


ROSTER = "工号,姓名,单位编码,岗位\nYX9,新人,513399101,P01\nYX000001,扎西,5133992011,P01\n"


def send(browser, text, **more):
    return browser.post("/people/import", data={"file": (io.BytesIO(text.encode("gb18030")), "名册.csv"), **more})


def state_of(database):
    with database.reading() as session:
        return session.scalars(select(RosterImport.state).order_by(RosterImport.id.desc()).limit(1)).one()


def uploads(settings):
    return sorted(path.name for path in (settings.instance / "uploads").iterdir())


def test_a_file_is_previewed_then_imported(database, settings, hr):
    address = send(hr, ROSTER).location
    preview = hr.get(address).get_data(as_text=True)
    assert "Nothing is changed yet" in preview and "Import now" in preview and "Hekou office" in preview
    with database.reading() as session:
        assert session.scalar(select(Official.id).where(Official.staff_no == "YX9")) is None
    hr.post(f"{address}/apply")
    assert "added: 1" in hr.get(address).get_data(as_text=True)
    with database.reading() as session:
        assert (official(session, "YX9").unit.code, official(session, "YX000001").unit.code) == (CENTRE, OFFICE)
    assert uploads(settings) == []


def test_applying_twice_is_applying_once(database, hr):
    address = send(hr, ROSTER).location
    assert [hr.post(f"{address}/apply").status_code for _ in range(2)] == [302, 409]
    assert state_of(database) == "done"


def test_faults_are_shown_and_can_be_sent_back(database, settings, hr):
    address = send(hr, ROSTER + "YX10,=1,513398101,P99\n").location
    page = hr.get(address).get_data(as_text=True)
    assert "1 row is faulty" in page and "=1" in page
    rows = sheets.read_table(hr.get(f"{address}/errors.csv").data)
    assert rows[0] == ["row", "column", "value", "reason", "cure"]
    assert [row[:3] for row in rows[1:]] == [["4", "姓名", "=1"], ["4", "岗位", "P99"], ["4", "单位编码", "513398101"]]
    assert hr.post(f"{address}/apply").status_code == 409
    assert (state_of(database), len(uploads(settings))) == ("refused", 1)  # the faults stay, the file is gone


def test_what_is_no_table_is_refused_in_words(hr):
    address = hr.post("/people/import", data={"file": (io.BytesIO(b"\x89PNG\0"), "x.png")}).location
    assert "neither a CSV file nor a workbook" in hr.get(address).get_data(as_text=True)


def test_a_complete_roster_shows_who_will_be_deactivated(database, hr):
    address = send(hr, ROSTER, complete=CENTRE).location
    preview = hr.get(address).get_data(as_text=True)
    assert "孟旺" in preview and "1 person of this unit is not in the file" in preview
    hr.post(f"{address}/apply")
    with database.reading() as session:
        assert not official(session, "YX000002").active


def test_a_file_can_be_withdrawn(database, settings, hr):
    address = send(hr, ROSTER).location
    hr.post(f"{address}/withdraw")
    assert (state_of(database), uploads(settings)) == ("withdrawn", [])
    assert hr.post(f"{address}/apply").status_code == 409


def test_what_changed_since_the_preview_is_shown_again(database, cast, hr):
    address = send(hr, ROSTER).location
    hr.post(f"/people/{cast.refs['zhaxi']}/edit", data={**FORM, "name": "扎西", "unit": "513399102"})
    hr.post(f"{address}/apply")
    assert "Somebody changed people or units since you looked" in hr.get(address).get_data(as_text=True)
    assert state_of(database) == "ready"
    hr.post(f"{address}/apply")
    assert state_of(database) == "done"


def test_an_upload_is_its_uploader_s_own(app, cast, hr):
    address = send(hr, ROSTER).location
    other = browser_of(app, cast, "hr_neighbour")
    assert [other.get(address).status_code, other.post(f"{address}/apply").status_code, other.get(f"{address}/errors.csv").status_code] == [404] * 3


def test_hr_cannot_complete_another_s_unit(hr, settings):
    assert send(hr, ROSTER, complete="513398").status_code == 403
    assert uploads(settings) == []


def test_no_file_is_said_so(hr):
    assert hr.post("/people/import", data={}).status_code == 422


def test_rights_that_ended_since_the_upload_end_the_import(database, cast, hr):
    from lms.people.models import RoleGrant

    address = send(hr, ROSTER).location
    with database.writing() as session:
        grant = session.scalars(select(RoleGrant).where(RoleGrant.account_id == cast.accounts["hr"])).one()
        grant.unit_id = cast.units["513398"]
    hr.post(f"{address}/apply")
    assert state_of(database) == "refused"


def test_pages_read_in_chinese_too(app, cast):
    browser = browser_of(app, cast, "hr", language="zh-Hans")
    assert 'lang="zh-Hans"' in browser.get("/people/").get_data(as_text=True)
    assert token_for(app.extensions["lms.db"], cast.accounts["hr"])
