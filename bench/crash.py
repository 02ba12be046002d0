"""`kill -9` of the whole server in the middle of a load of answers: is every acknowledged answer there afterwards?

    python -m bench.crash [--postgresql] [--rounds 3]
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack

from bench import scenarios, site
from bench.load import Load
from bench.scenarios import Person, Unexpected
from tests.support.postgres import fresh_database, temporary_cluster

COURSE = "internet-and-governance"
PEOPLE = 48
USERS = 16

COUNT = """
from collections import Counter
from sqlalchemy import select
from lms.app import create_app
from lms.assessments.models import AttemptStep
from lms.core.db import database
with create_app().app_context(), database().reading() as session:
    for token in session.scalars(select(AttemptStep.token).where(AttemptStep.token.is_not(None))):
        print(token)
"""


def kill(here: site.Site, after: float) -> None:
    """End every process of the server without a word."""
    time.sleep(after)
    for pid in here.processes():
        os.kill(pid, signal.SIGKILL)
    here.server.wait()


def answer_until_killed(here: site.Site, people: list[Person], seconds: float) -> None:
    """Users answer; after `seconds` the server is killed under them."""
    queue, rng = scenarios.shared(people), random.Random(1)
    load = Load("127.0.0.1", here.port)
    threading.Thread(target=kill, args=(here, seconds)).start()
    users = [patient(scenarios.answer(load, queue, rng)) for _ in range(USERS)]
    load.run(users)


def patient(user):
    """A user who gives up when the server is gone."""
    try:
        yield from user
    except (Unexpected, OSError):
        return


def stored(here: site.Site) -> list[str]:
    """The tokens of all saved answers."""
    found = subprocess.run([sys.executable, "-c", COUNT], cwd=site.ROOT, env=here.environment, capture_output=True, text=True, check=True)
    return found.stdout.split()


def main() -> None:
    """Run the rounds; exit 1 if an acknowledged answer is missing or one is there twice."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--port", type=int, default=8792)
    options = parser.parse_args()
    with ExitStack() as stack:
        url = stack.enter_context(fresh_database(stack.enter_context(temporary_cluster(durable=True)))) if options.postgresql else ""
        here = stack.enter_context(site.fresh_site(options.port, url))
        here.lms("setup", "--sample")
        everyone = site.give_passwords(here, PEOPLE * options.rounds)
        lost = sum(one_round(here, everyone[n * PEOPLE : (n + 1) * PEOPLE], n + 1) for n in range(options.rounds))
        print(here.lms("audit", "verify").output.strip())
        print(here.lms("competency", "rebuild", "--check").output.strip())
    sys.exit(1 if lost else 0)


def one_round(here: site.Site, people: list[Person], number: int) -> int:
    """Serve, answer, kill, compare; how many answers are missing or doubled."""
    here.serve()
    load, queue, begun = Load("127.0.0.1", here.port), scenarios.shared(people), scenarios.shared(people)
    load.run(scenarios.crowd(lambda: scenarios.sign_in(queue), USERS))
    load.run(scenarios.crowd(lambda: scenarios.start(begun, COURSE), USERS))
    answer_until_killed(here, people, seconds=1.0 + number * 0.7)
    acknowledged = [token for person in people for token in person.acknowledged]
    tokens = stored(here)
    missing, doubled = set(acknowledged) - set(tokens), len(tokens) - len(set(tokens))
    print(f"round {number}: killed after {len(acknowledged)} acknowledged answers; missing {len(missing)}, doubled {doubled}", flush=True)
    return len(missing) + doubled


if __name__ == "__main__":
    main()
