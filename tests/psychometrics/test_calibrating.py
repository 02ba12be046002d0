"""The night's calibration of new questions: what it changes, whom it moves, and that stored stays derived."""

from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import func, select, update

from lms.access.actor import operator
from lms.access.models import AuditEntry
from lms.assessments.bank_actions import PlainItem, load_plain_items
from lms.assessments.models import ItemRevision, Response
from lms.competency.models import Proficiency
from lms.competency.rebuild import differences
from lms.config import Settings
from lms.core.errors import Conflict
from lms.psychometrics import actions, jobs
from lms.psychometrics.models import CalibrationRun, ItemCalibration, ItemStatistic
from tests.psychometrics.county import CODE, Plan, county


@pytest.fixture
def planted(database, worlds, now):
    """200 officials, 12 new questions of which the last has a wrong key."""

    def build():
        with database.writing() as session:
            return county(session, now, people=200, plan=Plan(wrong_key="Q11"))

    return worlds.make(database, "200 officials, a wrong key at Q11", build)


def calibrate(now):
    jobs.refresh_figures(now)
    return jobs.calibrate_new(operator(), now)


def stored(database, model, *columns):
    with database.reading() as session:
        return session.execute(select(*columns) if columns else select(model.__table__)).all()


def test_difficulties_come_near_the_truth_and_doubted_keys_wait(database, now, planted):
    found = calibrate(now)
    assert sorted(one.code for one in found) == [f"Q{n:02d}" for n in range(11)]
    truth = np.array([planted.truth[one.code][1] for one in found])
    before, after = (np.array([getattr(one, name)[1] for one in found]) / 1000 for name in ("before", "after"))
    assert np.sqrt(((after - truth) ** 2).mean()) < 0.6 * np.sqrt(((before - truth) ** 2).mean())
    assert all(one.after[2] < one.before[2] for one in found)


def test_stored_equals_derived_afterwards_and_estimates_carry_the_number(database, now, planted):
    calibrate(now)
    with database.reading() as session:
        assert list(differences(session)) == []
        models = set(session.scalars(select(Proficiency.model)))
    assert {model.rsplit("/", 1)[1] for model in models} == {"1"}


def test_only_those_concerned_get_another_model_version(database, now, planted):
    with database.writing() as session:
        other = next(iter(planted.abilities))
        session.execute(update(Response).where(Response.official_id == other, Response.item_revision_id != planted.revisions["Q11"].id).values(void=True))
    with database.writing() as session:
        from lms.competency.actions import replay_pairs

        replay_pairs(session, pairs={(other, CODE)}, now=now)
    calibrate(now)
    models = dict(stored(database, None, Proficiency.official_id, Proficiency.model))
    assert models[other].endswith("/0")
    assert {model.rsplit("/", 1)[1] for official, model in models.items() if official != other} == {"1"}
    with database.reading() as session:
        assert list(differences(session)) == []


def test_what_changed_is_appended_with_before_and_after(database, now, planted):
    (one, *_) = [one for one in calibrate(now) if one.code == "Q00"]
    revision = planted.revisions["Q00"].id
    with database.reading() as session:
        row = session.scalars(select(ItemCalibration).where(ItemCalibration.item_revision_id == revision)).one()
        item = session.get_one(ItemRevision, revision)
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "items_calibrated")).one()
    assert (row.a_before, row.b_before, row.vb_before, row.n) == (1000, 0, 640_000, 200)
    assert (row.a_after, row.b_after, row.vb_after) == one.after == (item.a_milli, item.b_milli, item.vb_micro)
    assert item.calibration == row.run_id == 1
    assert entry.subject == "calibration 1"


def test_a_second_night_without_new_answers_changes_nothing(database, now, planted):
    calibrate(now)
    assert calibrate(now + timedelta(days=1)) == []
    assert len(stored(database, CalibrationRun)) == 1


def test_few_answers_are_left_to_the_author(database, now):
    with database.writing() as session:
        county(session, now, people=29)
    assert calibrate(now) == []


@pytest.mark.parametrize(
    "n, last, due",
    [(29, None, False), (30, None, True), (60, 50, False), (75, 50, True), (1000, 200, False), (1000, 199, True)],
)
def test_anchors_are_frozen_and_new_items_come_again_with_half_as_many_answers_more(n, last, due):
    assert actions.is_due(n, ItemCalibration(n=last) if last else None) is due


def test_a_dry_run_changes_nothing(database, now, planted):
    jobs.refresh_figures(now)
    with database.reading() as session:
        assert len(actions.new_parameters(session)) == 11
    assert stored(database, CalibrationRun) == []
    assert {row.calibration for row in stored(database, None, ItemRevision.calibration)} == {0}


def test_a_stopped_calibration_is_finished_by_the_next_night(database, now, planted):
    jobs.refresh_figures(now)
    with database.reading() as session:
        found = actions.new_parameters(session)
    with database.writing() as session:
        actions.write_parameters(session, actor=operator(), found=found, now=now)
    with database.reading() as session:
        assert list(differences(session)) != []
    jobs.calibrate_new(operator(), now + timedelta(days=1))
    with database.reading() as session:
        assert list(differences(session)) == []
        assert actions.unfinished_runs(session) == []


def test_a_second_calibration_starts_from_the_author_again(database, now, planted):
    """Answers must not count twice: once in the prior, once again."""
    first = {one.code: one for one in calibrate(now)}
    with database.writing() as session:
        session.execute(update(ItemCalibration).values(n=100))  # as if half of the answers had come since
    again = {one.code: one for one in calibrate(now + timedelta(days=1))}
    with database.reading() as session:
        assert list(differences(session)) == []
    # the others' parameters have moved, so ability differs a little; the interval does not shrink as if there were twice the answers
    assert all(abs(one.after[1] - first[code].after[1]) < 250 for code, one in again.items())
    assert np.median([one.after[2] / first[code].after[2] for code, one in again.items()]) > 0.8


def test_the_night_does_both_unless_switched_off(app, database, now, planted):
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = Settings(instance=settings.instance, calibrate_items=False)
    jobs.nightly(now)
    assert stored(database, CalibrationRun) == []
    app.config["SETTINGS"] = settings
    jobs.nightly(now)
    assert len(stored(database, CalibrationRun)) == 1


def test_answers_that_turn_against_the_parameters_are_noticed(database, now, planted):
    calibrate(now - timedelta(days=365))
    with database.writing() as session:
        assert session.scalar(select(func.count()).where(ItemStatistic.flags.contains(" drift "))) == 0
        session.execute(update(Response).where(Response.item_revision_id == planted.revisions["Q10"].id).values(correct=1, fraction_milli=1000))
    jobs.refresh_figures(now)
    with database.reading() as session:
        drifted = {row.code: row.detail["drift"] for row in session.scalars(select(ItemStatistic).where(ItemStatistic.flags.contains(" drift ")))}
    assert list(drifted) == ["Q10"]
    assert drifted["Q10"]["residual"] > 0.2


def test_items_of_another_platform_may_be_loaded_again_after_their_calibration(database, now):
    item = PlainItem("EXT-1", CODE, 2, "A", 1000, 200, 2500, 40_000)
    with database.writing() as session:
        load_plain_items(session, actor=operator(), items=[item], source="t", now=now)
        session.execute(update(ItemRevision).values(b_milli=900, calibration=1))
        assert load_plain_items(session, actor=operator(), items=[item], source="t", now=now) == 0
        with pytest.raises(Conflict):
            load_plain_items(session, actor=operator(), items=[PlainItem("EXT-1", CODE, 3, "A", 1000, 200, 2500, 40_000)], source="t", now=now)
