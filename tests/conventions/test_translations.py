"""Every text that people read exists in Chinese and English, with the same places to fill in, and the compiled catalogue is the written one."""

from __future__ import annotations

import io
import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from tests.conventions.source import PACKAGE, ROOT, templates

CATALOGUE = PACKAGE / "translations/zh_Hans_CN/LC_MESSAGES/messages.po"
KEYWORDS = DEFAULT_KEYWORDS | {"N_": None, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
PLACE = re.compile(r"%(?:\((\w+)\))?([sdf]|\.\d+f)|%%|%")
HAN = r"[\u3400-\u9fff\u3001\u3002\uff08-\uff1f]"
HALF_WIDTH = re.compile(rf"{HAN}[,;:?!]|[,;?!]{HAN}")
SAME_IN_BOTH = re.compile(r"^[A-Za-z0-9 ./%()·:+–—-]*$")


@cache
def used() -> dict[str | tuple[str, str], str]:
    """Every text in code and templates, with one place where it stands."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(str(PACKAGE), method_map=methods, options_map=options, keywords=KEYWORDS)
    return {text: f"lms/{name}:{line}" for name, line, text, _comments, _context in found}


@cache
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


def written() -> dict[str, Message]:
    return {_first(m.id): m for m in catalogue() if m.id}


def _first(text: str | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else text[0]


def translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def places(text: str) -> list[str]:
    """What is filled in, by name and kind; a lone per cent sign is its own kind and never allowed."""
    return sorted({found.group(0) for found in PLACE.finditer(text)})


def test_every_text_is_translated():
    done = {text for text, message in written().items() if all(translations(message)) and not message.fuzzy}
    assert {_first(text): place for text, place in used().items() if _first(text) not in done} == {}


def test_no_translation_is_left_of_a_text_that_is_gone():
    assert set(written()) - {_first(text) for text in used()} == set()
    assert list(catalogue().obsolete) == []


def test_translations_fill_in_the_same_places():
    wrong = {}
    for text, message in written().items():
        wanted = places(message.id[1] if isinstance(message.id, tuple) else text)
        wrong |= {text: string for string in translations(message) if string and places(string) != wanted}
    assert wrong == {}


@pytest.mark.parametrize("text", ["100% of %(n)d", "half of %"])
def test_a_lone_per_cent_sign_is_seen(text):
    assert "%" in places(text)


def test_no_text_holds_a_lone_per_cent_sign_beside_places():
    assert [text for text in map(_first, used()) if "%" in places(text) and len(places(text)) > 1] == []


def test_chinese_texts_are_chinese_with_full_width_punctuation():
    strings = [string for message in written().values() for string in translations(message)]
    assert [s for s in strings if HALF_WIDTH.search(s)] == []
    assert [s for s in strings if not re.search(HAN, s) and not SAME_IN_BOTH.match(s)] == []


def test_the_compiled_catalogue_is_the_written_one():
    fresh = io.BytesIO()
    write_mo(fresh, catalogue())
    fresh.seek(0)
    compiled = CATALOGUE.with_suffix(".mo").read_bytes()
    expected = {_first(m.id): translations(m) for m in read_mo(fresh) if m.id}
    assert {_first(m.id): translations(m) for m in read_mo(io.BytesIO(compiled)) if m.id} == expected


CLASS_BLOCK = re.compile(r"{% block \w+_class %}.*?{% endblock %}")
TAGS = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->|<script.*?</script>", re.S)
SPOKEN = re.compile(r"\s(?:alt|title|placeholder|aria-label|aria-description)=\"([^\"]*)\"")
WORDS = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]")


def bare_texts(source: str) -> list[str]:
    """Texts of a template that did not come through translation: between tags and in attributes that are read out."""
    rest = TAGS.sub("", CLASS_BLOCK.sub("", source))
    spoken = SPOKEN.findall(rest)
    between = re.sub(r"<[^>]*>|[\w-]+=\"[^\"]*\"", "\n", rest).splitlines()
    return [text.strip() for text in (*between, *spoken) if WORDS.search(re.sub(r"&\w+;", "", text))]


def test_no_template_says_anything_untranslated():
    found = {str(f.relative_to(ROOT)): bare_texts(f.read_text(encoding="utf-8")) for f in templates()}
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_an_untranslated_text_would_be_seen():
    assert bare_texts('<p>{{ _("Fine") }}</p><p title="Bad">Hello</p>') == ["Hello", "Bad"]
