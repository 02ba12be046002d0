"""What courses change, from the answers of officials to the page: who is counted, who sees it, what is expected afterwards."""

import csv
import io
import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lms.access.actor import operator
from lms.access.models import AuditEntry
from lms.assessments import actions as assessments
from lms.cli import lms
from lms.competency import around_queries
from lms.competency.models import Proficiency
from lms.competency.rebuild import differences
from lms.courses import queries as courses
from lms.courses.models import Course, CourseRevision
from lms.learning import gain_actions, gain_queries
from lms.learning.gain_actions import Learned
from lms.learning.models import Completion
from lms.psychometrics import effect_actions, effect_jobs, effect_queries, effects
from lms.psychometrics.models import CourseChange
from tests.assessments.conftest import SLUG, accepted, loaded, start, zhaxi  # noqa: F401 - fixtures
from tests.competency.world import world
from tests.support.people import browser_of

PEOPLE = ("zhaxi", "meng", "lei", "sun", "dong", "he", "cheng")
QUESTIONS = [f"SEC-1-Q{n}" for n in range(5)]


def learn(database, people=PEOPLE):
    """So many officials answer five questions wrong, complete the course, and answer the same ones right half a year later."""
    with database.writing() as session:
        here = world(session)
        course = session.get_one(Course, here.course[0])
        course.current_revision_id = here.course[1]
        session.get_one(CourseRevision, here.course[1]).meta = {"moves": [{"c": "SEC-1", "to": 2}, {"c": "NET-1", "to": 1}]}
        for key in people:
            here.answer(*((key, code, 0, 0) for code in QUESTIONS), ref="before")
            here.complete(key, "SEC-1")
            here.answer(*((key, code, 160, 1) for code in QUESTIONS), ref="after")
        return here


def test_the_change_of_seven_officials_is_measured_and_kept(database, now):
    learn(database)
    effect_jobs.nightly(now)
    with database.reading() as session:
        (found,) = effect_queries.measure(session)
        kept = session.scalars(select(CourseChange)).one()
        assert (found.competency, found.n, found.change) == ("SEC-1", 7, effects.change([_one(session)] * 7))
        assert (kept.n, kept.change_milli, kept.se_milli) == (7, round(1000 * found.change.change), round(1000 * found.change.se))
        assert found.change.before < 0 < found.change.after
        assert gain_queries.gains(session) == {}  # seven teach nothing yet
        lines = {line.competency: line for line in effect_queries.worth(session)}
        assert (lines["SEC-1"].n, lines["SEC-1"].expected, lines["SEC-1"].learned_from) == (7, 35, 0)
        assert (lines["NET-1"].n, lines["NET-1"].few) == (0, True)


def _one(session):
    """The first official's figures; all seven answered alike."""
    _, span = next(around_queries.spans_of_everyone(session))
    return effects.Around(span.before.m_milli / 1e3, span.before.v_micro / 1e6, span.after.m_milli / 1e3, span.after.v_micro / 1e6)


def test_no_number_is_made_about_four(database, now):
    learn(database, PEOPLE[:4])
    effect_jobs.nightly(now)
    with database.reading() as session:
        kept = session.scalars(select(CourseChange)).one()
        assert (kept.n, kept.before_milli, kept.after_milli, kept.change_milli, kept.se_milli, kept.dz_milli) == (4, None, None, None, None, None)


def test_the_page_and_the_file_show_the_same_to_those_who_may_see_them(app, database, now):
    cast = learn(database).cast
    author = browser_of(app, cast, "author")
    assert "No course has five officials yet" in author.get("/author/courses/").text
    effect_jobs.nightly(now)
    page = author.get("/author/courses/").text
    with database.reading() as session:
        line = next(one for one in effect_queries.worth(session) if one.competency == "SEC-1")
    assert f"{line.change:+d} ± {line.se:d}" in page and "<svg" in page
    rows = list(csv.DictReader(io.StringIO(author.get("/author/courses.csv").data.decode("utf-8-sig"))))
    assert [(row["officials"], row["change"], row["expected"]) for row in rows] == [("0", "", "35"), ("7", str(line.change), "35")]
    assert author.get("/author/courses.xlsx").status_code == 200
    with database.reading() as session:
        assert "items_exported" in session.scalars(select(AuditEntry.action)).all()
    for who in ("hr", "zhaxi", "head"):
        assert browser_of(app, cast, who).get("/author/courses/").status_code == 403


