"""Bringing item banks into the database. Item revisions are immutable in what they measure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import audit
from lms.access.actor import Actor
from lms.assessments.enums import Use
from lms.assessments.models import Assessment, BankItem, BankRevision, BankSource, Item, ItemRevision
from lms.assessments.package import Bank, Question, Scenario, content_hash, difficulty_class, item_data, parameters, questions
from lms.core.errors import Conflict, Invalid
from lms.core.framework import CUTS_MILLI


@dataclass(frozen=True, slots=True)
class LoadedBank:
    """What loading did. ``changed`` is False when the very same bank was in force already."""

    slug: str
    hash: str
    changed: bool
    items: int
    new_revisions: int


@dataclass(frozen=True, slots=True)
class PlainItem:
    """An item known by its numbers only, such as one of another platform; parameters as in ``ItemRevision``."""

    code: str
    competency: str
    level: int
    cognitive: str
    a_milli: int
    b_milli: int
    c_e4: int
    vb_micro: int
    in_scenario: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a bank comes from: its file as it lies there, and for one released on this installation the review and the course's version."""

    content: bytes | None = None
    review_ref: str | None = None
    course_version: str | None = None


UNKNOWN = Origin()


def load_bank(
    session: Session, *, actor: Actor, slug: str, bank: Bank, now: datetime, cuts_milli: tuple[int, ...] = CUTS_MILLI, origin: Origin = UNKNOWN
) -> LoadedBank:
    """Make ``bank`` the current bank of assessment ``slug``; its file is kept byte for byte, in its latest spelling.

    Raises Conflict, listing every item whose stem, options, key, level or difficulty changed without a new version
    (with both hashes), or whose id belongs to another assessment; nothing is changed then.
    """
    assessment = _assessment(session, slug, bank.course)
    known = session.scalars(select(BankRevision).where(BankRevision.assessment_id == assessment.id, BankRevision.hash == bank.content_hash)).one_or_none()
    if known is not None and known.id == assessment.current_bank_id:
        _keep_source(session, known, origin)
        return LoadedBank(slug, known.hash, False, len(bank.items), 0)
    loader = _Loader(session, assessment.id, cuts_milli)
    revisions = [loader.load(item) for item in bank.items]
    if loader.conflicts:
        raise Conflict(_("Items were changed without a new version. Raise their version or undo the change."), details=loader.conflicts)
    if known is None:
        known = _new_bank(session, assessment.id, bank, revisions, now)
        known.review_ref, known.course_version = origin.review_ref, origin.course_version
    _keep_source(session, known, origin)
    assessment.current_bank_id, assessment.course_slug = known.id, bank.course
    audit.record(session, actor=actor, action=audit.Action.BANK_LOADED, subject=slug, now=now, hash=known.hash, new_revisions=loader.added)
    return LoadedBank(slug, known.hash, True, len(bank.items), loader.added)


def _keep_source(session: Session, bank: BankRevision, origin: Origin) -> None:
    if origin.content is None:
        return
    kept = session.get(BankSource, bank.id)
    if kept is None:
        session.add(BankSource(bank_id=bank.id, content=origin.content))
    elif kept.content != origin.content:
        kept.content = origin.content


def _assessment(session: Session, slug: str, course_slug: str) -> Assessment:
    found = session.scalars(select(Assessment).where(Assessment.slug == slug)).one_or_none()
    if found is None:
        found = Assessment(slug=slug, course_slug=course_slug)
        session.add(found)
        session.flush()  # its id is needed by everything below
    return found


def _new_bank(session: Session, assessment_id: int, bank: Bank, revisions: list[ItemRevision], now: datetime) -> BankRevision:
    meta = bank.model_dump(mode="json", by_alias=True, include={"format", "framework", "course", "blueprint", "feedback", "misconceptions"})
    length = bank.blueprint.form_length if bank.blueprint else 0
    revision = BankRevision(assessment_id=assessment_id, hash=bank.content_hash, form_length=length, meta=meta, loaded_at=now)
    session.add(revision)
    session.flush()  # its id is needed by its items
    session.add_all(BankItem(bank_id=revision.id, item_revision_id=one.id, place=place) for place, one in enumerate(revisions, 1))
    session.flush()
    return revision


