from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db.models import Exists, OuterRef, Subquery

from koopset.foundation.files.models import StoredFile
from koopset.foundation.jobs import Job
from koopset.foundation.tenants.guard import across_tenants
from koopset.foundation.tenants.models import Tenant
from koopset.foundation.testing.queries import query_budget
from koopset.foundation.testing.tenancy import TenantLeak, tenant_guard

pytestmark = pytest.mark.django_db


@pytest.fixture
def file():
    tenant = Tenant.objects.create(kind="snt")
    return StoredFile.objects.create(
        organisation=tenant, kind="k", name="n", size=1, sha256="s", media_type="m", path="p",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


LEAKS = {
    "all": lambda file: list(StoredFile.objects.all()),
    "by id": lambda file: StoredFile.objects.get(pk=file.pk),
    "count": lambda file: StoredFile.objects.filter(kind="k").count(),
    "update": lambda file: StoredFile.objects.filter(pk=file.pk).update(name="x"),
    "delete": lambda file: StoredFile.objects.filter(pk=file.pk).delete(),
    "job": lambda file: list(Job.objects.filter(state="waiting")),
    "subquery": lambda file: list(
        Tenant.objects.filter(pk__in=StoredFile.objects.filter(name="n").values("organisation"))
    ),
    "mentioned only": lambda file: list(
        StoredFile.objects.order_by("organisation_id").values("organisation_id")
    ),
}
FINE = {
    "named": lambda file: list(StoredFile.objects.filter(organisation_id=file.organisation_id)),
    "by id": lambda file: StoredFile.objects.get(organisation_id=file.organisation_id, pk=file.pk),
    "in": lambda file: list(StoredFile.objects.filter(organisation_id__in=[1, 2])),
    "platform jobs": lambda file: list(Job.objects.filter(organisation_id=None)),
    "save": lambda file: file.save(),
    "save a field": lambda file: file.save(update_fields=["name"]),
    "refresh": lambda file: file.refresh_from_db(),
    "delete a row": lambda file: file.delete(),
    "tied": lambda file: list(
        Tenant.objects.filter(Exists(StoredFile.objects.filter(organisation_id=OuterRef("pk"))))
    ),
    "tied by id": lambda file: list(
        StoredFile.objects.filter(organisation_id=file.organisation_id).annotate(
            other=Subquery(StoredFile.objects.filter(pk=OuterRef("pk")).values("name")[:1])
        )
    ),
    "create": lambda file: StoredFile.objects.bulk_create([]),
}


@pytest.mark.parametrize("name", LEAKS)
def test_queries_across_organisations_fail(file: StoredFile, name: str) -> None:
    with tenant_guard(), pytest.raises(TenantLeak):
        LEAKS[name](file)


@pytest.mark.parametrize("name", FINE)
def test_queries_of_one_organisation_pass(file: StoredFile, name: str) -> None:
    with tenant_guard():
        FINE[name](file)


def test_crossing_on_purpose_says_why(file: StoredFile) -> None:
    with tenant_guard(), across_tenants("a test"):
        assert StoredFile.objects.count() == 1


def test_a_budget_of_queries() -> None:
    with query_budget(1):
        Tenant.objects.count()
    with pytest.raises(AssertionError, match="2 queries"), query_budget(1):
        assert Tenant.objects.count() + Tenant.objects.count() == 0
