"""Every page says who may come in, and every form that changes something proves where it came from."""

from __future__ import annotations

import re

import pytest

from lms.access.permissions import Permission
from lms.app import create_app
from lms.config import Settings
from tests.conventions.source import ROOT, templates

PUBLIC = {
    "/", "/login", "/logout", "/activate", "/healthz", "/power-list", "/privacy", "/help/how-it-works", "/help/measurement", "/language/<code>",
    "/verify/<ref>", "/invitations/<code>",
}  # fmt: skip
"""What a stranger may open. A new entry here is a decision."""


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    """(rule, view) of every address; the database is never asked."""
    settings = Settings(instance=tmp_path_factory.mktemp("instance"), secret_key="k" * 40, background=False)
    app = create_app(settings)
    return [(rule, app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_every_route_is_guarded_or_marked_public(rules):
    assert [rule.rule for rule, view in rules if not getattr(view, "guard", None)] == []


def test_the_public_pages_are_these_and_no_others(rules):
    assert {rule.rule for rule, view in rules if view.guard == "public"} == PUBLIC


def test_guards_name_permissions_that_the_policy_knows(rules):
    named = {permission for _, view in rules if isinstance(view.guard, tuple) for permission in view.guard}
    assert named <= set(Permission)


def test_nothing_is_changed_by_following_a_link(rules):
    """A GET may leave an audit entry (marked so), but never has a name that says it changes something."""
    changing = re.compile(r"/(delete|remove|revoke|grant|accept|submit|apply|end)$")
    assert [rule.rule for rule, view in rules if "GET" in rule.methods and changing.search(rule.rule) and "POST" not in _methods(rules, rule.rule)] == []


def _methods(rules, address: str) -> set[str]:
    return {method for rule, _ in rules if rule.rule == address for method in rule.methods}


def test_every_form_that_posts_carries_the_token():
    forms = [
        (path.relative_to(ROOT).as_posix(), form)
        for path in templates()
        for form in re.findall(r"(?is)<form\b[^>]*method=[\"']?post.*?</form>", re.sub(r"(?s){#.*?#}", "", path.read_text(encoding="utf-8")))
    ]
    # Signing out carries none, so that pages without other forms need not make one; the cookie's SameSite guards it.
    assert [path for path, form in forms if "csrf" not in form and "auth.logout" not in form] == []
