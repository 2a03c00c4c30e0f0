"""A SANDBOX that speaks the language of a provider of receipts (`adapter.py`). It knows no tax service: it invents lines, for this machine.

For trying the way of a receipt from its code to its lines: in tests, in the demo town, by `koopset manage receipts_sandbox`.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

from koopset.apps.needs.formats.receipt_code import ReceiptCode, code_or_none

MOST_BODY = 4096
GOODS = (
    ("Молоко САНДБОКС 2,5% 930мл", 8990),
    ("Хлеб ржаной 500г", 5290),
    ("Яйцо куриное С1 10шт", 11990),
    ("Сметана 20% 300г", 9990),
    ("Творог 5% 200г", 8490),
    ("Крупа гречневая 800г", 7990),
    ("Сахар-песок 1кг", 6990),
    ("Пакет-майка", 799),
)

Script = Callable[[ReceiptCode, int], dict[str, Any]]


def invented(code: ReceiptCode, times: int) -> dict[str, Any]:
    """What the sandbox says by itself: pending when asked first, then invented lines whose sum is that of the code.

    By the last digit of fd: 8 is never found, 9 has an error in it.
    """
    if code.fd % 10 == 8:
        return {"state": "not-found"}
    if code.fd % 10 == 9 and times < 2:
        return {"state": "error"}
    if times < 2:
        return {"state": "pending", "wait": 2}
    return {"state": "found", "receipt": receipt_for(code)}


def receipt_for(code: ReceiptCode) -> dict[str, Any]:
    """Invented lines that add up to the code's sum, always the same for the same code."""
    random, left = Random(code.fp), code.total_kop
    items: list[tuple[str, int]] = []
    for name, price in random.sample(GOODS, len(GOODS)):
        if price <= left and len(items) < 6:
            items.append((name, price))
            left -= price
    if left or not items:
        items.append(("Товар без названия", left))
    return {
        "code": 3,
        "user": "ООО «Песочница»",
        "userInn": "4700555018  ",
        "retailPlace": "Песочница: выдуманный магазин",
        "operationType": code.operation,
        "dateTime": f"{code.day.isoformat()}T{code.clock.isoformat()}",
        "fiscalDriveNumber": code.fn,
        "fiscalDocumentNumber": code.fd,
        "fiscalSign": code.fp,
        "totalSum": code.total_kop,
        "items": [
            {
                "name": name,
                "price": price,
                "quantity": 1,
                "sum": price,
                "nds": 2,
                "paymentType": 4,
                "productType": 1,
            }
            for name, price in items
        ],
    }


class Sandbox:
    """A server on a free port of this machine. `script(code, times)` says what is answered when a code is asked for the n-th time."""

    def __init__(self, script: Script = invented, *, port: int = 0, key: str = "") -> None:
        self.asked: Counter[str] = Counter()
        self.bodies: list[bytes] = []
        self._script, self._key = script, key
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/receipts"

    def __enter__(self) -> Sandbox:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self) -> None:
        """Answer until interrupted."""
        self._server.serve_forever()

    def answer(self, body: bytes) -> tuple[int, bytes]:
        """(status, body) for a question."""
        self.bodies.append(body)
        try:
            code = code_or_none(str(json.loads(body)["code"]))
        except (ValueError, KeyError, TypeError):
            code = None
        if code is None:
            return 422, b'{"state": "error"}'
        self.asked[code.known_by] += 1
        said = self._script(code, self.asked[code.known_by])
        return 200, json.dumps(said, ensure_ascii=False).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sandbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = min(int(self.headers.get("Content-Length") or 0), MOST_BODY)
                body = self.rfile.read(length)
                if sandbox._key and self.headers.get("Authorization") != f"Bearer {sandbox._key}":
                    status, said = 401, b"{}"
                else:
                    status, said = sandbox.answer(body)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_arguments: object) -> None:
                """Codes of receipts are nobody's log."""

        return Handler
