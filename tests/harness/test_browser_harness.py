"""The watch over pages: it must see what it is there to see."""

import pytest
from conftest import Watch, _is_loopback

pytestmark = pytest.mark.browser


def complaints_of(browser, content: str, *expected: str) -> list[str]:
    watch = Watch(list(expected))
    context = browser.new_context()
    watch.attach(context)
    page = context.new_page()
    page.goto("about:blank")
    page.set_content(content)
    page.wait_for_load_state("networkidle")
    context.close()
    return watch.complaints


def test_quiet_page_has_no_complaints(browser):
    assert complaints_of(browser, "<p>тихо") == []


def test_console_error_is_seen(browser):
    [complaint] = complaints_of(browser, "<script>console.error('беда')</script>")
    assert complaint.startswith("console error: беда")


def test_exception_is_seen(browser):
    [complaint] = complaints_of(browser, "<script>throw new Error('упало')</script>")
    assert "упало" in complaint


def test_expected_message_is_let_pass(browser):
    assert complaints_of(browser, "<script>console.error('беда 42')</script>", r"беда \d+") == []


def test_foreign_host_is_seen_even_if_expected(browser):
    complaints = complaints_of(browser, "<img src='http://example.com/pixel.png'>", ".*")
    assert complaints == ["request to a foreign host: http://example.com/pixel.png"]


def test_axe_sees_a_nameless_button_under_a_strict_policy(browser, axe):
    page = browser.new_context().new_page()
    policy = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\">"
    page.set_content(
        f"<!doctype html><html lang=ru><head>{policy}<title>т</title></head><main><h1>т</h1><button></button></main>"
    )
    found = axe(page)
    page.context.close()
    assert [line.split(" ", 1)[0] for line in found] == ["button-name"]


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("10.0.0.1", False), ("example.com", False)],
)
def test_what_counts_as_this_machine(host, here):
    assert _is_loopback(host) is here
