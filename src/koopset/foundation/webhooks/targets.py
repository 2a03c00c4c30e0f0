"""Which addresses may be sent to: https on the open internet, by the very address that was looked at.

A subscriber chooses the address, our server goes there: without this a stranger could make it knock at doors behind the firewall (SSRF).
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from koopset.kernel.violations import RuleViolation

LONGEST = 500
#: Below it live mail, shells and databases; only the web's own port is let through.
_FIRST_FREE_PORT = 1024
#: Addresses of IPv6 that hold one of IPv4: what they lead to is judged by that one.
_NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken to pieces. `path` has its query."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.secure else 80) else f"{name}:{self.port}"


def target_of(url: str) -> Target:
    """Raises RuleViolation webhooks.bad_address, webhooks.bad_port. Looks nothing up."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, _ascii(parts)
    except ValueError:
        raise RuleViolation("webhooks.bad_address", field="url") from None
    plain = parts.scheme == "http" and settings.WEBHOOKS_LOOPBACK and _is_loopback_name(host)
    if (
        len(url) > LONGEST
        or not url.isprintable()
        or any(sign.isspace() or sign == "\\" for sign in url)
        or not (parts.scheme == "https" or plain)
        or not host
        or "@" in parts.netloc
        or parts.fragment
    ):
        raise RuleViolation("webhooks.bad_address", field="url")
    secure = parts.scheme == "https"
    port = port or (443 if secure else 80)
    if port != 443 and port < _FIRST_FREE_PORT and not plain:
        raise RuleViolation("webhooks.bad_port", field="url", port=port)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        path.encode("ascii")
    except UnicodeEncodeError:
        raise RuleViolation("webhooks.bad_address", field="url") from None
    return Target(secure, host, port, path)


def _ascii(parts: SplitResult) -> str:
    """The host as the internet knows it: пример.рф is xn--e1afmkfd.xn--p1ai."""
    host = parts.hostname or ""
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _is_loopback_name(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def lookup(host: str, port: int) -> list[str]:
    """All addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return sorted({str(one[4][0]) for one in found})


def is_open(address: str) -> bool:
    """Whether an address is one of the open internet, or loopback where the settings let it (tests and development)."""
    try:
        one: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(one, IPv6Address) and not one.is_loopback:
        one = _held(one) or one
    if one.is_loopback:
        return bool(settings.WEBHOOKS_LOOPBACK)
    return (
        one.is_global
        and not one.is_multicast
        and not one.is_reserved
        and not one.is_unspecified
        and not one.is_link_local
        and not (isinstance(one, IPv6Address) and one.is_site_local)
    )


def _held(one: IPv6Address) -> IPv4Address | None:
    if one.ipv4_mapped is not None:
        return one.ipv4_mapped
    if one.sixtofour is not None:
        return one.sixtofour
    if one.teredo is not None:
        return one.teredo[1]
    if any(isinstance(net, IPv6Network) and one in net for net in _NAT64) or int(one) >> 32 == 0:
        return IPv4Address(int(one) & 0xFFFFFFFF)
    return None


def pinned_address(target: Target) -> str:
    """The one address to connect to. Every address of the name must be open: a name with two faces is refused.

    Raises RuleViolation webhooks.not_found, webhooks.inner_address.
    """
    try:
        addresses = lookup(target.host, target.port)
    except (OSError, UnicodeError):
        addresses = []
    if not addresses:
        raise RuleViolation("webhooks.not_found", field="url", host=target.host)
    if not all(is_open(address) for address in addresses):
        raise RuleViolation("webhooks.inner_address", field="url", host=target.host)
    # IPv4 first: few servers of small firms have a route for the other.
    return min(addresses, key=lambda address: (":" in address, address))
