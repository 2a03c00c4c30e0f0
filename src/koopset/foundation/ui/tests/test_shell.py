"""The shell: what it shows to whom, and how often it asks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.utils import translation

from koopset.foundation.ui import navigation
from koopset.foundation.ui.context import Shell, shell
from koopset.foundation.ui.navigation import Bell, NavPlace
from koopset.foundation.ui.views import (
    bad_request,
    csrf_failure,
    page_not_found,
    permission_denied,
    server_error,
)


class SampleActor:
    is_anonymous = False
    organisation_ids = (7,)
    grants = ()

    def __init__(self, *rights: str) -> None:
        self.rights = rights

    def can(self, right: str, organisation_id: int | None) -> bool:
        return right in self.rights and organisation_id == 7


@pytest.fixture(autouse=True)
def empty_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_places", {})
    monkeypatch.setattr(navigation, "_heads", {})
    for name in ("_switch", "_bell", "_person"):
        monkeypatch.setattr(navigation, name, [])


def request_of(actor: Any, path: str = "/_ui/shell/", cabinet: str | None = None) -> HttpRequest:
    request = RequestFactory().get(path)
    request.actor = actor  # type: ignore[attr-defined]
    request.organisation_id = 7  # type: ignore[attr-defined]
    request.cabinet = cabinet  # type: ignore[attr-defined]
    return request


def test_place_is_shown_to_those_who_hold_its_right() -> None:
    navigation.register_place(NavPlace("ui", "Parts", "box", "ui:gallery", right="ui:gallery:see"))
    navigation.register_place(NavPlace("ui", "Page", "box", "ui:gallery_shell", order=1))
    assert [
        link.label for section in Shell(request_of(SampleActor())).sections for link in section.links
    ] == ["Page"]
    allowed = Shell(request_of(SampleActor("ui:gallery:see")))
    assert [link.label for section in allowed.sections for link in section.links] == ["Page", "Parts"]


def test_place_without_an_address_is_left_out() -> None:
    navigation.register_place(NavPlace("ui", "Nowhere", "box", "ui:nowhere"))
    assert Shell(request_of(SampleActor())).sections == []


def test_the_longest_address_is_where_we_are() -> None:
    navigation.register_place(NavPlace("ui", "Parts", "box", "ui:gallery"))
    navigation.register_place(NavPlace("ui", "Page", "box", "ui:gallery_shell"))
    links = [link for section in Shell(request_of(SampleActor())).sections for link in section.links]
    assert {str(link.label): link.current for link in links} == {"Parts": False, "Page": True}


@pytest.mark.parametrize(
    ("path", "here"), [("/_ui/", "Parts"), ("/_ui/shell/", "Beside"), ("/_ui/shell/deeper/", "Beside")]
)
def test_a_page_beside_a_place_shows_the_place_as_where_we_are(path: str, here: str) -> None:
    navigation.register_place(NavPlace("ui", "Parts", "box", "ui:gallery"))
    navigation.register_place(
        NavPlace("ui", "Beside", "box", "ui:theme", also=("ui:gallery_shell", "ui:nowhere"))
    )
    links = [link for section in Shell(request_of(SampleActor(), path)).sections for link in section.links]
    assert {str(link.label) for link in links if link.current} == {here}


def test_bottom_bar_has_the_places_of_the_cabinet_and_more_has_the_rest() -> None:
    for number, name in enumerate(["gallery", "gallery_shell", "theme", "language"]):
        navigation.register_place(
            NavPlace(
                "ui",
                name,
                "box",
                f"ui:{name}",
                order=number,
                bottom_for=frozenset({"resident"} if number < 2 else {"chair"}),
            )
        )
    at = Shell(request_of(SampleActor(), cabinet="resident"))
    assert [link.label for link in at.bottom] == ["gallery", "gallery_shell"]
    assert [link.label for section in at.more for link in section.links] == ["theme", "language"]


def test_everything_is_asked_once_and_only_when_drawn() -> None:
    asked: list[str] = []

    def count(request: HttpRequest) -> int:
        asked.append("count")
        return 7

    def switch(request: HttpRequest) -> list[navigation.Switch]:
        asked.append("switch")
        return [(7, "СНТ «Берёзка»", "Казначей", "/", True)]

    def bell(request: HttpRequest) -> Bell:
        asked.append("bell")
        return Bell(3, "/")

    navigation.register_place(NavPlace("ui", "Parts", "box", "ui:gallery", count=count))
    navigation.register_switch(switch)
    navigation.register_bell(bell)
    request = request_of(SampleActor())
    first = shell(request)["shell"]
    assert asked == []
    for _ in range(2):
        assert first.sections[0].links[0].count == 7
        assert first.current_switch.name == "СНТ «Берёзка»"
        assert first.bell.count == 3
        assert len(first.bottom) == 1
        assert first.more == []
    assert sorted(asked) == ["bell", "count", "switch"]
    assert shell(request)["shell"] is first


def test_nobody_is_asked_nothing() -> None:
    class Nobody(SampleActor):
        is_anonymous = True

    navigation.register_switch(lambda request: pytest.fail("asked for nobody"))
    at = Shell(request_of(Nobody()))
    assert (at.sections, at.switch, at.bell, at.person) == ([], [], None, "")


def test_unknown_section_is_refused() -> None:
    with pytest.raises(ValueError, match="attic"):
        NavPlace("ui", "Parts", "box", "ui:gallery", section="attic")


@pytest.mark.parametrize(
    ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ("<script>", "auto"), (None, "auto")]
)
def test_theme_is_one_of_three(cookie: str | None, theme: str) -> None:
    request = request_of(SampleActor())
    if cookie:
        request.COOKIES["koopset_theme"] = cookie
    assert Shell(request).theme == theme


def test_theme_is_kept_and_the_way_back_stays_on_this_site(client: Client) -> None:
    answer = client.post("/_ui/theme/", {"theme": "dark", "next": "/_ui/"})
    assert (answer.status_code, answer.headers["Location"], client.cookies["koopset_theme"].value) == (
        302,
        "/_ui/",
        "dark",
    )
    answer = client.post("/_ui/theme/", {"theme": "sepia", "next": "https://elsewhere.example/"})
    assert (answer.headers["Location"], client.cookies["koopset_theme"].value) == ("/", "dark")
    assert client.get("/_ui/theme/").status_code == 405


@pytest.mark.django_db
@override_settings(UI_GALLERY=True)
@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("address", ["/_ui/", "/_ui/shell/"])
def test_gallery_is_drawn(client: Client, address: str, language: str) -> None:
    answer = client.get(address, headers={"accept-language": language})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in text
    assert [sign for sign in ("<c-", "{%", "{{") if sign in text] == []
    words = {"ru": "Загрузить выписку", "en": "Load a\u00a0statement"}
    assert words[language] in text
    assert words["en" if language == "ru" else "ru"] not in text


@pytest.mark.django_db
@override_settings(UI_GALLERY=False)
def test_gallery_is_for_those_who_build(client: Client) -> None:
    assert client.get("/_ui/").status_code == 404
    assert client.get("/_ui/shell/").status_code == 404


@pytest.mark.parametrize(
    ("refusal", "status", "title"),
    [
        (bad_request, 400, "Не\u00a0получилось прочитать"),
        (permission_denied, 403, "Вам это не\u00a0открыто"),
        (page_not_found, 404, "Такой страницы нет"),
        (csrf_failure, 403, "Страница устарела"),
    ],
)
def test_refusal_says_what_to_do(
    refusal: Callable[[HttpRequest], HttpResponse], status: int, title: str
) -> None:
    with translation.override("ru"):
        answer = refusal(request_of(SampleActor()))
    assert answer.status_code == status
    assert f"<h1>{title}</h1>" in answer.content.decode()
    assert "На главную" in answer.content.decode()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_last_page_needs_nothing(rf: RequestFactory, language: str) -> None:
    with translation.override(language):
        answer = server_error(rf.get("/"))
        assert answer.status_code == 500
        assert (
            "У нас что-то сломалось" if language == "ru" else "Something broke on our side"
        ) in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/confirm-email/",
    ],
)
def test_entrance_pages_speak_russian(client: Client, address: str) -> None:
    answer = client.get(address)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'class="ks-plain"' in text
    assert not {"Sign in", "Password", "E-mail", "Letter"} & set(text.replace("<", ">").split(">"))


@pytest.mark.django_db
def test_refused_sign_in_keeps_what_was_typed(client: Client) -> None:
    answer = client.post("/accounts/login/", {"login": "anna@example.ru", "password": "не тот пароль"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="anna@example.ru"' in text
    assert "не тот пароль" not in text
    assert 'role="alert"' in text


def test_a_section_is_headed_by_the_organisation_of_the_page() -> None:
    navigation.register_place(NavPlace("ui", "Parts", "box", "ui:gallery"))
    navigation.register_head("settlement", lambda organisation_id: {7: "Farm"}.get(organisation_id, ""))
    request = request_of(SampleActor())
    assert [str(section.head) for section in shell(request)["shell"].sections] == ["Farm"]
    elsewhere = request_of(SampleActor())
    elsewhere.organisation_id = 8  # type: ignore[attr-defined]
    [plain] = shell(elsewhere)["shell"].sections
    assert str(plain.head) == str(navigation.SECTIONS["settlement"])
    with pytest.raises(ValueError, match="no section"):
        navigation.register_head("nowhere", lambda organisation_id: "")
