"""The adaptive placement in figures, on generated banks and on the project's own, with what these lack for authors.

    python -m bench.placement [--people 1000] [--out docs/curriculum/placement.md]

Everything comes from seeds: the same content gives the same file.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lms.assessments import bank_queries
from lms.competency.model_queries import Rules
from lms.core import framework
from lms.placement import banks, report
from lms.placement.cli import highest_targets, targets_of
from lms.placement.simulation import BANK, generated

POSTS = ("P01", "P02")
HARDEST = replace(BANK, targets=(2,))


def lines(people: int, seed: int = 1) -> Iterator[str]:
    """The document."""
    dgcf = framework.read()
    rules = Rules.of(dgcf)
    pieces = banks.pieces(bank_queries.banks().values(), dgcf.cuts_milli)
    yield from _opening(people)
    for title, shape in (("targets of levels 1, 2 and 3 in turn", BANK), ("all targets of level 2, where half of all people lie on either side", HARDEST)):
        yield from ("", f"## A generated bank: 300 items over 12 competencies, {title}", "")
        yield from report.table(report.compared(generated(shape, rules, seed=seed), rules, count=people, seed=seed))
    lacking = report.shortages(pieces, dgcf.codes, rules, count=people // 2, seed=seed)
    for post in POSTS:
        targets = banks.hardest(targets_of(post), 12, dgcf.codes)
        world = banks.world(post, targets, pieces, seed=seed)
        yield from ("", f"## Our own banks: the 12 highest targets of {post} ({world.items} questions and parts of cases)", "")
        rows = report.compared(world, rules, count=people, seed=seed)
        yield from report.table([*rows, *report.filled_up(targets, pieces, lacking, rules, count=people // 2, seed=seed)])
    yield from _missing(lacking, {one.code: one.name.en for one in dgcf.competencies})


def _opening(people: int) -> Iterator[str]:
    yield "# Placement in figures, and the questions it still needs"
    yield ""
    yield f"Written by `make bench-placement` ({people:,} simulated people, proficiencies from the prior N(0, 1), the three-parameter logistic's answers)."
    yield "How the placement chooses and stops stands in [measurement](../measurement.md#placement). *Right* counts every pair of person and competency:"
    yield "is the true proficiency on the side of the target that the estimate says is likelier? *Clear* pairs lie four chances in five on one side."
    yield "The fixed form of 60 asks everyone as many questions of each competency."


def _missing(lacking: list[report.Shortage], names: dict[str, str]) -> Iterator[str]:
    singles = {level: sum(need.missing for row in lacking for need in row.needs if need.level == level) for level in report.LEVELS}
    yield from ("", "## Questions missing, for authors", "")
    yield "By level: how many questions one person is asked until the competency is decided, the share right then, and how many live"
    yield "questions are missing so that none of them comes up in more than a quarter of sittings (four times the questions asked, less"
    yield "those we have). Without questions that a person marks."
    yield ""
    yield from report.shortage_table(lacking, names, highest_targets())
    yield ""
    totals = ", ".join(f"{count} for level {level}" for level, count in singles.items())
    yield f"In all {totals}, and {sum(row.cases_missing for row in lacking)} cases for level 3."
    yield ""
    yield "Questions alone are not enough: those we have are not calibrated (a = 1 for all, difficulties to ±0.7), and the last rows of"
    yield "the tables above say how long a placement must be with them. Each calibration makes it shorter: a generated bank with known,"
    yield "unequal sharpness reaches 0.84 with 55 questions."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    text = "\n".join(lines(chosen.people)) + "\n"
    print(text, end="")
    if chosen.out:
        chosen.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
