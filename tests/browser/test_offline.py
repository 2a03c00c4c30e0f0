"""The site as an application of a phone: it opens without a line, keeps nobody's pages for another, sends kept forms once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.sessions.models import Session
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from tests.browser.hands import Hand
from tests.browser.persons import sign_in

from koopset.apps.billing import services as billing_services
from koopset.apps.billing.factories import make_billing_organisation, make_fee, post_month
from koopset.apps.people.factories import make_login, make_person
from koopset.apps.people.models import Person
from koopset.apps.register.factories import make_unit
from koopset.foundation.access.models import IdempotencyRecord
from koopset.foundation.notifications import notify
from koopset.foundation.notifications.links import Ticket, letters_url
from koopset.foundation.notifications.models import Delivery, Notification
from koopset.foundation.rights.actors import SYSTEM
from koopset.kernel.period import Month
from koopset.portal.views import installed

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: What a browser says of requests that find no line; of one that was on its way through the service worker it says ERR_FAILED.
# A part of a page that is asked for when the page stands stays as it is without a line: its ways on are there.
NO_LINE = pytest.mark.console(
    r"ERR_INTERNET_DISCONNECTED|Failed to fetch|ERR_FAILED.*/page-token/|htmx:(afterRequest|sendError)"
)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), NO_LINE]
PHONE = (390, 844)


@dataclass
class Neighbours:
    """Vera owes 900 ₽ for 600 m², Foma 1 200 ₽ for 800 m²."""

    organisation_id: int
    vera: Person
    foma: Person

    def url(self, name: str, *args: object) -> str:
        return reverse(name, args=[self.organisation_id, *args])


@pytest.fixture
def neighbours(transactional_db: None) -> Neighbours:
    pk = make_billing_organisation().pk
    now = timezone.now()
    people = []
    for plot, area_m2, name in (("11", 600, "Ключникова Вера Павловна"), ("12", 800, "Соседов Фома Лукич")):
        person = make_person(pk, name=name, login=make_login(password=None))
        unit = make_unit(pk, plot, area_m2=area_m2, owners=[person])
        billing_services.personal_account_open(
            actor=SYSTEM,
            organisation_id=pk,
            number=None,
            payer_id=person.pk,
            unit_ids=[unit.pk],
            opened_on=Month(2026, 1).first,
            now=now,
        )
        people.append(person)
    make_fee(pk)
    post_month(pk, month=Month.of(timezone.localdate()), now=now)
    return Neighbours(pk, *people)


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A telephone on which the site may install its service worker."""
    return open_page(PHONE, service_workers="allow")


def words(page: Page) -> str:
    return " ".join(page.locator("main").inner_text().split())


def kept(page: Page) -> list[str]:
    """Addresses of the pages that lie in the phone."""
    found: list[str] = page.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys()) if (name.startsWith("ks-pages-"))
                for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
            return found;
        }"""
    )
    return found


def until(page: Page, truth: Callable[[], bool]) -> None:
    """Wait for what happens behind the page."""
    for _ in range(100):
        if truth():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not happen")


def open_start(page: Page, neighbours: Neighbours, person: Person) -> str:
    """The resident's start page, seen and kept; its address."""
    sign_in(page, person.login)
    page.goto("/")
    address = neighbours.url("portal:start", "resident")
    page.wait_for_url(f"**{address}")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => 1)")
    until(page, lambda: {address, neighbours.url("billing:my-documents")} <= set(kept(page)))
    return address


def test_the_site_can_be_installed(phone: Page, neighbours: Neighbours) -> None:
    open_start(phone, neighbours, neighbours.vera)
    told = phone.context.new_cdp_session(phone).send("Page.getInstallabilityErrors")
    errors = [one["errorId"] for one in told["installabilityErrors"]]
    assert [error for error in errors if error != "in-incognito"] == []  # a browser of tests is private
    manifest = phone.context.new_cdp_session(phone).send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert '"short_name": "КООПСЕТЬ"' in manifest["data"]


