"""What the commands on files say, worked out in the background for the page: the same readers, the same figures."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from lms.psychometrics import classical, table_files, tables
from lms.psychometrics.calibration import Calibration, NoVariance, TooFewItems, calibrate
from lms.psychometrics.files import Answers, FileProblems, answers, groups, patterns

KIND = "psychometrics.table"
SHOWN = 50


def work_out(*, report: Callable[[int, int], None], ref: str, model: str) -> dict[str, Any]:
    """With a key: analysis, calibration and, with groups, the comparison of groups; without: calibration of a table of 0 and 1."""
    # many small products: on a busy machine NumPy's threads wait for each other up to fifty times as long as one needs
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        files = table_files.stored(ref)
        return _finite(_analysed(files, model) if "key" in files else _calibrated(files["responses"], model))
    except FileProblems as faults:
        where = f"{table_files.folder() / ref}{os.sep}"  # how the service keeps the files is nobody's business
        lines = [str(one).replace(where, "") for one in faults.problems]
        return {"problems": lines[:SHOWN], "more": max(0, len(lines) - SHOWN)}
    finally:
        table_files.forget(ref)


def _calibrated(path: Path, model: str) -> dict[str, Any]:
    found = patterns(path)
    return {"people": float(found.weights.sum())} | _fitted(found.cells, found.weights, found.items, model)


def _analysed(files: Mapping[str, Path], model: str) -> dict[str, Any]:
    import numpy as np  # lazily: the web process names this job and never runs it

    found = answers(files["responses"], files["key"])
    right = np.array([[float(given == key) for given, key in zip(row, found.key, strict=True)] for row in found.rows])
    result = {"people": len(found.rows), "analysis": tables.analysis_json(classical.analyse(found.rows, found.key), found.items), "key": list(found.key)}
    return result | _fitted(right, None, found.items, model) | (_compared(found, files["groups"]) if "groups" in files else {})


def _compared(found: Answers, path: Path) -> dict[str, Any]:
    compared = tables.compare_groups(found.rows, found.key, found.items, groups(path, found.people))
    return {"groups": tables.dif_json(compared)["items"]}


def _fitted(cells: Any, weights: Any, items: tuple[str, ...], model: str) -> dict[str, Any]:
    """Items that everybody answered alike are left out and named: nothing can be estimated from them."""
    kept, constant = list(range(len(items))), []
    while True:
        try:
            fit: Calibration = calibrate(cells[:, kept], weights, model=model)
        except NoVariance as alike:
            gone = {kept[i] for i in alike.columns}
            constant += [items[i] for i in sorted(gone)]
            kept = [i for i in kept if i not in gone]
            if not kept:
                return {"constant": constant}
        except TooFewItems as few:
            return {"constant": constant, "needs": few.needs, "model": model}
        else:
            names = [items[i] for i in kept]
            return {"calibration": tables.calibration_json(fit, names) | {"converged": fit.converged}, "constant": constant}


def _finite(value: Any) -> Any:
    """Numbers that are none become nothing: databases refuse them in JSON."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not isfinite(value) else value
