"""The pages of assignments and their rules for HR: a table of contents. The views stand in the files named after what they show."""

from __future__ import annotations

from flask import Blueprint

from lms.assignments import group_views, list_views, new_views, one_views, rule_views

blueprint = Blueprint("assignments", __name__)

ROUTES = (
    ("GET", "/talent/assignments/", "groups", list_views.groups),
    ("GET", "/talent/assignments/export.<any(csv, xlsx):form>", "export_groups", list_views.export_groups),
    ("GET", "/talent/assignments/people", "people", list_views.people_list),
    ("GET", "/talent/assignments/people/export.<any(csv, xlsx):form>", "export_people", list_views.export_people),
    ("GET", "/talent/assignments/requests", "requests", list_views.requests),
    ("GET", "/talent/assignments/new", "new", new_views.new),
    ("POST", "/talent/assignments/new", "add", new_views.add),
    ("GET", "/talent/assignments/<ref>", "group", group_views.group),
    ("POST", "/talent/assignments/<ref>/withdraw", "withdraw", group_views.withdraw),
    ("GET", "/talent/assignments/one/<ref>", "one", one_views.one),
    ("POST", "/talent/assignments/one/<ref>/excuse", "excuse", one_views.excuse),
    ("POST", "/talent/assignments/one/<ref>/postpone", "postpone", one_views.postpone),
    ("POST", "/talent/assignments/one/<ref>/answer", "answer", one_views.answer),
    ("GET", "/people/<ref>/assignments", "official", one_views.official),
    ("GET", "/talent/rules/", "rules", rule_views.rules),
    ("POST", "/talent/rules/switch", "switch_all", rule_views.switch_all),
    ("GET", "/talent/rules/new", "new_rule", rule_views.new),
    ("POST", "/talent/rules/new", "add_rule", rule_views.add),
    ("GET", "/talent/rules/<ref>", "rule", rule_views.rule),
    ("GET", "/talent/rules/<ref>/test", "test_rule", rule_views.test),
    ("GET", "/talent/rules/<ref>/change", "change_rule", rule_views.change),
    ("POST", "/talent/rules/<ref>/change", "save_rule", rule_views.save),
    ("POST", "/talent/rules/<ref>/switch", "switch_rule", rule_views.switch),
)

for method, address, endpoint, view in ROUTES:
    blueprint.add_url_rule(address, endpoint, view, methods=[method])
