"""An attacker: collects every number that a role can see, and solves for what is hidden.

Unknowns are the people of each unit and post, by competency and state. The roster is no secret, so the number of people whom
a post asks for something is known everywhere. Everything published is a sum of unknowns.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array
from sqlalchemy import delete

from lms.competency.cells import COLUMNS
from lms.competency.models import LeafRollup, Snapshot, SnapshotCell, SnapshotPost, TreeExpiry, TreeRollup, UnitBaseline
from lms.competency.rollup import NO_SUMS, Sums
from lms.core.sheets import read_table
from lms.people.models import Unit

STATES = ("met", "not_yet", "unclear")
SHORT, NOT_YET_SHORT, MOST_SHORT, SLACK = "short", 1100, 5000, 1e-6
CODES = ("NET-1", "SEC-1", "GOV-1")
POSTS = ("P01", "P02", "P05")
COUNTY = "513399"
TREE = {
    # code: (parent, tier, connection); the county and the units above it are those of tests.support.people
    "A1": (COUNTY, "county-department", "fibre"), "A2": (COUNTY, "county-department", "fibre"), "A3": (COUNTY, "county-department", "4g"),
    "T1": (COUNTY, "township", "4g"), "T2": (COUNTY, "township", "4g"), "T3": (COUNTY, "township", "satellite"),
    "T1a": ("T1", "township-office", "4g"), "T1b": ("T1", "village", "satellite"), "T2a": ("T2", "township-office", "4g"),
    "T2b": ("T2", "village", "satellite"), "T2c": ("T2", "village", "none"), "T3a": ("T3", "village", "satellite"), "T3b": ("T3", "village", "satellite"),
}  # fmt: skip

Atom = tuple[str, str, str]
"""(unit code, post, competency)."""

Truth = dict[Atom, tuple[int, int, int, int]]
"""Met, not yet, unclear and silent people."""


def settle(session, cast, now) -> None:
    """Add the many small units to the known county."""
    paths = {COUNTY: session.get_one(Unit, cast.units[COUNTY]).path}
    for code, (parent, tier, connection) in TREE.items():
        unit = Unit(code=code, name_zh=code, name_en=code, parent_id=cast.units[parent], path="", tier=tier, connection=connection, created_at=now)
        session.add(unit)
        session.flush()
        unit.path = paths[code] = f"{paths[parent]}{unit.id}/"
        cast.units[code] = unit.id


def write(session, cast, truth: Truth) -> None:
    """The rollups as they would stand with these people; each state has its own distance from the target."""
    for table in (LeafRollup, TreeRollup, TreeExpiry):
        session.execute(delete(table))
    paths = dict(session.query(Unit.id, Unit.path).all())
    tree: defaultdict[tuple[int, str], Sums] = defaultdict(lambda: NO_SUMS)
    for (unit, post, code), numbers in truth.items():
        sums = _sums(*numbers)
        if not sums:
            continue
        key = {"unit_id": cast.units[unit], "position_id": cast.positions[post], "competency": code, "target_level": 1}
        session.add(LeafRollup(**key, **dict(zip(COLUMNS, sums, strict=True))))
        for above in paths[cast.units[unit]].strip("/").split("/"):
            tree[int(above), code] += sums
    for (unit_id, code), sums in tree.items():
        session.add(TreeRollup(unit_id=unit_id, competency=code, **dict(zip(COLUMNS, sums, strict=True))))


def _sums(met: int, not_yet: int, unclear: int, silent: int) -> Sums:
    n = met + not_yet + unclear
    m = 400 * met - 2100 * not_yet - 900 * unclear
    return Sums(
        n_required=n + silent, n_evidence=n, sum_m=m, sum_m2=abs(m), sum_v=200_000 * n, sum_v2=40_000_000_000 * n,
        met=met, not_yet=not_yet, sum_gap=NOT_YET_SHORT * not_yet,
    )  # fmt: skip


def forget(session) -> None:
    for table in (SnapshotCell, SnapshotPost, UnitBaseline, Snapshot):
        session.execute(delete(table))


@dataclass
class Facts:
    """What a role has seen: sums of unknowns as ({(atom, state): 1}, value), and which cells of units it saw at all."""

    truth: Truth
    sums: list[tuple[frozenset[tuple[Atom, str]], int]] = field(default_factory=list)
    limits: list[tuple[tuple[tuple[tuple[Atom, str], float], ...], float]] = field(default_factory=list)
    """What rounded numbers say: a weighted sum of unknowns is at most so much. SHORT is the sum of shortfalls in thousandths."""
    seen: set[tuple[str, bool, str]] = field(default_factory=set)

    def add(self, atoms, **numbers: str) -> None:
        """Counts by name (met, not_yet, unclear, evidence) of those atoms together; empty ones are hidden."""
        atoms = [atom for atom in atoms if atom in self.truth]
        for name, value in numbers.items():
            if value != "":
                states = STATES if name == "evidence" else (name,)
                self.sums.append((frozenset((atom, state) for atom in atoms for state in states), int(value)))

    def between(self, weights: dict[tuple[Atom, str], float], least: float, most: float) -> None:
        """A weighted sum of unknowns lies between the two."""
        for sign, end in ((1, most), (-1, -least)):
            self.limits.append((tuple((unknown, sign * weight) for unknown, weight in weights.items()), end + SLACK))

    def share(self, part, whole, value: float, half: float) -> None:
        """``part`` is ``value`` per cent of ``whole`` (unknowns, or a number of people), give or take ``half``."""
        if isinstance(whole, int):
            self.between({unknown: 100.0 for unknown in part}, (value - half) * whole, (value + half) * whole)
            return
        for sign, edge in ((1, value + half), (-1, value - half)):
            weights: defaultdict[tuple[Atom, str], float] = defaultdict(float)
            for unknowns, weight in ((part, 100.0), (whole, -edge)):
                for unknown in unknowns:
                    weights[unknown] += sign * weight
            self.limits.append((tuple(weights.items()), SLACK))

    def shortfall(self, atoms, value: float, evidence: int, half: float = 0.0005) -> None:
        """``evidence`` people are ``value`` levels short on average."""
        unknowns = {(atom, SHORT): 1.0 for atom in atoms if atom in self.truth}
        self.between(unknowns, 1000 * (value - half) * evidence, 1000 * (value + half) * evidence)

    def people(self, atoms, states=STATES) -> list[tuple[Atom, str]]:
        """The unknowns of those atoms."""
        return [(atom, state) for atom in atoms if atom in self.truth for state in states]

    def asked(self, atoms) -> int:
        """How many people are asked; the roster tells."""
        return sum(sum(self.truth[atom]) for atom in atoms if atom in self.truth)

    def value(self, unknown: tuple[Atom, str]) -> int:
        """The truth, that the attacker does not know."""
        atom, state = unknown
        return NOT_YET_SHORT * self.truth[atom][1] if state == SHORT else self.truth[atom][STATES.index(state)]

    def true_limits(self):
        """As ``true_ones``, of rounded numbers."""
        return [(weights, most) for weights, most in dict.fromkeys(self.limits) if sum(w * self.value(u) for u, w in weights) <= most]

    def true_ones(self) -> list[tuple[frozenset[tuple[Atom, str]], int]]:
        """Kept numbers of an earlier day are no equation of this one; the attacker is granted to know which they are."""
        known = {fact for fact in self.sums if sum(self.truth[atom][STATES.index(state)] for atom, state in fact[0]) == fact[1]}
        return sorted(known, key=lambda fact: (len(fact[0]), sorted(fact[0]), fact[1]))


def below(unit: str) -> list[str]:
    """The unit and all under it."""
    if unit in (COUNTY,):
        return [COUNTY, *TREE]
    return [unit, *(code for child in TREE if TREE[child][0] == unit for code in below(child))]


def table(client, path: str) -> list[dict[str, str]]:
    """A CSV as dicts; nothing where the role is not let in."""
    answer = client.get(path)
    if answer.status_code != 200:
        assert answer.status_code in (302, 303, 401, 403), (path, answer.status_code)
        return []
    heading, *rows = read_table(answer.data)
    return [dict(zip(heading, row, strict=True)) for row in rows]


COUNTS = {"Met": "met", "Not yet": "not_yet", "Certainly below": "not_yet", "Unclear": "unclear", "With evidence": "evidence"}


def numbers(row: dict[str, str]) -> dict[str, str]:
    return {name: row[heading] for heading, name in COUNTS.items() if heading in row}


def take(facts: Facts, wanted, row: dict[str, str]) -> None:
    """All numbers of a line of a table about those atoms."""
    facts.add(wanted, **numbers(row))
    if row.get("Mean shortfall") and row.get("With evidence"):
        facts.shortfall(wanted, float(row["Mean shortfall"]), int(row["With evidence"]))


def atoms(units, code: str, post: str | None = None) -> list[Atom]:
    return [(unit, one, code) for unit in units for one in (POSTS if post is None else (post,))]


def gather(client, truth: Truth, comparable=None) -> Facts:
    """Every table and file about units that the signed-in reader can open."""
    facts = Facts(truth)
    for unit in (COUNTY, *TREE):
        cells(facts, table(client, f"/units/{unit}/skills.csv"))
        _page(client, facts, unit)
        for by in GROUPINGS:
            board(facts, unit, by, table(client, f"/talent/board.csv?unit={unit}&by={by}"))
        for by, position in (("tier", 1), ("connection", 2), ("place", None)):
            _balance(client, facts, unit, by, position, comparable)
    for row in table(client, f"/talent/board-all.csv?unit={COUNTY}"):
        units = [row["Unit code"]] if row["Directly at the unit"] else below(row["Unit code"])
        take(facts, atoms(units, row["Competency"]), row)
    return facts


def cells(facts: Facts, rows: list[dict[str, str]]) -> None:
    """Lines about a unit and competency, the people directly at the unit by themselves."""
    for row in rows:
        direct = row["Unit"] == "directly at the unit"
        units = [row["Unit code"]] if direct else below(row["Unit code"])
        take(facts, atoms(units, row["Competency"]), row)
        if row["Met"] != "":
            facts.seen.add((row["Unit code"], direct, row["Competency"]))


SAID = re.compile(r"(\d+) of (\d+) have evidence; of these (\d+) met, (\d+) unclear, (\d+) not yet")


def _page(client, facts: Facts, unit: str) -> None:
    """The heat map's sentences: the page must not say more than the file."""
    answer = client.get(f"/units/{unit}/skills")
    if answer.status_code != 200:
        return
    for name, rest in re.findall(r'<tr role="row"[^>]*><th scope="row" role="rowheader">(.*?)</th>(.*?)</tr>', answer.text, re.S):
        plain = re.sub("<[^>]+>", "", name)
        units = below(unit) if plain == "Whole unit" else [unit] if plain == "directly at the unit" else below(plain)
        for code, cell in re.findall(r'<td role="cell" data-code="([A-Z]+-\d)"[^>]*>(.*?)</td>', rest, re.S):
            found = SAID.search(cell)
            if found:
                evidence, _all, met, unclear, not_yet = found.groups()
                facts.add(atoms(units, code), evidence=evidence, met=met, unclear=unclear, not_yet=not_yet)


