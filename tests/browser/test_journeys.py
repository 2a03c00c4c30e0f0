"""Journeys of a treasurer at a desk and of a resident with a telephone, in a browser against a live server.

Squares of banking applications are read by zbarimg, which shares no code with the ones who draw them. Pages are left before
their jobs are run: on SQLite the server and the test share one connection, and a page under way asks for its progress.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdfium2 import PdfDocument
from tests.browser.hands import Hand, Keyboard, payload
from tests.browser.persons import sign_in

from koopset.apps.billing import services as billing_services
from koopset.apps.billing.factories import make_fee, post_month
from koopset.apps.billing.models import ChargeRun, DocumentIssue, PaymentDocument, PersonalAccount
from koopset.apps.billing.payments.factories import Doc, make_paying_organisation, post, statement_text
from koopset.apps.billing.payments.models import BankLine, BankStatement, Payment
from koopset.apps.organisations.factories import make_role
from koopset.apps.people.factories import PASSWORD, make_login, make_person
from koopset.apps.people.models import Login
from koopset.apps.register.factories import make_unit
from koopset.foundation.jobs.models import Job
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel.period import Month

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

with_reader = pytest.mark.skipif(
    shutil.which("zbarimg") is None, reason="zbarimg is not installed: sudo apt install zbar-tools"
)
RESIDENT_NAME = "Ключникова Вера Павловна"
STRANGE_NAME = "Неведомый Фома Лукич"
STRANGE_PURPOSE = "за что-то"


@dataclass
class Village:
    """Two plots, 600 and 800 m², with a fee of 150 ₽ a сотка: 900 ₽ and 1200 ₽ a month."""

    organisation_id: int
    bank_account: str
    treasurer: Login
    resident: Login
    account: PersonalAccount
    month: Month

    def url(self, name: str, *args: object) -> str:
        return reverse(name, args=[self.organisation_id, *args])

    def statement(self, first_kop: int) -> str:
        """The resident pays `first_kop` by the code; somebody pays 777 ₽ and says nothing of use."""
        return statement_text(
            self.bank_account,
            [
                Doc(first_kop, f"Взнос, код {self.account.payment_code}", RESIDENT_NAME),
                Doc(777_00, STRANGE_PURPOSE, STRANGE_NAME, number="2"),
            ],
        )


@pytest.fixture
def village(transactional_db: None) -> Village:
    """Accounts and a fee are there, nothing is charged yet."""
    pk, number = make_paying_organisation()
    now = timezone.now()
    treasurer = make_login()
    make_role(pk, Role.TREASURER, person=make_person(pk, login=treasurer))
    resident = make_person(pk, name=RESIDENT_NAME, login=make_login(password=None))
    accounts: list[PersonalAccount] = []
    for plot, area_m2, owner in (("11", 600, resident), ("12", 800, make_person(pk))):
        unit = make_unit(pk, plot, area_m2=area_m2, owners=[owner])
        accounts.append(
            billing_services.personal_account_open(
                actor=SYSTEM,
                organisation_id=pk,
                number=None,
                payer_id=owner.pk,
                unit_ids=[unit.pk],
                opened_on=Month(2026, 1).first,
                now=now,
            )
        )
    make_fee(pk)
    assert resident.login is not None
    return Village(pk, number, treasurer, resident.login, accounts[0], Month.of(timezone.localdate()))


@pytest.fixture
def settled(village: Village) -> Village:
    """The month is charged, documents are issued, 400 ₽ of the resident's 900 ₽ came, a strange payment waits."""
    now = timezone.now()
    post_month(village.organisation_id, month=village.month, now=now)
    billing_services.documents_issue(
        actor=SYSTEM, organisation_id=village.organisation_id, month=village.month, now=now
    )
    run_pending_jobs()
    statement = post(village.organisation_id, village.statement(400_00), now=now)
    run_pending_jobs()
    statement.refresh_from_db()
    assert statement.state == BankStatement.State.POSTED
    return village


def plain(text: str | None) -> str:
    """Words apart by one ordinary space."""
    return " ".join((text or "").split())


def words(page: Page) -> str:
    return plain(page.locator("main").inner_text())


def work_is_done(page: Page) -> None:
    """Run what the page has asked for, then come back to it."""
    page.wait_for_load_state("networkidle")
    address = page.url
    page.goto("about:blank")
    ended = run_pending_jobs()
    assert ended
    assert [job.error_code for job in ended if job.error_code] == []
    page.goto(address)


def sheets(pdf: Path, folder: Path) -> list[Path]:
    """Each page of a document as a picture, as a printer at 200 dots an inch gives it."""
    pictures = []
    with PdfDocument(pdf) as document:
        for number, sheet in enumerate(document):
            pictures.append(folder / f"sheet{number}.png")
            sheet.render(scale=200 / 72).to_pil().save(pictures[-1])
    return pictures