def test_without_a_line_the_application_opens_with_the_last_debt(phone: Page, neighbours: Neighbours) -> None:
    address = open_start(phone, neighbours, neighbours.vera)
    phone.context.set_offline(True)
    phone.goto("/")
    phone.wait_for_url(f"**{address}")
    seen = words(phone)
    assert re.search(r"Нет связи\. Показано на \d{1,2} [а-я]+, \d\d:\d\d\.", seen), seen
    assert "900,00 ₽" in seen
    assert phone.evaluate("[...document.styleSheets].filter(one => one.cssRules.length).length") >= 4
    # Papers that were not even opened are there too.
    phone.get_by_role("link", name="Все квитанции").click()
    phone.wait_for_url(f"**{neighbours.url('billing:my-documents')}")
    assert "Показано на" in words(phone)
    # What was never kept says so and names what there is.
    phone.goto(reverse("account_change_password"))
    phone.get_by_role("link", name="Мои квитанции").wait_for()
    assert "не открывали" in words(phone)
    phone.goto(address)
    phone.context.set_offline(False)
    phone.wait_for_function("() => !document.body.dataset.keptAt", timeout=60_000)
    assert "Нет связи" not in words(phone)


def test_a_line_only_said_to_be_there_leads_nobody_back(phone: Page, neighbours: Neighbours) -> None:
    """A browser says "online" while there is no line yet: its person is on the way to another page and comes there."""
    open_start(phone, neighbours, neighbours.vera)
    phone.context.set_offline(True)
    phone.goto(neighbours.url("billing:my-documents"))
    elsewhere = reverse("account_change_password")
    phone.evaluate(
        "address => { location.href = address; window.dispatchEvent(new Event('online')); }", elsewhere
    )
    phone.wait_for_url(f"**{elsewhere}")
    phone.get_by_role("link", name="Мои квитанции").wait_for()


def test_pages_of_money_writing_are_never_kept(phone: Page, neighbours: Neighbours) -> None:
    sign_in(phone, neighbours.vera.login)
    for address in (reverse("notifications:settings"), reverse("account_change_password"), "/"):
        phone.goto(address)
        phone.evaluate("() => navigator.serviceWorker.ready.then(() => 1)")
        phone.goto(address)
    until(phone, lambda: neighbours.url("portal:start", "resident") in kept(phone))
    assert not {reverse("notifications:settings"), reverse("account_change_password")} & set(kept(phone))


def test_after_signing_out_nothing_of_the_person_is_left(
    phone: Page, neighbours: Neighbours, hand: Callable[[Page], Hand]
) -> None:
    does = hand(phone)
    address = open_start(phone, neighbours, neighbours.vera)
    does.unfold("Ещё")
    does.press("Выйти")
    phone.wait_for_url(re.compile(r":\d+/$"))
    assert kept(phone) == []
    phone.context.set_offline(True)
    for place in ("/", address):
        phone.goto(place)
        assert "900" not in words(phone)
        assert "Ключникова" not in phone.content()


LATE_ANSWER = """async ([source, asksLate]) => {
    // The worker's own text, with a site whose answers we let come.
    const answers = [], site = request => new Promise(come => answers.push([new URL(request.url).pathname, come]));
    const worker = {addEventListener() {}, location, registration: {}, clients: {matchAll: async () => []}};
    const parts = new Function("self", "fetch", source + "; return {warm, signOut, became, recall, SITE}")(worker, site);
    const headers = {"X-Koopset-Who": "7", "X-Koopset-Keep": "1"};
    const answer = async path => {
        for (let i = 0; i < 200 && !answers.some(one => one[0] === path); i++) await new Promise(done => setTimeout(done, 5));
        const answered = new Response("900", path === parts.SITE.logout ? {} : {headers});
        answers.splice(answers.findIndex(one => one[0] === path), 1)[0][1](answered);
    };
    await parts.became("7", 0);
    const before = asksLate ? null : parts.warm(["/my/"]);
    const left = parts.signOut(new Request(parts.SITE.logout, {method: "POST"}));
    for (let i = 0; i < 200 && !answers.some(one => one[0] === parts.SITE.logout); i++) await new Promise(done => setTimeout(done, 5));
    const warm = before || parts.warm(["/my/"]);
    if (asksLate) { await answer("/my/"); await warm; }
    await answer(parts.SITE.logout);
    await left;
    if (!asksLate) { await answer("/my/"); await warm; }
    return [await parts.recall("who"), (await caches.keys()).filter(name => name.startsWith("ks-pages-"))];
}"""


@pytest.mark.parametrize(
    ("asks_late", "lock"),
    [
        pytest.param(False, "began === epoch", id="asked before, answered after"),
        pytest.param(
            True, "await forget();\n  return", id="asked after the phone was emptied, before the site knew"
        ),
    ],
)
def test_an_answer_from_before_signing_out_is_not_kept_after_it(
    phone: Page, neighbours: Neighbours, asks_late: bool, lock: str
) -> None:
    phone.goto("/")
    source = phone.request.get("/sw.js").text()
    assert phone.evaluate(LATE_ANSWER, [source, asks_late]) == ["-", []]
    assert source.count(lock) == 1
    unlocked = source.replace(lock, "true" if lock.startswith("began") else "return")
    assert phone.evaluate(LATE_ANSWER, [unlocked, asks_late]) == ["7", ["ks-pages-7"]]