GROUPINGS = ("competency", "unit", "post", "tier", "strand")


def group(unit: str, by: str, key: str, code: str) -> list[Atom]:
    """Whom a line of the board is about."""
    if by == "strand":
        return [atom for one in CODES if ("T" if one != "GOV-1" else "G") == key for atom in atoms(below(unit), one)]
    if by == "post":
        return atoms(below(unit), code, key)
    if by == "tier":
        return atoms([u for u in below(unit) if (TREE[u][1] if u in TREE else "county") == key], code)
    return atoms(below(key or unit), code)


def board(facts: Facts, unit: str, by: str, rows: list[dict[str, str]]) -> None:
    """Lines of the gap board."""
    for row in rows:
        take(facts, group(unit, by, row["Group code"], row["Competency"]), row)


def _balance(client, facts: Facts, unit: str, by: str, position: int | None, comparable) -> None:
    codes = comparable(unit, by) if comparable else []
    for row in table(client, f"/talent/balance.csv?unit={unit}&by={by}"):
        key = row["Group code"]
        if position is None:
            units = [key[:-1]] if key.endswith("*") else below(key)
        else:
            units = [u for u in below(unit) if (TREE[u][position] if u in TREE else ("", "county", "fibre")[position]) == key]
        if row["Met"]:
            facts.add([atom for code in codes for atom in atoms(units, code)], evidence=row["With evidence"], met=row["Met"])