def squares(image: Path) -> list[str]:
    """What an independent reader sees in a picture."""
    done = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(image)],
        capture_output=True,
        check=False,
        timeout=60,
    )
    return [line for line in done.stdout.decode("utf-8", "replace").splitlines() if line]


def assert_pays(records: list[str], village: Village) -> None:
    """One record of ГОСТ Р 56042 that brings the resident's 900 ₽ to the body's account by the payment code."""
    [record] = records
    assert record.startswith("ST0001")
    assert "|Sum=90000|" in f"{record}|"
    assert village.bank_account in record
    assert village.account.payment_code in re.sub(r"(?<=\d)[ \u00a0-](?=\d)", "", record)


def assert_no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.url


def test_a_treasurer_signs_in(desktop_page: Page, village: Village, hand: Callable[[Page], Hand]) -> None:
    page, does = desktop_page, hand(desktop_page)
    does.open(reverse("account_login"))
    does.fill("Электронная почта", village.treasurer.email)
    does.fill("Пароль", "не тот пароль", exact=True)
    does.press("Войти")
    does.refused()
    does.fill("Пароль", PASSWORD, exact=True)
    does.press("Войти")
    does.arrive(village.url("portal:start", "treasurer"))
    does.unfold(re.compile("настройки и выход"))
    does.press("Тёмная")
    page.locator("html[data-bs-theme=dark]").wait_for()
    does.press("Выйти")
    does.arrive("/")


@with_reader
def test_treasurer_charges_prints_and_takes_money(
    desktop_page: Page, village: Village, tmp_path: Path, hand: Callable[[Page], Hand]
) -> None:
    page, does = desktop_page, hand(desktop_page)
    sign_in(page, village.treasurer)

    # The start page leads to charging; the sums are seen before they are posted.
    does.open(village.url("portal:start_now"))
    does.use(page.locator(f"a[href^='{village.url('billing:charge-month')}']:visible").first)
    does.arrive(village.url("billing:charge-month"))
    assert "Итого 2 100,00 ₽" in words(page)
    assert not ChargeRun.objects.filter(organisation_id=village.organisation_id).exists()
    does.press("Провести 2 100,00 ₽")
    does.arrive(re.compile(r"/charge/\d+/$"))
    work_is_done(page)
    assert "Проведено" in words(page)
    assert "Итого 2 100,00 ₽" in words(page)

    # Documents of all accounts, printed as one file.
    does.follow("Выпустить квитанции")
    does.arrive(village.url("billing:document-issues"))
    does.press("Выпустить")
    does.arrive(re.compile(r"/documents/issues/\d+/$"))
    work_is_done(page)
    does.press("Подготовить к печати")
    page.wait_for_load_state("networkidle")
    work_is_done(page)
    with page.expect_download() as coming:
        does.follow("Все квитанции одним файлом", exact=False)
    pdf = tmp_path / "all.pdf"
    coming.value.save_as(pdf)
    assert pdf.read_bytes().startswith(b"%PDF-")
    issue = DocumentIssue.objects.get(organisation_id=village.organisation_id)
    assert (issue.documents_count, issue.total_kop) == (2, 2100_00)
    records = [record for sheet in sheets(pdf, tmp_path) for record in squares(sheet)]
    assert len(records) == 2
    assert_pays([one for one in records if village.account.payment_code in one], village)

    # The bank's file: dropped or chosen, looked at, posted.
    does.open(village.url("payments:statement-bring"))
    does.bring(payload("kl_to_1c.txt", village.statement(900_00), "text/plain"))
    assert plain(page.locator("[data-drop-name]").inner_text()).startswith("kl_to_1c.txt,")
    does.press("Проверить файл")
    does.arrive(re.compile(r"/statements/\d+/$"))
    assert not Payment.objects.filter(organisation_id=village.organisation_id).exists()
    does.use(page.locator("form[action$='/post/'] button"))
    page.wait_for_load_state("networkidle")
    work_is_done(page)
    paid = Payment.objects.get(organisation_id=village.organisation_id)
    assert (paid.account_id, paid.amount_kop) == (village.account.pk, 900_00)
    does.open(village.url("payments:payment", paid.pk))
    assert "900,00" in words(page)
    assert village.account.payment_code in words(page)

    # Nobody guesses for the treasurer: the strange payment waits, until the treasurer finds whose it is.
    [waiting] = BankLine.objects.filter(organisation_id=village.organisation_id, state="waiting")
    assert waiting.amount_kop == 777_00
    does.open(village.url("payments:queue"))
    assert STRANGE_NAME in words(page)
    assert STRANGE_PURPOSE in words(page)
    assert RESIDENT_NAME not in words(page)
    does.follow("Выбрать")
    does.arrive(village.url("payments:line", waiting.pk))
    does.fill("Участок, имя, номер счёта или код платежа", "12")
    does.press("Найти")
    does.follow("Добавить")
    does.press("Провести")
    page.wait_for_load_state("networkidle")
    waiting.refresh_from_db()
    assert waiting.state != "waiting"
    assert Payment.objects.filter(organisation_id=village.organisation_id).count() == 2


