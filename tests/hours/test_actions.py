"""Attendance is a fact, standings follow it, closed years stay as they are; on both engines."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from lms.access import audit
from lms.access.actor import operator
from lms.access.models import AuditEntry
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.courses.models import Course, CourseRevision
from lms.hours import actions, import_actions, jobs, listeners, night_actions, queries, rule_actions
from lms.hours.enums import ImportState, Outcome, State
from lms.hours.models import Attendance, AttendanceImport, AttendanceRow, HoursFigures, HoursRollup, HoursStale, HoursStanding
from lms.hours.package import Version
from lms.learning.events import CourseCompleted
from lms.learning.models import Completion
from lms.people.events import OfficialMoved, OfficialsMoved, Placement
from lms.people.models import Official, Unit
from lms.portfolio.events import EvidenceRecorded
from lms.portfolio.models import Judgement, Submission, WorkTask, WorkTaskRevision
from tests.hours.support import WORDS, local, national
from tests.support.people import actor_of

EARLY = datetime(2026, 1, 1, tzinfo=UTC)


def unit_of(session, code: str) -> Unit:
    return session.scalars(select(Unit).where(Unit.code == code)).one()


def standing(database, official_id: int, year: int = 2026) -> HoursStanding | None:
    with database.reading() as session:
        return session.scalar(select(HoursStanding).where(HoursStanding.official_id == official_id, HoursStanding.year == year))


def add(database, *versions: Version, at=None) -> None:
    with database.writing() as session:
        rule_actions.load_versions(session, versions, actor=operator("test"), now=at or datetime(2026, 1, 1, tzinfo=UTC), name="rules")


def test_an_entry_counts_at_once_and_is_logged(database, cast, attend, account):
    attend("meng", "zhaxi", hours=40, on="2026-03-20")
    row = standing(database, cast.officials["meng"])
    assert (row.organised, row.missing, row.progress, row.group_code, row.deadline) == (160, 200, 444, "section", date(2026, 12, 31))
    assert account("meng", 2026).asked[0].counted == 160
    with database.reading() as session:
        query = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == audit.Action.ATTENDANCE_ENTERED)
        assert session.scalar(query) == 2


def test_the_same_training_is_entered_once_for_a_person(attend):
    attend("meng", hours=40, on="2026-03-20")
    with pytest.raises(Conflict, match="YX000002"):
        attend("zhaxi", "meng", hours=40, on="2026-03-20")
    attend("meng", hours=40, on="2026-04-20")


def test_a_mistake_is_taken_back_by_an_entry_of_its_own(database, cast, attend, account, now):
    ref = attend("meng", "zhaxi", hours=40, on="2026-03-20")
    with database.writing() as session:
        entry = queries.attendance_by_ref(session, ref)
        made = actions.take_back(session, actor=operator("t"), entry=entry, official_ids={cast.officials["meng"]}, reason="未参加", now=now)
        assert (made.reverses_id, made.reason) == (entry.id, "未参加")
    assert [line.outcome for line in account("meng", 2026).count.lines] == [Outcome.TAKEN_BACK]
    assert (standing(database, cast.officials["meng"]).organised, standing(database, cast.officials["zhaxi"]).organised) == (0, 160)
    with database.writing() as session:
        assert session.scalar(select(func.sum(AttendanceRow.quarters)).where(AttendanceRow.official_id == cast.officials["meng"])) == 0
        with pytest.raises(Conflict):
            actions.take_back(
                session, actor=operator("t"), entry=session.get_one(Attendance, entry.id), official_ids={cast.officials["meng"]}, reason="again", now=now
            )
    attend("meng", hours=30, on="2026-03-20")  # now it may be entered again, right
    assert standing(database, cast.officials["meng"]).organised == 120


def test_taking_back_needs_a_reason(database, cast, attend, now):
    ref = attend("meng", hours=40, on="2026-03-20")
    with database.writing() as session, pytest.raises(Invalid):
        entry = queries.attendance_by_ref(session, ref)
        actions.take_back(session, actor=operator("t"), entry=entry, official_ids={cast.officials["meng"]}, reason=" ", now=now)


def test_hr_enters_for_its_own_people_only(database, cast, rules, now):
    training = actions.Training("培训", "", "", date(2026, 3, 2), date(2026, 3, 2))
    known = {"actor": actor_of(database, cast, "hr"), "training": training, "reason": "", "source": "form", "now": now}
    stranger = [actions.Part(cast.officials["cheng"], "YX000007", 24, 0)]
    with database.writing() as session, pytest.raises(Forbidden):
        actions.record_attendance(session, unit=unit_of(session, "513399"), parts=stranger, **known)
    with database.writing() as session, pytest.raises(Forbidden):
        actions.record_attendance(session, unit=unit_of(session, "513398"), parts=[], **known)


def test_a_rule_of_a_later_year_and_a_closed_year_leave_old_years_alone(database, cast, attend, account, now):
    attend("meng", hours=90, on="2025-05-10", at=datetime(2025, 5, 12, tzinfo=UTC))
    jobs.nightly(now)
    before = account("meng", 2025)
    assert (before.state(date(2026, 11, 23)), before.rules) == (State.FULFILLED, ("CN-TRAINING@1",))
    asking = tuple(one.model_copy(update={"hours": 200, "or_days": None}) for one in national()[0].require)
    # written later, said to be in force since 2025: the closed year keeps the versions it was closed by
    add(database, national()[0].model_copy(update={"version": 2, "effective_from": date(2025, 1, 1), "require": asking}))
    jobs.nightly(now)
    assert account("meng", 2025) == before
    assert account("meng", 2026).asked[0].required == 800
    with database.reading() as session:
        assert {year: row.versions for year, row in queries.closings(session).items()} == {2024: ["CN-TRAINING@1"], 2025: ["CN-TRAINING@1"]}


def test_a_closed_year_keeps_the_group_of_the_person_and_the_unit(database, cast, attend, account, now):
    attend("meng", hours=60, on="2025-05-10", at=datetime(2025, 5, 12, tzinfo=UTC))
    jobs.nightly(now)
    with database.writing() as session:
        person = session.get_one(Official, cast.officials["meng"])
        person.grade, person.unit_id = "三级调研员", cast.units["513399102"]
    assert (account("meng", 2025).group, account("meng", 2026).group) == ("section", "division")
    with database.reading() as session:
        assert queries.ledger_of(session, cast.officials["meng"], 2025).unit_id == cast.units["513399101"]


def test_a_late_entry_needs_a_reason_and_then_counts_in_its_year(database, cast, attend, account, now):
    jobs.nightly(now)
    with pytest.raises(Invalid, match="2025"):
        attend("meng", hours=30, on="2025-05-10")
    attend("meng", hours=30, on="2025-05-10", reason="补录")
    assert account("meng", 2025).asked[0].counted == 120
    assert standing(database, cast.officials["meng"], 2025).organised == 120


def test_a_version_never_changes_under_its_number(database, rules):
    changed = national()[0].model_copy(update={"minutes_per_hour": 50})
    with pytest.raises(Invalid) as caught:
        add(database, changed)
    assert "CN-TRAINING@1 changed" in str(caught.value.details[0])


def unit_rule(**changes):
    words = {"title_zh": "规定", "title_en": "Rule", "text_zh": "网络自学不少于10学时", "text_en": "10 hours of self-study", "effective_from": date(2027, 1, 1)}
    numbers = {"organised": None, "self_study": 10, "transfer": None, "work_sample": None, "certificate": None}
    return rule_actions.UnitRule(**(words | numbers | changes))


def test_a_units_rule_begins_in_the_future_and_binds_its_subtree(database, cast, rules, now):
    admin, hr = actor_of(database, cast, "admin"), actor_of(database, cast, "hr")
    with database.writing() as session:
        unit = unit_of(session, "513399101")
        with pytest.raises(Invalid):
            rule_actions.add_unit_rule(session, actor=admin, unit=unit, rule=unit_rule(effective_from=date(2026, 11, 23)), reason="r", now=now)
        with pytest.raises(Invalid):
            rule_actions.add_unit_rule(session, actor=admin, unit=unit, rule=unit_rule(), reason=" ", now=now)
        with pytest.raises(Forbidden):
            rule_actions.add_unit_rule(session, actor=hr, unit=unit, rule=unit_rule(), reason="r", now=now)
        first = rule_actions.add_unit_rule(session, actor=admin, unit=unit, rule=unit_rule(), reason="r", now=now)
        second = rule_actions.add_unit_rule(session, actor=admin, unit=unit, rule=unit_rule(self_study=12), reason="r", now=now)
        assert (first.version, second.version) == (1, 2)
    with database.reading() as session:
        books = queries.Books(session)
        paths = {code: unit_of(session, code).path for code in ("513399101", "513399102")}
        asked = {code: [need.quarters for need in books.of(path, 2027).needs_of("section")] for code, path in paths.items()}
    assert asked == {"513399101": [360, 48], "513399102": [360]}


@pytest.fixture
def complete(database, cast, rules):
    """complete("lei", at) writes the completion of one course of four class hours, as its evidence quiz does, and tells the listeners."""
    made: dict[str, int] = {}

    def _course(session) -> None:
        course = Course(slug="names", code="C02", current_revision_id=None)
        session.add(course)
        session.flush()
        words = {"title_zh": "名称", "title_en": "Names", "summary_zh": "", "summary_en": "", "version": "1.0.0", "status": "released"}
        revision = CourseRevision(ref="r", course_id=course.id, hash="h", provisional=False, hours=4, meta={}, loaded_at=EARLY, **words)
        session.add(revision)
        session.flush()
        made.update(course_id=course.id, revision_id=revision.id)

    def write(key: str, at: datetime) -> None:
        with database.writing() as session:
            if not made:
                _course(session)
            session.add(Completion(official_id=cast.officials[key], attempt_ref="a", hours=4, competencies="NET-1", completed_at=at, **made))
            listeners.course_completed(session, CourseCompleted(cast.officials[key], made["course_id"], ("NET-1",), at))

    return write


def test_a_completed_course_counts_at_once_as_self_study(database, cast, complete, account, now):
    complete("lei", now)
    year = account("lei", 2026)
    assert [(line.credit.title.en, line.quarters, line.account) for line in year.count.lines] == [("Names", 16, "self_study")]
    with database.writing() as session:
        actions.freshen(session, now=now)
        assert session.scalars(select(HoursStale)).all() == []
    assert (standing(database, cast.officials["lei"]).self_study, standing(database, cast.officials["lei"]).organised) == (16, 0)


def test_a_completion_belongs_to_the_year_of_the_installations_clock(complete, account):
    complete("lei", datetime(2025, 12, 31, 16, 30, tzinfo=UTC))  # half past midnight of 1 January in the county
    assert (len(account("lei", 2025).count.lines), len(account("lei", 2026).count.lines)) == (0, 1)


def test_the_night_does_what_nobody_looked_at(database, cast, complete, now):
    complete("lei", now)
    jobs.nightly(now)
    with database.reading() as session:
        assert session.scalars(select(HoursStale)).all() == []
    assert standing(database, cast.officials["lei"]).self_study == 16


def test_who_leaves_is_not_counted_and_who_moves_is_counted_there(database, cast, attend, now):
    jobs.nightly(now)
    clerk, there = Placement(cast.units["513399101"], cast.positions["P01"]), Placement(cast.units["513399102"], cast.positions["P01"])
    with database.writing() as session:
        session.get_one(Official, cast.officials["meng"]).active = False
        session.get_one(Official, cast.officials["zhaxi"]).unit_id = there.unit_id
        moves = [OfficialMoved(cast.officials["meng"], clerk, None), OfficialMoved(cast.officials["zhaxi"], clerk, there)]
        listeners.officials_moved(session, OfficialsMoved(moves))
        assert sum(queries.counts(session, unit_of(session, "513399101"), 2026, date(2026, 11, 23)).values()) == 0
        assert sum(queries.counts(session, unit_of(session, "513399102"), 2026, date(2026, 11, 23)).values()) == 2
        assert actions.differences(session, 2026) == 0
        session.get_one(Official, cast.officials["meng"]).active = True
        listeners.officials_moved(session, OfficialsMoved([OfficialMoved(cast.officials["meng"], None, clerk)]))
        assert sum(queries.counts(session, unit_of(session, "51"), 2026, date(2026, 11, 23)).values()) == 7


def test_stored_standings_equal_the_evidence(database, cast, attend, now):
    attend("meng", "lei", hours=40, on="2026-03-20")
    attend("meng", hours=60, on="2025-03-20", at=datetime(2025, 4, 1, tzinfo=UTC))
    jobs.nightly(now)
    with database.writing() as session:
        assert [actions.differences(session, year) for year in (2025, 2026)] == [0, 0]
        session.execute(HoursStanding.__table__.update().values(organised=1))
        assert actions.differences(session, 2026) == 7
        session.execute(HoursRollup.__table__.update().values(n=0))
        assert actions.differences(session, 2026) > 7


TABLE = [["工号", "培训名称", "日期", "学时", "天数"], ["YX000002", "轮训班", "2026-03-02", "6.5", "1"], ["yx000003", "轮训班", "2026年3月2日", "6", ""]]


def upload(database, cast, table, now) -> str:
    actor = actor_of(database, cast, "hr")
    with database.writing() as session:
        unit = unit_of(session, "513399")
        return import_actions.take_upload(session, actor=actor, unit=unit, filename="a.csv", table=table, now=now).ref


def confirm(database, cast, ref, now, reason="") -> int:
    actor = actor_of(database, cast, "hr")
    with database.writing() as session:
        found = queries.import_by_ref(session, ref, actor.account_id)
        return import_actions.apply(session, actor=actor, upload=found, unit=unit_of(session, "513399"), reason=reason, now=now)


def test_a_list_is_entered_whole_with_each_ones_hours(database, cast, rules, now):
    ref = upload(database, cast, TABLE, now)
    assert confirm(database, cast, ref, now) == 1
    with database.reading() as session:
        rows = dict(session.execute(select(AttendanceRow.official_id, AttendanceRow.quarters)).all())
        found = session.scalars(select(AttendanceImport)).one()
    assert rows == {cast.officials["meng"]: 26, cast.officials["lei"]: 24}
    assert (found.state, found.rows) == (ImportState.DONE, [])
    with pytest.raises(Conflict):
        confirm(database, cast, ref, now)


def test_every_fault_of_a_list_is_told_and_nothing_is_entered(database, cast, attend, now):
    attend("meng", hours=6, on="2026-03-02", title="旧班")
    rows = [
        ["YX999999", "轮训班", "2026-03-02", "6", ""],
        ["YX000007", "轮训班", "2026-03-02", "6", ""],
        ["YX000002", "旧班", "2026-03-02", "6", ""],
        ["YX000003", "", "2026-13-02", "6.3", "x"],
        ["YX000003", "轮训班", "2027-03-02", "6", ""],
        ["YX000003", "轮训班", "2026-03-02", "13", "2"],
        ["YX000004", "轮训班", "2026-03-02", "6", ""],
        ["YX000004", "轮训班", "2026-03-02", "6", ""],
    ]
    ref = upload(database, cast, [TABLE[0], *rows], now)
    with database.reading() as session:
        found = session.scalars(select(AttendanceImport).where(AttendanceImport.ref == ref)).one()
        faults = [(fault.row, str(fault.kind)) for fault in import_actions.faults_of(found)]
        assert session.scalar(select(func.count()).select_from(Attendance)) == 1
    assert faults == [
        (2, "unknown_person"),
        (3, "out_of_scope"),
        (4, "entered"),
        (5, "empty"),
        (5, "not_a_date"),
        (5, "not_hours"),
        (5, "not_days"),
        (6, "in_future"),
        (7, "too_many_hours"),
        (7, "too_many_days"),
        (9, "twice"),
    ]


@pytest.mark.parametrize(("table", "kinds"), [([], ["empty_file"]), ([["工号", "学时"], ["1", "2"]], ["no_column", "no_column"])])
def test_a_file_that_is_no_list_says_what_is_missing(database, cast, rules, now, table, kinds):
    ref = upload(database, cast, table, now)
    with database.reading() as session:
        found = session.scalars(select(AttendanceImport).where(AttendanceImport.ref == ref)).one()
        assert [fault["kind"] for fault in found.faults] == kinds


def test_a_list_that_was_overtaken_is_refused(database, cast, attend, now):
    ref = upload(database, cast, TABLE, now)
    attend("meng", hours=6, on="2026-03-02", title="轮训班")
    with pytest.raises(Conflict):
        confirm(database, cast, ref, now)


def test_forgotten_uploads_are_emptied(database, cast, rules, now):
    upload(database, cast, TABLE, datetime(2026, 11, 1, tzinfo=UTC))
    jobs.nightly(now)
    with database.reading() as session:
        assert session.scalars(select(AttendanceImport)).one().rows == []


def test_heads_get_the_nights_counts_with_small_groups_hidden(database, cast, attend, now):
    attend("meng", hours=95, on="2026-03-20")
    jobs.nightly(now)
    with database.reading() as session:
        shown = {row.unit_id: row.people for row in session.scalars(select(HoursFigures).where(HoursFigures.year == 2026))}
        counted = queries.counts(session, unit_of(session, "513399"), 2026, date(2026, 11, 23))
    assert shown == {cast.units["513399101"]: None, cast.units["513399201"]: None}
    assert counted == {State.FULFILLED: 1, State.ON_WAY: 0, State.BEHIND: 5}
    with database.writing() as session:
        night_actions.take_figures(session, 2026, now=now, k=1)
        figures = queries.figures(session, cast.units["513399101"], 2026)
        assert (figures.people, figures.fulfilled, figures.behind) == (2, 1, 1)


def test_the_county_counts_what_a_unit_rule_adds(database, cast, attend, account, now):
    add(database, local(require=[{"account": "self_study", "hours": 4, "text": WORDS}]))
    attend("meng", "cheng", hours=95, on="2026-03-20")
    assert (len(account("meng", 2026).asked), len(account("cheng", 2026).asked)) == (2, 1)
    assert (account("meng", 2026).state(date(2026, 11, 23)), account("cheng", 2026).state(date(2026, 11, 23))) == (State.BEHIND, State.FULFILLED)


def judged(session, official_id: int, *, handed_in: datetime, passed: bool) -> Judgement:
    """A work sample of an official with what assessors decided."""
    task = WorkTask(code="W-NET-1", version=1)
    session.add(task)
    session.flush()
    content = {"title": {"zh": "方案", "en": "Outline"}}
    revision = WorkTaskRevision(task_id=task.id, version=1, hash="h", kind="work_sample", competency="NET-1", level=4, content=content, loaded_at=EARLY)
    session.add(revision)
    session.flush()
    times = {"started_at": handed_in, "handed_in_at": handed_in, "ended_at": handed_in}
    work = Submission(ref="s", official_id=official_id, task_revision_id=revision.id, state="judged", **times)
    session.add(work)
    session.flush()
    made = Judgement(submission_id=work.id, official_id=official_id, competency="NET-1", kind="work_sample", level=4, criteria=[], assessors=2, at=handed_in)
    made.passed = passed
    session.add(made)
    session.flush()
    return made


WORTH = {"kind": "work_sample", "account": "organised", "hours": 8, "text": WORDS}
LAST_AUTUMN = datetime(2025, 10, 9, tzinfo=UTC)


def test_work_judged_anew_counts_in_the_year_in_which_it_was_handed_in(database, cast, rules, now):
    add(database, local(since="2025-01-01", credit=[WORTH]))
    who = cast.officials["lei"]
    with database.writing() as session:
        work = judged(session, who, handed_in=LAST_AUTUMN, passed=False)
        listeners.evidence_recorded(session, EvidenceRecorded(frozenset({(who, "NET-1")}), LAST_AUTUMN))
    assert standing(database, who, 2025).organised == 0
    with database.writing() as session:
        session.get_one(Judgement, work.id).passed = True
        listeners.evidence_recorded(session, EvidenceRecorded(frozenset({(who, "NET-1")}), now))
        assert [actions.differences(session, year) for year in (2025, 2026)] == [0, 0]
    assert (standing(database, who, 2025).organised, standing(database, who, 2026).organised) == (32, 0)


def test_the_night_finds_judged_work_of_whom_nothing_else_is_known(database, cast, rules, now):
    add(database, local(since="2025-01-01", credit=[WORTH]))
    who = cast.officials["lei"]
    jobs.nightly(datetime(2025, 12, 1, tzinfo=UTC))
    with database.writing() as session:
        judged(session, who, handed_in=LAST_AUTUMN, passed=True)
    jobs.nightly(datetime(2026, 1, 2, tzinfo=UTC))
    assert standing(database, who, 2025).organised == 32
    with database.writing() as session:
        assert [actions.differences(session, year) for year in (2025, 2026)] == [0, 0]
