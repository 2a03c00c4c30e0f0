"""The document is a promise: a change of it is seen in review."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils.translation import override

from koopset.api.door import api
from koopset.foundation.access.scopes import HOUSEHOLD_SCOPE, scope_names
from koopset.foundation.rights.catalogue import all_rights
from koopset.foundation.rights.pages import Gate

SNAPSHOT = Path(__file__).parent.parent / "snapshots" / "openapi.json"


def document() -> dict[str, Any]:
    with override("en"):
        return api.get_openapi_schema()  # type: ignore[no-any-return]


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_document_is_as_it_was() -> None:
    text = json.dumps(document(), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("KOOPSET_RENEW") == "1":
        SNAPSHOT.write_text(text, "utf-8")
    assert text == SNAPSHOT.read_text("utf-8"), "the API has changed: KOOPSET_RENEW=1 renews the snapshot"


def test_operations_have_ids_of_their_own_rights_and_refusals() -> None:
    ids = [operation["operationId"] for _method, _path, operation in operations()]
    assert len(ids) == len(set(ids)) > 80
    for _method, path, operation in operations():
        asks = operation["x-koopset-asks"]
        assert asks in all_rights() or asks in set(Gate), path
        assert operation["summary"], path
        assert {"401", "404", "422"} <= set(operation["responses"]), path
        assert operation["security"] == [{"Bearer": []}], path


def test_the_right_of_an_operation_is_on_its_function_and_in_its_key() -> None:
    declared = {
        operation.operation_id: operation.view_func.koopset_asks  # type: ignore[attr-defined]
        for bound in api._get_bound_routers()
        for view in bound.path_operations.values()
        for operation in view.operations
    }
    assert {op["operationId"]: op["x-koopset-asks"] for _m, _p, op in operations()} == {
        key: str(value) for key, value in declared.items()
    }
    words = scope_names()
    assert HOUSEHOLD_SCOPE in words
    assert {asks for asks in declared.values() if asks not in set(Gate)} <= set(words)


def test_every_body_has_an_example() -> None:
    for method, path, operation in operations():
        bodies = [operation.get("requestBody"), *operation["responses"].values()]
        for body in bodies:
            for content in (body or {}).get("content", {}).values():
                assert content["example"] is not None, (method, path)


def test_money_is_whole_kopecks() -> None:
    for name, schema in document()["components"]["schemas"].items():
        for key, part in schema.get("properties", {}).items():
            if key.endswith("_kop"):
                kinds = {option.get("type") for option in [part, *part.get("anyOf", [])]}
                assert "integer" in kinds, (name, key)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_reference_and_the_document_are_open_to_all(language: str) -> None:
    client = Client(headers={"Accept-Language": language})
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    text = page.content.decode()
    assert "register_units_batch" in text
    assert "<script>" not in text
    assert " style=" not in text
    assert "/api/v1/o/{organisation_id}/units/batch" in client.get("/api/v1/openapi.json").json()["paths"]


def test_addresses_have_names() -> None:
    assert get_resolver().resolve("/api/v1/nothing").url_name == "api-unknown"
