"""The bell of the page, and the office's place with numbers."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from koopset.foundation.notifications.permissions import NoticeRight
from koopset.foundation.notifications.selectors import unread_count
from koopset.foundation.rights.pages import PageRequest
from koopset.foundation.ui.navigation import Bell, NavPlace, register_bell, register_place


def bell(request: HttpRequest) -> Bell | None:
    return Bell(unread_count(cast(PageRequest, request).actor), reverse("notifications:list"))


def register() -> None:
    register_bell(bell)
    register_place(
        NavPlace(
            room="notifications",
            label=pgettext_lazy("place", "Notices sent"),
            icon="send",
            url_name="notifications:counts",
            right=NoticeRight.COUNTS_VIEW,
            section="settlement",
            order=95,
        )
    )
