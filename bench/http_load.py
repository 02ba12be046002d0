"""Load over real HTTP on a running server, as `make bench` runs it; docs/performance.md explains the figures.

    python -m bench.http_load [--postgresql] [--seconds 8] [--users 16] [--only NAME …] [--fsync-ms 5]

Every part prints its rows at once; all of them end up in bench/out/http_load.json.
"""

import argparse
import json
import random
import re
import subprocess
import urllib.parse
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bench import scenarios, site
from bench.large import build_large
from bench.load import Figures, Load, Request, Response
from bench.scenarios import Person
from tests.support.postgres import fresh_database, temporary_cluster

COURSE, COUNTY_PAGE = "internet-and-governance", "/units/513399/skills"
PEOPLE = 600
PARTS = ("start", "sign-in", "lesson", "answer", "finish", "mixed", "heat", "weight", "memory", "large")


class Bench:
    """One run: what was measured so far, and the people whose sessions are open."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.rows = options, {}
        self.site: site.Site | None = None
        self.rng = random.Random(1)

    def print(self, name: str, **values: object) -> None:
        """Write one row down."""
        self.rows[name] = values
        print(f"{name:34} " + "  ".join(f"{key} {value}" for key, value in values.items()), flush=True)

    def figures(self, name: str, found: Figures, *, each: bool = True) -> None:
        """Write a measured label down: rate, quantiles in milliseconds, and what one cost the server's processor (`each`: only these ran)."""
        q = {f"p{int(100 * share)}": round(found.quantile(share), 1) for share in (0.5, 0.95, 0.99)}
        cost = {"cpu_ms": round(1000 * self.used / max(1, len(found.times)), 2)} if each else {}
        self.print(name, per_s=round(found.rate, 1), **q, max=round(found.quantile(1), 1), **cost, n=len(found.times), failed=found.failed)

    def load(self) -> Load:
        return Load("127.0.0.1", self.options.port)

    def database(self, stack: ExitStack) -> str:
        """Where the data lie: a durable PostgreSQL until the stack closes, or (empty) SQLite."""
        if not self.options.postgresql:
            return ""
        return stack.enter_context(fresh_database(stack.enter_context(temporary_cluster(durable=True))))

    def fresh_site(self, stack: ExitStack) -> site.Site:
        """A new instance with the settings that are to be tried."""
        here = stack.enter_context(site.fresh_site(self.options.port, self.database(stack)))
        here.environment |= dict(f"LMS_{pair}".split("=", 1) for pair in self.options.set)
        here.workers = self.options.workers
        return here

    def crowd(self, make: Callable[[Load], object], seconds: float = 3600) -> dict[str, Figures]:
        """Run as many users as asked for at the same time."""
        load = self.load()
        return self.run(load, scenarios.crowd(lambda: make(load), self.options.users), seconds)

    def run(self, load: Load, users: list, seconds: float = 3600) -> dict[str, Figures]:
        """Run users and keep what they cost the server."""
        before = self.site.processor_seconds()
        found = load.run(users, seconds)
        self.used = self.site.processor_seconds() - before
        return found


def measure_start(bench: Bench, here: site.Site) -> None:
    """From nothing to the first page, three times."""
    times = []
    for _ in range(3):
        times.append(here.serve())
        here.stop()
    bench.print("start to first page", seconds=round(sorted(times)[1], 2))


def measure_sign_in(bench: Bench, people: list[Person]) -> None:
    """Everybody signs in; their sessions serve the other parts."""
    queue = scenarios.shared(people)
    found = bench.crowd(lambda load: scenarios.sign_in(queue))
    bench.figures("sign-in", found["sign-in"])


def lesson_paths(bench: Bench, person: Person) -> list[str]:
    """The addresses of the course's lessons."""
    page = fetch(bench, f"/courses/{COURSE}/", person.jar)
    return sorted(set(re.findall(rf'href="(/courses/{COURSE}/[^"/#?]+)"', page.text)))


def fetch(bench: Bench, path: str, jar: dict) -> Response:
    """One page, not measured."""
    got: list[Response] = []

    def user():
        got.append((yield Request(path, jar=jar)))

    bench.load().run([user()])
    return scenarios.expect(got[0], 200)


def measure_lesson(bench: Bench, people: list[Person]) -> None:
    """Lessons of the course, each request as somebody else."""
    paths = lesson_paths(bench, people[0])
    queue = scenarios.shared(people)  # who opens a first lesson begins the course, which is written: that happens once
    bench.crowd(lambda load: scenarios.visit(queue, paths[0]))
    found = bench.crowd(lambda load: scenarios.read(people, paths, "lesson page", bench.rng), bench.options.seconds)
    bench.figures("lesson page", found["lesson page"])


def begin(bench: Bench, people: list[Person]) -> None:
    queue = scenarios.shared(people)
    bench.crowd(lambda load: scenarios.start(queue, COURSE))


def measure_answers(bench: Bench, people: list[Person]) -> None:
    """Every question of everybody's evidence quiz, each answer durable before its page."""
    begin(bench, people)
    queue = scenarios.shared(people)
    found = bench.crowd(lambda load: scenarios.answer(load, queue, bench.rng))
    bench.figures("answer, then next", found["answer, then next"])
    for label in ("answer", "next page"):
        bench.figures(f"  {label} alone", found[label], each=False)


def measure_finish(bench: Bench, people: list[Person]) -> None:
    """Hand in: mark, estimate, roll up."""
    queue = scenarios.shared(people)
    found = bench.crowd(lambda load: scenarios.hand_in(queue))
    bench.figures("finish", found["finish"])


