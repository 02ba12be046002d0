"""A province of a million officials as rows of the real tables: units, people, accounts, and estimates for eight pairs in each.

    LMS_INSTANCE=FOLDER python -m bench.province_data --officials 1000000 --units 20000 [--check]

Estimates are drawn from some thousands that the product replayed from drawn answers, so each row is one that it could have written itself. The cells
above them are added up here with NumPy; `--check` has the product derive the tree anew and compare (for small sizes). The snapshot, the counts of access,
the standings of class hours and in both strands are made by the product's own nightly work.
"""

import argparse
import json
import random
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import insert, select, text

from bench.site import PASSWORD
from lms.access.actor import operator
from lms.access.permissions import Role
from lms.app import create_app
from lms.assessments import actions as items_actions
from lms.assignments.models import Assignment, AssignmentGroup, AssignmentReason
from lms.competency import estimates
from lms.competency.cells import COLUMNS, Leaf, expiry_day
from lms.competency.evidence import Facts
from lms.competency.models import LeafRollup, Proficiency, Target, TreeExpiry, TreeRollup
from lms.competency.proficiency import ItemParameters, Response
from lms.competency.rebuild import rebuild_tree
from lms.competency.targeting import BASELINE
from lms.core import clock, framework
from lms.core.db import database
from lms.operations import sample_county as county
from lms.people import account_queries, accounts
from lms.people.models import Account, Official, Position, Unit
from lms.people.passwords import hash_password

ROOT, PAIRS, POOL, PORTION = "51", 8, 200, 50_000
WEIGHTS = {"county": 12, "county-department": 28, "township": 14, "township-office": 14, "village": 5}


