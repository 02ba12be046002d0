"""HR assigns by form, and an official asks for more time, both without script."""

from lms.operations.sample_county import COUNTY
from tests.browser.chromium import follow, window


def test_assigning_works_without_script(browser, site):
    with window(browser, site, "hr", language="en", java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(f"/talent/assignments/new?kind=course&code=C01&unit={COUNTY}101")
        tab.get_by_label("Reason").fill("Decree year")
        follow(tab.get_by_role("button", name="Look whom it reaches"))
        assert "It reaches" in tab.locator("#reached h2").inner_text()
        follow(tab.get_by_role("button", name="Assign", exact=True))
        assert "/talent/assignments/" in tab.url and "Decree year" in tab.locator(".lead").inner_text()
        assert "Assigned to" in tab.locator(".notice").first.inner_text()


def test_asking_and_answering_work_without_script(browser, site):
    with window(browser, site, "asked", language="en", java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto("/me/assignments")
        assert "HR has yet to answer" in tab.locator("main").inner_text()
    with window(browser, site, "hr", language="en", java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto("/talent/assignments/requests")
        follow(tab.locator("tbody a").first)
        follow(tab.get_by_role("button", name="Give the time"))
        assert "Your answer was given." in tab.locator("main").inner_text()
        assert "more time was given" in tab.locator("main").inner_text()
