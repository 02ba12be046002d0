"""Search, filters and order of the catalogue."""

import pytest

from lms.core.i18n import Bilingual
from lms.courses.queries import CourseCard, Hit
from lms.learning.catalogue import Progress, Wish, entries
from lms.learning.enums import Order, Standing


def card(number: int, zh: str, hours: int, *moves: str) -> CourseCard:
    text = Bilingual(zh, zh)
    return CourseCard(
        course_id=number, slug=f"c{number}", code=f"C0{number}", revision_id=10 - number, ref=str(number), version="1.0.0", status="draft", title=text,
        summary=text, audience=text, hours=hours, lessons=4, provisional=False, accepted=False, moves=moves, prerequisites=(),
    )


NET, LAW, DATA = card(1, "C 网络", 4, "NET-1"), card(2, "A 法律", 2, "LAW-1"), card(3, "B 数据", 3, "DAT-1", "LAW-1")
CARDS = [NET, LAW, DATA]
PROGRESS = {1: Progress(1, 4), 2: Progress(4, 4), 3: Progress(4, 4, completed=True)}


def hit(course_id: int, weight: int) -> Hit:
    return Hit(course_id, f"C0{course_id}-L1", "01-x", Bilingual("课", "Lesson"), weight)


def codes(wish: Wish, hits=(), progress=PROGRESS) -> list[str]:
    return [entry.card.code for entry in entries(CARDS, progress, list(hits), wish)]


@pytest.mark.parametrize(("wish", "found"), [
    (Wish(), ["C01", "C02", "C03"]),
    (Wish(order=Order.TITLE), ["C02", "C03", "C01"]),
    (Wish(order=Order.SHORTEST), ["C02", "C03", "C01"]),
    (Wish(order=Order.NEWEST), ["C01", "C02", "C03"]),
    (Wish(competency="LAW-1"), ["C02", "C03"]),
    (Wish(standing=Standing.UNDER_WAY), ["C01"]),
    (Wish(standing=Standing.READ), ["C02"]),
    (Wish(standing=Standing.COMPLETED), ["C03"]),
    (Wish(standing=Standing.NOT_BEGUN), []),
    (Wish(competency="LAW-1", standing=Standing.COMPLETED), ["C03"]),
])
def test_filters_and_orders(wish, found):
    assert codes(wish) == found


def test_a_search_puts_the_best_course_first():
    assert codes(Wish(q="x"), [hit(3, 20), hit(1, 5)]) == ["C03", "C01"]
    assert codes(Wish(q="x", order=Order.SHORTEST), [hit(1, 50), hit(3, 5)]) == ["C03", "C01"]


def test_a_search_without_hits_finds_no_course():
    assert codes(Wish(q="x")) == []


def test_who_has_begun_nothing_sees_all_as_not_begun():
    assert codes(Wish(standing=Standing.NOT_BEGUN), progress={}) == ["C01", "C02", "C03"]
