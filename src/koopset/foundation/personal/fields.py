"""Which fields of which models hold the key of a person or of a login: read from the models, so that a new one cannot be forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import models


def is_history(model: type[models.Model]) -> bool:
    """Whether the model keeps the changes of another."""
    return hasattr(model, "history_object")


def own_models() -> Iterator[type[models.Model]]:
    """Models of the platform and of sign-in, without histories."""
    for model in apps.get_models(include_auto_created=True):
        if not is_history(model) and (
            model.__module__.startswith(("koopset.", "allauth.")) or model._meta.label == "sessions.Session"
        ):
            yield model


def subject_fields(model: type[models.Model]) -> list[str]:
    """Fields that say about whom a row is: keys of a card or of a login."""
    people = {settings.AUTH_USER_MODEL, "people.Person"}
    found = []
    for field in model._meta.concrete_fields:
        target = field.related_model
        if isinstance(target, type) and target._meta.label in people:
            found.append(field.attname)
        elif field.name.endswith(("person_id", "login_id", "user_id")) and field.name != "history_user_id":
            found.append(field.name)
    return found


def doer_fields(model: type[models.Model]) -> list[str]:
    """Fields that say which login did it: "created_by", "posted_by"."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.BigIntegerField) and field.name.endswith("_by")
    ]


def histories() -> Iterator[type[models.Model]]:
    """Models that keep changes."""
    for model in apps.get_models():
        if is_history(model) and model.__module__.startswith("koopset."):
            yield model


def kept_model(history: type[models.Model]) -> type[models.Model]:
    """The model whose changes a history keeps."""
    found: type[models.Model] = history.instance_type  # type: ignore[attr-defined]
    return found
