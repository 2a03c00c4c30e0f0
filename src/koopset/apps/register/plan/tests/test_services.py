from __future__ import annotations

import io
from datetime import date

import pytest
from PIL import Image

from koopset.apps.organisations.factories import make_organisation
from koopset.apps.register.factories import make_unit
from koopset.apps.register.models import Unit
from koopset.apps.register.plan import selectors, services
from koopset.apps.register.plan.factories import NOW, bring, make_picture_plan, picture, square
from koopset.apps.register.plan.models import Landmark, Plan, Shape
from koopset.foundation.rights.actors import NOBODY, SYSTEM, Forbidden
from koopset.kernel.violations import RuleViolation

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
CORNERS = [[10, 10], [60, 10], [60, 50], [10, 50]]


@pytest.fixture
def org() -> int:
    pk: int = make_organisation().pk
    for number in ("1", "2", "3"):
        make_unit(pk, number, cadastral_number=f"47:03:1234000:{number}")
    return pk


def unit(org: int, number: str) -> int:
    return int(Unit.objects.get(organisation_id=org, number=number).pk)


def numbers(org: int) -> list[str]:
    return list(
        Shape.objects.filter(organisation_id=org)
        .order_by("unit__sort_key")
        .values_list("unit__number", flat=True)
    )


def load(org: int, file_id: int):
    return services.plan_load(actor=SYSTEM, organisation_id=org, file_id=file_id, now=NOW)


def refused(call, **arguments) -> str:
    with pytest.raises(RuleViolation) as refusal:
        call(actor=SYSTEM, now=NOW, **arguments)
    return refusal.value.code


def test_shapes_find_their_plots_and_the_rest_is_said(org: int) -> None:
    water = square(9, kind="water", name="пруд")
    file = bring(
        org,
        square(0, number="1"),
        square(1, cad="47:03:1234000:2"),
        square(2, number="77"),
        square(3, number="1"),
        water,
    )
    done = load(org, file.pk)
    assert (done.shapes, done.landmarks, done.missing) == (2, 1, 1)
    assert [one.finding.line for one in done.left_out] == [3, 4]
    assert numbers(org) == ["1", "2"]
    drawn = selectors.drawn_plan(SYSTEM, org, TODAY)
    assert drawn is not None
    assert (drawn.missing, drawn.landmarks[0].name, len(drawn.shapes)) == (1, "пруд", 2)
    # The second plot stands to the east of the first, on the same height.
    assert drawn.shapes[0].x < drawn.shapes[1].x
    assert drawn.shapes[0].y == drawn.shapes[1].y


def test_the_same_file_again_changes_nothing_and_another_replaces(org: int) -> None:
    file = bring(org, square(0, number="1"), square(1, number="2"))
    load(org, file.pk)
    before = list(Shape.objects.values_list("pk", "points"))
    changes = Shape.history.count()
    load(org, file.pk)
    assert list(Shape.objects.values_list("pk", "points")) == before
    assert Shape.history.count() == changes
    load(org, bring(org, square(0, number="3")).pk)
    assert numbers(org) == ["3"]


def test_a_number_on_two_streets_needs_its_street(org: int) -> None:
    make_unit(org, "1", street="Лесная")
    lonely = load(org, bring(org, square(0, number="2"), square(1, number="1")).pk)
    assert [one.finding.line for one in lonely.left_out] == [2]
    named = load(org, bring(org, square(0, number="2"), square(1, number="1", street="ЛЕСНАЯ")).pk)
    assert named.left_out == []


def test_what_a_file_is_refused_for_changes_nothing(org: int) -> None:
    load(org, bring(org, square(0, number="1")).pk)
    other = make_organisation().pk
    foreign = bring(other, square(0, number="1"))
    assert refused(services.plan_load, organisation_id=org, file_id=foreign.pk) == "plan.file_unknown"
    nothing = bring(org, square(0, number="88"))
    assert refused(services.plan_load, organisation_id=org, file_id=nothing.pk) == "plan.nothing_matches"
    assert (
        refused(services.plan_file_bring, organisation_id=org, name="a.geojson", content=b"{}")
        == "plan.not_geojson"
    )
    assert numbers(org) == ["1"]
    assert not Plan.objects.filter(organisation_id=other).exists()
    with pytest.raises(Forbidden):
        services.plan_load(actor=NOBODY, organisation_id=org, file_id=nothing.pk, now=NOW)


def test_a_crossing_shape_is_left_out_with_the_reason(org: int) -> None:
    bow = square(1, number="2")
    a, b, c, d, _ = bow["geometry"]["coordinates"][0]
    bow["geometry"]["coordinates"] = [[a, c, b, d, a]]
    done = load(org, bring(org, square(0, number="1"), bow).pk)
    assert [one.finding.line for one in done.left_out] == [2]
    assert "2:" in done.left_out[0].finding.text


