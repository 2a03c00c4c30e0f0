"""One request to a pinned address: no redirects, no proxy, a limit of time for all of it and of bytes for the answer."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from koopset.foundation.webhooks.targets import Target, pinned_address, target_of
from koopset.kernel.violations import RuleViolation

#: Seconds for everything: connecting, the handshake, the answer.
TIME_LIMIT = 10.0
#: So much of the answer is read, and so much of it kept.
READ_BYTES, KEPT_CHARACTERS = 4096, 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request. Without a `status` there is a `fault`: address, name, tls, time, network, protocol."""

    status: int | None
    fault: str
    milliseconds: int
    beginning: str = ""

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class _Pinned(http.client.HTTPConnection):
    """Connects to the address that was looked at, whatever the name would lead to by now."""

    def __init__(self, target: Target, address: str, seconds: float, tls: ssl.SSLContext | None) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._address, self._tls, self._seconds = address, tls, seconds
        self.wire: socket.socket | None = None

    def connect(self) -> None:
        self.sock = self.wire = socket.create_connection((self._address, self.port), self._seconds)
        if self._tls is not None:
            self.sock = self.wire = self._tls.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def cut(self) -> None:
        """From another thread: whatever is being read or written ends now. `sock` is gone once an answer that closes has begun."""
        if self.wire is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.wire, socket.SHUT_RDWR)


def tls_context() -> ssl.SSLContext:
    """The machine's own list of authorities; names are checked."""
    return ssl.create_default_context()


def send(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float = TIME_LIMIT) -> Answer:
    """POST `body` and tell what came back. Raises nothing: whatever goes wrong outside is an answer too."""
    began = monotonic()

    def failed(fault: str) -> Answer:
        return Answer(None, fault, _since(began))

    try:
        target = target_of(url)
        address = pinned_address(target)
    except RuleViolation as violation:
        return failed("name" if violation.code == "webhooks.not_found" else "address")
    link = _Pinned(target, address, seconds, tls_context() if target.secure else None)
    late = threading.Event()

    def cut() -> None:
        # A socket's own limit is of each read; one that drips a byte a second would hold the worker for hours.
        late.set()
        link.cut()

    watch = threading.Timer(seconds, cut)
    watch.daemon = True
    watch.start()
    try:
        link.request("POST", target.path, body=body, headers={"Host": target.host_header, **headers})
        answer = link.getresponse()
        beginning = answer.read(READ_BYTES)
        if late.is_set():
            return failed("time")
        return Answer(answer.status, "", _since(began), _plain(beginning))
    except TimeoutError:
        return failed("time")
    except ssl.SSLError:
        return failed("time" if late.is_set() else "tls")
    except http.client.HTTPException:
        return failed("time" if late.is_set() else "protocol")
    except (OSError, ValueError):
        return failed("time" if late.is_set() else "network")
    finally:
        watch.cancel()
        link.close()


def _since(began: float) -> int:
    return int((monotonic() - began) * 1000)


def _plain(raw: bytes) -> str:
    """The beginning of an answer as one line that a database and a page can bear."""
    text = raw.decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else " " for sign in text)[:KEPT_CHARACTERS].strip()
