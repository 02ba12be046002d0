"""Files against what is held: added, moved, changed, deactivated; everything or nothing; and who hears of it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lms.access import audit
from lms.access.actor import operator
from lms.access.models import AuditEntry
from lms.core import events, sheets
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.people import import_actions
from lms.people.events import OfficialMoved, OfficialsMoved, Placement, UnitsMoved
from lms.people.import_faults import FaultKind as K
from lms.people.models import Account, Official, Position, SignInSession, Unit
from tests.support.people import actor_of, official, token_for

DATA = Path(__file__).parents[1] / "data/county"
TODAY = date(2026, 11, 23)
HEAD = ("工号", "姓名", "单位编码", "岗位", "手机")
UNIT_HEAD = ("code", "name_zh", "name_en", "parent", "tier", "connection")
CENTRE, OFFICE, VILLAGE, NEIGHBOUR = "513399101", "5133992011", "51339920150", "513398101"
ZHAXI = ("YX000001", "扎西", CENTRE, "P01", "10000000000")
MENG = ("YX000002", "孟旺", CENTRE, "P01", "10000000000")


def check(database, rows, *, actor=None, complete=""):
    with database.reading() as session:
        return import_actions.check_table(session, actor=actor or operator(), rows=rows, today=TODAY, complete=complete)


def apply(database, checked, now, actor=None):
    with database.writing() as session:
        import_actions.apply_plan(session, actor=actor or operator(), checked=checked, filename="f.csv", now=now)


def run(database, now, *rows, head=HEAD, **options):
    checked = check(database, [head, *rows], **options)
    assert checked.faults == []
    apply(database, checked, now, options.get("actor"))
    return checked.plan.counts()


def person(database, staff_no):
    with database.reading() as session:
        found = official(session, staff_no)
        return found.name, found.unit.code, found.position.code, found.phone, found.active


@pytest.fixture
def heard(app, cast):
    """What was published, in order; nobody else listens."""
    before = dict(events._handlers)
    found = []
    events.connect({OfficialsMoved: [lambda session, event: found.extend(event.moves)], UnitsMoved: [lambda session, event: found.append(event)]})
    yield found
    events.connect(before)


def faults(checked):
    return [(fault.row, fault.kind) for fault in checked.faults]


@pytest.fixture
def posts(database):
    """The positions that the county's roster names."""
    with database.writing() as session:
        session.add_all(Position(code=f"P{n:02d}", name_zh="岗", name_en="post") for n in range(1, 13))


def test_the_county_comes_in_whole_and_once(database, posts, now):
    run(database, now, *sheets.read_table(DATA / "units.csv")[1:], head=UNIT_HEAD)
    roster = sheets.read_table(DATA / "roster.csv")
    assert run(database, now, *roster[1:], head=roster[0]) == {"created": 1200, "unchanged": 0}
    assert run(database, now, *roster[1:], head=roster[0]) == {"unchanged": 1200}
    with database.reading() as session:
        village = session.scalars(select(Unit).where(Unit.code == "51339920150")).one()
        above = [session.get_one(Unit, int(part)).code for part in village.path.strip("/").split("/")]
        assert above == ["510000", "513300", "513399", "513399201", "51339920150"]
        assert session.scalar(select(func.count(Account.id)).where(Account.official_id.is_not(None))) == 1200
        assert session.scalar(select(func.count(AuditEntry.seq)).where(AuditEntry.action == "person_added")) == 1200
        assert audit.verify(session).broken_at is None
        first = official(session, "YX100001")
        assert (first.name, first.birth_month, first.phone, first.joined_on) == ("孟旺", "1990-07", "10046449792", date(2005, 9, 1))


def test_the_messy_roster_changes_nothing(database, posts, now):
    run(database, now, *sheets.read_table(DATA / "units.csv")[1:], head=UNIT_HEAD)
    checked = check(database, sheets.iter_table(DATA / "roster_messy.csv"))
    assert (checked.reading.faulty_rows, checked.plan.changes) == (11, [])
    with pytest.raises(Invalid):
        apply(database, checked, now)
    with database.reading() as session:
        assert session.scalar(select(func.count(Official.id))) == 0


def test_a_new_person_gets_an_account_and_is_announced(database, cast, heard, now):
    assert run(database, now, ("YX9", "新人", OFFICE, "P02", "")) == {"created": 1, "unchanged": 0}
    with database.reading() as session:
        new = official(session, "YX9")
        account = session.scalars(select(Account).where(Account.official_id == new.id)).one()
        assert (account.login, account.name, account.password_hash, account.active) == ("YX9", "新人", None, True)
        assert heard == [OfficialMoved(new.id, None, Placement(cast.units[OFFICE], cast.positions["P02"]))]


