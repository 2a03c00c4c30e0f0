"""What the shell shows around a page: places of the side bar and the bottom bar, the switch of organisations, the bell.

Rooms know these registries and fill them in AppConfig.ready; the shell asks each at most once a request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

#: Heads of the side bar, in their order; places without a head ("start") stand first.
SECTIONS: dict[str, Words | None] = {
    "start": None,
    "money": _("Money"),
    "settlement": _("Settlement"),
    "together": _("Together"),
    "self": _("Yours"),
}


@dataclass(frozen=True)
class NavPlace:
    """A place one can go to.

    `url_name` is reversed with the organisation of the page, or without it where the address has none. `right` hides the
    place from those who do not hold it; with `of_platform` it is asked of the platform, and the place is shown on pages of no
    organisation only. `cabinets` (None: all) names the cabinets whose side bar has the place, `bottom_for` those
    whose bottom bar has it (four by `order`; the rest are under «More»). `count` gives the number of things that wait, asked
    only when the place is shown. `short` is the word under the icon of the bottom bar. `also` names pages beside it (its other tabs): they
    and what is under them show the place as the one we are at. `shown` says whether the organisation of the page has such a thing at
    all (a body without plots has no debtors); it is asked last.
    """

    room: str
    label: Words
    icon: str
    url_name: str
    right: str | None = None
    section: str = "settlement"
    order: int = 100
    bottom_for: frozenset[str] = frozenset()
    count: Callable[[HttpRequest], int] | None = None
    short: Words = ""
    cabinets: frozenset[str] | None = None
    of_platform: bool = False
    also: tuple[str, ...] = ()
    shown: Callable[[int], bool] | None = None

    def __post_init__(self) -> None:
        if self.section not in SECTIONS:
            raise ValueError(f"{self.url_name}: no section {self.section!r}")


#: One line of the switch: organisation's id (None for the person's own page), its name, the role's name, address,
#: whether it is where we are.
Switch = tuple[int | None, str, str, str, bool]


class SwitchProvider(Protocol):
    """A port: the organisations and roles among which the person chooses."""

    def __call__(self, request: HttpRequest) -> Sequence[Switch]: ...


@dataclass(frozen=True)
class Bell:
    """How many notices are unread and where they are read."""

    count: int
    url: str


class BellProvider(Protocol):
    """A port: the number at the bell."""

    def __call__(self, request: HttpRequest) -> Bell | None: ...


@dataclass(frozen=True)
class Banner:
    """A bar above every page while something unusual goes on, with the one deed that ends it (sent by POST)."""

    text: Words
    action: Words
    url: str


class BannerProvider(Protocol):
    """A port: what unusual goes on for this request."""

    def __call__(self, request: HttpRequest) -> Banner | None: ...


class PersonProvider(Protocol):
    """A port: the name of the person who is signed in, as it is shown to themselves."""

    def __call__(self, request: HttpRequest) -> str: ...


class HeadProvider(Protocol):
    """A port: what the head of a section is called on pages of an organisation; "" leaves the usual word."""

    def __call__(self, organisation_id: int) -> Words: ...


_places: dict[str, NavPlace] = {}
_heads: dict[str, HeadProvider] = {}
_switch: list[SwitchProvider] = []
_bell: list[BellProvider] = []
_person: list[PersonProvider] = []
_banner: list[BannerProvider] = []


def register_place(place: NavPlace) -> None:
    """Add a place; one page is one place, so the name of its address may come only once (the later wins)."""
    _places[place.url_name] = place


def register_head(section: str, provider: HeadProvider) -> None:
    """Name a section by the organisation of the page: a farm's affairs are not a settlement's."""
    if section not in SECTIONS:
        raise ValueError(f"no section {section!r}")
    _heads[section] = provider


def head_of(section: str, organisation_id: int | None) -> Words | None:
    """The head of a section on pages of the organisation."""
    provider = _heads.get(section)
    own = provider(organisation_id) if provider is not None and organisation_id is not None else ""
    return own or SECTIONS[section]


def register_switch(provider: SwitchProvider) -> None:
    _switch[:] = [provider]


def register_bell(provider: BellProvider) -> None:
    _bell[:] = [provider]


def register_person(provider: PersonProvider) -> None:
    _person[:] = [provider]


def register_banner(provider: BannerProvider) -> None:
    _banner[:] = [provider]


def banner(request: HttpRequest) -> Banner | None:
    return _banner[0](request) if _banner else None


def places() -> list[NavPlace]:
    """All places, by section and order."""
    heads = list(SECTIONS)
    return sorted(
        _places.values(), key=lambda place: (heads.index(place.section), place.order, place.url_name)
    )


def switches(request: HttpRequest) -> list[Switch]:
    return list(_switch[0](request)) if _switch else []


def bell(request: HttpRequest) -> Bell | None:
    return _bell[0](request) if _bell else None


def person_name(request: HttpRequest) -> str:
    if _person:
        return _person[0](request)
    return str(getattr(request, "user", ""))
