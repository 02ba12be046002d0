"""Pages hold no inline code or style (the content security policy forbids them) and name no outside host."""

import re

from tests.conventions.source import PACKAGE, ROOT, lines_matching, templates

NAMESPACES = r"(?!www\.w3\.org/)"


def static(*suffixes: str):
    return [f for f in sorted((PACKAGE / "static").rglob("*")) if f.suffix in suffixes and "vendor" not in f.parts]


def test_no_inline_style_in_pages():
    assert lines_matching(templates(), re.compile(r"<[^>]*\sstyle\s*=|<style(?![^>]*nonce)", re.I)) == []


def test_no_inline_handlers_in_pages():
    assert lines_matching(templates(), re.compile(r"<[^>]*\son[a-z]+\s*=|javascript:|\bhx-on", re.I)) == []


def test_every_script_is_a_file_of_ours_or_carries_the_nonce():
    assert lines_matching(templates(), re.compile(r"<script(?![^>]*(src=\"\{\{\s*asset\(|nonce=))", re.I)) == []


def test_no_unescaped_output_without_a_sanitiser():
    """`|safe` is for HTML that our own renderer made: rendered lessons, figures. Each such line says so by its name."""
    marked = lines_matching(templates(), re.compile(r"\|\s*safe\b"))
    assert [line for line in marked if not re.search(r"(html|svg|figure)\w*\s*\|\s*safe", line)] == []


def test_no_outside_host_in_pages_styles_and_scripts():
    outside = re.compile(rf"(src|href|action|srcset)\s*=\s*[\"'](https?:)?//{NAMESPACES}|url\(\s*[\"']?(https?:)?//|@import|fetch\(\s*[\"'`]https?:", re.I)
    assert lines_matching(templates() + static(".css", ".js", ".svg"), outside) == []


def test_pages_extend_one_layout():
    bare = [f for f in templates() if "components" not in f.parts and not f.name.startswith(("_", "layout", "print"))]
    assert [str(f.relative_to(ROOT)) for f in bare if not re.search(r"{%-?\s*extends\s", f.read_text(encoding="utf-8"))] == []


def test_whatever_a_page_imports_it_uses():
    imported = re.compile(r"{%-?\s*from\s+\"([^\"]+)\"\s+import\s+([^%]+?)(?:\s+with context)?\s*-?%}")
    texts = {f.relative_to(PACKAGE / "templates").as_posix(): f.read_text(encoding="utf-8") for f in templates()}
    handed_on = {(place, name) for text in texts.values() for place, names in imported.findall(text) for name in re.split(r"\W+", names)}
    idle = []
    for page, text in texts.items():
        rest = imported.sub("", text)
        names = [name.split()[-1] for _place, listed in imported.findall(text) for name in listed.split(",")]
        idle += [f"{page}: {name}" for name in names if not re.search(rf"\b{name}\b", rest) and (page, name) not in handed_on]
    assert idle == []
