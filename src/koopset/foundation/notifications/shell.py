"""The bell of the page."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.urls import reverse

from koopset.foundation.notifications.selectors import unread_count
from koopset.foundation.rights.pages import PageRequest
from koopset.foundation.ui.navigation import Bell, register_bell


def bell(request: HttpRequest) -> Bell | None:
    return Bell(unread_count(cast(PageRequest, request).actor), reverse("notifications:list"))


def register() -> None:
    register_bell(bell)