def test_signing_out_without_a_line_empties_the_phone_too(phone: Page, neighbours: Neighbours) -> None:
    address = open_start(phone, neighbours, neighbours.vera)
    phone.context.set_offline(True)
    phone.locator("details.ks-more > summary").click()
    phone.get_by_role("button", name="Выйти").click()
    phone.get_by_text("Нет связи").first.wait_for()
    assert kept(phone) == []
    phone.goto(address)
    assert "900" not in words(phone)


def leave_without_a_line(page: Page) -> None:
    page.context.set_offline(True)
    page.locator("details.ks-more > summary").click()
    page.get_by_role("button", name="Выйти").click()
    page.get_by_text("сайт узнает об этом").wait_for()


def test_a_sign_out_without_a_line_ends_the_session_as_soon_as_there_is_one(
    phone: Page, neighbours: Neighbours
) -> None:
    address = open_start(phone, neighbours, neighbours.vera)
    assert Session.objects.count() == 1
    leave_without_a_line(phone)
    assert Session.objects.count() == 1
    phone.context.set_offline(False)
    until(phone, lambda: not Session.objects.exists())
    phone.goto(address)
    phone.wait_for_url(f"**{reverse('account_login')}?**")
    assert (
        phone.evaluate("async () => !!(await (await caches.open('ks-state')).match('/_state/out'))") is False
    )


def test_a_sign_out_that_waited_goes_before_the_page_that_is_asked_for(
    phone: Page, neighbours: Neighbours
) -> None:
    """The application is opened anew when the line is back: the first page it shows is already nobody's."""
    address = open_start(phone, neighbours, neighbours.vera)
    leave_without_a_line(phone)
    phone.goto("about:blank")
    phone.context.set_offline(False)
    phone.goto(address)
    assert "900,00" not in phone.content()
    assert reverse("account_login") in phone.url
    assert not Session.objects.exists()


def test_a_sign_out_that_waited_signs_out_nobody_else(phone: Page, neighbours: Neighbours) -> None:
    open_start(phone, neighbours, neighbours.vera)
    leave_without_a_line(phone)
    phone.goto("about:blank")
    sign_in(phone, neighbours.foma.login)
    phone.context.set_offline(False)
    phone.goto("/")
    phone.wait_for_url(f"**{neighbours.url('portal:start', 'resident')}")
    assert "1 200,00 ₽" in words(phone)
    phone.goto(reverse("people:me"))
    assert "Соседов" in phone.content()


OWED = """async source => {
    // The worker's own text, before a site that only writes down what it is asked.
    const asked = [], heard = {}, site = async request => {
        asked.push(new URL(request.url || request, location.origin).pathname);
        return new Response(JSON.stringify({who: "7", session: "s7", csrf: "c"}), {headers: {"X-Koopset-Who": "-"}});
    };
    const worker = {addEventListener(name, work) { heard[name] = work; }, location, registration: {}, clients: {matchAll: async () => []}};
    const parts = new Function("self", "fetch", source + "; return {owe, recall}")(worker, site);
    await parts.owe("s7");
    const given = request => new Promise(done => heard.fetch({request, waitUntil() {}, respondWith: done})).then(() => 1);
    await Promise.race([
        Promise.all([["/my/", "navigate"], ["/part/", "cors"]].map(
            ([path, mode]) => given({url: location.origin + path, method: "GET", mode})
        )),
        new Promise(done => setTimeout(done, 1000))
    ]);
    return [asked, await parts.recall("out")];
}"""


def test_nothing_goes_out_before_a_sign_out_that_waits(phone: Page, neighbours: Neighbours) -> None:
    """Its twin, the lock off, lets the pages of the session that should have ended through."""
    phone.goto("/")
    source = phone.request.get("/sw.js").text()
    token, out = reverse("portal:page_token"), reverse("portal:sign_out_kept")
    asked, still = phone.evaluate(OWED, source)
    assert (asked[:2], sorted(asked[2:]), still) == ([token, out], ["/my/", "/part/"], None)
    lock = "else if (owed !== null)"
    assert source.count(lock) == 1
    asked, still = phone.evaluate(OWED, source.replace(lock, "else if (false)"))
    assert (asked, still) == (["/my/"], "s7")


