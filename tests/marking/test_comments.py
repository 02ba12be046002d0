"""What assessors write is read by the others and by the official, without a name, once all marks are in: not before, not by a third."""

from tests.marking.desk import FAIR, GOOD, POOR
from tests.support.people import browser_of

SAID, OTHER = "附件二没有说明谁负责。", "日期前后不一致。"


def test_comments_on_work_wait_for_the_last_mark_the_third_included(app, desk):
    ref = desk.hand_in("zhaxi")
    page, own = f"/marking/works/{ref}", f"/me/evidence/{ref}"
    first, second, third, mine = (browser_of(app, desk.cast, key) for key in ("assessor", "assessor_two", "assessor_three", "zhaxi"))
    desk.judge(ref, "assessor", GOOD, SAID)
    assert SAID not in second.get(page).text and SAID not in mine.get(own).text
    desk.judge(ref, "assessor_two", POOR, OTHER)
    for client, address in ((third, page), (first, page), (mine, own)):
        assert OTHER not in client.get(address).text
    assert "The official and the other assessors read it once all marks are in, without your name." in third.get(page).text
    desk.judge(ref, "assessor_three", FAIR)
    hr = browser_of(app, desk.cast, "hr")
    for client, address in ((first, page), (second, page), (third, page), (mine, own), (hr, f"/people/{desk.cast.refs['zhaxi']}/evidence/{ref}")):
        text = client.get(address).text
        assert SAID in text and OTHER in text
        assert not [name for name in ("评审甲", "评审乙", "评审丙") if name in text.split("<main", 1)[1]]


def test_comments_on_a_short_answer_reach_the_official_and_both_markers(app, desk):
    response = desk.answered("zhaxi", level=3)
    page = f"/marking/answers/{response}"
    desk.mark(response, "assessor", [1, 1, 0], SAID)
    first, second = browser_of(app, desk.cast, "assessor"), browser_of(app, desk.cast, "assessor_two")
    assert SAID not in first.get(page).text and "once all are in" in first.get(page).text and SAID not in second.get(page).text
    desk.mark(response, "assessor_two", [1, 1, 1])
    for client in (first, second):
        text = client.get(page).text
        assert SAID in text and "0 · 1" in text
        assert page in client.get("/marking/").text
    told = browser_of(app, desk.cast, "zhaxi").get("/me/notices").text
    assert f"The assessor wrote: “{SAID}”" in told


def test_what_one_marked_lately_is_found_again_below_the_queue(app, desk):
    ref, response = desk.hand_in("zhaxi"), desk.answered("meng")
    client = browser_of(app, desk.cast, "assessor")
    assert "What you marked lately" not in client.get("/marking/").text
    desk.judge(ref, "assessor", GOOD)
    desk.mark(response, "assessor", [1, 1, 1])
    page = client.get("/marking/").text
    below = page.split("What you marked lately", 1)[1]
    assert f"/marking/works/{ref}" in below and f"/marking/answers/{response}" in below and "not yet in" in below
    assert "What you marked lately" not in browser_of(app, desk.cast, "assessor_two").get("/marking/").text