def units(count: int) -> Iterator[dict[str, Any]]:
    """Province, prefectures of ten counties, counties of a hundred units: departments, townships with offices and villages."""
    made: list[dict[str, Any]] = []
    rng = random.Random(1)
    prefecture: dict[str, Any] = {}

    def add(code: str, parent: dict[str, Any] | None, tier: str, connection: str = "fibre") -> dict[str, Any]:
        number = len(made) + 1
        path = f"{parent['path'] if parent else '/'}{number}/"
        row = {"id": number, "code": code, "name_zh": f"示例{code}", "name_en": f"Sample {code}", "parent_id": parent and parent["id"], "path": path}
        made.append(row | {"tier": tier, "connection": connection, "created_at": clock.now()})
        return made[-1]

    top = add(ROOT, None, "province")
    for n in range(max(1, count // 100)):
        if n % 10 == 0:
            prefecture = add(f"{ROOT}{n // 10 + 1:02d}", top, "prefecture")
        here = add(f"{prefecture['code']}{n % 10 + 1:02d}", prefecture, "county")
        for d in range(15):
            add(f"{here['code']}{101 + d}", here, "county-department")
        for t in range(12):
            township = add(f"{here['code']}{201 + t}", here, "township", rng.choice(("fibre", "4g")))
            for k in range(6):
                tier, links = ("township-office", ("fibre", "4g")) if k < 3 else ("village", ("4g", "satellite", "none"))
                add(f"{township['code']}{k + 1}", township, tier, rng.choice(links))
    yield from made


def bulk(session: Any, table: Any, names: list[str], rows: Iterable[tuple]) -> None:
    """Rows of plain values into a table, past the statement builder: a million times its cost is an hour."""
    raw = session.connection().connection.driver_connection
    if session.get_bind().dialect.name == "sqlite":
        raw.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", rows)
        return
    with raw.cursor().copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


class Pool:
    """Estimates for each (competency, target level), as the product replays them from answers to sample items."""

    def __init__(self, now: datetime) -> None:
        self.rows: list[dict[str, Any]] = []
        self.first: dict[tuple[str, int], int] = {}
        self.bank: dict[str, list[county.SampleItem]] = {}
        for item in county.items(framework.read().codes):
            self.bank.setdefault(item.competency, []).append(item)
        self.rng, self.now, self.in_force = random.Random(2), now, estimates.rules()

    def add(self, code: str, target: int) -> None:
        """Draw the pool of one pair of competency and target."""
        self.first[code, target] = len(self.rows)
        while len(self.rows) < self.first[code, target] + POOL:
            self.rows.append(estimates.columns(Facts(responses=list(self._answers(code, target))), target, self.in_force))

    def _answers(self, code: str, target: int) -> Iterator[Response]:
        rng, ability = self.rng, self.rng.gauss(0.8, 0.8)
        suitable = [one for one in self.bank[code] if one.level in (min(target, 3), max(1, min(target, 3) - 1))]
        at = self.now - timedelta(days=rng.randint(2, 360))
        for n, one in enumerate(rng.sample(suitable, rng.choice((6, 8, 8, 10)))):
            right = 0.25 + 0.75 / (1 + np.exp(-(ability - one.b_milli / 1000)))
            weights = ItemParameters.from_integers(1000, one.b_milli, 2500, 40000)
            applied = one.cognitive == "A"
            yield Response(one.code, weights, at, int(rng.random() < right), ref="bench", position=n, apply=applied, scenario=one.in_scenario)


class Province:
    """Everything at once: arrays by official (unit, post) and by pair (official, competency, estimate of the pool)."""

    def __init__(self, session: Any, officials: int, count: int, now: datetime) -> None:
        self.session, self.now, self.n = session, now, officials
        self.units = list(units(count))
        self.posts = {row.code: row.id for row in session.scalars(select(Position))}
        self.asked = self._asked()
        self.codes = list(framework.read().codes)
        self.rng = np.random.default_rng(3)
        places = [row for row in self.units if row["tier"] in WEIGHTS]
        weights = np.array([WEIGHTS[row["tier"]] for row in places], float)
        chosen = np.sort(self.rng.choice(len(places), officials, p=weights / weights.sum()))
        posts_of = [[self.posts[code] for code in county.POSTS_BY_TIER[row["tier"]]] for row in places]
        self.unit = np.array([row["id"] for row in places])[chosen]
        drawn = self.rng.integers(0, 1 << 30, officials)
        self.post = np.array([posts_of[place][number % len(posts_of[place])] for place, number in zip(chosen.tolist(), drawn.tolist(), strict=True)])

    def _asked(self) -> dict[int, list[tuple[str, int]]]:
        """Competency and level by post, the baseline included."""
        levels: dict[int, dict[str, int]] = {}
        for row in self.session.scalars(select(Target).where(Target.level > 0)):
            levels.setdefault(row.position_id, {})[row.competency] = row.level
        base = levels.get(self.posts[BASELINE], {})
        return {post: sorted((base | levels.get(post, {})).items()) for post in self.posts.values()}

    def write_people(self) -> None:
        """Units, officials and their accounts."""
        self.session.execute(insert(Unit), self.units)
        made = self.now.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        rng = random.Random(4)
        names = [surname + "".join(rng.sample(county.GIVEN, 2)) for surname in county.SURNAMES for _ in range(400)]
        joined, soon = [date(year, 9, 1).isoformat() for year in range(1990, 2024)], [date(2027 + n, 5, 28).isoformat() for n in range(4)]
        columns = ["id", "ref", "staff_no", "name", "unit_id", "position_id", "grade", "birth_month", "phone"]
        columns += ["joined_on", "retires_on", "active", "created_at"]
        places = enumerate(zip(self.unit.tolist(), self.post.tolist(), strict=True), 1)
        bulk(
            self.session, Official.__table__, columns,
            (
                (i, f"o{i:09d}", f"YX{1_000_000 + i}", names[i * 7919 % len(names)], unit, post, county.GRADES[i % 7], "1980-01", "",
                 joined[i % 34], soon[i % 4] if i % 50 == 0 else None, True, made)
                for i, (unit, post) in places
            ),
        )  # fmt: skip
        columns = ["ref", "login", "name", "official_id", "large_type", "active", "created_at"]
        bulk(
            self.session, Account.__table__, columns,
            ((f"a{i:09d}", f"YX{1_000_000 + i}", names[i * 7919 % len(names)], i, False, True, made) for i in range(1, self.n + 1)),
        )  # fmt: skip

    def draw_pairs(self, pool: Pool) -> None:
        """Eight competencies of each official's post, each with an estimate of the pool."""
        for post in set(self.post.tolist()):
            for code, level in self.asked[post]:
                if (code, level) not in pool.first:
                    pool.add(code, level)
        offset = self.rng.integers(0, 64, self.n)
        official, column, estimate = [], [], []
        for post in set(self.post.tolist()):
            here, asked = np.flatnonzero(self.post == post), self.asked[post]
            columns = np.array([self.codes.index(code) for code, _ in asked])
            firsts = np.array([pool.first[pair] for pair in asked])
            for k in range(min(PAIRS, len(asked))):
                which = (offset[here] + k) % len(asked)
                official.append(here + 1)
                column.append(columns[which])
                estimate.append(firsts[which] + self.rng.integers(0, POOL, len(here)))
        official, column, estimate = (np.concatenate(part) for part in (official, column, estimate))
        order = np.lexsort((column, official))
        self.official, self.column, self.estimate, self.pool = official[order], column[order], estimate[order], pool

    def write_estimates(self) -> None:
        """One row for each pair."""
        names = [column.name for column in Proficiency.__table__.columns]
        tails = [tuple(json.dumps(row[name]) if name == "evidence" else row[name] for name in names[2:]) for row in self.pool.rows]
        codes = self.codes
        for start in range(0, len(self.official), PORTION * 10):
            part = (array[start : start + PORTION * 10].tolist() for array in (self.official, self.column, self.estimate))
            bulk(self.session, Proficiency.__table__, names, ((who, codes[c], *tails[e]) for who, c, e in zip(*part, strict=True)))
            self.session.commit()  # a log of one transaction would be as long as the table

    def write_cells(self) -> None:
        """Leaves, the tree above them, and the days on which states lapse."""
        parts = [estimates.addition(row, self.pool.in_force) for row in self.pool.rows]
        sums = np.array([part.sums for part in parts], np.int64)
        unit, post = self.unit[self.official - 1], self.post[self.official - 1]
        width = max(self.posts.values()) + 1
        heads, people = np.unique(self.unit * width + self.post, return_counts=True)
        keys, totals = _added((unit * width + post) * len(self.codes) + self.column, sums[self.estimate])
        known = dict(zip(keys.tolist(), range(len(keys)), strict=True))
        leaves: list[Leaf] = []
        values = []
        for head, n in zip(heads.tolist(), people.tolist(), strict=True):
            for code, level in self.asked[head % width]:
                at = known.get(head * len(self.codes) + self.codes.index(code))
                row = totals[at].copy() if at is not None else np.zeros(sums.shape[1], np.int64)
                row[0] = n
                leaves.append(Leaf(head // width, head % width, code, level))
                values.append(row)
        table = np.array(values)
        self._write(LeafRollup, [tuple(leaf) for leaf in leaves], table)
        self._write_tree(np.array([leaf.unit_id for leaf in leaves]), np.array([self.codes.index(leaf.competency) for leaf in leaves]), table)
        self._write_lapses(unit, parts)

    def _write(self, model: Any, keys: list[tuple], table: np.ndarray) -> None:
        names = [column.name for column in model.__table__.primary_key]
        unclear = table[:, COLUMNS.index("n_evidence")] - table[:, COLUMNS.index("n_met")] - table[:, COLUMNS.index("n_not_yet")]
        rows = zip(keys, table.tolist(), unclear.tolist(), strict=True)
        bulk(self.session, model.__table__, [*names, *COLUMNS, "n_unclear"], ((*key, *numbers, rest) for key, numbers, rest in rows))

    def _above(self, unit: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """For each depth: which of the units have an ancestor there, and its id."""
        paths = [[]] + [[int(part) for part in row["path"].strip("/").split("/")] for row in self.units]
        for depth in range(max(map(len, paths))):
            at = np.array([path[depth] if depth < len(path) else 0 for path in paths])[unit]
            yield np.flatnonzero(at), at[at > 0]

    def _write_tree(self, unit: np.ndarray, column: np.ndarray, table: np.ndarray) -> None:
        for here, above in self._above(unit):
            keys, totals = _added(above * len(self.codes) + column[here], table[here])
            self._write(TreeRollup, [(key // len(self.codes), self.codes[key % len(self.codes)]) for key in keys.tolist()], totals)

    def _write_lapses(self, unit: np.ndarray, parts: list[Any]) -> None:
        kinds = sorted({str(part.lapse[0]) for part in parts if part.lapse})
        bins = np.array([0 if part.lapse is None else 1 + expiry_day(part.lapse) * 2 + kinds.index(str(part.lapse[0])) for part in parts], np.int64)
        mine = bins[self.estimate]
        for here, above in self._above(unit):
            some = mine[here] > 0
            packed = ((above[some] * len(self.codes) + self.column[here][some]) << 20) | (mine[here][some] - 1)
            keys, n = np.unique(packed, return_counts=True)
            cells, rest = keys >> 20, keys & ((1 << 20) - 1)
            numbers = (cells // len(self.codes), cells % len(self.codes), rest // 2, rest % 2, n)
            rows = zip(*(part.tolist() for part in numbers), strict=True)
            names = ["unit_id", "competency", "state", "day", "n"]
            bulk(self.session, TreeExpiry.__table__, names, ((place, self.codes[c], kinds[k], day, count) for place, c, day, k, count in rows))


def _added(keys: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct keys, and the exact sums of their rows."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    return ordered[starts], np.add.reduceat(rows[order], starts, axis=0)


def write_assignments(session: Any, officials: int, now: datetime) -> None:
    """A course for everybody, one for a prefecture's share, one for a county's; a third is done, a tenth of the rest overdue."""
    made, today = now.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"), now.date()
    due = [(today + timedelta(days=days)).isoformat() for days in (-10, *[30] * 9)]
    number = 0
    for group, (share, code) in enumerate(((1, "bench-all"), (20, "bench-prefecture"), (200, "bench-county")), 1):
        session.execute(
            insert(AssignmentGroup),
            [{"id": group, "ref": f"g{group}", "kind": "course", "code": code, "due_on": today, "source_kind": "hand", "made_by": "bench", "made_at": now}],
        )
        ids, first = range(1, officials // share + 1), number
        columns = ["id", "ref", "official_id", "kind", "code", "due_on", "state", "made_at", "done_at", "done_before"]
        state = lambda n: ("done", made) if n % 3 == 0 else ("open", None)  # noqa: E731
        rows = ((first + n, f"s{first + n:09d}", n, "course", code, due[n % 10], state(n)[0], made, state(n)[1], False) for n in ids)
        bulk(session, Assignment.__table__, columns, rows)
        columns = ["id", "assignment_id", "group_id", "occasion", "due_on", "at"]
        bulk(session, AssignmentReason.__table__, columns, ((first + n, first + n, group, "", due[n % 10], made) for n in ids))
        number += len(ids)


def prepare(session: Any, now: datetime) -> None:
    """The bank of sample items, and who looks at the pages: HR of the province, its head, HR of a county."""
    actor, hashed = operator("bench"), hash_password(PASSWORD)
    bank = [
        items_actions.PlainItem(i.code, i.competency, i.level, i.cognitive, 1000, i.b_milli, 2500, 40000, i.in_scenario)
        for i in county.items(framework.read().codes)
    ]
    items_actions.load_plain_items(session, actor=actor, items=bank, source="bench", now=now)
    for login, role, code in (("hr", Role.HR, ROOT), ("head", Role.UNIT_HEAD, ROOT), ("county-hr", Role.HR, f"{ROOT}0101")):
        account = accounts.add_account(session, actor=actor, login=login, name=login, now=now)
        accounts.grant_role(session, actor=actor, account=account, role=role, unit=account_queries.unit_by_code(session, code), now=now)
        accounts.set_password(session, actor=actor, account=account, password_hash=hashed, now=now)


class Watch:
    """Says what each step took."""

    def __init__(self) -> None:
        self.wall, self.work = time.perf_counter(), time.process_time()

    def say(self, name: str) -> None:
        wall, work = time.perf_counter(), time.process_time()
        print(f"{name}\t{wall - self.wall:.1f}\t{work - self.work:.1f}", flush=True)
        self.wall, self.work = wall, work


def build(officials: int, count: int, skip: list[str]) -> None:
    """Fill the instance; prints a line (step, seconds, processor seconds) for each step."""
    now, watch = clock.now(), Watch()
    with database().new_session(write=True) as session:
        province = Province(session, officials, count, now)
        province.write_people()
        session.commit()
        watch.say(f"{officials:,} officials with accounts in {len(province.units):,} units")
        province.draw_pairs(Pool(now))
        watch.say(f"drawing {len(province.official):,} estimates")
        province.write_estimates()
        watch.say("writing the estimates")
        province.write_cells()
        session.commit()
        watch.say("adding up and writing the cells")
        write_assignments(session, officials, now)
        session.commit()
        watch.say("assignments for everybody")
        prepare(session, now)
        session.commit()
    with database().writing() as session:
        session.execute(text("ANALYZE"))
    watch.say("bank, accounts of HR, statistics of the tables")
    for name, night in nights().items():
        if name not in skip:
            night(now)
            watch.say(f"nightly: {name}")


def nights() -> dict[str, Any]:
    """The nightly work that a province's pages read from."""
    from lms.wiring import daily

    return {name: night for name, night in daily().items() if name in ("snapshot", "access", "both strands", "class hours")}


def check() -> None:
    """Have the product derive the tree from leaves and estimates; say how many rows it would have written otherwise."""
    with database().writing() as session:
        before = [session.execute(select(model.__table__).order_by(*model.__table__.primary_key)).all() for model in (TreeRollup, TreeExpiry)]
        rebuild_tree(session, [], now=clock.now())
        after = [session.execute(select(model.__table__).order_by(*model.__table__.primary_key)).all() for model in (TreeRollup, TreeExpiry)]
    wrong = sum(len(set(one) ^ set(other)) for one, other in zip(before, after, strict=True))
    print(f"cells otherwise than the product derives them\t{wrong}\t{sum(map(len, after))}", flush=True)


def main() -> None:
    """Read the options, fill the instance."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--officials", type=int, default=1_000_000)
    parser.add_argument("--units", type=int, default=20_000)
    parser.add_argument("--skip", nargs="*", default=[], help="nightly work to leave out")
    parser.add_argument("--check", action="store_true", help="compare the cells with what the product derives")
    given = parser.parse_args()
    with create_app().app_context():
        build(given.officials, given.units, given.skip)
        if given.check:
            check()


if __name__ == "__main__":
    main()
