"""The ruler under every band: six equal zones, below L1 and L1 to L5, cut where the framework's levels start."""

from bisect import bisect_right
from dataclasses import dataclass

CUTS = (-1.0, 0.0, 1.0, 2.0, 3.0)
ZONES = 6

# A state is met when P(ability >= target) >= 0.8 and not yet when it is <= 0.2. 0.8416 standard deviations
# is exactly that: a bar of this half-width lies wholly right of its target when, and only when, P >= 0.8.
DECISION_Z = 0.8416
WIDE_Z = 1.96  # the thin line: 95 % of what the evidence leaves possible


@dataclass(frozen=True, slots=True)
class Scale:
    """Places logits on the ruler. `cuts` are the five level starts in logits, ascending."""

    cuts: tuple[float, ...] = CUTS

    def place(self, logit: float) -> float:
        """Per cent from the left end, piecewise linear between cuts; beyond the outer zones it stays at the end."""
        edges = (self.cuts[0] - 1.0, *self.cuts, self.cuts[-1] + 1.0)
        logit = min(max(logit, edges[0]), edges[-1])
        zone = min(bisect_right(edges, logit) - 1, ZONES - 1)
        inside = (logit - edges[zone]) / (edges[zone + 1] - edges[zone])
        return round(100 * (zone + inside) / ZONES, 2)

    def level_start(self, level: int) -> float:
        """Per cent where level 1 to 5 begins: where its target line stands."""
        return round(100 * level / ZONES, 2)


@dataclass(frozen=True, slots=True)
class Placed:
    """A band in per cent of the ruler: the decision bar, the wide line and the estimate's stroke."""

    low: float
    mid: float
    high: float
    wide_low: float
    wide_high: float

    @property
    def width(self) -> float:
        """Width of the decision bar, never so thin that it vanishes."""
        return max(round(self.high - self.low, 2), 0.6)

    @property
    def wide_width(self) -> float:
        """Width of the thin line."""
        return max(round(self.wide_high - self.wide_low, 2), 0.6)


def placed(mean: float, sd: float, scale: Scale) -> Placed:
    """The band of an estimate `mean` with standard deviation `sd` (logits) on `scale`."""
    at = scale.place
    return Placed(
        low=at(mean - DECISION_Z * sd),
        mid=at(mean),
        high=at(mean + DECISION_Z * sd),
        wide_low=at(mean - WIDE_Z * sd),
        wide_high=at(mean + WIDE_Z * sd),
    )
