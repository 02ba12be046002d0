"""Every door is tried by who has no business behind it: all routes, those of tomorrow too.

The objects behind the addresses belong to one department of a county, and to an official there. Rows are filled by the
types of their columns: who is turned away at the door sees none of what they say.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask, url_for
from sqlalchemy import JSON, Boolean, Date, DateTime, Integer, LargeBinary, Table, insert, select
from werkzeug.routing import Rule

from lms.access import policy
from lms.core.db import Base, Database, Instant
from tests.support.people import PEOPLE, Cast, actor_of, browser_of
from tests.support.worlds import Worlds

REF = "a" * 16
HOME, ELSEWHERE = "513399101", "513398101"

# Under these addresses stand things that are nobody's: courses, questions, posts, the framework, help, training bases (any HR office keeps them).
COMMON = (
    "/courses/", "/assessments/", "/language/", "/verify/", "/author/", "/me/skills/", "/admin/courses/", "/talent/targets/posts/", "/static/",
    "/bases/",
)  # fmt: skip
# Addresses whose last part is a choice among a few words and not a thing.
CHOICES = {"form", "kind", "picture", "lang"}
OUTSIDERS = ("cheng", "hr_neighbour", "head_township")
STRANGERS_SEE = (301, 302, 303)

VALUES = {
    "ref": REF, "sub": REF, "cert": REF, "official": REF, "code": HOME, "unit": HOME, "competency": "NET-1", "post": "P01", "slug": "c", "lesson": "l",
    "n": 1, "place": 1, "number": 1, "goal": 1, "step": 1, "accommodation_id": 1, "notice_id": 1, "response_id": 1, "form": "csv", "kind": "csv",
    "picture": "gaps", "digest": "d", "name": "n", "filename": "app.css", "stem": "s", "line": 1, "path": "course.yaml",
    "conflict": REF, "file_ref": REF, "offer": REF, "reviewer": REF, "comment": REF, "what": "coverage",
}  # fmt: skip
"""What stands for the variable parts of addresses. A new one has to be named here."""


def filled(table: Table, known: dict[str, Any], now: datetime) -> dict[str, Any]:
    """A row of ``table``: what must be there, by the types of the columns; references lead to ``known``."""
    row: dict[str, Any] = {}
    for column in table.columns:
        target = next(iter(column.foreign_keys)).column.table.name if column.foreign_keys else None
        if target is not None and known.get(target) is not None and not (column.nullable and target == table.name):
            row[column.name] = known[target]
        elif column.name == "ref":
            row[column.name] = REF
        elif column.table.name == "assignment_rule_version" and column.name == "content":
            row[column.name] = RULE
        elif not column.nullable and column is not table.autoincrement_column:
            row[column.name] = of_type(column.type, now)
    return row


RULE = {"kind": "newcomer", "thing_kind": "course", "thing_code": "c", "days": 60, "within": 60}
"""What a version of a rule says: read before its unit is known."""


def of_type(kind: Any, now: datetime) -> Any:
    """Some value that a column of this type keeps."""
    for types, value in (((Instant, DateTime), now), (Date, date(2026, 11, 23)), (Boolean, True), (Integer, 1), (JSON, {}), (LargeBinary, b"x")):
        if isinstance(kind, types):
            return value
    return "x"


SEEDED = {"unit", "official", "position", "account", "partner", "role_grant", "sign_in_session", "audit_entry"}


@pytest.fixture
def things(database: Database, cast: Cast, worlds: Worlds, now: datetime) -> None:
    worlds.make(database, "a row of every table", lambda: fill(database, cast, now))


def fill(database: Database, cast: Cast, now: datetime) -> None:
    """One row of every table whose rows have references, and of those on which they rest; all of the department and its official."""
    known: dict[str, Any] = {"unit": cast.units[HOME], "official": cast.officials["zhaxi"], "position": cast.positions["P01"]}
    known |= {"account": cast.accounts["zhaxi"], "partner": cast.partner_id}
    with database.writing() as session:
        for name in ("official", "account"):
            theirs = Base.metadata.tables[name]
            session.execute(theirs.update().where(theirs.c.id == known[name]).values(ref=REF))
        for table in Base.metadata.sorted_tables:
            if table.name not in SEEDED:
                session.execute(insert(table).values(filled(table, known, now)))
                keys = list(table.primary_key.columns)
                known[table.name] = session.scalar(select(keys[0])) if len(keys) == 1 else None


def rules(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Every rule, with each of its methods and an address at which the things stand."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            address = url_for(rule.endpoint, **{name: _value(rule, name) for name in rule.arguments})
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield rule, method, address


def _value(rule: Rule, name: str) -> Any:
    """What stands for the part: where an address takes some words only, one of them."""
    words = getattr(rule._converters[name], "items", None)
    return next(iter(words)) if words and VALUES[name] not in words else VALUES[name]


def asked(client: Any, method: str, address: str, **data: Any) -> int:
    return client.open(address, method=method, data=data.get("data")).status_code


def test_every_variable_part_of_an_address_is_known_here(app):
    unknown = {name for rule in app.url_map.iter_rules() for name in rule.arguments} - VALUES.keys()
    assert unknown == set()


def test_strangers_are_sent_to_the_sign_in(app, client, things):
    wrong = []
    for rule, method, address in rules(app):
        if app.view_functions[rule.endpoint].__dict__.get("guard", "public") != "public":
            answer = client.open(address, method=method)
            if answer.status_code not in STRANGERS_SEE or "/login" not in answer.headers["Location"]:
                wrong.append((method, address, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("who", ["zhaxi", "head", "hr", "admin", "auditor"])
def test_who_lacks_the_permission_is_turned_away_everywhere(app, database, cast, things, who):
    actor, browser, wrong = actor_of(database, cast, who), browser_of(app, cast, who), []
    for rule, method, address in rules(app):
        guard = getattr(app.view_functions[rule.endpoint], "guard", "public")
        if isinstance(guard, tuple) and not any(policy.may(actor, permission) for permission in guard):
            status = asked(browser, method, address)
            if status != 403:
                wrong.append((method, address, status))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("who", OUTSIDERS)
def test_things_of_other_units_stay_behind_their_doors(app, cast, things, who):
    """Whatever has an object in its address answers 403 or 404 to who answers for other units: to looks, to empty and to filled forms."""
    browser, wrong = browser_of(app, cast, who), []
    for rule, method, address in rules(app):
        if rule.arguments <= CHOICES or rule.rule.startswith(COMMON):
            continue
        for data in ({},) if method == "GET" else ({}, FORM):
            status = asked(browser, method, address, data=data)
            if status not in (403, 404):
                wrong.append((method, address, status, bool(data)))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("who", ["author", "reviewer", "coordinator"])
def test_members_of_partner_organisations_read_no_officials_name(app, database, cast, things, now, who):
    """Not even where something of an official's has their organisation, or a reference that they know."""
    if who != "author":
        with database.writing() as session:
            known = {"granted_by": "test", "granted_at": now, "partner_id": cast.partner_id}
            session.execute(insert(Base.metadata.tables["role_grant"]).values(ref=who, account_id=cast.accounts["author"], role=who, **known))
    browser, wrong = browser_of(app, cast, "author"), []
    for _rule, method, address in rules(app):
        if method == "GET" and not address.startswith("/static/"):
            page = browser.get(address).data.decode(errors="replace")
            wrong += [(address, name) for _key, staff_no, name, *_more in PEOPLE for said in (staff_no, name) if said in page]
    assert not wrong, "\n".join(map(str, wrong))


