"""A faulty file is answered with every fault and its line, never with a silently shortened value."""

import pytest

from lms.core.problems import Problem
from lms.core.yamlfile import parse, read


def faults(text: str) -> list[str]:
    return [str(problem) for problem in parse(text, "f.yaml").problems]


def test_values_keep_their_lines():
    document = parse("a: 1\nb:\n  - {zh: 甲, en: A}\n  - c: 2\n", "f.yaml")
    assert document.data == {"a": 1, "b": [{"zh": "甲", "en": "A"}, {"c": 2}]}
    assert document.problems == []
    assert [document.line("b", 0, "en"), document.line("b", 1, "c"), document.line("a")] == [3, 4, 1]


def test_line_of_a_missing_key_is_that_of_its_nearest_parent():
    document = parse("a:\n  - x: 1\n  - y: 2\n", "f.yaml")
    assert [document.line("a", 1, "z"), document.line("a", 9), document.line("q", "r")] == [3, 1, 1]


def test_lines_count_from_where_the_text_stands():
    assert parse("a: 1\nb: 2\n", "f.md", first_line=2).line("b") == 3


def test_half_width_comma_cuts_a_value():
    assert faults("t: {en: Names, numbers and routes}\n") == [
        "f.yaml:1: The key 'numbers and routes' has no value: a half-width comma has cut the value before it. Put the whole value in double quotes."
    ]


def test_an_explicit_null_is_no_cut():
    assert faults("t: {ref: null, other: ~}\nempty:\n") == []


def test_repeated_key_is_named_with_its_first_line():
    assert faults("a: 1\nb: 2\na: 3\n") == ["f.yaml:3: The key 'a' stands twice here (first on line 1). Remove one of the two."]
    assert faults("{a: 1, a: 2}\n") == ["f.yaml:1: The key 'a' stands twice here (first on line 1). Remove one of the two."]


def test_all_silent_faults_come_in_one_run():
    assert [p.line for p in parse("- {a: x, y}\n- {b: 1, b: 2}\n- {c: p, q, r}\n", "f").problems] == [1, 2, 3, 3]


def test_tab_is_named():
    assert faults("a:\n\t- b\n") == ["f.yaml:2: The line is indented with a tab. Use spaces."]


@pytest.mark.parametrize("text", ["a: b: c\n", "t: {zh: 甲: 乙}\n"])
def test_unquoted_colon_is_explained(text):
    (fault,) = faults(text)
    assert fault.startswith("f.yaml:1: ") and "double quotes" in fault


def test_aliases_are_refused_before_they_multiply():
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    document = parse(bomb, "f.yaml")
    assert document.data is None
    assert {p.line for p in document.problems} == {1, 2}


def test_tags_make_no_objects():
    (fault,) = faults("a: !!python/object/apply:os.system ['true']\n")
    assert fault.startswith("f.yaml:1: This is not valid YAML")


def test_deep_nesting_is_a_fault_not_a_crash():
    assert faults("[" * 20000)


@pytest.mark.parametrize("text", ["[" * 200_000, "{a: " * 100_000, "- " * 100_000, '["]", ' * 100_000, "\n".join(" " * n + "a:" for n in range(1000))])
def test_nesting_that_would_end_the_process_is_told_by_name(text):
    (fault,) = faults(text)
    assert "it is nested too deeply" in fault


def test_many_brackets_side_by_side_are_not_deep():
    assert faults("a:\n" + "  - {b: [1, 2]}\n" * 5000) == []


def test_file_in_another_encoding(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_bytes("a: 1\nb: 治理\n".encode("gb18030"))
    assert read(path, name="f.yaml").problems == [Problem("f.yaml", 2, "The file is not UTF-8", "Save it again with the encoding UTF-8.")]


def test_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_bytes("\ufeffa: 1\r\nb: 2\r\n".encode())
    document = read(path)
    assert (document.data, document.problems, document.line("b")) == ({"a": 1, "b": 2}, [], 2)


def test_missing_file(tmp_path):
    (fault,) = read(tmp_path / "none.yaml", name="none.yaml").problems
    assert str(fault) == "none.yaml:0: The file can't be read: No such file or directory. Check its name and its place."
