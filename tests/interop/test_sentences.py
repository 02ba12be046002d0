"""Everything that the readers can say is known to the catalogues, so that pages say it in the reader's language."""

import ast
from pathlib import Path

from lms.interop import gift, kinds, moodle, qti, qti_items, sentences, texts
from lms.interop import reading as readings

SPEAKING = {"CannotCarry", "Refused", "Invalid", "note", "append", "leave"}
FILES = ("aiken", "archive", "gift", "kinds", "moodle", "package", "pictures", "qti", "qti_items", "reading", "safe_xml", "table", "texts")


def said(node: ast.expr) -> str | None:
    """A sentence as it reads with something in its gaps."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)
    return None


def spoken() -> list[str]:
    found = []
    for name in FILES:
        tree = ast.parse((Path(readings.__file__).parent / f"{name}.py").read_text(encoding="utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args):
            function = call.func
            if getattr(function, "id", getattr(function, "attr", "")) in SPEAKING:
                found += [text for one in call.args if (text := said(one)) and " " in text]
    return found


def test_every_sentence_of_the_code_is_in_the_list():
    told = spoken()
    assert len(told) > 90
    assert [text for text in told if sentences.found(text) is None and text.replace("7", "").strip(": is not carried")] == []


def test_every_sentence_of_a_table_is_in_the_list():
    tables = [*moodle.NOT_CARRIED.values(), *qti_items.NOT_CARRIED.values(), *gift._NOT_ONE.values(), *texts._DROPPED.values(), kinds.TWO_TIERS]
    tables += [f"{words} is not carried" for words in moodle._LOST.values() if words != "hints"]
    tables += [f"a.xml: {words} is not carried" for words in qti._OTHER.values()]
    assert [text for text in tables if sentences.found(text) is None] == []


def test_a_gap_keeps_what_stands_in_it():
    led = sentences.found("x.zip: '../a' leads out of the archive's own folder")
    assert led == ("%(file)s leads out of the archive's own folder", {"file": "x.zip: '../a'"})
    assert sentences.found("a picture is not carried: its file is missing") == ("a picture is not carried: %(reason)s", {"reason": "its file is missing"})
    assert sentences.found("something nobody has said") is None
