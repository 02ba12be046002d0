"""Templates translate by the request's language, each text by one look-up."""

from flask import g, render_template_string

from lms.web.catalogues import catalogue, gettext, ngettext


def test_english_is_its_own_translation(app):
    with app.test_request_context():
        g.language = "en"
        assert gettext("Home") == "Home"
        assert ngettext("one", "many", 2) == "many"


def test_chinese_comes_from_the_catalogue(app):
    with app.test_request_context():
        g.language = "zh-Hans"
        assert gettext("Home") == "首页"


def test_templates_fill_in_and_escape_what_they_translate(app):
    with app.test_request_context():
        g.language = "en"
        assert render_template_string("{{ _('Error %(status)d', status=404) }}") == "Error 404"
        assert render_template_string("{{ _('%(name)s', name=name) }}", name="<b>") == "&lt;b&gt;"


def test_a_catalogue_is_read_once():
    assert catalogue("zh-Hans") is catalogue("zh-Hans")
