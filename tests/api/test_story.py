"""A partner does a whole scenario without a page (K9): from a new organisation to a closed and proven month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from koopset.apps.organisations.factories import make_account_number, make_inn
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import Login, Person
from koopset.foundation.testing.jobs import run_pending_jobs
from koopset.kernel.period import Month

pytestmark = pytest.mark.django_db

BIC = "044030653"


def statement(account: str, day: date, lines: list[tuple[int, str, str]]) -> bytes:
    """A file 1CClientBankExchange with lines that came in: (kopecks, payer, purpose)."""
    shown = f"{day:%d.%m.%Y}"
    total = sum(kop for kop, _payer, _purpose in lines)
    rows = [
        "1CClientBankExchange",
        "ВерсияФормата=1.03",
        "Кодировка=Windows",
        "Отправитель=Банк",
        f"ДатаНачала={shown}",
        f"ДатаКонца={shown}",
        f"РасчСчет={account}",
        "СекцияРасчСчет",
        f"ДатаНачала={shown}",
        f"ДатаКонца={shown}",
        f"РасчСчет={account}",
        "НачальныйОстаток=0.00",
        f"ВсегоПоступило={total / 100:.2f}",
        "ВсегоСписано=0.00",
        f"КонечныйОстаток={total / 100:.2f}",
        "КонецРасчСчет",
    ]
    for number, (kop, payer, purpose) in enumerate(lines, start=1):
        rows += [
            "СекцияДокумент=Платежное поручение",
            f"Номер={number}",
            f"Дата={shown}",
            f"Сумма={kop / 100:.2f}",
            "ПлательщикСчет=40817810000000000001",
            f"ДатаПоступило={shown}",
            f"Плательщик={payer}",
            f"ПолучательСчет={account}",
            "Получатель=СНТ Берёзка",
            f"НазначениеПлатежа={purpose}",
            "КонецДокумента",
        ]
    return "\r\n".join([*rows, "КонецФайла", ""]).encode("cp1251")


def enter(person_id: int) -> Login:
    """The person follows the letter of invitation: the one step that belongs to a human being at a page."""
    login = make_login(password=None)
    Person.objects.filter(pk=person_id).update(login=login)
    return login


def job_done(program: Any, told: dict[str, Any]) -> dict[str, Any]:
    assert told["progress"].endswith(f"/jobs/{told['job_id']}")
    run_pending_jobs()
    job = program.get(told["progress"].removeprefix("/api/v1"))
    assert job["state"] == "done", job
    return job  # type: ignore[no-any-return]


def test_from_a_new_organisation_to_a_closed_month(program: Any) -> None:
    today = timezone.localdate()
    month = Month.of(today).previous()
    number = make_account_number(BIC, 4711)

    operator = program(make_login(password=None, is_operator=True))
    org = operator.post(
        "/organisations", {"form": "snt", "name_short": "СНТ «Берёзка»", "inn": make_inn(4711)}, 201
    )["id"]
    people = {
        role: operator.post(f"/o/{org}/persons", {"last_name": last, "first_name": "Анна"}, 201)["id"]
        for role, last in (("chair", "Лесная"), ("treasurer", "Полевая"))
    }
    for role, person_id in people.items():
        body = {"person_id": person_id, "role": role, "valid_from": "2026-01-01", "basis": "протокол № 1"}
        operator.post(f"/o/{org}/roles", body, 201)
    operator.post(f"/o/{org}/verify", {"minutes_number": "1", "minutes_on": "2026-01-10", "how": "register"})
    chair, treasurer = program(enter(people["chair"])), program(enter(people["treasurer"]))
    assert chair.get("/me")["organisations"] == [{"id": org, "name": "СНТ «Берёзка»", "roles": ["chair"]}]

    # Bank details take two people.
    body = {
        "number": number,
        "bic": BIC,
        "bank_name": "Северо-Западный банк ПАО Сбербанк",
        "correspondent": "30101810500000000653",
    }
    bank = treasurer.post(f"/o/{org}/bank-accounts", body, 201)["id"]
    treasurer.post(f"/o/{org}/bank-accounts/{bank}/confirm", None, 422)
    chair.post(f"/o/{org}/bank-accounts/{bank}/confirm")
    assert treasurer.get(f"/o/{org}/bank-accounts")["items"][0]["is_confirmed"] is True

    # The register by batches.
    cards = [
        {"last_name": last, "first_name": "Иван", "middle_name": "Ильич"} for last in ("Орлов", "Соколов")
    ]
    owners = treasurer.post(f"/o/{org}/persons/batch", {"rows": cards}, key="owners")["results"]
    plots = [
        {
            "number": str(index + 1),
            "area_m2": "600.00",
            "since": "2025-01-01",
            "owners": [{"person_id": owner["id"]}],
        }
        for index, owner in enumerate(owners)
    ]
    made = treasurer.post(f"/o/{org}/units/batch", {"rows": plots}, key="plots")
    assert (made["created"], made["refused"]) == (2, 0)
    units = [row["id"] for row in made["results"]]
    listed = treasurer.get(f"/o/{org}/units")["items"]
    assert [(row["number"], row["owners"][0]["name"], row["gap"]) for row in listed] == [
        ("1", "Орлов Иван Ильич", "0"),
        ("2", "Соколов Иван Ильич", "0"),
    ]

    # The root of money, the books, the fee, the accounts.
    treasurer.post(f"/o/{org}/book", {"opened_month": str(month)}, 201)
    body = {
        "body": "meeting",
        "decided_on": str(month.first - timedelta(days=1)),
        "number": "2",
        "item": "3",
        "title": "О размере взноса",
        "wording": "Установить взнос 150 рублей с сотки в месяц.",
    }
    decision = chair.post(f"/o/{org}/decisions", body, 201)["id"]
    body = {
        "title": "Членский взнос",
        "kind": "membership",
        "base": "sotka",
        "rate": "150",
        "decision_id": decision,
        "from_month": str(month),
    }
    fee = treasurer.post(f"/o/{org}/fees", body, 201)["id"]
    rows = [
        {"payer_id": owner["id"], "units": [{"unit_id": unit}], "opened_on": str(month.first)}
        for owner, unit in zip(owners, units, strict=True)
    ]
    opened = treasurer.post(f"/o/{org}/personal-accounts/batch", {"rows": rows}, key="accounts")
    first, second = [row["id"] for row in opened["results"]]

    # The month is charged as it was previewed, once.
    asked = {"month": str(month), "fee_ids": [fee]}
    preview = treasurer.post(f"/o/{org}/charge-preview", asked)
    assert (preview["lines_count"], preview["total_kop"]) == (2, 180_000)
    asked["fingerprint"] = preview["fingerprint"]
    run = treasurer.post(f"/o/{org}/charge-runs", asked, 202, key="charge")
    assert treasurer.post(f"/o/{org}/charge-runs", asked, 202, key="charge") == run
    job_done(treasurer, run)
    assert treasurer.get(f"/o/{org}/charge-runs/{run['id']}")["state"] == "posted"
    account = treasurer.get(f"/o/{org}/personal-accounts/{first}")
    assert account["balance_kop"] == 90_000

    # Payment documents.
    issue = treasurer.post(f"/o/{org}/document-issues", {"month": str(month)}, 202)
    job_done(treasurer, issue)
    papers = treasurer.get(f"/o/{org}/document-issues/{issue['id']}/documents")["items"]
    assert [paper["total_kop"] for paper in papers] == [90_000, 90_000]
    pdf = treasurer.ask("get", f"/o/{org}/documents/{papers[0]['id']}/pdf")
    assert pdf.content.startswith(b"%PDF")

    # The bank's file: one payment knows its account by the code, the other waits and is matched by hand.
    lines = [
        (90_000, "ОРЛОВ ИВАН ИЛЬИЧ", f"Взнос, код {account['payment_code']}"),
        (50_000, "НЕКТО", "за дачу"),
    ]
    content = statement(number, month.last, lines)
    upload = {"file": SimpleUploadedFile("kl_to_1c.txt", content)}
    assert treasurer.post("/inspect", upload, files=True)["records"] == 2
    upload = {"file": SimpleUploadedFile("kl_to_1c.txt", content)}
    brought = treasurer.post(f"/o/{org}/statements", upload, 201, files=True)
    assert brought["state"] == "checked"
    posted = treasurer.post(f"/o/{org}/statements/{brought['id']}/post", None, 202)
    job_done(treasurer, posted)
    assert treasurer.get(f"/o/{org}/statements/{brought['id']}")["state"] == "posted"
    waiting = treasurer.get(f"/o/{org}/bank-lines")["items"]
    assert [(line["amount_kop"], line["party_name"]) for line in waiting] == [(50_000, "НЕКТО")]
    parts = {"parts": [{"account_id": second, "amount_kop": 50_000}]}
    (payment,) = treasurer.post(f"/o/{org}/bank-lines/{waiting[0]['id']}/match", parts, 201)["ids"]
    way = treasurer.get(f"/o/{org}/payments/{payment}")
    assert way["settled"] == [{"fee": "Членский взнос", "month": str(month), "amount_kop": 50_000}]
    balances = [row["balance_kop"] for row in treasurer.get(f"/o/{org}/personal-accounts")["items"]]
    assert balances == [0, 40_000]
    (debtor,) = treasurer.get(f"/o/{org}/debtors")["items"]
    assert (debtor["account_id"], debtor["debt_kop"]) == (second, 40_000)

    # The books balance, the month is closed, nothing more gets into it.
    trial = treasurer.get(f"/o/{org}/trial-balance", month_from=str(month), month_to=str(month))
    assert trial["total"]["debit_kop"] == trial["total"]["credit_kop"] > 0
    treasurer.post(f"/o/{org}/months/{month}/close")
    assert treasurer.get(f"/o/{org}/months")["items"][0]["month"]
    body = {
        "key": "late",
        "on_date": str(month.last),
        "title": "x",
        "debit": "76.90",
        "credit": "86.01",
        "amount_kop": 1,
    }
    assert treasurer.post(f"/o/{org}/operations", body, 422)["code"] == "ledger.month_closed"
    assert treasurer.get(f"/o/{org}/book/verify") == {"is_proved": True, "discrepancies": []}

    # Owners see their own, others see nothing.
    owner = program(enter(owners[1]["id"]))
    assert owner.get(f"/o/{org}/my/debts")["total_kop"] == 40_000
    assert owner.get(f"/o/{org}/my/payments/{payment}")["payment"]["amount_kop"] == 50_000
    owner.get(f"/o/{org}/payments/{payment}", 404)
    stranger = program(make_login(password=None))
    stranger.get(f"/o/{org}/my/payments/{payment}", 404)
    stranger.get(f"/o/{org}/trial-balance", 404, month_from=str(month), month_to=str(month))
