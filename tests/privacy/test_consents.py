from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from koopset.apps.organisations.factories import make_organisation
from koopset.apps.people.factories import make_actor, make_login, make_person
from koopset.apps.privacy import selectors, services
from koopset.apps.privacy.events import ConsentGiven, ConsentWithdrawn
from koopset.apps.privacy.formats import consent_texts
from koopset.apps.privacy.models import ConsentAct
from koopset.foundation.rights.actors import Forbidden
from koopset.foundation.rights.roles import Role
from koopset.foundation.testing.refusals import refused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TODAY = date(2026, 11, 25)
NEWS = "news-letters"


@pytest.fixture
def home():
    return make_organisation(name_short="СНТ «Рябина»").pk


@pytest.fixture
def login():
    return make_login(password=None)


@pytest.fixture
def resident(home, login):
    card = make_person(home, login=login)
    return make_actor(Role.RESIDENT, home, login=login, person_ids=frozenset({card.pk}))


@pytest.fixture
def told(monkeypatch):
    heard: list[object] = []
    monkeypatch.setattr(services.consents, "publish", heard.append)
    return heard


def text(home, purpose=NEWS):
    found = selectors.text_in_force(purpose, TODAY)
    assert found is not None
    return {
        "organisation_id": home,
        "purpose": purpose,
        "version": found.version,
        "sha256": found.digest(selectors.addressee_of(found, home)),
    }


def agreed(login, home, on=TODAY, purpose=NEWS):
    return selectors.consented(login_id=login.pk, purpose=purpose, organisation_id=home, on=on)


def test_a_consent_is_given_withdrawn_and_told(home, login, resident, told):
    person_id = next(iter(resident.person_ids))
    act = services.consent_give(actor=resident, now=NOW, **text(home))
    assert (act.addressee, act.channel, act.version) == ("СНТ «Рябина»", "site", 1)
    assert agreed(login, home)
    assert selectors.consented(person_id=person_id, purpose=NEWS, organisation_id=home, on=TODAY)
    services.consent_withdraw(
        actor=resident, organisation_id=home, purpose=NEWS, now=NOW + timedelta(minutes=1)
    )
    assert not agreed(login, home)
    assert told == [
        ConsentGiven(home, login.pk, (person_id,), NEWS, 1),
        ConsentWithdrawn(home, login.pk, (person_id,), NEWS),
    ]


def test_given_again_it_is_one_act(home, resident, told):
    first = services.consent_give(actor=resident, now=NOW, **text(home))
    again = services.consent_give(actor=resident, now=NOW + timedelta(days=1), **text(home))
    assert first == again
    assert len(told) == 1


def test_a_consent_is_for_one_purpose_one_body_and_from_its_day(home, login, resident):
    services.consent_give(actor=resident, now=NOW, **text(home))
    other = make_organisation().pk
    assert not agreed(login, other)
    assert not agreed(login, home, purpose="publish-contacts")
    assert not agreed(login, home, on=TODAY - timedelta(days=1))
    assert not agreed(make_login(password=None), home)


def test_a_card_without_a_login_has_consented_to_nothing(home):
    card = make_person(home)
    assert not selectors.consented(person_id=card.pk, purpose=NEWS, organisation_id=home, on=TODAY)


def test_the_digest_proves_what_was_shown(home, resident):
    act = services.consent_give(actor=resident, now=NOW, **text(home))
    shown = consent_texts.russian().version(act.purpose, act.version)
    assert shown.digest(act.addressee) == act.sha256
    assert "СНТ «Рябина»" in shown.shown(act.addressee)


def test_another_text_than_the_one_in_force_is_refused(home, resident):
    give = services.consent_give
    changed = "privacy.consent_changed"
    refused(changed, give, actor=resident, now=NOW, **(text(home) | {"sha256": "0" * 64}))
    refused(changed, give, actor=resident, now=NOW, **(text(home) | {"version": 2}))
    refused("privacy.unknown_purpose", give, actor=resident, now=NOW, **(text(home) | {"purpose": "all"}))
    refused(
        "privacy.unknown_purpose", give, actor=resident, now=NOW, **(text(home) | {"organisation_id": None})
    )


def test_nothing_to_withdraw(home, resident):
    refused(
        "privacy.not_given",
        services.consent_withdraw,
        actor=resident,
        organisation_id=home,
        purpose=NEWS,
        now=NOW,
    )


def test_a_program_and_a_stranger_give_no_consent(home, resident):
    other = make_organisation().pk
    for actor, organisation_id in ((replace(resident, token_id=7), home), (resident, other)):
        with pytest.raises(Forbidden):
            services.consent_give(actor=actor, now=NOW, **text(organisation_id))
    assert not ConsentAct.objects.exists()


def test_a_new_version_asks_again_and_the_old_does_not_count(home, login, resident, monkeypatch):
    services.consent_give(actor=resident, now=NOW, **text(home))
    old = consent_texts.russian()
    new = replace(old.in_force(TODAY)[NEWS], version=2, since=TODAY + timedelta(days=10), text="Другой текст")
    profile = replace(old, consents=(*old.consents, new))
    monkeypatch.setattr(selectors, "russian", lambda: profile)
    later = NOW + timedelta(days=11)
    assert agreed(login, home, on=TODAY + timedelta(days=9))
    assert not agreed(login, home, on=TODAY + timedelta(days=10))
    states = {
        (one.text.purpose, one.organisation_id): one for one in selectors.consents_of(resident, now=later)
    }
    assert states[NEWS, home].state == "changed"
    assert selectors.consents_asked(resident, now=later) == 1
    services.consent_give(
        actor=resident,
        organisation_id=home,
        purpose=NEWS,
        version=2,
        sha256=new.digest("СНТ «Рябина»"),
        now=later,
    )
    assert agreed(login, home, on=TODAY + timedelta(days=12))


def test_an_act_is_never_changed(home, resident):
    services.consent_give(actor=resident, now=NOW, **text(home))
    for deed in (lambda: ConsentAct.objects.update(version=9), ConsentAct.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()


def test_the_profile_is_whole():
    profile = consent_texts.russian()
    assert set(profile.in_force(TODAY)) >= {NEWS, "web-push", "publish-contacts", "share-with-utilities"}
    assert all("{addressee}" in one.text and one.title and one.gives for one in profile.consents)
    assert all("152-ФЗ" in use.article for use in profile.lawful)
    with pytest.raises(ValueError, match="told twice"):
        consent_texts.read_profile(
            'platform="x"\nlawful=[]\n'
            + 2
            * '[[consent]]\npurpose="a"\nversion=1\nsince=2026-01-01\nto="platform"\ntitle="t"\ngives="g"\ntext="x"\n'
        )


def test_the_page_gives_and_withdraws(client, home, login):
    from koopset.apps.register.factories import make_unit

    make_unit(home, owners=[make_person(home, login=login)])
    client.force_login(login)
    shown = client.get("/me/data/").content.decode()
    assert "217-ФЗ ст. 15" in shown
    asked = text(home)
    press = {"purpose": NEWS, "organisation": home, "version": asked["version"], "sha256": asked["sha256"]}
    client.post("/me/data/", press | {"deed": "give"})
    assert agreed(login, home, on=date(2100, 1, 1))
    client.post("/me/data/", {"purpose": NEWS, "organisation": home, "deed": "withdraw"})
    assert not agreed(login, home, on=date(2100, 1, 1))
    assert (
        client.post("/me/data/", press | {"organisation": make_organisation().pk, "deed": "give"}).status_code
        == 404
    )
