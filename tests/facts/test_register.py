"""The register: loaded from its file, versions kept, never overwritten where somebody changed it; found in both languages."""

from __future__ import annotations

from datetime import date

import pytest

from lms.access.actor import operator
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.courses.register_queries import FactsFile
from lms.facts import actions, content, queries
from lms.facts.actions import Statement
from lms.facts.enums import FactStatus
from tests.support.people import actor_of


def register(**changed):
    facts = {
        "LF-101": {"zh": "《网安法》2017年6月1日起施行", "en": "Cybersecurity Law, in force 2017-06-01", "status": "verified", "conf": 99, "src": ["S-LAW"]},
        "LF-1001": {"zh": "全国有根镜像", "en": "There are root mirrors", "status": "known", "conf": 70, "src": []},
    }
    for code, values in changed.items():
        facts[code.replace("_", "-")] = facts.get(code.replace("_", "-"), {}) | values
    entries = [{"id": code, **values} for code, values in facts.items()]
    doubtful = [{"ref": None, "what": "排名"}]
    data = {"schema": "facts/1", "as_of": "2026-11-01", "horizon": "2026", "sources": {"S-LAW": "全文"}, "facts": entries, "doubtful": doubtful}
    return FactsFile.model_validate(data)


@pytest.fixture
def loaded(database, now):
    with database.writing() as session:
        assert list(content.load_register(session, register(), now=now)) == ["facts: 2 new, 0 changed, 0 unchanged"]


def test_loading_twice_changes_nothing_and_a_new_text_becomes_a_version(app, database, loaded, now):
    with database.writing() as session:
        assert list(content.load_register(session, register(), now=now)) == ["facts: 0 new, 0 changed, 2 unchanged"]
        assert list(content.load_register(session, register(LF_1001={"conf": 80}), now=now)) == ["facts: 0 new, 1 changed, 1 unchanged"]
        fact = queries.fact(session, "LF-1001")
        assert [(one.number, one.conf, one.substance) for one in queries.versions(session, fact.id)] == [(2, 80, False), (1, 70, True)]
        assert [one.what for one in queries.doubts(session)] == ["排名"]


def test_what_was_changed_in_the_browser_is_left_alone_and_named(app, database, cast, loaded, now):
    admin = actor_of(database, cast, "admin")
    with database.writing() as session:
        said = Statement("根镜像在全国", "Root mirrors are all over the country", FactStatus.KNOWN, 75)
        actions.change(session, actor=admin, code="LF-1001", said=said, reason="更准确", now=now)
        assert list(content.load_register(session, register(), now=now)) == ["facts: 0 new, 0 changed, 2 unchanged"]  # the file says what it said
        lines = list(content.load_register(session, register(LF_1001={"conf": 90}), now=now))
        assert lines[0] == "facts: 0 new, 0 changed, 1 unchanged"
        assert lines[1].startswith("fact LF-1001: changed in the browser")
        assert queries.fact(session, "LF-1001").conf == 75


def test_facts_are_found_by_words_of_either_language_in_the_order_of_numbers(app, database, loaded):
    with database.reading() as session:
        assert [one.code for one in queries.find(session, "")] == ["LF-101", "LF-1001"]
        assert [one.code for one in queries.find(session, "cybersecurity FORCE")] == ["LF-101"]
        assert [one.code for one in queries.find(session, "根镜像")] == ["LF-1001"]
        assert queries.find(session, "100%") == []
        assert set(queries.by_id(session, ["LF-101", "LF-9"])) == {"LF-101"}
        assert queries.next_code(session) == "LF-1002"
        assert queries.for_checks(session)["LF-101"].status is FactStatus.VERIFIED
        assert queries.plain_data(session)["facts"][1] == {
            "id": "LF-1001", "zh": "全国有根镜像", "en": "There are root mirrors", "status": "known", "conf": 70, "src": [],
        }  # fmt: skip
        FactsFile.model_validate(queries.plain_data(session) | {"as_of": "2026-11-01", "horizon": "-"})


def test_a_change_needs_a_reason_both_languages_a_known_source_and_the_newest_version(app, database, cast, loaded, now):
    admin, author = actor_of(database, cast, "admin"), actor_of(database, cast, "author")
    good = Statement("新", "New", FactStatus.VERIFIED, 90, ("S-LAW",), review_by=date(2027, 1, 1))
    refused = [
        (good, "", Invalid),
        (Statement("新", " ", FactStatus.KNOWN, 90), "x", Invalid),
        (Statement("新", "New", FactStatus.VERIFIED, 90), "x", Invalid),
        (Statement("新", "New", FactStatus.KNOWN, 90, ("S-NONE",)), "x", Invalid),
        (Statement("新", "New", FactStatus.KNOWN, 101), "x", Invalid),
        (Statement("全国有根镜像", "There are root mirrors", FactStatus.KNOWN, 70), "x", Invalid),
    ]
    with database.writing() as session:
        for said, reason, error in refused:
            with pytest.raises(error):
                actions.change(session, actor=admin, code="LF-1001", said=said, reason=reason, now=now)
        with pytest.raises(Conflict):
            actions.change(session, actor=admin, code="LF-1001", said=good, reason="x", now=now, seen=0)
        with pytest.raises(Forbidden):
            actions.change(session, actor=author, code="LF-1001", said=good, reason="x", now=now)
        with pytest.raises(Conflict):
            actions.add(session, actor=operator("setup"), code="LF-101", said=good, reason="x", now=now)
        assert queries.fact(session, "LF-1001").number == 1
