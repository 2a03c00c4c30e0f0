"""Pages by role: a buyer, a stranger, those who run rounds; empty, refused, stopped; without a script."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_login
from koopset.apps.people.models import Login
from koopset.apps.purchases import selectors
from koopset.apps.purchases.factories import (
    HONEY,
    honey_round,
    make_participant,
    make_round,
    make_want,
    open_round,
    sent_round,
)
from koopset.apps.purchases.models import Line, Participant, Round, RoundGood, WantRecord
from koopset.foundation.rights.roles import Role

pytestmark = pytest.mark.django_db
#: Pages ask the clock: their rounds have no term.
TERMLESS: dict[str, Any] = {"open_until": None}


def entered(login: Login | None = None) -> Client:
    client = Client()
    client.force_login(login or make_login(password=None))
    return client


def buyer(participant: Participant) -> Client:
    assert participant.login_id is not None
    return entered(Login.objects.get(pk=participant.login_id))


def chair(organisation_id: int, role: Role = Role.CHAIR) -> Client:
    login = make_role(organisation_id, role).person.login
    assert login is not None
    return entered(login)


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return str(response.content.decode().replace("\xa0", " "))


def first_good(row: Round) -> RoundGood:
    return selectors.goods_of(row.organisation_id, row.pk)[0]


def test_the_list_of_a_buyer_is_empty_then_not():
    client = entered()
    assert "ks-empty" in text_of(client.get(reverse("purchases:my-rounds")))
    row, people = honey_round(**TERMLESS)
    page = text_of(buyer(people[0]).get(reverse("purchases:my-rounds")))
    assert row.title in page
    assert row.title not in text_of(client.get(reverse("purchases:my-rounds")))


def test_a_stranger_sees_no_round_and_says_no_want():
    row, _ = honey_round(**TERMLESS)
    client = entered()
    for name in ("my-round", "my-packs"):
        assert client.get(reverse(f"purchases:{name}", args=[row.pk])).status_code == 404
    for name in ("my-wants", "my-wants-again"):
        assert client.post(reverse(f"purchases:{name}", args=[row.pk])).status_code == 404
    assert client.get(reverse("purchases:my-round", args=[987_654])).status_code == 404


def test_wants_are_saved_one_by_one_and_all_at_once():
    row, people = honey_round(
        goods=(HONEY, {**HONEY, "name": "Мёд гречишный", "article": "М-06"}), **TERMLESS
    )
    client = buyer(people[0])
    first, second = selectors.goods_of(row.organisation_id, row.pk)
    url = reverse("purchases:my-wants", args=[row.pk])
    page = text_of(client.get(reverse("purchases:my-round", args=[row.pk])))
    assert f'name="firm_{first.pk}"' in page
    assert row.operator_name in page
    data = {f"firm_{first.pk}": "8", f"extra_{first.pk}": "2", f"firm_{second.pk}": "5"}
    assert client.post(url, {**data, "only": str(first.pk)}).status_code == 302
    lines = Line.objects.filter(organisation_id=row.organisation_id, participant=people[0])
    assert [(line.wanted, line.tolerance) for line in lines.order_by("good_id")] == [(8, 2)]
    assert client.post(url, data).status_code == 302
    assert [line.wanted for line in lines.order_by("good_id")] == [8, 5]
    count = WantRecord.objects.filter(organisation_id=row.organisation_id).count()
    refused = text_of(client.post(url, {**data, f"firm_{second.pk}": "пять"}), 422)
    assert "пять" in refused
    assert 'aria-invalid="true"' in refused
    assert WantRecord.objects.filter(organisation_id=row.organisation_id).count() == count


def test_by_weight_kilograms_are_typed():
    row = open_round(
        goods=({"name": "Картофель", "price_kop": 4_550, "unit": "kg", "by_weight": True, "pack": 10_000},),
        access="invited",
        **TERMLESS,
    )
    anna = make_participant(row.organisation_id, "Анна")
    client = buyer(anna)
    link = reverse("purchases:my-join", args=[row.pk, row.invite_code])
    assert client.get(reverse("purchases:my-join", args=[row.pk, "чужой"])).status_code == 404
    assert row.supplier_name in text_of(client.get(link))
    assert client.post(link).status_code == 302
    good = first_good(row)
    client.post(reverse("purchases:my-wants", args=[row.pk]), {f"firm_{good.pk}": "1,25"})
    assert Line.objects.get(organisation_id=row.organisation_id).wanted == 1_250
    assert 'value="1,25"' in text_of(client.get(reverse("purchases:my-round", args=[row.pk])))


def test_packs_are_renewed_by_themselves():
    row, people = honey_round(**TERMLESS)
    page = text_of(buyer(people[0]).get(reverse("purchases:my-packs", args=[row.pk])))
    assert page.count('hx-swap-oob="true"') == 2


def test_the_lines_of_a_stopped_round_say_why():
    row, people = sent_round(rule="pro_rata", **TERMLESS)
    page = text_of(buyer(people[3]).get(reverse("purchases:my-round", args=[row.pk])))
    assert "ks-hint" in page
    assert 'name="firm_' not in page


def test_a_round_from_nothing_to_the_order():
    pk = make_organisation().pk
    client = chair(pk)
    assert "ks-empty" in text_of(client.get(reverse("purchases:rounds", args=[pk])))
    new = reverse("purchases:round-new", args=[pk])
    typed = {
        "title": "Мёд",
        "supplier_name": "Пасека",
        "rule": "by_time",
        "transport_split": "by_value",
        "holder": "body",
        "access": "members",
        "minimum": "1 000",
        "fee": "2,5",
    }
    assert "fee_source" in text_of(client.post(new, typed))
    assert client.post(new, {**typed, "fee_source": "решение правления"}).status_code == 302
    row = Round.objects.get(organisation_id=pk)
    assert (row.fee_bp, row.minimum_kop) == (250, 100_000)
    good_url = reverse("purchases:good-new", args=[pk, row.pk])
    typed_good = {"name": "Мёд", "price": "399,00", "unit": "kg", "amount": "0,5", "pack": "12"}
    refused = client.post(good_url, {**typed_good, "breaks": "24"})
    assert "form" in text_of(refused)
    assert client.post(good_url, {**typed_good, "breaks": "12 369,00\n24 349"}).status_code == 302
    good = first_good(row)
    assert (good.pack, good.breaks) == (12, [[12, 36_900], [24, 34_900]])
    assert "Мёд" in text_of(client.get(reverse("purchases:good", args=[pk, row.pk, good.pk])))
    assert "ks-empty" in text_of(client.get(reverse("purchases:offers", args=[pk, row.pk])))
    page_url, do_url = (reverse(f"purchases:{name}", args=[pk, row.pk]) for name in ("round", "round-do"))
    assert client.post(do_url, {"deed": "open"}).status_code == 302
    make_want(row, make_participant(pk, "Анна"), 13)
    assert client.post(do_url, {"deed": "stop"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "stop"
    assert client.post(do_url, {"deed": "send"}).status_code == 302
    assert "order.pdf" in text_of(client.get(page_url))
    assert client.post(do_url, {"deed": "cancel", "reason": "поздно"}).status_code == 422
    assert client.post(do_url, {"deed": "burn"}).status_code == 404
    assert client.post(do_url, {"deed": "repeat"}).status_code == 302


def test_papers_of_a_round():
    row, _ = sent_round(goods=({**HONEY, "name": "=1+1"},), **TERMLESS)
    client = chair(row.organisation_id, Role.STAFF)

    def got(name: str) -> bytes:
        response = client.get(reverse(f"purchases:{name}", args=[row.organisation_id, row.pk]))
        assert response.status_code == 200
        return response.getvalue()

    assert got("order-pdf").startswith(b"%PDF")
    assert "КоммерческаяИнформация" in got("order-xml").decode()
    [head, first] = load_workbook(BytesIO(got("order-xlsx"))).active.values
    assert (first[2], first[3], first[5]) == ("=1+1", 2, 24)
    assert len(head) == 8
    rows = list(load_workbook(BytesIO(got("wants-xlsx"))).active.values)
    assert [one[5] for one in rows[1:]] == [10, 5, 7, 2]
    assert "Анна" in text_of(client.get(reverse("purchases:wants", args=[row.organisation_id, row.pk])))


def test_before_the_stop_there_are_no_papers():
    row, _ = honey_round(**TERMLESS)
    client = chair(row.organisation_id)
    for name in ("order-pdf", "order-xml", "order-xlsx"):
        assert client.get(reverse(f"purchases:{name}", args=[row.organisation_id, row.pk])).status_code == 404


def test_the_auditor_sees_and_does_nothing():
    row, _ = honey_round(**TERMLESS)
    client = chair(row.organisation_id, Role.AUDITOR)
    page = text_of(client.get(reverse("purchases:round", args=[row.organisation_id, row.pk])))
    assert 'name="deed"' not in page
    do_url = reverse("purchases:round-do", args=[row.organisation_id, row.pk])
    assert client.post(do_url, {"deed": "stop"}).status_code == 404


def test_a_body_that_is_not_verified_is_told_so_beforehand():
    pk = make_organisation(verified=False).pk
    row, people = honey_round(organisation_id=pk, **TERMLESS)
    page = text_of(chair(pk).get(reverse("purchases:round", args=[pk, row.pk])))
    assert 'value="stop"' not in page
    assert "ks-callout" in page
    assert "ks-callout" in text_of(buyer(people[0]).get(reverse("purchases:my-round", args=[row.pk])))
    refused = chair(pk).post(reverse("purchases:round-do", args=[pk, row.pk]), {"deed": "stop"})
    assert "ks-callout-over" in text_of(refused, 422)


def test_a_draft_is_nobody_elses():
    row = make_round(**TERMLESS)
    anna = make_participant(row.organisation_id, "Анна")
    make_want(row, anna, 1)
    assert buyer(anna).get(reverse("purchases:my-round", args=[row.pk])).status_code == 404
