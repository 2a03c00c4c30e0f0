"""The context of the shell. Nothing is asked before a template asks for it, and nothing twice in a request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from koopset.foundation.ui import navigation
from koopset.foundation.ui.navigation import Banner, Bell, NavPlace, Words
from koopset.foundation.ui.offline import device_key

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "koopset_theme"
BOTTOM_PLACES = 4


@dataclass(frozen=True)
class Link:
    """A place as it stands in the bar of this page. `count` is 0 where nothing waits."""

    label: Words
    short: Words
    icon: str
    url: str
    current: bool
    count: int


@dataclass(frozen=True)
class Section:
    head: Words | None
    links: list[Link]


@dataclass(frozen=True)
class SwitchLine:
    organisation_id: int | None
    name: str
    role: str
    url: str
    current: bool


class Shell:
    """What base.html draws around a page."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def actor(self) -> Any:
        return getattr(self.request, "actor", None)

    @cached_property
    def signed_in(self) -> bool:
        return self.actor is not None and not self.actor.is_anonymous

    @cached_property
    def theme(self) -> str:
        """The theme the person chose on this device: auto, light or dark."""
        chosen = self.request.COOKIES.get(THEME_COOKIE, "auto")
        return chosen if chosen in THEMES else "auto"

    @property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @cached_property
    def organisation_id(self) -> int | None:
        """The organisation of the page; on a page of none, that of the switch (it may be of none), then the first one has a role in."""
        found = getattr(self.request, "organisation_id", None)
        if found is not None or not self.signed_in:
            return found
        for line in self.switch:
            if line.current:
                return line.organisation_id
        ids: tuple[int, ...] = getattr(self.actor, "organisation_ids", ())
        return ids[0] if ids else None

    @cached_property
    def cabinet(self) -> str | None:
        return getattr(self.request, "cabinet", None)

    @cached_property
    def switch(self) -> list[SwitchLine]:
        if not self.signed_in:
            return []
        return [SwitchLine(*line) for line in navigation.switches(self.request)]

    @cached_property
    def current_switch(self) -> SwitchLine | None:
        for line in self.switch:
            if line.current:
                return line
        for line in self.switch:
            if line.organisation_id is not None and line.organisation_id == self.organisation_id:
                return line
        return None

    @cached_property
    def bell(self) -> Bell | None:
        return navigation.bell(self.request) if self.signed_in else None

    @cached_property
    def banner(self) -> Banner | None:
        return navigation.banner(self.request)

    @cached_property
    def person(self) -> str:
        return navigation.person_name(self.request) if self.signed_in else ""

    @cached_property
    def home(self) -> str:
        return self._address("portal:home") or "/"

    @cached_property
    def search_url(self) -> str:
        return self._address("portal:search")

    @cached_property
    def settings_url(self) -> str:
        return self._address("people:settings") or self._address("people:me")

    @cached_property
    def notices_url(self) -> str:
        return self._address("notifications:settings")

    @cached_property
    def device_key(self) -> str:
        """For the script that keeps pages on the phone: whose this one is."""
        return device_key(getattr(self.actor, "login_id", None) if self.signed_in else None)

    @cached_property
    def password_url(self) -> str:
        return self._address("account_change_password")

    @cached_property
    def security_url(self) -> str:
        return self._address("people:security")

    @cached_property
    def phone_sign_in_url(self) -> str:
        """ "" where this installation sends no text messages."""
        return self._address("people:phone_sign_in") if settings.SMS_GATEWAY else ""

    @cached_property
    def _placed(self) -> list[tuple[NavPlace, Link]]:
        if not self.signed_in or self.switch is None:
            return []  # the switch first: it reads all bodies of the person, and places ask of one of them
        found = []
        for place in navigation.places():
            if place.cabinets is not None and self.cabinet not in place.cabinets:
                continue
            if place.of_platform:
                of_one = getattr(self.request, "organisation_id", None) is not None
                if of_one or (place.right is not None and not self.actor.can(place.right, None)):
                    continue
            elif place.right is not None and (
                self.organisation_id is None or not self.actor.can(place.right, self.organisation_id)
            ):
                continue
            if (
                place.shown is not None
                and self.organisation_id is not None
                and not place.shown(self.organisation_id)
            ):
                continue
            url = self._address(place.url_name)
            if url:
                found.append((place, url))
        path = self.request.path
        marks = [(url, url) for _, url in found]
        marks += [(self._address(name), url) for place, url in found for name in place.also]
        _length, here = max(
            (
                (len(mark), url)
                for mark, url in marks
                if path == mark or (mark not in ("", "/") and path.startswith(mark))
            ),
            key=lambda one: one[0],
            default=(0, ""),
        )
        return [
            (
                place,
                Link(
                    label=place.label,
                    short=place.short or place.label,
                    icon=place.icon,
                    url=url,
                    current=url == here,
                    count=place.count(self.request) if place.count is not None else 0,
                ),
            )
            for place, url in found
        ]

    @cached_property
    def sections(self) -> list[Section]:
        """The side bar."""
        by_section: dict[str, list[Link]] = {}
        for place, link in self._placed:
            by_section.setdefault(place.section, []).append(link)
        return self._headed(by_section)

    def _headed(self, by_section: dict[str, list[Link]]) -> list[Section]:
        return [
            Section(navigation.head_of(name, self.organisation_id), links)
            for name, links in by_section.items()
        ]

    @cached_property
    def bottom(self) -> list[Link]:
        """The bottom bar of a phone: four places of the cabinet, then «More»."""
        return self._bottom_and_rest[0]

    @cached_property
    def more(self) -> list[Section]:
        """What is under «More»: the places that the bottom bar has no room for."""
        return self._bottom_and_rest[1]

    @cached_property
    def _bottom_and_rest(self) -> tuple[list[Link], list[Section]]:
        chosen = [
            pair for pair in self._placed if self.cabinet is not None and self.cabinet in pair[0].bottom_for
        ]
        if not chosen:
            chosen = [pair for pair in self._placed if pair[0].bottom_for] or list(self._placed)
        chosen = sorted(chosen, key=lambda pair: (pair[0].section != "start", pair[0].order))[:BOTTOM_PLACES]
        in_bar = {place.url_name for place, _ in chosen}
        rest: dict[str, list[Link]] = {}
        for place, link in self._placed:
            if place.url_name not in in_bar:
                rest.setdefault(place.section, []).append(link)
        return [link for _, link in chosen], self._headed(rest)

    @cached_property
    def more_is_current(self) -> bool:
        return any(link.current for section in self.more for link in section.links)

    @cached_property
    def more_count(self) -> int:
        return sum(link.count for section in self.more for link in section.links)

    def _address(self, name: str) -> str:
        """The address with the organisation where it takes one, without where it does not, "" where there is no such page."""
        if self._reversing_organisation is not None:
            try:
                return reverse(name, kwargs={"organisation_id": self._reversing_organisation})
            except NoReverseMatch:
                pass
        try:
            return reverse(name)
        except NoReverseMatch:
            return ""

    @cached_property
    def _reversing_organisation(self) -> int | None:
        return self.organisation_id


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` for ui/base.html and ui/plain.html."""
    kept = getattr(request, "_koopset_shell", None)
    if kept is None:
        kept = SimpleLazyObject(lambda: Shell(request))
        request._koopset_shell = kept  # type: ignore[attr-defined]
    return {"shell": kept}
