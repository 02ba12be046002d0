"""Snapshots, the gap table and the commands that print them."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, select

from lms.competency import cli, content, snapshots
from lms.competency.actions import replay_pairs, targets_of
from lms.competency.gap_table import HIDDEN, as_csv, as_json, as_table, of_unit
from lms.competency.models import FrameworkRevision, Snapshot, SnapshotCell, StateChange, Target, TreeRollup
from lms.competency.queries import latest_snapshot, live_cells, snapshot_cells
from lms.competency.snapshots import prune, take_snapshot
from lms.core import framework
from lms.core.clock import date_of, day_number
from lms.core.errors import Conflict, NotFound, Refused
from lms.core.ids import new_ref
from lms.people.events import OfficialMoved, OfficialsMoved, Placement
from lms.people.models import Official, Position, Unit
from tests.competency.world import NOW, World, world

SIZES = {"513399101": 12, "513399102": 9, "5133992011": 2, "513398101": 30}
"""Clerks added by unit: the township is too small to be shown, the data centre goes along with it."""


def crowd(home: World) -> None:
    """Clerks with evidence on SEC-1: a third met, a third not yet, a third undecided."""
    position, moves, answers = home.cast.positions["P01"], [], []
    for code, size in SIZES.items():
        for n in range(size):
            key = f"{code}-{n}"
            official = Official(ref=new_ref(), staff_no=key, name=key, unit_id=home.cast.units[code], position_id=position, active=True, created_at=NOW)
            home.session.add(official)
            home.session.flush()
            home.cast.officials[key] = official.id
            moves.append(OfficialMoved(official.id, None, Placement(official.unit_id, position)))
            right = {0: (1,) * 6, 1: (0,) * 6, 2: (1,)}[n % 3]
            answers += [(key, f"SEC-1-Q{q}", 650, y) for q, y in enumerate(right, start=1)]
    home.tell(OfficialsMoved(moves))
    home.answer(*answers)


@pytest.fixture
def home(database, worlds):
    def make() -> World:
        with database.writing() as session:
            home = world(session)
            crowd(home)
        return home

    made = worlds.make(database, "clerks", make)
    with database.new_session(write=True) as session:
        yield replace(made, session=session)
        session.rollback()


def unit(home: World, code: str) -> Unit:
    return home.session.scalars(select(Unit).where(Unit.code == code)).one()


def published(home: World, code: str) -> dict[str, bool]:
    """Whether SEC-1 is shown, by unit code; `direct` for the people directly at the unit."""
    cells = snapshot_cells(home.session, latest_snapshot(home.session), unit(home, code))
    names = dict(home.session.execute(select(Unit.id, Unit.code)).all())
    return {"direct" if direct else names[place]: numbers["SEC-1"] is not None for (place, direct), numbers in cells.items() if "SEC-1" in numbers}


def test_small_cells_are_hidden_and_so_is_what_would_give_them_away(home):
    take_snapshot(home.session, now=NOW)
    assert published(home, "5133") == {"5133": True, "513399": True, "513398": True}
    assert published(home, "513399") == {"513399": True, "513399101": True, "513399102": False, "513399201": False}


def test_a_hidden_cell_has_no_number_in_the_table_either(home):
    take_snapshot(home.session, now=NOW)
    numbers = [c.name for c in SnapshotCell.__table__.columns if not c.primary_key]
    hidden = home.session.scalars(select(SnapshotCell).where(SnapshotCell.unit_id == home.cast.units["513399201"])).all()
    assert hidden and all(getattr(cell, name) is None for cell in hidden for name in numbers)


def test_shown_numbers_are_those_of_the_day(home):
    snapshot = take_snapshot(home.session, now=NOW)
    county = unit(home, "513398101")
    live = live_cells(home.session, county, day_number(NOW))[county.id, False]["SEC-1"]
    shown = snapshot_cells(home.session, snapshot, county)[county.id, False]["SEC-1"]
    assert shown[:6] == live[:6] == (31, 30, 10, 10, 10, 1)
    assert shown[6:] == tuple(pytest.approx(value, abs=0.0005) for value in live[6:])


def test_a_cell_is_renewed_when_five_people_in_it_have_moved_and_not_before(home):
    def shown():
        return snapshot_cells(home.session, latest_snapshot(home.session), unit(home, "513398101"))[home.cast.units["513398101"], False]["SEC-1"]

    take_snapshot(home.session, now=NOW)
    before = shown()
    assert before[:6] == (31, 30, 10, 10, 10, 1)
    for hour, undecided in enumerate((2, 5, 8, 11, 14), start=1):
        assert shown() == before
        home.answer(*[(f"513398101-{undecided}", f"SEC-1-Q{q}", 660, 1) for q in range(2, 7)])
        take_snapshot(home.session, now=NOW + timedelta(hours=hour))
    assert shown()[:6] == (31, 30, 15, 10, 5, 1)


def test_old_snapshots_go_but_one_a_month_stays(home, database):
    for days in (100, 99, 60, 40, 39, 5):
        take_snapshot(home.session, now=NOW - timedelta(days=days))
    home.session.commit()
    prune(database, now=NOW)
    kept = [(NOW.date() - day).days for day in home.session.scalars(select(Snapshot.as_of).order_by(Snapshot.id))]
    assert kept == [100, 60, 40, 5]
    assert home.session.scalar(select(func.count(SnapshotCell.snapshot_id.distinct()))) == 4


def test_a_state_that_lapses_is_noted_once_and_so_is_its_return(home):
    key = "513398101-0"
    until = home.row(key, "SEC-1").confirmed_until
    home.session.execute(delete(StateChange))
    for day in (until, until + 1, until + 1, until + 2):
        moment = datetime.combine(date_of(day), time(2), UTC)
        take_snapshot(home.session, now=moment)
    changes = select(StateChange.before, StateChange.after).where(StateChange.official_id == home.cast.officials[key]).order_by(StateChange.id)
    assert [tuple(row) for row in home.session.execute(changes)] == [("met", "unclear")]
    home.answer(*[(key, f"SEC-1-Q{q}", until + 5 - 20_089, 1) for q in range(6)], publish=False)
    replay_pairs(home.session, pairs=[(home.cast.officials[key], "SEC-1")], now=moment + timedelta(days=9))
    assert [tuple(row) for row in home.session.execute(changes)] == [("met", "unclear"), ("unclear", "met")]


def test_the_gap_table_has_a_row_for_the_unit_and_each_child_by_competency(home):
    take_snapshot(home.session, now=NOW)
    table = of_unit(home.session, "513399")
    codes = list(framework.read().codes)
    assert [(row["unit"], row["competency"]) for row in table.rows] == [
        (code, name) for code in ("513399", "513399101", "513399102", "513399201") for name in codes
    ]
    assert json.loads(as_json(table)).keys() == {"unit", "as_of", "competencies", "rows"}
    keys = ["unit", "competency", "n_required", "n_evidence", "met", "not_yet", "unclear", "no_evidence", "mean", "se", "gap"]
    assert list(table.rows[0]) == keys and table.as_of == "2026-11-23"


def test_suppressed_numbers_are_null_and_absent_targets_are_zero(home):
    take_snapshot(home.session, now=NOW)
    rows = {(row["unit"], row["competency"]): row for row in json.loads(as_json(of_unit(home.session, "513399")))["rows"]}
    township = rows["513399201", "SEC-1"]
    assert {township[name] for name in HIDDEN._fields} == {None}
    assert rows["513399", "DAT-1"]["n_required"] == 0 and rows["513399", "DAT-1"]["mean"] is None
    centre = rows["513399101", "SEC-1"]
    assert (centre["n_required"], centre["n_evidence"], centre["no_evidence"]) == (14, 12, 2)
    assert centre["met"] + centre["not_yet"] + centre["unclear"] == 12 and 0 <= centre["gap"] < 1


def test_csv_and_table_say_the_same(home):
    take_snapshot(home.session, now=NOW)
    table = of_unit(home.session, "513399101")
    row = next(r for r in csv.DictReader(io.StringIO(as_csv(table))) if r["competency"] == "SEC-1")
    line = next(line for line in as_table(table).splitlines() if "SEC-1" in line)
    assert (row["n_required"], row["n_evidence"]) == ("14", "12") and line.split()[2:4] == ["14", "12"]


def test_others_write_while_a_snapshot_is_worked_out_and_only_one_follows_another(database, cast, monkeypatch):
    with database.writing() as session:
        list(content.load(session, NOW))
    worked_out, taken = snapshots.worked_out, []

    def overtaken(session, before, *, now):
        yield from worked_out(session, before, now=now)
        monkeypatch.setattr(snapshots, "worked_out", worked_out)
        with database.writing() as writing:  # a reader holds nobody up
            taken.append(take_snapshot(writing, now=NOW).id)

    monkeypatch.setattr(snapshots, "worked_out", overtaken)
    with pytest.raises(Conflict):
        snapshots.take_in_portions(database, now=NOW)
    with database.reading() as session:
        assert session.scalars(select(Snapshot.id).where(Snapshot.ready)).all() == taken


def test_a_snapshot_in_portions_is_that_of_one_transaction_and_unseen_until_it_is_whole(database, cast, monkeypatch):
    with database.writing() as session:
        list(content.load(session, NOW))
        first = take_snapshot(session, now=NOW)
        rows = rows_of(session, first.id)
    monkeypatch.setattr(snapshots, "ROWS_AT_ONCE", 3)
    monkeypatch.setattr(snapshots, "CODES_AT_ONCE", 1)
    seen = []
    keep = snapshots.keep

    def watched(session, snapshot_id, portion):
        keep(session, snapshot_id, portion)
        seen.append(latest_snapshot(session).id)

    monkeypatch.setattr(snapshots, "keep", watched)
    snapshots.nightly(NOW + timedelta(hours=1))
    with database.reading() as session:
        newest = latest_snapshot(session)
        assert newest.id != first.id and set(seen) == {first.id} and len(seen) > 10
        assert rows_of(session, newest.id) == rows


def test_what_was_never_finished_goes_with_the_next(database, cast):
    with database.writing() as session:
        list(content.load(session, NOW))
        left = snapshots.begin(session, now=NOW).id
        for portion in snapshots.worked_out(session, None, now=NOW):
            snapshots.keep(session, left, portion)
        assert latest_snapshot(session) is None and rows_of(session, left)
        taken = take_snapshot(session, now=NOW)
        assert session.scalars(select(Snapshot.id)).all() == [taken.id] and taken.id > 0 and latest_snapshot(session) == taken


def rows_of(session, snapshot_id):
    cells = session.execute(select(SnapshotCell.__table__).where(SnapshotCell.snapshot_id == snapshot_id)).all()
    return sorted(map(str, (tuple(row)[1:] for row in cells)))


def test_an_unknown_unit_and_a_missing_snapshot_are_refused(home):
    with pytest.raises(NotFound):
        of_unit(home.session, "nowhere")
    with pytest.raises(Refused):
        of_unit(home.session, "513399")


@pytest.fixture
def lms(app, monkeypatch):
    """The commands, on the test's own instance."""
    from lms import app as module

    monkeypatch.setattr(module, "create_app", lambda: app)
    return lambda group, *words: CliRunner().invoke(group, list(words))


