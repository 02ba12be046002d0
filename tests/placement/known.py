"""Short ways to write banks and tracks for the rules' tests."""

from lms.competency.model_queries import EvidenceItem, ItemParameters, Rules, State
from lms.core import framework
from lms.placement.selection import Part, Piece, Track

RULES = Rules.of(framework.read())
DAY = 20_000


def single(code: str, b: float = 0.0, *, a: float = 1.0, c: float = 0.0, competency: str = "NET-1", apply: bool = True) -> Piece:
    """One question."""
    return Piece(code, competency, (Part(sum(map(ord, code)) * 1000 + len(code), code, ItemParameters(a, b, c), apply),))


def case(code: str, parts: int = 3, *, competency: str = "NET-1", b: float = 0.0) -> Piece:
    """A case with its parts."""
    rows = tuple(Part(900_000 + 10 * sum(map(ord, code)) + n, f"{code}{n}", ItemParameters(1.0, b), True) for n in range(1, parts + 1))
    return Piece(code, competency, rows, is_set=True)


def track(competency: str = "NET-1", target: int = 2, m: float = 0.0, v: float = 1.0, *, items: int = 0, n: int | None = None, **more) -> Track:
    """A competency with so many distinct applied items behind it."""
    flags = {"apply": True, "scenario": False, "max_level": 3} | more.pop("flags", {})
    evidence = tuple(EvidenceItem(f"E{number}", DAY, **flags) for number in range(items))
    return Track(competency, target, State(round(1000 * m), round(1e6 * v), DAY, items if n is None else n), evidence, **more)
