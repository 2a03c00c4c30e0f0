"""The inbox: any file is taken, read, and led to the room it belongs to; what cannot be used says why and changes nothing."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from koopset.apps.billing import factories as billing
from koopset.apps.organisations.factories import make_role
from koopset.foundation.files import StoredFile
from koopset.foundation.rights.roles import Role

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parents[5] / "shared" / "samples" / "formats"


def client_of(organisation_id: int, role: Role) -> Client:
    client = Client()
    login = make_role(organisation_id, role).person.login
    assert login is not None
    client.force_login(login)
    return client


@pytest.fixture
def town() -> dict[str, Any]:
    pk = billing.make_billing_organisation().pk
    return {
        "pk": pk,
        "account": billing.make_account(pk),
        "treasurer": client_of(pk, Role.TREASURER),
        "auditor": client_of(pk, Role.AUDITOR),
        "url": reverse("portal:inbox", args=[pk]),
    }


def bring(town: dict[str, Any], name: str, content: bytes, who: str = "treasurer") -> Any:
    return town[who].post(town["url"], {"file": SimpleUploadedFile(name, content)}, follow=True)


def register_table() -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(["Участок", "Площадь, соток", "Собственник"])
    sheet.append(["7", 6, "Петров Пётр Петрович"])
    sheet.append(["8", 8, "Сидорова Анна Ивановна"])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def payment_record(code: str) -> bytes:
    return (
        "ST00012|Name=СНТ Ромашка|PersonalAcc=40703810900000000001|BankName=Банк|BIC=044030653|"
        f"CorrespAcc=30101810500000000653|PersAcc={code}|Sum=120000"
    ).encode()


def test_empty_inbox_says_what_it_can_read(town: dict[str, Any]) -> None:
    page = town["treasurer"].get(town["url"])
    assert page.status_code == 200
    assert "1С" in page.content.decode()


def test_table_goes_to_the_register(town: dict[str, Any]) -> None:
    page = bring(town, "Реестр.xlsx", register_table())
    assert page.status_code == 200
    file = StoredFile.objects.get(organisation_id=town["pk"], kind="inbox")
    url = reverse("portal:inbox_file", args=[town["pk"], file.pk])
    answer = town["treasurer"].post(url, {"do": "start"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"/o/{town['pk']}/register/import/")


def test_payment_code_opens_its_account(town: dict[str, Any]) -> None:
    bring(town, "code.txt", payment_record(town["account"].payment_code))
    file = StoredFile.objects.get(organisation_id=town["pk"], kind="inbox")
    answer = town["treasurer"].post(reverse("portal:inbox_file", args=[town["pk"], file.pk]), {"do": "start"})
    assert answer.headers["Location"] == reverse("billing:account", args=[town["pk"], town["account"].pk])


def test_payment_code_of_nobody_is_said_to_be_so(town: dict[str, Any]) -> None:
    bring(town, "code.txt", payment_record("000"))
    file = StoredFile.objects.get(organisation_id=town["pk"], kind="inbox")
    answer = town["treasurer"].post(reverse("portal:inbox_file", args=[town["pk"], file.pk]), {"do": "start"})
    assert answer.status_code == 422


def test_unknown_file_is_kept_and_called_unknown(town: dict[str, Any]) -> None:
    page = bring(town, "письмо.txt", "Просто письмо председателю.".encode())
    assert page.status_code == 200
    assert "1С" in page.content.decode()
    file = StoredFile.objects.get(organisation_id=town["pk"], kind="inbox")
    answer = town["treasurer"].post(reverse("portal:inbox_file", args=[town["pk"], file.pk]), {"do": "start"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("name", "content"), [("empty.txt", b""), ("picture.png", b"MZ\x90\x00" + b"\x00" * 64)]
)
def test_empty_and_lying_files_are_refused_and_not_kept(
    town: dict[str, Any], name: str, content: bytes
) -> None:
    page = bring(town, name, content)
    assert page.status_code == 422
    assert not StoredFile.objects.filter(organisation_id=town["pk"], kind="inbox").exists()


def test_nothing_chosen(town: dict[str, Any]) -> None:
    assert town["treasurer"].post(town["url"], {}).status_code == 422


def test_too_large_is_refused(town: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("koopset.portal.views.inbox.MAX_BYTES", 10)
    assert bring(town, "long.txt", b"x" * 11).status_code == 422
    assert not StoredFile.objects.filter(organisation_id=town["pk"], kind="inbox").exists()


def test_who_may_not_load_sees_the_file_but_no_button(town: dict[str, Any]) -> None:
    page = bring(town, "Реестр.xlsx", register_table(), who="auditor")
    assert 'value="start"' not in page.content.decode()
    file = StoredFile.objects.get(organisation_id=town["pk"], kind="inbox")
    url = reverse("portal:inbox_file", args=[town["pk"], file.pk])
    assert town["auditor"].post(url, {"do": "start"}).status_code == 422


def test_foreign_and_residents_see_nothing(town: dict[str, Any]) -> None:
    bring(town, "Реестр.xlsx", register_table())
    file = StoredFile.objects.get(organisation_id=town["pk"], kind="inbox")
    other = billing.make_billing_organisation().pk
    stranger = client_of(other, Role.TREASURER)
    staff = client_of(town["pk"], Role.STAFF)
    for client in (stranger, staff):
        assert client.get(town["url"]).status_code == 404
        assert client.get(reverse("portal:inbox_file", args=[town["pk"], file.pk])).status_code == 404
    assert stranger.get(reverse("portal:inbox_file", args=[other, file.pk])).status_code == 404


def test_removed_file_is_gone(town: dict[str, Any]) -> None:
    bring(town, "Реестр.xlsx", register_table())
    file = StoredFile.objects.get(organisation_id=town["pk"], kind="inbox")
    url = reverse("portal:inbox_file", args=[town["pk"], file.pk])
    assert town["treasurer"].post(url, {"do": "forget"}).headers["Location"] == town["url"]
    assert town["treasurer"].get(url).status_code == 404


@pytest.mark.skipif(not SAMPLES.exists(), reason="no samples beside the checkout")
def test_every_sample_gets_an_answer(town: dict[str, Any]) -> None:
    taken = 0
    for path in sorted(SAMPLES.glob("*/*")):
        if (
            path.is_file()
            and 0 < path.stat().st_size < 300_000
            and path.suffix in {".txt", ".xlsx", ".csv", ".png", ".xml"}
        ):
            assert bring(town, path.name, path.read_bytes()).status_code in {200, 422}, path.name
            taken += 1
    assert taken > 5


@pytest.mark.skipif(not SAMPLES.exists(), reason="no samples beside the checkout")
def test_bank_statement_goes_to_payments(town: dict[str, Any]) -> None:
    bring(town, "kl_to_1c.txt", (SAMPLES / "a_1c" / "kily_one_day.txt").read_bytes())
    file = StoredFile.objects.get(organisation_id=town["pk"], kind="inbox")
    answer = town["treasurer"].post(reverse("portal:inbox_file", args=[town["pk"], file.pk]), {"do": "start"})
    assert answer.status_code == 302
    assert f"/o/{town['pk']}/" in answer.headers["Location"]