def test_the_gaps_command_refuses_without_a_snapshot_and_takes_one_when_asked(lms, database, cast):
    assert lms(cli.gaps, "--unit", "513399").exit_code == 1
    result = lms(cli.gaps, "--unit", "513399", "--format", "json", "--refresh")
    assert result.exit_code == 0 and json.loads(result.output)["unit"] == "513399"
    assert lms(cli.gaps, "--unit", "nowhere").exit_code == 1


def test_rebuild_check_exits_with_one_and_rebuild_puts_it_right(lms, database, cast):
    with database.writing() as session:
        list(content.load(session, NOW))
        session.execute(delete(TreeRollup).where(TreeRollup.competency == "LAW-2"))
    found = lms(cli.competency, "rebuild", "--check")
    assert found.exit_code == 1 and "LAW-2: missing" in found.output
    assert lms(cli.competency, "rebuild").exit_code == 0
    clean = lms(cli.competency, "rebuild", "--check")
    assert (clean.exit_code, clean.output) == (0, "Stored equals derived.\n")


def test_framework_and_positions_are_loaded_once(database, cast):
    with database.writing() as session:
        assert list(content.load(session, NOW)) == ["Framework 1.0.0: 20 competencies, 11 positions."]
        assert list(content.load(session, NOW)) == []
        assert session.scalar(select(func.count()).select_from(FrameworkRevision)) == 1
        clerk = session.scalars(select(Position).where(Position.code == "P01")).one()
        assert targets_of(session, {clerk.id})[clerk.id]["LAW-2"] == 3
        assert "GOV-4" not in targets_of(session, {clerk.id})[clerk.id]
        critical = session.scalars(select(Target.competency).where(Target.position_id == clerk.id, Target.critical)).all()
        assert sorted(critical) == ["LAW-2", "SRV-2", "SRV-3"]
