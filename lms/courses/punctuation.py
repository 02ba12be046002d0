"""Full-width punctuation in Chinese, half-width in English (item rules, §6.3)."""

import re
from collections.abc import Iterator

from lms.core.problems import Problem
from lms.core.yamlfile import Document

HALF_IN_CHINESE = re.compile(r'[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]|"')
FULL_IN_ENGLISH = re.compile(r"[，。；：？！“”]")
CHINESE_TITLE = re.compile(r"《[^》]*》")


def fault(text: str, language: str) -> tuple[str, str] | None:
    """What is wrong with the punctuation of `text` in `language` ("zh" or "en"), and the cure; None if nothing."""
    if language == "zh":
        match = HALF_IN_CHINESE.search(text)
        return (f"Half-width punctuation in Chinese: {_around(text, match)}", "Use ，；：？！“”.") if match else None
    # An English text may quote a Chinese title with the marks that belong to it.
    plain = CHINESE_TITLE.sub("", text)
    match = FULL_IN_ENGLISH.search(plain)
    return (f"Full-width punctuation in English: {_around(plain, match)}", 'Use , ; : ? ! ".') if match else None


def faults_in_values(document: Document) -> Iterator[Problem]:
    """Every value under a key `zh` or `en` of a YAML file, at its line."""
    pending: list[tuple[tuple[str | int, ...], object]] = [((), document.data)]
    while pending:
        keys, value = pending.pop()
        if isinstance(value, dict):
            pending.extend((keys + (key,), part) for key, part in value.items())
        elif isinstance(value, list):
            pending.extend((keys + (index,), part) for index, part in enumerate(value))
        elif isinstance(value, str) and keys and keys[-1] in ("zh", "en"):
            found = fault(value, str(keys[-1]))
            if found:
                yield Problem(document.file, document.line(*keys), *found)


def _around(text: str, match: re.Match[str]) -> str:
    start = max(match.start() - 8, 0)
    return f"…{text[start:match.end() + 8]}…"
