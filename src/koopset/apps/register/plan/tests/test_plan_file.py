from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koopset.apps.register.plan.factories import geojson, square
from koopset.apps.register.plan.formats import plan_geojson
from koopset.apps.register.plan.formats.plan_geojson import READER, failed_rows, read_plan
from koopset.kernel.inspection import exit_code, inspect_file
from koopset.kernel.violations import RuleViolation


def read(*features):
    return read_plan(io.BytesIO(geojson(*features)))


def line(**properties):
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "LineString", "coordinates": [[29.88, 61.12], [29.89, 61.12]]},
    }


@pytest.mark.parametrize(
    ("properties", "number", "cadastral"),
    [
        ({"number": "12"}, "12", ""),
        ({"Номер_участка": 12}, "12", ""),
        ({"name": "12а"}, "12а", ""),
        ({"label": "47:03:1234000:12"}, "", "47:03:1234000:12"),
        ({"cad_num": "47:03:1234000:12", "уч": "12", "улица": "Вишнёвая"}, "12", "47:03:1234000:12"),
    ],
)
def test_how_a_plot_is_named(properties, number, cadastral) -> None:
    [plot] = read(square(0, **properties)).plots
    assert (plot.number, plot.cadastral, plot.kind, len(plot.places)) == (number, cadastral, "plot", 4)


@pytest.mark.parametrize(
    ("feature", "kind"),
    [
        (square(0, natural="water", name="пруд"), "water"),
        (square(0, landuse="forest"), "wood"),
        (line(highway="residential"), "road"),
        (line(вид="дорога"), "road"),
        (square(0, building="yes"), "building"),
    ],
)
def test_landmarks(feature, kind) -> None:
    found = read(feature)
    assert [one.kind for one in found.landmarks] == [kind]
    assert found.plots == []


def test_what_is_left_out_comes_back_to_be_mended() -> None:
    point = {
        "type": "Feature",
        "properties": {"number": "3"},
        "geometry": {"type": "Point", "coordinates": [1, 2]},
    }
    bad = {
        "type": "Feature",
        "properties": {"number": "4"},
        "geometry": {"type": "Polygon", "coordinates": [[["x", 1], [2, 2], [3, 3]]]},
    }
    found = read(square(0, number="1"), square(1), point, bad, {"type": "Feature"})
    assert [one.number for one in found.plots] == ["1"]
    assert [(one.finding.line, one.finding.code) for one in found.left_out] == [
        (2, "not-named"),
        (3, "no-shape"),
        (4, "bad-coordinates"),
        (5, "no-shape"),
    ]
    back = json.loads(failed_rows(list(found.left_out)))
    assert [one["properties"].get("number") for one in back["features"]] == [None, "3", "4", None]
    assert all(one["properties"]["koopset"] for one in back["features"])


def test_parts_and_holes_are_said() -> None:
    small, large = (
        square(0)["geometry"]["coordinates"][0],
        square(3, side=0.001)["geometry"]["coordinates"][0],
    )
    parts = {
        "type": "Feature",
        "properties": {"number": "1"},
        "geometry": {"type": "MultiPolygon", "coordinates": [[small], [large, small]]},
    }
    found = read(parts)
    assert found.plots[0].places == tuple(tuple(place) for place in large[:-1])
    assert [one.code for one in found.warnings] == ["hole-left", "parts-left"]


def test_metres_are_known_by_their_size() -> None:
    assert read(square(0, number="1")).origin == pytest.approx((29.88015, 61.12015))
    plane = square(0, number="1")
    plane["geometry"]["coordinates"] = [[[2_200_000, 400_000], [2_200_030, 400_000], [2_200_030, 400_040]]]
    assert read(plane).origin is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "plan.not_geojson"),
        (b"[1, 2]", "plan.not_geojson"),
        (b'{"type": "Topology"}', "plan.not_geojson"),
        (b'{"type": "FeatureCollection", "features": NaN}', "plan.not_geojson"),
        (b"[" * 100_000, "plan.not_geojson"),
        (b'{"type": "FeatureCollection", "features": []}', "plan.nothing_in_file"),
    ],
)
def test_what_is_no_plan(data, code) -> None:
    with pytest.raises(RuleViolation) as refusal:
        read_plan(io.BytesIO(data))
    assert refusal.value.code == code


def test_too_much_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(plan_geojson, "MAX_BYTES", 100)
    with pytest.raises(RuleViolation) as refusal:
        read(square(0, number="1"))
    assert refusal.value.code == "plan.file_too_large"
    monkeypatch.setattr(plan_geojson, "MAX_BYTES", 10_000)
    monkeypatch.setattr(plan_geojson, "MOST_FEATURES", 1)
    with pytest.raises(RuleViolation) as refusal:
        read(square(0, number="1"), square(1, number="2"))
    assert refusal.value.code == "plan.too_many_features"


def test_it_is_known_in_any_encoding_and_inspected(tmp_path: Path) -> None:
    path = tmp_path / "plan.geojson"
    path.write_bytes(
        json.dumps(
            {"type": "FeatureCollection", "features": [square(0, номер="1")]}, ensure_ascii=False
        ).encode("cp1251")
    )
    found = inspect_file(path)
    assert found is not None
    assert (found.format, found.encoding, found.records, found.totals) == (
        "plan-geojson",
        "cp1251",
        1,
        {"plots": 1, "landmarks": 0},
    )
    assert exit_code(found) == 0
    path.write_bytes(geojson(line(highway="track")))
    assert exit_code(inspect_file(path)) == 1
    path.write_bytes(b'{"type": "FeatureCollection", ')
    assert exit_code(inspect_file(path)) == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
features = st.fixed_dictionaries(
    {},
    optional={
        "type": st.just("Feature"),
        "properties": json_values,
        "geometry": st.fixed_dictionaries(
            {
                "type": st.sampled_from(
                    ["Polygon", "MultiPolygon", "LineString", "MultiLineString", "Point"]
                ),
                "coordinates": json_values,
            }
        )
        | json_values,
    },
)


@settings(max_examples=200)
@given(st.lists(features | json_values, max_size=5))
def test_any_features_are_used_or_left_out(found) -> None:
    data = json.dumps({"type": "FeatureCollection", "features": found}).encode()
    try:
        plan = read_plan(io.BytesIO(data))
    except RuleViolation:
        return
    assert len(plan.features) + len(plan.left_out) == len(found)
    json.loads(failed_rows(list(plan.left_out)))


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_are_answered(tmp_path_factory, data) -> None:
    path = tmp_path_factory.mktemp("plan") / "x.geojson"
    path.write_bytes(b'{"type": "FeatureCollection", "features": [' + data)
    assert READER.inspect(path).format == "plan-geojson"
