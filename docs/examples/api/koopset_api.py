"""A small client of the КООПСЕТЬ API. Standard library only: copy it and change it as you like."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Refused(Exception):
    """The site said no. Programs decide by `code`, people read `text`."""

    def __init__(self, status: int, told: dict[str, Any]) -> None:
        super().__init__(f"{status} {told.get('code')}: {told.get('text')}")
        self.status, self.code, self.text = status, told.get("code"), told.get("text")


class Koopset:
    """`site` is https://…, `key` is ks_… (a person's) or ko_… (an organisation's)."""

    def __init__(self, site: str, key: str, *, patience: float = 120.0) -> None:
        self.root, self.key, self.patience = f"{site.rstrip('/')}/api/v1", key, patience

    def get(self, path: str, **query: Any) -> Any:
        suffix = f"?{urllib.parse.urlencode(query)}" if query else ""
        return self._ask("GET", f"{path}{suffix}", None, {})

    def pieces(self, path: str, **query: Any) -> Iterator[Any]:
        """All rows of a list, however long."""
        offset: int | None = 0
        while offset is not None:
            piece = self.get(path, limit=500, offset=offset, **query)
            yield from piece["items"]
            offset = piece["next_offset"]

    def post(self, path: str, body: Any = None, *, done_once: str = "") -> Any:
        """`done_once` is a name of this very work, the same when it is repeated after a fall; without it each call is new work."""
        raw = json.dumps({} if body is None else body).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": done_once or uuid.uuid4().hex}
        return self._ask("POST", path, raw, headers)

    def send_file(self, path: str, file: Path, *, done_once: str = "") -> Any:
        edge = uuid.uuid4().hex
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        raw = head.encode() + file.read_bytes() + f"\r\n--{edge}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "Idempotency-Key": done_once or uuid.uuid4().hex,
        }
        return self._ask("POST", path, raw, headers)

    def wait(self, told: dict[str, Any]) -> dict[str, Any]:
        """Till work in the background has ended; its row."""
        path = told["progress"].removeprefix("/api/v1")
        until = time.monotonic() + self.patience
        while time.monotonic() < until:
            job: dict[str, Any] = self.get(path)
            if job["state"] == "done":
                return job
            if job["state"] in ("failed", "cancelled"):
                raise Refused(200, {"code": job["error_code"], "text": job["error_text"]})
            time.sleep(0.5)
        raise TimeoutError(path)

    def _ask(self, method: str, path: str, raw: bytes | None, headers: dict[str, str]) -> Any:
        until = time.monotonic() + self.patience
        while True:
            request = urllib.request.Request(f"{self.root}{path}", raw, method=method)
            for name, value in {
                "Authorization": f"Bearer {self.key}",
                "Accept-Language": "ru",
                **headers,
            }.items():
                request.add_header(name, value)
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    content = answer.read()
                    kind = answer.headers.get("Content-Type", "")
                    return json.loads(content) if "json" in kind else content
            except urllib.error.HTTPError as error:
                with error:
                    content = error.read()
                # 429: asked too much in this minute; 409: the same request is being done just now; 502…504: the site is being renewed.
                # Asking again is safe: the Idempotency-Key is the same, so nothing is done twice.
                pause = float(error.headers.get("Retry-After") or 5)
                if error.code in (409, 429, 502, 503, 504) and time.monotonic() + pause < until:
                    time.sleep(pause)
                    continue
                try:
                    told = json.loads(content)
                except ValueError:
                    told = {"code": "http", "text": error.reason}
                raise Refused(error.code, told) from None
