"""Problems of files in the reader's language. Checks speak English, as commands print them; here their sentences meet the catalogues."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from flask_babel import gettext as _

from lms.authoring.checking_queries import Finding
from lms.authoring.problem_sentences import FIELDS, INSIDE, NAMES_FIELD, SENTENCES


def translated(findings: Iterable[Finding]) -> list[Finding]:
    """The findings with what is wrong and the cure in the reader's language, as far as the sentence is known."""
    return [replace(one, what=said(one.what), cure=said(one.cure)) for one in findings]


def said(sentence: str) -> str:
    """A sentence of a check in the reader's language; one that is not known stays as it is."""
    for pattern, template in _patterns():
        found = pattern.match(sentence)
        if found:
            return _(template, **{name: _filled(template, text) for name, text in found.groupdict().items()})
    return sentence


def _filled(template: str, text: str) -> str:
    field = FIELDS.get(text.strip("'")) if template in NAMES_FIELD else None
    return _(field) if field else _(text) if text in INSIDE else text


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(_pattern(template), template) for template in SENTENCES]


def _pattern(template: str) -> re.Pattern[str]:
    """``The lesson has %(n)s headings`` as an expression that finds the sentence and what stands in it."""
    pieces = re.split(r"%\((\w+)\)s", template)
    words = [re.escape(piece.replace("%%", "%")) if n % 2 == 0 else f"(?P<{piece}>.+?)" for n, piece in enumerate(pieces)]
    return re.compile("".join(words) + r"\.?\Z", re.S)
