"""Known banks for the tests: the first course's and the twelve worked samples, one of each kind."""

from functools import cache
from pathlib import Path

import yaml

from lms.assessments.package import Bank, Question, parse_bank, questions

DATA = Path(__file__).resolve().parents[1] / "data"
ROOT = DATA / "content"
FIRST = ROOT / "assessments" / "internet-and-governance.yaml"
SAMPLES = DATA / "assessments" / "sample-items.yaml"


@cache
def first_bank() -> Bank:
    return parse_bank(yaml.safe_load(FIRST.read_text(encoding="utf-8")))


@cache
def samples() -> Bank:
    return parse_bank(yaml.safe_load(SAMPLES.read_text(encoding="utf-8")))


def question(code: str) -> Question:
    """A question of either bank by its id."""
    bank = first_bank() if code.startswith("C01") else samples()
    return next(one for item in bank.items for one in questions(item) if one.id == code)
