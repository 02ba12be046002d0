"""The site map knows every page."""

from werkzeug.routing import RequestRedirect

from tests.browser.sitemap import EXCUSED, PAGES


def endpoint_of(site, address: str) -> str:
    adapter = site.app.url_map.bind("localhost")
    try:
        return adapter.match(address.split("?")[0], method="GET")[0]
    except RequestRedirect as redirect:
        raise AssertionError(f"{address} is not the address itself but leads to {redirect.new_url}") from redirect


def test_every_page_is_on_the_map_or_excused(site):
    routes = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in rule.methods}
    shown = {endpoint_of(site, page.at(site)) for page in PAGES if page.status == 200}
    assert routes - shown - {excused.endpoint for excused in EXCUSED} == set()


def test_nothing_is_excused_that_is_gone(site):
    assert {excused.endpoint for excused in EXCUSED} - {rule.endpoint for rule in site.app.url_map.iter_rules()} == set()
