"""A province under load: a million officials, each page of HR with 16 people at once, exports, what an update costs, and a plan by classes.

    python -m bench.province [--officials 1000000] [--units 20000] [--seconds 6] [--users 16] [--postgresql] [--folder FOLDER] [--only NAME …]

`--folder` keeps the province there, and finds it again the next time. Each row: requests a second, quantiles in milliseconds as a person sees them with
all the others beside, `alone` the best of five with nobody else, and the processor time of one. All of it lands in bench/out/province.json.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from bench import scenarios, site
from bench.load import Figures, Load, Request, Response, User
from bench.scenarios import Person
from tests.support.postgres import fresh_database, temporary_cluster

TOP, PREFECTURE, COUNTY, TOWNSHIP = "51", "5101", "510101", "510101201"
CODE = "NET-1"
LIMIT_MS = 500.0

PAGES = {
    "heat map, province": f"/units/{TOP}/skills",
    "heat map, prefecture": f"/units/{PREFECTURE}/skills",
    "heat map, county": f"/units/{COUNTY}/skills",
    "heat map, township": f"/units/{TOWNSHIP}/skills",
    "a cell, province": f"/units/{TOP}/skills/cell/{CODE}",
    "a cell, county": f"/units/{COUNTY}/skills/cell/{CODE}",
    "people of a cell, province": f"/units/{TOP}/skills/people?competency={CODE}",
    "people of a cell, county": f"/units/{COUNTY}/skills/people?competency={CODE}",
    "what changed, province": f"/units/{TOP}/skills/changes",
    "board by competency": f"/talent/?unit={TOP}",
    "board by unit": f"/talent/?unit={TOP}&by=unit",
    "board by post": f"/talent/?unit={TOP}&by=post",
    "board by tier": f"/talent/?unit={TOP}&by=tier",
    "board by strand": f"/talent/?unit={TOP}&by=strand",
    "board, a county by unit": f"/talent/?unit={COUNTY}&by=unit",
    "a gap, province": f"/talent/gap/{TOP}/{CODE}",
    "balance by connection": f"/talent/balance?unit={TOP}",
    "balance by tier": f"/talent/balance?unit={TOP}&by=tier",
    "balance by place": f"/talent/balance?unit={TOP}&by=place",
    "both strands": "/talent/dual-strand",
    "both strands, page 100": "/talent/dual-strand?verdict=open&page=100",
    "both strands by name": "/talent/dual-strand?order=name",
    "bench strength, province": f"/talent/bench?unit={TOP}",
    "bench strength, county": f"/talent/bench?unit={COUNTY}",
    "who is ready for a post, county": f"/talent/bench/{COUNTY}/P01",
    "targets": "/talent/targets/",
    "targets of a unit": f"/talent/targets/units/{COUNTY}",
    "assignments": "/talent/assignments/",
    "assignments, one for everybody": "/talent/assignments/g1",
    "assignments, people": "/talent/assignments/people",
    "plans": "/talent/plans/",
    "a new plan": f"/talent/plans/new?unit={TOP}",
    "people": "/people/",
    "people by unit": "/people/?order=unit",
    "people, page 1000": "/people/?page=1000",
    "people, by staff number": "/people/?q=YX1004242",
    "people, by name": "/people/?q=%E5%BC%A0",
    "people of a county": f"/people/?unit={COUNTY}",
    "units": "/people/units",
    "a unit": f"/people/units/{COUNTY}",
    "class hours, province": f"/hours/{TOP}",
    "class hours, county": f"/hours/{COUNTY}",
    "attendance": "/hours/attendance",
    "home": "/",
}
"""What HR of the province opens; and its head, who sees the snapshot:"""

HEAD_PAGES = {
    "snapshot, province": f"/units/{TOP}/skills",
    "snapshot, county": f"/units/{COUNTY}/skills",
    "both strands by year": f"/units/{TOP}/dual-strand",
}

EXPORTS = {
    "heat map, csv": f"/units/{TOP}/skills.csv",
    "heat map, xlsx": f"/units/{TOP}/skills.xlsx",
    "board by post, xlsx": f"/talent/board.xlsx?unit={TOP}&by=post",
    "people of a county, csv": f"/people/export.csv?unit={COUNTY}",
    "people of a prefecture, csv": f"/people/export.csv?unit={PREFECTURE}",
    "people of a prefecture, xlsx": f"/people/export.xlsx?unit={PREFECTURE}",
    "all units below, csv": f"/talent/board-all.csv?unit={TOP}",
    "assignments of a prefecture, csv": "/talent/assignments/people/export.csv?q=bench-prefecture",
    "both strands of a county, csv": f"/talent/dual-strand.csv?unit={COUNTY}&verdict=open",
    "class hours of a county, xlsx": f"/hours/{COUNTY}/export.xlsx",
    "class hours of the province, csv": f"/hours/{TOP}/export.csv",
    "people of the province, csv": "/people/export.csv",
}


class Bench:
    """One run: the province, whose sessions are open, what was measured."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.rows = options, []
        self.rng = random.Random(1)
        self.site: site.Site

    def note(self, name: str, **values: object) -> None:
        """Write one row down."""
        self.rows.append({"name": name, **values})
        print(f"{name:34} " + "  ".join(f"{key} {value}" for key, value in values.items()), flush=True)

    def load(self, limit: float = 60.0) -> Load:
        return Load("127.0.0.1", self.options.port, limit)

    def sign_in(self, login: str) -> Person:
        """A session that the requests share."""
        person = Person(login, site.PASSWORD)
        self.load().run([scenarios.sign_in(iter([person]))])
        return person

    def get(self, path: str, person: Person, limit: float = 60.0) -> Response:
        """One request alone, given up after ``limit`` seconds."""
        got: list[Response] = []

        def user() -> User:
            got.append((yield Request(path, jar=person.jar)))

        self.load(limit).run([user()])
        return got[0]


