"""Files of any length: rows pass through, each is in the log before it leaves, and only one large file is made at a time."""

import fcntl
import gc
import io
import weakref
from itertools import islice

import pytest
from flask import g
from openpyxl import load_workbook
from sqlalchemy import func, select

from lms.access.audit import Action, Event
from lms.access.models import AuditEntry
from lms.core import sheets
from lms.core.errors import Refused, TooMany
from lms.people import official_views
from lms.people.models import Official
from lms.web import files
from tests.support.people import actor_of, browser_of


class Line(list):
    """A row that can be watched."""

    __hash__ = object.__hash__


class Watched:
    """Makes rows and counts how many are alive at once."""

    def __init__(self, portions, size):
        self.portions, self.size, self.living, self.most = portions, size, weakref.WeakSet(), 0

    def __iter__(self):
        for portion in range(self.portions):
            yield (self._made(portion * self.size + n) for n in range(self.size))

    def _made(self, n):
        row = Line([n, f"row {n}"])
        self.living.add(row)
        self.most = max(self.most, len(self.living))
        return row


@pytest.fixture
def in_request(app):
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield


@pytest.mark.parametrize("name", ["long.csv", "long.xlsx"])
def test_rows_pass_through_and_are_not_collected(in_request, name):
    rows = Watched(portions=30, size=100)
    answer = files.long_table(["number", "words"], rows, name, "Rows")
    body = b"".join(answer.response)
    answer.close()
    gc.collect()
    table = sheets.read_table(body, name)
    assert table[0] == ["number", "words"] and table[3000] == ["2999", "row 2999"] and len(table) == 3001
    assert rows.most <= 201 and len(rows.living) == 0  # a workbook looks at its first 200 rows to find the widths


def test_a_csv_is_sent_while_it_is_read(in_request):
    asked = []

    def portions():
        for n in range(3):
            asked.append(n)
            yield [[n]]

    body = iter(files.long_table(["n"], portions(), "n.csv", "").response)
    assert next(body).endswith(b"n\r\n") and asked == []
    assert next(body) == b"0\r\n" and asked == [0]
    assert list(body) == [b"1\r\n", b"2\r\n"]


def test_a_workbook_is_written_row_by_row_into_a_file_that_is_gone_afterwards(in_request):
    answer = files.long_table(["n"], [[[1], [2.5]], [["=cmd"]]], "n.xlsx", "Numbers", notes=("About", [["a note"]]))
    book = load_workbook(io.BytesIO(b"".join(answer.response)))
    assert [[cell.value for cell in row] for row in book["Numbers"].iter_rows()] == [["n"], [1], [2.5], ["=cmd"]]
    assert book["Numbers"]["A4"].data_type == "s" and book["Numbers"].auto_filter.ref == "A1:A4" and book["About"]["A1"].value == "a note"
    assert int(answer.headers["Content-Length"]) > 1000
    answer.close()


def test_what_is_too_long_for_a_worksheet_is_refused(in_request, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    with pytest.raises(Refused):
        files.long_table(["n"], [[[1], [2], [3]]], "n.xlsx", "Numbers")
    assert len(list(files.long_table(["n"], [[[1], [2], [3]]], "n.csv", "Numbers").response)) == 2


def logged(database):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == Action.PEOPLE_EXPORTED.value))


def test_each_portion_is_in_the_log_before_it_is_given_away(app, database, cast, now):
    query = select(Official).where(Official.active).order_by(Official.id)
    with app.test_request_context("/"):
        g.now = now
        before, seen = logged(database), 0
        portions = files.read(
            query,
            lambda rows: [Event(Action.PEOPLE_EXPORTED, row[0].staff_no, row[0].id) for row in rows],
            actor=actor_of(database, cast, "hr"),
            now=now,
            size=2,
        )
        for rows in portions:
            seen += len(rows)
            assert logged(database) == before + seen
        assert seen == len(cast.officials) > 2


def test_only_one_large_file_is_made_at_a_time(app, database, cast, settings, monkeypatch):
    monkeypatch.setattr(files, "LARGE", 1)
    query = select(Official.id).order_by(Official.id)
    with app.test_request_context("/"):
        first = files.portions_of(query, 2)
        next(first)
        with pytest.raises(TooMany):
            files.portions_of(query, 2)
        assert len(list(files.portions_of(query.limit(1), 2))) == 1  # a short one need not wait
        first.close()
        assert sum(map(len, files.portions_of(query, 2))) == len(cast.officials)
        assert nobody_makes_one(settings)


def nobody_makes_one(settings):
    """Whether the lock of those who make large files is free."""
    with (settings.instance / "large-file.lock").open("wb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def test_a_large_file_that_fails_half_way_holds_nobody_up(app, cast, settings, monkeypatch):
    def fails(row):
        raise ValueError(row)

    monkeypatch.setattr(files, "LARGE", 1)
    monkeypatch.setattr(official_views, "_export_row", fails)
    answer = browser_of(app, cast, "hr").get("/people/export.csv")
    with pytest.raises(ValueError) as failure:
        answer.get_data()
    assert not nobody_makes_one(settings)  # the failure's frames hold the rows that were not sent
    answer.close()
    assert nobody_makes_one(settings) and failure.traceback


def test_a_large_file_that_nobody_takes_holds_nobody_up(app, cast, settings, monkeypatch):
    monkeypatch.setattr(files, "LARGE", 1)
    answer = browser_of(app, cast, "hr").get("/people/export.csv")
    answer.close()
    assert nobody_makes_one(settings)


def test_a_workbook_that_fails_half_way_leaves_no_file_open(app, cast, settings, monkeypatch):
    def fails(file, pages):
        made.append(file)
        list(islice(pages["Officials"], 2))
        raise sheets.TooLong

    made = []
    monkeypatch.setattr(files, "LARGE", 1)
    monkeypatch.setattr(sheets, "write_long_xlsx", fails)
    answer = browser_of(app, cast, "hr").get("/people/export.xlsx")
    assert answer.status_code == 409 and "Take the table as CSV" in answer.text
    answer.close()
    assert nobody_makes_one(settings) and made[0].closed