def test_what_is_renewed_under_the_hands_keeps_the_focus(
    desktop_page: Page, village: Village, keyboard: Callable[[Page], Keyboard]
) -> None:
    """The progress of long work asks anew every two seconds, while somebody thinks over whether to stop it."""
    page, does = desktop_page, keyboard(desktop_page)
    sign_in(page, village.treasurer)
    does.open(village.url("billing:charge-month"))
    does.press("Провести 2 100,00 ₽")
    does.arrive(re.compile(r"/charge/\d+/$"))
    job = Job.objects.get(organisation_id=village.organisation_id, kind="billing.charge_post")
    does.open(village.url("jobs:progress", job.pk))
    does.unfold("Остановить")
    does.reach(page.locator("details[open] button[type=submit]"))
    for _ in range(2):
        page.evaluate("document.getElementById('progress').dataset.old = '1'")
        page.locator("#progress:not([data-old])").wait_for()
        assert page.locator("details[open]").count() == 1
        assert page.evaluate("document.activeElement.matches('details[open] button[type=submit]')")
    does.press("Остановить", within=page.locator("details[open]"))
    page.wait_for_load_state("networkidle")
    job.refresh_from_db()
    assert job.cancel_asked or job.state == "cancelled"


@with_reader
def test_resident_sees_the_debt_pays_and_follows_the_payment(
    phone_page: Page, settled: Village, tmp_path: Path, hand: Callable[[Page], Hand]
) -> None:
    page, does = phone_page, hand(phone_page)
    sign_in(page, settled.resident)

    does.open(settled.url("portal:start_now"))
    does.arrive(settled.url("portal:start", "resident"))
    seen = words(page)
    assert "Членский взнос 6 соток × 150,00 ₽ 900,00 Оплачено −400,00 Итого 500,00 ₽" in seen
    assert_no_sideways_scroll(page)

    document = PaymentDocument.objects.get(
        organisation_id=settled.organisation_id, account_id=settled.account.pk
    )
    does.follow("Все квитанции")
    does.arrive(settled.url("billing:my-documents"))
    does.use(page.locator(f"a[href='{settled.url('billing:my-document', document.pk)}']:visible").first)
    does.arrive(settled.url("billing:my-document", document.pk))
    assert_no_sideways_scroll(page)
    picture = tmp_path / "document.png"
    page.screenshot(path=picture, full_page=True, scale="css")
    assert_pays(squares(picture), settled)

    does.open(settled.url("payments:my-payments"))
    assert_no_sideways_scroll(page)
    paid = Payment.objects.get(organisation_id=settled.organisation_id)
    does.use(page.locator(f"a[href='{settled.url('payments:my-payment', paid.pk)}']"))
    does.arrive(settled.url("payments:my-payment", paid.pk))
    seen = words(page)
    way = (
        "Отправлено",
        "Поступил на расчётный счёт",
        "Лицевой счёт найден",
        "по коду платежа",
        "Проведён в книгах",
    )
    places = [seen.find(step) for step in way]
    assert -1 not in places, seen
    assert places == sorted(places)
    assert f"код {settled.account.payment_code}" in seen
    assert seen.endswith("400,00")  # what it settled
    assert_no_sideways_scroll(page)


def test_pages_are_accessible(
    desktop_page: Page, phone_page: Page, settled: Village, axe: Callable[..., list[str]]
) -> None:
    document = PaymentDocument.objects.get(
        organisation_id=settled.organisation_id, account_id=settled.account.pk
    )
    faults: list[str] = []

    def look(page: Page, address: str) -> None:
        response = page.goto(address)
        assert response is not None
        assert response.status == 200, address
        faults.extend(f"{address} {fault}" for fault in axe(page))

    look(desktop_page, reverse("account_login"))
    sign_in(desktop_page, settled.treasurer)
    for name in ("billing:charge-month", "billing:debtors", "payments:queue", "ledger:trial_balance"):
        look(desktop_page, settled.url(name))
    look(desktop_page, settled.url("portal:start", "treasurer"))
    sign_in(phone_page, settled.resident)
    look(phone_page, settled.url("portal:start", "resident"))
    look(phone_page, settled.url("billing:my-document", document.pk))
    assert not faults, "\n".join(faults)
