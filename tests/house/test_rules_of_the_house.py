"""What every room keeps, read from the code itself: scopes of models, keys that begin with the organisation, services, words."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from koopset.foundation.refusals import has_message
from koopset.foundation.rights.catalogue import all_rights
from koopset.foundation.rights.service import SERVICES
from koopset.foundation.tenants.models import Scope, TenantModel

SOURCE = Path(__file__).resolve().parents[2] / "src" / "koopset"
#: Keys of other rooms' doing: the organisation is known by what the row hangs on, or the key is unique everywhere on purpose.
UNIQUE_EVERYWHERE = {
    "organisation_inn_once": "one body has one taxpayer number, whoever entered it",
}
#: Functions among the services that write nothing by themselves or run inside another's frame.
NOT_SERVICES = {
    "koopset.apps.needs.services.provider_ask": "waits for a network under no lock; what it writes goes by a service of its own",
    "koopset.apps.billing.services.accounts_to_bill": "reads which accounts a month has",
    "koopset.apps.billing.services.documents_print_file": "makes a file; the job that calls it keeps it",
    "koopset.apps.privacy.services.export_build": "reads for minutes, then writes its row in a transaction of its own, for who asked",
    "koopset.apps.billing.services.documents_render": "renders what is frozen",
    "koopset.apps.billing.services.on_register_loaded": "a listener, in the transaction and right of the register's service",
    "koopset.apps.billing.services.on_unit_transferred": "a listener, in the transaction and right of the register's service",
}


def own_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("koopset.") and not hasattr(model, "history_object")
    ]


def modules(pattern: str = "*.py") -> Iterator[Path]:
    for path in sorted(SOURCE.rglob(pattern)):
        if not {"tests", "migrations", "testing", "demo"} & set(path.relative_to(SOURCE).parts):
            yield path


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_a_model_says_to_whom_its_rows_belong(model):
    assert isinstance(getattr(model, "scope", None), Scope)
    if model.scope is Scope.TENANT and not issubclass(model, TenantModel):
        assert model._meta.pk.name == "tenant", "a row of an organisation that is not the organisation itself"


def tenant_models() -> list[type[models.Model]]:
    return [model for model in own_models() if issubclass(model, TenantModel)]


@pytest.mark.parametrize("model", tenant_models(), ids=lambda model: model._meta.label)
def test_keys_and_indexes_of_an_organisation_begin_with_it(model):
    strange = [
        constraint.name
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        and constraint.fields[:1] != ("organisation",)
        and constraint.name not in UNIQUE_EVERYWHERE
    ]
    strange += [
        index.name
        for index in model._meta.indexes
        if index.fields and index.fields[0].lstrip("-") not in ("organisation", "organisation_id")
    ]
    assert strange == []


def service_packages() -> list[str]:
    return sorted(
        ".".join(("koopset", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")
        for path in (*SOURCE.glob("apps/**/services.py"), *SOURCE.glob("apps/**/services/__init__.py"))
    )


@pytest.mark.parametrize("name", service_packages())
def test_whatever_takes_an_actor_and_writes_is_a_service(name):
    """A public function of `services` that takes an actor is declared with @service: atomic, its right asked first."""
    module = importlib.import_module(name)
    public = getattr(module, "__all__", None) or [key for key in vars(module) if not key.startswith("_")]
    plain = []
    for key in public:
        value = getattr(module, key)
        if not callable(value) or isinstance(value, type) or not value.__module__.startswith(name):
            continue
        takes_actor = "actor" in getattr(value, "__annotations__", {})
        full = f"{value.__module__}.{value.__qualname__}"
        if key.endswith("_for_room"):  # under the right that another room's service has asked
            continue
        if takes_actor and full not in SERVICES and f"{name}.{key}" not in NOT_SERVICES:
            plain.append(full)
    assert plain == []


def test_every_right_of_a_service_is_declared():
    declared = set(all_rights())
    assert [name for name, right in SERVICES.items() if right is not None and right not in declared] == []


def codes() -> Iterator[tuple[str, str]]:
    """Every code that is a literal in `RuleViolation(…)`, with its place."""
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            first = node.args[0]
            if name == "RuleViolation" and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value, f"{path.relative_to(SOURCE)}:{node.lineno}"


def test_every_refusal_has_words():
    # A reader of files puts its refusals into words by itself: its findings carry their text.
    silent = sorted(
        {f"{code} ({place})" for code, place in codes() if not has_message(code) and "/formats/" not in place}
    )
    assert silent == []


def test_a_code_names_its_room():
    assert [f"{code} ({place})" for code, place in codes() if "." not in code] == []
