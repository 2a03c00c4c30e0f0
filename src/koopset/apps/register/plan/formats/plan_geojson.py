"""Shapes of plots and landmarks from GeoJSON (RFC 7946), as QGIS and cadastral engineers give it out. Pure: no database, no settings.

A feature is a plot when its properties hold a cadastral number or a number of a plot; with a kind of landmark it is a landmark.
Coordinates are degrees (WGS 84), or metres to the east and north where one of them cannot be degrees (МСК, web mercator).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from koopset.kernel.inspection import Finding, Inspection
from koopset.kernel.names import fold
from koopset.kernel.text import decode_sniff
from koopset.kernel.violations import RuleViolation

MAX_BYTES = 16 * 1024 * 1024
MOST_FEATURES = 20_000
MOST_POINTS = 200_000

Place = tuple[float, float]

_CADASTRAL = re.compile(r"\d{2}:\d{2}:\d{6,7}:\d+")
_NUMBER_KEYS = frozenset(
    {"NUMBER", "NUM", "NO", "N", "№", "НОМЕР", "НОМЕР УЧАСТКА", "УЧАСТОК", "PLOT", "УЧ", "REF"}
)
_STREET_KEYS = frozenset({"STREET", "УЛИЦА", "ЛИНИЯ", "LINE"})
_NAME_KEYS = frozenset({"NAME", "НАЗВАНИЕ", "ИМЯ", "TITLE"})
_KIND_KEYS = frozenset(
    {"KIND", "TYPE", "ВИД", "ТИП", "NATURAL", "LANDUSE", "HIGHWAY", "WATERWAY", "BUILDING"}
)
_KINDS = {
    "road": (
        "ROAD",
        "ДОРОГА",
        "ПРОЕЗД",
        "УЛИЦА",
        "RESIDENTIAL",
        "SERVICE",
        "TRACK",
        "UNCLASSIFIED",
        "TERTIARY",
    ),
    "water": (
        "WATER",
        "ВОДА",
        "ПРУД",
        "ОЗЕРО",
        "РЕКА",
        "РУЧЕЙ",
        "КАНАВА",
        "STREAM",
        "RIVER",
        "DITCH",
        "POND",
    ),
    "wood": ("WOOD", "FOREST", "ЛЕС", "SCRUB"),
    "building": ("BUILDING", "ЗДАНИЕ", "СТРОЕНИЕ", "YES", "ПРАВЛЕНИЕ", "МАГАЗИН", "СТОРОЖКА"),
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}

_TEXTS = {
    "no-shape": "У объекта нет контура: нужен многоугольник (Polygon). Он пропущен.",
    "not-named": "У объекта нет ни кадастрового номера, ни номера участка: непонятно, чей это контур. Он пропущен.",
    "bad-coordinates": "Координаты объекта не читаются. Он пропущен.",
    "parts-left": "Контур из нескольких частей: взята самая большая.",
    "hole-left": "В контуре есть вырез: на плане он не показан.",
}


@dataclass(frozen=True, slots=True)
class Feature:
    """One object of the file. `index` counts from 1; `kind` is "plot" or that of a landmark; `raw` is the object as it came."""

    index: int
    kind: str
    places: tuple[Place, ...]
    is_area: bool
    number: str = ""
    street: str = ""
    cadastral: str = ""
    name: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def called(self) -> str:
        """How the file calls it, for a person."""
        return self.cadastral or self.number or self.name or f"№ {self.index}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An object that cannot be used, with what is wrong."""

    finding: Finding
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class PlanFile:
    """What a file holds. `origin` is the place (longitude, latitude) of which it is drawn, None where coordinates are metres."""

    encoding: str
    features: tuple[Feature, ...]
    left_out: tuple[LeftOut, ...]
    warnings: tuple[Finding, ...]
    origin: Place | None

    @property
    def plots(self) -> list[Feature]:
        """Shapes of plots."""
        return [one for one in self.features if one.kind == "plot"]

    @property
    def landmarks(self) -> list[Feature]:
        """What lies between the plots."""
        return [one for one in self.features if one.kind != "plot"]


