"""What a new draft begins with: a course of one lesson in both languages, in canonical form. Pure."""

from __future__ import annotations

import json
from datetime import date

SECTIONS = {
    "zh": ("情境", "要点", "做一做", "小结"),
    "en": ("A situation", "What to know", "Do it", "In short"),
}
GOAL = {"zh": "**学完你能做到：** ", "en": "**After this lesson you can:** "}


def quoted(text: str) -> str:
    """A YAML value in double quotes: JSON's strings are YAML's."""
    return json.dumps(text, ensure_ascii=False)


def new_package(*, code: str, slug: str, title_zh: str, title_en: str, today: date) -> dict[str, str]:
    """The files of a new draft by path."""
    return {
        "course.yaml": _course(code, slug, title_zh, title_en, today),
        "lessons/01-first-lesson.zh.md": new_lesson(f"{code}-L1", "第一课", "zh", today),
        "lessons/01-first-lesson.en.md": new_lesson(f"{code}-L1", "First lesson", "en", today),
        "bank.yaml": _bank(slug),
    }


def new_lesson(code: str, title: str, language: str, today: date) -> str:
    """A lesson file with its sections, which are the same in both languages."""
    head = f"---\nid: {code}\ntitle: {quoted(title)}\nhours: 1\nserves: []\nfacts: []\nreview_by: {quoted(_review_by(today))}\n---\n\n"
    sections = "".join(f"\n## {name}\n" for name in SECTIONS[language])
    return f"{head}# {title}\n\n{GOAL[language].strip()}\n{sections}"


def _review_by(today: date) -> str:
    return f"{today.year + 1}-12-31"


def _course(code: str, slug: str, title_zh: str, title_en: str, today: date) -> str:
    zh, en = quoted(title_zh), quoted(title_en)
    return f"""\
schema: course/1
slug: {slug}
code: {code}
version: "0.1.0"
status: draft
default_language: zh-Hans
languages: [zh-Hans, en]
title: {{zh: {zh}, en: {en}}}
summary: {{zh: {zh}, en: {en}}}
audience: {{zh: 全体公务员, en: All staff}}
hours: 1
prerequisites: []
moves: []
lessons:
- {{id: {code}-L1, file: 01-first-lesson, hours: 1}}
assessment: {slug}
offline: {{pack: true, max_kb: 200, assets: []}}
authors: []
reviewers: []
licence: "CC BY 4.0"
facts_file: facts.yaml
review_by: {quoted(_review_by(today))}
glossary: []
changelog:
- {{version: "0.1.0", date: {quoted(today.isoformat())}, zh: 首版, en: First version}}
"""


def _bank(slug: str) -> str:
    return f"""\
schema: assessment/1
framework: dgcf@1.0.0
course: {slug}
blueprint:
  form_length: 6
  scenario_sets: 0
  cells: []
feedback: {{show: after_submit, show_key: formative_only, show_rationale: true}}
misconceptions: {{}}
items: []
"""
