"""Documents: the same input gives the same bytes, data are no markup, and a sign that no font has is said instead of lost."""

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from lms.core.typesetter import GETA, unknown
from lms.core.typesetting import NotTypeset, Typeset, typeset

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


PLAIN = (
    '#let d = json(bytes(sys.inputs.data))\n#set document(title: "T", date: auto)\n#set text(lang: "zh", font: "Noto Sans CJK SC")\n'
    '#d.text #text(weight: "bold", d.text) #d.missing.join(" ")'
)


@pytest.fixture
def plain(tmp_path):
    """A page that prints its text and what is missing."""
    (tmp_path / "plain.typ").write_text(PLAIN, encoding="utf-8")

    def made(text: str) -> Typeset:
        return typeset("plain.typ", {"text": text}, now=NOW, folder=tmp_path)

    return made


def words(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_same_input_gives_the_same_bytes(plain):
    made = [plain("扎西").pdf for _ in range(2)]
    assert made[0] == made[1] and "扎西" in words(made[0])


def test_our_fonts_hold_names_and_the_signs_of_the_product():
    assert unknown("喆堃赟翀頔鋆禤珺玥昇示例县“最后一公里”—–·①→≥½ΣΦ√−＊〓ABCäé") == []


def test_text_is_never_markup(plain):
    text = '#panic("x") *b* $x$ = <a> \\ // [ ] {'
    assert text.replace(" ", "") in words(plain(text).pdf).replace(" ", "")


def test_a_sign_that_no_font_has_is_named(plain):
    nowhere = "\U000f0000"  # private use: no font has it
    made = plain(f"扎{nowhere}西")
    assert made.missing == (nowhere,)
    assert f"扎{GETA}西" in words(made.pdf) and "U+F0000" in words(made.pdf)


def test_a_rare_name_is_taken_from_the_systems_fonts_or_named(plain):
    """Bold lacks it, regular has it: set in regular rather than lost."""
    made = plain("赟喆")
    assert made.missing == () and words(made.pdf).count("赟喆") == 2


def test_a_template_that_fails_says_why(tmp_path):
    (tmp_path / "broken.typ").write_text("#panic()", encoding="utf-8")
    with pytest.raises(NotTypeset, match="panick"):
        typeset("broken.typ", {}, now=NOW, folder=tmp_path)
