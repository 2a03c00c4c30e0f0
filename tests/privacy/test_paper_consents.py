"""Consents on paper: what the office brings in counts like what is given on the site, and is proved by its scan."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from koopset.apps.organisations.factories import make_organisation, make_role
from koopset.apps.people.factories import make_actor, make_login, make_person
from koopset.apps.privacy import selectors, services
from koopset.apps.privacy.events import ConsentGiven, ConsentWithdrawn
from koopset.apps.privacy.models import PaperConsent
from koopset.apps.privacy.selectors.paper import PAPER_FILE, may_read_paper, papers_of_person
from koopset.apps.register.factories import make_unit
from koopset.foundation.files import StoredFile, file_store
from koopset.foundation.notifications.models import Notification
from koopset.foundation.rights.actors import Forbidden
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TODAY = date(2026, 11, 25)
NEWS = "news-letters"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


@pytest.fixture
def home():
    return make_organisation(name_short="СНТ «Рябина»").pk


@pytest.fixture
def chair(home):
    return make_actor(Role.CHAIR, home)


@pytest.fixture
def elder(home):
    """Has no login and no e-mail."""
    return make_person(home, name="Дедов Иван Ильич")


def scan(home, actor, content=PDF):
    return file_store(
        organisation_id=home, name="скан.pdf", content=content, kind=PAPER_FILE, actor=actor, now=NOW
    )


def record(home, chair, person, **changes):
    values = {
        "actor": chair, "organisation_id": home, "person_id": person.pk, "purpose": NEWS, "version": 1, "deed": "given",
        "signed_on": date(2026, 11, 10), "now": NOW,
    }  # fmt: skip
    values |= changes
    if "file_id" not in values:
        values["file_id"] = scan(home, chair).pk
    return services.paper_consent_record(**values)


def agreed(home, person, on=TODAY, purpose=NEWS):
    return selectors.consented(person_id=person.pk, purpose=purpose, organisation_id=home, on=on)


def test_a_paper_counts_from_its_day_and_is_taken_back_by_another(home, chair, elder, monkeypatch):
    heard: list[object] = []
    monkeypatch.setattr("koopset.apps.privacy.services.paper.publish", heard.append)
    row = record(home, chair, elder)
    text = selectors.text_in_force(NEWS, TODAY)
    assert text is not None
    assert (row.addressee, row.text_sha256) == ("СНТ «Рябина»", text.digest("СНТ «Рябина»"))
    assert row.file is not None
    assert row.scan_sha256 == row.file.sha256
    assert row.login_id == chair.login_id
    assert [agreed(home, elder, on) for on in (date(2026, 11, 9), date(2026, 11, 10), TODAY)] == [
        False,
        True,
        True,
    ]
    record(home, chair, elder, deed="withdrawn", signed_on=date(2026, 11, 20))
    assert [agreed(home, elder, on) for on in (date(2026, 11, 19), date(2026, 11, 20), TODAY)] == [
        True,
        False,
        False,
    ]
    assert heard == [
        ConsentGiven(home, None, (elder.pk,), NEWS, 1),
        ConsentWithdrawn(home, None, (elder.pk,), NEWS),
    ]
    assert Notification.objects.filter(organisation_id=home, person_id=elder.pk).count() == 2
    assert [one.deed for one in papers_of_person(chair, home, elder.pk)] == ["withdrawn", "given"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"purpose": "web-push"}, "privacy.unknown_purpose"),
        ({"version": 7}, "privacy.unknown_purpose"),
        ({"deed": "sold"}, "privacy.unknown_purpose"),
        ({"signed_on": date(2026, 11, 26)}, "privacy.paper_future"),
        ({"signed_on": date(2025, 12, 31)}, "privacy.paper_before_text"),
        ({"file_id": None}, "privacy.paper_no_scan"),
        ({"deed": "withdrawn"}, "privacy.not_given"),
    ],
)
def test_what_is_refused_leaves_nothing(home, chair, elder, changes, code):
    refused(code, record, home=home, chair=chair, person=elder, **changes)
    assert not PaperConsent.objects.filter(organisation_id=home).exists()


def test_what_cannot_be_entered_twice_or_before_it_was_given(home, chair, elder):
    record(home, chair, elder)
    refused("privacy.paper_known", record, home=home, chair=chair, person=elder)
    refused(
        "privacy.paper_withdrawn_before", record, home=home, chair=chair, person=elder, deed="withdrawn", signed_on=date(2026, 11, 9)
    )  # fmt: skip
    stranger = make_person(make_organisation().pk)
    refused("people.unknown", record, home=home, chair=chair, person=stranger)
    foreign = scan(make_organisation().pk, chair)
    refused(
        "privacy.paper_no_scan",
        record,
        home=home,
        chair=chair,
        person=elder,
        file_id=foreign.pk,
        purpose="publish-contacts",
    )
    with pytest.raises(Forbidden):
        record(home, make_actor(Role.RESIDENT, home), elder)


def test_site_and_paper_are_one_story(home, chair):
    login = make_login(password=None)
    card = make_person(home, login=login)
    own = make_actor(Role.RESIDENT, home, login=login, person_ids=frozenset({card.pk}))
    record(home, chair, card)
    (state,) = [one for one in selectors.consents_of(own, now=NOW) if one.text.purpose == NEWS]
    assert state.state == "given"
    assert state.paper is not None
    assert state.paper.signed_on == date(2026, 11, 10)
    # Withdrawn on the site, given there again, withdrawn on paper of the same day, given on the site after that.
    call = {"actor": own, "organisation_id": home, "purpose": NEWS}
    give = call | {"version": 1, "sha256": state.sha256}
    services.consent_withdraw(**call, now=NOW)
    assert not agreed(home, card)
    services.consent_give(**give, now=NOW + timedelta(minutes=1))
    assert agreed(home, card)
    record(home, chair, card, deed="withdrawn", signed_on=TODAY, now=NOW + timedelta(minutes=2))
    assert not agreed(home, card)
    services.consent_give(**give, now=NOW + timedelta(minutes=3))
    assert agreed(home, card)
    assert selectors.logins_consented([login.pk], NEWS, organisation_id=home, on=TODAY) == {login.pk}


def test_a_paper_cannot_be_changed_and_its_scan_is_for_few(home, chair, elder):
    row = record(home, chair, elder)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaperConsent.objects.filter(organisation_id=home, pk=row.pk).update(deed="withdrawn")
    assert row.file is not None
    own = make_actor(Role.RESIDENT, home, person_ids=frozenset({elder.pk}))
    other = make_actor(Role.RESIDENT, home, person_ids=frozenset({make_person(home).pk}))
    assert [may_read_paper(actor, row.file) for actor in (chair, own, other)] == [True, True, False]


def test_scans_go_three_years_after_the_withdrawal(home, chair, elder):
    record(home, chair, elder)
    stays = record(home, chair, elder, purpose="publish-contacts")
    record(
        home,
        chair,
        elder,
        deed="withdrawn",
        signed_on=date(2026, 11, 20),
        file_id=scan(home, chair, PDF + b"2").pk,
    )
    assert services.scans_forget(before=NOW) == {}
    assert services.scans_forget(before=NOW + timedelta(seconds=1)) == {home: 2}
    kept = StoredFile.objects.filter(organisation_id=home, kind=PAPER_FILE)
    assert [file.pk for file in kept] == [stays.file_id]
    row = PaperConsent.objects.filter(organisation_id=home, purpose=NEWS).first()
    assert row is not None
    assert (row.file_id, len(row.scan_sha256)) == (None, 64)
    assert services.scans_forget(before=NOW + timedelta(seconds=1)) == {}


def test_the_office_prints_brings_in_and_the_person_sees_it(home, elder):
    client = Client()
    chair = make_role(home, Role.CHAIR).person.login
    assert chair is not None
    client.force_login(chair)
    page = reverse("privacy:person_consents", args=[home, elder.pk])
    form = reverse("privacy:consent_form", args=[home, elder.pk])
    assert "ks-empty" in client.get(page).content.decode()
    answer = client.get(f"{form}?purpose={NEWS}")
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert client.get(f"{form}?purpose=web-push").status_code == 404
    sent = {"text": f"{NEWS}:1", "deed": "given", "signed_on": "2026-11-10"}
    assert "Приложите скан" in client.post(page, sent).content.decode()
    assert not PaperConsent.objects.filter(organisation_id=home).exists()
    answer = client.post(page, sent | {"file": SimpleUploadedFile("скан.pdf", PDF)})
    assert answer.status_code == 302
    assert client.get(f"{form}?purpose={NEWS}&deed=withdrawn").content[:5] == b"%PDF-"
    elder.login = make_login(password=None)
    elder.save()
    make_unit(home, owners=[elder])
    own = Client()
    own.force_login(elder.login)
    shown = own.get(reverse("privacy:my_data")).content.decode()
    row = PaperConsent.objects.get(organisation_id=home)
    assert row.file is not None
    assert f"{row.file.url}?view" in shown
    assert own.get(row.file.url).status_code == 200
    assert own.get(page).status_code == 404
