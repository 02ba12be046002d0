"""People are only ever led to pages of this server, and get the form of answer they asked for."""

from urllib.parse import urljoin, urlsplit

import pytest
from flask import Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder

from lms.web.negotiation import local_target, wants_fragment, wants_json

HERE = "http://county.example/login"


def asking(**headers: str) -> Request:
    return Request(EnvironBuilder(headers={name.replace("_", "-"): value for name, value in headers.items()}).get_environ())


@pytest.mark.parametrize("target", ["/", "/courses/", "/me/skills?show=all", "/courses/%E7%BD%91"])
def test_a_path_of_ours_is_kept(target):
    assert local_target(target) == target


@pytest.mark.parametrize(
    "target", [None, "", "courses", "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "/\t/evil.example", "\\\\evil"]
)
def test_everything_else_leads_home(target):
    assert local_target(target) == "/"


@given(st.text(alphabet="/\\:.@a?#%\t\n ", max_size=12))
def test_no_target_ever_leaves_the_host(target):
    assert urlsplit(urljoin(HERE, local_target(target))).netloc == "county.example"


def test_browsers_get_pages_and_tools_that_ask_get_json():
    assert wants_json(asking(Accept="application/json"))
    assert not wants_json(asking(Accept="text/html,application/xhtml+xml,*/*;q=0.8"))
    assert not wants_json(asking(Accept="*/*"))


def test_htmx_says_so_in_its_header():
    assert wants_fragment(asking(HX_Request="true"))
    assert not wants_fragment(asking())