FORM = {
    "words": "w", "reason": "r", "answer": "grant", "running": "on", "version": "1", "until": "2027-01-01", "question": "q", "measure": "met", "text": "t",
    "competency": "NET-1", "chosen": "0", "finding": "better", "learned": "l", "form": "pdf", "language": "en", "every": "month", "day": "1",
    "part": "ability", "target": "50", "owner": "o", "due_on": "2027-01-01", "shows_name": "1", "quiz": "c", "conflict": "none", "percent": "150",
}  # fmt: skip

# Things of other units that are named in a form or behind the question mark.
NAMED = (
    ("GET", "/talent/", {"unit": HOME}),
    ("GET", "/talent/board.csv", {"unit": HOME}),
    ("GET", "/talent/board-all.csv", {"unit": HOME}),
    ("GET", "/talent/balance", {"unit": HOME}),
    ("GET", "/talent/balance.csv", {"unit": HOME}),
    ("GET", "/talent/bench", {"unit": HOME}),
    ("GET", "/talent/dual-strand", {"unit": HOME}),
    ("GET", "/talent/what-if", {"person": REF, "to": ELSEWHERE, "post": "P01"}),
    ("GET", "/talent/what-if", {"person": "{cheng}", "to": HOME, "post": "P01"}),
    ("GET", "/talent/decisions/keep", {"person": REF, "to": ELSEWHERE, "post": "P01"}),
    ("GET", "/talent/plans/compare", {"plan": REF}),
    ("GET", "/talent/plans/new", {"unit": HOME}),
    ("GET", "/talent/plans/new", {"like": REF}),
    ("GET", "/talent/reports/new", {"unit": HOME}),
    ("GET", "/talent/targets/edit", {"unit": HOME, "post": "P01"}),
    ("GET", "/talent/targets/edit", {"person": REF}),
    ("POST", "/talent/targets/edit", {"person": REF, "reason": "r", "NET-1": "3"}),
    ("POST", "/talent/targets/edit", {"unit": HOME, "post": "P01", "reason": "r", "NET-1": "3"}),
    ("POST", "/talent/assignments/new", {"thing": "course:c", "unit": HOME, "words": "w", "step": "assign"}),
    ("POST", "/talent/assignments/new", {"thing": "course:c", "people": "YX000001", "words": "w", "step": "assign"}),
    ("POST", "/talent/rules/new", {"kind": "newcomer", "unit": HOME, "days": "60", "within": "60", "reason": "r", "thing": "course:c"}),
    ("POST", "/talent/rules/switch", {"unit": HOME, "reason": "r"}),
    ("POST", "/talent/decisions/new", {"unit": HOME, "question": "q", "measure": "met", "competency": "NET-1"}),
    ("POST", "/talent/decisions/new", {"unit": ELSEWHERE, "question": "q", "measure": "met", "competency": "NET-1", "plan": REF}),
    ("POST", "/talent/yearly-plans/new", {"unit": HOME, "year": "2027"}),
    ("POST", "/talent/plans/new", {"unit": HOME, "name": "n", "starts_on": "2026-11-24", "ends_on": "2027-02-01", "hours": "60"}),
    ("POST", "/me/appeals/new", {"attempt": REF, "question": "1", "text": "t"}),
)  # fmt: skip