SAID = """async source => {
    // The script of pages twice, as in two windows of one person, with a form that was sent behind both.
    const windows = [new Function(source), new Function(source)], store = await caches.open("ks-state"), said = [];
    document.body.dataset.who = "7";
    delete document.body.dataset.keptAt;
    await store.put("/_state/sent", new Response(JSON.stringify([{who: "7", title: "ваши контакты"}])));
    document.addEventListener("ks:toast", event => said.push(event.detail.text));
    for (const open of windows) open();
    for (let i = 0; i < 200 && await store.match("/_state/sent"); i++) await new Promise(done => setTimeout(done, 5));
    await new Promise(done => setTimeout(done, 200));
    return said.filter(text => text.includes("отправлено")).length;
}"""


def test_what_was_sent_is_said_by_one_window(phone: Page, neighbours: Neighbours) -> None:
    """Its twin, the lock off, says it in each."""
    phone.goto("/")
    source = phone.request.get(static("ui/offline.js")).text()
    assert phone.evaluate(SAID, source) == 1
    lock = "return mine ? found : [];"
    assert source.count(lock) == 1
    phone.goto("/")
    assert phone.evaluate(SAID, source.replace(lock, "return found;")) == 2


def test_another_login_never_sees_what_was_kept_for_the_first(phone: Page, neighbours: Neighbours) -> None:
    address = open_start(phone, neighbours, neighbours.vera)
    documents = neighbours.url("billing:my-documents")
    sign_in(
        phone, neighbours.foma.login
    )  # without signing out: the session ran out, the phone went to another hand
    phone.goto(reverse("notifications:list"))
    assert documents not in kept(phone)
    phone.context.set_offline(True)
    for place in ("/", address, documents):
        phone.goto(place)
        assert "900,00" not in words(phone)
        assert "Ключникова" not in phone.content()
    phone.context.set_offline(False)
    open_start(phone, neighbours, neighbours.foma)
    phone.context.set_offline(True)
    phone.goto("/")
    phone.wait_for_url(f"**{address}")
    assert "1 200,00 ₽" in words(phone)


def test_a_form_kept_without_a_line_is_sent_once(
    phone: Page, neighbours: Neighbours, hand: Callable[[Page], Hand]
) -> None:
    does = hand(phone)
    open_start(phone, neighbours, neighbours.vera)
    phone.goto(reverse("people:me"))
    vera = neighbours.vera
    changes = vera.history.count()
    phone.context.set_offline(True)
    does.write(phone.locator("input[name$='-phone']"), "+7 921 000-00-11")
    does.press("Сохранить контакты")
    phone.get_by_text("отправим сами").wait_for()
    phone.get_by_text("Ждёт связи на этом устройстве: ваши контакты").wait_for()
    phone.goto("/")  # the page was left; the form waits in the phone
    phone.get_by_text("Ждёт связи").first.wait_for()
    vera.refresh_from_db()
    assert vera.phone == ""
    phone.context.set_offline(False)
    phone.get_by_text("отправлено: ваши контакты").wait_for()
    phone.wait_for_function("() => !document.body.dataset.keptAt")  # the page has renewed itself
    phone.goto(reverse("people:me"))
    assert phone.locator("input[name$='-phone']").input_value().endswith("11")
    assert "Ждёт связи" not in words(phone)
    for _ in range(3):
        phone.evaluate("() => navigator.serviceWorker.controller.postMessage({type: 'flush'})")
    phone.goto("/")
    assert vera.history.count() == changes + 1
    assert IdempotencyRecord.objects.count() == 1


def test_a_kept_form_that_is_not_accepted_comes_back_to_be_put_right(
    phone: Page, neighbours: Neighbours
) -> None:
    open_start(phone, neighbours, neighbours.vera)
    phone.goto(reverse("people:me"))
    phone.context.set_offline(True)
    phone.locator("input[name$='-phone']").fill("позвоните")
    phone.get_by_role("button", name="Сохранить контакты").click()
    phone.get_by_text("отправим сами").wait_for()
    phone.context.set_offline(False)
    phone.get_by_text("не принято: ваши контакты").wait_for()
    assert phone.locator("input[name$='-phone']").input_value() == "позвоните"
    assert not IdempotencyRecord.objects.exists()