def test_a_move_says_from_where_to_where(database, cast, heard, now):
    checked = check(database, [HEAD, (*ZHAXI[:2], VILLAGE, *ZHAXI[3:])])
    assert checked.plan.lines()[0]["differences"] == [("unit", CENTRE, VILLAGE)]
    apply(database, checked, now)
    assert person(database, "YX000001")[1] == VILLAGE
    before, after = (Placement(cast.units[code], cast.positions["P01"]) for code in (CENTRE, VILLAGE))
    assert heard == [OfficialMoved(cast.officials["zhaxi"], before, after)]
    with database.reading() as session:
        entry = audit.entries_about(session, cast.officials["zhaxi"])[0]
        assert (entry.action, entry.detail) == ("person_moved", f'{{"unit": ["{CENTRE}", "{VILLAGE}"]}}')


def test_changed_data_are_named_and_not_announced(database, cast, heard, now):
    assert run(database, now, ("YX000001", "扎西顿珠", CENTRE, "P01", "10011112222")) == {"changed": 1, "unchanged": 0}
    assert person(database, "YX000001") == ("扎西顿珠", CENTRE, "P01", "10011112222", True)
    with database.reading() as session:
        assert session.get_one(Account, cast.accounts["zhaxi"]).name == "扎西顿珠"
        assert audit.entries_about(session, cast.officials["zhaxi"])[0].detail == '{"fields": ["name", "phone"]}'
    assert heard == []


def test_a_column_that_the_file_lacks_is_left_alone(database, cast, now):
    assert run(database, now, ZHAXI[:4], head=HEAD[:4]) == {"unchanged": 1}
    assert person(database, "YX000001")[3] == "10000000000"


def test_absent_people_stay_unless_the_file_is_complete(database, cast, heard, now):
    assert run(database, now, ZHAXI) == {"unchanged": 1}
    token_for(database, cast.accounts["meng"])
    assert run(database, now, ZHAXI, complete=CENTRE) == {"deactivated": 1, "unchanged": 1}
    assert person(database, "YX000002")[4] is False
    assert heard == [OfficialMoved(cast.officials["meng"], Placement(cast.units[CENTRE], cast.positions["P01"]), None)]
    with database.reading() as session:
        meng = session.get_one(Account, cast.accounts["meng"])
        ended = session.scalars(select(SignInSession.ended_at).where(SignInSession.account_id == meng.id)).all()
        assert (meng.active, ended) == (False, [now])
        assert official(session, "YX000005").active  # of another unit


def test_who_comes_back_is_active_again(database, cast, heard, now):
    run(database, now, ZHAXI, complete=CENTRE)
    assert run(database, now, MENG) == {"reactivated": 1, "unchanged": 0}
    assert person(database, "YX000002")[4] is True
    assert heard[-1] == OfficialMoved(cast.officials["meng"], None, Placement(cast.units[CENTRE], cast.positions["P01"]))
    with database.reading() as session:
        assert session.get_one(Account, cast.accounts["meng"]).active


def test_who_moved_out_of_the_complete_unit_is_present(database, cast, now):
    moved = (*MENG[:2], OFFICE, *MENG[3:])
    assert run(database, now, ZHAXI, moved, complete=CENTRE) == {"moved": 1, "unchanged": 1}


def test_a_table_of_units_is_complete_for_nobody(database, cast):
    with pytest.raises(import_actions.CompleteNeedsRoster):
        check(database, [UNIT_HEAD, ("9", "九", "", "51", "county", "fibre")], complete=CENTRE)


def test_hr_imports_for_its_subtree_only(database, cast):
    hr = actor_of(database, cast, "hr")
    rows = [HEAD, ("YX9", "新人", NEIGHBOUR, "P01", ""), ("YX000007", "程玉飞", CENTRE, "P01", ""), ("YX000001", "扎西", CENTRE, "P01", "")]
    assert faults(check(database, rows, actor=hr)) == [(2, K.OUT_OF_SCOPE), (3, K.OUT_OF_SCOPE)]


def test_all_faults_come_in_one_run_scope_included(database, cast):
    hr = actor_of(database, cast, "hr")
    rows = [HEAD, ("YX9", "", NEIGHBOUR, "P99", ""), ("YX10", "新人", CENTRE, "P01", "1")]
    assert faults(check(database, rows, actor=hr)) == [(2, K.EMPTY), (2, K.UNKNOWN_POSITION), (2, K.OUT_OF_SCOPE), (3, K.PHONE_LENGTH)]


def test_who_may_import_nothing_checks_nothing(database, cast):
    with pytest.raises(Forbidden):
        check(database, [HEAD, ZHAXI], actor=actor_of(database, cast, "head"))
    with pytest.raises(Forbidden):
        check(database, [HEAD, ZHAXI], actor=actor_of(database, cast, "hr"), complete="513398")


