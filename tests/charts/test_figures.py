"""What every figure promises: live text, a description, no style, the same bytes twice, nothing hostile."""

import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from lms.charts import bands, figures, gaps, heatmap, trail
from lms.charts.svg import PREFIX
from lms.charts.theme import PHONE, PRINT, SCREEN
from tests.charts import known

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = [
    (heatmap.draw, known.heat()),
    (bands.draw, known.bands()),
    (gaps.draw, known.gaps()),
    (trail.draw, known.trail()),
]
every_figure = pytest.mark.parametrize(("draw", "series"), DRAWN, ids=["heat", "bands", "gaps", "trail"])
every_size = pytest.mark.parametrize("size", [SCREEN, PHONE, PRINT], ids=lambda size: size.name)


def texts(root: ET.Element, layer: str) -> list[str]:
    return [node.text for node in root.iter(f"{SVG}text") if node.get("class") == PREFIX + layer]


def shapes(root: ET.Element, layer: str) -> int:
    return sum(len(g.findall(f"{SVG}path")) for g in root.iter(f"{SVG}g") if g.get("class") == PREFIX + layer)


@every_figure
@every_size
def test_no_style_no_link_no_script_and_no_id_but_two(draw, series, size):
    root = ET.fromstring(draw(series, size, "here"))
    nodes = list(root.iter())
    assert [n.tag for n in nodes if n.get("style") or n.tag.removeprefix(SVG) in {"style", "script", "use", "image", "a"}] == []
    assert [n.get("id") for n in nodes if n.get("id")] == ["here-title", "here-desc"]
    assert [k for n in nodes for k in n.attrib if "href" in k or k.startswith("on")] == []


@every_figure
def test_is_an_image_named_by_its_title_and_description(draw, series):
    root = ET.fromstring(draw(series, SCREEN, "here"))
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "here-title here-desc")
    assert [child.text for child in root[:2]] == [series.frame.title, series.frame.description]
    assert root.get("lang") == "zh-Hans"


@every_figure
@every_size
def test_fits_the_width_it_was_drawn_for(draw, series, size):
    root = ET.fromstring(draw(series, size, "here"))
    assert root.get("viewBox").split()[:3] == ["0", "0", str(size.width)]


@every_figure
def test_two_runs_give_the_same_bytes(draw, series):
    assert draw(series, SCREEN, "here") == draw(series, SCREEN, "here")


def test_another_process_gives_the_same_bytes():
    code = "from tests.charts import known; from lms.charts import figures; print(figures.heat_map(known.heat()), end='')"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")
    assert other.stdout == figures.heat_map(known.heat())


def test_heat_cells_show_number_fill_doubt_coverage_frame_and_hatching():
    root = ET.fromstring(heatmap.draw(known.heat(), SCREEN, "h"))
    assert texts(root, "number") == ["72", "72", "0", "–"]
    assert texts(root, "row") == ["全县", "雪山乡"]
    assert texts(root, "column") == ["账号、终端与反钓鱼", "等级保护与事件处置", "个人信息保护"]
    assert texts(root, "area") == ["网络与数据安全", "依法数字治理"]
    counts = {layer: shapes(root, layer) for layer in ("cell", "met", "unclear", "may-be-met", "coverage", "urgent", "empty")}
    assert counts == {"cell": 3, "met": 2, "unclear": 3, "may-be-met": 3, "coverage": 3, "urgent": 1, "empty": 2}
    assert shapes(root, "too-few") > shapes(root, "no-evidence") > 0


def test_fill_height_and_stripe_width_repeat_the_numbers():
    root = ET.fromstring(heatmap.draw(known.heat(), SCREEN, "h"))
    cell, met, stripe = (extent(root, layer) for layer in ("cell", "met", "coverage"))
    assert met[1] == pytest.approx((cell[1] - 5) * 0.72, abs=0.02)
    assert stripe[0] == pytest.approx(cell[0] * 0.90, abs=0.02)