def test_a_kept_form_is_never_sent_for_another_login(phone: Page, neighbours: Neighbours) -> None:
    open_start(phone, neighbours, neighbours.vera)
    assert neighbours.vera.login is not None
    notify(
        organisation_id=None,
        topic="x.y",
        title="Новость",
        login_ids=[neighbours.vera.login.pk],
        now=timezone.now(),
    )
    phone.goto(reverse("notifications:list"))
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Отметить всё прочитанным").click()
    phone.get_by_text("отправим сами").wait_for()
    sign_in(phone, neighbours.foma.login)
    phone.context.set_offline(False)
    phone.goto(reverse("notifications:list"))
    assert "Ждёт связи" not in words(phone)
    phone.goto("/")
    assert Notification.objects.get().read_at is None
    assert phone.evaluate(
        "async () => (await (await caches.open('ks-state')).keys()).filter(one => one.url.includes('/_form/')).length"
    ) == 0  # fmt: skip


def test_a_form_that_needs_a_line_is_not_lost_without_one(
    phone: Page, neighbours: Neighbours, hand: Callable[[Page], Hand]
) -> None:
    does = hand(phone)
    open_start(phone, neighbours, neighbours.vera)
    does.open(reverse("notifications:settings"))
    phone.context.set_offline(True)
    does.choose("Тихо с", "20")
    does.press("Сохранить часы")
    phone.get_by_text("можно отправить только со связью").wait_for()
    assert phone.locator("select[name=quiet_from]").input_value() == "20"


def test_an_update_is_offered_and_never_takes_what_is_typed(
    phone: Page, neighbours: Neighbours, monkeypatch: pytest.MonkeyPatch, hand: Callable[[Page], Hand]
) -> None:
    does = hand(phone)
    open_start(phone, neighbours, neighbours.vera)
    phone.goto(reverse("people:me"))
    monkeypatch.setattr(installed, "shell_version", lambda: "another")
    phone.evaluate("() => navigator.serviceWorker.getRegistration().then(one => one.update()).then(() => 1)")
    button = phone.get_by_role("button", name="Обновить")
    button.wait_for()
    phone.evaluate("() => { window.stayed = true; }")
    does.write(phone.locator("input[name$='-phone']"), "+7 921 000-00-12")
    does.press("Обновить")
    phone.get_by_text("Сначала сохраните").wait_for()
    assert phone.evaluate("window.stayed")
    assert phone.locator("input[name$='-phone']").input_value().endswith("12")
    phone.evaluate("() => { delete document.querySelector('form[data-changed]').dataset.changed; }")
    does.press("Обновить")
    phone.wait_for_function("() => !window.stayed")
    until(phone, lambda: "ks-static-another" in phone.evaluate("caches.keys()"))
    assert phone.get_by_role("button", name="Обновить").count() == 0


def test_a_push_is_shown_and_leads_to_its_notice(phone: Page, neighbours: Neighbours) -> None:
    open_start(phone, neighbours, neighbours.vera)
    phone.context.grant_permissions(["notifications"])
    session = phone.context.new_cdp_session(phone)
    found: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    until(phone, lambda: bool(found))
    session.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": re.sub(r"^(https?://[^/]+).*$", r"\1", phone.url),
            "registrationId": found[0]["registrationId"],
            "data": '{"title": "Новая квитанция", "url": "/notices/1/", "tag": "notice-1"}',
        },
    )
    shown = """() => navigator.serviceWorker.ready.then(one => one.getNotifications())
        .then(all => all.map(one => [one.title, one.tag, one.data.url]))"""
    until(phone, lambda: bool(phone.evaluate(shown)))
    assert phone.evaluate(shown) == [["Новая квитанция", "notice-1", "/notices/1/"]]


def test_pages_of_notices_are_accessible(
    open_page: Callable[..., Page], neighbours: Neighbours, axe: Callable[..., list[str]]
) -> None:
    login = neighbours.vera.login
    assert login is not None
    row = notify(
        organisation_id=None, topic="x.y", title="Новость", login_ids=[login.pk], now=timezone.now()
    )[0]
    Delivery.objects.create(notification=row, at=timezone.now(), place="v…@example.org", outcome="sent")
    link = letters_url(Ticket(None, login.pk, "billing.document")).partition("8000")[2]
    faults: list[str] = []
    for size in (PHONE, (1280, 800)):
        page = open_page(size)
        sign_in(page, login)
        for address in (
            reverse("notifications:settings"),
            reverse("notifications:sent"),
            reverse("notifications:list"),
            link,
            reverse("portal:offline"),
        ):
            page.goto(address)
            faults += [f"{address} {fault}" for fault in axe(page)]
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0], address
    assert not faults, "\n".join(faults)
