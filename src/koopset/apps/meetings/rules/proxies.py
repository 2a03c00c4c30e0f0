"""Powers of attorney at a meeting: one level, dated, with a scope, revocable; the holder must be there, the principal goes before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from koopset.apps.meetings.rules.law import Source, Status
from koopset.apps.meetings.rules.profile import Profile, item_type
from koopset.apps.meetings.rules.terms import months_after

_DATED = Source("ГК РФ, ст. 186 п. 1", Status.GENERAL)
_LEVEL = Source("ГК РФ, ст. 187", Status.GENERAL)
_POWER = Source("ГК РФ, ст. 185", Status.GENERAL)
_REVOKED = Source("ГК РФ, ст. 188", Status.GENERAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A power to vote. `items`: keys of items that it is for, None for all. `until`: its last day, None for the term of law.

    `is_substitute`: given by somebody who holds a power himself (передоверие). `revoked_on`: from that day it holds no more.
    """

    key: int
    principal: int
    agent: int
    issued_on: date | None
    until: date | None = None
    items: frozenset[str] | None = None
    revoked_on: date | None = None
    is_substitute: bool = False


@dataclass(frozen=True, slots=True)
class RefusedProxy:
    """A power that does not hold on this day, and why. `item`: only for that item."""

    key: int
    code: str
    source: Source
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Proxies:
    """Who votes for whom: (principal, item) → agent; and every power, or part of one, that does not hold."""

    agents: Mapping[tuple[int, str], int]
    refused: tuple[RefusedProxy, ...]

    def principals_of(self, agent: int, item: str) -> tuple[int, ...]:
        """For whom a person votes on an item."""
        return tuple(sorted(who for (who, key), by in self.agents.items() if by == agent and key == item))


def proxies_on(
    profile: Profile,
    proxies: Iterable[Proxy],
    *,
    on: date,
    items: Collection[str],
    electors: Collection[int],
    present: Collection[int],
) -> Proxies:
    """Which powers hold at a meeting on `on`. `present`: persons who have checked in; a power whose holder is not there does not vote.
    In absentia whoever sent a decision is there.

    A principal who is present votes without it. Of two powers for one item the later holds. Beyond the limit of the profile the earliest
    given hold. Codes of refusals: meetings.proxy_forbidden, proxy_undated, proxy_not_yet, proxy_expired, proxy_revoked, proxy_second_level,
    proxy_to_oneself, proxy_no_elector, proxy_principal_present, proxy_absent, proxy_replaced, proxy_too_many.
    """
    refused: list[RefusedProxy] = []
    standing: list[Proxy] = []
    # Whoever was given later goes before; equal days by the later key.
    for proxy in sorted(proxies, key=lambda one: (one.issued_on or date.min, one.key), reverse=True):
        why = _refusal(profile, proxy, on, electors, present)
        if why is None:
            standing.append(proxy)
        else:
            refused.append(RefusedProxy(proxy.key, *why))
    agents: dict[tuple[int, str], int] = {}
    owner: dict[tuple[int, str], Proxy] = {}
    for proxy in standing:
        for item in sorted(items):
            if proxy.items is not None and not _covers(proxy.items, item):
                continue
            if (proxy.principal, item) in agents:
                refused.append(RefusedProxy(proxy.key, "meetings.proxy_replaced", _REVOKED, item))
                continue
            agents[proxy.principal, item] = proxy.agent
            owner[proxy.principal, item] = proxy
    refused += _too_many(profile, agents, owner)
    refused.sort(key=lambda one: (one.key, one.item or "", one.code))
    return Proxies(agents, tuple(refused))


def _covers(scope: frozenset[str], item: str) -> bool:
    """A power for an item is one for its candidates; a power for a type is one for all items of the type."""
    return bool({item, item.partition("/")[0], item_type(item)} & scope)


def _refusal(
    profile: Profile, proxy: Proxy, on: date, electors: Collection[int], present: Collection[int]
) -> tuple[str, Source] | None:
    """Why a power does not hold, or None."""
    if not profile.says("proxy"):
        return "meetings.proxy_forbidden", profile.source("proxy")
    if proxy.issued_on is None:
        return "meetings.proxy_undated", _DATED
    if proxy.agent == proxy.principal:
        return "meetings.proxy_to_oneself", _POWER
    if proxy.is_substitute:
        return "meetings.proxy_second_level", _LEVEL
    if proxy.principal not in electors:
        return "meetings.proxy_no_elector", _POWER
    if proxy.issued_on > on:
        return "meetings.proxy_not_yet", _DATED
    if proxy.revoked_on is not None and proxy.revoked_on <= on:
        return "meetings.proxy_revoked", _REVOKED
    until = proxy.until
    if until is None and (months := profile.number("proxy.months")) is not None:
        until = months_after(proxy.issued_on, months)
    if until is not None and until < on:
        return "meetings.proxy_expired", _DATED
    if proxy.principal in present:
        return "meetings.proxy_principal_present", _POWER
    if proxy.agent not in present:
        return "meetings.proxy_absent", _POWER
    return None


def _too_many(
    profile: Profile, agents: dict[tuple[int, str], int], owner: dict[tuple[int, str], Proxy]
) -> list[RefusedProxy]:
    """Take out what is beyond the limit for one person, the latest given first."""
    most = profile.number("proxy.most")
    if most is None:
        return []
    by_agent: dict[int, set[int]] = {}
    first: dict[tuple[int, int], tuple[date, int]] = {}
    for (principal, item), agent in agents.items():
        proxy = owner[principal, item]
        by_agent.setdefault(agent, set()).add(principal)
        given = (proxy.issued_on or date.min, proxy.key)
        first[agent, principal] = min(first.get((agent, principal), given), given)
    refused = []
    for agent, principals in by_agent.items():
        ordered = sorted(principals, key=lambda who: (first[agent, who], who))
        for principal in ordered[most:]:
            for place in [key for key, by in agents.items() if by == agent and key[0] == principal]:
                refused.append(
                    RefusedProxy(
                        owner[place].key,
                        "meetings.proxy_too_many",
                        profile.source("proxy.most"),
                        place[1],
                    )
                )
                del agents[place]
    return refused
