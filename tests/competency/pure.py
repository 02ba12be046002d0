"""Short ways to write facts for the rules' tests."""

from datetime import UTC, datetime, timedelta

from lms.competency.proficiency import Completion, EvidenceItem, ItemParameters, Proficiency, Response, State
from lms.competency.states import Rules
from lms.core import framework

RULES = Rules.of(framework.read())
PLAIN = ItemParameters(1.0, 0.0)
START = datetime(2025, 1, 1, 9, tzinfo=UTC)
START_DAY = 20_089  # 2025-01-01


def answer(item: str = "Q1", correct: int | None = 1, *, days: float = 0, **more) -> Response:
    return Response(item, more.pop("parameters", PLAIN), START + timedelta(days=days), correct, **more)


def completion(*, days: float = 0) -> Completion:
    return Completion(START + timedelta(days=days))


def known(m_milli: int, v_micro: int, items: int = 0, *, n: int | None = None, t_day: int = 20_000, **flags) -> Proficiency:
    """A confirmed track with `items` distinct evidence items of its last day."""
    flags = {"apply": True, "scenario": False, "max_level": 3} | flags
    evidence = tuple(EvidenceItem(f"Q{i}", t_day, **flags) for i in range(items))
    return Proficiency(State(m_milli, v_micro, t_day, items if n is None else n), None, evidence)