class Solver:
    """All counts that agree with what was seen in one or more periods; from each to the next at most ``few`` people changed."""

    def __init__(self, *periods: Facts, few: int = 0) -> None:
        names = [(t, atom, state) for t, facts in enumerate(periods) for atom in facts.truth for state in (*STATES, SHORT)]
        self.few = few
        steps = range(1, len(periods) if few else 0)
        names += [((way, t), atom, state) for t in steps for way in ("up", "down") for atom in periods[0].truth for state in STATES]
        self.place = {name: i for i, name in enumerate(names)}
        self.equal: list[tuple[dict, float]] = []
        self.most: list[tuple[dict, float]] = []
        self.roster: list[int] = []
        for t, facts in enumerate(periods):
            self._period(t, facts)
        for t in steps:
            self._link(t, periods[0].truth)
        self.known = dict(zip(("A_eq", "b_eq", "A_ub", "b_ub"), (*self._matrix(self.equal), *self._matrix(self.most)), strict=True))
        self.found = [np.array([self._truth(periods, name) for name in names], float)]

    def _period(self, t: int, facts: Facts) -> None:
        self.equal += [({(t, *unknown): 1 for unknown in members}, value) for members, value in facts.true_ones()]
        self.most += [({(t, *unknown): weight for unknown, weight in weights}, most) for weights, most in facts.true_limits()]
        for atom, counts in facts.truth.items():
            people = {(t, atom, state): 1 for state in STATES}
            self.roster.append(len(self.most))
            self.most += [(people, sum(counts)), ({(t, atom, SHORT): 1} | dict.fromkeys(people, -MOST_SHORT), 0)]

    def _truth(self, periods, name) -> float:
        t, atom, state = name
        if isinstance(t, tuple):
            way, after = t
            change = periods[after].value((atom, state)) - periods[after - 1].value((atom, state))
            return max(change if way == "up" else -change, 0)
        return periods[t].value((atom, state))

    def _link(self, t: int, truth: Truth) -> None:
        """From the period before ``t`` to ``t``."""
        for atom in truth:
            for state in STATES:
                moved = {(t, atom, state): 1, (t - 1, atom, state): -1, (("up", t), atom, state): -1, (("down", t), atom, state): 1}
                self.equal.append((moved, 0))
        for way in ("up", "down"):
            self.most.append(({((way, t), atom, state): 1 for atom in truth for state in STATES}, self.few))

    def _matrix(self, rows):
        if not rows:
            return None, None
        entries = [(n, self.place[name], weight) for n, (members, _) in enumerate(rows) for name, weight in members.items()]
        lines, columns, weights = zip(*entries, strict=True)
        return csr_array((weights, (lines, columns)), shape=(len(rows), len(self.place))), np.array([value for _, value in rows], float)

    def open_but_for_the_roster(self, goal) -> bool:
        """Whether the sum could vary if each post of a unit had one person more: else something other than that nobody is left pins it down."""
        known = dict(self.known)
        known["b_ub"] = known["b_ub"].copy()
        known["b_ub"][self.roster] += 1
        other = object.__new__(Solver)
        other.place, other.known, other.found = self.place, known, list(self.found)
        return other.is_open(goal)

    def is_open(self, goal, least: float = 0.5) -> bool:
        """Whether the sum of the unknowns in ``goal`` may still vary by more. Solutions found before are asked first, the truth among them."""
        weights = np.zeros(len(self.place))
        for name in goal:
            weights[self.place[name]] += 1
        for sign in (0, 1, -1):
            if sign:
                end = linprog(sign * weights, **self.known, method="highs")
                assert end.status == 0, "the truth is always a solution"
                self.found.append(end.x)
            values = [float(weights @ x) for x in self.found]
            if max(values) - min(values) > least:
                return True
        return False


def hidden_places(truth: Truth) -> list[tuple[str, bool, str]]:
    """All places of which something is asked: units whole, and the people directly at those with units below."""
    places = [(unit, False) for unit in (COUNTY, *TREE)] + [(unit, True) for unit in (COUNTY, *TREE) if len(below(unit)) > 1]
    codes = sorted({code for *_, code in truth})
    return [(unit, direct, code) for unit, direct in places for code in codes if any(sum(truth[a]) for a in of_place(truth, unit, direct, code))]


def of_place(truth: Truth, unit: str, direct: bool, code: str) -> list[Atom]:
    return [atom for atom in atoms([unit] if direct else below(unit), code) if atom in truth]
