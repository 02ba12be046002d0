"""What other platforms say of the same answers: the rules they use, granted the best linear map to the truth."""

from __future__ import annotations

from collections.abc import Callable

from lms.competency import rivals
from lms.competency.estimate import Facts

Rule = Callable[[Facts], float]

RULES: dict[str, Rule] = {
    "percent correct": lambda facts: rivals.percent_correct(facts.responses),
    "decaying average (newest counts 65 %)": lambda facts: rivals.decaying_average(facts.responses),
    "highest score": lambda facts: rivals.highest_score(facts.responses),
    "latest score": lambda facts: rivals.latest_score(facts.responses),
}
