"""What the pages and files of questions show, as plain values for templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.assessments.queries import Asked
from lms.core import framework
from lms.core.i18n import column, pick
from lms.core.sheets import Cell
from lms.psychometrics import wording
from lms.psychometrics.classical import Flag, chance
from lms.psychometrics.models import ItemStatistic
from lms.psychometrics.queries import Known
from lms.psychometrics.two_languages import LANGUAGES

BAR = 40  # height of the tallest bar of an option's picture, in its own units


def competency_names() -> dict[str, str]:
    """Names by code, in the framework's order."""
    return {one.code: pick(one.name) for one in framework.read().competencies}


def percent(milli: int | float | None) -> str:
    """A share in thousandths as per cent; empty where there is none."""
    return "" if milli is None else _("%(n)d %%", n=round(milli / 10))


def decimal(value: float | None) -> str:
    """Two places with a true minus sign."""
    return "" if value is None else f"{value:.2f}".replace("-", "−")


def list_rows(rows: Iterable[ItemStatistic]) -> list[dict[str, Any]]:
    """Rows of the list."""
    names = competency_names()
    return [
        {
            "code": row.code, "url": url_for("psychometrics.item", code=row.code), "stem": getattr(row, column("stem")),
            "competency": row.competency, "name": names.get(row.competency, ""), "level": row.level, "n": row.n or "",
            "p": percent(row.p_milli), "rest_r": decimal(row.rest_r_milli / 1000) if row.rest_r_milli is not None else "",
            "flags": [str(wording.FLAGS[flag]) for flag in wording.flags(row.flags)], "few": row.n < 5,
        }
        for row in rows
    ]  # fmt: skip


def sheet(rows: Iterable[ItemStatistic]) -> list[list[Cell]]:
    """The list as a table to keep; empty where too few officials answered."""
    heading = [
        *(_("Question"), _("Course"), _("Competency"), _("Level"), _("Kind"), _("Version"), _("Officials"), _("Times asked")),
        *(_("Share right"), _("Correlation with the rest"), _("Median seconds"), _("To look at"), _("What it asks"), _("As of")),
    ]
    return [heading, *(_sheet_row(row) for row in rows)]


def _sheet_row(row: ItemStatistic) -> list[Cell]:
    enough = row.p_milli is not None
    numbers = [row.n, row.exposure, row.p_milli / 1000, None if row.rest_r_milli is None else row.rest_r_milli / 1000, row.seconds] if enough else [None] * 5
    flags = _("; ").join(str(wording.FLAGS[flag]) for flag in wording.flags(row.flags))
    return [row.code, row.course, row.competency, row.level, wording.kind(row.kind), row.version, *numbers, flags, getattr(row, column("stem")), row.at.date()]


def item_page(known: Known) -> dict[str, Any]:
    """One question or set."""
    figures, names = known.figures, competency_names()
    detail: Mapping[str, Any] = figures.detail if figures else {}
    enough = bool(figures and figures.p_milli is not None)
    flags = wording.flags(figures.flags) if figures else []
    return {
        "code": known.code, "kind": wording.kind(known.kind), "competency": known.competency, "level": known.level, "course": known.course,
        "course_slug": known.course_slug,
        "name": names.get(known.competency, known.competency), "as_of": figures.at if figures else None, "enough": enough,
        "flags": [{"label": str(wording.FLAGS[flag]), "todo": str(wording.WHAT_TO_DO[flag]), "calm": flag is Flag.UNCALIBRATED} for flag in flags],
        "stats": _stats(figures) if enough else [], "stimulus": known.questions[0].stimulus if known.questions else None,
        "parts": _parts(known.questions, detail.get("parts", [])), "groups": [_group(one) for one in detail.get("groups", [])],
        "drift": _drift(detail.get("drift")), "versions": known.versions, "changes": known.changes, "many": len(known.questions) > 1,
        "decimal": decimal,
    }  # fmt: skip


def _stats(row: ItemStatistic) -> list[dict[str, str]]:
    rest = decimal(row.rest_r_milli / 1000) if row.rest_r_milli is not None else _("too few")
    stats = [
        {"value": str(row.n), "label": _("officials answered"), "note": _("asked %(n)d times", n=row.exposure)},
        {"value": percent(row.p_milli), "label": _("answered right"), "note": _("p = %(p)s", p=decimal(row.p_milli / 1000))},
        {"value": rest, "label": _("correlation with the rest"), "note": _("ability is estimated without this question")},
    ]
    spent = _("%(n)d s", n=row.seconds) if row.seconds is not None else ""
    return [*stats, {"value": spent, "label": _("usual time for an answer"), "note": _("the middle of all, never a person's")}] if spent else stats


