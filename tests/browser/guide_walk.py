"""A person who works through a guide, page by page: what is pressed is named in the guide, what the guide names is on the pages.

What the person does is counted, and told in minutes by the keystroke-level model (Card, Moran, Newell 1980, Communications of the
ACM 23:7): K a key, P to point, B to press, H the hand between keyboard and mouse, M a thought before each choice, R the page on its
way. To them comes reading each section of the guide once. No clock is read: the same walk always takes the same time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from make_guide_pictures import GUIDES

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

CAPTION = re.compile(r"«([^«»]+(?:«[^«»]+»[^«»]*)*)»|\*\*(.+?)\*\*", re.DOTALL)


def plain(text: str) -> str:
    """One line with common spaces."""
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


@dataclass(frozen=True)
class Pace:
    """Seconds of the operators. `page`: what a new page takes beyond its coming; `word`: reading one."""

    key: float
    point: float
    press: float
    hand: float
    thought: float
    page: float
    word: float
    response: float = 1.0


#: Twice the means of the paper in everything; K is twice that of its average typist who is no secretary (0.28 s). 120 words a minute.
SLOW = Pace(key=0.56, point=2.2, press=0.2, hand=0.8, thought=2.7, page=0.0, word=0.5)
#: The same with the keys of the paper's worst typist, «unfamiliar with the keyboard», and each page looked over before anything is done.
SLOWEST = Pace(key=1.20, point=2.2, press=0.2, hand=0.8, thought=2.7, page=2 * 2.7, word=0.5)


@dataclass
class Effort:
    """What a person did. `fields` are typed into, `choices` are of lists and files, `errands` lead to letters, Excel, the telephone."""

    presses: int = 0
    fields: int = 0
    keys: int = 0
    choices: int = 0
    pages: int = 0
    errands: int = 0
    words: int = 0

    def minutes(self, pace: Pace) -> float:
        """By the model: a thought stands before what is chosen, not before what is copied from a paper into the next field."""
        point = pace.point + pace.press
        return (
            self.presses * (pace.thought + point)
            + self.fields * (point + 2 * pace.hand)
            + self.keys * pace.key
            + self.choices * 2 * (pace.thought + point)
            + self.pages * (pace.response + pace.page)
            + self.errands * 5 * (pace.thought + point)  # found, opened, read, closed, back
            + self.words * pace.word
        ) / 60


@dataclass(frozen=True)
class Part:
    """A section of a guide. `told`: what it quotes from the screen, «so» or **so**."""

    title: str
    text: str
    told: tuple[str, ...]


def parts_of(name: str) -> dict[str, Part]:
    """The sections of docs/guides/<name>.md by title; the introduction comes first, under the title of the whole."""
    whole = (Path(GUIDES) / f"{name}.md").read_text("utf-8")
    found = {}
    for chunk in whole.removeprefix("# ").split("\n## "):
        title, _, text = chunk.partition("\n")
        text = re.sub(r"<!--.*?-->|!\[.*?\]\(.*?\)|\]\(.*?\)", " ", text, flags=re.DOTALL)
        told = tuple(plain(one or other) for one, other in CAPTION.findall(text))
        found[title] = Part(title, plain(text), told)
    return found


@dataclass
class Reader:
    """A person at a page with a guide in hand."""

    name: str
    page: Page
    effort: Effort = field(default_factory=Effort)
    walked: list[str] = field(default_factory=list)
    _parts: dict[str, Part] = field(default_factory=dict)
    _part: Part | None = None
    _seen: str = ""

    def __post_init__(self) -> None:
        self._parts = parts_of(self.name)
        self.effort.words += len(next(iter(self._parts.values())).text.split())

    # The guide

    def begin(self, title: str) -> None:
        """Read the next section; the one before is done with."""
        self.finish()
        assert title in self._parts, f"{self.name}.md has no section «{title}»"
        self._part, self._seen = self._parts[title], ""
        self.walked.append(title)
        self.effort.words += len(self._part.text.split())
        self.look()

    def finish(self) -> None:
        """Whatever the section quotes was on the way: a guide that names what is not there leads astray."""
        if self._part is not None:
            absent = [one for one in self._part.told if one not in self._seen]
            assert not absent, f"{self.name}.md, {self._part.title}: not on the pages: {absent}"
        self._part = None

    def named(self, caption: str) -> None:
        assert self._part is not None
        assert caption in self._part.told, f"{self.name}.md, {self._part.title}: does not name «{caption}»"

    def look(self) -> None:
        """Take in what the page shows: its words, names of fields, choices, what comes for a moment."""
        self.page.wait_for_load_state("load")
        shown = self.page.evaluate(
            """() => [document.title, document.body.innerText,
                ...[...document.querySelectorAll('option')].map(one => one.textContent),
                ...[...document.querySelectorAll('[aria-label]')].map(one => one.getAttribute('aria-label'))].join(' \\n ')"""
        )
        self._seen += " " + plain(shown)

    def saw(self, text: str) -> None:
        """Something seen outside the pages: a letter."""
        self._seen += " " + plain(text)

    # What a person does

    def open(self, address: str) -> None:
        """By a link in a letter, or typed for the very first page."""
        self.page.goto(address)
        self._new_page()

    def _new_page(self) -> None:
        self.effort.pages += 1
        self.look()

    def press(
        self, caption: str, *, as_shown: str | re.Pattern[str] = "", within: str = "body", stays: bool = False
    ) -> None:
        """Press what the guide calls so: a button, a link, a summary; `as_shown` where the screen adds a number or a name.

        A summary opens on the page; what else `stays` there is a file that comes.
        """
        self.named(caption)
        pattern = as_shown or re.compile(
            rf"^\s*{re.escape(caption).replace(chr(92) + ' ', chr(92) + 's+')}\s*$"
        )
        place = self.page.locator(within)
        target = place.locator("a:visible, button:visible, summary:visible").filter(has_text=pattern).first
        self.effort.presses += 1
        if stays or target.evaluate("one => one.tagName === 'SUMMARY'"):
            target.click()
            self.look()
            return
        with self.page.expect_navigation(wait_until="load"):
            target.click()
        self._new_page()

    def fill(self, **values: str) -> None:
        """Type into fields by their names in the form."""
        for name, value in values.items():
            self._field(self.page.locator(f"main [name={name}]"), value)

    def _field(self, target: Locator, value: str) -> None:
        target.fill(value)
        self.effort.fields += 1
        self.effort.keys += len(value)

    def choose(self, name: str, label: str) -> None:
        """From a list that opens."""
        self.page.locator(f"main select[name={name}]").select_option(label=label)
        self.effort.choices += 1

    def choose_labelled(self, caption: str, label: str) -> None:
        self.page.get_by_label(caption, exact=True).select_option(label=label)
        self.effort.choices += 1

    def bring(self, path: Path) -> None:
        """A file by the dialog of the browser: opened, looked through, chosen, agreed to."""
        self.page.locator("main input[type=file]").first.set_input_files(path)
        self.effort.choices += 1

    def errand(self) -> None:
        """Out of the browser and back: to the letters, to Excel, to the telephone."""
        self.effort.errands += 1

    def wait_for(self, text: str | re.Pattern[str], **options: Any) -> None:
        """What comes by itself: work that is under way."""
        self.page.get_by_text(text).first.wait_for(timeout=60_000, **options)
        self.look()
