"""The OpenAPI document, finished: what every operation may be refused with, the header of repeats, an example of each body."""

import re
from collections.abc import Callable
from typing import Any

from django.utils.encoding import force_str
from django.utils.functional import Promise
from ninja import NinjaAPI

from koopset.foundation.access.errors import Refusal

#: A made-up settlement speaks in all examples.
EXAMPLES: dict[str, Any] = {
    "account_id": 804,
    "url": "https://1c.example.org/koopset",
    "address": "Ленинградская обл., Всеволожский р-н, массив Борисова Грива",
    "amount_kop": 90000,
    "area_m2": "600.00",
    "article": "217-ФЗ, ст. 17, ч. 1, п. 21",
    "bank_name": "Северо-Западный банк ПАО Сбербанк",
    "base": "sotka",
    "basis": "протокол общего собрания от 16.05.2026 № 1",
    "bic": "044030653",
    "body": "meeting",
    "body_name": "",
    "cadastral_number": "47:07:1234567:89",
    "code": "76.01",
    "correspondent": "30101810500000000653",
    "credit": "86.01",
    "debit": "76.01",
    "deed": "выписка ЕГРН от 12.03.2020",
    "email": "anna@example.org",
    "fingerprint": "9f2c6d0b7a41",
    "first_name": "Анна",
    "form": "snt",
    "full_name": "Петрова Анна Сергеевна",
    "inn": "4703012345",
    "kind": "plot",
    "last_name": "Петрова",
    "middle_name": "Сергеевна",
    "month": "2026-11",
    "from_month": "2026-01",
    "to_month": "2026-12",
    "name": "Садовое",
    "name_full": "Садоводческое некоммерческое товарищество «Берёзка»",
    "name_short": "СНТ «Берёзка»",
    "note": "",
    "number": "12",
    "payment_code": "100000187",
    "phone": "+7 911 123-45-67",
    "postal_address": "194044, Санкт-Петербург, ул. Смолячкова, 6",
    "quantity": "6.000000",
    "rate": "150.00",
    "reason": "ошибка в площади участка",
    "role": "treasurer",
    "share": "1/2",
    "short_name": "Петрова А. С.",
    "state": "done",
    "street": "Садовая линия",
    "text": "участок 12",
    "title": "Членский взнос",
    "wording": "Установить членский взнос в размере 1 800 рублей с сотки в год.",
}
_BY_FORMAT = {"date": "2026-11-24", "date-time": "2026-11-24T09:00:00Z", "binary": "(file)"}
_REFUSALS = {
    "401": "The key is missing, expired or revoked",
    "404": "There is no such thing, or it is not open to this key",
    "422": "Refused: the code says why, the text says what to do",
    "429": "Asked too much in this minute: Retry-After says when to go on",
}


def finished(api: NinjaAPI, document: dict[str, Any]) -> dict[str, Any]:
    """The document of ninja with all that programs need, its words in the active language."""
    found: dict[str, Any] = plain(document)
    schemas: dict[str, Any] = found["components"]["schemas"]
    schemas["Refusal"] = Refusal.model_json_schema(ref_template="#/components/schemas/{model}")
    for path in found["paths"].values():
        for operation in path.values():
            _finish(operation)
    for name, schema in schemas.items():
        if "example" not in schema and "enum" not in schema:
            schema["example"] = example_of(schema, schemas, name, 0)
    for path in found["paths"].values():
        for operation in path.values():
            bodies = [operation.get("requestBody"), *operation["responses"].values()]
            for body in bodies:
                for content in (body or {}).get("content", {}).values():
                    content.setdefault("example", example_of(content.get("schema", {}), schemas, "", 0))
    found["paths"] = dict(sorted(found["paths"].items()))
    found["components"]["schemas"] = dict(sorted(schemas.items()))
    return found


def _finish(operation: dict[str, Any]) -> None:
    refused = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    writes = operation.pop("x-koopset-writes", False)
    needs_key = operation.pop("x-koopset-needs-key", False)
    for status, words in _REFUSALS.items():
        operation["responses"].setdefault(status, {"description": words, "content": refused})
    operation["responses"] = {str(status): body for status, body in operation["responses"].items()}
    if writes:
        operation["responses"]["409"] = {
            "description": "The same request is being done just now",
            "content": refused,
        }
        operation.setdefault("parameters", []).append(
            {
                "in": "header",
                "name": "Idempotency-Key",
                "required": needs_key,
                "description": "Any text of your own, new for each new work: a repeated request is answered as before",
                "schema": {"type": "string", "minLength": 1, "maxLength": 120},
                "example": "charge-2026-11-a",
            }
        )


def example_of(schema: dict[str, Any], schemas: dict[str, Any], name: str, depth: int) -> Any:
    """A plausible value of a schema, the same every time."""
    for known in ("example", "const", "default"):
        if known in schema and not (known == "default" and schema[known] in (None, "", [], {})):
            return schema[known]
    if schema.get("examples"):
        return schema["examples"][0]
    if "$ref" in schema:
        target = schema["$ref"].rpartition("/")[2]
        return example_of(schemas.get(target, {}), schemas, name, depth + 1) if depth < 6 else {}
    kind = schema.get("type")
    if name in EXAMPLES and kind not in {"array", "object"} and _fits(EXAMPLES[name], schema):
        return EXAMPLES[name]
    for many in ("anyOf", "oneOf", "allOf"):
        options = [option for option in schema.get(many, []) if option.get("type") != "null"]
        if options:
            return example_of(options[0], schemas, name, depth)
    make = _BY_KIND.get(kind or "")
    return make(schema, schemas, name, depth) if make else None


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    kinds = {option.get("type") for option in [schema, *schema.get("anyOf", [])]} - {None, "null"}
    if "enum" in schema:
        return value in schema["enum"]
    return not kinds or ("integer" if isinstance(value, int) else "string") in kinds


def _object(schema: dict[str, Any], schemas: dict[str, Any], name: str, depth: int) -> Any:
    return {
        key: example_of(part, schemas, key, depth + 1) for key, part in schema.get("properties", {}).items()
    }


def _string(schema: dict[str, Any], *_rest: Any) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    return _BY_FORMAT.get(schema.get("format", ""), "")


def _integer(schema: dict[str, Any], _schemas: Any, name: str, _depth: int) -> int:
    if name.endswith("_kop"):
        return 90000
    return 17 if name == "id" or name.endswith("_id") else int(schema.get("minimum", 1))


_BY_KIND: dict[str, Callable[..., Any]] = {
    "object": _object,
    "array": lambda schema, schemas, name, depth: [
        example_of(schema.get("items", {}), schemas, re.sub(r"s$", "", name), depth + 1)
    ],
    "string": _string,
    "integer": _integer,
    "number": lambda *_: 1.5,
    "boolean": lambda *_: True,
}


def plain(value: Any) -> Any:
    """The same with lazy words spoken in the active language."""
    if isinstance(value, Promise):
        return force_str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