def test_a_staff_number_under_which_staff_sign_in_is_refused(database, cast, now):
    with database.writing() as session:
        session.add(Account(ref="x", login="A1", name="外人", active=True, created_at=now))
    assert faults(check(database, [HEAD, ("A1", "新人", CENTRE, "P01", "")])) == [(2, K.LOGIN_TAKEN)]


def test_what_was_overtaken_writes_nothing(database, cast, now):
    first = check(database, [HEAD, ("YX9", "新人", CENTRE, "P01", ""), (*ZHAXI[:2], VILLAGE, *ZHAXI[3:])])
    run(database, now, (*ZHAXI[:2], OFFICE, *ZHAXI[3:]))
    with pytest.raises(Conflict):
        apply(database, first, now)
    assert person(database, "YX000001")[1] == OFFICE
    with database.reading() as session:
        assert session.scalar(select(Official.id).where(Official.staff_no == "YX9")) is None


def test_two_files_that_add_the_same_person(database, cast, now):
    first = check(database, [HEAD, ("YX9", "新人", CENTRE, "P01", "")])
    run(database, now, ("YX9", "新人", OFFICE, "P01", ""))
    with pytest.raises(Conflict):
        apply(database, first, now)
    assert person(database, "YX9")[1] == OFFICE


def test_a_plan_is_known_by_what_it_does(database, cast, now):
    rows = [HEAD, (*ZHAXI[:2], VILLAGE, *ZHAXI[3:])]
    digest = check(database, rows).plan.digest()
    assert check(database, rows).plan.digest() == digest
    run(database, now, (*ZHAXI[:2], OFFICE, *ZHAXI[3:]))
    assert check(database, rows).plan.digest() != digest


def paths(database):
    with database.reading() as session:
        units = {unit.id: unit for unit in session.scalars(select(Unit))}
        return {unit.code: [units[int(part)].code for part in unit.path.strip("/").split("/")] for unit in units.values()}


def test_a_unit_moves_with_all_below_it(database, cast, heard, now):
    row = ("513399201", "河口镇人民政府", "Hekou township", "513398", "township", "4g")
    assert run(database, now, row, head=UNIT_HEAD) == {"moved": 1, "unchanged": 0}
    found = paths(database)
    assert found[VILLAGE] == ["51", "5133", "513398", "513399201", VILLAGE]
    assert found[CENTRE] == ["51", "5133", "513399", CENTRE]
    assert heard == [UnitsMoved([cast.units["513399201"]])]


def test_new_units_hang_below_new_units_in_any_order(database, cast, now):
    rows = [("B1", "下", "", "A1", "village", "none"), ("A1", "上", "Upper", "513399", "township", "fibre")]
    assert run(database, now, *rows, head=UNIT_HEAD) == {"created": 2, "unchanged": 0}
    assert paths(database)["B1"] == ["51", "5133", "513399", "A1", "B1"]


def test_units_that_are_the_same_change_nothing(database, cast, now):
    row = (CENTRE, "县政务服务中心", "County service centre", "513399", "county-department", "fibre")
    assert run(database, now, row, head=UNIT_HEAD) == {"unchanged": 1}
    assert run(database, now, (*row[:5], "4g"), head=UNIT_HEAD) == {"changed": 1, "unchanged": 0}


@pytest.mark.parametrize(
    "row",
    [
        ("X", "新", "", "513398", "township", "fibre"),  # a new unit outside
        ("X", "新", "", "", "township", "fibre"),  # a new root
        (CENTRE, "县政务服务中心", "County service centre", "513398", "county-department", "fibre"),  # carried outside
        ("513398101", "邻县政务服务中心", "Neighbour service centre", "513399", "county-department", "fibre"),  # fetched from outside
        ("513399", "示例县", "Sample county", "51", "county", "fibre"),  # one's own topmost unit
    ],
)
def test_hr_hangs_units_in_its_subtree_only(database, cast, row):
    assert faults(check(database, [UNIT_HEAD, row], actor=actor_of(database, cast, "hr"))) == [(2, K.OUT_OF_SCOPE)]


def test_hr_s_table_may_show_units_above_that_stay_as_they_are(database, cast):
    rows = [
        UNIT_HEAD,
        ("5133", "示例州", "Sample prefecture", "51", "prefecture", "fibre"),
        ("X", "新", "", "Y", "village", "4g"),
        ("Y", "新", "", "513399", "township", "4g"),
    ]
    checked = check(database, rows, actor=actor_of(database, cast, "hr"))
    assert (checked.faults, checked.plan.counts()) == ([], {"created": 2, "unchanged": 1})


def test_unit_changes_that_were_overtaken(database, cast, now):
    first = check(database, [UNIT_HEAD, (CENTRE, "县政务中心", "County service centre", "513399", "county-department", "fibre")])
    run(database, now, (CENTRE, "县政务服务中心", "Centre", "513399", "county-department", "fibre"), head=UNIT_HEAD)
    with pytest.raises(Conflict):
        apply(database, first, now + timedelta(minutes=1))
