"""A wrong key that very many officials answered, corrected while others go on answering their quizzes.

    python -m bench.correction [--officials 200000] [--answers 6] [--folder DIR]

Makes an instance of its own, gives every official some answers in one competency, one of them to the question with
the wrong key, and then corrects the key as the page's job does, in one process, while another process sends answers to
practice quizzes one after another and takes the time of each. At the end everything stored is compared with what the
facts give, and the correction is taken back and compared with what was before.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import insert, select

from lms.access.actor import operator
from lms.app import create_app
from lms.assessments import actions as assessments
from lms.assessments import queries
from lms.assessments.enums import Purpose
from lms.assessments.models import Item, ItemRevision, Response
from lms.competency import actions as competency
from lms.competency.models import Proficiency
from lms.competency.rebuild import differences, rebuild
from lms.config import Settings
from lms.core import clock
from lms.core.db import database
from lms.core.ids import new_ref
from lms.corrections import actions, jobs
from lms.corrections.enums import CorrectionKind
from lms.operations import migrate, setup
from lms.people.models import Official, Position, Unit

COMPETENCY, COURSE, UNITS = "NET-1", "internet-and-governance", 33
PORTION = 20_000
ANSWERERS = 16


def make_app(folder: Path) -> Flask:
    return create_app(Settings(instance=folder, secret_key="b" * 40, background=False, log_format="text"))


def build(folder: Path, officials: int, answers: int) -> None:
    """The instance: content, a county, everyone's answers, and what they give."""
    from lms.core.db import Database

    settings = Settings(instance=folder, secret_key="b" * 40, background=False, log_format="text")
    setup.prepare_instance(settings)
    made = Database(settings.url)
    migrate.upgrade(made)
    made.engine.dispose()
    with make_app(folder).app_context():
        now = clock.now()
        setup.load_content(now)
        with database().writing() as session:
            units = _units(session, now)
            position = session.scalars(select(Position.id).order_by(Position.id)).first()
            competency.set_targets(session, position_id=position, levels={COMPETENCY: 2}, now=now)
            items = [_item(session, n) for n in range(answers)]
        for start in range(0, officials, PORTION):
            with database().writing() as session:
                _people(session, units, position, items, range(start, min(start + PORTION, officials)), now)
        with database().writing() as session:
            rebuild(session, now=now)
            for official_id in session.scalars(select(Official.id).order_by(Official.id).limit(ANSWERERS)).all():
                _practice(session, official_id, now)


def _units(session, now) -> list[int]:
    ids: list[int] = []
    for n in range(UNITS):
        unit = Unit(code=f"B{n:03}", name_zh=f"单位{n}", parent_id=ids[0] if ids else None, path="", tier="township", connection="fibre", created_at=now)
        session.add(unit)
        session.flush()
        unit.path = f"/{ids[0]}/{unit.id}/" if ids else f"/{unit.id}/"
        ids.append(unit.id)
    return ids


def _item(session, n: int) -> tuple[int, int]:
    """The first is the one whose key is wrong."""
    item = Item(code=f"BENCH-{n}")
    session.add(item)
    session.flush()
    options = [{"key": key, "zh": key, "en": key, "why": {"zh": "x", "en": "x"}} for key in "abcd"]
    content = {
        "id": item.code, "version": 1, "type": "single", "competency": COMPETENCY, "level": 2, "cognitive": "A",
        "difficulty": {"prior_b": 0.0, "prior_sd": 0.5}, "stem": {"zh": "题", "en": "Q"}, "options": options, "answer": "a",
    }  # fmt: skip
    revision = ItemRevision(
        item_id=item.id, version=1, hash="", kind="single", use="live", competency=COMPETENCY, level=2, cognitive="A", difficulty="M",
        a_milli=1000, b_milli=-400 + 150 * n, c_e4=2500, vb_micro=100_000, content=content,
    )  # fmt: skip
    session.add(revision)
    session.flush()
    return item.id, revision.id


def _people(session, units: list[int], position: int, items: list[tuple[int, int]], numbers: range, now) -> None:
    rng = random.Random(numbers.start)
    rows = [
        {"ref": new_ref(), "staff_no": f"B{n:07}", "name": f"官员{n}", "unit_id": units[n % UNITS], "position_id": position, "active": True, "created_at": now}
        for n in numbers
    ]
    first = (session.scalars(select(Official.id).order_by(Official.id.desc()).limit(1)).first() or 0) + 1
    session.execute(insert(Official), rows)
    session.execute(insert(Response), [one for n in range(len(rows)) for one in _answers(rng, first + n, items, now)])


def _answers(rng: random.Random, official_id: int, items: list[tuple[int, int]], now) -> list[dict]:
    at, ability = now - timedelta(days=rng.randint(1, 300)), rng.uniform(0.3, 0.9)
    ref, made = f"bench{official_id}", []
    for position, (item_id, revision_id) in enumerate(items, 1):
        right = "c" if position == 1 else "a"
        given = right if rng.random() < ability else rng.choice("abcd")
        correct = int(given == "a")
        made.append({
            "official_id": official_id, "competency": COMPETENCY, "item_id": item_id, "item_revision_id": revision_id, "attempt_ref": ref,
            "position": position, "correct": correct, "fraction_milli": 1000 * correct, "answer": {"value": given}, "source": "attempt", "submitted_at": at,
        })  # fmt: skip
    return made


