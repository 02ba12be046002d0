"""The pages of plans: a table of contents. The views stand in the files named after what they show."""

from __future__ import annotations

from flask import Blueprint

from lms.planning import by_hand_views, compare_views, decision_views, export_views, list_views, new_views, people_views, plan_views

blueprint = Blueprint("plans", __name__, url_prefix="/talent/plans")

ROUTES = (
    ("GET", "/", "plans", list_views.plans),
    ("GET", "/new", "new", new_views.new),
    ("POST", "/new", "make", new_views.make),
    ("GET", "/compare", "compare", compare_views.compare),
    ("GET", "/<ref>", "plan", plan_views.plan),
    ("POST", "/<ref>/make", "make_again", new_views.make_again),
    ("GET", "/<ref>/people", "people", people_views.people),
    ("POST", "/<ref>/by-hand", "by_hand", by_hand_views.by_hand),
    ("GET", "/<ref>/people/<official>", "person", people_views.person),
    ("GET", "/<ref>/export.<any(csv, xlsx):form>", "export", export_views.export),
    ("GET", "/<ref>/decide", "decide", decision_views.decide),
    ("POST", "/<ref>/decide", "confirm", decision_views.confirm),
    ("GET", "/<ref>/undo", "undo", decision_views.undo),
    ("POST", "/<ref>/undo", "confirm_undo", decision_views.confirm_undo),
)

for method, rule, endpoint, view in ROUTES:
    blueprint.add_url_rule(rule, endpoint, view, methods=[method])
