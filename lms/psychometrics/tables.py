"""What the commands on files print: JSON for scripts, columns for people (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from lms.core.sheets import display_width
from lms.psychometrics.calibration import Calibration
from lms.psychometrics.classical import Analysis, Flag, chance
from lms.psychometrics.dif import Comparison, adjust, mantel_haenszel

if TYPE_CHECKING:
    import numpy as np

    from lms.psychometrics.anchored import Line as AnchoredLine

PLACES = 4  # of a p-value
FLAG_WORDS = {
    Flag.KEY: "the key is probably wrong",
    Flag.ABLE: "a distractor is chosen by more able people",
    Flag.WEAK: "does not separate (rest r below 0.1)",
    Flag.HARD: "too hard (p below 0.2)",
    Flag.EASY: "too easy (p above 0.95)",
    Flag.UNCALIBRATED: "fewer than 30 answers",
}


class GroupComparison(NamedTuple):
    """One item, two groups of one grouping."""

    item: str
    grouping: str
    reference: str
    focal: str
    result: Comparison


def calibration_json(fit: Calibration, items: Sequence[str]) -> dict[str, Any]:
    """As the contract says: logits, d = −a·b."""
    lines = [
        {"item": name, "a": one.a, "b": one.b, "d": one.d, "se_a": one.se_a, "se_b": one.se_b, "se_d": one.se_d}
        for name, one in zip(items, fit.items, strict=True)
    ]
    return {"model": fit.model, "loglik": fit.loglik, "items": lines}


def calibration_table(fit: Calibration, items: Sequence[str]) -> list[str]:
    rows = [(name, *(f"{value:.4f}" for value in (one.a, one.se_a, one.b, one.se_b, one.d, one.se_d))) for name, one in zip(items, fit.items, strict=True)]
    return [f"{fit.model.upper()}, log-likelihood {fit.loglik:.3f}", *columns(("item", "a", "se", "b", "se", "d", "se"), rows)]


def analysis_json(found: Analysis, items: Sequence[str]) -> dict[str, Any]:
    """As the contract says; beside it, by option, rest correlations, shares by third, and the flags."""
    lines = [
        {
            "item": name, "p": one.p, "rit": one.rit, "rest_r": one.rest_r, "key_suspect": one.key_suspect,
            "options": {option: line.share for option, line in one.options.items()},
            "option_rest_r": {option: line.rest_r for option, line in one.options.items()},
            "option_thirds": {option: list(line.thirds) for option, line in one.options.items()},
            "flags": [str(flag) for flag in one.flags],
        }
        for name, one in zip(items, found.items, strict=True)
    ]  # fmt: skip
    return {"n": found.n, "mean": found.mean, "sd": found.sd, "alpha": found.alpha, "sem": found.sem, "items": lines}


def analysis_table(found: Analysis, items: Sequence[str], key: Sequence[str]) -> list[str]:
    head = f"{found.n} persons, mean {found.mean:.3f}, sd {found.sd:.3f}, alpha {_number(found.alpha)}, SEM {_number(found.sem)}"
    rows = [(name, f"{one.p:.3f}", _number(one.rit), _number(one.rest_r), _flags(one.flags)) for name, one in zip(items, found.items, strict=True)]
    options = [
        (name, option + ("*" if option == right else ""), f"{line.share:.3f}", _number(line.rest_r), *(_number(share) for share in line.thirds))
        for name, right, one in zip(items, key, found.items, strict=True)
        for option, line in one.options.items()
    ]
    chosen = columns(("item", "option", "share", "rest r", "lowest third", "middle", "highest"), options)
    return [head, "", *columns(("item", "p", "r total", "r rest", "look at"), rows), "", "Options (* = key)", *chosen]


def _flags(flags: Iterable[Flag]) -> str:
    return "; ".join(FLAG_WORDS[flag] for flag in flags)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def anchored_json(found: Sequence[AnchoredLine]) -> dict[str, Any]:
    """New items with parameters before and after, anchors with their drift; what too few answered has neither."""
    return {"items": [{"item": one.item.name, "competency": one.item.competency, "anchor": one.item.anchor, "n": one.n} | _anchored(one) for one in found]}


def _anchored(one: AnchoredLine) -> dict[str, Any]:
    before = {"a": one.item.a, "b": one.item.b, "vb": one.item.vb}
    if one.fitted is not None:
        return {"before": before, "after": {"a": one.fitted.a, "b": one.fitted.b, "vb": one.fitted.vb}}
    return {"residual": one.drift.residual, "z": one.drift.z, "drift": one.drift.found} if one.drift is not None else {}


def anchored_table(found: Sequence[AnchoredLine]) -> list[str]:
    new = columns(("item", "answers", "a", "b", "Vb"), [_new(one) for one in found if one.fitted])
    anchors = columns(("item", "answers", "residual", "z", "look at"), [_anchor(one) for one in found if one.drift])
    few = [one.item.name for one in found if not one.fitted and not one.drift]
    return ["New items", *new, "", "Anchors", *anchors, *(["", f"Too few answers: {', '.join(few)}"] if few else [])]


def _new(one: AnchoredLine) -> tuple[str, ...]:
    return one.item.name, str(one.n), *(f"{getattr(one.item, name):.3f} → {getattr(one.fitted, name):.3f}" for name in ("a", "b", "vb"))


def _anchor(one: AnchoredLine) -> tuple[str, ...]:
    return one.item.name, str(one.n), f"{one.drift.residual:+.3f}", f"{one.drift.z:+.2f}", "drifts" if one.drift.found else ""


def compare_groups(answers: Sequence[Sequence[str]], key: Sequence[str], items: Sequence[str], groups: Mapping[str, Sequence[str]]) -> list[GroupComparison]:
    """Every item in every grouping: its largest group against each other one, matched on the total with the item."""
    import numpy as np  # lazily: only commands come here

    right = (np.asarray(answers, dtype=object) == np.asarray(key, dtype=object)).astype(int)
    total = right.sum(axis=1)
    return [one for grouping, names in groups.items() for one in _grouping(right, total, items, grouping, np.asarray(names, dtype=object))]


def _grouping(right: np.ndarray, total: np.ndarray, items: Sequence[str], grouping: str, names: np.ndarray) -> list[GroupComparison]:
    pairs = [(i, *pair) for pair in group_pairs(names) for i in range(len(items))]
    results = []
    for i, reference, focal in pairs:
        here = (names == reference) | (names == focal)
        results.append(mantel_haenszel(right[here, i], total[here], names[here] == focal))
    return [GroupComparison(items[i], grouping, reference, focal, result) for (i, reference, focal), result in zip(pairs, adjust(results), strict=True)]


def group_pairs(names: Iterable[str]) -> list[tuple[str, str]]:
    """(largest group, each other one); the empty name is no group."""
    sizes: dict[str, int] = {}
    for name in names:
        sizes[name] = sizes.get(name, 0) + 1
    order = sorted((name for name in sizes if name), key=lambda name: (-sizes[name], name))
    return [pair for pair in combinations(order, 2) if pair[0] == order[0]]


def dif_json(found: Sequence[GroupComparison]) -> dict[str, Any]:
    lines = [
        {
            "item": one.item, "grouping": one.grouping, "reference": one.reference, "focal": one.focal,
            "n_reference": one.result.n_reference, "n_focal": one.result.n_focal, "alpha": one.result.alpha, "delta": one.result.delta,
            "chi2": one.result.chi2, "p": one.result.p, "p_adjusted": one.result.adjusted, "class": one.result.size, "dif": one.result.found,
        }
        for one in found
    ]  # fmt: skip
    return {"items": lines}


def dif_table(found: Sequence[GroupComparison]) -> list[str]:
    rows = [
        (one.item, one.grouping, f"{one.reference} ({one.result.n_reference})", f"{one.focal} ({one.result.n_focal})", _number(one.result.delta),
         f"{one.result.chi2:.2f}", chance(one.result.p, PLACES), chance(one.result.adjusted, PLACES), one.result.size, _direction(one))
        for one in found
    ]  # fmt: skip
    return columns(("item", "grouping", "reference", "focal", "Δ", "χ²", "p", "adjusted", "class", "look at"), rows)


def _direction(one: GroupComparison) -> str:
    if not one.result.found:
        return ""
    return f"harder for {one.focal if (one.result.delta or 0) < 0 else one.reference} at equal ability"


def columns(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Aligned lines; a Han character is two columns wide."""
    table = [tuple(heading), *rows]
    widths = [max(display_width(row[i]) for row in table) for i in range(len(heading))]
    return ["  ".join(cell + " " * (width - display_width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