def read_plan(source: BinaryIO | Path) -> PlanFile:
    """Read a file whole; it is bounded by MAX_BYTES.

    Raises RuleViolation plan.file_too_large, plan.not_geojson, plan.too_many_features, plan.nothing_in_file.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    else:
        data = source.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise RuleViolation("plan.file_too_large", field="file", limit_mb=MAX_BYTES // (1024 * 1024))
    encoding = decode_sniff(data[: 64 * 1024])
    if encoding == "cp1251" and data.isascii():
        encoding = "utf-8"
    found = _features(data.decode(encoding, errors="replace"))
    if len(found) > MOST_FEATURES:
        raise RuleViolation("plan.too_many_features", field="file", most=MOST_FEATURES)
    features: list[Feature] = []
    left: list[LeftOut] = []
    warnings: list[Finding] = []
    points = 0
    for index, raw in enumerate(found, start=1):
        outcome, notes = _read_one(index, raw)
        warnings += [Finding(index, code, _TEXTS[code]) for code in notes]
        if isinstance(outcome, Feature):
            features.append(outcome)
            points += len(outcome.places)
        else:
            left.append(LeftOut(Finding(index, outcome, _TEXTS[outcome]), raw))
        if points > MOST_POINTS:
            raise RuleViolation("plan.too_many_features", field="file", most=MOST_FEATURES)
    if not features and not left:
        raise RuleViolation("plan.nothing_in_file", field="file")
    return PlanFile(encoding, tuple(features), tuple(left), tuple(warnings), _origin(features))


def failed_rows(left: Iterator[LeftOut] | list[LeftOut]) -> bytes:
    """The objects that were not used, as a file to mend and bring again; each says why in its property `koopset`."""
    features = []
    for one in left:
        properties = one.raw.get("properties")
        features.append(
            {
                **one.raw,
                "properties": {
                    **(properties if isinstance(properties, dict) else {}),
                    "koopset": one.finding.text,
                },
            }
        )
    return json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1
    ).encode()


def _features(text: str) -> list[dict[str, Any]]:
    def refuse(_name: str) -> float:
        raise ValueError("not a number")

    try:
        data = json.loads(text.removeprefix("\ufeff"), parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise RuleViolation("plan.not_geojson", field="file") from error
    if not isinstance(data, dict):
        raise RuleViolation("plan.not_geojson", field="file")
    match data.get("type"):
        case "FeatureCollection" if isinstance(data.get("features"), list):
            return [one if isinstance(one, dict) else {} for one in data["features"]]
        case "Feature":
            return [data]
        case _:
            raise RuleViolation("plan.not_geojson", field="file")


def _read_one(index: int, raw: dict[str, Any]) -> tuple[Feature | str, list[str]]:
    """The feature, or the code of why not; codes of remarks."""
    properties = raw.get("properties")
    words = _words(properties if isinstance(properties, dict) else {})
    cadastral = next((found[0] for text in words.values() if (found := _CADASTRAL.search(text))), "")
    number = _first(words, _NUMBER_KEYS)
    landmark = next(
        (_KIND_OF[fold(text)] for key, text in words.items() if key in _KIND_KEYS and fold(text) in _KIND_OF),
        "",
    )
    name = _first(words, _NAME_KEYS)
    if not (number or cadastral or landmark) and re.fullmatch(r"\d{1,5}[А-Яа-яA-Za-z]?(/\d{1,3})?", name):
        number, name = name, ""
    geometry = raw.get("geometry")
    kind = landmark if landmark and not (cadastral or number) else "plot"
    try:
        places, is_area, notes = _places(geometry if isinstance(geometry, dict) else {})
    except (TypeError, ValueError, OverflowError, LookupError):
        return "bad-coordinates", []
    if not places or (kind == "plot" and not is_area):
        return "no-shape", []
    if kind == "plot" and not (number or cadastral):
        return "not-named", []
    return (
        Feature(
            index,
            kind,
            places,
            is_area,
            number[:30],
            _first(words, _STREET_KEYS)[:100],
            cadastral,
            name[:60],
            raw,
        ),
        notes,
    )


def _words(properties: Mapping[str, Any]) -> dict[str, str]:
    return {
        fold(str(key)).replace("_", " ").strip(): " ".join(str(value).split())[:300]
        for key, value in list(properties.items())[:200]
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }


def _first(words: Mapping[str, str], keys: frozenset[str]) -> str:
    return next((text for key, text in words.items() if key in keys and text), "")


def _places(geometry: Mapping[str, Any]) -> tuple[tuple[Place, ...], bool, list[str]]:
    coordinates = geometry.get("coordinates")
    match geometry.get("type"):
        case "Polygon":
            return _polygon(coordinates, [])
        case "MultiPolygon" if coordinates:
            parts = [_polygon(part, []) for part in coordinates]
            largest = max(parts, key=lambda part: _spread(part[0]))
            return largest[0], True, [*largest[2], *(["parts-left"] if len(parts) > 1 else [])]
        case "LineString":
            return _line(coordinates), False, []
        case "MultiLineString" if coordinates:
            lines = [_line(part) for part in coordinates]
            return max(lines, key=len), False, ["parts-left"] if len(lines) > 1 else []
        case _:
            return (), False, []


def _polygon(rings: Any, notes: list[str]) -> tuple[tuple[Place, ...], bool, list[str]]:
    if not rings:
        return (), True, notes
    ring = _line(rings[0])
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring = ring[:-1]
    if len(ring) < 3:
        return (), True, notes
    return ring, True, [*notes, *(["hole-left"] if len(rings) > 1 else [])]


def _line(pairs: Any) -> tuple[Place, ...]:
    found = []
    for pair in pairs:
        x, y = float(pair[0]), float(pair[1])
        if not (math.isfinite(x) and math.isfinite(y) and abs(x) < 1e9 and abs(y) < 1e9):
            raise ValueError("not a place")
        found.append((x, y))
    return tuple(found) if len(found) > 1 else ()


def _spread(places: tuple[Place, ...]) -> float:
    if not places:
        return -1.0
    xs, ys = [x for x, _y in places], [y for _x, y in places]
    return (max(xs) - min(xs)) * (max(ys) - min(ys))


def _origin(features: list[Feature]) -> Place | None:
    """The middle of all, where coordinates may be degrees."""
    places = [place for one in features for place in one.places]
    if not places or any(abs(x) > 180 or abs(y) > 90 for x, y in places):
        return None
    xs, ys = [x for x, _y in places], [y for _x, y in places]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


class PlanGeoJson:
    """The reader of plans for `koopset inspect`."""

    format = "plan-geojson"
    title = "План участков (GeoJSON)"
    priority = 60

    def claims(self, head: bytes, name: str) -> bool:
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if not start.startswith(b"{"):
            return False
        return b'"FeatureCollection"' in start[:4096] or name.lower().endswith(".geojson")

    def inspect(self, path: Path) -> Inspection:
        """Records are shapes of plots; totals count plots and landmarks."""
        try:
            found = read_plan(path)
        except RuleViolation as refusal:
            texts = {
                "plan.file_too_large": "Файл слишком велик: план посёлка занимает не больше 16 МБ.",
                "plan.not_geojson": "Это не GeoJSON: выгрузите слой участков из QGIS в формате GeoJSON.",
                "plan.too_many_features": "В файле слишком много объектов: оставьте слой участков одного посёлка.",
                "plan.nothing_in_file": "В файле нет ни одного объекта.",
            }
            return Inspection(
                self.format,
                None,
                0,
                errors=[Finding(None, refusal.code.partition(".")[2], texts[refusal.code])],
            )
        errors = (
            []
            if found.plots
            else [
                Finding(None, "no-plots", "Ни у одного контура нет номера участка или кадастрового номера.")
            ]
        )
        return Inspection(
            self.format,
            found.encoding,
            len(found.plots),
            {"plots": len(found.plots), "landmarks": len(found.landmarks)},
            [*found.warnings, *(one.finding for one in found.left_out)],
            errors,
        )


READER = PlanGeoJson()
