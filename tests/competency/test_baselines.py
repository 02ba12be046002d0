"""Where a unit began: its first released measurement stays, whatever happens later."""

from datetime import timedelta

from sqlalchemy import func, select

from lms.competency.baseline_queries import baseline, baselines
from lms.competency.models import SnapshotCell, UnitBaseline
from lms.competency.snapshots import take_snapshot
from tests.competency.test_incremental import county
from tests.competency.test_snapshots import SIZES, crowd
from tests.competency.world import NOW, World

LATER = NOW + timedelta(days=200)


def begin(home: World) -> None:
    crowd(home)
    take_snapshot(home.session, now=NOW)


def test_the_first_released_measurement_is_the_units_baseline(database):
    with county(database) as home:
        assert baseline(home.session, home.cast.units["513398101"]) == {}
        begin(home)
        known = baseline(home.session, home.cast.units["513398101"])["SEC-1"]
        assert known.as_of == NOW.date()
        assert (known.cell.n_required, known.cell.n_evidence, known.cell.met, known.cell.not_yet) == (31, 30, 10, 10)


def test_it_stays_when_the_unit_moves_on(database):
    with county(database) as home:
        begin(home)
        first = baseline(home.session, home.cast.units["513398101"])["SEC-1"]
        home.answer(*[(f"513398101-{n}", f"SEC-1-Q{q}", 800, 1) for n in range(SIZES["513398101"]) for q in range(8)], ref="B")
        take_snapshot(home.session, now=LATER)
        assert baseline(home.session, home.cast.units["513398101"])["SEC-1"] == first
        newest = select(SnapshotCell.met).where(SnapshotCell.unit_id == home.cast.units["513398101"], SnapshotCell.competency == "SEC-1")
        assert set(home.session.scalars(newest)) != {first.cell.met}


def test_what_a_snapshot_hides_is_no_baseline(database):
    """The township has three people: too few to be shown."""
    with county(database) as home:
        begin(home)
        hidden = [home.cast.units[code] for code in ("513399201", "5133992011")]
        assert baselines(home.session, hidden) == {unit: {} for unit in hidden}
        assert home.session.scalar(select(func.min(UnitBaseline.n_evidence))) >= 5


def test_a_competency_without_five_people_with_evidence_waits(database):
    with county(database) as home:
        begin(home)
        assert set(baseline(home.session, home.cast.units["513398101"])) == {"SEC-1"}
        everyone = [(f"{unit}-{n}", n) for unit, size in SIZES.items() for n in range(size)]
        home.answer(*[(key, f"NET-1-Q{q}", 690, int(n % 3 > 0)) for key, n in everyone for q in range(1, 7)], ref="C")
        take_snapshot(home.session, now=LATER)
        known = baseline(home.session, home.cast.units["513398101"])
        assert known["SEC-1"].as_of == NOW.date() and known["NET-1"].as_of == LATER.date()
