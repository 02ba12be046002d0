"""Which language of a text is shown."""

from lms.core.i18n import pick


def test_a_text_that_lacks_the_wanted_language_shows_the_other_one():
    assert pick({"zh": "水", "en": "Water"}, "en") == "Water"
    assert pick({"zh": "水", "en": ""}, "en") == "水"
    assert pick({"zh": "", "en": "Water"}, "zh-Hans") == "Water"
    assert pick({"zh": "", "en": ""}, "zh-Hans") == ""
