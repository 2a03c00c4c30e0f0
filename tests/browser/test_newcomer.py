"""A chair who has never been here brings a settlement in, from an empty database, by the guide alone; so do the others whom it takes.

An installation of its own: `koopset migrate`, `koopset serve` with its worker, letters in a folder. Nobody here calls a service or makes
a row: people read docs/guides, press what these name and read their letters (see `guide_walk`). What must come of it is reckoned from
the table of the settlement (`lime_avenue`), not asked of the program.
"""

from __future__ import annotations

import email
import email.policy
import re
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
import zxingcpp
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils import timezone
from PIL import Image
from tests.browser import lime_avenue as avenue
from tests.browser.guide_walk import SLOW, SLOWEST, Reader, parts_of, plain
from tests.running.installation import Installation, installation

from koopset.apps.billing.payments.factories import Doc, statement_text
from koopset.foundation.ui.templatetags.ks import money, number
from koopset.kernel.period import Month

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300, func_only=True),
]

PASSWORD = "три ведра яблок"
CHAIR, TREASURER, OPERATOR = "orlova@example.org", "gusev@example.org", "operator@example.org"
LAST_FIRST_STEP = "9. Пригласить жителей"
#: All that the chair does, from the first page to the list of debtors, the reading of the guide included. The platform's own check and
#: the treasurer's part are other people's time.
TWENTY_MINUTES, HALF_AN_HOUR = 20.0, 30.0


@dataclass
class Platform:
    """The site as it was installed, and the letters it has sent."""

    place: Installation
    base: str
    letters_in: Path

    def letters(self, to: str) -> list[EmailMessage]:
        found = []
        for path in sorted(self.letters_in.glob("*.log"), key=lambda one: one.name):
            for part in path.read_bytes().split(b"-" * 79):
                letter = email.message_from_bytes(part.strip(), policy=email.policy.default)
                if letter["To"] == to:
                    found.append(letter)
        return found

    def letter(self, to: str, about: str) -> tuple[str, str]:
        """Subject and text of the letter about something; letters come when the worker has sent them."""
        for _time in range(600):
            for letter in self.letters(to):
                body = letter.get_body(("plain",))
                if about in plain(letter["Subject"]) and body is not None:
                    return plain(letter["Subject"]), body.get_content()
            threading.Event().wait(0.1)
        raise AssertionError(f"no letter to {to} about {about}")

    def link(self, reader: Reader, to: str, about: str) -> None:
        """Go to the letters, read the one about something, open its link."""
        reader.errand()
        subject, text = self.letter(to, about)
        reader.saw(subject)
        [address, *_rest] = re.findall(re.escape(self.base) + r"(/\S+)", text)
        reader.open(address)


@pytest.fixture
def platform(tmp_path: Path, django_db_setup: None) -> Iterator[Platform]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base, letters = f"http://127.0.0.1:{port}", tmp_path / "letters"
    settings = {"SITE_URL": base, "EMAIL_URL": f"filemail:///{letters}", "LOG_LEVEL": "WARNING"}
    settings["QUIET_HOURS"] = "off"  # the journey is done at any hour
    with installation(tmp_path / "var") as place:
        assert place.koopset("migrate", **settings).returncode == 0
        site = place.start("koopset.config.cli", "serve", "--port", str(port), quiet=True, **settings)
        try:
            _await(base, site)
            yield Platform(place, base, letters)
        finally:
            site.terminate()
            site.communicate(timeout=30)


def _await(base: str, site: subprocess.Popen[str]) -> None:
    for _time in range(600):
        try:
            urllib.request.urlopen(f"{base}/healthz", timeout=5).close()
            return
        except OSError:
            assert site.poll() is None
            threading.Event().wait(0.1)
    raise AssertionError("the site does not start")


