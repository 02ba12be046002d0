"""Which competency is taught and tested at which level: competencies × levels × lessons × live items, as tables. Pure.

A cell is planned where a course moves the competency through that level. A planned cell without a lesson or without a
live item is a hole: a county would be promised a level that nothing teaches or proves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lms.assessments.enums import Use
from lms.assessments.package import Bank, Scenario

QUIZ_LEVELS = 3
"""Levels above take work samples, not quiz items (item rules, section 1)."""
HOLE = "**missing**"


@dataclass(frozen=True)
class Plan:
    """What a course says: `moves` by competency as (from, to); `serves` as (lesson, competency, level)."""

    code: str
    moves: Mapping[str, tuple[int, int]]
    serves: Sequence[tuple[str, str, int]]


@dataclass
class Coverage:
    """One cell: the courses that lead through it, their lessons, live items (a set counts once), sets among them, practice items."""

    courses: list[str] = field(default_factory=list)
    lessons: list[str] = field(default_factory=list)
    live: int = 0
    sets: int = 0
    practice: int = 0

    @property
    def holes(self) -> list[str]:
        """What the plan promises and nothing fills; a cell that no course leads through has none."""
        return [name for name, found in (("lessons", self.lessons), ("live items", self.live)) if self.courses and not found]


Cells = dict[tuple[str, int], Coverage]


def coverage(plans: Sequence[Plan], banks: Sequence[Bank]) -> Cells:
    """The cells that a course plans, teaches or tests, by competency and level."""
    cells: Cells = {}
    for plan in plans:
        for code, (start, end) in plan.moves.items():
            for level in range(start + 1, end + 1):
                cells.setdefault((code, level), Coverage()).courses.append(plan.code)
        for lesson, code, level in plan.serves:
            cells.setdefault((code, level), Coverage()).lessons.append(lesson)
    for item in (item for bank in banks for item in bank.items if item.competency and item.level):
        cell = cells.setdefault((item.competency, item.level), Coverage())
        cell.practice += item.use is Use.PRACTICE
        cell.live += item.use is Use.LIVE
        cell.sets += item.use is Use.LIVE and isinstance(item, Scenario)
    return cells


def tables(cells: Cells, names: Mapping[str, str]) -> Iterator[str]:
    """Two Markdown tables, line by line: the whole at a glance, then each cell. `names` of competencies, in order."""
    yield f"| Competency | {' | '.join(f'L{level}' for level in range(1, QUIZ_LEVELS + 1))} |"
    yield "| --- " * (QUIZ_LEVELS + 1) + "|"
    for code, name in names.items():
        yield f"| {code} {name} | {' | '.join(_short(cells.get((code, level))) for level in range(1, QUIZ_LEVELS + 1))} |"
    yield ""
    yield "| Competency | Level | Courses | Lessons | Live items | of them sets | Practice items |"
    yield "| --- | --- | --- | --- | ---: | ---: | ---: |"
    order = list(names)
    for (code, level), cell in sorted(cells.items(), key=lambda one: (order.index(one[0][0]) if one[0][0] in names else len(order), one[0])):
        columns = [", ".join(cell.courses) or "–", ", ".join(sorted(cell.lessons)) or _hole(cell), str(cell.live or _hole(cell))]
        yield f"| {code} | L{level} | {' | '.join(columns)} | {cell.sets} | {cell.practice} |"


def _hole(cell: Coverage) -> str:
    return HOLE if cell.courses else "–"


def _short(cell: Coverage | None) -> str:
    if cell is None:
        return "–"
    if cell.holes:
        return f"{HOLE} {', '.join(cell.holes)}"
    counts = [(len(cell.lessons), "lesson"), (cell.live, "item"), *([(cell.sets, "set")] if cell.sets else [])]
    return ", ".join(f"{number} {word}" if number == 1 else f"{number} {word}s" for number, word in counts)
