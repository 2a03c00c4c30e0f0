"""Draw the pictures of docs/guides anew: an invented town of its own, a server, Chromium.

Each section of a guide names its reader and page in a comment; residents and buyers are drawn as on a telephone, offices as at a desk.
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
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
GUIDES = ROOT / "docs" / "guides"
KOOPSET = Path(sys.executable).parent / "koopset"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PAGE = re.compile(r"<!-- page: (\w+) ([\w:-]+)(?: (\w+))? -->\s+!\[[^\]]+\]\(pictures/([\w-]+)\.png\)")


@dataclass(frozen=True)
class Section:
    """A part of a guide: the demo role that reads its page, the page, the picture drawn of it, its words.

    `which`: the cabinet of a start page, or the state of the meeting that is shown («open»: the last that is open).
    """

    guide: str
    title: str
    role: str
    page: str
    which: str
    picture: str
    text: str


def sections() -> list[Section]:
    """All sections that show a page, in the order of the files."""
    return [
        Section(path.name, part.split("\n")[0], found[1], found[2], found[3] or "", found[4], part)
        for path in sorted(GUIDES.glob("*.md"))
        for part in path.read_text("utf-8").split("\n## ")[1:]
        for found in PAGE.finditer(part)
    ]


def address_of(section: Section) -> str:
    """Where the page of a section is, in the body of its reader. Asks the database of the invented town."""
    from django.urls import NoReverseMatch, reverse

    from koopset.apps.meetings.models import Meeting
    from koopset.apps.organisations.models import Organisation
    from koopset.portal.demo.people import DEMO_ROLES

    reader = next(role for role in DEMO_ROLES if role.key == section.role)
    home = Organisation.objects.filter(name_short=reader.organisation).values_list("pk", flat=True).first()
    more: dict[str, object] = {"cabinet": section.which} if section.which else {}
    if section.which in Meeting.State.values:
        shown = Meeting.objects.filter(organisation_id=home, state=section.which).order_by("-pk")
        more = {"meeting_id": shown.values_list("pk", flat=True).first()}
    try:
        return reverse(section.page, kwargs={"organisation_id": home, **more})
    except NoReverseMatch:
        return reverse(section.page)


def draw(browser: Browser, base: str, role: str, address: str, target: Path) -> None:
    phone = role in {"resident", "buyer"}
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "KOOPSET_DATA": folder,
            "PORT": str(port),
            "DJANGO_SETTINGS_MODULE": "koopset.config.settings",
        }
        for verb in ("migrate", "demo"):
            subprocess.run([KOOPSET, verb], check=True, stdout=subprocess.DEVNULL)
        import django

        django.setup()
        drawn = [(section, address_of(section)) for section in sections()]
        server = subprocess.Popen([KOOPSET, "serve"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            base = f"http://127.0.0.1:{port}"
            await_server(base)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                for section, address in drawn:
                    draw(browser, base, section.role, address, GUIDES / "pictures" / f"{section.picture}.png")
                    print(section.picture, address)
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