def code_of_app(secret: str) -> str:
    """What an application of one-time codes shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def paper(path: Path) -> Path:
    Image.new("RGB", (600, 800), "white").save(path)
    return path


def sign_up(reader: Reader, platform: Platform, address: str, last: str, first: str, middle: str) -> None:
    reader.open("/")
    reader.press("Зарегистрироваться")
    reader.fill(
        email=address, last_name=last, first_name=first, middle_name=middle, password1=PASSWORD, password2=PASSWORD
    )  # fmt: skip
    reader.press("Зарегистрироваться", within="main")
    platform.link(reader, address, "подтвердите почту")
    reader.press("Да, мой")


def sign_in(reader: Reader, address: str) -> None:
    reader.fill(login=address, password=PASSWORD)
    reader.press("Войти", within="main")


def accept_invitation(reader: Reader, platform: Platform, address: str) -> None:
    platform.link(reader, address, "приглашает")
    reader.fill(password1=PASSWORD, password2=PASSWORD)
    reader.press("Задать и войти")


def text_of(page: Page) -> str:
    return plain(page.locator("main").inner_text())


def rub(kop: int) -> str:
    return plain(str(money(kop)))


# The chair's part


def apply(chair: Reader, today: date, tmp_path: Path) -> None:
    chair.begin("2. Подать заявку от имени товарищества")
    caption = "Подать заявку от посёлка или поставщика"
    chair.press(caption, as_shown=re.compile(caption.replace(" ", r"\s+")))
    chair.press("Подать заявку", within="main")
    chair.choose("form", "садоводческое товарищество (СНТ)")
    chair.fill(
        name_short=avenue.NAME,
        name_full=avenue.FULL_NAME,
        inn=avenue.INN,
        ogrn=avenue.OGRN,
        phone="+7 000 555-17-04",
        elected_on=str(today - timedelta(days=300)),
        term_until=str(today + timedelta(days=400)),
        minutes_number="3",
    )
    assert (
        chair.page.locator("[name=last_name]").input_value() == "Орлова"
    )  # told at sign-up, not asked again
    chair.choose("territory_id", avenue.PLACE)
    chair.press("Сохранить черновик")
    for name in ("выписка.pdf", "протокол.pdf"):
        chair.press("Приложить документ")
        chair.bring(paper(tmp_path / name))  # what is still to be brought is chosen already
        chair.press("Приложить")
    chair.press("Отправить заявку")
    chair.press("Да, отправить")


def verify(operator: Reader, platform: Platform) -> None:
    operator.begin("1. Стать оператором")
    sign_up(operator, platform, OPERATOR, "Седов", "Пётр", "Иванович")
    made = platform.place.koopset("operator", OPERATOR)
    assert made.returncode == 0, made.stderr
    sign_in(operator, OPERATOR)
    operator.press("Позже")


def check_application(operator: Reader, today: date) -> None:
    operator.begin("2. Организации и заявки")
    operator.page.locator("main a").filter(has_text=avenue.NAME).first.click()
    operator.look()
    operator.press("Подтвердить")
    operator.fill(extract_number="ЮЭ9965-26-117", extract_on=str(today - timedelta(days=2)))
    operator.press("Подтвердить", within="main form")
    operator.finish()


def protect(chair: Reader, platform: Platform) -> None:
    chair.begin("3. Включить второй шаг входа")
    platform.link(chair, CHAIR, "председатель проверен")
    chair.press("Главная")
    chair.press("Включить второй шаг входа")
    chair.press("Включить коды")
    chair.errand()
    [secret] = re.findall(r"\b[A-Z2-7]{32}\b", text_of(chair.page))
    chair.fill(code=code_of_app(secret))
    chair.press("Включить")
    chair.press("Готово")


def appoint(chair: Reader) -> None:
    chair.begin("4. Назначить казначея")
    chair.press("Главная")
    chair.press("Назначить и пригласить казначея")
    chair.press("Дать роль")
    chair.press("Добавить человека", within="main")
    chair.fill(last_name="Гусев", first_name="Николай", middle_name="Петрович", email=TREASURER)
    chair.press("Сохранить")
    assert chair.page.locator("[name=person]").input_value() == "Гусев Николай Петрович"
    chair.choose("role", "Казначей")
    chair.fill(basis="решение правления № 2")
    chair.press("Дать роль", within="main form")
    chair.press("Пригласить", within="#roles")


def enter_account(chair: Reader) -> None:
    chair.begin("5. Вписать расчётный счёт")
    chair.press("Главная")
    chair.press("Вписать расчётный счёт")
    chair.press("Добавить счёт")
    chair.fill(
        number=avenue.ACCOUNT, bic=avenue.BANK_CODE, bank_name=avenue.BANK, correspondent=avenue.CORRESPONDENT
    )
    chair.press("Вписать счёт")


def bring_register(chair: Reader, tmp_path: Path) -> None:
    chair.begin("6. Загрузить реестр")
    table = tmp_path / "Список садоводов.xlsx"
    avenue.write_table(table)
    chair.press("Главная")
    chair.press("Загрузить реестр участков и собственников")
    chair.bring(table)
    chair.press("Дальше, к столбцам")
    chair.choose_labelled(avenue.DEED_HEADING, "Документ-основание")
    chair.press("Проверить таблицу")
    bad = len(avenue.WRONG)
    chair.press("Загрузить", as_shown=re.compile(rf"Загрузить\s+{avenue.PLOTS - bad}\s+участков"))
    chair.wait_for("Реестр загружен")
    with chair.page.expect_download() as coming:
        chair.press("Скачать строки для исправления", stays=True)
    failed = tmp_path / "Исправить.xlsx"
    coming.value.save_as(failed)
    chair.errand()
    mend(failed)
    chair.press("Загрузить другой файл")
    chair.bring(failed)
    chair.press("Дальше, к столбцам")  # the column named by hand is known already
    assert chair.page.get_by_label(avenue.DEED_HEADING, exact=True).input_value() == "deed"
    chair.press("Проверить таблицу")
    chair.press("Загрузить", as_shown=re.compile(rf"Загрузить\s+{bad}\s+участка"))
    chair.wait_for("Реестр загружен")
    chair.press("Открыть реестр")


def mend(path: Path) -> None:
    """What a person does in Excel with the lines that came back: by the words in the last column."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    said = {str(row[-1].value) for row in sheet.iter_rows(min_row=2)}
    assert len(said) == len(avenue.WRONG) + 1  # one plot has two lines
    right = {line.owner.full: line for line in avenue.lines() if line.owner is not None}
    heads = [str(cell.value) for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        cells = dict(zip(heads, row, strict=True))
        line = right[str(cells["Собственник (ФИО)"].value)]
        cells["Доля"].value = "" if line.share == 1 else str(line.share)
        cells["Площадь, соток"].value = line.area
    book.save(path)


def decide(chair: Reader, today: date) -> None:
    chair.begin("7. Внести решение о взносах")
    chair.press("Главная")
    chair.press("Внести решение собрания о взносах")
    chair.fill(
        decided_on=str(today - timedelta(days=20)), number="4", item="5", title="Членский взнос",
        wording="Установить членский взнос 150 рублей с сотки в месяц.",
    )  # fmt: skip
    chair.press("Внести в реестр")


def set_fee(chair: Reader) -> None:
    chair.begin("8. Завести взнос")
    chair.press("Главная")
    chair.press("Завести взнос")
    chair.fill(title="Членский взнос", rate=str(avenue.RATE_KOP // 100))
    chair.press(
        "Добавить взнос", within="main form"
    )  # a сотка, this month, the only decision: chosen already


def invite(chair: Reader) -> None:
    chair.begin(LAST_FIRST_STEP)
    chair.press("Главная")
    chair.press("Пригласить жителей")
    chair.press("Пригласить всех")
    chair.press("Да, пригласить")
    chair.press("Главная")


# The treasurer's part


def take_office(treasurer: Reader, platform: Platform) -> None:
    treasurer.begin("1. Войти по приглашению")
    accept_invitation(treasurer, platform, TREASURER)
    treasurer.press("Подтвердить расчётный счёт")
    treasurer.press("Подтвердить", within="#accounts")
    treasurer.press("Да, всё верно")
    treasurer.press("Главная")
    treasurer.press("Начать учёт")
    treasurer.press("Начать учёт", within="main form")


def charge(treasurer: Reader, total: str) -> None:
    treasurer.begin("4. Начислить месяц")
    treasurer.press("Главная")
    treasurer.press("Начислить месяц")
    spaced = re.escape(total).replace(r"\ ", r"\s")
    treasurer.press("Провести", as_shown=re.compile(rf"Провести\s+{spaced}"))
    treasurer.wait_for("Проведено")


def issue_bills(treasurer: Reader) -> None:
    treasurer.begin("5. Выпустить и разослать квитанции")
    treasurer.press("Выпустить квитанции")
    treasurer.press("Выпустить")
    treasurer.wait_for("Печать и рассылка")
    treasurer.press("Разослать по почте")
    treasurer.press("Отправить")


def read_statement(treasurer: Reader, path: Path, lines: int) -> None:
    treasurer.begin("6. Загрузить выписку и разобрать платежи")
    treasurer.press("Главная")
    treasurer.press("Загрузить выписку", within="main")
    treasurer.bring(path)
    treasurer.press("Проверить файл")
    treasurer.press("Провести", as_shown=re.compile(rf"Провести\s+{lines}\s+строк"))
    treasurer.wait_for("Выписка проведена")


# The journey


def test_a_chair_brings_a_settlement_in_by_the_guide_alone(
    platform: Platform,
    open_page: Callable[..., Page],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    today = timezone.localdate()
    month = Month.of(today)

    def reader(guide: str, size: tuple[int, int] = (1280, 800)) -> Reader:
        page = open_page(size, base_url=platform.base)
        page.set_default_timeout(30_000)
        return Reader(guide, page)

    chair, operator, treasurer = reader("chair"), reader("operator"), reader("treasurer")
    resident = reader("resident", (390, 844))

    # The chair applies, the operator checks, the chair goes on through the list of the desk.
    verify(operator, platform)
    chair.begin("1. Завести логин")
    sign_up(chair, platform, CHAIR, "Орлова", "Тамара", "Ильинична")
    sign_in(chair, CHAIR)
    apply(chair, today, tmp_path)
    operator.page.goto("/operator/")
    check_application(operator, today)
    protect(chair, platform)
    appoint(chair)
    enter_account(chair)
    bring_register(chair, tmp_path)
    shown = text_of(chair.page)
    members = len({line.owner for line in avenue.lines() if line.owner and line.is_member})
    for figure in (
        f"Участки {avenue.PLOTS} {plain(str(number(sum(avenue.areas().values()))))} м²",
        f"Члены {members}", "Без собственника 1", "Доли не сходятся 0",
    ):  # fmt: skip
        assert figure in shown, (figure, shown[:400])
    decide(chair, today)
    set_fee(chair)
    invite(chair)
    with_email = [line.plot for line in avenue.lines() if line.email]
    for plot in with_email:
        platform.letter(f"plot{plot}@example.org", "приглашает")
    chair.page.reload()
    chair.finish()
    assert "сделано 6 из 9" in text_of(chair.page)  # the other three are the treasurer's

    # Every step of the beginner's half of the guide was walked, in its order.
    titles = list(parts_of("chair"))[1:]
    assert chair.walked == titles[: titles.index(LAST_FIRST_STEP) + 1]

    # The treasurer confirms, charges and issues.
    total = sum(avenue.fee_of(plot) for plot in avenue.areas())
    take_office(treasurer, platform)
    charge(treasurer, rub(total))
    issue_bills(treasurer)
    for plot in with_email:
        platform.letter(f"plot{plot}@example.org", "Квитанция")
    treasurer.page.reload()
    treasurer.finish()
    assert f"Квитанций {avenue.PLOTS} К оплате {rub(total)} ₽ Отправлено {len(with_email)}" in text_of(
        treasurer.page
    )

    # A resident is let in by the letter, sees the debt, and the bank's application reads the square.
    resident.begin("1. Войти по приглашению")
    accept_invitation(resident, platform, f"plot{avenue.RESIDENT_PLOT}@example.org")
    resident.finish()
    owes = avenue.fee_of(avenue.RESIDENT_PLOT)
    assert f"{rub(owes)} ₽" in text_of(resident.page)
    resident.page.get_by_role("link", name="Оплатить по QR").click()
    square = read_square(resident.page)
    assert (square["Sum"], square["PersonalAcc"]) == (str(owes), avenue.ACCOUNT)

    # The bank's file: by the code, by the plot, by name and sum, less than was owed, and somebody nobody knows.
    docs = [
        Doc(owes, square["Purpose"], avenue.owner_of(avenue.RESIDENT_PLOT).full, day=today, number="1"),
        Doc(avenue.fee_of(1), "взнос, участок 1", avenue.owner_of(1).full, day=today, number="2"),
        Doc(avenue.fee_of(2), "членский взнос", avenue.owner_of(2).full, day=today, number="3"),
        Doc(300_00, "взнос", avenue.owner_of(3).full, day=today, number="4"),
        Doc(avenue.fee_of(avenue.WITHOUT_OWNER), "за дачу", "Неведомый Фома Лукич", day=today, number="5"),
    ]
    statement = tmp_path / "kl_to_1c.txt"
    statement.write_text(statement_text(avenue.ACCOUNT, docs, since=month.first, until=month.last), "utf-8")
    read_statement(treasurer, statement, len(docs))
    treasurer.press("ждут вас", as_shown=re.compile(r"ждут\s+вас"), within="main")
    treasurer.press("Провести", as_shown=re.compile(r"Провести\s+2\s+уверенных"))
    choose_by_hand(treasurer, "Неведомый", str(avenue.WITHOUT_OWNER))
    treasurer.finish()

    # The chair sees who owes; the books agree.
    paid = {
        avenue.RESIDENT_PLOT: owes,
        1: avenue.fee_of(1),
        2: avenue.fee_of(2),
        avenue.WITHOUT_OWNER: avenue.fee_of(avenue.WITHOUT_OWNER),
    }
    owing = {plot: avenue.fee_of(plot) for plot in avenue.areas() if plot not in paid}
    chair.page.goto("/")
    chair.page.get_by_role("link", name="Должники").first.click()
    chair.look()
    shown = text_of(chair.page)
    assert f"{len(owing)} счетов, всего {rub(sum(owing.values()))} ₽" in shown, shown[:300]
    for line in avenue.lines():
        if line.plot in paid:
            assert f"участок {line.plot}, {line.street} " not in shown
    verified = platform.place.koopset("ledger", "verify")
    assert (verified.returncode, verified.stdout.strip()) == (0, "Книги сходятся: итоги равны проводкам.")

    for one in (chair, operator, treasurer, resident):
        record_property(one.name, f"{one.effort}, {one.effort.minutes(SLOW):.1f} min")
    done = chair.effort
    assert done.minutes(SLOW) <= TWENTY_MINUTES, done
    assert done.minutes(SLOWEST) <= HALF_AN_HOUR, done
    bounds = {"presses": 60, "fields": 40, "keys": 550, "choices": 12, "pages": 55, "errands": 6}
    assert [name for name, most in bounds.items() if getattr(done, name) > most] == [], done


def choose_by_hand(treasurer: Reader, payer: str, plot: str) -> None:
    """A payment that nobody could guess, put to a plot."""
    row = treasurer.page.locator("tr").filter(has_text=payer)
    row.get_by_role("link", name="Выбрать").click()
    treasurer.look()
    treasurer.fill(q=plot)
    treasurer.press("Найти", within="main")
    treasurer.press("Добавить", within="main")
    treasurer.press("Провести", as_shown=re.compile("Провести"), within="main")


def read_square(page: Page) -> dict[str, str]:
    """What an application of a bank reads off the screen: the fields of ГОСТ Р 56042."""
    page.wait_for_load_state("networkidle")
    page.locator(".ks-tabs").evaluate_all("bars => bars.forEach(bar => bar.remove())")
    picture = Image.open(BytesIO(page.screenshot(full_page=True)))
    [found] = zxingcpp.read_barcodes(picture)
    head, *parts = bytes(found.bytes).decode("cp1251").split("|")
    assert head == "ST00011"
    return dict(part.split("=", 1) for part in parts)
