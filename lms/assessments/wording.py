"""Rules on the words of an item: punctuation of the two languages, and options that give the key away (pure)."""

import re
from collections.abc import Iterator
from typing import Any

from lms.assessments.enums import Kind
from lms.assessments.package import Question
from lms.assessments.shape import UNREAD, Fault, Keys

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_URL = re.compile(r"https?://\S+", re.ASCII)
# In Chinese text a half-width mark beside a Chinese sign is a fault; between Latin words it is worth a look,
# but for a comma or colon between digits (1,900 and 09:30), which is part of the number.
_BESIDE_HAN = re.compile(r"(?<=[\u3400-\u9fff])[,;:?!()]|[,;:?!()](?=[\u3400-\u9fff])|\"")
_ELSEWHERE = re.compile(r"(?<!\d)[,:]|[,:](?!\d)|[;?!]")
_FULL_WIDTH = re.compile(r"[，。；：？！、（）]")
_OLD_QUOTES = re.compile(r"[“”]")
_ALL_OF_THEM = re.compile(r"以上(都|均|全|皆)|(都|均|全部)(正确|不对)$|\b(all|none|both) of the above\b", re.IGNORECASE)
_SAY_ALL = {"zh": ("选出全部",), "en": ("all that apply",)}
KEY_TOO_LONG = 1.5


def faults(data: Any) -> list[Fault]:
    """Punctuation faults in every `zh` and `en` text of plain data, whatever its shape."""
    return [fault for keys, text in _texts(data, ()) for fault in _punctuation(keys, text)]


def _texts(data: Any, keys: Keys) -> Iterator[tuple[Keys, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key in ("zh", "en") and isinstance(value, str):
                yield (*keys, key), value
            else:
                yield from _texts(value, (*keys, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _texts(value, (*keys, number))


def _punctuation(keys: Keys, text: str) -> Iterator[Fault]:
    text = _URL.sub("", text)
    if keys[-1] == "zh" and _HAN.search(text):
        fault = _BESIDE_HAN.search(text)
        if found := fault or _ELSEWHERE.search(text):
            what = f"Half-width {found[0]!r} in Chinese text: {_around(text, found)}"
            yield Fault(keys, what, "Use the full-width mark.", advice=not fault)
    if keys[-1] == "en":
        found = _FULL_WIDTH.search(text) or _OLD_QUOTES.search(text)
        if found and not _in_chinese_name(text, found):
            yield Fault(keys, f"Full-width {found[0]!r} in English text: {_around(text, found)}", "Use the half-width mark.")


def _in_chinese_name(text: str, found: re.Match) -> bool:
    """A mark between Chinese signs belongs to a Chinese name that the English quotes."""
    before, after = text[: found.start()][-1:], text[found.end() :][:1]
    return bool(_HAN.match(before) and _HAN.match(after))


def _around(text: str, found: re.Match) -> str:
    return text[max(0, found.start() - 10) : found.end() + 10]


def options_faults(item: Question, _around_it: Any) -> Iterator[Fault]:
    """Rules on option texts and on what the stem must say."""
    if item.type not in (Kind.SINGLE, Kind.MULTIPLE, Kind.TRUEFALSE):
        return
    for number, option in enumerate(item.options):
        for lang in ("zh", "en"):
            if _ALL_OF_THEM.search(getattr(option, lang)):
                what = f"Option {option.key} of {item.id} points at the other options"
                yield Fault(("options", number, lang), what, "Write an option that stands by itself.")
    if item.type == Kind.MULTIPLE:
        yield from _must_say_all(item)
    else:
        yield from _key_length(item)


def _must_say_all(item: Question) -> Iterator[Fault]:
    for lang, phrases in _SAY_ALL.items():
        stem = getattr(item.stem, lang)
        if stem != UNREAD and not any(phrase in stem for phrase in phrases):
            yield Fault(("stem", lang), f"The stem of {item.id} does not say to choose all", f"Add '{phrases[0]}'.")


def _key_length(item: Question) -> Iterator[Fault]:
    """A key more than 1.5 times as long as the next longest option gives itself away."""
    for lang in ("zh", "en"):
        lengths = {option.key: len(getattr(option, lang)) for option in item.options}
        others = [length for key, length in lengths.items() if key != item.answer]
        if lengths.get(item.answer, 0) > KEY_TOO_LONG * max(others, default=0) > 0:
            what = f"The key of {item.id} is more than {KEY_TOO_LONG} times as long as the next longest option ({lang})"
            # Items are written in Chinese and translated; a long translation is worth a look.
            yield Fault(("options",), what, "Shorten it or say as much in the distractors.", advice=lang != "zh")