class _Loader:
    """Loads items one by one, remembering every conflict so that all are reported together."""

    def __init__(self, session: Session, assessment_id: int | None, cuts_milli: tuple[int, ...]):
        self.session, self.assessment_id, self.cuts_milli = session, assessment_id, cuts_milli
        self.conflicts: list[str] = []
        self.added = 0

    def load(self, item: Question) -> ItemRevision:
        """The item's revision; the parts of a set are loaded with it, as items of their own."""
        revision = self._revision(item, item.version, None, item_data(item))
        for number, part in enumerate(questions(item), 1) if isinstance(item, Scenario) else ():
            place = {"stem": item.stem.model_dump(), "part": number, "parts": len(item.items)}
            self._revision(part, item.version, revision.item_id, item_data(part) | {"set": place})
        return revision

    def _revision(self, item: Question, version: int, parent_id: int | None, content: dict[str, Any]) -> ItemRevision:
        identity = self._item(item.id, parent_id)
        found = self.session.scalars(select(ItemRevision).where(ItemRevision.item_id == identity.id, ItemRevision.version == version)).one_or_none()
        hash_now = content_hash(item)
        if found is None:
            found = ItemRevision(item_id=identity.id, version=version, hash=hash_now, content=content, **self._columns(item, parent_id))
            self.session.add(found)
            self.session.flush()  # its id is needed by the bank
            self.added += 1
        elif found.hash != hash_now:
            names = {"item": item.id, "version": version, "old": found.hash[:12], "new": hash_now[:12]}
            self.conflicts.append(_("%(item)s version %(version)d: loaded as %(old)s, the file has %(new)s", **names))
        elif found.content != content:
            # a better explanation of the same question
            found.content, found.lesson_code = content, item.lesson or ""
        return found

    def _item(self, code: str, parent_id: int | None) -> Item:
        found = self.session.scalars(select(Item).where(Item.code == code)).one_or_none()
        if found is None:
            found = Item(code=code, assessment_id=self.assessment_id, parent_id=parent_id)
            self.session.add(found)
            self.session.flush()  # its id is needed by the revision
        elif (found.assessment_id, found.parent_id) != (self.assessment_id, parent_id):
            self.conflicts.append(_("%(item)s is the id of an item elsewhere; ids are never used again", item=code))
        return found

    def _columns(self, item: Question, parent_id: int | None) -> dict[str, Any]:
        numbers = parameters(item, in_set=parent_id is not None, cuts_milli=self.cuts_milli)
        return {
            "kind": item.type, "use": item.use, "competency": item.competency, "level": item.level, "cognitive": item.cognitive,
            "difficulty": difficulty_class(item.difficulty.prior_b), "lesson_code": item.lesson or "", "in_scenario": parent_id is not None,
            "a_milli": numbers.a_milli, "b_milli": numbers.b_milli, "c_e4": numbers.c_e4, "vb_micro": numbers.vb_micro,
        }  # fmt: skip


def load_plain_items(session: Session, *, actor: Actor, items: Iterable[PlainItem], source: str, now: datetime) -> int:
    """Make items known by their numbers, so that responses to them can be imported; returns how many are new.

    Raises Conflict for a code that is known with other numbers.
    """
    known = dict(session.execute(select(Item.code, ItemRevision).join(ItemRevision, ItemRevision.item_id == Item.id)).all())
    conflicts, new = [], 0
    for item in items:
        columns = _plain_columns(item)
        if item.code in known:
            conflicts += [] if _says_the_same(known[item.code], columns) else [item.code]
            continue
        identity = Item(code=item.code)
        session.add(ItemRevision(item=identity, version=1, hash="", kind="external", use=Use.LIVE, content={"source": source}, **columns))
        new += 1
    if conflicts:
        raise Conflict(_("These items are known with other numbers."), details=conflicts)
    session.flush()
    if new:
        audit.record(session, actor=actor, action=audit.Action.BANK_LOADED, subject=source, now=now, new_revisions=new)
    return new


CALIBRATED = frozenset({"a_milli", "b_milli", "vb_micro"})
"""What a calibration changes; the table still says what the item came with."""


def _says_the_same(known: ItemRevision, columns: dict[str, Any]) -> bool:
    ours = CALIBRATED if known.calibration else frozenset()
    return all(getattr(known, name) == value for name, value in columns.items() if name not in ours)


def _plain_columns(item: PlainItem) -> dict[str, Any]:
    if not 1 <= item.level <= len(CUTS_MILLI):
        raise Invalid(_("Item %(item)s: there is no level %(level)s.", item=item.code, level=item.level))
    prior = (item.b_milli - CUTS_MILLI[item.level - 1]) / 1000
    return {
        "competency": item.competency, "level": item.level, "cognitive": item.cognitive, "difficulty": difficulty_class(prior),
        "a_milli": item.a_milli, "b_milli": item.b_milli, "c_e4": item.c_e4, "vb_micro": item.vb_micro, "in_scenario": item.in_scenario,
    }  # fmt: skip
