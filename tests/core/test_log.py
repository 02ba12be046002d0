"""What the log keeps of a failure: enough to find it, and nothing that a row says."""

import json
import logging
import sys

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from lms.core.log import JsonLines
from lms.people.models import Account


def test_a_statement_that_fails_is_logged_without_its_values(database, cast, now):
    twice = {"ref": "r" * 16, "login": "YX000001", "name": "扎西", "password_hash": "$argon2id$secret", "active": True, "created_at": now}
    try:
        with database.writing() as session:
            session.execute(insert(Account), twice)
    except IntegrityError:
        record = logging.LogRecord("lms", logging.ERROR, __file__, 1, "unexpected error", None, sys.exc_info())
    line = json.loads(JsonLines().format(record))
    assert "IntegrityError" in line["traceback"]
    assert [said for said in ("YX000001", "扎西", "argon2id") if said in line["traceback"]] == []
