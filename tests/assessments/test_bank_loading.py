"""Banks in the database: loaded whole, immutable in what they measure, every conflict named with both hashes."""

import pytest
from sqlalchemy import func, select

from lms.access.actor import operator
from lms.access.models import AuditEntry
from lms.assessments import bank_actions, queries
from lms.assessments.enums import Use
from lms.assessments.models import BankRevision, Item, ItemRevision
from lms.assessments.package import Bank, Text, content_hash, parse_bank
from lms.core.errors import Conflict
from tests.assessments.banks import first_bank, samples

SLUG = "internet-and-governance"


def load(database, bank: Bank, now, slug: str = SLUG):
    with database.writing() as session:
        return bank_actions.load_bank(session, actor=operator(), slug=slug, bank=bank, now=now)


def changed(**fields) -> Bank:
    """The first bank with its first item changed."""
    bank = first_bank()
    return bank.model_copy(update={"items": (bank.items[0].model_copy(update=fields), *bank.items[1:])})


def test_a_bank_is_loaded_with_its_parts_and_parameters(database, now):
    loaded = load(database, first_bank(), now)
    assert (loaded.changed, loaded.items, loaded.new_revisions) == (True, 18, 21)  # 17 items, one set, its 3 parts
    with database.reading() as session:
        part = session.scalars(select(ItemRevision).join(Item).where(Item.code == "C01-Q16-3")).one()
        assert (part.competency, part.level, part.lesson_code, part.in_scenario) == ("NET-1", 1, "C01-L4", True)
        assert (part.a_milli, part.b_milli, part.c_e4, part.vb_micro) == (1000, -600, 2500, 890_000)
        assert session.scalars(select(Item.code).where(Item.id == part.item.parent_id)).one() == "C01-Q16"


def test_loading_the_same_bank_again_changes_nothing(database, now):
    load(database, first_bank(), now)
    again = load(database, first_bank(), now)
    assert (again.changed, again.new_revisions) == (False, 0)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(BankRevision)) == 1
        assert session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "bank_loaded")) == 1


def test_a_changed_key_without_a_new_version_is_refused_with_both_hashes(database, now):
    load(database, first_bank(), now)
    bank = changed(answer="b")
    with pytest.raises(Conflict) as refused:
        load(database, bank, now)
    (detail,) = refused.value.details
    assert all(words in detail for words in ("C01-Q01", content_hash(first_bank().items[0])[:12], content_hash(bank.items[0])[:12]))
    with database.reading() as session:
        assert queries.assessment(session, SLUG).meta["blueprint"]["form_length"] == 14
        assert session.scalar(select(func.count()).select_from(BankRevision)) == 1


def test_a_new_version_is_a_new_revision_and_the_old_one_stays(database, now):
    load(database, first_bank(), now)
    assert load(database, changed(answer="b", version=2), now).new_revisions == 1
    with database.reading() as session:
        versions = session.execute(
            select(ItemRevision.version, ItemRevision.content).join(Item).where(Item.code == "C01-Q01").order_by(ItemRevision.version)
        ).all()
        assert [(version, content["answer"]) for version, content in versions] == [(1, "a"), (2, "b")]
        head = queries.assessment(session, SLUG)
        assert [row.version for row in queries.bank_rows(session, head.bank_id, use=Use.LIVE) if row.code == "C01-Q01"] == [2]


def test_a_better_explanation_needs_no_new_version(database, now):
    load(database, first_bank(), now)
    assert load(database, changed(rationale=Text(zh="更清楚。", en="Clearer.")), now).new_revisions == 0
    with database.reading() as session:
        content = session.scalars(select(ItemRevision.content).join(Item).where(Item.code == "C01-Q01")).one()
        assert content["rationale"]["en"] == "Clearer."


def test_an_id_is_never_used_by_two_banks(database, now):
    load(database, samples(), now, slug="samples")
    stolen = changed(id="SI-01")
    with pytest.raises(Conflict) as refused:
        load(database, stolen, now)
    assert "SI-01" in refused.value.details[0]


def test_what_is_exported_can_be_loaded_and_is_the_same_bank(database, now):
    load(database, first_bank(), now)
    with database.reading() as session:
        assert parse_bank(queries.exported(session, SLUG)).content_hash == first_bank().content_hash


def test_items_known_by_numbers_only(database, now):
    item = bank_actions.PlainItem("X-1", "DAT-1", 2, "A", 1000, 300, 2500, 640_000)

    def load_plain(*items):
        with database.writing() as session:
            return bank_actions.load_plain_items(session, actor=operator(), items=items, source="table.csv", now=now)

    assert load_plain(item) == 1
    assert load_plain(item) == 0
    with pytest.raises(Conflict):
        load_plain(bank_actions.PlainItem("X-1", "DAT-1", 2, "A", 1000, 999, 2500, 640_000))
