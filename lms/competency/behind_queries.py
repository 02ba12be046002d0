"""What lies behind one live number of a unit: the questions with their versions, the models, and what other rules make of the same answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lms.assessments.enums import Use
from lms.assessments.models import Item, ItemRevision
from lms.assessments.models import Response as ResponseFact
from lms.competency import estimates, evidence, queries, rivals
from lms.competency.enums import Rival
from lms.competency.models import Proficiency
from lms.competency.proficiency import Outcome, Response, Step, steps
from lms.core.lately import lately
from lms.people.models import Official, Unit
from lms.people.queries import below

MOST_PEOPLE = 500
"""In larger cells every second, third … official is read, by id: a page must not grow with the county."""
MOST_QUESTIONS = 50
A_PROVINCE = 50_000
"""From so many people with evidence on, not even their ids are read."""


@dataclass(frozen=True, slots=True)
class AskedVersion:
    """A question in one version: by how many people it was answered, and which calibration its parameters are of (0: the author's)."""

    code: str
    version: int
    calibration: int
    people: int


@dataclass(frozen=True, slots=True)
class Behind:
    """``people``: with evidence in the cell; ``read``: those looked at. ``rules``: the mean of each rule's result over them, 0 to 1."""

    people: int
    read: int
    answers: int = 0
    right: float = 0.0
    judgements: int = 0
    versions: Sequence[AskedVersion] = ()
    models: dict[str, int] = field(default_factory=dict)
    rules: dict[Rival, float] = field(default_factory=dict)


def models_begin_with() -> str:
    """What the model version of every estimate made now begins with: the framework's and the constants'."""
    return estimates.constants_version()


def behind(session: Session, unit: Unit, competency: str) -> Behind:
    """Of the active officials of ``unit`` and below whose post asks for the competency and who have evidence; of thousands what
    was read within the last ten minutes."""
    if queries.sums_of_cell(session, unit.id, competency).n_evidence <= MOST_PEOPLE:
        return _read(session, unit, competency)
    found: Behind = lately(("behind", unit.id, competency), lambda: _read(session, unit, competency))
    return found


def _read(session: Session, unit: Unit, competency: str) -> Behind:
    people, read = _chosen(session, unit, competency)
    ids = [official_id for official_id, _ in read]
    facts = evidence.of_pairs(session, [(official_id, competency) for official_id in ids])
    traces = [list(steps(known.responses, judgements=known.judgements)) for known in facts.values()]
    counted = [given for given in map(_counted, traces) if given]
    return Behind(
        people=people,
        read=len(read),
        answers=sum(map(len, counted)),
        right=sum(answer.score for given in counted for answer in given),
        judgements=sum(step.outcome is Outcome.JUDGED for trace in traces for step in trace),
        versions=_versions(session, ids, competency),
        models=dict(sorted(Counter(model for _, model in read).items())),
        rules={name: fmean(map(rule, counted)) for name, rule in rivals.RULES.items()} if counted else {},
    )


def _chosen(session: Session, unit: Unit, competency: str) -> tuple[int, Sequence[Any]]:
    """How many there are, and rows (official id, model) of those who are read, evenly chosen by id."""
    p = Proficiency
    query = select(p.official_id, p.model).join(Official, Official.id == p.official_id).join(Unit, Unit.id == Official.unit_id)
    query = query.where(p.competency == competency, p.target_level > 0, Official.active, below(unit)).order_by(p.official_id)
    people = queries.sums_of_cell(session, unit.id, competency).n_evidence
    if people < A_PROVINCE:
        found = session.execute(query).all()
        return len(found), found[:: -(-len(found) // MOST_PEOPLE) or 1]
    # the cell knows how many there are: only every so-many-th official of the installation is looked at
    last = session.scalar(select(func.max(Official.id))) or 0
    ids = range(1, last + 1, people // MOST_PEOPLE)
    rows = [row for batch in evidence.batches(ids) for row in session.execute(query.where(p.official_id.in_(batch)))]
    return people, rows[:MOST_PEOPLE]


def _counted(trace: Iterable[Step]) -> list[Response]:
    return [step.fact for step in trace if step.outcome is Outcome.COUNTED and isinstance(step.fact, Response)]


_R, _V = ResponseFact.__table__.c, ItemRevision.__table__.c
_PEOPLE = func.count(func.distinct(_R.official_id))
_ASKED = (
    select(Item.code, _V.version, _V.calibration, _PEOPLE)
    .select_from(ResponseFact.__table__)
    .join(ItemRevision.__table__, _V.id == _R.item_revision_id)
    .join(Item, Item.id == _V.item_id)
    .where(_R.official_id.in_(bindparam("ids", expanding=True)), _R.competency == bindparam("code"))
    .where(_R.void.is_(False), _R.correct.is_not(None), _V.use == Use.LIVE)
    .group_by(Item.code, _V.version, _V.calibration)
    .order_by(_PEOPLE.desc(), Item.code, _V.version)
)


def _versions(session: Session, ids: Sequence[int], competency: str) -> list[AskedVersion]:
    """Every version of every question answered, the most answered first."""
    return [AskedVersion(*row) for row in session.execute(_ASKED, {"ids": ids, "code": competency})]
