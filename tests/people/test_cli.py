"""``lms people import`` and ``lms users add``: what they print, what they leave, how they exit."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from lms.access.permissions import Role
from lms.core import sheets
from lms.people import cli
from lms.people.accounts import find_code
from lms.people.models import Account, Official, RoleGrant
from tests.support.people import official

DATA = Path(__file__).parents[1] / "data/county"


@pytest.fixture
def lms(app, monkeypatch):
    """Run a command against the test's own application."""
    monkeypatch.setattr("lms.app.create_app", lambda: app)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return lambda command, *arguments: CliRunner().invoke(command, [str(argument) for argument in arguments])


def roster(tmp_path, *lines, name="roster.csv"):
    path = tmp_path / name
    path.write_text("\n".join(["工号,姓名,单位编码,岗位", *lines]), encoding="gb18030")
    return path


def people_count(database):
    with database.reading() as session:
        return session.scalar(select(func.count(Official.id)))


def test_a_dry_run_changes_nothing(lms, database, cast, tmp_path):
    done = lms(cli.people, "import", roster(tmp_path, "YX9,新人,513399101,P01"), "--dry-run")
    assert done.exit_code == 0
    assert people_count(database) == 7


def test_an_import_says_what_it_did(lms, database, cast, tmp_path):
    done = lms(cli.people, "import", roster(tmp_path, "YX9,新人,513399101,P01", "YX000001,扎西,5133992011,P01"))
    assert done.exit_code == 0
    assert "扎西" in done.output and "513399101 → 5133992011" in done.output
    assert people_count(database) == 8


def test_a_faulty_file_is_refused_whole_with_its_list(lms, database, cast, tmp_path):
    out = tmp_path / "errors.csv"
    done = lms(cli.people, "import", DATA / "roster_messy.csv", "--errors", out)
    assert done.exit_code == 1
    assert out.read_text(encoding="utf-8").startswith("row,column,value,")
    assert {"12", "28", "30"} <= {row[0] for row in sheets.read_table(out)}
    assert people_count(database) == 7


def test_without_faults_the_list_is_empty(lms, cast, tmp_path):
    out = tmp_path / "errors.csv"
    lms(cli.people, "import", roster(tmp_path, "YX9,新人,513399101,P01"), "--errors", out)
    assert len(sheets.read_table(out)) == 1


def test_what_is_no_table_is_refused(lms, cast, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing")
    assert lms(cli.people, "import", path).exit_code == 1


def test_wrong_usage_exits_with_2(lms, cast, tmp_path):
    assert lms(cli.people, "import", tmp_path / "nowhere.csv").exit_code == 2
    assert lms(cli.people, "import", roster(tmp_path), "--complete", "99").exit_code == 2
    assert lms(cli.users, "add", "--login", "x", "--role", "hr").exit_code == 2
    assert lms(cli.users, "add", "--login", "x", "--role", "hr", "--scope", "99").exit_code == 2
    assert lms(cli.users, "add", "--login", "x", "--role", "administrator", "--scope", "51").exit_code == 2


def test_complete_deactivates_and_names_whom(lms, database, cast, tmp_path):
    done = lms(cli.people, "import", roster(tmp_path, "YX000001,扎西,513399101,P01"), "--complete", "513399101")
    assert done.exit_code == 0 and "孟旺" in done.output
    with database.reading() as session:
        assert not official(session, "YX000002").active


def test_a_role_for_somebody_new_comes_with_a_code(lms, database, cast, now):
    done = lms(cli.users, "add", "--login", "hr2", "--name", "李娜", "--role", "hr", "--scope", "513399")
    code = done.output.split()[-1]
    with database.reading() as session:
        account, _code = find_code(session, login="hr2", code=code, now=now)
        grant = session.scalars(select(RoleGrant).where(RoleGrant.account_id == account.id)).one()
        assert (account.name, grant.role, grant.unit_id) == ("李娜", Role.HR, cast.units["513399"])


def test_a_role_for_an_official_and_for_a_partner(lms, database, cast):
    assert lms(cli.users, "add", "--login", "YX000001", "--role", "unit_head", "--scope", "513399101").exit_code == 0
    assert lms(cli.users, "add", "--login", "prof", "--role", "author", "--scope", "U01").exit_code == 0
    with database.reading() as session:
        grants = session.execute(select(Account.login, RoleGrant.role, RoleGrant.partner_id).join(RoleGrant).order_by(RoleGrant.id.desc()).limit(2)).all()
        assert [tuple(grant) for grant in grants] == [("prof", "author", cast.partner_id), ("YX000001", "unit_head", None)]
