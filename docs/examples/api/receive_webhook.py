"""A receiver of webhooks: python3 receive_webhook.py [PORT]   (the secret is in KOOPSET_WEBHOOK_SECRET)

In real life it stands behind a web server that speaks https. What it shows: the signature is checked over the very bytes that came,
an old message is not taken, one that came before is answered and not done again, and the answer is given before any long work.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

#: A message older than this is somebody's recording of one.
TOLERANCE_SECONDS = 300
MOST_BYTES = 100_000
#: A real program keeps these in its database.
seen: set[str] = set()


def is_ours(secret: str, headers: dict[str, str], body: bytes, now: float) -> bool:
    """Whether a message is from the site: standardwebhooks.com, version 1."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        uid, sent_at = headers["webhook-id"], int(headers["webhook-timestamp"])
        signatures = headers["webhook-signature"].split(" ")
    except (KeyError, ValueError):
        return False
    if abs(now - sent_at) > TOLERANCE_SECONDS:
        return False
    signed = f"{uid}.{sent_at}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # While a secret is being changed there are two signatures: one that fits is enough.
    return any(hmac.compare_digest(wanted, one) for one in signatures)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES:
            self.reply(413, "too large")
            return
        body = self.rfile.read(length)
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not is_ours(os.environ["KOOPSET_WEBHOOK_SECRET"], headers, body, time.time()):
            self.reply(401, "not signed by the site")
            return
        message = json.loads(body)
        if message["id"] in seen:
            self.reply(200, "known already")
            return
        seen.add(message["id"])
        # Put it into your own queue here and go on later: the site waits for ten seconds at most.
        print(message["type"], json.dumps(message["data"], sort_keys=True), flush=True)
        self.reply(200, "taken")

    def reply(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_args: object) -> None:
        pass


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8899), Receiver)
    print("listening on", server.server_port, flush=True)
    server.serve_forever()
