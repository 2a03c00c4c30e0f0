"""Draw the pictures of docs/guides anew: an invented town of its own, a server, Chromium.

Each section of a guide names its reader and page in a comment; residents are drawn as on a telephone, offices as at a desk.
"""

import io
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
GUIDES = ROOT / "docs" / "guides"
KOOPSET = Path(sys.executable).parent / "koopset"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SECTION = re.compile(r"<!-- page: (\w+) ([\w:-]+)(?: (\w+))? -->\s+!\[[^\]]+\]\(pictures/([\w-]+)\.png\)")
ADDRESSES = """
import sys, django
django.setup()
from django.urls import NoReverseMatch, reverse
from koopset.apps.organisations.models import Organisation
home = Organisation.objects.order_by("pk").first().pk
for line in sys.stdin.read().splitlines():
    name, _, cabinet = line.partition(" ")
    more = {"cabinet": cabinet} if cabinet else {}
    try:
        print(reverse(name, kwargs={"organisation_id": home, **more}))
    except NoReverseMatch:
        print(reverse(name))
"""


def sections() -> list[tuple[str, str, str, str]]:
    return [
        (found[1], found[2], found[3] or "", found[4])
        for path in sorted(GUIDES.glob("*.md"))
        for found in SECTION.finditer(path.read_text("utf-8"))
    ]


def draw(browser: Browser, base: str, role: str, address: str, target: Path) -> None:
    phone = role == "resident"
    context = browser.new_context(
        base_url=base,
        viewport={"width": 390, "height": 780} if phone else {"width": 1120, "height": 760},
        is_mobile=phone,
        locale="ru-RU",
        timezone_id="Europe/Moscow",
        reduced_motion="reduce",
        service_workers="block",
    )
    page = context.new_page()
    page.goto("/demo/")
    page.locator(f"button[name=who][value={role}]").click()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(64, dither=Image.Dither.NONE).save(target, optimize=True)
    context.close()


def main() -> int:
    wanted = sections()
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = os.environ | {
            "KOOPSET_DATA": folder,
            "PORT": str(port),
            "DJANGO_SETTINGS_MODULE": "koopset.config.settings",
        }
        for verb in (("migrate",), ("demo",)):
            subprocess.run([KOOPSET, *verb], env=environment, check=True, stdout=subprocess.DEVNULL)
        lines = "\n".join(f"{page} {cabinet}".strip() for _role, page, cabinet, _picture in wanted)
        answer = subprocess.run(
            [sys.executable, "-c", ADDRESSES],
            env=environment,
            input=lines,
            text=True,
            check=True,
            capture_output=True,
        )
        server = subprocess.Popen(
            [KOOPSET, "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        base = f"http://127.0.0.1:{port}"
        try:
            await_server(base)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                for (role, _page, _cabinet, picture), address in zip(
                    wanted, answer.stdout.splitlines(), strict=True
                ):
                    draw(browser, base, role, address, GUIDES / "pictures" / f"{picture}.png")
                    print(picture, address)
                browser.close()
        finally:
            server.terminate()
            server.wait(20)
    return 0


def await_server(base: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{base}/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    raise SystemExit(main())
