"""Documents: the same input gives the same bytes, data are no markup, and a sign that no font has is said instead of lost."""

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from lms.core import typesetting
from lms.core.typesetting import GETA, typeset, unknown

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def template(tmp_path, monkeypatch):
    """A page that prints its text and what is missing."""
    (tmp_path / "plain.typ").write_text(
        '#let d = json(bytes(sys.inputs.data))\n#set document(title: "T", date: auto)\n#set text(lang: "zh", font: "Noto Sans CJK SC")\n'
        '#d.text #text(weight: "bold", d.text) #d.missing.join(" ")',
        encoding="utf-8",
    )
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path)
    return "plain.typ"


def words(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_same_input_gives_the_same_bytes(template):
    made = [typeset(template, {"text": "扎西"}, now=NOW).pdf for _ in range(2)]
    assert made[0] == made[1] and "扎西" in words(made[0])


def test_our_fonts_hold_names_and_the_signs_of_the_product():
    assert unknown("喆堃赟翀頔鋆禤珺玥昇示例县“最后一公里”—–·①→≥½ΣΦ√−＊〓ABCäé") == []


def test_text_is_never_markup(template):
    text = '#panic("x") *b* $x$ = <a> \\ // [ ] {'
    assert text.replace(" ", "") in words(typeset(template, {"text": text}, now=NOW).pdf).replace(" ", "")


def test_a_sign_that_no_font_has_is_named(template):
    nowhere = "\U000f0000"  # private use: no font has it
    made = typeset(template, {"text": f"扎{nowhere}西"}, now=NOW)
    assert made.missing == (nowhere,)
    assert f"扎{GETA}西" in words(made.pdf) and "U+F0000" in words(made.pdf)


def test_a_rare_name_is_taken_from_the_systems_fonts_or_named(template):
    """Bold lacks it, regular has it: set in regular rather than lost."""
    made = typeset(template, {"text": "赟喆"}, now=NOW)
    assert made.missing == () and words(made.pdf).count("赟喆") == 2
