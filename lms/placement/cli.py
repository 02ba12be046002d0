"""``lms assessments simulate``."""

from __future__ import annotations

import json
from typing import Any

import click

from lms.core.command import fail

DEFAULT_POST = "P01"


@click.command(epilog="Example:  lms assessments simulate --bank internet-and-governance --people 500")
@click.option("--bank", "banks", multiple=True, metavar="SLUG", help="An item bank; may be given several times. Without any: all banks together.")
@click.option("--all", "everything", is_flag=True, help="All banks of the content folder together (the default).")
@click.option("--generated", type=click.IntRange(12, 5000), metavar="ITEMS", help="A generated bank of so many items over 12 competencies instead.")
@click.option("--targets", default="1,2,3", show_default=True, metavar="LEVELS", help="Generated bank: target levels, dealt out in turn.")
@click.option("--people", default=1000, show_default=True, type=click.IntRange(10, 100_000), help="Simulated people.")
@click.option("--position", default=DEFAULT_POST, show_default=True, help="The post whose targets are decided.")
@click.option("--competencies", default=12, show_default=True, type=click.IntRange(1, 50), help="So many competencies of the post: the highest targets.")
@click.option("--missing/--no-missing", default=True, help="Print for authors how many items each competency lacks.")
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--format", "form", default="table", show_default=True, type=click.Choice(["table", "json"]))
def simulate(**chosen: Any) -> None:
    """Let simulated people take the placement and a fixed form of 60; print lengths, accuracy, exposure, coverage."""
    found = _generated(chosen) if chosen["generated"] else _own(chosen)
    if chosen["form"] == "json":
        click.echo(json.dumps(found["data"], ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(found["lines"]))


def _rules() -> Any:
    from lms.competency.model_queries import Rules
    from lms.core import framework

    return Rules.of(framework.read())


def _generated(chosen: dict[str, Any]) -> dict[str, Any]:
    from lms.placement import report
    from lms.placement.simulation import BANK, generated

    levels = tuple(int(level) for level in chosen["targets"].split(",") if level.strip() in ("1", "2", "3", "4", "5"))
    if not levels:
        fail(f"--targets {chosen['targets']}: give levels from 1 to 5, such as 1,2,3")
    rules = _rules()
    world = generated(BANK.with_(items=chosen["generated"], targets=levels), rules, seed=chosen["seed"])
    rows = report.compared(world, rules, count=chosen["people"], seed=chosen["seed"])
    title = f"Generated bank: {world.items} items over {len(world.targets)} competencies, targets {chosen['targets']} in turn; {chosen['people']} people."
    return {"lines": [title, "", *report.table(rows)], "data": {"bank": world.name, "items": world.items, "tests": report.as_data(rows)}}


def _own(chosen: dict[str, Any]) -> dict[str, Any]:
    from lms.placement import banks, report

    rules, pieces, codes = _rules(), *_pieces(chosen)
    targets = banks.hardest(targets_of(chosen["position"]), chosen["competencies"], codes)
    world = banks.world(chosen["position"], targets, pieces, seed=chosen["seed"])
    if not world.items:
        fail("These banks have no live question for a competency of the post")
    people, seed = chosen["people"], chosen["seed"]
    rows = report.compared(world, rules, count=people, seed=seed)
    lines = [f"Own banks: {world.items} items over {len(targets)} competencies of {chosen['position']}; {people} people.", ""]
    data: dict[str, Any] = {"bank": world.name, "items": world.items, "targets": targets}
    if chosen["missing"]:
        lacking = report.shortages(pieces, codes, rules, count=max(100, people // 4), seed=seed)
        rows += report.filled_up(targets, pieces, lacking, rules, count=people, seed=seed)
        data["missing"] = report.as_data(lacking)
    lines += report.table(rows)
    if chosen["missing"]:
        lines += ["", "Items missing, for authors:", "", *report.shortage_table(lacking, _names(), highest_targets())]
    return {"lines": lines, "data": data | {"tests": report.as_data(rows)}}


def _pieces(chosen: dict[str, Any]) -> tuple[Any, tuple[str, ...]]:
    from lms.assessments import bank_queries
    from lms.core import framework
    from lms.placement import banks

    slugs = () if chosen["everything"] else chosen["banks"]
    found = bank_queries.banks(slugs)
    if unknown := set(slugs) - found.keys():
        fail(f"There is no faultless bank {', '.join(sorted(unknown))}")
    dgcf = framework.read()
    return banks.pieces(found.values(), dgcf.cuts_milli), dgcf.codes


def _positions() -> dict[str, dict[str, int]]:
    import yaml

    from lms.core.framework import content_root

    data = yaml.safe_load((content_root() / "assessments" / "positions.yaml").read_text(encoding="utf-8"))
    return {post["id"]: {code: level for code, level in post["targets"].items() if level} for post in data["positions"]}


def targets_of(position: str) -> dict[str, int]:
    """Target levels of a post of the content folder, by competency; those of 0 are left out."""
    posts = _positions()
    if position not in posts:
        fail(f"There is no post {position}; there are {', '.join(sorted(posts))}")
    return posts[position]


def highest_targets() -> dict[str, int]:
    """The highest target of any post, by competency."""
    highest: dict[str, int] = {}
    for targets in _positions().values():
        for code, level in targets.items():
            highest[code] = max(level, highest.get(code, 0))
    return highest


def _names() -> dict[str, str]:
    from lms.core import framework

    return {one.code: one.name.en for one in framework.read().competencies}
