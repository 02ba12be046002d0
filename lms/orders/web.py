"""The pages of training orders: a table of contents. The views stand in the files named after what they show."""

from __future__ import annotations

from flask import Blueprint

from lms.orders import delivery_views, list_views, offer_views, order_views, people_views

blueprint = Blueprint("orders", __name__)

ROUTES = (
    ("GET", "/orders/", "orders", list_views.orders),
    ("GET", "/orders/export.<any(csv, xlsx):form>", "export", list_views.export),
    ("GET", "/orders/new", "new", order_views.new),
    ("POST", "/orders/new", "add", order_views.add),
    ("GET", "/orders/<ref>", "order", order_views.order),
    ("POST", "/orders/<ref>", "change", order_views.change),
    ("GET", "/orders/<ref>/print", "printed", order_views.printed),
    ("GET", "/orders/<ref>/files/<file_ref>", "file", order_views.file),
    ("GET", "/orders/<ref>/people", "people", people_views.people),
    ("POST", "/orders/<ref>/people", "change_people", people_views.change_people),
    ("GET", "/orders/<ref>/cohorts", "cohorts", people_views.cohorts),
    ("POST", "/orders/<ref>/cohorts", "split", people_views.split),
    ("GET", "/orders/<ref>/cohorts.<any(csv, xlsx):form>", "export_people", people_views.export_people),
    ("POST", "/orders/<ref>/lot", "draw", people_views.draw),
    ("POST", "/orders/<ref>/prolong", "prolong", order_views.prolong),
    ("POST", "/orders/<ref>/close", "close", order_views.close),
    ("POST", "/orders/<ref>/accept", "accept", order_views.accept),
    ("POST", "/orders/<ref>/decline", "decline", order_views.decline),
    ("POST", "/orders/<ref>/withdraw", "withdraw", order_views.withdraw),
    ("GET", "/orders/<ref>/offer", "offer_form", offer_views.offer_form),
    ("POST", "/orders/<ref>/offer", "offer", offer_views.offer),
    ("POST", "/orders/<ref>/offer/withdraw", "take_back", offer_views.take_back),
    ("POST", "/orders/<ref>/pass", "pass_on", offer_views.pass_on),
    ("GET", "/orders/<ref>/offers/<offer>", "offer_versions", offer_views.offer_versions),
    ("POST", "/orders/<ref>/course", "name_course", delivery_views.name_course),
    ("POST", "/orders/<ref>/draft", "tie_draft", delivery_views.tie_draft),
    ("POST", "/orders/<ref>/start", "start", delivery_views.start),
    ("POST", "/orders/<ref>/dates", "move", delivery_views.move),
    ("POST", "/orders/<ref>/deliver", "deliver", delivery_views.deliver),
    ("POST", "/orders/<ref>/measure", "measure", delivery_views.measure),
    ("POST", "/orders/<ref>/follow", "follow", delivery_views.follow),
    ("POST", "/orders/<ref>/messages", "message", delivery_views.message),
    ("GET", "/orders/<ref>/verification", "verification", delivery_views.verification),
    ("GET", "/orders/<ref>/verification/<code>.svg", "picture", delivery_views.picture),
    ("POST", "/orders/<ref>/verification", "sign", delivery_views.sign),
)

for method, address, endpoint, view in ROUTES:
    blueprint.add_url_rule(address, endpoint, view, methods=[method])
