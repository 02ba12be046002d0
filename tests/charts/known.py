"""Small known charts: two units by three competencies, four people's states, one short trail."""

from lms.charts.series import (
    BandRow,
    Bands,
    BandWords,
    Estimate,
    Frame,
    GapBar,
    Gaps,
    HeatCell,
    HeatColumn,
    HeatMap,
    HeatRow,
    HeatWords,
    Look,
    Mark,
    Step,
    Trail,
    TrailWords,
)  # fmt: skip

CUTS = (-1.0, 0.0, 1.0, 2.0, 3.0)
LEVELS = ("了解", "会做", "胜任", "骨干", "引领")
HOSTILE = '<script>alert(1)</script> & "$x^2$" ]]>\x00\u202e'
HEAT_WORDS = HeatWords("达到", "不确定", "有证据", "急需", "人数不足", "暂无证据")


def heat(row_name: str = "雪山乡") -> HeatMap:
    shown = HeatCell(Look.SHOWN, met=72, unclear=12, coverage=90)
    urgent = HeatCell(Look.SHOWN, met=0, unclear=10, coverage=38, urgent=True)
    columns = (
        HeatColumn("SEC-1", "账号、终端与反钓鱼", "网络与数据安全"),
        HeatColumn("SEC-2", "等级保护与事件处置", "网络与数据安全"),
        HeatColumn("LAW-2", "个人信息保护", "依法数字治理"),
    )
    rows = (
        HeatRow("全县", (shown, shown, HeatCell(Look.NOT_REQUIRED)), total=True),
        HeatRow(row_name, (urgent, HeatCell(Look.TOO_FEW), HeatCell(Look.NO_EVIDENCE))),
    )
    return HeatMap(Frame("示例县：单位 × 能力", "两个单位，三项能力"), columns, rows, HEAT_WORDS)


def bands() -> Bands:
    rows = (
        BandRow("SEC-1", "账号、终端与反钓鱼", Mark.MET, "已达到", "2028年4月", Estimate(0.9, 0.35), 2),
        BandRow("LAW-2", "个人信息保护", Mark.UNCLEAR, "尚不确定", "还差一组情境题", Estimate(1.1, 0.6), 3),
        BandRow("SRV-3", "数字包容", Mark.NOT_YET, "尚未达到", "", Estimate(-0.4, 0.5), 3),
        BandRow("GOV-2", "公众参与", Mark.NO_EVIDENCE, "暂无证据", "", None, 2),
    )
    words = BandWords(LEVELS, "未到1级", "估计", "范围", "95%", "目标")
    return Bands(Frame("我的能力", "四项能力"), rows, CUTS, words)


def gaps() -> Gaps:
    bars = (GapBar("SRV-3", "数字包容", 1.25, 0.1, "382 人"), GapBar("LAW-2", "个人信息保护", 0.5, 0.2, "120 人"))
    return Gaps(Frame("缺口", "两项"), bars, "平均差距（级）", "80% 范围")


def trail() -> Trail:
    steps = (
        Step("2026-03-02", True, True, Estimate(0.404, 0.915)),
        Step("2026-03-02", False, True, Estimate(0.05, 0.85)),
        Step("2026-04-02", True, False, Estimate(0.05, 0.86)),
    )
    words = TrailWords(LEVELS, "答对", "答错", "未计入", "目标", "起点", "今天")
    return Trail(Frame("怎样变化", "三次作答"), Estimate(0.0, 1.0), steps, Estimate(0.05, 0.9), 2, CUTS, words)
