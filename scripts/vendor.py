"""Renew the static files of others that are kept in the repository.

    python scripts/vendor.py            fetch, verify, build, write the manifest
    python scripts/vendor.py --check    only compare what lies in the repository with the manifest (no network)
    python scripts/vendor.py --pin      accept new checksums after a version below was changed on purpose

Renewing needs npm, fonttools and brotli; installing and running the project needs none of them.
Packages come through `npm pack` by name and version; each archive is compared with the sha256 written here.

What is built:
  tabler.min.css   @tabler/core cut down to the families of classes that a server page can use, so that a first load stays
                   under 150 KB; the cut depends on this file only, so it gives the same bytes for the same package
  golos.css        Golos Text variable in the subsets that Russian and English need (₽ is in latin-ext)
  icons.svg        a sprite of the icons named in ICONS; a symbol's id is the icon's name in @tabler/icons
  uplot/           charts, loaded only by pages that have one
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "src/koopset/foundation/ui/static/vendor"
OWN_STYLE = VENDOR.parent / "ui"


@dataclass(frozen=True)
class Package:
    """One source: its name and version at the registry, the checksum of its archive, its licence."""

    name: str
    version: str
    sha256: str
    licence: str


TABLER = Package(
    "@tabler/core", "1.6.1", "d02d679e51f6c179b21f035e154c13cdcb2ae8b18579e56ea606408ba7fc7a87", "MIT"
)
GOLOS = Package(
    "@fontsource-variable/golos-text",
    "5.3.0",
    "74df2b06deb509b4c5a8939c280aabc13e1e6917762b54e33c31be59de9652da",
    "OFL-1.1",
)
TABLER_ICONS = Package(
    "@tabler/icons", "3.51.0", "b30108713d3fa60aee862c2a133225da8e0f309be0708fe2925763ff810c766c", "MIT"
)
UPLOT = Package("uplot", "1.6.32", "4b8a8191e425658e3ea8c8c1314b0fc679c861ee3a1af2b20c7b16ba50b5133d", "MIT")
PACKAGES = [TABLER, GOLOS, TABLER_ICONS, UPLOT]

FONT_SUBSETS = ["latin-ext", "latin", "cyrillic"]
# What nearly every page needs of the Latin files: letters, figures, punctuation, units; the rouble alone out of latin-ext.
FONT_CORES = {
    "core": (
        "latin",
        (
            "U+0020-007E,U+00A0,U+00A7,U+00AB,U+00AD,U+00B0-00B3,U+00B7,U+00BB,U+00BD,U+00D7,U+00F7,U+2009,U+202F,U+2010-2015,U+2018-201E,"
            "U+2022,U+2026,U+2032,U+2033,U+20AC,U+2191,U+2193,U+2212"
        ),
    ),
    "rouble": ("latin-ext", "U+20BD"),
}

# In use, by what they say. Add a name, run the script, commit the sprite.
ICONS = """
home layout-dashboard layout-grid dots dots-vertical menu-2 search bell settings user user-plus user-check user-circle users users-group
logout login wallet coin coins cash building-bank receipt receipt-2 percentage book books report-money scale gavel calculator discount
qrcode credit-card pig-money file-invoice calendar-dollar lock lock-open map-2 map-pin home-2 home-plus building building-community
building-store building-factory building-cottage building-warehouse fence trees plant plant-2 gauge checklist file-text file-spreadsheet
file-zip file-plus file-check file-x files folder folders clipboard clipboard-list certificate id writing signature speakerphone news
message messages mail phone video microphone broadcast photo camera paperclip basket shopping-cart truck package packages box tags tag
tools tool hammer tractor horse milk egg apple carrot wheat bread cheese fish bolt droplet flame temperature moon sun device-desktop
device-mobile world language plus minus check checks x arrow-left arrow-right arrow-up arrow-down arrows-sort arrow-back-up chevron-down
chevron-up chevron-left chevron-right external-link alert-triangle alert-circle alert-octagon info-circle circle-check circle-x
help-circle bulb clock clock-hour-4 hourglass calendar calendar-event calendar-plus history refresh rotate upload download printer copy
edit pencil trash eye eye-off filter adjustments-horizontal link unlink share send flag star heart heart-handshake chart-bar chart-line
chart-pie chart-dots sitemap hierarchy affiliate topology-star-3 database api key shield shield-check shield-lock fingerprint school
school-bell award briefcase urgent ambulance car gift recycle leaf route steering-wheel first-aid-kit beach paw friends thumb-up
thumb-down hand-stop ballpen bookmark pin list list-check list-details table columns grip-vertical point player-play player-stop wifi
wifi-off cloud-upload
""".split()

# Families of Tabler's classes that are kept; a rule stays when every class in its selector matches one of these.
KEPT_CLASSES = [
    r"container(-(fluid|sm|md|lg|xl|xxl|narrow|tight))?", r"row(-.*)?", r"col(-.*)?", r"g[xy]?-\d", r"offset-.*", r"order-.*",
    r"d-(sm-|md-|lg-|xl-|print-)?(none|inline|inline-block|block|flex|inline-flex|grid)",
    r"(flex|justify-content|align-items|align-self)-(sm-|md-|lg-|xl-)?[a-z-]+(-[01])?", r"gap-(sm-|md-|lg-)?\d", r"(row|column)-gap-\d",
    r"[mp][tbsexy]?-(sm-|md-|lg-)?(auto|\d)", r"[wh]-(25|50|75|100|auto)", r"m[wh]-100",
    r"text-(start|end|center|nowrap|wrap|break|truncate|decoration-none|uppercase|secondary|muted|body|danger|success|warning|reset)",
    r"fw-.*", r"fs-\d", r"lh-.*", r"(position|top|bottom|start|end)-(static|relative|absolute|fixed|sticky|0)", r"sticky-top",
    r"overflow-(auto|hidden|visible)", r"float-(start|end)", r"visually-hidden(-focusable)?", r"visible", r"invisible", r"collapse",
    r"show", r"active", r"disabled", r"stretched-link",
    r"btn(-(primary|secondary|danger|link|sm|lg|icon|close|list|group|check|loading))?",
    r"card(-(body|header|footer|title|subtitle|actions|link|list|table|sm|md|lg|img|img-top|options))?", r"form-.*",
    r"input-(group|icon).*", r"was-validated", r"is-(in)?valid", r"(in)?valid-feedback", r"col-form-label", r"switch.*",
    r"table(-(responsive|sm|vcenter|nowrap|striped|hover|bordered|borderless))?", r"caption-top",
    r"alert(-(success|warning|danger|info|title|dismissible|heading|link))?", r"badge(-pill|s-list)?", r"progress(-bar.*|-sm)?",
    r"list-(unstyled|inline|inline-item|group|group-item|group-flush|group-item-action|separated|separated-item)", r"pagination",
    r"page-(item|link)", r"nav(-(link|item|tabs|pills|fill))?", r"img-(fluid|thumbnail)", r"ratio.*", r"rounded(-(0|1|2|3|circle|pill))?",
    r"border(-(0|top|bottom|start|end|top-0|bottom-0))?", r"shadow(-none)?", r"small", r"lead", r"h[1-6]", r"display-[1-6]", r"mark",
    r"initialism", r"blockquote.*", r"hr", r"markdown", r"dropdown(-(menu|item|divider|header|toggle|menu-end))?",
    r"spinner-border(-sm)?", r"theme-(dark|light)", r"dl", r"datagrid.*", r"no-js", r"figure.*", r"accordion.*",
]  # fmt: skip
KEPT = re.compile("|".join(f"(?:{one})" for one in KEPT_CLASSES))
# Accordion, figure and their like are not used: kept out by name although the patterns above are wide.
DROPPED = re.compile(
    r"(accordion|form-(imagecheck|colorinput|color|selectgroup|file|floating|help)|input-icon-addon|switch-icon|datagrid|"
    r"btn-group|btn-check|ratio|figure).*"
)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--check", action="store_true", help="compare the files with the manifest, without the network"
    )
    parser.add_argument("--pin", action="store_true", help="print new checksums instead of refusing them")
    options = parser.parse_args(arguments)
    if options.check:
        return check()
    with tempfile.TemporaryDirectory() as folder:
        sources = {package.name: fetch(package, Path(folder), pin=options.pin) for package in PACKAGES}
        if options.pin:
            return 0
        build(sources)
    return check()


def fetch(package: Package, folder: Path, *, pin: bool) -> Path:
    """Return the folder of the unpacked package, having compared its archive with the checksum above."""
    command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
    name = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.split()[-1]
    found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    if pin:
        print(package.name, package.version, found)
        return folder
    if found != package.sha256:
        raise SystemExit(
            f"{package.name} {package.version}: the archive has sha256 {found}, expected {package.sha256}"
        )
    place = folder / package.name.replace("/", "+")
    with tarfile.open(folder / name) as archive:
        archive.extractall(place, filter="data")
    return place / "package"


def build(sources: dict[str, Path]) -> None:
    """Write every file and the manifest."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    written: list[tuple[str, Package, bytes]] = []

    def put(name: str, package: Package, content: bytes) -> None:
        (VENDOR / name).parent.mkdir(parents=True, exist_ok=True)
        (VENDOR / name).write_bytes(content)
        written.append((name, package, content))

    tabler = (sources[TABLER.name] / "dist/css/tabler.min.css").read_text("utf-8")
    put("tabler.min.css", TABLER, cut(tabler).encode())

    golos = sources[GOLOS.name]
    faces = dict(
        re.findall(
            r"/\* golos-text-([a-z-]+)-wght-normal \*/\s*(@font-face \{.*?\})",
            (golos / "index.css").read_text("utf-8"),
            re.DOTALL,
        )
    )
    sheet = []
    for subset in FONT_SUBSETS:
        put(
            f"golos-text-{subset}.woff2",
            GOLOS,
            (golos / f"files/golos-text-{subset}-wght-normal.woff2").read_bytes(),
        )
        sheet.append(face(faces[subset], f"golos-text-{subset}.woff2"))
    # Where two faces claim a sign the later one is taken, so a usual page never asks for the larger files.
    for name, (subset, signs) in FONT_CORES.items():
        put(
            f"golos-text-{name}.woff2",
            GOLOS,
            subset_of(golos / f"files/golos-text-{subset}-wght-normal.woff2", signs),
        )
        sheet.append(face(faces[subset], f"golos-text-{name}.woff2", signs))
    put("golos.css", GOLOS, ("\n".join(sheet) + "\n").encode())
    put("golos-LICENSE.txt", GOLOS, (golos / "LICENSE").read_bytes())

    put("icons.svg", TABLER_ICONS, sprite(sources[TABLER_ICONS.name]).encode())
    put("tabler-icons-LICENSE.txt", TABLER_ICONS, (sources[TABLER_ICONS.name] / "LICENSE").read_bytes())

    uplot = sources[UPLOT.name]
    put(
        "uplot/uPlot.iife.min.js",
        UPLOT,
        without_maps((uplot / "dist/uPlot.iife.min.js").read_text("utf-8")).encode(),
    )
    put(
        "uplot/uPlot.min.css", UPLOT, without_maps((uplot / "dist/uPlot.min.css").read_text("utf-8")).encode()
    )
    put("uplot/LICENSE.txt", UPLOT, (uplot / "LICENSE").read_bytes())

    manifest = {
        "packages": [
            {"name": one.name, "version": one.version, "licence": one.licence, "archive_sha256": one.sha256}
            for one in PACKAGES
        ],
        "files": [
            {
                "path": name,
                "package": package.name,
                "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": len(content),
            }
            for name, package, content in sorted(written, key=lambda one: one[0])
        ],
    }
    (VENDOR / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")


def face(rule: str, name: str, signs: str | None = None) -> str:
    """The @font-face of a file kept here, narrowed to `signs` where they are given."""
    rule = re.sub(
        r"src: url\([^)]*\) format\('woff2-variations'\)", f"src: url({name}) format('woff2')", rule
    )
    return re.sub(r"unicode-range: [^;]*;", f"unicode-range: {signs};", rule) if signs else rule


def subset_of(font: Path, signs: str) -> bytes:
    """The font with the given signs only (needs fonttools and brotli of whoever renews these files)."""
    from fontTools import subset

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "font.woff2"
        subset.main(
            [
                str(font),
                f"--unicodes={signs}",
                "--layout-features=*",
                "--flavor=woff2",
                f"--output-file={out}",
            ]
        )
        return out.read_bytes()


def check() -> int:
    """Compare the files that lie here with the manifest; 1 when one differs, is missing or is not listed."""
    manifest = json.loads((VENDOR / "manifest.json").read_text("utf-8"))
    listed = {one["path"]: one["sha256"] for one in manifest["files"]}
    here = {
        str(one.relative_to(VENDOR)): hashlib.sha256(one.read_bytes()).hexdigest()
        for one in VENDOR.rglob("*")
        if one.is_file()
    }
    here.pop("manifest.json", None)
    wrong = sorted(name for name in listed.keys() | here.keys() if listed.get(name) != here.get(name))
    for name in wrong:
        print(f"{name}: differs from the manifest, is missing or is not listed", file=sys.stderr)
    return 1 if wrong else 0


def without_maps(text: str) -> str:
    """Drop sourceMappingURL comments: the maps are not shipped, and a manifest storage refuses a name it cannot find."""
    return (
        re.sub(r"\s*(/\*[#@] sourceMappingURL=[^*]*\*/|//[#@] sourceMappingURL=\S*)", "", text).rstrip()
        + "\n"
    )


def sprite(package: Path) -> str:
    """One SVG with a symbol for each icon in ICONS."""
    symbols = []
    for name in sorted(set(ICONS)):
        drawing = (package / f"icons/outline/{name}.svg").read_text("utf-8")
        body = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
        assert body is not None, name
        paths = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", body[1])
        paths = re.sub(r"\s+", " ", paths).replace(" />", "/>").replace("> <", "><").strip()
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
            f'stroke-linecap="round" stroke-linejoin="round">{paths}</symbol>'
        )
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


