"""The pages of targets: a table of contents. The views stand in the files named after what they show."""

from __future__ import annotations

from flask import Blueprint

from lms.competency import target_change_views as change
from lms.competency import target_views as views

blueprint = Blueprint("targets", __name__, url_prefix="/talent/targets")

ROUTES = (
    ("GET", "/", "posts", views.posts),
    ("GET", "/export.<any(csv, xlsx):form>", "export", views.export),
    ("GET", "/posts/<code>", "post", views.post),
    ("GET", "/units/<code>", "unit", views.unit),
    ("GET", "/people/<ref>", "person", views.person),
    ("GET", "/changes", "changes", views.changes),
    ("GET", "/changes/export.<any(csv, xlsx):form>", "export_changes", views.export_changes),
    ("GET", "/new", "new", change.new),
    ("GET", "/edit", "edit", change.edit),
    ("POST", "/edit", "draft", change.draft),
    ("GET", "/versions/<ref>", "version", change.version),
    ("GET", "/versions/<ref>/affected.<any(csv, xlsx):form>", "affected", change.export),
    ("POST", "/versions/<ref>/sign", "sign", change.sign),
    ("POST", "/versions/<ref>/withdraw", "withdraw", change.withdraw),
)

for method, rule, endpoint, view in ROUTES:
    blueprint.add_url_rule(rule, endpoint, view, methods=[method])
