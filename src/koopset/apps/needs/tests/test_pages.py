"""Pages of one's own purchases: every state of them, and who sees nothing of them."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koopset.apps.needs import factories, services
from koopset.apps.needs.models import Receipt, ReceiptLine
from koopset.apps.people.factories import make_login

pytestmark = pytest.mark.django_db

PLAIN = ("home", "receipts", "prices", "add", "files", "what", "sharing", "place")


def browser(login):
    client = Client()
    client.force_login(login)
    return client


def words(answer):
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


@pytest.mark.parametrize("name", PLAIN)
def test_a_page_stands_empty_for_who_has_no_role_anywhere(name):
    answer = browser(make_login()).get(reverse(f"needs:{name}"))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"


@pytest.fixture
def login():
    return make_login()


@pytest.fixture
def full(login):
    today = timezone.localdate()
    factories.bring(
        login,
        factories.receipt_json(
            [
                factories.item("Молоко 3,2% 1л", 8990, 2),
                factories.item("Пакет-майка", 799),
                factories.item("ЯЙЦО КУРИНОЕ С1 10ШТ", 11990),
                factories.item("Бздынь 15 хитрый", 5000),
            ],
            day=today,
        ),
        now=timezone.now(),
    )
    return login


@pytest.mark.parametrize("name", PLAIN)
def test_a_page_stands_full(full, name):
    answer = browser(full).get(reverse(f"needs:{name}"))
    assert answer.status_code == 200


def test_the_start_page_counts_the_month(full):
    text = words(browser(full).get(reverse("needs:home"))).replace("> ", ">").replace(" <", "<")
    assert "Молоко и молочное" in text
    assert "349<span" in text  # 2 × 89.90 + 119.90 + 50.00; the bag stands apart


def test_a_code_is_added_and_its_receipt_opens(login):
    receipt = factories.receipt_json([factories.item("Хлеб", 5000)], day=timezone.localdate())
    client = browser(login)
    answer = client.post(reverse("needs:add_code"), {"code": factories.qr_of(receipt)})
    row = Receipt.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("needs:receipt", args=[row.pk])
    assert client.get(answer.url).status_code == 200
    assert client.get(reverse("needs:receipt_lines", args=[row.pk])).status_code == 200
    assert "50,00" in words(client.get(reverse("needs:receipts") + "?state=waiting"))


def test_a_code_of_another_kind_is_refused_by_its_name(login):
    answer = browser(login).post(
        reverse("needs:add_code"), {"code": "ST00012|Name=ТСН|PersonalAcc=40703810555410000123"}
    )
    assert answer.status_code == 422
    assert "ГОСТ" in words(answer)
    assert not Receipt.objects.exists()


def test_by_hand_in_one_form_and_again_by_one_touch(login):
    client = browser(login)
    answer = client.post(
        reverse("needs:add_hand"), {"name": "Молоко у Зины", "sum": "120", "quantity": "1,5", "unit": "l"}
    )
    assert answer.status_code == 302
    row = Receipt.objects.get()
    line = ReceiptLine.objects.get()
    assert (row.total_kop, row.source, row.state) == (12_000, "hand", "filled")
    assert (line.category, line.amount, line.amount_unit) == ("молоко_молочное", line.quantity, "l")
    assert client.post(reverse("needs:receipt_repeat", args=[row.pk])).status_code == 302
    assert Receipt.objects.count() == 2


def test_another_household_answers_as_nothing(full):
    row = Receipt.objects.get()
    stranger = browser(make_login())
    for name in ("receipt", "receipt_lines"):
        assert stranger.get(reverse(f"needs:{name}", args=[row.pk])).status_code == 404
    for name in ("receipt_delete", "receipt_ask", "receipt_repeat"):
        assert stranger.post(reverse(f"needs:{name}", args=[row.pk])).status_code == 404
    brought = factories.bring(full, factories.receipt_json([factories.item("Хлеб", 5000)]))
    for name in ("file", "file_progress", "file_failed"):
        assert stranger.get(reverse(f"needs:{name}", args=[brought.pk])).status_code == 404
        assert browser(full).get(reverse(f"needs:{name}", args=[brought.pk])).status_code == 200
    assert Receipt.objects.count() == 2


def test_an_answer_moves_all_purchases_of_the_name(full):
    client = browser(full)
    answer = client.post(reverse("needs:what"), {"name": "Бздынь 15 хитрый", "what": "сыр/сыр плавленый"})
    assert answer.status_code == 302
    line = ReceiptLine.objects.get(name="Бздынь 15 хитрый")
    assert (line.category, line.kind, line.how) == ("сыр", "сыр плавленый", "own")
    assert "Бздынь" not in words(client.get(reverse("needs:what")))


def test_a_name_may_be_left_unanswered(full):
    client = browser(full)
    assert "Бздынь" in words(client.get(reverse("needs:what")))
    client.post(reverse("needs:what_leave"), {"name": "Бздынь 15 хитрый"})
    assert "Бздынь" not in words(client.get(reverse("needs:what")))


def test_a_deleted_receipt_is_gone_with_its_lines(full):
    row = Receipt.objects.get()
    browser(full).post(reverse("needs:receipt_delete", args=[row.pk]))
    assert not Receipt.objects.exists()
    assert not ReceiptLine.objects.exists()


def test_lines_are_typed_for_a_receipt_that_waits(login):
    receipt = factories.receipt_json([factories.item("Хлеб", 5000)], day=timezone.localdate())
    added = services.code_add(
        actor=factories.actor_of(login), code=factories.qr_of(receipt), now=timezone.now()
    )
    client = browser(login)
    address = reverse("needs:receipt_lines", args=[added.receipt_id])
    answer = client.post(address, {"line-0-name": "Хлеб", "line-0-sum": "49"})
    assert answer.status_code == 302
    row = Receipt.objects.get()
    assert row.flag_codes == ("by-hand", "sum-differs")
    assert "не сходятся" in words(client.get(answer.url)) or "do not agree" in words(client.get(answer.url))


def test_the_file_page_tells_of_what_was_not_read(login):
    good = factories.receipt_json([factories.item("Хлеб", 5000)], day=date(2026, 11, 2))
    bad = factories.receipt_json([factories.item("Хлеб", 5000)], day="когда-то")
    brought = factories.bring(login, good, bad)
    assert (brought.added, brought.failed, brought.state) == (1, 1, "done")
    client = browser(login)
    text = words(client.get(reverse("needs:file", args=[brought.pk])))
    assert "9960440300000101-" in text
    csv = b"".join(client.get(reverse("needs:file_failed", args=[brought.pk])).streaming_content).decode()
    assert "Хлеб" not in csv
    assert csv.count("\r\n") == 2