def test_a_picture_is_kept_small_upright_and_without_its_place(org: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[2] = (61.0, 7.0, 12.0)
    row = services.plan_picture_set(
        actor=SYSTEM,
        organisation_id=org,
        name="стена.jpeg",
        content=picture(4000, 2000, "JPEG", exif=exif),
        now=NOW,
    )
    assert (row.kind, row.width, row.height) == ("picture", 1200, 2400)
    assert row.picture is not None
    assert row.picture.name == "стена.jpg"
    with row.picture.open() as file, Image.open(io.BytesIO(file.read())) as kept:
        assert kept.size == (1200, 2400)
        assert not kept.getexif()


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"GIF89a" + bytes(50), picture()[:60]])
def test_what_is_no_picture(org: int, content: bytes) -> None:
    assert (
        refused(services.plan_picture_set, organisation_id=org, name="x.png", content=content)
        == "plan.not_picture"
    )
    assert selectors.plan_row(org) is None


def test_a_bomb_of_a_picture_is_refused(org: int, monkeypatch) -> None:
    monkeypatch.setattr(services, "MOST_PIXELS", 100_000)
    code = refused(services.plan_picture_set, organisation_id=org, name="x.png", content=picture(400, 300))
    assert code == "plan.picture_too_large"


def test_drawing_one_and_a_row(org: int) -> None:
    make_picture_plan(org)
    draw = services.shape_draw(
        actor=SYSTEM, organisation_id=org, unit_id=unit(org, "1"), points=CORNERS, now=NOW
    )
    assert draw.points == CORNERS
    row = services.row_draw(
        actor=SYSTEM,
        organisation_id=org,
        unit_ids=[unit(org, "2"), unit(org, "3")],
        corners=[[100, 0], [200, 0], [200, 50], [100, 50]],
        now=NOW,
    )
    assert [one.points for one in row] == [
        [[100, 0], [150, 0], [150, 50], [100, 50]],
        [[150, 0], [200, 0], [200, 50], [150, 50]],
    ]
    assert selectors.units_without_shape(org, TODAY) == []
    services.shape_remove(actor=SYSTEM, organisation_id=org, unit_id=unit(org, "2"), now=NOW)
    services.shape_remove(actor=SYSTEM, organisation_id=org, unit_id=unit(org, "2"), now=NOW)
    assert [text for _pk, text in selectors.units_without_shape(org, TODAY)] == ["2"]


def test_what_cannot_be_drawn(org: int) -> None:
    own, foreign = unit(org, "1"), make_unit(make_organisation().pk, "1").pk
    assert refused(services.shape_draw, organisation_id=org, unit_id=own, points=CORNERS) == "plan.no_plan"
    assert refused(services.shape_remove, organisation_id=org, unit_id=own) == "plan.no_plan"
    make_picture_plan(org)
    closed = make_unit(org, "9", closed_on=date(2026, 1, 1)).pk
    for unknown in (foreign, closed):
        assert (
            refused(services.shape_draw, organisation_id=org, unit_id=unknown, points=CORNERS)
            == "plan.unit_unknown"
        )
    twice = {"unit_ids": [own, own], "corners": [[0, 0], [20, 0], [20, 20], [0, 20]]}
    assert refused(services.row_draw, organisation_id=org, **twice) == "plan.unit_unknown"
    outside = [[10, 10], [500, 10], [60, 50]]
    assert refused(services.shape_draw, organisation_id=org, unit_id=own, points=outside) == "plan.outside"
    assert Shape.objects.count() == 0


def test_another_picture_keeps_the_drawing_and_a_file_does_not(org: int) -> None:
    make_picture_plan(org, 400, 300)
    services.shape_draw(actor=SYSTEM, organisation_id=org, unit_id=unit(org, "1"), points=CORNERS, now=NOW)
    make_picture_plan(org, 800, 300)
    assert Shape.objects.get().points == [[20, 10], [120, 10], [120, 50], [20, 50]]
    load(org, bring(org, square(0, number="2"), square(5, kind="wood")).pk)
    row = selectors.plan_row(org)
    assert row is not None
    assert (row.kind, row.picture_id, numbers(org)) == ("ground", None, ["2"])
    make_picture_plan(org)
    assert (Shape.objects.count(), Landmark.objects.count()) == (0, 0)


def test_a_plot_that_left_the_register_leaves_the_plan(org: int) -> None:
    load(org, bring(org, square(0, number="1"), square(1, number="2")).pk)
    Unit.objects.filter(organisation_id=org, number="2").update(closed_on=date(2026, 6, 1))
    drawn = selectors.drawn_plan(SYSTEM, org, TODAY)
    assert drawn is not None
    assert [one.number for one in drawn.shapes] == ["1"]
    before = selectors.drawn_plan(SYSTEM, org, date(2026, 5, 1))
    assert before is not None
    assert [one.number for one in before.shapes] == ["1", "2"]
