"""The pages of people and units: a table of contents. The views stand in the files named after what they show."""

from __future__ import annotations

from flask import Blueprint

from lms.people import accommodation_views, code_views, import_views, official_views, unit_views

blueprint = Blueprint("people", __name__, url_prefix="/people")

ROUTES = (
    ("GET", "/", official_views.officials),
    ("GET", "/export.<any(csv, xlsx):form>", official_views.export),
    ("GET", "/new", official_views.new_official),
    ("POST", "/new", official_views.add_official),
    ("GET", "/units", unit_views.units),
    ("GET", "/units/new", unit_views.new_unit),
    ("POST", "/units/new", unit_views.add_unit),
    ("GET", "/units/<code>", unit_views.unit_page),
    ("GET", "/units/<code>/edit", unit_views.edit_unit),
    ("POST", "/units/<code>/edit", unit_views.change_unit),
    ("GET", "/codes", code_views.codes),
    ("POST", "/codes", code_views.sheet),
    ("GET", "/import", import_views.import_start),
    ("POST", "/import", import_views.upload),
    ("GET", "/import/<ref>", import_views.import_state),
    ("GET", "/import/<ref>/errors.csv", import_views.errors),
    ("POST", "/import/<ref>/apply", import_views.apply),
    ("POST", "/import/<ref>/withdraw", import_views.withdraw),
    ("GET", "/<ref>", official_views.official),
    ("GET", "/<ref>/edit", official_views.edit_official),
    ("POST", "/<ref>/edit", official_views.change_official),
    ("POST", "/<ref>/deactivate", official_views.deactivate),
    ("POST", "/<ref>/code", code_views.one_code),
    ("GET", "/<ref>/accommodations", accommodation_views.accommodations),
    ("POST", "/<ref>/accommodations", accommodation_views.grant_accommodation),
    ("POST", "/<ref>/accommodations/<int:accommodation_id>/end", accommodation_views.end_accommodation),
)

for method, rule, view in ROUTES:
    blueprint.add_url_rule(rule, view_func=view, methods=[method])
