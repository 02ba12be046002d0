"""Certificates: on one's own request and evidence only; confirmed without leaking; revoked, withdrawn, superseded."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pypdfium2 as pdfium
import pytest
import zxingcpp
from pypdf import PdfReader
from sqlalchemy import select, update

from lms.access.audit import Action
from lms.access.models import AuditEntry
from lms.core import clock
from lms.corrections.enums import CorrectionKind
from lms.credentials import jobs, queries
from lms.credentials.models import IssuedCertificate, VerificationMiss
from lms.people.models import Notice
from tests.corrections.world import NOW
from tests.support.people import browser_of

LEVEL = {"kind": "level", "key": "NET-1"}


def ask(home, key, **wish) -> IssuedCertificate:
    """Ask for a certificate as that person; answers it."""
    assert home.browser(key).post("/me/certificates", data=LEVEL | wish).status_code == 303
    return newest(home.database)


def newest(database) -> IssuedCertificate:
    with database.reading() as session:
        return session.scalars(select(IssuedCertificate).order_by(IssuedCertificate.id.desc()).limit(1)).one()


def count(database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(IssuedCertificate)).all())


def confirmed(app, ref: str, language: str = "en"):
    """The public page, as a stranger sees it."""
    stranger = app.test_client()
    stranger.set_cookie("language", language)
    return stranger.get(f"/verify/{ref}")


def test_a_level_that_evidence_confirms_is_certified_on_request(home, app):
    assert "level 1" in home.browser("meng").get("/me/certificates").text and count(home.database) == 0
    one = ask(home, "meng")
    assert (one.kind, one.competency, one.level, one.name, one.issuer_en) == ("level", "NET-1", 1, "孟旺", "Sample county")
    assert one.valid_until > one.earned_on == (NOW - timedelta(days=10)).date()
    page = home.browser("meng").get("/me/certificates").text
    assert one.check_code in page and "Nothing more at present" in page
    answer = confirmed(app, one.ref)
    assert answer.status_code == 200 and "This certificate is valid" in answer.text
    assert "level 1" in answer.text and "孟＊" in answer.text and one.check_code in answer.text and "Sample county" in answer.text


def test_nobody_gets_what_the_evidence_does_not_support(home):
    for key in ("lei", "sun"):
        home.browser(key).post("/me/certificates", data=LEVEL)
    home.browser("meng").post("/me/certificates", data={"kind": "level", "key": "SEC-1"})
    home.browser("meng").post("/me/certificates", data={"kind": "course", "key": "none"})
    assert count(home.database) == 0


def test_the_same_certificate_is_not_issued_twice(home):
    ask(home, "meng")
    assert "You have this certificate already" in home.browser("meng").post("/me/certificates", data=LEVEL, follow_redirects=True).text
    assert count(home.database) == 1


def test_nobody_sees_or_changes_anothers_certificate(home):
    ref = ask(home, "meng").ref
    other = home.browser("zhaxi")
    answers = [other.get(f"/me/certificates/{ref}.pdf"), other.post(f"/me/certificates/{ref}/name"), other.post(f"/me/certificates/{ref}/withdraw")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert ref not in other.get("/me/certificates").text
    assert [home.browser(key).get("/me/certificates").status_code for key in ("hr", "admin")] == [403, 403]


def words(data: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))


@pytest.mark.parametrize("language,heading,sentence", [("en", "Certificate", "in this competency, level 1"), ("zh-Hans", "孟旺", "NET-1")])
def test_the_paper_is_one_page_on_its_side_with_everything_that_confirms_it(home, language, heading, sentence):
    one = ask(home, "meng")
    reader = PdfReader(io.BytesIO(home.browser("meng").get(f"/me/certificates/{one.ref}.pdf?lang={language}").data))
    said = words(home.browser("meng").get(f"/me/certificates/{one.ref}.pdf?lang={language}").data)
    assert len(reader.pages) == 1 and reader.pages[0].mediabox.width > reader.pages[0].mediabox.height
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF boolean of its own kind
    assert heading in said and sentence in said and "孟旺" in said
    assert one.check_code in said.replace(" ", "")  # a kerned pair reads as if a space stood between
    assert f"/verify/{one.ref}" in said.replace(" ", "") and "YX000002" not in said


def test_paper_page_and_confirmation_name_the_same_day_of_issue(home, app):
    with clock.at(NOW.replace(hour=20)):  # four in the morning of the next day where the county lies
        one = ask(home, "meng")
        here = format(NOW + timedelta(days=1), "%-d %B %Y")
        assert here in home.browser("meng").get("/me/certificates").text
        assert f"Issued on {here}" in words(home.browser("meng").get(f"/me/certificates/{one.ref}.pdf?lang=en").data)
        assert here in confirmed(app, one.ref).text


def drawn(data: bytes):
    """The first page as a picture, at the resolution of an office printer's."""
    document = pdfium.PdfDocument(data)
    picture = document[0].render(scale=150 / 72).to_pil()
    document.close()
    return picture


