"""A photo of what came: of pictures only, seen by those who run the round and by whose claim rests on it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from koopset.apps.people.factories import make_login
from koopset.apps.purchases import factories as rounds
from koopset.apps.purchases.models import Line, Participant, Round
from koopset.apps.purchases.settlement import factories, services
from koopset.apps.purchases.settlement.models import IntakeRow
from koopset.apps.purchases.settlement.tests.test_pages import buyer, entered, office, text_of, where
from koopset.foundation.files.models import StoredFile
from koopset.foundation.rights.actors import SYSTEM
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
NOW = factories.NOW
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64


def picture(kind: str = "JPEG") -> bytes:
    found = BytesIO()
    Image.new("RGB", (8, 8), "#a40").save(found, kind)
    return found.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [("b.jpg", picture()), ("b.png", picture("PNG")), ("b.webp", picture("WEBP")), ("IMG_0001.HEIC", HEIC)],
)
def test_pictures_of_phones_are_kept_with_their_row(name: str, content: bytes) -> None:
    row, _people = rounds.sent_round(organisation_id=factories.make_buying_body())
    made = factories.take_in(row, 2, outcome="spoilt", photo=(name, content), key="a")
    assert made.photo is not None
    assert made.photo.kind == "settlement.intake"
    again = factories.take_in(row, 2, outcome="spoilt", photo=(name, content), key="a")
    assert again.pk == made.pk
    assert StoredFile.objects.filter(organisation_id=row.organisation_id).count() == 1


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.txt", b"hello", "settlement.not_a_photo"),
        ("a.jpg", b"hello", "files.lying_extension"),
        ("a.jpg", b"", "files.empty"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * (10 * 1024 * 1024), "files.too_large"),
    ],
)
def test_what_is_no_photo_is_refused_and_the_row_with_it(name: str, content: bytes, code: str) -> None:
    row, _people = rounds.sent_round(organisation_id=factories.make_buying_body())
    refused(code, factories.take_in, row, 2, outcome="spoilt", photo=(name, content))
    assert not IntakeRow.objects.filter(organisation_id=row.organisation_id).exists()
    assert not StoredFile.objects.filter(organisation_id=row.organisation_id).exists()


def photographed() -> tuple[Round, list[Participant], IntakeRow]:
    """Two jars came broken; the organiser's photo of them was sent by a form of a phone."""
    row, people = rounds.sent_round(organisation_id=factories.make_buying_body())
    factories.take_in(row, 20)
    good = row.goods.get(organisation_id=row.organisation_id)
    sent: dict[str, Any] = {"good": good.pk, "quantity": "2", "outcome": "spoilt", "key": "p"}
    client = office(row.organisation_id, Role.CHAIR)
    answer = client.post(where("intake", row), sent | {"photo": SimpleUploadedFile("b.txt", b"no picture")})
    assert "is-invalid" in text_of(answer, 422) or "JPG" in text_of(answer, 422)
    answer = client.post(where("intake", row), sent | {"photo": SimpleUploadedFile("b.jpg", picture())})
    assert answer.status_code == 302
    made = IntakeRow.objects.get(organisation_id=row.organisation_id, outcome="spoilt")
    row = services.intake_finish(actor=SYSTEM, organisation_id=row.organisation_id, round_id=row.pk, now=NOW)
    return row, people, made


def opened(client: Client, address: str) -> int:
    answer = client.get(address)
    if answer.status_code == 200:
        assert b"".join(answer) == picture()
        assert answer.headers["Content-Type"] == "image/jpeg"
    return answer.status_code


def test_who_sees_the_photo_and_who_does_not() -> None:
    row, people, made = photographed()
    pk, anna, boris = row.organisation_id, people[0], people[1]
    file = reverse("files:download", args=[pk, made.photo_id or 0]) + "?view"
    own = reverse("settlement:my-intake-photo", args=[row.pk, made.pk]) + "?view"
    assert opened(office(pk, Role.CHAIR), file) == 200
    assert f'href="{file}"' in text_of(office(pk, Role.CHAIR).get(where("intake", row)))
    assert opened(buyer(anna), own) == 404, "no claim rests on it yet"
    line = Line.objects.get(organisation_id=pk, participant_id=anna.pk)
    claim = services.claim_ask(
        actor=rounds.buyer_actor(anna), organisation_id=pk, round_id=row.pk, line_id=line.pk, reason="short", quantity=1, now=NOW
    )  # fmt: skip
    assert opened(buyer(anna), own) == 200
    assert f'href="{own}"' in text_of(buyer(anna).get(reverse("settlement:my-statement", args=[row.pk])))
    page = text_of(office(pk, Role.CHAIR).get(reverse("settlement:claim", args=[pk, claim.pk])))
    assert f'href="{file}"' in page
    assert opened(buyer(boris), own) == 404, "another buyer of the same round"
    assert opened(entered(make_login(password=None)), own) == 404
    assert opened(buyer(anna), file) in {403, 404}, "files of the office are not for buyers"
    assert opened(office(factories.make_buying_body(), Role.CHAIR), file) in {403, 404}
    assert opened(Client(), own) == 302


def test_a_row_of_another_round_is_not_opened_by_a_claim_of_this_one() -> None:
    row, people, _made = photographed()
    line = Line.objects.get(organisation_id=row.organisation_id, participant_id=people[0].pk)
    services.claim_ask(
        actor=rounds.buyer_actor(people[0]), organisation_id=row.organisation_id, round_id=row.pk, line_id=line.pk,
        reason="short", quantity=1, now=NOW,
    )  # fmt: skip
    _other, _people, strange = photographed()
    address = reverse("settlement:my-intake-photo", args=[row.pk, strange.pk])
    assert opened(buyer(people[0]), address) == 404
