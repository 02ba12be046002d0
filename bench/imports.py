"""Import a generated county of 100,000 people: time and peak memory of each step, each in a process of its own.

    python -m bench.imports [--people 100000] [--format csv|xlsx]

Prints one line a step. Uses an instance folder that is thrown away, or PostgreSQL if LMS_DATABASE_URL is set (an empty database).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lms.core import sheets

HEADING = ("工号", "姓名", "单位编码", "单位名称", "岗位", "职级", "出生年月", "手机", "参加工作时间")
UNIT_HEADING = ("code", "name_zh", "name_en", "parent", "tier", "connection")
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚"
GRADES = ("一级科员", "二级科员", "四级主任科员", "三级主任科员")
DEPARTMENTS, TOWNSHIPS, VILLAGES = 30, 40, 12


def units() -> list[tuple[str, ...]]:
    """A prefecture's units: departments, townships and their villages."""
    rows = [("51", "省", "Province", "", "province", "fibre"), ("5133", "州", "Prefecture", "51", "prefecture", "fibre")]
    rows += [(f"5133{n:03d}", f"部门{n}", f"Department {n}", "5133", "county-department", "fibre") for n in range(DEPARTMENTS)]
    for town in range(TOWNSHIPS):
        rows.append((f"51339{town:02d}", f"乡镇{town}", f"Township {town}", "5133", "township", "4g"))
        rows += [(f"51339{town:02d}{n:02d}", f"村{town}-{n}", f"Village {town}-{n}", f"51339{town:02d}", "village", "satellite") for n in range(VILLAGES)]
    return rows


def person(n: int, unit: str, moved: bool) -> tuple[str, ...]:
    """Row ``n`` of the roster; ``moved`` puts every tenth into the next unit's place."""
    name = SURNAMES[n % 20] + GIVEN[n // 20 % 20] + GIVEN[n // 400 % 20]
    grade = GRADES[(n + moved) % 4] if n % 10 == 0 else GRADES[n % 4]
    return (f"YX{n:07d}", name, unit, "", "P01", grade, f"{1965 + n % 35}-{1 + n % 12:02d}", f"1{n:010d}", f"{1990 + n % 35}年{1 + n % 12}月")


def roster(people: int, *, moved: bool) -> list[tuple[str, ...]]:
    """The roster, or the same a year later."""
    codes = [row[0] for row in units()[2:]]
    return [person(n, codes[(n + (moved and n % 10 == 0)) % len(codes)], moved) for n in range(people)]


def write(path: Path, rows: list[tuple[str, ...]]) -> None:
    """The rows as a file of the kind that its name says."""
    path.write_bytes(sheets.write_xlsx({"a": rows}) if path.suffix == ".xlsx" else sheets.write_csv(rows))


def run(name: str, *arguments: str | Path) -> None:
    """One command with its time, its processor time (which a busy machine does not stretch) and its highest memory."""
    script = "import sys; from lms.cli import lms; lms(sys.argv[1:], prog_name='lms', standalone_mode=False)"
    started = time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.DEVNULL) as child:
        _pid, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{name} failed")
    processor = used.ru_utime + used.ru_stime
    print(f"{name:<34} {time.perf_counter() - started:6.1f} s (processor {processor:5.1f} s)  {used.ru_maxrss / 1024:6.0f} MB", flush=True)


def write_all(folder: Path, people: int, suffix: str) -> None:
    """The three files of the benchmark."""
    write(folder / f"units.{suffix}", [UNIT_HEADING, *units()])
    write(folder / f"roster.{suffix}", [HEADING, *roster(people, moved=False)])
    write(folder / f"later.{suffix}", [HEADING, *roster(people, moved=True)])


def main() -> None:
    """Make the files, then import them step by step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--format", choices=("csv", "xlsx"), default="csv")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="only write the files")
    options = parser.parse_args()
    if options.write:
        write_all(options.write, options.people, options.format)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["LMS_INSTANCE"] = str(folder / "instance")
        tree, first, later = (folder / f"{part}.{options.format}" for part in ("units", "roster", "later"))
        # in a process of its own: the kernel counts the memory of a parent before exec as its child's
        subprocess.run([sys.executable, "-m", "bench.imports", "--people", str(options.people), "--format", options.format, "--write", name], check=True)
        run("setup", "setup")
        run("units", "people", "import", tree)
        run(f"{options.people} people, dry run", "people", "import", first, "--dry-run")
        run(f"{options.people} people", "people", "import", first)
        run("the same again", "people", "import", first)
        run("a year later: one in ten moved", "people", "import", later, "--complete", "5133")


if __name__ == "__main__":
    main()
