"""The licences that the library knows, what they allow, and what stands beside a text that was taken over. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lms.core.i18n import Bilingual


@dataclass(frozen=True, slots=True)
class Licence:
    """``changes``: whether what is taken over may be changed; ``alike``: whether what comes of it must stand under the same licence;
    ``words``: whether the owner has to say in words what holds; ``url`` of the full text."""

    name: Bilingual
    says: Bilingual
    url: str = ""
    changes: bool = True
    alike: bool = False
    words: bool = False


CC = "https://creativecommons.org/licenses/"
LICENCES: dict[str, Licence] = {
    "cc-by": Licence(
        Bilingual("知识共享署名4.0（CC BY 4.0）", "Creative Commons Attribution 4.0 (CC BY 4.0)"),
        Bilingual("可以使用和修改，须署名。", "May be used and changed by everyone who names the author."),
        CC + "by/4.0/",
    ),
    "cc-by-sa": Licence(
        Bilingual("知识共享署名-相同方式共享4.0（CC BY-SA 4.0）", "Creative Commons Attribution-ShareAlike 4.0 (CC BY-SA 4.0)"),
        Bilingual("可以使用和修改，须署名，改编作品用同一许可。", "May be used and changed; name the author and share what comes of it alike."),
        CC + "by-sa/4.0/",
        alike=True,
    ),
    "cc-by-nd": Licence(
        Bilingual("知识共享署名-禁止演绎4.0（CC BY-ND 4.0）", "Creative Commons Attribution-NoDerivatives 4.0 (CC BY-ND 4.0)"),
        Bilingual("可以原样使用，须署名，不得修改。", "May be used as it is by everyone who names the author; may not be changed."),
        CC + "by-nd/4.0/",
        changes=False,
    ),
    "cc-by-nc": Licence(
        Bilingual("知识共享署名-非商业性使用4.0（CC BY-NC 4.0）", "Creative Commons Attribution-NonCommercial 4.0 (CC BY-NC 4.0)"),
        Bilingual("可以使用和修改，须署名，不得用于商业目的。", "May be used and changed, not for money, by everyone who names the author."),
        CC + "by-nc/4.0/",
    ),
    "cc0": Licence(
        Bilingual("知识共享零（CC0 1.0），放弃权利", "Creative Commons Zero (CC0 1.0), rights given up"),
        Bilingual("可以任意使用，建议署名。", "Free for any use; naming the author is polite."),
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
    "official": Licence(
        Bilingual("官方文件，不受著作权保护", "Official document, not under copyright"),
        Bilingual(
            "法律、法规和国家机关的决议、决定、命令等（著作权法第五条）。",
            "Laws, regulations, resolutions and orders of state organs (Copyright Law, Article 5).",
        ),
    ),
    "platform": Licence(
        Bilingual("仅限本平台的课程使用", "For courses on this platform only"),
        Bilingual(
            "合作单位可以在本平台的课程中使用和修改，须署名。",
            "Partner organisations may use and change it in courses on this platform; name the author.",
        ),
    ),
    "words": Licence(
        Bilingual("其他条件（见说明）", "Other terms (see the words)"),
        Bilingual("以说明为准。", "What the words say holds."),
        words=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text comes from."""

    title: Bilingual
    version: int
    owner: Bilingual
    licence: str
    words: str = ""


def attribution(source: Source, language: str) -> str:
    """The line that names where a text comes from and under which licence, as a quotation in Markdown."""
    licence = LICENCES[source.licence]
    if language == "en":
        terms = f"[{licence.name.en}]({licence.url})" if licence.url else licence.name.en
        said = f" {source.words}" if source.words else ""
        return f"> Source: “{source.title.en}”, version {source.version}, {source.owner.en}. Licence: {terms}.{said}"
    terms = f"[{licence.name.zh}]({licence.url})" if licence.url else licence.name.zh
    return f"> 来源：《{source.title.zh}》第{source.version}版，{source.owner.zh}。许可：{terms}。{source.words}"


_HEADING = re.compile(r"^(#{1,6})(?=[ \t]+\S)")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


def as_section(text: str, source: Source, language: str) -> str:
    """``text`` as a section of a lesson: under its title, its own headings below that, the source named at the end."""
    title = source.title.en if language == "en" else source.title.zh
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    body = _below(lines, {source.title.zh, source.title.en})
    return f"## {title}\n\n{body}\n\n{attribution(source, language)}\n"


def _below(lines: list[str], titles: set[str]) -> str:
    """The lines with their headings moved to level 3 and deeper; a first heading that repeats the title goes."""
    levels = _headings(lines)
    if levels and (first := min(levels)) == next((n for n, line in enumerate(lines) if line.strip()), 0) and lines[first].lstrip("# \t").strip() in titles:
        lines, levels = lines[:first] + lines[first + 1 :], {n - 1: level for n, level in levels.items() if n > first}
    shift = 3 - min(levels.values(), default=3)
    moved = ["#" * min(6, max(3, levels[n] + shift)) + _HEADING.sub("", line) if n in levels else line for n, line in enumerate(lines)]
    return "\n".join(moved).strip("\n")


def _headings(lines: list[str]) -> dict[int, int]:
    """Level by line of every heading outside of code."""
    found, fence = {}, ""
    for number, line in enumerate(lines):
        if mark := _FENCE.match(line):
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        elif not fence and (heading := _HEADING.match(line)):
            found[number] = len(heading[1])
    return found


def with_section(lesson: str, section: str) -> str:
    """A lesson's text with a section at its end."""
    return lesson.rstrip("\n") + "\n\n" + section
