"""Simulated forms from every bank: are they filled, are items evenly used, does guessing or the longest option pay?

    python -m bench.forms [--root FOLDER] [--forms 1000] [SLUG …]

Prints one Markdown table. Needs no database: it draws with the rules that the platform draws with.
"""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from lms.assessments import sources
from lms.assessments.enums import Kind, Use
from lms.assessments.forms import Candidate, candidate, draw, shuffled_keys
from lms.assessments.package import Bank, Question, guessing, questions

FORMS = 1000
RETAKEN = 100  # of them, so many are taken again
PLACES = "abcd"
LANGUAGES = ("zh", "en")
HEADINGS = (
    "Course", "Live items", "Form", "Filled", "Item in % of forms: min / median / max", "Key in place a / b / c / d (%)",
    "Chance (%)", "Guessing (%)", "Longest option, Chinese / English (%)", "Shortest option, Chinese / English (%)", "Ticking all (%)",
    "New in a second / third form (%, the least)",
)  # fmt: skip


@dataclass
class Found:
    """What the forms of one bank gave. Scores are sums over all choices asked (single and two-tier items)."""

    slug: str
    live: int
    length: int
    forms: int
    filled: int = 0
    used: Counter = field(default_factory=Counter)
    places: Counter = field(default_factory=Counter)
    asked: int = 0
    chance: float = 0.0
    guessed: int = 0
    longest: Counter = field(default_factory=Counter)
    shortest: Counter = field(default_factory=Counter)
    multiples: int = 0
    all_ticked: float = 0.0
    new: tuple[float, ...] = (100.0, 100.0)


def simulate(slug: str, bank: Bank, forms: int = FORMS) -> Found:
    """Draw `forms` forms, each for another attempt, and answer them without knowledge."""
    live = {item.id: item for item in bank.items if item.use is Use.LIVE}
    candidates = [candidate(item) for item in live.values()]
    found = Found(slug, len(live), bank.blueprint.form_length, forms)
    for number in range(forms):
        seed = f"{slug}/{number}"
        form = draw(bank.blueprint, candidates, seed)
        found.filled += not form.shortfalls and len(form.items) == bank.blueprint.form_length
        found.used.update(form.items)
        if number < RETAKEN:
            found.new = tuple(map(min, found.new, new_in_retakes(bank, candidates, seed)))
        for code in form.items:
            for question in questions(live[code]):
                answer(found, question, seed)
    return found


def new_in_retakes(bank: Bank, candidates: Sequence[Candidate], seed: str, retakes: int = 2) -> tuple[float, ...]:
    """Which share (%) of each further form the same person has not met in the forms before it."""
    seen = frozenset(draw(bank.blueprint, candidates, seed).items)
    shares = []
    for number in range(retakes):
        items = draw(bank.blueprint, candidates, f"{seed}/again/{number}", seen=seen).items
        shares.append(100 * len(set(items) - seen) / len(items))
        seen |= set(items)
    return tuple(shares)


def answer(found: Found, question: Question, seed: str) -> None:
    """Answer one question by rules that need no knowledge."""
    if question.type == Kind.MULTIPLE:
        found.multiples += 1
        wrong = len(question.options) - len(question.answer)
        found.all_ticked += max(0.0, (len(question.answer) - wrong) / len(question.answer))
    if question.type not in (Kind.SINGLE, Kind.TRUEFALSE):
        return
    order = shuffled_keys(question, seed)
    guess = shuffled_keys(question.model_copy(update={"shuffle": True}), f"guess/{seed}")[0]
    found.asked += 1
    found.places[order.index(question.answer)] += 1
    found.chance += guessing(question)
    found.guessed += guess == question.answer
    for lang in LANGUAGES:
        found.longest[lang] += by_length(question, lang, max)
        found.shortest[lang] += by_length(question, lang, min)


def by_length(question: Question, lang: str, extreme: Callable) -> float:
    """What choosing the longest (`max`) or shortest (`min`) option is worth; among equally long ones, any."""
    lengths = {option.key: len(getattr(option, lang)) for option in question.options}
    best = [key for key, length in lengths.items() if length == extreme(lengths.values())]
    return (question.answer in best) / len(best)


def row(found: Found, live: Sequence[str]) -> list[str]:
    """The cells of one line of the table."""
    exposure = sorted(100 * found.used[code] / found.forms for code in live)
    asked = found.asked or 1
    return [
        found.slug,
        str(found.live),
        str(found.length),
        f"{found.filled} of {found.forms}",
        f"{exposure[0]:.0f} / {median(exposure):.0f} / {exposure[-1]:.0f}",
        " / ".join(f"{100 * found.places[place] / asked:.0f}" for place in range(len(PLACES))),
        f"{100 * found.chance / asked:.1f}",
        f"{100 * found.guessed / asked:.1f}",
        *(" / ".join(f"{100 * scores[lang] / asked:.0f}" for lang in LANGUAGES) for scores in (found.longest, found.shortest)),
        f"{100 * found.all_ticked / found.multiples:.1f}" if found.multiples else "–",
        " / ".join(f"{share:.0f}" for share in found.new),
    ]


def table(banks: Sequence[tuple[str, Bank]], forms: int = FORMS) -> Iterator[str]:
    """The table, line by line."""
    yield f"| {' | '.join(HEADINGS)} |"
    yield f"| --- |{' ---: |' * (len(HEADINGS) - 1)}"
    for slug, bank in banks:
        live = [item.id for item in bank.items if item.use is Use.LIVE]
        yield f"| {' | '.join(row(simulate(slug, bank, forms), live))} |"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("slugs", nargs="*", help="banks to draw from; all if none is named")
    parser.add_argument("--root", type=Path, help="content folder; the project's own if not given")
    parser.add_argument("--forms", type=int, default=FORMS)
    wish = parser.parse_args()
    files = [path for path in sources.bank_files(wish.root) if not wish.slugs or path.stem in wish.slugs]
    reports = [(path.stem, sources.read(path)) for path in files]
    for slug, report in reports:
        if report.bank is None:
            print(f"{slug}: left out, it has {len(report.problems)} errors")
    for line in table([(slug, report.bank) for slug, report in reports if report.bank and report.bank.blueprint], wish.forms):
        print(line, flush=True)


if __name__ == "__main__":
    main()
