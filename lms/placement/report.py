"""A simulated placement in figures: beside a fixed form, by competency, and what the banks lack (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import ceil, sqrt
from statistics import fmean, median

from lms.competency.model_queries import Rules
from lms.placement.banks import world
from lms.placement.selection import LIMITS, Closed, Piece
from lms.placement.simulation import Outcome, Taken, World, adaptive, fixed

REACH, MOST = 0.84, 55
"""Share of right decisions asked for, with so many questions over twelve competencies."""
UNTIL_DECIDED = replace(LIMITS, maximum=60, exposure_cap=1.0)
LEVELS = (1, 2, 3)  # what questions can prove


@dataclass(frozen=True, slots=True)
class Summary:
    """One test in figures; shares from 0 to 1. ``right``: the likelier side of the target is the true one, over all pairs.

    ``said``: pairs clear of their target (P at most 0.2 or at least 0.8), ``said_right`` those of them that are right;
    ``decided``: pairs that the platform calls met or not yet. ``over_cap``: share of items in more than 25 % of sittings.
    """

    test: str
    shortest: int
    middle: float
    longest: int
    right: float
    said: float
    said_right: float
    decided: float
    decided_right: float
    rmse: float
    coverage: float
    most_exposed: float
    over_cap: float
    unused: int


def summary(name: str, taken: Taken, world: World) -> Summary:
    """The figures of one test."""
    pairs = taken.outcomes
    said = [pair for pair in pairs if pair.said]
    decided = [pair for pair in pairs if pair.closed in (Closed.MET, Closed.NOT_YET)]
    shares = [taken.asked[piece.code] / taken.people for code in world.targets for piece in world.pieces.get(code, ())]
    return Summary(
        test=name, shortest=min(taken.lengths), middle=median(taken.lengths), longest=max(taken.lengths),
        right=_right(pairs), said=len(said) / len(pairs), said_right=_right(said), decided=len(decided) / len(pairs), decided_right=_right(decided),
        rmse=sqrt(fmean((pair.mean - pair.theta) ** 2 for pair in pairs)), coverage=fmean(pair.covered for pair in pairs),
        most_exposed=max(shares), over_cap=fmean(share > LIMITS.exposure_cap + 0.01 for share in shares), unused=sum(share == 0 for share in shares),
    )  # fmt: skip


def _right(pairs: Sequence[Outcome]) -> float:
    return fmean(pair.right for pair in pairs) if pairs else 0.0


def compared(world: World, rules: Rules, *, count: int, seed: int) -> list[Summary]:
    """The placement and the fixed form of 60 on the same people."""
    placed = adaptive(world, rules, count=count, seed=seed)
    return [summary("placement", placed, world), summary("fixed form of 60", fixed(world, rules, count=count, seed=seed), world)]


@dataclass(frozen=True, slots=True)
class Need:
    """What one competency's bank needs at one target level.

    ``questions``: mean number that one person is asked until decided; with no question in more than a quarter of
    sittings the bank must hold four times as many. ``right``: share of right decisions then.
    """

    level: int
    questions: float
    right: float
    needed: int
    missing: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """A competency's bank: live single questions without a human marker, cases, and its needs by level.

    ``cases_missing``: level 3 asks everybody one case, so there must be four.
    """

    competency: str
    questions: int
    cases: int
    needs: tuple[Need, ...]
    cases_missing: int


def shortages(pieces: Mapping[str, Sequence[Piece]], codes: Sequence[str], rules: Rules, *, count: int, seed: int) -> list[Shortage]:
    """For authors: how many items each competency lacks, level by level."""
    return [_shortage(code, pieces.get(code, ()), rules, count, seed) for code in codes]


def _shortage(code: str, own: Sequence[Piece], rules: Rules, count: int, seed: int) -> Shortage:
    singles, cases = [piece for piece in own if not piece.is_set], [piece for piece in own if piece.is_set]
    needs = tuple(_need(code, level, singles, cases, rules, count, seed) for level in LEVELS)
    return Shortage(code, len(singles), len(cases), needs, max(0, ceil(1 / LIMITS.exposure_cap) - len(cases)))


def _need(code: str, level: int, singles: Sequence[Piece], cases: Sequence[Piece], rules: Rules, count: int, seed: int) -> Need:
    """People are asked until decided, from a bank that has as many of the same kind as it takes."""
    plenty = [*many(singles, UNTIL_DECIDED.maximum), *many(cases, 4)]
    if not plenty:
        least = max(rules.evidence[level - 1].min_items, LIMITS.content_minimum)
        return Need(level, least, 0.0, ceil(least / LIMITS.exposure_cap), ceil(least / LIMITS.exposure_cap))
    taken = adaptive(world(code, {code: level}, {code: plenty}, seed=seed), rules, count=count, seed=seed, limits=UNTIL_DECIDED)
    in_sets = {piece.code for piece in plenty if piece.is_set}
    asked = sum(n for piece, n in taken.asked.items() if piece not in in_sets) / count
    needed = ceil(asked / LIMITS.exposure_cap)
    return Need(level, fmean(taken.lengths), _right(taken.outcomes), needed, max(0, needed - len(singles)))


def many(pieces: Sequence[Piece], number: int) -> list[Piece]:
    """At least ``number`` pieces: the given ones, then more of the same kind."""
    rounds = ceil(number / len(pieces)) if pieces else 0
    return [_copy(piece, n) for n in range(max(1, rounds)) for piece in pieces]


def _copy(piece: Piece, n: int) -> Piece:
    if n == 0:
        return piece
    return replace(piece, code=f"{piece.code}+{n}", parts=tuple(replace(part, code=f"{part.code}+{n}") for part in piece.parts))


def filled(pieces: Mapping[str, Sequence[Piece]], wanted: Mapping[str, int], found: Sequence[Shortage]) -> dict[str, list[Piece]]:
    """The banks with what is missing for the ``wanted`` levels made up by more of the same kind."""
    by_code = {shortage.competency: shortage for shortage in found}
    result = {}
    for code, level in wanted.items():
        singles, cases = ([piece for piece in pieces.get(code, ()) if piece.is_set is whole] for whole in (False, True))
        need = next(need for need in by_code[code].needs if need.level == min(level, LEVELS[-1]))
        result[code] = many(singles, need.needed)[: max(need.needed, len(singles))] + many(cases, 4)[: max(4, len(cases))]
    return result


def filled_up(
    targets: Mapping[str, int], pieces: Mapping[str, Sequence[Piece]], found: Sequence[Shortage], rules: Rules, *, count: int, seed: int
) -> list[Summary]:
    """The placement on the banks as they are, and with what is missing made up, without a maximum length."""
    without = replace(LIMITS, maximum=10_000)
    worlds = {"as they are": world("", targets, pieces, seed=seed), "made up": world("", targets, filled(pieces, targets, found), seed=seed)}
    rows = [summary("placement, missing items made up", adaptive(worlds["made up"], rules, count=count, seed=seed), worlds["made up"])]
    named = (("placement until decided, banks as they are", "as they are"), ("placement until decided, missing items made up", "made up"))
    return rows + [summary(name, adaptive(worlds[key], rules, count=count, seed=seed, limits=without), worlds[key]) for name, key in named]


HEADINGS = (
    "Test", "Questions: least / median / most", "Right, all pairs", "Clear pairs", "of them right", "Met or not yet",
    "of them right", "RMSE", "80 % interval covers", "Most used item", "Items above the cap", "Unused items",
)  # fmt: skip


def table(rows: Sequence[Summary]) -> list[str]:
    """The figures as a Markdown table."""
    return [*_head(HEADINGS), *(f"| {' | '.join(_cells(row))} |" for row in rows)]


def _cells(row: Summary) -> list[str]:
    shares = [f"{value:.3f}" for value in (row.right, row.said, row.said_right, row.decided, row.decided_right, row.rmse, row.coverage)]
    return [row.test, f"{row.shortest} / {row.middle:g} / {row.longest}", *shares, f"{row.most_exposed:.0%}", f"{row.over_cap:.0%}", str(row.unused)]


def _head(names: Sequence[str]) -> list[str]:
    return [f"| {' | '.join(names)} |", f"|{'|'.join([' --- '] * len(names))}|"]


def shortage_table(rows: Sequence[Shortage], names: Mapping[str, str], posts: Mapping[str, int]) -> list[str]:
    """For authors: what is there, questions asked until decided, and what is missing, by level. ``posts``: highest target of any post."""
    levels = [f"Level {level}: asked / right / missing" for level in LEVELS]
    lines = _head(["Competency", "Highest target", "Questions", "Cases", *levels, "Cases missing (level 3)"])
    for row in rows:
        needs = [f"{need.questions:.1f} / {need.right:.2f} / **{need.missing}**" for need in row.needs]
        cells = [f"{row.competency} {names.get(row.competency, '')}", str(posts.get(row.competency, 0)), str(row.questions), str(row.cases)]
        lines.append(f"| {' | '.join([*cells, *needs, str(row.cases_missing)])} |")
    return lines


def as_data(rows: Sequence[Summary | Shortage]) -> list[dict[str, object]]:
    """Plain data for JSON."""
    return [asdict(row) for row in rows]