def test_the_address_on_the_paper_is_the_installations_and_not_what_a_request_says(home, app):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], public_url="https://training.example.cn/")
    one = ask(home, "meng")
    answer = home.browser("meng").get(f"/me/certificates/{one.ref}.pdf?lang=en")
    [code] = zxingcpp.read_barcodes(drawn(answer.data))
    assert code.text == f"https://training.example.cn/verify/{one.ref}"


def test_a_camera_reads_the_address_that_confirms_it_from_the_paper(home, app):
    one = ask(home, "meng")
    [code] = zxingcpp.read_barcodes(drawn(home.browser("meng").get(f"/me/certificates/{one.ref}.pdf?lang=en").data))
    address = urlsplit(code.text)
    assert code.format == zxingcpp.BarcodeFormat.QRCode and address.scheme in ("http", "https") and address.path == f"/verify/{one.ref}"
    page = app.test_client().get(address.path, headers={"Accept-Language": "en"})
    assert page.status_code == 200 and one.check_code in page.text


def test_the_holder_decides_about_the_name(home, app):
    shown = ask(home, "meng", shows_name="1")
    assert "孟旺" in confirmed(app, shown.ref).text
    home.browser("meng").post(f"/me/certificates/{shown.ref}/name", data={"shows_name": "0"})
    page = confirmed(app, shown.ref).text
    assert "孟旺" not in page and "孟＊" in page


def test_the_public_page_tells_nothing_beyond_the_paper(home, app):
    one = ask(home, "meng")
    answer = confirmed(app, one.ref)
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow" and '<meta name="robots" content="noindex, nofollow">' in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    private = ("YX000002", "Service centre", "10000000000", home.cast.refs["meng"])
    assert [word for word in private if word in answer.text] == []


def test_unknown_and_never_issued_look_alike_and_there_is_no_list(home, app):
    ask(home, "meng")
    strange = [re.sub(r'nonce-[^"]+|/verify/[^"&]+', "", confirmed(app, ref).text) for ref in ("x", "A" * 32, "NET-1", "YX000003")]
    strange = [re.sub(r"next=[^\"]*", "", page) for page in strange]
    assert len(set(strange)) == 1 and "There is no certificate with this reference" in strange[0]
    assert {app.test_client().get(path).status_code for path in ("/verify", "/verify/")} == {404}


def test_who_tries_references_is_slowed_down_and_forgotten_the_next_day(home, app):
    one = ask(home, "meng")
    answers = [confirmed(app, f"guess{n}").status_code for n in range(queries.MOST_MISSES + 1)]
    assert answers == [404] * queries.MOST_MISSES + [429]
    assert confirmed(app, one.ref).status_code == 429
    with clock.at(NOW + queries.WINDOW):
        assert confirmed(app, one.ref).status_code == 200
    with home.database.reading() as session:
        assert not [miss.origin for miss in session.scalars(select(VerificationMiss)) if "." in miss.origin or len(miss.origin) != 32]
    jobs.nightly(NOW + timedelta(days=2))
    with home.database.reading() as session:
        assert session.scalars(select(VerificationMiss)).all() == []


def test_hr_revokes_with_a_reason_that_only_the_holder_reads(home, app):
    one = ask(home, "meng")
    hr = home.browser("hr")
    assert hr.post(f"/talent/certificates/{one.ref}/revoke", data={"reason": "no"}).status_code == 422
    assert hr.post(f"/talent/certificates/{one.ref}/revoke", data={"reason": "Issued for another person by mistake."}).status_code == 303
    page = confirmed(app, one.ref).text
    assert "This certificate was revoked" in page and "by mistake" not in page
    assert "by mistake" in home.browser("meng").get("/me/certificates").text
    assert home.browser("meng").get(f"/me/certificates/{one.ref}.pdf").status_code == 404
    with home.database.reading() as session:
        told = session.scalars(select(Notice).where(Notice.official_id == one.official_id, Notice.kind == "issued_certificate_revoked")).one()
        logged = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.ISSUED_CERTIFICATE_REVOKED)).one()
    assert told.facts["reason"] == "Issued for another person by mistake." and logged.official_id == one.official_id
    assert hr.post(f"/talent/certificates/{one.ref}/revoke", data={"reason": "Once more, for no reason."}).status_code == 409


