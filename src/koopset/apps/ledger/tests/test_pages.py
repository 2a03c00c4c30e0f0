"""Pages of the books: each opens in both languages, empty and full; without the right it is not there."""

import pytest
from django.urls import reverse
from django.utils import timezone

from koopset.apps.ledger import factories, selectors
from koopset.apps.ledger.models import Month as MonthRow
from koopset.apps.ledger.models import Operation
from koopset.apps.organisations.factories import make_bank_account, make_organisation, make_role
from koopset.foundation.rights.roles import Role
from koopset.kernel.period import Month

pytestmark = pytest.mark.django_db

#: name -> (arguments, roles that may not see it among those who run the office)
PAGES = {
    "trial_balance": ((), ()),
    "trial_balance_xlsx": ((), ()),
    "account_card": (("50",), ()),
    "account_card_xlsx": (("50",), ()),
    "trial_subjects": (("51",), ()),
    "trial_subjects_xlsx": (("51",), ()),
    "journal": ((), ()),
    "journal_xlsx": ((), ()),
    "months": ((), ()),
    "chart": ((), ()),
    "history": ((), ()),
    "operation": (("OPERATION",), ()),
    "operation_new": ((), (Role.CHAIR, Role.AUDITOR)),
    "operation_reverse": (("OPERATION",), (Role.CHAIR, Role.AUDITOR)),
    "opening_balances": ((), (Role.CHAIR, Role.AUDITOR)),
    "opening_template": ((), (Role.CHAIR, Role.AUDITOR)),
    "chart_account_new": ((), (Role.CHAIR, Role.AUDITOR)),
    "chart_account": (("26",), (Role.CHAIR, Role.AUDITOR)),
    "month_close": ((202601,), (Role.AUDITOR,)),
    "month_reopen": ((202601,), (Role.TREASURER, Role.AUDITOR)),
    "book_open": ((), (Role.AUDITOR,)),
}


@pytest.fixture
def org():
    return make_organisation().pk


@pytest.fixture
def books(org):
    bank = make_bank_account(org)
    today = timezone.localdate()
    factories.book(org, opened_month=Month.of(today).plus(-6).number)
    return factories.operation(
        org, [("50", "91", 150_00), (("51", bank.pk), "91", 99_00)], on_date=today, title="Пожертвование"
    )


@pytest.fixture
def enter(client, org):
    def enter(role):
        client.force_login(make_role(org, role).person.login)
        return client

    return enter


def address(name, org, arguments=(), operation=None):
    return reverse(
        f"ledger:{name}", args=[org, *(operation.pk if one == "OPERATION" else one for one in arguments)]
    )


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_each_page_opens(enter, org, books, name, language):
    client = enter(Role.ACCOUNTANT)
    answer = client.get(address(name, org, PAGES[name][0], books), headers={"accept-language": language})
    assert answer.status_code == 200
    if "xlsx" in name or name == "opening_template":
        assert b"".join(answer.streaming_content).startswith(b"PK")


@pytest.mark.parametrize("name", [name for name in PAGES if "OPERATION" not in PAGES[name][0]])
def test_each_page_before_the_books_are_open(enter, org, name):
    answer = enter(Role.ACCOUNTANT).get(address(name, org, PAGES[name][0]))
    of_an_account = {"account_card", "account_card_xlsx", "trial_subjects", "chart_account"}
    assert answer.status_code == (404 if name in of_an_account else 200)


@pytest.mark.parametrize("role", [Role.CHAIR, Role.TREASURER, Role.AUDITOR])
def test_who_sees_what(enter, org, books, role):
    client = enter(role)
    for name, (arguments, refused) in PAGES.items():
        answer = client.get(address(name, org, arguments, books))
        assert answer.status_code == (404 if role in refused else 200), (name, role)


def test_others_see_nothing(enter, client, org, books):
    elsewhere = make_organisation().pk
    client.force_login(make_role(elsewhere, Role.ACCOUNTANT).person.login)
    for name, (arguments, _refused) in PAGES.items():
        assert client.get(address(name, org, arguments, books)).status_code == 404, name
    factories.book(elsewhere)
    assert client.get(address("operation", elsewhere, ("OPERATION",), books)).status_code == 404
    client.logout()
    assert client.get(address("trial_balance", org)).status_code == 302


def entry(**changes):
    return {
        "key": "k1",
        "on_date": timezone.localdate().isoformat(),
        "title": "Куплены лампы",
        "debit": "10",
        "credit": "50",
        "amount": "1 234,50",
    } | changes


def test_an_entry_by_hand_is_posted_once(enter, org, books):
    client = enter(Role.TREASURER)
    first = client.post(address("operation_new", org), entry())
    second = client.post(address("operation_new", org), entry())
    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    assert selectors.balance(org, "10") == 1_234_50


