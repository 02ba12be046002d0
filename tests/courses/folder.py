"""A small faultless package in a content folder of its own, for tests to spoil."""

import hashlib
import shutil
from datetime import date
from pathlib import Path

from lms.core.framework import content_root
from lms.courses.checks import Report, check
from lms.courses.surroundings import read_surroundings

TODAY = date(2026, 11, 23)

COURSE = """\
schema: course/1
slug: known-course
code: C90
version: "1.0.0"
status: draft
default_language: zh-Hans
languages: [zh-Hans, en]
title: {zh: 域名与证书, en: Names and certificates}
summary: {zh: 两课弄清域名和证书。, en: Two lessons on names and certificates.}
audience: {zh: 全体公务员, en: All staff}
hours: 2
prerequisites: []
moves:
- {c: NET-1, from: 0, to: 2}
lessons:
- {id: C90-L1, file: 01-names, hours: 1}
- {id: C90-L2, file: 02-certificates, hours: 1}
assessment: known-course
offline: {pack: true, max_kb: 200, assets: []}
authors: [{name: 李文, org: {zh: 合作高校, en: Partner university}}]
reviewers: []
licence: CC BY 4.0
facts_file: facts.yaml
review_by: "2027-03-31"
glossary:
- {zh: 域名系统, en: domain name system (DNS)}
changelog:
- {version: "1.0.0", date: "2026-11-23", zh: 首版, en: First version}
"""

FACTS = """\
schema: facts/1
as_of: "2026-11-23"
horizon: "Known to February 2026."
sources:
  S-A: "Source A"
facts:
  - {id: LF-101, zh: 《网络安全法》2017-06-01施行, en: "Cybersecurity Law in force 2017-06-01", status: verified, conf: 99, src: [S-A]}
  - {id: LF-421, zh: 尚未证实, en: Not confirmed, status: doubtful, conf: 20, src: []}
  - {id: LF-500, zh: 旧数据, en: Old figure, status: verified, conf: 90, src: [S-A], review_by: "2026-01-31"}
"""


# What fills a lesson up to the length that the format asks for, on one line.
ENOUGH_ZH, ENOUGH_EN = "镇上的同志照着做一遍，再讲给别人听。" * 40, "A clerk in the town tries it and then tells a colleague. " * 45


def lesson(number: int, title: str, heading: str, body: str, *, level: int) -> str:
    front = f'id: C90-L{number}\ntitle: {title}\nhours: 1\nserves: [{{c: NET-1, level: {level}}}]\nfacts: [LF-101]\nreview_by: "2027-03-31"'
    enough = ENOUGH_EN if body.isascii() else ENOUGH_ZH
    return f"---\n{front}\n---\n\n# {title}\n\n{body}\n\n## {heading}\n\n{body}{enough.rstrip()}\n"


LESSONS = {
    "01-names.zh.md": lesson(1, "域名", "怎样解析", "域名给人看，地址给机器用。", level=1),
    "01-names.en.md": lesson(1, "Names", "How they resolve", "Names are for people, addresses for machines.", level=1),
    "02-certificates.zh.md": lesson(2, "证书", "小锁说明什么", "小锁保护传输，不担保内容。", level=2),
    "02-certificates.en.md": lesson(2, "Certificates", "What the padlock says", "The padlock protects the journey.", level=2),
}


class Folder:
    """The package `known-course` below `root`, with a register of facts and the real framework beside it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / "courses" / "known-course"
        (self.path / "lessons").mkdir(parents=True)
        (root / "assessments").mkdir()
        shutil.copy(content_root() / "assessments" / "framework.yaml", root / "assessments")
        (root / "courses" / "facts.yaml").write_text(FACTS, encoding="utf-8")
        self.write("course.yaml", COURSE)
        for name, text in LESSONS.items():
            self.write(f"lessons/{name}", text)

    def digest(self) -> str:
        """Equal for folders that hold the same."""
        files = sorted(file for file in self.path.parent.rglob("*") if file.is_file())
        return hashlib.sha256(b"".join(str(f.relative_to(self.path.parent)).encode() + f.read_bytes() for f in files)).hexdigest()

    def write(self, name: str, text: str | bytes) -> None:
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def replace(self, name: str, old: str, new: str) -> None:
        path = self.path / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def append(self, name: str, text: str) -> None:
        path = self.path / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    def show_picture(self, content: bytes, name: str = "map.svg") -> None:
        """Put a picture at the end of the first lesson, in both languages."""
        for language, words in (("zh", "图"), ("en", "Map")):
            self.append(f"lessons/01-names.{language}.md", f"\n![{words}](assets/{name})\n")
        self.write(f"assets/{name}", content)

    def check(self, **more) -> Report:
        return check(self.path, read_surroundings(self.root), today=TODAY, name="c", **more)

    def errors(self) -> list[str]:
        return [str(problem) for problem in self.check().errors]

    def add_course(self, slug: str, code: str, prerequisites: str) -> None:
        path = self.root / "courses" / slug
        path.mkdir()
        (path / "course.yaml").write_text(f"code: {code}\nprerequisites: [{prerequisites}]\n", encoding="utf-8")