@dataclass
class Block:
    """A rule or an at-rule of a style sheet: what stands before the brace, and what is inside."""

    head: str
    body: str = ""
    inner: "list[Block] | None" = None
    properties: list[str] = field(default_factory=list)


def cut(text: str) -> str:
    """Return the sheet with only the families of KEPT_CLASSES, and of the custom properties only those still asked for."""
    text = re.sub(r"/\*.*?\*/", "", without_maps(text), flags=re.DOTALL)
    banner = f"/* @tabler/core {TABLER.version}, MIT, (c) codecalm, tabler.io and the Bootstrap authors; cut by scripts/vendor.py */\n"
    blocks = [kept for kept in map(keep, parse(text)) if kept is not None]
    own = "".join(path.read_text("utf-8") for path in sorted(OWN_STYLE.glob("*.css")))
    while True:
        sheet = "".join(map(write, blocks))
        asked = set(re.findall(r"var\(\s*(--[\w-]+)", sheet + own))
        if not prune(blocks, asked):
            break
    moving = set(re.findall(r"animation(?:-name)?:([^;}]*)", sheet))
    names = {word for value in moving for word in re.split(r"[\s,]+", value)}
    blocks = [
        one
        for one in blocks
        if not re.match(r"@(-webkit-)?keyframes ", one.head) or one.head.split()[1] in names
    ]
    return banner + "".join(map(write, blocks)) + "\n"


