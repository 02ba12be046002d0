"""What a chart is drawn from: frozen, hashable, already translated. The caller decides what may be seen."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """The four states, each with a shape of its own; the values are those of the competency states."""

    MET = "met"
    UNCLEAR = "unclear"
    NOT_YET = "not_yet"
    NO_EVIDENCE = "no_evidence"


class Look(StrEnum):
    """How a heat cell looks: numbers shown, too few people to show them, nobody with evidence, no target there."""

    SHOWN = "shown"
    TOO_FEW = "too_few"
    NO_EVIDENCE = "no_evidence"
    NOT_REQUIRED = "not_required"


@dataclass(frozen=True, slots=True)
class Frame:
    """Title and description of a figure: read aloud by screen readers, kept in the downloaded file."""

    title: str
    description: str
    lang: str = "zh-Hans"


@dataclass(frozen=True, slots=True)
class HeatColumn:
    """One competency; neighbouring columns with the same `group` share one heading."""

    code: str
    name: str
    group: str


@dataclass(frozen=True, slots=True)
class HeatCell:
    """Whole per cent: `met` and `unclear` of those with evidence, `coverage` of those required. None unless shown."""

    look: Look
    met: int | None = None
    unclear: int | None = None
    coverage: int | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One unit (or post) and its cells in the order of the columns."""

    name: str
    cells: tuple[HeatCell, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class HeatWords:
    """The legend, in the reader's language."""

    met: str
    unclear: str
    coverage: str
    urgent: str
    too_few: str
    no_evidence: str


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Units by competencies. Every row has one cell a column."""

    frame: Frame
    columns: tuple[HeatColumn, ...]
    rows: tuple[HeatRow, ...]
    words: HeatWords


@dataclass(frozen=True, slots=True)
class Estimate:
    """A proficiency in logits: posterior mean and standard deviation."""

    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class BandRow:
    """One competency of a person: `estimate` is None without evidence, `target` a level 1 to 5 or None."""

    code: str
    name: str
    mark: Mark
    state: str
    note: str
    estimate: Estimate | None
    target: int | None


@dataclass(frozen=True, slots=True)
class BandWords:
    """The legend of bands; `levels` are the five level names."""

    levels: tuple[str, ...]
    below: str
    estimate: str
    band: str
    wide: str
    target: str


@dataclass(frozen=True, slots=True)
class Bands:
    """A person's competencies on one ruler whose levels start at `cuts` (logits)."""

    frame: Frame
    rows: tuple[BandRow, ...]
    cuts: tuple[float, ...]
    words: BandWords


@dataclass(frozen=True, slots=True)
class GapBar:
    """Mean shortfall in levels over those with evidence, its standard error, and what to print beside it."""

    code: str
    name: str
    gap: float
    se: float
    note: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """The ranking, largest gap first; `axis` names the unit of the bars, `interval` the whisker."""

    frame: Frame
    bars: tuple[GapBar, ...]
    axis: str
    interval: str


@dataclass(frozen=True, slots=True)
class Step:
    """One answer: the estimate after it. `right` is None while a marker has not looked at it."""

    day: str
    right: bool | None
    counted: bool
    after: Estimate


@dataclass(frozen=True, slots=True)
class TrailWords:
    """Words of the trail; `levels` are the five level names."""

    levels: tuple[str, ...]
    right: str
    wrong: str
    not_counted: str
    target: str
    start: str
    today: str


@dataclass(frozen=True, slots=True)
class Trail:
    """How an estimate moved, answer by answer; `now` is the last estimate aged to the day of reading."""

    frame: Frame
    start: Estimate
    steps: tuple[Step, ...]
    now: Estimate
    target: int | None
    cuts: tuple[float, ...]
    words: TrailWords


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A snapshot: day number with its label, mean shortfall and its standard error in levels."""

    day: int
    label: str
    gap: float
    se: float


@dataclass(frozen=True, slots=True)
class Trend:
    """A gap over time, at least two points, oldest first; `baseline` in levels where there is one."""

    frame: Frame
    points: tuple[TrendPoint, ...]
    axis: str
    legend: str
    baseline: float | None = None


@dataclass(frozen=True, slots=True)
class TotalBar:
    """What one total brings: its name, its size, what to print beside it; ``own``: the one that the page is about."""

    name: str
    value: float
    note: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals beside each other, in the order given; `axis` says what the bars measure."""

    frame: Frame
    bars: tuple[TotalBar, ...]
    axis: str


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and how far its interval reaches to each side, in logits."""

    mean: float
    reach: float


@dataclass(frozen=True, slots=True)
class Cohort:
    """A group measured twice: its name, what to print beside its line, its mean before and after; ``own``: the trained."""

    name: str
    note: str
    before: Interval
    after: Interval
    own: bool = False


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """Two groups before and after; ``level`` is the ordered one; ``times`` say when each side was."""

    frame: Frame
    groups: tuple[Cohort, ...]
    level: int
    cuts: tuple[float, ...]
    times: tuple[str, str]
    axis: str
    legend: str
