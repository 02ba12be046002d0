"""The numbers of a text in Chinese or English, so that two versions of one lesson can be compared: pure.

A number written with digits (`1,900`, `8.34亿`, `834 million`) counts as its value. A number in words (三十分钟, thirty
minutes, February, 3 p.m.) counts as said: it excuses the digits of the other language and asks for none there. How long
a text may be differs between the languages (80字, 50 words), and a zero is mostly the end of a clock time: neither counts.
"""

import re
from decimal import Decimal

_DIGITS = re.compile(r"(?<![A-Za-z0-9.,])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(万亿|[万亿千成]|(?:thousand|million|billion|trillion)\b)?(\s*p\.?m\b)?")
_LENGTH = re.compile(r"\d[\d,]*(?=\s?字|\s(?:English |Chinese )?(?:words?|characters?)\b|-(?:word|character)\b)")
_FACTORS = {"": 1, "千": 10**3, "万": 10**4, "亿": 10**8, "万亿": 10**12, "成": 10}
_FACTORS |= {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

_HAN = re.compile(r"[零〇一二两三四五六七八九十百千万半]+")
_HAN_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}

_UNITS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]
_ORDINALS = [
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth",
]
_TENS = dict(zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10)))
_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
_SAID = {word: value for value, word in enumerate(_UNITS)} | {word: value for value, word in enumerate(_ORDINALS)} | _TENS
_SAID |= {month: number for number, month in enumerate(_MONTHS, start=1)} | {"once": 1, "twice": 2, "both": 2, "dozen": 12, "noon": 12, "midnight": 0}
_MULTIPLIERS = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}


def digits(text: str) -> dict[Decimal, int]:
    """Value -> place in `text` of each number that is written with digits and is no part of a name (IPv6, RFC4271)."""
    found: dict[Decimal, int] = {}
    for match in _DIGITS.finditer(_LENGTH.sub(lambda match: " " * len(match[0]), text)):
        if value := _value(match):
            found.setdefault(value, match.start())
    return found


def _value(match: re.Match) -> Decimal:
    factor = _FACTORS[(match[3] or "")]
    value = Decimal(match[1].replace(",", "") + (match[2] or "")) * factor
    return value.normalize()


def said(text: str) -> set[Decimal]:
    """The values that `text` says in any way, in words or in digits."""
    values = set(digits(text)) | {_han(match[0]) for match in _HAN.finditer(text)} | set(_english(text))
    # 3 p.m. is 15:00; 九成 is 90 %; round the clock is 7×24
    values |= {value + 12 for match in _DIGITS.finditer(text) if match[4] and (value := _value(match)) < 12}
    values |= {_han(match[1]) * 10 for match in re.finditer(r"([一二三四五六七八九])成", text)}
    values |= {Decimal(7), Decimal(24)} if "the clock" in text else set()
    return {value.normalize() for value in values}


def _han(words: str) -> Decimal:
    """三十 is 30, 一千二百 is 1200, 二〇二六 is 2026, 两万 is 20000."""
    before, tens_of_thousands, rest = words.rpartition("万")
    high = _han(before) * 10_000 if tens_of_thousands else Decimal(0)
    if not set(rest) & _HAN_UNITS.keys():
        return high + int("".join(str(_HAN_DIGITS[sign]) for sign in rest if sign in _HAN_DIGITS) or 0)
    total, digit = 0, 0
    for sign in rest:
        if sign in _HAN_UNITS:
            total += (digit or 1) * _HAN_UNITS[sign]
            digit = 0
        else:
            digit = _HAN_DIGITS.get(sign, 0)
    return high + total + digit


def _english(text: str) -> list[Decimal]:
    """The values of number words; a word that completes the one before it (twenty-four, two hundred and five) replaces it."""
    values: list[Decimal] = []
    before: Decimal | None = None
    for word in re.findall(r"[a-z]+|[.,;:|]", text.lower()):
        if word == "and":
            continue
        value = _said(word, before)
        if value is not None and before is not None and value != _SAID.get(word):
            values.pop()
        if value is not None:
            values.append(value)
        before = value
    return values


def _said(word: str, before: Decimal | None) -> Decimal | None:
    """The value that stands after `word`, given the one before it; None where the word is no number."""
    if word in _MULTIPLIERS:
        return (before or Decimal(1)) * _MULTIPLIERS[word]
    if word not in _SAID:
        return None
    own = Decimal(_SAID[word])
    completes = before is not None and (before % 100 == 0 or (before % 10 == 0 and own < 10 < before % 100))
    return before + own if completes and before else own
