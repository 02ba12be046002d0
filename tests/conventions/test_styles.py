"""Pages and style sheets know each other: no class without a rule, no rule for a class that is gone, and the sheets stay small."""

import re

from tests.conventions.source import PACKAGE, ROOT, modules, templates

STATIC = PACKAGE / "static"
SHEETS = sorted(STATIC.glob("*.css"))
# Made by the Markdown renderer and the highlighter, or with a number at the end.
FROM_RENDERERS = re.compile(
    r"^(admonition.*|caution|danger|example|footnote.*|highlight|important|success|task-list.*|tip|warning|k[dn]?|s[12]?|c[1m]?|m[if]?|nt|z\d?)$"
)
BUDGET = {"app.css": 17_000}


def words(text: str) -> set[str]:
    return {word for word in re.split(r"[\s\"'{}%=.,;:()<>|~\[\]]+", text) if word}


def used_classes() -> dict[str, str]:
    """Classes in ``class="…"`` of templates, literal ones only, with the file."""
    found = {}
    for file in templates():
        text = re.sub(r"{#.*?#}", "", file.read_text(encoding="utf-8"), flags=re.S)
        for value in re.findall(r"\bclass=\"([^\"]*)\"", text):
            for name in re.sub(r"{{.*?}}|{%.*?%}", " ", value).split():
                found[name] = str(file.relative_to(ROOT))
    return found


def styled_classes() -> dict[str, str]:
    text = {sheet.name: re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.S) for sheet in SHEETS}
    return {name: sheet for sheet, css in text.items() for selector in re.findall(r"([^{}]+){", css) for name in re.findall(r"\.([a-z_][\w-]*)", selector)}


def test_every_class_of_a_page_has_a_rule():
    styled = styled_classes()
    assert {name: place for name, place in used_classes().items() if name not in styled and not FROM_RENDERERS.match(name)} == {}


def test_every_rule_has_a_page():
    spoken = set().union(*(words(file.read_text(encoding="utf-8")) for file in templates()), *(words(module.text) for module in modules()))
    scripts = set().union(*(words(file.read_text(encoding="utf-8")) for file in STATIC.glob("*.js")))
    unused = {name: sheet for name, sheet in styled_classes().items() if name not in spoken | scripts and not FROM_RENDERERS.match(name)}
    assert unused == {}


def test_the_sheet_of_every_page_stays_small():
    assert {name: size for name, limit in BUDGET.items() if (size := (STATIC / name).stat().st_size) > limit} == {}


COLOURS = re.compile(r"(?<![\w-])(color|background(?:-color|-image)?|fill|stroke|opacity)\s*:\s*([^;}]+)")
USUAL = {"color:var(--soft)", "background:var(--paper)"}
"""The colour of all small print, which cells take for their headings on a phone, and that of the page itself."""


def blocks(css: str, opening: str) -> list[str]:
    """What stands in the blocks whose head matches ``opening``."""
    found = []
    for match in re.finditer(opening, css):
        depth, end = 1, match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        found.append(css[match.end() : end - 1])
    return found


def test_colours_do_not_depend_on_the_width_of_the_window():
    """So that contrast read at one width holds at the other."""
    inside = [block for sheet in SHEETS for block in blocks(sheet.read_text(encoding="utf-8"), r"@(?:media|container)[^{]*(?:width|height)[^{]*{")]
    assert inside
    said = {f"{name}:{value.strip()}" for block in inside for name, value in COLOURS.findall(block)}
    assert said - USUAL == set()
