"""One engine answers "may I?" and "which ones?" alike."""

from __future__ import annotations

import pytest

from lms.access import policy
from lms.access.actor import Actor, Grant, operator
from lms.access.permissions import Permission, Role
from lms.core.errors import Forbidden

COUNTY, DEPARTMENT, SIBLING = "/1/2/3/", "/1/2/3/4/", "/1/2/30/"


def person(*grants: Grant, official_id: int | None = None) -> Actor:
    return Actor(1, "r", "n", grants, official_id=official_id)


def test_hr_reaches_its_subtree_and_not_the_sibling_whose_number_begins_alike():
    hr = person(Grant(Role.HR, COUNTY))
    scope = policy.scope(hr, Permission.RECORD_READ)
    assert [scope.covers_unit(path) for path in (COUNTY, DEPARTMENT, SIBLING, None)] == [True, True, False, False]


def test_an_official_reads_only_the_own_record():
    official = person(Grant(Role.OFFICIAL), official_id=7)
    own = policy.scope(official, Permission.OWN_RECORD)
    assert own.covers_official(7, COUNTY) and not own.covers_official(8, COUNTY)
    with pytest.raises(Forbidden):
        policy.ensure_official(official, Permission.RECORD_READ, 8, COUNTY)


def test_a_unit_head_sees_snapshots_but_no_live_numbers_and_no_records():
    head = person(Grant(Role.UNIT_HEAD, DEPARTMENT))
    assert policy.scope(head, Permission.SKILLS_SNAPSHOT).covers_unit(DEPARTMENT)
    assert not policy.may(head, Permission.SKILLS_LIVE)
    assert not policy.may(head, Permission.RECORD_READ)


def test_an_administrator_can_not_read_records():
    assert not policy.may(person(Grant(Role.ADMINISTRATOR)), Permission.RECORD_READ)


def test_a_stranger_may_nothing_and_the_operator_everything():
    assert not any(policy.may(None, permission) for permission in Permission)
    assert all(policy.may(operator(), permission) for permission in Permission)
