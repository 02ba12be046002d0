"""What a browser without script does: read a page, take a form as it stands, change some of it, press a button."""

from bs4 import BeautifulSoup
from werkzeug.datastructures import MultiDict


def soup(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def fields(form) -> MultiDict:
    """Everything that a form sends without its buttons."""
    found = MultiDict()
    for one in form.select("input[name], select[name], textarea[name]"):
        if one.name == "textarea":
            found.add(one["name"], one.text.removeprefix("\n"))
        elif one.name == "select":
            chosen = one.select_one("option[selected]") or one.select_one("option")
            found.add(one["name"], chosen["value"] if chosen is not None else "")
        elif one.get("type") not in ("checkbox", "radio") or one.has_attr("checked"):
            found.add(one["name"], one.get("value", "on" if one.get("type") in ("checkbox", "radio") else ""))
    return found


def send(browser, page, selector, changes=(), **buttons):
    """Send a form of a page with some fields changed (None: left out)."""
    form = page.select_one(selector)
    data = fields(form)
    for name, value in {**dict(changes), **buttons}.items():
        data.poplist(name)
        for one in value if isinstance(value, list) else [value] if value is not None else []:
            data.add(name, one)
    return browser.post(form["action"], data=data)
