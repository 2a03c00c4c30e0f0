from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from koopset.foundation.jobs import Job, enqueue
from koopset.foundation.jobs.models import JobState
from koopset.foundation.jobs.worker import actor_of
from koopset.foundation.rights import actors
from koopset.foundation.rights.actors import NOBODY, SYSTEM, Actor, ActorKind, Grant
from koopset.foundation.rights.roles import Role
from koopset.foundation.tenants.models import Tenant

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def tenant() -> Tenant:
    return Tenant.objects.create(kind="snt")


@pytest.fixture
def grants(monkeypatch) -> dict[int, list[Grant]]:
    found: dict[int, list[Grant]] = {}

    class Source:
        def grants_of(self, *, login_id, person_ids, on):
            return found.get(login_id, [])

        def persons_with(self, *, role, organisation_id, on):
            return []

    monkeypatch.setattr(actors, "_role_sources", [Source()])
    return found


@pytest.fixture
def sign_in(client: Client, tenant: Tenant, grants):
    def sign(role: Role, organisation: Tenant | None = None) -> Actor:
        user = get_user_model()
        login = user._default_manager.create(**{user.USERNAME_FIELD: f"{role}@example.org"})
        client.force_login(login)
        grants[login.pk] = [Grant((organisation or tenant).pk, role)]
        return Actor(ActorKind.PERSON, login_id=login.pk, grants=tuple(grants[login.pk]))

    return sign


def ask(tenant: Tenant, actor: Actor = SYSTEM, title: str = "Печать квитанций", link: str = "") -> Job:
    return enqueue("jobs.forget_old", actor=actor, organisation_id=tenant.pk, title=title, link=link)


def page_of(job: Job) -> str:
    return reverse("jobs:progress", args=[job.organisation_id, job.pk])


def test_the_office_sees_all_work_and_a_resident_only_their_own(
    client: Client, tenant: Tenant, sign_in
) -> None:
    of_all = ask(tenant)
    plumbing = ask(tenant, title="")
    resident = sign_in(Role.RESIDENT)
    listing = reverse("jobs:list", args=[tenant.pk])
    assert "Печать квитанций" not in client.get(listing).content.decode()
    assert client.get(page_of(of_all)).status_code == 404
    own = ask(tenant, resident)
    assert client.get(page_of(own)).status_code == 200
    assert "Печать квитанций" in client.get(listing).content.decode()
    sign_in(Role.CHAIR)
    assert client.get(page_of(of_all)).status_code == 200
    assert client.get(page_of(plumbing)).status_code == 404


def test_work_of_another_organisation_is_absent(client: Client, tenant: Tenant, sign_in) -> None:
    foreign = ask(Tenant.objects.create(kind="snt"))
    sign_in(Role.CHAIR)
    assert client.get(page_of(foreign)).status_code == 404
    assert client.get(reverse("jobs:progress", args=[tenant.pk, foreign.pk])).status_code == 404
    assert client.post(reverse("jobs:cancel", args=[tenant.pk, foreign.pk])).status_code == 404


def test_progress_asks_for_itself_until_the_end(client: Client, tenant: Tenant, sign_in) -> None:
    actor = sign_in(Role.CHAIR)
    job = ask(tenant, actor, link="/o/1/papers/")
    Job.objects.filter(organisation_id=tenant.pk, pk=job.pk).update(
        state=JobState.RUNNING, progress_done=1, progress_total=4, progress_text="Часть первая"
    )
    whole = client.get(page_of(job)).content.decode()
    part = client.get(page_of(job), headers=HTMX).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    for shown in (whole, part):
        assert f'hx-get="{page_of(job)}"' in shown
        assert "25" in shown
        assert "Часть первая" in shown
    Job.objects.filter(organisation_id=tenant.pk, pk=job.pk).update(state=JobState.DONE)
    assert client.get(page_of(job), headers=HTMX)["HX-Redirect"] == "/o/1/papers/"
    assert "hx-get" not in client.get(page_of(job)).content.decode().split("<main")[1]


def test_a_failure_says_what_happened(client: Client, tenant: Tenant, sign_in) -> None:
    job = ask(tenant, sign_in(Role.CHAIR))
    Job.objects.filter(organisation_id=tenant.pk, pk=job.pk).update(
        state=JobState.FAILED, error_code="files.too_large", error_params={"limit_mb": 7}
    )
    assert "7" in client.get(page_of(job)).content.decode().split("<main")[1]
    assert client.get(page_of(job), headers=HTMX)["HX-Refresh"] == "true"


def test_cancelling_from_the_page(client: Client, tenant: Tenant, sign_in) -> None:
    job = ask(tenant, sign_in(Role.CHAIR))
    url = reverse("jobs:cancel", args=[tenant.pk, job.pk])
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 302
    assert Job.objects.get(organisation_id=tenant.pk, pk=job.pk).state == JobState.CANCELLED
    assert client.get(page_of(job)).status_code == 200


def test_an_empty_list_says_what_will_be_here(client: Client, tenant: Tenant, sign_in) -> None:
    sign_in(Role.CHAIR)
    assert "ks-empty" in client.get(reverse("jobs:list", args=[tenant.pk])).content.decode()


def test_a_job_has_the_rights_of_today(tenant: Tenant, sign_in, grants) -> None:
    actor = sign_in(Role.CHAIR)
    job = ask(tenant, actor)
    assert actor_of(job, job.created_at).roles_in(tenant.pk) == {Role.CHAIR}
    grants.clear()
    assert actor_of(job, job.created_at).roles_in(tenant.pk) == frozenset()
    get_user_model()._default_manager.filter(pk=actor.login_id).update(is_active=False)
    assert actor_of(job, job.created_at) == NOBODY
    assert actor_of(ask(tenant), job.created_at) is SYSTEM