def extent(root: ET.Element, layer: str) -> tuple[float, float]:
    """Width and height of the first path of a layer."""
    group = next(g for g in root.iter(f"{SVG}g") if g.get("class") == PREFIX + layer)
    numbers = [float(part) for part in group[0].get("d").split() if part not in {"M", "L", "z"}]
    xs, ys = numbers[::2], numbers[1::2]
    return max(xs) - min(xs), max(ys) - min(ys)


def test_a_phone_reads_codes_above_cells_and_every_unit_as_a_block():
    root = ET.fromstring(heatmap.draw(known.heat(), PHONE, "h"))
    assert texts(root, "column") == ["SEC-1", "SEC-2", "LAW-2"] * 2


def test_four_states_have_four_shapes():
    root = ET.fromstring(bands.draw(known.bands(), SCREEN, "b"))
    assert [shapes(root, f"mark-{s}") for s in ("met", "unclear", "not_yet", "no_evidence")] == [1, 1, 1, 1]
    groups = {g.get("class").removeprefix(PREFIX): g for g in root.iter(f"{SVG}g")}
    looks = {name: g.get("fill", "drawn") for name, g in groups.items() if name.startswith("mark-")}
    assert (looks["mark-not_yet"], looks["mark-no_evidence"], looks["mark-unclear"]) == ("none", "none", "none")
    assert looks["mark-met"] != "none"
    assert (shapes(root, "mark-unclear-half"), shapes(root, "mark-no_evidence-hatch")) == (1, 3)


def test_band_without_evidence_shows_target_but_no_estimate():
    root = ET.fromstring(bands.draw(known.bands(), SCREEN, "b"))
    assert [shapes(root, layer) for layer in ("band", "estimate", "target")] == [3, 3, 4]
    assert texts(root, "level") == ["未到1级", *known.LEVELS]
    assert texts(root, "state") == ["已达到", "尚不确定", "尚未达到", "暂无证据"]


def test_gap_bars_are_as_long_as_their_gaps():
    root = ET.fromstring(gaps.draw(known.gaps(), SCREEN, "g"))
    groups = [g for g in root.iter(f"{SVG}g") if g.get("class") == PREFIX + "gap"]
    widths = [extent_of(group[0]) for group in groups]
    assert widths[0] / widths[1] == pytest.approx(1.25 / 0.5, rel=1e-3)
    assert texts(root, "tick") == ["0", "0.5", "1", "1.5"]
    assert texts(root, "note") == ["382 人", "120 人"]


def extent_of(path: ET.Element) -> float:
    numbers = [float(part) for part in path.get("d").split() if part not in {"M", "L", "z"}]
    return max(numbers[::2]) - min(numbers[::2])


def test_trail_marks_right_wrong_and_not_counted_and_dates_each_day_once():
    root = ET.fromstring(trail.draw(known.trail(), SCREEN, "t"))
    key = {"right": 1, "wrong": 1, "not-counted": 2}  # the legend's own marks
    assert {kind: shapes(root, kind) - drawn for kind, drawn in key.items()} == {"right": 1, "wrong": 1, "not-counted": 2}
    assert texts(root, "day") == ["起点", "2026-03-02", "2026-04-02", "今天"]
    assert shapes(root, "band") == 5


def test_a_hostile_label_is_text_and_nothing_else():
    drawn = heatmap.draw(known.heat(row_name=known.HOSTILE), PHONE, "h")
    root = ET.fromstring(drawn)
    assert texts(root, "row")[1] == '<script>alert(1)</script> & "$x^2$" ]]>'
    assert "<script" not in drawn
    assert "\x00" not in drawn and "\u202e" not in drawn


def test_figures_are_kept_for_the_same_series():
    figures.gap_ranking.cache_clear()
    first = figures.gap_ranking(known.gaps())
    assert figures.gap_ranking(known.gaps()) is first
    assert figures.gap_ranking.cache_info().hits == 1


def test_importing_the_charts_does_not_import_matplotlib():
    code = "import sys, lms.charts.figures; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