def test_hr_sees_and_revokes_only_those_of_its_own_people(home):
    one = ask(home, "meng")
    assert "孟旺" in home.browser("hr").get("/talent/certificates/").text
    neighbour = home.browser("hr_neighbour")
    assert "孟旺" not in neighbour.get("/talent/certificates/").text
    assert neighbour.get(f"/talent/certificates/{one.ref}").status_code == 404
    assert neighbour.post(f"/talent/certificates/{one.ref}/revoke", data={"reason": "For a reason of mine."}).status_code == 404
    assert {home.browser(key).get("/talent/certificates/").status_code for key in ("head", "meng", "admin", "auditor", "author")} == {403}


def test_hr_s_look_is_logged_and_the_list_is_narrowed_and_exported(home):
    ask(home, "meng")
    hr = home.browser("hr")
    assert "Nothing is found" in hr.get("/talent/certificates/?state=revoked").text
    assert "Nothing is found" in hr.get("/talent/certificates/?q=nobody").text
    rows = hr.get("/talent/certificates/list.csv?state=valid").data.decode("utf-8-sig").splitlines()
    assert rows[1].startswith("YX000002,孟旺,") and ",valid," in rows[1]
    with home.database.reading() as session:
        seen = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.PEOPLE_LISTED)).all()
    assert {entry.official_id for entry in seen} == {home.cast.officials["meng"]}


def test_a_withdrawn_certificate_tells_no_more_than_that(home, app):
    one = ask(home, "meng", shows_name="1")
    home.browser("meng").post(f"/me/certificates/{one.ref}/withdraw")
    page = confirmed(app, one.ref).text
    assert "withdrawn by its holder" in page
    assert [word for word in ("孟", "NET-1", "level 1", one.check_code) if word in page] == []
    assert ask(home, "meng").ref != one.ref


def test_a_certificate_ends_with_its_date(home, app):
    one = ask(home, "meng")
    with clock.at(NOW + (one.valid_until - NOW.date()) + timedelta(days=1)):
        assert "This certificate has expired" in confirmed(app, one.ref).text
        assert "expired" in browser_of(app, home.cast, "meng").get("/me/certificates").text
    with clock.at(NOW + (one.valid_until - NOW.date())):
        assert "This certificate is valid" in confirmed(app, one.ref).text


def test_a_correction_supersedes_what_the_evidence_no_longer_supports(home, app):
    one = ask(home, "meng")
    home.correct()
    assert newest(home.database).ending == "superseded"
    assert "This certificate is superseded" in confirmed(app, one.ref).text
    with home.database.reading() as session:
        told = session.scalars(select(Notice).where(Notice.kind == "issued_certificate_superseded")).one()
        logged = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.ISSUED_CERTIFICATE_SUPERSEDED)).one()
    assert told.official_id == logged.official_id == one.official_id


def test_a_correction_that_leaves_the_level_leaves_the_certificate(home):
    home.answer("meng", 9, NET_1_Q4="a", NET_1_Q5="a")
    ask(home, "meng")
    home.correct(key=["a"], kind=CorrectionKind.WITHDRAW, code="NET-1-Q5")
    assert supported(home) and newest(home.database).ending is None


def supported(home) -> bool:
    with home.database.reading() as session:
        return queries.competency.was_confirmed(session, official_id=home.cast.officials["meng"], competency="NET-1", level=1, at=NOW)


def test_later_evidence_does_not_touch_a_certificate(home):
    """Wrong answers of a later day, one of which a correction marks anew: what was there when it was issued still holds."""
    ask(home, "meng")
    before = home.row("meng").m_milli
    with clock.at(NOW + timedelta(days=60)):
        home.answer("meng", -60, **{f"NET_1_Q{n}": "b" for n in range(1, 6)})
        home.correct(key="b", code="NET-1-Q4")
    assert home.row("meng").m_milli < before
    assert supported(home) and newest(home.database).ending is None


def test_words_changed_in_the_register_are_not_confirmed(home, app):
    one = ask(home, "meng")
    with home.database.writing() as session:
        session.execute(update(IssuedCertificate).values(level=5))
    page = confirmed(app, one.ref)
    assert "cannot be confirmed" in page.text and "level 5" not in page.text


def test_the_record_holds_ones_certificates(home):
    ask(home, "meng")
    assert "Certificates issued to you" in home.browser("meng").get("/me/record").text
