"""The OpenAPI document as a page tells it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.encoding import force_str

from koopset.foundation.access.operations import Room
from koopset.foundation.access.scopes import scope_names


@dataclass(frozen=True, slots=True)
class Told:
    """One operation. `request` and `answer` are examples as JSON text."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    asks: str
    parameters: list[dict[str, Any]]
    request: str
    request_type: str
    status: str
    answer: str
    answer_type: str


def reference(document: dict[str, Any], rooms: Sequence[Room]) -> list[tuple[str, str, list[Told]]]:
    """Rooms in their order with their operations: (name, title, operations)."""
    found: dict[str, list[Told]] = {room.name: [] for room in rooms}
    words = scope_names()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            status = next(code for code in operation["responses"] if code.startswith("2"))
            answer_type, answer = _example(operation["responses"][status])
            request_type, request = _example(operation.get("requestBody") or {})
            asks = operation["x-koopset-asks"]
            found[operation["tags"][0]].append(
                Told(
                    id=operation["operationId"],
                    method=method.upper(),
                    path=path,
                    summary=operation["summary"],
                    description=operation.get("description", ""),
                    asks=force_str(words.get(asks, asks)),
                    parameters=[one for one in operation["parameters"] if one["in"] != "path"],
                    request=request,
                    request_type=request_type,
                    status=status,
                    answer=answer,
                    answer_type=answer_type,
                )
            )
    return [(room.name, force_str(room.title), found[room.name]) for room in rooms]


def _example(body: dict[str, Any]) -> tuple[str, str]:
    for kind, content in body.get("content", {}).items():
        return kind, json.dumps(content.get("example"), ensure_ascii=False, indent=2)
    return "", ""
