"""The report as a workbook: key figures with native charts, every cell, and the method. Text is never taken for a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext

from lms.core.sheets import sheet_name

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
STATES = ("met", "unclear", "not_yet", "no_evidence")
FILLS = {
    "met": {"fill": {"color": "#5b9384"}},
    "unclear": {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#8a5a12", "bg_color": "#f3e3bd"}},
    "not_yet": {"fill": {"color": "#c0563d"}},
    "no_evidence": {"pattern": {"pattern": "percent_20", "fg_color": "#5a6470", "bg_color": "#ffffff"}},
}
CHART_WIDTH, ROW_HEIGHT = 760, 24  # pixels


def workbook(data: Mapping[str, Any]) -> bytes:
    """XLSX of ``content.sheet_data``: summary, figures behind the charts, cells, method."""
    import xlsxwriter  # only exports need it

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        styles = {
            "bold": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "title": book.add_format({"bold": True, "font_size": 16, "font_color": "#1d5a7a"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
            "label": book.add_format({"font_color": "#5a6470", "valign": "top"}),
        }
        used: set[str] = set()
        names = [sheet_name(name, used) for name in (gettext("Summary"), gettext("Competencies"), gettext("Cells"), gettext("Method"))]
        sheets = [book.add_worksheet(name) for name in names]
        _summary(sheets[0], data, styles)
        _competencies(book, sheets[1], names[1], data, styles)
        _table(sheets[2], data["cells"], styles, {1: 26, 3: 34, 14: 24})
        _method(sheets[3], data, styles)
        for sheet in sheets:
            sheet.set_landscape()
            sheet.set_paper(9)  # A4
            sheet.fit_to_pages(1, 0)
    return out.getvalue()


def _summary(sheet: Any, data: Mapping[str, Any], styles: Mapping[str, Any]) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, data["title"], styles["title"])
    row = 2
    for label, value in data["facts"]:
        sheet.write_string(row, 0, label, styles["label"])
        sheet.write_string(row, 1, value, styles["wrap"])
        row += 1
    for text in ("", *data["sentences"], "", data["mark"], data["trend"]["note"]):
        sheet.write_string(row, 1, text, styles["wrap"])
        row += 1
    if data["trend"]["rows"]:
        sheet.write_string(row, 1, data["trend"]["caption"], styles["wrap"])
        for number, line in enumerate([data["trend"]["head"], *data["trend"]["rows"]], start=row + 1):
            for column, text in enumerate(line):
                sheet.write_string(number, column, text, styles["bold" if number == row + 1 else "wrap"])


def _competencies(book: Any, sheet: Any, name: str, data: Mapping[str, Any], styles: Mapping[str, Any]) -> None:
    """Counts and gaps by competency, and the two charts that draw them; a hidden competency has a note and no number."""
    words = data["names"]
    head = [gettext("Competency"), gettext("Code"), *(words[state] for state in STATES), gettext("Mean shortfall in levels"), gettext("Note")]
    rows = [head, *(_line(row, data["gaps"].get(row["code"])) for row in data["states"])]
    _table(sheet, rows, styles, {0: 40})
    if len(rows) > 1:
        last, below = len(rows) - 1, len(rows) + 1
        height = max(320, 90 + ROW_HEIGHT * last)
        sheet.insert_chart(below, 0, _states_chart(book, name, last, words, height))
        sheet.insert_chart(below + height // 20 + 2, 0, _gap_chart(book, name, last, height))


def _line(row: Mapping[str, Any], gap: Any) -> list[Any]:
    if row["hidden"]:
        return [row["name"], row["code"], None, None, None, None, None, gettext("hidden: too few people")]
    return [row["name"], row["code"], *(row[state] for state in STATES), round(gap.gap, 3) if gap else None, ""]


def _states_chart(book: Any, name: str, last: int, words: Mapping[str, str], height: int) -> Any:
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    for column, state in enumerate(STATES, start=2):
        series = {"name": words[state], "categories": [name, 1, 0, last, 0], "values": [name, 1, column, last, column], "gap": 40}
        chart.add_series(series | FILLS[state] | {"border": {"color": "#5a6470", "width": 0.5}})
    chart.set_title({"name": gettext("People by state"), "name_font": {"size": 12}})
    return _finish(chart, gettext("People"), height)


def _gap_chart(book: Any, name: str, last: int, height: int) -> Any:
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"name": [name, 0, 6], "categories": [name, 1, 0, last, 0], "values": [name, 1, 6, last, 6], "fill": {"color": "#c0563d"}, "gap": 40})
    chart.set_title({"name": gettext("Mean shortfall of those with evidence, in levels"), "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    return _finish(chart, gettext("Levels"), height)


def _finish(chart: Any, axis: str, height: int) -> Any:
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_x_axis({"name": axis, "label_position": "high", "major_gridlines": {"visible": True, "line": {"color": "#dcd8cd"}}})
    chart.set_size({"width": CHART_WIDTH, "height": height})
    return chart


def _table(sheet: Any, rows: Sequence[Sequence[Any]], styles: Mapping[str, Any], widths: Mapping[int, int]) -> None:
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            style = styles["bold"] if number == 0 else None
            if isinstance(value, str):
                sheet.write_string(number, column, value, style)
            elif value is not None:
                sheet.write_number(number, column, value, style)
    sheet.set_column(0, len(rows[0]) - 1, 14)
    for column, width in widths.items():
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows) - 1, 1), len(rows[0]) - 1)


def _method(sheet: Any, data: Mapping[str, Any], styles: Mapping[str, Any]) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 110)
    for row, item in enumerate(data["method"]):
        sheet.write_string(row, 0, item["term"], styles["label"])
        sheet.write_string(row, 1, item["text"], styles["wrap"])
