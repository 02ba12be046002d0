"""Answers that an invented official would give: right as often as their ability says, else a believable mistake. Pure."""

from __future__ import annotations

import math
import random
from typing import Any

from lms.assessments.enums import Kind


def answer_like(rng: random.Random, asked: Any, theta: float, b: float = 0.0) -> Any:
    """An answer, in the form that ``marking.mark`` takes, to a question of a form by someone of proficiency ``theta`` (logits)."""
    question = asked.question
    right = rng.random() < 0.2 + 0.8 / (1 + math.exp(-(theta - b)))
    return _ANSWERS[question.type](rng, question, right)


def _choice(rng: random.Random, question: Any, right: bool) -> str:
    others = [option.key for option in question.options if option.key != question.answer]
    return question.answer if right else rng.choice(others)


def _multiple(rng: random.Random, question: Any, right: bool) -> list[str]:
    chosen = list(question.answer)
    if not right:
        wrong = [option.key for option in question.options if option.key not in question.answer]
        chosen = [*chosen[1:], rng.choice(wrong)] if wrong else chosen[1:]
    return sorted(chosen)


def _numeric(rng: random.Random, question: Any, right: bool) -> str:
    value = question.answer.value
    if not right:
        value = rng.choice([error.value for error in question.common_errors] or [value + 1 + question.answer.tolerance * 2])
    return f"{value:g}"


def _ordering(rng: random.Random, question: Any, right: bool) -> list[str]:
    order = list(question.answer)
    if not right:
        place = rng.randrange(len(order) - 1)
        order[place], order[place + 1] = order[place + 1], order[place]
    return order


def _matching(rng: random.Random, question: Any, right: bool) -> dict[str, str]:
    pairs = dict(question.answer)
    if not right:
        first, second = rng.sample(sorted(pairs), 2)
        pairs[first], pairs[second] = pairs[second], pairs[first]
    return pairs


def _short(rng: random.Random, question: Any, right: bool) -> str:
    return "掌上便民小程序；数据交给谁没有写明；由信息员在本月底前补充合同条款。" if right else "已按要求办理。"


_ANSWERS = {
    Kind.SINGLE: _choice,
    Kind.TRUEFALSE: _choice,
    Kind.MULTIPLE: _multiple,
    Kind.NUMERIC: _numeric,
    Kind.ORDERING: _ordering,
    Kind.MATCHING: _matching,
    Kind.SHORT: _short,
}
