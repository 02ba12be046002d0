"""Terms of the search index: two-character pieces of Chinese, whole words of anything else.

Chinese has no spaces between words, and most words have two characters, so every pair of neighbours is a term; each
character alone is one too, for queries of a single character. Latin words are folded to one case and one width.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
MARKUP = re.compile(r"<[^>]*>|!?\[([^\]]*)\]\([^)]*\)|[*`#|>]")
MAX_TERM = 60
TITLE, HEADING, BODY = 12, 4, 1
"""Weights of one occurrence, by where it stands."""


def _runs(text: str) -> Iterable[str]:
    return RUN.findall(unicodedata.normalize("NFKC", text).casefold())


def _is_han(run: str) -> bool:
    return re.match(rf"[{HAN}]", run) is not None


def terms(text: str) -> Counter[str]:
    """Every term of `text` with the number of its occurrences."""
    found: Counter[str] = Counter()
    for run in _runs(text):
        if _is_han(run):
            found.update(run)
            found.update(run[start : start + 2] for start in range(len(run) - 1))
        else:
            found[run[:MAX_TERM]] += 1
    return found


def query_terms(query: str, *, limit: int = 12) -> list[str]:
    """The terms that a text must all hold to match `query`: pairs of Chinese characters (a lone one as it is) and words."""
    wanted: dict[str, None] = {}
    for run in _runs(query):
        if _is_han(run) and len(run) > 1:
            wanted.update(dict.fromkeys(run[start : start + 2] for start in range(len(run) - 1)))
        else:
            wanted[run[:MAX_TERM]] = None
    return list(wanted)[:limit]


def is_word(term: str) -> bool:
    """Whether `term` is a word, matched by its beginning ("server" finds "servers"), not a piece of Chinese."""
    return not _is_han(term)


def weighted(title: str, headings: Iterable[str], body: str, *, extra: str = "") -> dict[str, int]:
    """Term -> weight of one lesson in one language. `extra` (course title, glossary) counts like the body."""
    total: Counter[str] = Counter()
    parts = [(title, TITLE), *((heading, HEADING) for heading in headings), (MARKUP.sub(r"\1 ", body), BODY), (extra, BODY)]
    for text, weight in parts:
        for term, count in terms(text).items():
            total[term] += weight * min(count, 20)
    return dict(total)