@pytest.mark.parametrize("who", OUTSIDERS)
def test_things_of_other_units_cannot_be_named_in_a_form(app, database, cast, things, who):
    browser, wrong = browser_of(app, cast, who), []
    before = _rows(database)
    for method, address, named in NAMED:
        named = {key: value.format(cheng=cast.refs["cheng"]) for key, value in named.items()}
        status = asked(browser, method, f"{address}?{urlencode(named)}") if method == "GET" else asked(browser, method, address, data=named)
        if status not in (403, 404, 422):
            wrong.append((method, address, named, status))
    assert not wrong, "\n".join(map(str, wrong))
    assert _rows(database) == before


def _rows(database: Database) -> dict[str, int]:
    """How many rows each table has, but for those that note who looked."""
    with database.reading() as session:
        return {t.name: len(session.execute(select(*t.primary_key.columns)).all()) for t in Base.metadata.sorted_tables if t.name != "audit_entry"}


ODD = ("-1", "²", "9" * 20, "3000000000", "0000-00-00", "0001-01-01", "9999-12-31", "'<b>%_\\\U0001f600\u202e", "q" * 5000)
ASKED_FOR = (
    "page", "q", "state", "order", "year", "years", "days", "unit", "person", "post", "to", "by", "as", "standing", "kind", "code", "competency", "plan",
    "before", "verdict", "technology", "governance", "lang", "like", "strand", "tier", "position", "due", "from", "until", "since", "item", "attempt",
    "question",
)  # fmt: skip


@pytest.mark.parametrize("who", ["zhaxi", "hr", "admin", "auditor", "author"])
def test_odd_values_break_no_list(app, database, cast, who):
    """Lists and forms answer whatever stands behind the question mark."""
    browser, wrong = browser_of(app, cast, who), []
    for rule, method, address in rules(app):
        if method == "GET" and rule.arguments <= CHOICES:
            for odd in ODD:
                status = asked(browser, method, f"{address}?{urlencode(dict.fromkeys(ASKED_FOR, odd))}")
                if status >= 500:
                    wrong.append((address, odd[:20], status))
                if status == 403:
                    break
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("who", ["zhaxi", "hr"])
def test_odd_values_break_no_form(app, database, cast, who):
    browser, wrong = browser_of(app, cast, who), []
    for rule, method, address in rules(app):
        if method == "POST" and not rule.arguments and rule.endpoint not in ("auth.logout", "auth.end_sessions"):
            for odd in ODD:
                status = asked(browser, method, address, data=dict.fromkeys((*FORM, *(key for _m, _a, named in NAMED for key in named)), odd))
                if status >= 500:
                    wrong.append((address, odd[:20], status))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("address", ["/talent/plans/?q=%00", "/courses/?q=a%00b", "/people/%00", "/talent/targets/posts/P0%00", "/verify/%00"])
def test_nul_is_refused_before_it_comes_to_the_database(app, cast, address):
    assert browser_of(app, cast, "hr").get(address).status_code == 400


@pytest.mark.parametrize("number", ["9" * 20, "3000000000"])
def test_a_number_that_no_database_keeps_is_no_address(app, cast, number):
    assert browser_of(app, cast, "zhaxi").post(f"/me/notices/{number}/read").status_code == 404


def test_a_form_without_its_token_is_refused(app):
    app.config["WTF_CSRF_ENABLED"] = True
    wrong = []
    for rule, method, address in rules(app):
        if method == "POST" and rule.endpoint != "auth.logout":
            status = asked(app.test_client(), method, address)
            if status != 400:
                wrong.append((address, status))
    assert not wrong, "\n".join(map(str, wrong))