def parse(text: str) -> Iterator[Block]:
    """Walk the top-level rules of a minified sheet."""
    at = 0
    while at < len(text):
        brace = next_of(text, "{;", at)
        if brace == len(text):
            return
        head = text[at:brace].strip()
        if text[brace] == ";":
            at = brace + 1
            if not head.startswith("@charset"):
                yield Block(head + ";")
            continue
        end = closing(text, brace)
        body = text[brace + 1 : end]
        if head.startswith(("@media", "@supports")):
            yield Block(head, inner=list(parse(body)))
        elif head.startswith("@"):
            yield Block(head, body)
        else:
            yield Block(head, properties=[one.strip() for one in split(body, ";") if one.strip()])
        at = end + 1


def next_of(text: str, marks: str, at: int) -> int:
    quote = ""
    depth = 0
    while at < len(text):
        sign = text[at]
        if sign == "\\":
            at += 2
            continue
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
        elif sign in marks and depth == 0:
            return at
        at += 1
    return at


def closing(text: str, at: int) -> int:
    depth = 0
    while at < len(text):
        at = next_of(text, "{}", at)
        depth += 1 if text[at] == "{" else -1
        if depth == 0:
            return at
        at += 1
    return at


def split(text: str, mark: str) -> list[str]:
    parts, at = [], 0
    while at <= len(text):
        end = next_of(text, mark, at)
        parts.append(text[at:end])
        at = end + 1
    return parts