def measure_page(bench: Bench, name: str, path: str, person: Person) -> None:
    """Alone first, then by everybody at once. A page that is slow alone is not asked for by everybody for minutes."""
    alone = []
    for _ in range(5):
        got = bench.get(path, person)
        alone.append(1000 * got.seconds)
        if got.status != 200:
            return bench.note(name, status=got.status, location=got.location)
        if got.seconds > 5:
            break
    before = bench.site.processor_seconds()
    found = bench.load().run([_read(path, person) for _ in range(bench.options.users)], bench.options.seconds)["page"]
    cost = 1000 * (bench.site.processor_seconds() - before) / max(1, len(found.times))
    bench.note(name, **_quantiles(found), alone=round(min(alone), 1), cpu_ms=round(cost, 1), kB=round(got.wire / 1000, 1), failed=found.failed)


def _read(path: str, person: Person) -> User:
    while True:
        scenarios.expect((yield Request(path, label="page", jar=person.jar)), 200)


def _quantiles(found: Figures) -> dict[str, object]:
    return {"per_s": round(found.rate, 1)} | {f"p{int(100 * share)}": round(found.quantile(share), 1) for share in (0.5, 0.95, 0.99)}


def measure_exports(bench: Bench, person: Person) -> None:
    """Each file once: seconds, size, and by how much the largest process grew."""
    for name, path in EXPORTS.items():
        before = max(bench.site.own_memory())
        got = bench.get(path, person, 900.0)  # a million lines take minutes
        after = max(bench.site.own_memory())
        size = {"MB": round(got.wire / 1e6, 2), "grew_MB": round(after - before, 1), "largest_MB": round(after)}
        bench.note(name, status=got.status, seconds=round(got.seconds, 2), **size)


SCRIPT = """
import sys, time
from sqlalchemy import select
from lms.app import create_app
from lms.core import clock
from lms.core.db import database
from lms.competency import actions
from lms.competency.models import Proficiency
from lms.people.models import Official, Unit
with create_app().app_context():
    from lms.competency.cells import Changes, Leaf
    from lms.competency import estimates
    times = []
    for n in range(30):
        with database().writing() as session:
            row = session.execute(select(Proficiency.__table__).where(Proficiency.official_id == 100 + n * 7).limit(1)).one()._mapping
            one = session.get(Official, row["official_id"])
            leaf = Leaf(one.unit_id, one.position_id, row["competency"], row["target_level"])
            started = time.perf_counter()
            for sign in (-1, 1):
                changes = Changes()
                changes.add(leaf, estimates.addition(row, estimates.rules()), sign)
                changes.write(session)
                session.flush()
            times.append(1000 * (time.perf_counter() - started) / 2)
    print(round(sorted(times)[15], 2), round(max(times), 2))
"""


