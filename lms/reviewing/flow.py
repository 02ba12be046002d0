"""Where a review stands and what may happen next (pure): what happened goes in, the state comes out.

A draft is released when two people accepted its latest round, one as subject expert and one as practitioner, neither an author, both
without a conflict of interest, and no comment is left that must be mended. A hot fix needs the subject expert only; the practitioner
reads it afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lms.reviewing.enums import Capacity, ReviewState, Verdict

FULL = (Capacity.SUBJECT_EXPERT, Capacity.PRACTITIONER)


@dataclass(frozen=True, slots=True)
class Reader:
    """A person named to review: in which capacity, whether they declared a conflict (None: nothing yet), and their verdict of each round."""

    account_id: int
    capacity: Capacity
    conflict: bool | None = None
    ended: bool = False
    after: bool = False
    verdicts: dict[int, Verdict] = field(default_factory=dict)

    @property
    def serves(self) -> bool:
        """Still in office: neither handed back nor replaced."""
        return not self.ended and self.conflict is not True


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decides: the round, its readers, who wrote, how many comments must still be mended, and what closed the review."""

    hot_fix: bool
    round: int
    readers: tuple[Reader, ...]
    authors: frozenset[int]
    open_must: int = 0
    returned: bool = False
    released: bool = False
    withdrawn: bool = False

    @property
    def needed(self) -> tuple[Capacity, ...]:
        """In which capacities somebody has to accept before release."""
        return FULL[:1] if self.hot_fix else FULL


def serving(standing: Standing, capacity: Capacity, *, after: bool = False) -> Reader | None:
    """Who reviews in that capacity now."""
    return next((one for one in standing.readers if one.capacity == capacity and one.serves and one.after == after), None)


def state(standing: Standing) -> ReviewState:
    """The state that follows from what happened. ``returned``: this round went back to its authors."""
    if standing.released:
        return ReviewState.RELEASED
    if standing.withdrawn:
        return ReviewState.WITHDRAWN
    if standing.returned:
        return ReviewState.SENT_BACK
    readers = [serving(standing, capacity) for capacity in standing.needed]
    if not all(readers):
        return ReviewState.WAITING
    return ReviewState.ACCEPTED if all(_accepted(one, standing) for one in readers) else ReviewState.READING


def _accepted(reader: Reader | None, standing: Standing) -> bool:
    if reader is None or reader.conflict is not False or reader.account_id in standing.authors:
        return False
    return reader.verdicts.get(standing.round) is Verdict.ACCEPT


def must_return(standing: Standing) -> bool:
    """Whether the round is over and somebody sent it back: once everyone needed has given a verdict, so that authors get it all at once."""
    verdicts = [one.verdicts.get(standing.round) if (one := serving(standing, capacity)) else None for capacity in standing.needed]
    return None not in verdicts and Verdict.SEND_BACK in verdicts


def may_release(standing: Standing) -> bool:
    """Whether everyone needed accepted this very round and nothing is left that must be mended."""
    return state(standing) is ReviewState.ACCEPTED and standing.open_must == 0 and _different(standing)


def _different(standing: Standing) -> bool:
    """One person can't be both."""
    people = [one.account_id for capacity in standing.needed if (one := serving(standing, capacity))]
    return len(set(people)) == len(people)


def to_name(standing: Standing) -> tuple[Capacity, ...]:
    """The capacities for which somebody is to be named now; of a released hot fix the second reviewer."""
    if standing.withdrawn:
        return ()
    if standing.released:
        return (Capacity.PRACTITIONER,) if standing.hot_fix and serving(standing, Capacity.PRACTITIONER, after=True) is None else ()
    return tuple(capacity for capacity in standing.needed if serving(standing, capacity) is None)


def may_judge(standing: Standing, reader: Reader) -> bool:
    """Whether the reader may give a verdict now: named, without conflict, and not given one of this round yet."""
    if not reader.serves or reader.conflict is not False or standing.round in reader.verdicts:
        return False
    return standing.released if reader.after else state(standing) is ReviewState.READING


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who might review: of which organisations, how many reviews are open with them, whether they reviewed this course before."""

    account_id: int
    name: str
    partners: frozenset[int]
    open_reviews: int = 0
    reviewed_before: bool = False


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who wrote the draft: accounts of it, of the revision it is based on, the names in its list of authors, and their organisations."""

    accounts: frozenset[int]
    earlier: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()
    partners: frozenset[int] = frozenset()


class Hindrance:
    """Why somebody can't be named; the words are in ``wording``."""

    AUTHOR = "author"
    EARLIER_AUTHOR = "earlier_author"
    NAMED_AUTHOR = "named_author"
    SAME_PARTNER = "same_partner"
    NAMED = "named"
    CONFLICT = "conflict"


def hindrance(candidate: Candidate, capacity: Capacity, authorship: Authorship, readers: Iterable[Reader]) -> str | None:
    """The first reason against naming the candidate in that capacity, None when there is none."""
    mine = [one for one in readers if one.account_id == candidate.account_id]
    if candidate.account_id in authorship.accounts:
        return Hindrance.AUTHOR
    if candidate.account_id in authorship.earlier:
        return Hindrance.EARLIER_AUTHOR
    if candidate.name in authorship.names:
        return Hindrance.NAMED_AUTHOR
    if any(one.conflict for one in mine):
        return Hindrance.CONFLICT
    if any(one.serves for one in mine):
        return Hindrance.NAMED
    if capacity is Capacity.PRACTITIONER and candidate.partners & authorship.partners:
        return Hindrance.SAME_PARTNER
    return None


def suggested(candidates: Iterable[Candidate], authorship: Authorship) -> list[Candidate]:
    """Candidates in the order in which they are suggested: of other organisations first, then who reads least now, then by name."""
    return sorted(candidates, key=lambda one: (bool(one.partners & authorship.partners), one.open_reviews, not one.reviewed_before, one.name))
