"""The ledger of class hours (pure): what counts, why, what is missing and until when. Quarters of an hour and half days, never fractions.

Only evidence is credited: attendance entered by HR, a completed course with its evidence quiz, a work sample that passed, a recognised
certificate. How long somebody was signed in or read a page is unknown here and stays so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from lms.core.i18n import Bilingual
from lms.hours.enums import CountsAs, Kind, Newcomers, Outcome, State
from lms.hours.package import QUARTERS
from lms.hours.rulebook import Crediting, Need, Provision, Rulebook

WHOLE = 1000
"""Progress is in thousandths, rounded down: only what is fulfilled shows 1000."""
MONTHS = 12
QUARTERS_OF_YEAR = 4


@dataclass(frozen=True, slots=True)
class Credit:
    """One piece of evidence. ``key`` is the same for the same course or training, ``ref`` names the piece itself;
    ``quarters`` None: the rule says how much it is worth."""

    kind: Kind
    key: str
    ref: str
    title: Bilingual
    on: date
    quarters: int | None
    half_days: int = 0
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger: what a piece of evidence counts (``quarters``, ``half_days``), to which account, and by which words."""

    credit: Credit
    outcome: Outcome
    account: CountsAs | None = None
    quarters: int = 0
    half_days: int = 0
    provision: Provision | None = None

    @property
    def offered(self) -> int:
        """Quarters that the evidence brings, counted or not."""
        return self.credit.quarters if self.credit.quarters is not None else self.quarters


@dataclass(frozen=True, slots=True)
class YearCount:
    """A calendar year's lines and sums; ``moved`` are quarters of self-study that count as organised training, ``moved_by`` says why."""

    year: int
    lines: Sequence[Line]
    quarters: Mapping[CountsAs, int]
    half_days: int
    moved: int = 0
    moved_by: Provision | None = None

    def of(self, account: CountsAs) -> int:
        """Quarters of an account, with what was moved to it."""
        return self.quarters.get(account, 0) + (self.moved if account is CountsAs.ORGANISED else 0)