def _practice(session, official_id: int, now) -> None:
    head = queries.assessment(session, COURSE)
    form = queries.leaves(session, queries.bank_rows(session, head.bank_id, use="practice"))
    sitting = assessments.Sitting(official_id, Purpose.FORMATIVE, form, new_ref(), None)
    assessments.insert_attempt(session, head, sitting, tie=None, now=now)


def answer_on(folder: Path, stop: Path) -> None:
    """Send answers until told to stop; prints how many and how long they took. A process of its own."""
    from lms.assessments.models import Attempt

    with make_app(folder).app_context():
        with database().reading() as session:
            refs = session.execute(select(Attempt.ref, Attempt.official_id).order_by(Attempt.id)).all()
            heads = [queries.attempt(session, ref, official_id=official_id) for ref, official_id in refs]
        times = []
        while not stop.exists():
            for head in heads:
                begin = time.perf_counter()
                with database().writing() as session:
                    assessments.record_answer(session, attempt=head, position=1, answer="b", token=new_ref()[:16], now=clock.now())
                times.append(time.perf_counter() - begin)
                time.sleep(0.01)
    times.sort()
    p50, p95, p99 = (1000 * times[int(len(times) * share)] for share in (0.5, 0.95, 0.99))
    print(f"{len(times)} answers meanwhile: p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms, longest {1000 * times[-1]:.0f} ms")


def correct(folder: Path, kind: str, ref: str = "") -> str:
    """Carry a correction through (or take the one of `ref` back) beside the answers; prints what it took."""
    now, actor = clock.now(), operator("bench")
    reason = actions.Reason(en="The key named the wrong option.")
    with database().writing() as session:
        if ref:
            made = actions.draft_undo(session, actor=actor, ref=ref, reason=reason, now=now).ref
        else:
            revision_id = session.scalars(select(ItemRevision.id).join(Item).where(Item.code == "BENCH-0")).one()
            made = actions.draft(session, actor=actor, revision_id=revision_id, kind=CorrectionKind.REKEY, key="c", reason=reason, now=now).ref
    begin = time.perf_counter()
    jobs.preview(report=lambda done, total: None, ref=made)
    print(f"{kind}: looking ahead {time.perf_counter() - begin:.1f} s")
    with database().writing() as session:
        actions.begin(session, actor=actor, ref=made, now=now)
    stop = folder / "stop"
    stop.unlink(missing_ok=True)
    command = [sys.executable, "-m", "bench.correction", "--answer-on", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as answering:
        time.sleep(3)  # until it answers
        begin, cpu = time.perf_counter(), time.process_time()
        steps: list[int] = []
        jobs.apply(report=lambda done, total: steps.append(total), ref=made)
        took, cpu = time.perf_counter() - begin, time.process_time() - cpu
        stop.touch()
        said = answering.communicate()[0].strip()
    print(f"{kind}: {steps[-1]:,} officials, {took:.1f} s ({cpu:.1f} s of processor), {1e6 * took / steps[-1]:.0f} µs each. {said}")
    return made


def digest() -> str:
    """A fingerprint of every estimate."""
    found = hashlib.sha256()
    with database().reading() as session:
        for row in session.execute(select(Proficiency.__table__).order_by(Proficiency.official_id, Proficiency.competency)):
            found.update(repr(tuple(row)).encode())
    return found.hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--officials", type=int, default=200_000)
    parser.add_argument("--answers", type=int, default=6, help="answers of each official in the competency")
    parser.add_argument("--folder", type=Path, help="keep the instance here and use it again")
    parser.add_argument("--answer-on", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--no-check", action="store_true", help="measure only")
    options = parser.parse_args()
    if options.answer_on:
        answer_on(options.answer_on, options.answer_on / "stop")
        return
    folder = options.folder or Path(tempfile.mkdtemp(prefix="lms-bench-"))
    if not (folder / "built").exists():
        begin = time.perf_counter()
        folder.mkdir(parents=True, exist_ok=True)
        build(folder, options.officials, options.answers)
        (folder / "built").touch()
        print(f"{options.officials:,} officials with {options.answers} answers each: made in {time.perf_counter() - begin:.0f} s")
    with make_app(folder).app_context():
        measure(folder, check=not options.no_check)
    if not options.folder:
        shutil.rmtree(folder)


def measure(folder: Path, *, check: bool) -> None:
    """A correction and its undoing, each with what it left."""
    before = digest()
    ref = correct(folder, "another key")
    if check:
        with database().reading() as session:
            print(f"stored as derived: {next(differences(session), None) is None}")
    correct(folder, "taken back", ref)
    print(f"as before, to the bit: {digest() == before}")


if __name__ == "__main__":
    main()
