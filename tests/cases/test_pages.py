"""The pages of appeals, for the official and for who answers."""

KEY = "The key that holds now"


def test_an_official_contests_a_result_and_reads_the_answer(desk):
    mine, hr = desk.browser("zhaxi"), desk.browser("hr")
    assert "You have made no appeal." in mine.get("/me/appeals").text
    link = f"/me/appeals/new?attempt={desk.attempt}"
    assert link in mine.get(f"/attempts/{desk.attempt}/result").text
    assert "The result as a whole" in mine.get(link).text and KEY not in mine.get(link + "&question=1").text
    made = mine.post("/me/appeals/new", data={"attempt": desk.attempt, "question": "", "text": "The line was down."}, follow_redirects=True)
    ref = made.request.path.rsplit("/", 1)[-1]
    assert "The line was down." in made.text and "to be answered by" in made.text and "Withdraw the appeal" in made.text
    assert "1 appeal waits for your answer" in hr.get("/").text
    assert "扎西" in hr.get("/cases/").text
    assert "Take up the appeal" in hr.get(f"/cases/{ref}").text
    assert "Answer the appeal" in hr.post(f"/cases/{ref}/take-up", follow_redirects=True).text
    assert hr.post(f"/cases/{ref}/answer", data={"reason": "x"}).status_code == 422
    kept = hr.post(f"/cases/{ref}/answer", data={"finding": "upheld", "outcome": "no_change", "reason": ""})
    assert kept.status_code == 422 and "Give a reason." in kept.text
    done = hr.post(f"/cases/{ref}/answer", data={"finding": "partly", "outcome": "retake", "reason": "Line down from 9 to 10."}, follow_redirects=True)
    assert "Answered; the official is told." in done.text
    read = mine.get(f"/me/appeals/{ref}").text
    assert "Partly upheld" in read and "Line down from 9 to 10." in read and "Withdraw the appeal" not in read
    assert "Partly upheld" in mine.get("/me/notices").text and "Your appeal was answered" in mine.get("/").text
    assert ref not in hr.get("/cases/").text and ref in hr.get("/cases/?state=answered&order=newest").text


def test_a_question_is_judged_without_the_name_and_the_key_stays_with_the_administrator(desk):
    ref = desk.appeal(1)
    mine, admin = desk.browser("zhaxi"), desk.browser("admin")
    assert KEY not in mine.get(f"/me/appeals/{ref}").text and "The answer given" in mine.get(f"/me/appeals/{ref}").text
    page = admin.get(f"/cases/{ref}").text
    assert "The answer given" in page and "/corrections/new?item=" in page and "扎西" not in page and "YX000001" not in page
    assert "扎西" not in admin.get("/cases/").text
    assert desk.browser("hr").get(f"/cases/{ref}").status_code == 403


def test_withdrawn_on_the_page_and_no_reason_says_so(desk):
    mine = desk.browser("zhaxi")
    assert mine.post("/me/appeals/new", data={"attempt": desk.attempt, "text": " "}).status_code == 422
    ref = desk.appeal()
    assert "under way" in mine.post("/me/appeals/new", data={"attempt": desk.attempt, "text": "again"}).text
    assert "Your appeal is withdrawn." in mine.post(f"/me/appeals/{ref}/withdraw", follow_redirects=True).text
    assert "moved on" in mine.post(f"/me/appeals/{ref}/withdraw", follow_redirects=True).text


def test_strangers_find_nothing_and_chinese_is_spoken(desk):
    ref = desk.appeal()
    assert desk.browser("meng").get(f"/me/appeals/{ref}").status_code == 404
    assert desk.browser("meng").get(f"/me/appeals/new?attempt={desk.attempt}").status_code == 404
    assert desk.browser("head").get("/cases/").status_code == 403
    assert 'lang="zh-Hans"' in desk.browser("zhaxi", "zh-Hans").get(f"/me/appeals/{ref}").text
