"""The page of a unit's skills, put together: rows, columns, filters, sentences. No reading, no deciding who may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup, escape

from lms.charts.cells import cell_svg
from lms.charts.gaps import WHISKER_Z
from lms.charts.series import Look
from lms.talent import heat, wording
from lms.talent.heat import Column, Gap, Row
from lms.talent.queries import Reach, View


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader chose to look at; all values come from the address and unknown ones mean all."""

    area: str = ""
    strand: str = ""
    order: str = ""
    published: bool = False

    def query(self, **other: str) -> dict[str, str]:
        """The address's parameters, some replaced; empty ones are left out."""
        values = {"area": self.area, "strand": self.strand, "order": self.order, "as": "snapshot" if self.published else ""}
        return {key: value for key, value in (values | other).items() if value}


def shown_columns(view: View, columns: Sequence[Column], choice: Choice) -> list[Column]:
    """The chosen columns that some post of the unit asks for, by area or with the largest gap first."""
    chosen = [column for column in heat.chosen(columns, area=choice.area, strand=choice.strand) if column.code in view.whole.cells]
    return heat.by_gap(chosen, heat.gap_ranking(view.whole, chosen)) if choice.order == "gap" else chosen


def named_rows(view: View) -> list[tuple[str, Row]]:
    """The unit itself, the people directly at it, its children: each with the name it has here."""
    direct = gettext("directly at the unit")
    return [(gettext("Whole unit"), view.whole), *((direct if row.direct else row.name, row) for row in view.rows)]


def table(view: View, columns: Sequence[Column], choice: Choice, reach: Reach) -> dict[str, Any]:
    """The heat map for the template ``components/heat.html``."""
    words = wording.CellWords()
    grouped = choice.order != "gap"
    heads = [{"code": c.code, "name": c.name, "first": grouped and heat.starts_group(columns, i)} for i, c in enumerate(columns)]
    groups = heat.groups(columns) if grouped else [heat.Group(gettext("From the largest gap to the smallest"), len(columns))]
    rows = [_table_row(name, row, heads, words, _row_url(row, choice, reach, view)) for name, row in named_rows(view)]
    caption = gettext("%(unit)s: units by competencies; share of those with evidence who meet the target", unit=view.whole.name)
    return {"caption": caption, "row_heading": gettext("Unit"), "columns": heads, "groups": groups, "rows": rows}


def _table_row(name: str, row: Row, heads: Sequence[dict[str, Any]], words: wording.CellWords, url: str) -> dict[str, Any]:
    address = escape(url)  # once a row: a page has hundreds of cells
    return {"name": name, "url": address, "total": row.total, "cells": [_table_cell(row, head, words, address) for head in heads]}


def _table_cell(row: Row, head: dict[str, Any], words: wording.CellWords, url: Markup) -> dict[str, Any]:
    code = head["code"]
    drawn = heat.cell(row, code)
    known = {"code": code, "first": head["first"], "look": drawn.look.value, "label": words.of(drawn.look, drawn.met, row.cells.get(code))}
    if drawn.look is not Look.SHOWN:
        return known
    svg = Markup(cell_svg(drawn.met, drawn.unclear, drawn.coverage))  # noqa: S704 - made by our own charts from whole numbers
    return known | {"url": url, "met": drawn.met, "svg": svg, "urgent": " urgent" if drawn.urgent else ""}


def _row_url(row: Row, choice: Choice, reach: Reach, view: View) -> str:
    """Down to the unit's own page; people directly at a unit only for those who may open their records."""
    if row.direct or (row.total and not view.rows):
        return url_for("talent.unit_people", code=row.code, **choice.query(order="", **{"as": ""})) if reach.records and view.live else ""
    return "" if row.total else url_for("talent.unit_skills", code=row.code, **choice.query())


def gap_rows(ranking: Sequence[Gap], choice: Choice, code: str) -> list[dict[str, Any]]:
    """The ranking for the template: bars in per cent of the longest, each name leading to the cell worked out."""
    longest = max((gap.gap + WHISKER_Z * gap.se for gap in ranking), default=0.0) or 1.0
    shown = choice.query(area="", strand="", order="")
    return [_gap_row(gap, longest, url_for("talent.unit_cell", code=code, competency=gap.column.code, **shown)) for gap in ranking]


def _gap_row(gap: Gap, longest: float, url: str) -> dict[str, Any]:
    low, high = max(gap.gap - WHISKER_Z * gap.se, 0.0), gap.gap + WHISKER_Z * gap.se
    return {
        "code": gap.column.code, "name": gap.column.name, "url": url, "label": wording.gap_label(gap, low, high), "value": wording.levels(gap.gap),
        "width": round(100 * gap.gap / longest, 2), "low": round(100 * low / longest, 2), "high": round(100 * high / longest, 2),
        "not_yet": wording.number(gap.not_yet), "unclear": wording.number(gap.unclear),
        "evidence": gettext("%(n)s of %(all)s", n=wording.number(gap.n_evidence), all=wording.number(gap.n_required)),
    }  # fmt: skip


def stats(head: heat.Headline, ranking: Sequence[Gap]) -> list[dict[str, Any]]:
    """The tiles: people, coverage, met with its possible range, the largest gap."""
    tiles = [{"value": wording.number(head.people), "label": gettext("people with targets")}]
    if head.evidence:
        doubt = gettext("at most %(most)s once what is unclear is settled", most=wording.share(head.at_most))
        tiles.append({"value": wording.share(head.coverage), "label": gettext("of what posts ask for has evidence")})
        tiles.append({"value": wording.share(head.met_share), "label": gettext("of those with evidence meet the target"), "note": doubt})
    if ranking:
        tiles.append({"value": ranking[0].column.code, "label": ranking[0].column.name, "note": gettext("largest gap")})
    if head.hidden:
        tiles.append({"value": wording.number(head.hidden), "label": gettext("competencies hidden: too few people")})
    return tiles


def filters(columns: Sequence[Column], choice: Choice, endpoint: str, code: str, *, live: bool = False) -> list[dict[str, Any]]:
    """Rows of links: area, strand, order, and for HR what others see."""
    areas = {column.area: column.area_name for column in columns}
    rows = [
        _chips(gettext("Area"), "area", {"": gettext("All")} | areas, choice, endpoint, code),
        _chips(gettext("Strand"), "strand", {"": gettext("Both"), "T": gettext("Technology"), "G": gettext("Governance")}, choice, endpoint, code),
    ]
    if endpoint == ".unit_skills":
        rows.append(_chips(gettext("Order"), "order", {"": gettext("By area"), "gap": gettext("Largest gap first")}, choice, endpoint, code))
    if live:
        rows.append(_chips(gettext("Numbers"), "as", {"": gettext("Live, for HR"), "snapshot": gettext("As others see them")}, choice, endpoint, code))
    return rows


def _chips(label: str, name: str, options: Mapping[str, str], choice: Choice, endpoint: str, code: str) -> dict[str, Any]:
    current = choice.query().get(name, "")
    urls = {value: url_for(endpoint, code=code, **choice.query(**{name: value})) for value in options}
    return {"label": label, "chips": [{"label": text, "url": urls[value], "current": value == current} for value, text in options.items()]}
