"""What the pages of placement say about a sitting, in whole sentences. No reading, no deciding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, ngettext

from lms.competency import placing_queries as known
from lms.competency.model_queries import Rules, Standing, StateKind, standing
from lms.core import framework
from lms.core.i18n import pick
from lms.placement import flow
from lms.placement.enums import End
from lms.placement.flow import Progress
from lms.placement.queries import Sitting
from lms.placement.selection import LIMITS, Closed, Track

SETTLED = (StateKind.MET, StateKind.NOT_YET)


def numbers() -> dict[str, int]:
    """The limits as the explanation names them."""
    return {"maximum": LIMITS.maximum, "best": LIMITS.best, "least": LIMITS.content_minimum}


def undecided(tracks: Sequence[Track], rules: Rules) -> int:
    """For how many competencies more answers would tell something new."""
    return sum(_standing(track, rules).kind not in SETTLED for track in tracks)


def result(sitting: Sitting, stands: Progress, end: str, rules: Rules) -> dict[str, Any]:
    """The result page: its sentence, what was asked and what was not."""
    before = {track.competency: track for track in map(flow.from_data, sitting.start)}
    rows = [_row(before[code], track, end, rules) for code, track in stands.tracks.items()]
    asked = [row for row in rows if row["asked"]]
    return {"asked": asked, "rest": [row for row in rows if not row["asked"]], "sentence": _sentence(rows, stands.asked), "why_ended": _why_ended(stands, end)}


def _standing(track: Track, rules: Rules) -> Standing:
    return standing(track.proficiency, track.target, rules, track.state.t_day)


def _row(before: Track, after: Track, end: str, rules: Rules) -> dict[str, Any]:
    was, now = _standing(before, rules), _standing(after, rules)
    return {
        "code": after.competency,
        "name": pick(framework.read().competency(after.competency).name),
        "target": gettext("Level %(n)d", n=after.target),
        "critical": after.critical,
        "before": was.kind.value,
        "after": now.kind.value,
        "note": known.note(after.competency, after.target, now),
        "why": _why(after, was, now, end),
        "settled": now.kind in SETTLED,
        "gained": now.kind in SETTLED and now.kind is not was.kind,
        "asked": after.asked,
    }


def _why(track: Track, was: Standing, now: Standing, end: str) -> str:
    """Why no more was asked about it, in a sentence."""
    if now.kind in SETTLED:
        return gettext("It was decided before.") if was.kind is now.kind and not track.asked else ""
    said = {
        Closed.BEYOND: gettext("Your answers reach the target as far as questions can say; this level also needs work that people assess."),
        Closed.PRECISE: gettext("You are so close to the target that more questions would tell little."),
        Closed.EXHAUSTED: gettext("There is no further question about it that you have not met lately."),
    }
    return said.get(track.closed) or _cut_short(end)


def _cut_short(end: str) -> str:
    if end == End.DONE:
        return gettext("The placement reached its longest length before this was decided.")
    return gettext("The placement ended before this was decided.")


def _sentence(rows: Sequence[dict[str, Any]], answered: int) -> str:
    gained, settled = sum(row["gained"] for row in rows), sum(row["settled"] for row in rows)
    first = ngettext("You answered %(n)d question.", "You answered %(n)d questions.", answered, n=answered)
    second = gettext(
        "Of the %(total)d competencies of your post, %(settled)d are decided now, %(gained)d of them newly.", total=len(rows), settled=settled, gained=gained
    )
    return f"{first} {second}"


def _why_ended(stands: Progress, end: str) -> str:
    if end == End.STOPPED:
        return gettext("You ended it yourself. The question that was open does not count.")
    if end == End.LEFT:
        return gettext("Nobody went on with it for a fortnight, so it was ended. The question that was open does not count.")
    if all(track.closed is not None for track in stands.tracks.values()):
        return gettext("It ended by itself: no further question would have decided anything.")
    return gettext("It ended at its longest length.")
