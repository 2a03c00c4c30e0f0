"""Which addresses are never sent to, and what a receiver may do to the one who sends."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from koopset.foundation.webhooks import sending, targets
from koopset.foundation.webhooks.targets import is_open, pinned_address, target_of
from koopset.kernel.violations import RuleViolation


@pytest.fixture(autouse=True)
def _outside(settings: Any) -> None:
    settings.WEBHOOKS_LOOPBACK = False


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "http://127.0.0.1/",
        "ftp://example.org/",
        "https://",
        "https:///path",
        "//example.org",
        "example.org",
        "https://user:pass@example.org/",
        "https://example.org\\@10.0.0.1/",
        "https://example.org/#part",
        "https://example.org/a b",
        "https://example.org/a\nHost: x",
        "https://example.org:99999/",
        "https://[::1",
        "https://example.org/путь",
        "https://" + "a" * 500,
        "javascript:alert(1)",
        "",
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        target_of(url)
    assert refused.value.code == "webhooks.bad_address"


@pytest.mark.parametrize("port", [22, 25, 80, 1023])
def test_ports_that_are_not_of_the_web(port: int) -> None:
    with pytest.raises(RuleViolation) as refused:
        target_of(f"https://example.org:{port}/")
    assert refused.value.code == "webhooks.bad_port"


def test_an_address_taken_to_pieces() -> None:
    one = target_of("https://пример.рф:8443/hook?a=1")
    assert (one.secure, one.host, one.port, one.path) == (True, "xn--e1afmkfd.xn--p1ai", 8443, "/hook?a=1")
    assert one.host_header == "xn--e1afmkfd.xn--p1ai:8443"
    assert target_of("https://example.org").path == "/"
    assert target_of("https://example.org").host_header == "example.org"


@pytest.mark.parametrize(
    "address",
    """127.0.0.1 127.8.8.8 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 255.255.255.255
    224.0.0.1 240.0.0.1 192.0.2.1 198.18.0.1 :: ::1 fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 fec0::1 ff02::1 2001:db8::1
    ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::10.0.0.1 64:ff9b::10.0.0.1 64:ff9b::7f00:1 2002:a00:1::
    2002:7f00:1::1 not-an-address""".split(),
)
def test_inner_addresses_are_closed(address: str) -> None:
    assert not is_open(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2a02:6b8::2:242", "64:ff9b::8.8.8.8"])
def test_addresses_of_the_internet_are_open(address: str) -> None:
    assert is_open(address)


def test_loopback_is_open_only_where_the_settings_say_so(settings: Any) -> None:
    settings.WEBHOOKS_LOOPBACK = True
    assert is_open("127.0.0.1")
    assert is_open("::1")
    assert not is_open("10.0.0.1")
    assert target_of("http://localhost:8000/x").port == 8000
    with pytest.raises(RuleViolation):
        target_of("http://example.org/")


def answers(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    monkeypatch.setattr(targets, "lookup", lambda host, port: list(addresses))


@pytest.mark.parametrize("bad", ["10.0.0.1", "127.0.0.1", "::1"])
def test_a_name_with_two_faces_is_refused(monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    answers(monkeypatch, "93.184.215.14", bad)
    with pytest.raises(RuleViolation) as refused:
        pinned_address(target_of("https://example.org/"))
    assert refused.value.code == "webhooks.inner_address"
    sent = sending.send("https://example.org/", b"{}", {})
    assert (sent.status, sent.fault) == (None, "address")


def test_a_name_that_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror

    monkeypatch.setattr(targets, "lookup", unknown)
    with pytest.raises(RuleViolation) as refused:
        pinned_address(target_of("https://example.org/"))
    assert refused.value.code == "webhooks.not_found"
    assert sending.send("https://example.org/", b"{}", {}).fault == "name"


def test_numbers_written_in_other_ways_are_looked_up_like_names() -> None:
    # The resolver of the machine reads 0x7f000001 and 2130706433 as 127.0.0.1: what it says is judged, not what was written.
    for host in ("127.1", "2130706433", "0x7f000001", "localhost"):
        with pytest.raises(RuleViolation) as refused:
            pinned_address(target_of(f"https://{host}/"))
        assert refused.value.code in ("webhooks.inner_address", "webhooks.not_found")


# What a receiver may do

Serve = Callable[[Callable[[BaseHTTPRequestHandler], None]], str]


@pytest.fixture
def serve(settings: Any) -> Iterator[Serve]:
    settings.WEBHOOKS_LOOPBACK = True
    servers: list[HTTPServer] = []

    def start(answer: Callable[[BaseHTTPRequestHandler], None]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.body = self.rfile.read(int(self.headers["Content-Length"]))
                answer(self)

            def log_message(self, *_args: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/hook?x=1"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_good_answer(serve: Serve) -> None:
    seen: list[Any] = []

    def answer(handler: Any) -> None:
        seen.append((handler.path, handler.body, dict(handler.headers)))
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write("принято\x00\n<b>".encode() + b"\xff" + b"x" * 10_000)

    sent = sending.send(serve(answer), b'{"a":1}', {"webhook-id": "evt_1"})
    assert sent.is_good
    assert sent.beginning.startswith("принято  <b>")
    assert len(sent.beginning) <= sending.KEPT_CHARACTERS
    path, body, headers = seen[0]
    assert (path, body, headers["webhook-id"]) == ("/hook?x=1", b'{"a":1}', "evt_1")
    assert headers["Host"].startswith("127.0.0.1:")


def test_redirects_are_not_followed(serve: Serve) -> None:
    asked: list[str] = []

    def elsewhere(handler: Any) -> None:
        asked.append(handler.path)
        handler.send_response(200)
        handler.end_headers()

    other = serve(elsewhere)

    def answer(handler: Any) -> None:
        handler.send_response(307)
        handler.send_header("Location", other)
        handler.end_headers()

    sent = sending.send(serve(answer), b"{}", {})
    assert (sent.status, sent.is_good, asked) == (307, False, [])


def test_an_answer_that_drips_is_cut_off(serve: Serve) -> None:
    def answer(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _drop in range(100):
            try:
                handler.wfile.write(b"x")
                handler.wfile.flush()
            except OSError:
                return
            time.sleep(0.02)

    sent = sending.send(serve(answer), b"{}", {}, seconds=0.3)
    assert (sent.status, sent.fault) == (None, "time")
    assert sent.milliseconds < 2000


def test_silence_is_cut_off(serve: Serve) -> None:
    release = threading.Event()

    def keep_silent(handler: Any) -> None:
        release.wait(5)

    url = serve(keep_silent)
    try:
        assert sending.send(url, b"{}", {}, seconds=0.2).fault == "time"
    finally:
        release.set()


def test_no_connection_and_no_web_server(settings: Any, serve: Serve) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert sending.send(f"http://127.0.0.1:{port}/", b"{}", {}).fault == "network"

    def greet(handler: Any) -> None:
        handler.wfile.write(b"220 mail.example.org ESMTP\r\n")

    url = serve(greet)
    assert sending.send(url, b"{}", {}).fault == "protocol"


def test_a_certificate_that_nobody_vouches_for(settings: Any) -> None:
    """A server that does not speak TLS at all: the handshake fails and nothing is sent."""
    settings.WEBHOOKS_LOOPBACK = True
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve_once() -> None:
            link, _peer = server.accept()
            with link:
                got.append(link.recv(1000))
                link.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

        thread = threading.Thread(target=serve_once, daemon=True)
        thread.start()
        sent = sending.send(f"https://127.0.0.1:{server.getsockname()[1]}/", b'{"secret":1}', {})
        thread.join(5)
    assert (sent.status, sent.fault) == (None, "tls")
    assert b"secret" not in b"".join(got)


def test_the_connection_goes_to_the_address_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch, serve: Serve
) -> None:
    """The name may lead elsewhere a moment later (DNS rebinding): it is asked once."""

    def answer(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()

    url = serve(answer)
    asked: list[str] = []
    real = targets.lookup

    def once(host: str, port: int) -> list[str]:
        asked.append(host)
        return real(host, port)

    monkeypatch.setattr(targets, "lookup", once)
    connected: list[Any] = []
    plain = socket.create_connection

    def connect(address: Any, *args: Any, **options: Any) -> socket.socket:
        connected.append(address[0])
        return plain(address, *args, **options)

    monkeypatch.setattr(socket, "create_connection", connect)
    assert sending.send(url.replace("127.0.0.1", "localhost"), b"{}", {}).is_good
    assert (asked, connected) == (["localhost"], ["127.0.0.1"])
