"""Replaying very many pairs while the site serves: one short write transaction after another.

After a corrected key or a new calibration hundreds of thousands of estimates change. One transaction for all of them
would keep every answer of every official waiting. Here each portion of some hundred officials is a transaction of its
own; between two portions whoever waits to write goes first. Call it from a job or a command, outside any transaction.

Stopped in the middle it can be run again: a pair that was replayed is replayed to the same numbers and nothing more
changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lms.competency.actions import Changed, Watch, replay_pairs
from lms.competency.evidence import Pair
from lms.core.db import Database
from lms.core.portions import without_collecting

OFFICIALS = 500  # a portion: its transaction is over in some tens of milliseconds

Prepare = Callable[[Session, Sequence[Pair]], Collection[Pair] | None]
"""What changes the facts of a portion, such as marking its responses anew, in the transaction that replays it. It may
answer which of the pairs need a replay; None: all of them."""

Conclude = Callable[[Session, Sequence[Changed]], None]
"""What is written after a portion's replay, in its transaction: who is told, what is kept of it."""

Report = Callable[[int, int], None]
"""Told how many pairs are done, of how many."""


def replay_in_portions(
    database: Database,
    *,
    pairs: Iterable[Pair],
    now: datetime,
    prepare: Prepare | None = None,
    watch: Watch | None = None,
    conclude: Conclude | None = None,
    report: Report | None = None,
    officials: int = OFFICIALS,
) -> list[Changed]:
    """Replay `pairs` by ascending official id, `officials` a transaction; answers every change of state.

    In each transaction: `prepare` with the portion's pairs, the replay (`watch` sees rows before and after), then
    `conclude` with what changed. `report` is called outside of transactions, so it may write on its own.
    """
    wanted, changed, done = sorted(set(pairs)), [], 0
    for portion in without_collecting(portions(wanted, officials)):
        with database.writing() as session:
            moved = prepare(session, portion) if prepare else None
            part = replay_pairs(session, pairs=portion if moved is None else moved, now=now, watch=watch)
            if conclude:
                conclude(session, part)
        changed += part
        done += len(portion)
        if report:
            report(done, len(wanted))
    return changed


def portions(pairs: Iterable[Pair], officials: int) -> Iterator[list[Pair]]:
    """Pairs in ascending order, all of one official together, at most `officials` of them at a time."""
    of: defaultdict[int, list[Pair]] = defaultdict(list)
    for pair in sorted(pairs):
        of[pair[0]].append(pair)
    ids = list(of)
    for start in range(0, len(ids), officials):
        yield [pair for official_id in ids[start : start + officials] for pair in of[official_id]]
