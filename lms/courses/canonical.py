"""One way to write a package's files, so that reviews show changes of content and nothing else.

Formatting keeps comments and changes no value; formatting twice changes nothing.
"""

import re
import unicodedata

import yaml

COURSE_KEYS = (
    "schema", "slug", "code", "version", "status", "default_language", "languages", "title", "summary", "audience", "hours", "prerequisites",
    "moves", "lessons", "assessment", "offline", "authors", "reviewers", "licence", "facts_file", "review_by", "glossary", "changelog",
)  # fmt: skip
LESSON_KEYS = ("id", "title", "hours", "serves", "facts", "review_by")

FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
FRONT = re.compile(r"\A---\n(.*?)\n---(?:\n|\Z)", re.S)


def split_front(text: str) -> tuple[str, str] | None:
    """Front matter and body of a lesson file, or None where the two `---` lines are missing."""
    match = FRONT.match(text)
    return (match[1], text[match.end():]) if match else None


def format_lesson(text: str) -> str:
    """A lesson file in canonical form; a file without front matter is treated as Markdown alone."""
    parts = split_front(_lines(text))
    if parts is None:
        return format_markdown(text)
    return f"---\n{format_yaml(parts[0], LESSON_KEYS)}---\n\n{format_markdown(parts[1])}"


def format_markdown(text: str) -> str:
    """Markdown in canonical form: NFC, `\\n`, `# ` headings set off by blank lines, `-` bullets, single blank lines.

    Code stays as it is, apart from its line ends.
    """
    out: list[str] = []
    fence = ""
    for line in _lines(text).split("\n"):
        mark = FENCE.match(line)
        if fence:
            out.append(line)
            if mark and mark[1].startswith(fence) and not line.strip("`~ "):
                fence = ""
            continue
        fence = mark[1] if mark else ""
        _append(out, line)
    return "\n".join(out).strip("\n") + "\n"


def _append(out: list[str], line: str) -> None:
    heading = re.match(r"(#{1,6})(.*)$", line)
    words = _without_closing(heading[2].strip(" \t")) if heading else ""
    # Two spaces at the end are Markdown's line break; more, or a single one, mean nothing.
    hard_break = line.endswith("  ") and line.strip()
    line = line.rstrip() + ("  " if hard_break and not heading else "")
    if words:
        line = f"{heading[1]} {words}"
        if out and out[-1]:
            out.append("")
    elif out and re.match(r"#{1,6} ", out[-1]) and line:
        out.append("")
    line = re.sub(r"^(\s{0,3})[*+] (?=\S)", r"\1- ", line)
    if line or (out and out[-1]):
        out.append(line)


def _without_closing(words: str) -> str:
    """A heading without the `##` that closes it; a sign that belongs to its last word stays (`C#`)."""
    head = words.rstrip("# \t")
    closing = re.search(r"(?:\A|[ \t])#[# \t]*\Z", words[max(len(head) - 1, 0):])
    return words[:max(len(head) - 1, 0) + closing.start()].rstrip(" \t") if closing else words


def format_yaml(text: str, keys: tuple[str, ...]) -> str:
    """A YAML mapping with its top-level keys in the order `keys` (unknown ones last), comments kept with the key below.

    Returns the text merely cleaned when reordering would change its meaning, as with a file that is not valid.
    """
    clean = "\n".join(line.rstrip() for line in _lines(text).split("\n")).strip("\n") + "\n"
    ordered = "".join(sorted(_blocks(clean), key=lambda block: _rank(block, keys)))
    return ordered if _same(clean, ordered) else clean


def _lines(text: str) -> str:
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))


def _blocks(text: str) -> list[str]:
    """The text cut before each top-level key, comment lines going with the key that follows them."""
    blocks: list[str] = [""]
    comments = ""
    for line in text.splitlines(keepends=True):
        if line.startswith("#") or not line.strip():
            comments += line
        elif re.match(r"[A-Za-z_]\w*:", line):
            blocks.append(comments.lstrip("\n") + line)
            comments = ""
        else:
            blocks[-1] += comments + line
            comments = ""
    blocks[-1] += comments
    return blocks


def _rank(block: str, keys: tuple[str, ...]) -> int:
    match = re.search(r"^([A-Za-z_]\w*):", block, re.M)
    if not block or match is None:
        return -1
    return keys.index(match[1]) if match[1] in keys else len(keys)


def _same(one: str, other: str) -> bool:
    try:
        return yaml.safe_load(one) == yaml.safe_load(other)
    except (yaml.YAMLError, RecursionError, ValueError):
        return False
