"""The known course, loaded."""

import pytest

from lms.access.actor import operator
from lms.courses import content
from tests.courses.folder import Folder


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "content")


@pytest.fixture
def load(database, folder, worlds, now):
    """A function that loads the folder as it stands; the first load has happened."""

    def again():
        with database.writing() as session:
            content.load_folders(session, [folder.path], actor=operator(), now=now)

    worlds.make(database, f"course {folder.digest()}", again)
    return again


@pytest.fixture
def revise(folder, load):
    """A function that loads a version 1.1.0 in which the first lesson has another sentence."""

    def change():
        folder.replace("course.yaml", 'version: "1.0.0"\nstatus', 'version: "1.1.0"\nstatus')
        folder.append("course.yaml", '- {version: "1.1.0", date: "2026-11-24", zh: 修订, en: Revised}\n')
        folder.replace("lessons/01-names.zh.md", "域名给人看", "名字给人看")
        load()

    return change