def keep(block: Block) -> Block | None:
    """Return the block without the selectors that name a class outside the kept families; None when nothing is left."""
    if block.inner is not None:
        block.inner = [kept for kept in map(keep, block.inner) if kept is not None]
        return block if block.inner else None
    if block.head.startswith("@font-face") or block.head.startswith("@import"):
        return None
    if block.head.startswith("@"):
        return block
    selectors = [one for one in split(block.head, ",") if wanted(one)]
    block.head = ",".join(selectors)
    return block if selectors else None


def wanted(selector: str) -> bool:
    """Whether every class and foreign attribute of the selector belongs to a kept family."""
    classes = re.findall(r"\.((?:[\w-]|\\.)+)", selector)
    if any(not KEPT.fullmatch(name) or DROPPED.fullmatch(name) for name in classes):
        return False
    return not re.search(
        r"data-bs-theme-|data-bs-(popper|toggle)|\[dir=|#|litepicker|clr-|::-webkit-search|::-webkit-scrollbar",
        selector,
    )


def prune(blocks: list[Block], asked: set[str]) -> bool:
    """Drop declarations of custom properties that nothing asks for; True when one was dropped."""
    changed = False
    for block in list(blocks):
        if block.inner is not None:
            changed |= prune(block.inner, asked)
            if not block.inner:
                blocks.remove(block)
        elif block.properties:
            left = [
                one for one in block.properties if not one.startswith("--") or one.split(":", 1)[0] in asked
            ]
            if len(left) < len(block.properties):
                block.properties, changed = left, True
                if not left:
                    blocks.remove(block)
    return changed


def write(block: Block) -> str:
    if block.inner is not None:
        return f"{block.head}{{{''.join(map(write, block.inner))}}}"
    if block.properties:
        return f"{block.head}{{{';'.join(block.properties)}}}"
    if block.head.endswith(";"):
        return block.head
    return f"{block.head}{{{block.body}}}" if block.body else ""


if __name__ == "__main__":
    raise SystemExit(main())
