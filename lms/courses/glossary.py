"""The glossaries of all courses as one: terms merged, and where two courses translate differently. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lms.core.i18n import Bilingual
from lms.courses.enums import TermOrder


@dataclass(frozen=True, slots=True)
class Use:
    """A course that has a term in its glossary."""

    code: str
    slug: str
    title: Bilingual


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of one course's glossary."""

    zh: str
    en: str
    use: Use


@dataclass(frozen=True, slots=True)
class Rendering:
    """An English term with the courses that use it, in the order of their codes."""

    en: str
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A Chinese term with its English; more than one rendering is a conflict. `twins`: other Chinese terms with the same English."""

    zh: str
    renderings: tuple[Rendering, ...]
    twins: tuple[str, ...] = ()

    @property
    def uses(self) -> tuple[Use, ...]:
        """Every course that uses it."""
        return tuple(sorted({use.code: use for rendering in self.renderings for use in rendering.uses}.values(), key=lambda use: use.code))

    @property
    def unsettled(self) -> bool:
        """Whether courses disagree about it."""
        return len(self.renderings) > 1 or bool(self.twins)


def zh_key(term: str) -> str:
    """What makes two Chinese terms the same: the words without brackets around a title or an abbreviation behind it."""
    return re.sub(r"[（(][^）)]*[）)]|[《》“”\s]", "", term).casefold()


def en_key(term: str) -> str:
    """What makes two English terms the same: case, hyphens, a leading article and an abbreviation in brackets do not count."""
    words = re.sub(r"\([^)]*\)", " ", term).replace("-", " ").casefold()
    return re.sub(r"^(the|a|an) ", "", " ".join(words.split()))


def merge(entries: Iterable[Entry]) -> list[Term]:
    """One term for each Chinese term; the wording of the course with the lowest code stands for all that agree."""
    found: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for entry in sorted(entries, key=lambda one: (one.use.code, one.zh)):
        found[zh_key(entry.zh)][en_key(entry.en)].append(entry)
    by_english: dict[str, list[str]] = defaultdict(list)
    for renderings in found.values():
        for key, same in renderings.items():
            by_english[key].append(same[0].zh)
    return [_term(renderings, by_english) for renderings in found.values()]


def _term(renderings: dict[str, list[Entry]], by_english: dict[str, list[str]]) -> Term:
    zh = next(iter(renderings.values()))[0].zh
    same = {zh_key(zh)}
    twins = [other for key in renderings for other in by_english[key] if zh_key(other) not in same]
    merged = tuple(Rendering(entries[0].en, tuple({one.use.code: one.use for one in entries}.values())) for entries in renderings.values())
    return Term(zh, merged, tuple(dict.fromkeys(twins)))


def matching(terms: Iterable[Term], words: str) -> list[Term]:
    """The terms that hold every word of `words` in one of their languages; all terms without any."""
    wanted = words.casefold().split()
    return [term for term in terms if all(word in _text(term) for word in wanted)]


def _text(term: Term) -> str:
    return " ".join((term.zh, *(rendering.en for rendering in term.renderings))).casefold()


def ordered(terms: Iterable[Term], order: TermOrder) -> list[Term]:
    """By the Chinese (roughly by sound), by the English, or the most used first."""
    match order:
        case TermOrder.ENGLISH:
            return sorted(terms, key=lambda term: (en_key(term.renderings[0].en), term.zh))
        case TermOrder.MOST_USED:
            return sorted(terms, key=lambda term: (-len(term.uses), _sound(term.zh)))
    return sorted(terms, key=lambda term: _sound(term.zh))


def _sound(zh: str) -> bytes:
    """GB 18030 keeps the order of GB 2312, whose 3,755 common characters are sorted by pinyin."""
    return zh_key(zh).encode("gb18030")


def disagreements(own: Sequence[tuple[str, str]], others: Iterable[tuple[str, str, str]]) -> list[tuple[int, str, str, str]]:
    """Where a glossary differs from others, given as (course, zh, en): (index of the own term, course, its zh, its en)."""
    found = []
    keys = [(zh_key(zh), en_key(en)) for zh, en in own]
    for course, zh, en in others:
        theirs = zh_key(zh), en_key(en)
        found += [(index, course, zh, en) for index, mine in enumerate(keys) if (mine[0] == theirs[0]) != (mine[1] == theirs[1])]
    return sorted(found)
