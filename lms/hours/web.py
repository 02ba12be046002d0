"""The pages of class hours: a table of contents. The views stand in the files named after what they show."""

from __future__ import annotations

from flask import Blueprint

from lms.hours import attendance_views, import_views, ledger_views, rule_views, unit_views

blueprint = Blueprint("hours", __name__)

ROUTES = (
    ("GET", "/me/hours", "mine", ledger_views.mine),
    ("GET", "/people/<ref>/hours", "official", ledger_views.official),
    ("GET", "/hours/", "start_page", unit_views.start),
    ("GET", "/hours/attendance", "attendance", attendance_views.attendance),
    ("GET", "/hours/attendance/export.<any(csv, xlsx):form>", "export_attendance", attendance_views.export),
    ("GET", "/hours/attendance/new", "new", attendance_views.new),
    ("POST", "/hours/attendance/new", "add", attendance_views.add),
    ("GET", "/hours/attendance/import", "import_start", import_views.start),
    ("POST", "/hours/attendance/import", "upload", import_views.upload),
    ("GET", "/hours/attendance/import/<ref>", "import_state", import_views.state),
    ("GET", "/hours/attendance/import/<ref>/errors.csv", "import_errors", import_views.errors),
    ("POST", "/hours/attendance/import/<ref>/apply", "import_apply", import_views.apply),
    ("POST", "/hours/attendance/import/<ref>/withdraw", "import_withdraw", import_views.withdraw),
    ("GET", "/hours/attendance/<ref>", "entry", attendance_views.entry),
    ("POST", "/hours/attendance/<ref>/take-back", "take_back", attendance_views.take_back),
    ("GET", "/hours/<code>", "unit", unit_views.unit),
    ("GET", "/hours/<code>/export.<any(csv, xlsx):form>", "export_unit", unit_views.export),
    ("GET", "/admin/hours-rules", "rules", rule_views.rules),
    ("GET", "/admin/hours-rules/new", "new_rule", rule_views.new),
    ("POST", "/admin/hours-rules/new", "add_rule", rule_views.add),
)

for method, rule, endpoint, view in ROUTES:
    blueprint.add_url_rule(rule, endpoint, view, methods=[method])
