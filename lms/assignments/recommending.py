"""Which next step is worth recommending to a person (pure): from gaps, what courses are expected to bring, and what comes first.

What a course is worth to somebody is the part of its expected gain that closes their own gaps, those of critical
competencies twice. Where too little is known, evidence comes before learning. Nothing is recommended that is done, open or refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

CRITICAL = 2
ENOUGH_UNKNOWN = 2
"""From so many competencies without enough evidence on, the placement is recommended before any course."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A competency of the person's post that is not met: ``points`` on the scale of the skills page (None: no evidence), and where
    the target level begins. ``undecided``: more evidence, not more learning, is what is missing."""

    competency: str
    points: int | None
    begins: int
    critical: bool = False
    undecided: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A course: code, slug, what it is expected to bring by competency in points, how many that was learned from, what comes before it."""

    code: str
    slug: str
    gains: Mapping[str, tuple[int, int]]
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A course (or the placement: empty ``slug``) for a gap; ``first_for`` is the course that it has to come before.

    ``gain`` in points, learned from ``n`` people (0: assumed). ``unknown``: how many competencies lack evidence.
    """

    slug: str = ""
    gap: Gap | None = None
    gain: int = 0
    n: int = 0
    first_for: str = ""
    unknown: int = 0


def recommend(
    gaps: Sequence[Gap], offers: Sequence[Offer], *, done: Collection[str], away: Collection[str], most: int, placement: bool
) -> list[Recommendation]:
    """At most ``most`` next steps, the best first. ``done``: codes of completed courses; ``away``: slugs that are open or refused;
    ``placement``: whether a placement may be recommended."""
    found: list[Recommendation] = []
    unknown = sum(gap.undecided for gap in gaps)
    if placement and unknown >= ENOUGH_UNKNOWN:
        found.append(Recommendation(unknown=unknown))
    known = {offer.code: offer for offer in offers}
    ranked = sorted((offer for offer in offers if offer.code not in done), key=lambda offer: (-worth(offer, gaps), offer.code))
    taken: set[str] = set()
    for offer in ranked:
        gap = _main_gap(offer, gaps)
        first = _first(offer, known, done)
        if gap is None or first.slug in away or first.slug in taken:
            continue
        taken |= {first.slug, offer.slug}
        gain, n = offer.gains[gap.competency]
        found.append(Recommendation(first.slug, gap, gain, n, "" if first is offer else offer.slug))
    return found[:most]


def worth(offer: Offer, gaps: Sequence[Gap]) -> int:
    """Points of the person's own gaps that the course is expected to close; critical ones count twice."""
    return sum(min(offer.gains[gap.competency][0], _missing(gap)) * (CRITICAL if gap.critical else 1) for gap in gaps if gap.competency in offer.gains)


def _missing(gap: Gap) -> int:
    """Points to where the target begins; nothing is claimed where there is no evidence."""
    return 0 if gap.points is None else max(0, gap.begins - gap.points)


def _main_gap(offer: Offer, gaps: Sequence[Gap]) -> Gap | None:
    """The gap that the course closes most of."""
    helped = [gap for gap in gaps if gap.competency in offer.gains and min(offer.gains[gap.competency][0], _missing(gap)) > 0]
    return max(helped, key=lambda gap: (min(offer.gains[gap.competency][0], _missing(gap)) * (CRITICAL if gap.critical else 1), gap.competency), default=None)


def _first(offer: Offer, known: Mapping[str, Offer], done: Collection[str], seen: tuple[str, ...] = ()) -> Offer:
    """The course to begin with: the first one before it that is not completed yet."""
    for code in offer.before:
        if code in known and code not in done and code not in (*seen, offer.code):
            return _first(known[code], known, done, (*seen, offer.code))
    return offer
