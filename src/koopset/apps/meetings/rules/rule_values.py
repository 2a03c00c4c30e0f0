"""Values of single terms as TOML gives them, checked against their kinds; used by profiles and by clauses of charters."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from koopset.apps.meetings.rules.law import Threshold, threshold_read
from koopset.apps.meetings.rules.rule_kinds import WHOLE_LISTS, RuleKind, Value, ValueType
from koopset.kernel.violations import RuleViolation


def value_read(key: str, kind: RuleKind, value: object) -> Value:
    """The value of a term as TOML gave it, checked against its kind.

    Raises meetings.profile_type, meetings.profile_range, meetings.profile_value, meetings.profile_twice, meetings.threshold.
    """
    read: Callable[[str, RuleKind, object], Value] = _READERS[kind.type]
    return read(key, kind, value)


def _number(key: str, kind: RuleKind, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise RuleViolation("meetings.profile_type", name=key, wanted="number")
    if not kind.least <= value <= kind.most:
        raise RuleViolation("meetings.profile_range", name=key, value=value, least=kind.least, most=kind.most)
    return value


def _yes(key: str, kind: RuleKind, value: object) -> bool:
    if not isinstance(value, bool):
        raise RuleViolation("meetings.profile_type", name=key, wanted="true/false")
    return value


def _threshold(key: str, kind: RuleKind, value: object) -> Threshold:
    if not isinstance(value, str):
        raise RuleViolation("meetings.profile_type", name=key, wanted="more than 1/2, at least 2/3")
    try:
        return threshold_read(value)
    except RuleViolation as refusal:
        raise RuleViolation("meetings.threshold", name=key, value=value[:40]) from refusal


def _one(key: str, kind: RuleKind, value: object) -> str:
    if not isinstance(value, str) or value not in kind.words:
        raise RuleViolation(
            "meetings.profile_value", name=key, value=str(value)[:60], known=", ".join(kind.words)
        )
    return value


def _some(key: str, kind: RuleKind, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise RuleViolation("meetings.profile_type", name=key, wanted="list")
    words = tuple(_one(key, kind, word) for word in value)
    if len(set(words)) != len(words) or not words:
        raise RuleViolation("meetings.profile_twice" if words else "meetings.profile_missing", name=key)
    if key in WHOLE_LISTS and set(words) != set(kind.words):
        raise RuleViolation(
            "meetings.profile_missing", name=", ".join(w for w in kind.words if w not in words)
        )
    return words


_READERS: Mapping[ValueType, Callable[[str, RuleKind, object], Value]] = {
    ValueType.NUMBER: _number,
    ValueType.YES: _yes,
    ValueType.THRESHOLD: _threshold,
    ValueType.ONE: _one,
    ValueType.SOME: _some,
}