def measure_update(bench: Bench) -> None:
    """Taking one estimate out of its cells and putting it back, up to the province; median and greatest of thirty."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=site.ROOT, env=bench.site.environment, capture_output=True, text=True, check=True)
    median, most = done.stdout.split()[-2:]
    bench.note("cells after an estimate changed", median_ms=median, max_ms=most)


PLAN = """
import resource, sys, time
from sqlalchemy import select
from lms.app import create_app
from lms.core import clock
from lms.core.db import database
from lms.people.models import Unit
from lms.planning import greedy, intake_queries
from lms.planning.limits import Limits
from lms.planning.problem import hours_of
with create_app().app_context(), database().reading() as session:
    unit = session.scalars(select(Unit).where(Unit.code == sys.argv[1])).one()
    started, work = time.perf_counter(), time.process_time()
    problem = intake_queries.intake(session, unit, Limits(hours=int(sys.argv[2]), person_hours=24), clock.now()).problem
    read, spent = time.perf_counter() - started, time.process_time() - work
    started, work = time.perf_counter(), time.process_time()
    found = greedy.solve(problem)
    solved, worked = time.perf_counter() - started, time.process_time() - work
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(len(problem.gaps), round(read, 1), round(spent, 1), round(solved, 1), round(worked, 1), found and round(found.percent, 1), round(peak), sep=" ")
"""


def measure_plan(bench: Bench) -> None:
    """A plan of three hours an official for everybody in the province, from the database."""
    command = [sys.executable, "-c", PLAN, TOP, str(3 * bench.options.officials)]
    done = subprocess.run(command, cwd=site.ROOT, env=bench.site.environment, capture_output=True, text=True)
    if done.returncode:
        return bench.note("plan of the province", failed=done.stderr.strip().splitlines()[-1])
    names = ("people", "read_s", "read_cpu_s", "solve_s", "solve_cpu_s", "percent_at_least", "peak_MB")
    bench.note("plan of the province", **dict(zip(names, done.stdout.split()[-7:], strict=True)))


def province(bench: Bench, stack: ExitStack) -> site.Site:
    """The instance: found in the folder, or filled anew."""
    options = bench.options
    url = stack.enter_context(fresh_database(stack.enter_context(temporary_cluster(durable=True)))) if options.postgresql else ""
    here = site.Site(options.folder, options.port, url) if options.folder else stack.enter_context(site.fresh_site(options.port, url))
    stack.callback(here.stop)
    if not (here.folder / "province").exists():
        here.folder.mkdir(parents=True, exist_ok=True)
        here.lms("setup")
        command = ["-m", "bench.province_data", "--officials", str(options.officials), "--units", str(options.units)]
        started = time.perf_counter()
        done = subprocess.run([sys.executable, *command], cwd=site.ROOT, env=here.environment, capture_output=True, text=True, check=True)
        for line in done.stdout.splitlines():
            if line.count("\t") == 2:
                name, seconds, work = line.split("\t")
                bench.note(name, seconds=seconds, cpu_s=work)
        bench.note("all of it", seconds=round(time.perf_counter() - started))
        (here.folder / "province").touch()
    if not options.postgresql:
        bench.note("database", GB=round(sum(one.stat().st_size for one in here.folder.glob("*.db")) / 1e9, 2))
    return here


PARTS = ("pages", "snapshot", "exports", "update", "plan")


def main() -> None:
    """Read the options, run, write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--officials", type=int, default=1_000_000)
    parser.add_argument("--units", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--users", type=int, default=16)
    parser.add_argument("--port", type=int, default=8795)
    parser.add_argument("--folder", type=Path, help="keep the province here, or find it here")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of its own (durable) instead of SQLite")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    parser.add_argument("--pages", default="", help="only pages whose name matches this expression")
    bench = Bench(parser.parse_args())
    print(site.machine())
    with ExitStack() as stack:
        bench.site = province(bench, stack)
        bench.site.serve()
        run(bench, set(bench.options.only))
        memory = bench.site.memory().values()
        bench.note("memory after all", all_MB=round(sum(memory)), largest_MB=round(max(memory)))
    slow = [row["name"] for row in bench.rows if float(row.get("p95", 0)) > LIMIT_MS]
    print(f"pages with p95 above {LIMIT_MS:.0f} ms: {', '.join(slow) or 'none'}")
    out = Path(__file__).with_name("out") / "province.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps({"machine": site.machine(), "options": vars(bench.options), "rows": bench.rows}, indent=1, default=str))


def run(bench: Bench, wanted: set[str]) -> None:
    """The parts that were asked for."""
    hr = bench.sign_in("hr")
    for part, person, pages in (("pages", hr, PAGES), ("snapshot", bench.sign_in("head"), HEAD_PAGES)):
        for name, path in pages.items() if part in wanted else ():
            if re.search(bench.options.pages, name):
                measure_page(bench, name, path, person)
    if "exports" in wanted:
        measure_exports(bench, hr)
    if "update" in wanted:
        measure_update(bench)
    if "plan" in wanted:
        measure_plan(bench)


if __name__ == "__main__":
    main()
