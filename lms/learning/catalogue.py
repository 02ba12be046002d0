"""What the catalogue shows and in which order: pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lms.core.i18n import pick
from lms.courses.queries import CourseCard, Hit
from lms.learning.enums import Order, Standing

SHOWN_HITS = 3


@dataclass(frozen=True, slots=True)
class Progress:
    """An official's run through a course: lessons done of those in the revision they began, and whether it is completed."""

    done: int
    total: int
    completed: bool = False

    @property
    def standing(self) -> Standing:
        """Read: every lesson is done, and the evidence quiz is still to come."""
        if self.completed:
            return Standing.COMPLETED
        return Standing.READ if self.total and self.done >= self.total else Standing.UNDER_WAY


@dataclass(frozen=True, slots=True)
class Entry:
    """One course in the list, with the learner's progress (None: not begun) and the lessons that a search found."""

    card: CourseCard
    progress: Progress | None
    hits: Sequence[Hit] = ()

    @property
    def standing(self) -> Standing:
        return self.progress.standing if self.progress else Standing.NOT_BEGUN


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader asked the catalogue for; empty means everything."""

    q: str = ""
    competency: str = ""
    standing: Standing | None = None
    order: Order = Order.CURRICULUM

    @property
    def narrowed(self) -> bool:
        """Whether more than words was chosen."""
        return bool(self.competency or self.standing or self.order is not Order.CURRICULUM)

    def __bool__(self) -> bool:
        return bool(self.q or self.competency or self.standing)


def entries(cards: Iterable[CourseCard], progress: Mapping[int, Progress], hits: Sequence[Hit], wish: Wish) -> list[Entry]:
    """The courses that fit the wish. A search is ordered by how well they fit unless the reader chose another order."""
    by_course: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_course[hit.course_id].append(hit)
    found = [Entry(card, progress.get(card.course_id), by_course[card.course_id][:SHOWN_HITS]) for card in cards if _fits(card, by_course, wish)]
    if wish.standing:
        found = [entry for entry in found if entry.standing is wish.standing]
    return sorted(found, key=lambda entry: _rank(entry, wish))


def _fits(card: CourseCard, by_course: Mapping[int, list[Hit]], wish: Wish) -> bool:
    return (not wish.q or card.course_id in by_course) and (not wish.competency or wish.competency in card.moves)


def _rank(entry: Entry, wish: Wish) -> tuple[object, ...]:
    card = entry.card
    match wish.order:
        case Order.TITLE:
            return (pick(card.title).casefold(), card.code)
        case Order.SHORTEST:
            return (card.hours, card.code)
        case Order.NEWEST:
            return (-card.revision_id, card.code)
    best = max((hit.weight for hit in entry.hits), default=0)
    return (-best, card.code)