@dataclass(frozen=True, slots=True)
class Asked:
    """One requirement and how far it is: all in quarters and half days. ``cut`` says by which words a newcomer is asked for less."""

    need: Need
    first_year: int
    last_year: int
    required: int
    required_half_days: int | None
    counted: int
    half_days: int
    cut: Provision | None = None

    @property
    def deadline(self) -> date:
        return date(self.last_year, 12, 31)

    @property
    def met(self) -> bool:
        return self.progress == WHOLE

    @property
    def missing(self) -> int:
        """Quarters that are missing; nothing once it is met, by hours or by days."""
        return 0 if self.met else self.required - self.counted

    @property
    def missing_half_days(self) -> int | None:
        return None if self.required_half_days is None else 0 if self.met else self.required_half_days - self.half_days

    @property
    def surplus(self) -> int:
        """Quarters beyond the requirement. They stay in their period: no rule carries them over."""
        return max(0, self.counted - self.required)

    @property
    def progress(self) -> int:
        """Thousandths of the requirement, the better of hours and days."""
        return max(_share(self.counted, self.required), _share(self.half_days, self.required_half_days) if self.required_half_days else 0)

    @property
    def behind_on(self) -> date | None:
        """The day from which less is counted than the share of the period's finished quarters; None when it is met."""
        if self.met:
            return None
        quarters = (self.last_year - self.first_year + 1) * QUARTERS_OF_YEAR
        by_days = self.half_days * quarters // self.required_half_days if self.required_half_days else 0
        first_too_much = max(self.counted * quarters // self.required, by_days) + 1  # not from the thousandths: a third is more than 333 of them
        return date(self.first_year + first_too_much // QUARTERS_OF_YEAR, first_too_much % QUARTERS_OF_YEAR * 3 + 1, 1)

    def state(self, today: date) -> State:
        """Where it stands on a day."""
        return state_of(self.behind_on, today)


@dataclass(frozen=True, slots=True)
class Person:
    """What the rules ask about an official: post, grade as written, day of joining."""

    position: str
    grade: str
    joined_on: date | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """An official's year: the group, the year's lines, everything that is asked. ``group`` None: no rule was in force."""

    year: int
    group: str | None
    group_name: Bilingual | None
    count: YearCount
    asked: Sequence[Asked]
    rules: Sequence[str] = field(default_factory=tuple)

    @property
    def progress(self) -> int:
        """Thousandths of what is asked, of the requirement that is the furthest from its end."""
        return min((one.progress for one in self.asked), default=WHOLE)

    @property
    def behind_on(self) -> date | None:
        return min((one.behind_on for one in self.asked if one.behind_on), default=None)

    def state(self, today: date) -> State:
        """Where the year stands on a day: as its weakest requirement."""
        return state_of(self.behind_on, today)


def state_of(behind_on: date | None, today: date) -> State:
    """Fulfilled, on the way, or behind from ``behind_on``."""
    if behind_on is None:
        return State.FULFILLED
    return State.BEHIND if today >= behind_on else State.ON_WAY


def _share(part: int, whole: int) -> int:
    return WHOLE if part >= whole else part * WHOLE // whole


def count_year(credits: Iterable[Credit], rules: Rulebook) -> YearCount:
    """The lines of the evidence that falls into the rulebook's year, oldest first."""
    lines: list[Line] = []
    seen: set[tuple[Kind, str]] = set()
    used: dict[Kind, int] = defaultdict(int)
    for credit in sorted((one for one in credits if one.on.year == rules.year), key=lambda one: (one.on, one.kind, -(one.quarters or 0), one.ref)):
        line = _line(credit, rules, seen, used)
        lines.append(line)
        if line.outcome in (Outcome.COUNTED, Outcome.OVER_CAP):
            seen.add((credit.kind, credit.key))
            used[credit.kind] += line.quarters
    sums = {account: sum(line.quarters for line in lines if line.account is account) for account in CountsAs}
    half_days = sum(line.half_days for line in lines if line.account is CountsAs.ORGANISED)
    return YearCount(rules.year, lines, sums, half_days)


def _line(credit: Credit, rules: Rulebook, seen: set[tuple[Kind, str]], used: Mapping[Kind, int]) -> Line:
    how = rules.credit.get(credit.kind)
    if credit.taken_back:
        return Line(credit, Outcome.TAKEN_BACK)
    if how is None:
        return Line(credit, Outcome.NOT_NAMED if rules.names else Outcome.NO_RULE)
    if how.account is None:
        return Line(credit, Outcome.NOT_NAMED, provision=how.provision)
    if how.once_a_year and (credit.kind, credit.key) in seen:
        return Line(credit, Outcome.REPEATED, provision=how.provision)
    return _counted(credit, how, used[credit.kind])


def _counted(credit: Credit, how: Crediting, used: int) -> Line:
    worth = credit.quarters if how.quarters is None else how.quarters
    room = worth if how.at_most is None else max(0, how.at_most - used)
    counted = min(worth or 0, room or 0)
    half_days = credit.half_days if counted == worth else 0
    return Line(credit, Outcome.COUNTED if counted == worth else Outcome.OVER_CAP, how.account, counted, half_days, how.provision)


def with_transfer(count: YearCount, rules: Rulebook, needs: Sequence[Need]) -> YearCount:
    """The year with self-study beyond its own requirement moved to organised training, as far as a rule allows."""
    if rules.transfer is None:
        return count
    most, words = rules.transfer
    asked = max((need.quarters for need in needs if need.account is CountsAs.SELF_STUDY and need.years == 1), default=0)
    moved = min(most, max(0, count.quarters.get(CountsAs.SELF_STUDY, 0) - asked))
    return YearCount(count.year, count.lines, count.quarters, count.half_days, moved, words if moved else None)


def account(person: Person, credits: Sequence[Credit], books: Mapping[int, Rulebook], year: int, *, group: str | None = None) -> Account:
    """An official's year. ``books`` hold a rulebook for each year of every period concerned, each with the versions of its own year;
    ``group`` is the one kept when the year was closed, else post and grade decide."""
    rules = books[year]
    found = next((one for one in rules.groups if one.id == group), None) or rules.group_of(person.position, person.grade)
    needs = rules.needs_of(found.id) if found else []
    years = {at: _count(credits, books.get(at), found.id if found else "") for need in needs for at in range(need.window(year)[0], year + 1)}
    mine = years.get(year) or _count(credits, rules, found.id if found else "")
    asked = [_asked(need, year, years, person, rules) for need in needs]
    return Account(year, found.id if found else None, found.name.both if found else None, mine, asked, rules.names)


def _count(credits: Sequence[Credit], rules: Rulebook | None, group: str) -> YearCount | None:
    return None if rules is None else with_transfer(count_year(credits, rules), rules, rules.needs_of(group))


def _asked(need: Need, year: int, years: Mapping[int, YearCount | None], person: Person, rules: Rulebook) -> Asked:
    first, last = need.window(year)
    counts = [one for at in range(first, year + 1) if (one := years.get(at))]
    required, half_days, cut = _required(need, year, person, rules)
    counted = sum(one.of(need.account) for one in counts)
    days = sum(one.half_days for one in counts) if need.account is CountsAs.ORGANISED else 0
    return Asked(need, first, last, required, half_days, counted, days, cut)


def _required(need: Need, year: int, person: Person, rules: Rulebook) -> tuple[int, int | None, Provision | None]:
    """The requirement, for a newcomer by the months from joining on where a rule says so; rounded down to a quarter of an hour."""
    joined = person.joined_on
    if need.years > 1 or joined is None or joined.year != year or rules.newcomers is None or rules.newcomers[0] is Newcomers.FULL:
        return need.quarters, need.half_days, None
    months = MONTHS + 1 - joined.month
    days = None if need.half_days is None else need.half_days * months // MONTHS
    return need.quarters * months // MONTHS, days, rules.newcomers[1]


def closing_soon(asked: Iterable[Asked], today: date, *, days: int = 60) -> list[Asked]:
    """What is missing and falls due within ``days``."""
    return [one for one in asked if not one.met and today <= one.deadline <= today + timedelta(days=days)]


def hours_text(quarters: int) -> str:
    """Class hours as people write them: 30 quarters are 7.5."""
    sign, whole = "-" if quarters < 0 else "", abs(quarters)
    return sign + str(whole // QUARTERS) + ("", ".25", ".5", ".75")[whole % QUARTERS]


def plain(parts: int, whole: int) -> int | float:
    """Hours (in quarters) or days (in halves) as a number that a worksheet can add up: 30 quarters are 7.5, 32 are 8."""
    return parts / whole if parts % whole else parts // whole