def measure_mixed(bench: Bench, people: list[Person], others: list[Person]) -> None:
    """Answers while twenty people a second sign in."""
    begin(bench, people)
    queue, arriving = scenarios.shared(people), scenarios.shared(others)
    load = bench.load()
    users = scenarios.crowd(lambda: scenarios.answer(load, queue, bench.rng, " while 20/s sign in"), bench.options.users - 4)
    found = bench.run(load, users + scenarios.crowd(lambda: scenarios.sign_in(arriving, pause=0.2), 4))
    bench.figures("answer while 20/s sign in", found["answer while 20/s sign in"], each=False)
    bench.figures("sign-in beside answers", found["sign-in"], each=False)


def measure_heat(bench: Bench, login: str, password: str, label: str) -> None:
    """The county's heat map and those of its units, as HR."""
    person = Person(login, password)
    bench.load().run([scenarios.sign_in(iter([person]))])
    paths = sorted(set(re.findall(r'href="(/units/[^"/]+/skills)"', fetch(bench, COUNTY_PAGE, person.jar).text)) - {COUNTY_PAGE})
    whole = bench.crowd(lambda load: scenarios.read([person], [COUNTY_PAGE], label, bench.rng), bench.options.seconds)
    bench.figures(f"{label}, whole county", whole[label])
    if paths:
        parts = bench.crowd(lambda load: scenarios.read([person], paths, label, bench.rng), bench.options.seconds)
        bench.figures(f"{label}, its units", parts[label])


def measure_weight(bench: Bench, person: Person) -> None:
    """Bytes and requests of a lesson page, cold and again."""
    path = lesson_paths(bench, person)[0]
    page = fetch(bench, path, person.jar)
    linked = set(re.findall(r'<(?:link|script|img)[^>]*?(?:href|src)="(/[^"]+)"', page.text))
    files = {address: fetch(bench, address.replace("&amp;", "&"), person.jar) for address in linked}
    cold = page.wire + sum(file.wire for file in files.values())
    bench.print("lesson page cold", kB=round(cold / 1000, 1), requests=1 + len(files), gzip=page.head.get("content-encoding", "no"))
    again = [address for address, file in files.items() if "max-age=31536000" not in file.head.get("cache-control", "")]
    bench.print("lesson page again", kB=round((page.wire + sum(files[a].wire for a in again)) / 1000, 1), requests=1 + len(again))
    for address, file in sorted(files.items()):
        bench.print(f"  {urllib.parse.urlsplit(address).path}", kB=round(file.wire / 1000, 1))


def measure_memory(bench: Bench, here: site.Site) -> None:
    """After all the load."""
    used = here.memory()
    bench.print("memory under load", MB=round(sum(used.values())), processes={name.split()[1]: round(mb) for name, mb in used.items()})


def measure_large(bench: Bench) -> None:
    """The same heat map over 100,000 officials, and what their import took."""
    with ExitStack() as stack:
        there = bench.fresh_site(stack)
        for name, spent in build_large(there):
            bench.print(name, seconds=round(spent.seconds, 1), peak_MB=round(spent.peak_mb))
        there.serve()
        bench.site = there
        measure_heat(bench, "hr", site.PASSWORD, "heat map, 100,000 officials")
        bench.print("memory, 100,000 officials", MB=round(sum(there.memory().values())))


def slow_disk(milliseconds: int, folder: Path) -> Path:
    """A library that makes each flush of the disk take that long: what a county's disk does to the figures."""
    source, library = Path(__file__).with_name("slow_disk.c"), folder / "slow_disk.so"
    subprocess.run(["cc", "-shared", "-fPIC", f"-DMILLISECONDS={milliseconds}", str(source), "-o", str(library), "-ldl"], check=True)
    return library


def measure_county(bench: Bench, wanted: set[str]) -> None:
    """Everything that is measured on the sample county."""
    with ExitStack() as stack:
        here = bench.fresh_site(stack)
        spent = here.lms("setup", "--sample")
        bench.print("setup --sample", seconds=round(spent.seconds, 1), peak_MB=round(spent.peak_mb))
        if bench.options.fsync_ms:
            here.preload = slow_disk(bench.options.fsync_ms, here.folder)
        people = site.give_passwords(here, PEOPLE)
        first, second, late = people[:300], people[300:400], people[400:]
        if "start" in wanted:
            measure_start(bench, here)
        here.serve()
        bench.site = here
        measure_sign_in(bench, first + second)
        parts: list[tuple[str, Callable[[], None]]] = [
            ("lesson", lambda: measure_lesson(bench, first)),
            ("answer", lambda: measure_answers(bench, first)),
            ("finish", lambda: measure_finish(bench, first)),
            ("mixed", lambda: measure_mixed(bench, second, late)),
            ("heat", lambda: measure_heat(bench, "hr", "sample-county", "heat map, 1,200 officials")),
            ("weight", lambda: measure_weight(bench, first[0])),
            ("memory", lambda: measure_memory(bench, here)),
        ]
        for name, part in parts:
            if name in wanted:
                part()


def main() -> None:
    """Read the options, run, write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of its own (durable) instead of SQLite")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--users", type=int, default=16)
    parser.add_argument("--port", type=int, default=8790)
    parser.add_argument("--fsync-ms", type=int, default=0, help="make every flush of the disk take this long (needs cc)")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="settings to try, such as ARGON2_AT_ONCE=2")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    bench = Bench(parser.parse_args())
    wanted = set(bench.options.only)
    print(site.machine())
    if wanted - {"large"}:
        measure_county(bench, wanted)
    if "large" in wanted:
        measure_large(bench)
    out = Path(__file__).with_name("out") / "http_load.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps({"machine": site.machine(), "options": vars(bench.options), "rows": bench.rows}, indent=1, default=list))


if __name__ == "__main__":
    main()
