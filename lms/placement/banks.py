"""Item banks in files as a simulation reads them (pure): live questions that need no human marker, by competency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from lms.assessments.bank_queries import APPLIED, Kind, Use, file_parameters, parts_of
from lms.competency.model_queries import ItemParameters
from lms.placement.selection import Part, Piece
from lms.placement.simulation import World, as_true


def pieces(banks: Iterable[Any], cuts_milli: Sequence[int]) -> dict[str, tuple[Piece, ...]]:
    """What a placement may ask of the banks' files, by competency."""
    refs, found = count(1), defaultdict(list)
    for item in (item for bank in banks for item in bank.items if item.use is Use.LIVE):
        asked = list(parts_of(item))
        if all(part.type != Kind.SHORT for part in asked):
            whole = item.type == Kind.SCENARIO
            parts = tuple(_part(next(refs), part, whole, cuts_milli) for part in asked)
            found[item.competency].append(Piece(item.id, item.competency, parts, whole))
    return {code: tuple(rows) for code, rows in found.items()}


def _part(ref: int, question: Any, in_set: bool, cuts_milli: Sequence[int]) -> Part:
    numbers = file_parameters(question, in_set=in_set, cuts_milli=cuts_milli)
    return Part(ref, question.id, ItemParameters.from_integers(*numbers), question.cognitive in APPLIED)


def world(name: str, targets: Mapping[str, int], by_competency: Mapping[str, Sequence[Piece]], *, seed: int = 1, calibrated: bool = False) -> World:
    """The banks with true difficulties drawn from what authors know. ``calibrated``: known to ±0.2 instead."""
    kept = {code: tuple(map(_calibrated, by_competency.get(code, ()))) if calibrated else tuple(by_competency.get(code, ())) for code in targets}
    return as_true(World(name, dict(targets), kept, {}), seed)


def _calibrated(piece: Piece) -> Piece:
    known = (replace(part, parameters=replace(part.parameters, vb=0.04)) for part in piece.parts)
    return replace(piece, parts=tuple(known))


def hardest(targets: Mapping[str, int], number: int, order: Sequence[str]) -> dict[str, int]:
    """The ``number`` competencies of a post with the highest targets, in the framework's order."""
    ranked = sorted(targets, key=lambda code: (-targets[code], order.index(code)))[:number]
    return {code: targets[code] for code in order if code in ranked}
