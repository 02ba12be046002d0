"""A backup is one moment of the whole instance, and restoring never overwrites."""

from __future__ import annotations

import dataclasses
import tarfile
import uuid

import pytest
from sqlalchemy import create_engine, func, make_url, select, text

from lms.config import Settings
from lms.core.db import Database
from lms.core.errors import Refused
from lms.operations import setup
from lms.operations.backup import make_backup, restore_backup
from lms.people.models import Official


def elsewhere(settings, tmp_path):
    """Settings of an empty instance on the same kind of engine."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        return dataclasses.replace(settings, instance=tmp_path / "new", database_url=f"sqlite:///{tmp_path / 'new' / 'lms.db'}")
    name = f"{url.database}_{uuid.uuid4().hex[:8]}"
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return dataclasses.replace(settings, instance=tmp_path / "new", database_url=url.set(database=name).render_as_string(hide_password=False))


def test_a_restored_instance_holds_the_same_people_and_uploads(settings, cast, tmp_path):
    (settings.instance / "uploads" / "roster.csv").write_text("x")
    make_backup(settings, tmp_path / "b.tar.gz")
    new = elsewhere(settings, tmp_path)
    restore_backup(new, tmp_path / "b.tar.gz")
    restored = Database(new.url)
    with restored.reading() as session:
        assert session.scalar(select(func.count()).select_from(Official)) == len(cast.officials)
    restored.engine.dispose()
    assert (new.instance / "uploads" / "roster.csv").read_text() == "x"


def test_a_backup_is_readable_by_its_owner_alone_and_never_replaced(settings, cast, tmp_path):
    file = tmp_path / "b.tar.gz"
    make_backup(settings, file)
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(Refused, match="exists already"):
        make_backup(settings, file)


def test_restoring_over_an_instance_is_refused(settings, cast, tmp_path):
    make_backup(settings, tmp_path / "b.tar.gz")
    with pytest.raises(Refused, match="Nothing was restored"):
        restore_backup(settings, tmp_path / "b.tar.gz")


def test_a_damaged_or_foreign_archive_is_refused(settings, cast, tmp_path):
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(b"not an archive")
    with pytest.raises(Refused, match="not a whole backup"):
        restore_backup(elsewhere(settings, tmp_path), damaged)
    foreign = tmp_path / "foreign.tar.gz"
    with tarfile.open(foreign, "w:gz") as archive:
        archive.add(__file__, arcname="something.py")
    with pytest.raises(Refused, match="no backup of this platform"):
        restore_backup(dataclasses.replace(settings, instance=tmp_path / "other"), foreign)


def test_the_database_is_readable_by_its_owner_alone_in_a_folder_open_to_all(tmp_path):
    open_folder = tmp_path / "open"
    open_folder.mkdir()
    open_folder.chmod(0o755)
    made = Settings(instance=open_folder)
    setup.prepare_instance(made)
    make_backup(made, tmp_path / "b.tar.gz")
    again = Settings(instance=tmp_path / "again")
    again.instance.mkdir(mode=0o755)
    restore_backup(again, tmp_path / "b.tar.gz")
    assert [(one.instance / "lms.db").stat().st_mode & 0o777 for one in (made, again)] == [0o600, 0o600]
