"""Very many rows by one statement: the same rows as SQLAlchemy's own insert and update would leave, on both engines."""

from sqlalchemy import bindparam, insert, select, update

from lms.core.rows import Rows
from lms.people.models import Notice

NOTICES = Rows(insert(Notice.__table__), ("official_id", "kind", "facts", "at", "read_at"))
N = Notice.__table__.c
_READ = update(Notice.__table__).where(N.official_id == bindparam("whose")).values(facts=bindparam("said"), read_at=bindparam("when"))
READ = Rows(_READ, ("whose", "said", "when"))


def stored(session):
    return session.execute(select(N.official_id, N.kind, N.facts, N.at, N.read_at).order_by(N.official_id, N.kind)).all()


def test_rows_come_back_as_they_were_given(database, cast, now):
    zhaxi, meng = cast.officials["zhaxi"], cast.officials["meng"]
    shared = {"zh": "钥匙", "list": [1, None, True]}
    rows = [(zhaxi, "b", shared, now, None), (zhaxi, "a", shared, now, now), (meng, "a", {}, now, None)]
    with database.writing() as session:
        assert NOTICES.write(session, iter(rows)) == 3
        assert NOTICES.write(session, []) == 0
    with database.reading() as session:
        assert [tuple(row) for row in stored(session)] == sorted(rows, key=lambda row: row[:2])


def test_an_update_writes_each_row_by_its_names(database, cast, now):
    zhaxi, meng = cast.officials["zhaxi"], cast.officials["meng"]
    with database.writing() as session:
        NOTICES.write(session, [(zhaxi, "a", {}, now, None), (meng, "a", {}, now, None)])
        assert READ.write(session, [(meng, {"n": 2}, now), (zhaxi, {"n": 1}, None)]) == 2
    with database.reading() as session:
        assert {row.official_id: (row.facts, row.read_at) for row in stored(session)} == {zhaxi: ({"n": 1}, None), meng: ({"n": 2}, now)}


def test_what_is_not_committed_is_not_there(database, cast, now):
    session = database.new_session(write=True)
    NOTICES.write(session, [(cast.officials["zhaxi"], "a", {}, now, None)])
    session.rollback()
    session.close()
    with database.reading() as session:
        assert stored(session) == []
