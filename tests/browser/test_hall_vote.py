"""A vote in the hall: two telephones check in by the code of the screen, vote, one without a line in the middle; the chair closes.

The screen shows the code, how many are here, the quorum and the count as they come; nobody refreshes a page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from tests.browser.hands import Mouse
from tests.browser.persons import sign_in

from koopset.apps.meetings.models import BallotFact, ItemResult, Meeting
from koopset.apps.meetings.voting.factories import hall_meeting
from koopset.apps.organisations.factories import make_role
from koopset.foundation.rights.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import OpenPage
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = (390, 844)


@pytest.mark.console("ERR_INTERNET_DISCONNECTED|Failed to load resource")
def test_two_telephones_vote_and_the_screen_counts(
    open_page: OpenPage, axe: Callable[[Page], list[str]], transactional_db: None
) -> None:
    row, persons = hall_meeting(3)
    pk = row.organisation_id
    wall, first, second = open_page(), open_page(PHONE), open_page(PHONE)
    sign_in(wall, make_role(pk, Role.CHAIR).person.login)
    for page, person in ((first, persons[0]), (second, persons[1])):
        sign_in(page, person.login)
    chair, here = Mouse(wall), [pk, row.pk]

    # The screen: a code with a square, nobody here, no quorum.
    chair.open(reverse("voting:hall", args=here))
    code = "".join(wall.locator(".vt-code").inner_text().split())
    assert re.fullmatch(r"\d{6}", code)
    wall.get_by_text("кворума пока нет").first.wait_for()
    assert axe(wall) == []

    # One types the code, the other comes by the square of the screen, which brings it along.
    one, two = Mouse(first), Mouse(second)
    one.open(reverse("voting:vote", args=here))
    one.follow("Я в зале: ввести код")
    one.fill("Код, шесть цифр", code)
    one.press("Я здесь")
    one.arrive(reverse("voting:vote", args=here))
    two.open(reverse("voting:entry", args=here) + f"?code={code}")
    two.press("Я здесь")
    two.arrive(reverse("voting:vote", args=here))
    wall.locator(".vt-hall-here b", has_text="2").wait_for()
    wall.get_by_text("кворум есть").first.wait_for()

    # The chair puts the item to the vote; the telephones show it by themselves.
    chair.open(reverse("voting:desk", args=here))
    chair.confirm("Поставить на голосование")
    chair.open(reverse("voting:hall", args=here))
    first.locator("input[value=for]").wait_for(state="attached")
    assert axe(first) == []
    first.locator("label.vt-mark-for").click()
    one.press("Проголосовать")
    first.get_by_text("принят: за").wait_for()
    wall.locator(".vt-tally-large .vt-for b", has_text="1").wait_for()

    # The second loses the line with the choice made: it is kept, and is sent when the line is back, once.
    second.locator("input[value=against]").wait_for(state="attached")
    second.context.set_offline(True)
    second.locator("label.vt-mark-against").click()
    two.press("Проголосовать")
    second.locator("#no-line").wait_for(state="visible")
    assert second.locator("input[value=against]").is_checked()
    second.context.set_offline(False)
    second.get_by_text("принят: против").wait_for()
    wall.locator(".vt-tally-large .vt-against b", has_text="1").wait_for()
    assert BallotFact.objects.filter(organisation_id=pk).count() == 2

    # The chair closes the vote; everybody sees what was decided.
    chair.open(reverse("meetings:meeting", args=here))
    chair.confirm(re.compile("Закрыть голосование"))
    wall.wait_for_load_state()
    first.get_by_text(re.compile("принято")).first.wait_for()
    assert Meeting.objects.get(organisation_id=pk, pk=row.pk).state == Meeting.State.CLOSED
    assert ItemResult.objects.filter(organisation_id=pk, meeting_id=row.pk).count() == 1
    one.open(reverse("voting:receipts", args=here))
    first.get_by_text("учтён").first.wait_for()


def test_a_form_of_meeting_asks_only_what_it_needs(open_page: OpenPage, transactional_db: None) -> None:
    """In absentia nobody gathers, in person nothing is sent in; what was refused is shown whatever the form."""
    row, _persons = hall_meeting(1)
    page = open_page()
    sign_in(page, make_role(row.organisation_id, Role.CHAIR).person.login)
    Mouse(page).open(reverse("meetings:new", args=[row.organisation_id]))
    place, until = page.locator("#id_place"), page.locator("#id_ends_at")
    for form, hall, afar in (("in_person", True, False), ("absentia", False, True), ("mixed", True, True)):
        page.locator(f"input[name=form][value={form}]").check()
        assert (place.is_visible(), until.is_visible()) == (hall, afar), form
    page.locator("input[name=form][value=in_person]").check()
    page.locator("#id_place").evaluate(
        "field => field.closest('.mt-hall').nextElementSibling.append("
        "Object.assign(document.createElement('p'), {className: 'ks-field-error'}))"
    )
    assert until.is_visible()