def test_the_file_names_no_small_number(app, database, now):
    cast = learn(database, PEOPLE[:4]).cast
    effect_jobs.nightly(now)
    rows = csv.DictReader(io.StringIO(browser_of(app, cast, "author").get("/author/courses.csv").data.decode("utf-8-sig")))
    assert [row["officials"] for row in rows] == ["0", "<5"]
    assert "fewer than 5" in browser_of(app, cast, "author").get("/author/courses/").text


def test_the_command_prints_table_json_and_csv(app, database, monkeypatch):
    learn(database)
    monkeypatch.setattr("lms.app.create_app", lambda: app)
    run = lambda *words: CliRunner().invoke(lms, ["courses", "worth", *words])  # noqa: E731
    told = json.loads(run("--format", "json").stdout)
    assert [(row["competency"], row["officials"]) for row in told] == [("NET-1", 0), ("SEC-1", 7)]
    assert run("--format", "csv").stdout.startswith("course,title,competency,officials")
    assert "0 gains adopted." in run("--adopt").stdout


def adopt(database, gains, now):
    with database.writing() as session:
        course_id = courses.current_revision(session, SLUG).course_id
        return gain_actions.adopt(session, actor=operator(), learned=[Learned(course_id, *gain) for gain in gains], now=now)


def test_thirty_teach_a_gain_and_the_next_ones_are_told(database, now):
    with database.writing() as session:
        course_id = world(session).course[0]
        said = effects.Change(30, 0.0, 0.6, 0.6, 0.1, 1.0)
        measured = [effect_queries.Measured(course_id, "SEC-1", 30, said), effect_queries.Measured(course_id, "NET-1", 29, said)]
        assert effect_actions.adopt(session, measured, actor=operator(), now=now) == 1
        assert gain_queries.stamp(session, course_id, ["SEC-1", "NET-1"]) == {"SEC-1": [555, 33904]}
        assert gain_queries.expected(session, course_id, ["SEC-1", "NET-1"]) == [("SEC-1", 56, 30), ("NET-1", 35, 0)]


def test_places_stand_on_the_scale_and_the_interval_is_rounded_once(database, now):
    """0.515 ± 1.96·0.201 logits are 12.1 to 90.9 points; of a change already rounded to 52 ± 20 it would be 13 to 91."""
    course_id = learn(database, ()).course[0]
    with database.writing() as session:
        said = effects.Change(89, 0.898, 1.413, 0.515, 0.201, 0.25)
        effect_actions.keep(session, [effect_queries.Measured(course_id, "SEC-1", 89, said)], now=now)
        session.flush()
        line = next(one for one in effect_queries.worth(session) if one.competency == "SEC-1")
        assert (line.before, line.after, line.change, line.se, line.interval, line.d_z) == (590, 641, 52, 20, (12, 91), 0.25)


def test_a_gain_that_did_not_change_makes_no_new_version(accepted, now):  # noqa: F811
    assert adopt(accepted, [("NET-1", 500, 30_000, 40)], now) == 1
    assert adopt(accepted, [("NET-1", 500, 30_000, 40)], now) == 0
    assert adopt(accepted, [("NET-1", 510, 30_000, 45)], now) == 1
    with accepted.reading() as session:
        assert [row.version for row in gain_queries.gains(session).values()] == [2]


@pytest.mark.parametrize("gain", [None, [520, 31_000]])
def test_a_completion_carries_the_gain_expected_then_and_keeps_it(app, accepted, cast, zhaxi, now, gain):  # noqa: F811
    with accepted.reading() as session:
        code = courses.current_revision(session, SLUG).meta["moves"][0]["c"]
    if gain:
        adopt(accepted, [(code, *gain, 31)], now)
        page = browser_of(app, cast, "zhaxi").get(f"/courses/{SLUG}/").text
        assert "people who took it changed by about 52 points on this scale (31 people)" in page
    else:
        assert "Expected: about +35 points; not measured for this course yet." in browser_of(app, cast, "zhaxi").get(f"/courses/{SLUG}/").text
    attempt = start(accepted, zhaxi, now)
    with accepted.writing() as session:
        assessments.submit(session, actor=zhaxi, ref=attempt.ref, now=now)
    adopt(accepted, [(code, 900, 26_000, 60)], now)
    with accepted.reading() as session:
        assert session.scalars(select(Completion.gains)).one() == ({code: gain} if gain else None)
        assert list(differences(session)) == []


def test_the_stamped_gain_moves_the_expected_estimate(database):
    here = learn(database, PEOPLE[:1])
    with database.reading() as session:
        row = session.get_one(Proficiency, (here.cast.officials["zhaxi"], "SEC-1"))
        assert row.expected_m_milli > row.m_milli
        assert list(differences(session)) == []