def _parts(questions: Sequence[Asked], lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each question with its options; those of another platform have lines only."""
    by_code = {line["code"]: line for line in lines}
    shown = [_part(asked.question, asked.code, by_code.get(asked.code)) for asked in questions]
    return shown or [_part(None, line["code"], line) for line in lines if line["options"]]


def _part(question: Any, code: str, line: Mapping[str, Any] | None) -> dict[str, Any]:
    texts = {option.key: option for option in getattr(question, "options", ())}
    right = _right(question)
    options = line["options"] if line else {}
    marks = {name: _mark(name, line, right) for name in (*texts, *options)} if line else dict.fromkeys(texts, "")
    names = list(dict.fromkeys([*texts, *options]))
    return {
        "code": code, "stem": getattr(question, "stem", None), "p": percent(line["p"] * 1000) if line and line["p"] is not None else "",
        "rest_r": decimal(line["rest_r"]) if line else "", "told": bool(options),
        "options": [_option(name, texts.get(name), name in right, options.get(name), marks.get(name, "")) for name in names],
        "languages": _languages(line.get("languages"), texts, right) if line else None,
    }  # fmt: skip


def _languages(found: Mapping[str, Any] | None, texts: Mapping[str, Any], right: Sequence[str]) -> dict[str, Any] | None:
    """What is right and what is chosen in either language, side by side."""
    if not found:
        return None
    told = [found["told"][name] for name in LANGUAGES]
    first = _tongue(_("Answered right"), None, [one["p"] for one in told], right=True)
    options = [_tongue(name, texts[name], [one["shares"][name] for one in told], right=name in right, apart=name == found["apart"]) for name in texts]
    return {"n": [one["n"] for one in told], "names": [wording.LANGUAGES[name] for name in LANGUAGES], "rows": [first, *options], "said": _said(found)}


def _tongue(key: str, text: Any, shares: Sequence[float], *, right: bool, apart: bool = False) -> dict[str, Any]:
    points = round(100 * (shares[1] - shares[0]))
    return {
        "key": key, "text": text, "right": right, "apart": _("here the languages differ most") if apart else "",
        "shares": [percent(1000 * share) for share in shares], "widths": [round(56 * share, 1) for share in shares],
        "points": f"{points:+d}".replace("-", "−") if points else "0",
    }  # fmt: skip


def _said(found: Mapping[str, Any]) -> str:
    """Whether wrong options draw alike in both languages."""
    if not found["tested"]:
        return _("Too few answered wrong in one of the languages to compare which options draw.")
    p = chance(found["adjusted"])
    if found["apart"]:
        return _("Of those who answer wrong, other options draw in one language than in the other (p adjusted for all questions: %(p)s).", p=p)
    return _("Of those who answer wrong, no option draws more in one language than chance explains (p adjusted for all questions: %(p)s).", p=p)


def _right(question: Any) -> tuple[str, ...]:
    answer = getattr(question, "answer", None)
    if hasattr(answer, "value"):
        return (f"{answer.value:g}",)
    return tuple(answer) if isinstance(answer, (list, tuple)) else (answer,) if isinstance(answer, str) else ()


def _mark(name: str, line: Mapping[str, Any], right: Sequence[str]) -> str:
    if name in line["suspects"]:
        return _("goes with ability more than the key")
    if name in line["able"]:
        return _("chosen by more able people than the key")
    return _("nobody chooses it") if name in line["idle"] else ""


def _option(name: str, text: Any, right: bool, line: Mapping[str, Any] | None, mark: str) -> dict[str, Any]:
    shares = line["thirds"] if line else [None] * 3
    return {
        "key": name, "text": text, "right": right, "mark": mark, "share": percent(line["share"] * 1000) if line else "",
        "rest_r": decimal(line["rest_r"]) if line else "", "thirds": [percent(None if share is None else share * 1000) for share in shares],
        "bars": [{"x": 2 + 18 * i, "y": BAR - round((share or 0) * BAR, 1), "height": round((share or 0) * BAR, 1)} for i, share in enumerate(shares)],
    }  # fmt: skip


def _group(one: Mapping[str, Any]) -> dict[str, str]:
    result = one["result"]
    reference, focal = (wording.group(one["grouping"], one[side]) for side in ("reference", "focal"))
    return {
        "grouping": str(wording.GROUPINGS[one["grouping"]]),
        "reference": _("%(group)s: %(share)s of %(n)d", group=reference, share=percent(one["p_reference"] * 1000), n=result["n_reference"]),
        "focal": _("%(group)s: %(share)s of %(n)d", group=focal, share=percent(one["p_focal"] * 1000), n=result["n_focal"]),
        "logits": decimal(one["logits"]), "delta": decimal(result["delta"]), "p": chance(result["adjusted"]), "size": wording.size(result["size"]),
        "finding": wording.finding(one["found"], result["delta"], reference, focal),
    }  # fmt: skip


def _drift(one: Mapping[str, Any] | None) -> str:
    if not one:
        return ""
    words = {"n": one["n"], "residual": decimal(one["residual"] * 100), "z": decimal(one["z"])}
    return _("%(n)d answers of the last half year since the calibration: %(residual)s percentage points from what was foretold (z = %(z)s).", **words)