def test_an_entry_names_a_bank_account_by_its_end(enter, org, books):
    number = make_bank_account(org, confirmed=False).number
    enter(Role.TREASURER).post(address("operation_new", org), entry(credit="51", credit_number=number))
    assert selectors.balance(org, "10") == 1_234_50


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "много"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"credit": "51"}, "credit_number"),
        ({"credit": "51", "credit_number": "12345"}, "credit_number"),
        ({"debit": "50"}, "credit"),
        ({"on_date": "2001-01-01"}, "on_date"),
    ],
)
def test_a_refused_entry_keeps_what_was_typed(enter, org, books, changes, field):
    before = Operation.objects.filter(organisation_id=org).count()
    answer = enter(Role.TREASURER).post(address("operation_new", org), entry(**changes))
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert "Куплены лампы" in answer.content.decode()
    assert Operation.objects.filter(organisation_id=org).count() == before


def test_a_reversal_from_the_page(enter, org, books):
    client = enter(Role.ACCOUNTANT)
    url = address("operation_reverse", org, ("OPERATION",), books)
    today = timezone.localdate().isoformat()
    assert client.post(url, {"on_date": today, "reason": ""}).status_code == 200
    assert client.post(url, {"on_date": today, "reason": "Задвоено"}).status_code == 302
    assert selectors.balance(org, "50") == 0
    assert client.post(url, {"on_date": today, "reason": "Задвоено"}).status_code == 200


def test_months_from_the_page(enter, org, books):
    client = enter(Role.ACCOUNTANT)
    month = Month.of(timezone.localdate()).previous()
    assert client.post(address("month_close", org, (month.number,))).status_code == 302
    assert (
        client.post(address("month_reopen", org, (month.number,)), {"reason": "Пришёл счёт"}).status_code
        == 302
    )
    assert MonthRow.objects.get(organisation_id=org, month=month.number).state == MonthRow.State.OPEN
    assert client.get(address("history", org)).status_code == 200
    assert client.get(address("month_close", org, (999912,))).status_code == 404
    assert client.get(address("month_close", org, (1,))).status_code == 404


def test_opening_balances_from_the_page_and_from_a_table(enter, org, books, tmp_path):
    client = enter(Role.TREASURER)
    url = address("opening_balances", org)
    one = {"form": "one", "key": "a", "code": "50", "number": "", "debit": "100", "credit": ""}
    assert client.post(url, one).status_code == 302
    assert client.post(url, one | {"key": "b", "debit": ""}).status_code == 200

    path = tmp_path / "остатки.csv"
    path.write_text("Счёт;Номер;Дебет;Кредит\n86.01;;;100\n44;;5;\n", "utf-8")
    with path.open("rb") as file:
        refused = client.post(url, {"form": "file", "file": file})
    assert refused.status_code == 200
    assert refused.context["wrong"][0][0] == 3
    path.write_text("Счёт;Номер;Дебет;Кредит\n86.01;;;100\n", "utf-8")
    for _again in range(2):
        with path.open("rb") as file:
            assert client.post(url, {"form": "file", "file": file}).status_code == 302
    assert selectors.balance(org, "000") == 0
    assert selectors.balance(org, "86.01") == -100_00


def test_the_chart_from_the_page(enter, org, books):
    client = enter(Role.ACCOUNTANT)
    data = {"code": "76.07", "name": "Аренда", "kind": "both", "subject": ""}
    assert client.post(address("chart_account_new", org), data).status_code == 302
    assert client.post(address("chart_account_new", org), data).status_code == 200
    url = address("chart_account", org, ("76.07",))
    assert client.post(url, {"act": "rename", "name": "Аренда земли"}).status_code == 302
    assert client.post(url, {"act": "close"}).status_code == 302
    assert client.post(url, {"act": "reopen"}).status_code == 302
    assert client.post(address("chart_account", org, ("50",)), {"act": "close"}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "from=x&to=y",
        "page=99999999",
        "page=-1",
        "subject=x",
        "day_from=2026-13-45",
        "from=2026-12&to=2026-01",
    ],
)
def test_nonsense_in_the_address_is_harmless(enter, org, books, query):
    client = enter(Role.ACCOUNTANT)
    for name in ("trial_balance", "journal", "account_card", "trial_subjects"):
        assert client.get(address(name, org, PAGES[name][0]) + "?" + query).status_code == 200


def test_opening_the_books(enter, org):
    client = enter(Role.CHAIR)
    assert client.get(address("trial_balance", org)).status_code == 200
    assert (
        client.post(address("book_open", org), {"month": "2026-01", "profile": "nonprofit"}).status_code
        == 302
    )
    assert (
        client.post(address("book_open", org), {"month": "2026-01", "profile": "nonprofit"}).status_code
        == 200
    )
    assert selectors.book_of(org).opened_month == 202601
