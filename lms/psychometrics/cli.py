"""``lms items …``: questions as instruments, on plain files and on the instance's own answers."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from lms.core.command import fail, needs_app
from lms.psychometrics import files, tables
from lms.psychometrics.calibration import MODELS, NoVariance, TooFewItems

FILE = click.Path(path_type=Path, dir_okay=False)
FORMAT = click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
SHOWN = 50


@click.group()
def items() -> None:
    """How questions work: difficulty, discrimination, wrong keys, fairness."""


@items.command("calibrate", epilog="Example:  lms items calibrate --patterns patterns.csv --model 2pl --format json")
@click.option("--patterns", required=True, type=FILE, help="i1,i2,…[,freq]: 1 right, 0 wrong, empty not asked; one line a person or a pattern.")
@click.option("--model", required=True, type=click.Choice(MODELS), help="1pl: one common discrimination; 2pl: one for each item.")
@FORMAT
def calibrate(patterns: Path, model: str, form: str) -> None:
    """Discrimination a and difficulty b of items with their standard errors, by marginal maximum likelihood."""
    # many small products: on a busy machine NumPy's threads wait for each other up to fifty times as long as one needs
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from lms.psychometrics import calibration

    try:
        found = files.patterns(patterns)
        fit = calibration.calibrate(found.cells, found.weights, model=model)
    except files.FileProblems as faults:
        _refuse(faults)
    except NoVariance as constant:
        _refuse(files.no_variance(patterns, found, constant.columns))
    except TooFewItems as few:
        _refuse(files.too_few_items(patterns, model, few.needs))
    if not fit.converged:
        click.echo("Warning: the likelihood has no maximum in reach; an item with a very large a separates its people wholly.", err=True)
    _say(form, tables.calibration_json(fit, found.items), tables.calibration_table(fit, found.items))


@items.command("analyse", epilog="Example:  lms items analyse --responses answers.csv --key key.csv")
@click.option("--responses", required=True, type=FILE, help="One column an item, one line a person: the option chosen, empty if left out.")
@click.option("--key", required=True, type=FILE, help="One line under the same heading: the right options.")
@FORMAT
def analyse(responses: Path, key: Path, form: str) -> None:
    """p, correlations, alpha, SEM, distractors by score third, and keys that are probably wrong."""
    from lms.psychometrics import classical

    found = _answers(responses, key)
    result = classical.analyse(found.rows, found.key)
    _say(form, tables.analysis_json(result, found.items), tables.analysis_table(result, found.items, found.key))


@items.command("dif", epilog="Example:  lms items dif --responses answers.csv --key key.csv --groups people.csv")
@click.option("--responses", required=True, type=FILE, help="As for `lms items analyse`.")
@click.option("--key", required=True, type=FILE, help="As for `lms items analyse`.")
@click.option("--groups", required=True, type=FILE, help="One column a grouping (language,tier,…), one line a person; joined by a `person` column in both.")
@FORMAT
def dif(responses: Path, key: Path, groups: Path, form: str) -> None:
    """Items that treat people of equal ability differently, by Mantel–Haenszel with Benjamini–Hochberg."""
    found = _answers(responses, key)
    try:
        chosen = files.groups(groups, found.people)
    except files.FileProblems as faults:
        _refuse(faults)
    compared = tables.compare_groups(found.rows, found.key, found.items, chosen)
    _say(form, tables.dif_json(compared), tables.dif_table(compared))


@items.command("anchored", epilog="Example:  lms items anchored --items items.csv --responses answers.csv")
@click.option("--items", "bank", required=True, type=FILE, help="item,competency,a,b,c,vb,anchor: in logits; vb how unsure b is; anchor 1 stays, 0 is new.")
@click.option("--responses", required=True, type=FILE, help="official,item,correct,answered_at: one line an answer.")
@FORMAT
def anchored_items(bank: Path, responses: Path, form: str) -> None:
    """New items calibrated with frozen anchors and shrinkage, and anchors that drift: each night's work, on plain files."""
    from lms.psychometrics import anchored

    try:
        found = anchored.work_out(bank, responses)
    except files.FileProblems as faults:
        _refuse(faults)
    _say(form, tables.anchored_json(found), tables.anchored_table(found))


@items.command("refresh", epilog="Example:  lms items refresh")
@needs_app
def refresh() -> None:
    """Work out anew how every question of this installation works, as happens each night."""
    from lms.core import clock
    from lms.psychometrics import jobs

    click.echo(f"Figures of {jobs.refresh_figures(clock.now())} questions.")


@items.command("calibrate-new", epilog="Example:  lms items calibrate-new --dry-run")
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@needs_app
def calibrate_new(dry_run: bool) -> None:
    """Give questions answered often enough their parameters from the answers; estimates follow. Happens each night by itself."""
    from lms.access.actor import operator
    from lms.core import clock
    from lms.core.db import database
    from lms.psychometrics import actions, jobs

    if dry_run:
        with database().reading() as session:
            found = actions.new_parameters(session)
    else:
        found = jobs.calibrate_new(operator(), clock.now(), report=_progress)
    rows = [(one.code, str(one.n), *(f"{old / unit:.3f} → {new / unit:.3f}" for old, new, unit in zip(one.before, one.after, UNITS))) for one in found]
    click.echo("\n".join(tables.columns(("item", "answers", "a", "b", "Vb"), rows)) if rows else "No question is due: nothing changes.")


UNITS = (1000, 1000, 1_000_000)


def _progress(done: int, total: int) -> None:
    click.echo(f"{done} of {total} estimates replayed", err=True)


def _answers(responses: Path, key: Path) -> files.Answers:
    try:
        return files.answers(responses, key)
    except files.FileProblems as faults:
        _refuse(faults)


def _say(form: str, data: dict[str, Any], lines: Sequence[str]) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=1) if form == "json" else "\n".join(lines))


def _refuse(faults: files.FileProblems) -> None:
    """One readable line, then every problem; exit 1."""
    more = len(faults.problems) - SHOWN
    fail(
        f"Nothing was worked out: {len(faults.problems)} problems in the files.",
        [*faults.problems[:SHOWN], *([f"… and {more} more."] if more > 0 else [])],
    )
