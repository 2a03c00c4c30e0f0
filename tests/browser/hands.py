"""Two hands that do a journey by the same words: `Mouse` presses and types where it likes, `Keyboard` gets everywhere by keys.

The keyboard hand never clicks and never sets a focus or a value by script: it goes by Tab and Shift+Tab, by arrows inside a
group of radio buttons and a list of choices, presses Enter or Space, and types. A script only counts the stops on the way, so
that it knows how many times to press. On the way it asserts what a person without a mouse lives by (WCAG 2.2: 2.1.1, 2.1.2,
2.4.1, 2.4.3, 2.4.7, 2.4.11): the first Tab of a page is the way past the menu, and it leads there; each stop shows that it has
the focus, inside the window and behind nothing; the key never sticks; the focus is not lost when a part of a page changes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from playwright.sync_api import Error

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Locator, Page

Role = Literal["button", "link", "radio", "checkbox", "combobox"]
Name = str | re.Pattern[str]
KEYS = (Path(__file__).parent / "keys.js").read_text("utf-8")
#: More stops than any page has.
TOO_MANY = 600
#: So many stops before a place in the content, and a person takes the way past the menu.
WORTH_SKIPPING = 4


class Hand:
    """The words of a journey. Names are those that a screen reader says."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, address: str) -> None:
        """Go by the address bar."""
        self.page.goto(address)

    def arrive(self, address: Name) -> None:
        """Wait for the page of an address; where in the page one stands is left out of it."""

        def is_there(url: str) -> bool:
            plain = re.sub(r"^https?://[^/]+|#.*$", "", url)
            return (
                plain.partition("?")[0] == address
                if isinstance(address, str)
                else bool(address.search(plain))
            )

        self.page.wait_for_url(is_there)

    def press(
        self, name: Name, role: Role = "button", *, within: Locator | None = None, exact: bool = True
    ) -> None:
        """Press a button."""
        self.use(self._named(name, role, within, exact=exact))

    def follow(self, name: Name, *, within: Locator | None = None, exact: bool = True) -> None:
        """Press a link."""
        self.press(name, "link", within=within, exact=exact)

    def fill(self, label: Name, text: str, *, within: Locator | None = None, exact: bool = False) -> None:
        """Write into a field, in place of what is there. A day is given as 2026-11-23."""
        self.write(self._labelled(label, within, exact=exact), text)

    def choose(self, label: Name, option: Name, *, within: Locator | None = None) -> None:
        """Choose in a list by the words of the choice."""
        found = self._labelled(label, within, exact=False)
        texts: list[str] = found.evaluate("one => [...one.options].map(each => each.text)")
        fits = [
            at
            for at, text in enumerate(" ".join(text.split()) for text in texts)
            if (option in text if isinstance(option, str) else option.search(text))
        ]
        assert fits, f"«{option}» is none of {texts}"
        self.pick(found, fits[0])

    def tick(
        self, label: Name, *, on: bool = True, within: Locator | None = None, exact: bool = False
    ) -> None:
        """Tick a box, or take the tick away."""
        self.mark(self._named(label, "checkbox", within, exact=exact), on)

    def answer(self, label: Name, *, within: Locator | None = None, exact: bool = False) -> None:
        """Choose one of the answers that stand one under another."""
        self.mark(self._named(label, "radio", within, exact=exact), True)

    def unfold(self, name: Name, *, within: Locator | None = None) -> Locator:
        """Open what stands folded under its name; gives the whole of it."""
        heads = (within or self.page.locator("body")).locator("summary:visible").filter(has_text=name)
        folded = heads.first.locator("xpath=..")
        self.use(heads.first)
        folded.and_(self.page.locator("[open]")).wait_for()
        return folded

    def confirm(self, name: Name, yes: str | None = None, *, within: Locator | None = None) -> None:
        """A deed that asks first: open the question and say yes."""
        folded = self.unfold(name, within=within)
        if yes is not None:
            self.press(yes, within=folded)
        else:
            self.use(folded.locator("button[type=submit]"))

    def use(self, target: Locator) -> None:
        """Press something that was found in another way."""
        raise NotImplementedError

    def write(self, field: Locator, text: str) -> None:
        """Write into a field that was found in another way."""
        raise NotImplementedError

    def pick(self, field: Locator, at: int) -> None:
        """Choose in a list by number."""
        raise NotImplementedError

    def mark(self, box: Locator, on: bool) -> None:
        """Set a box or a radio button."""
        raise NotImplementedError

    def bring(self, files: FilePayload | Sequence[FilePayload], field: Locator | None = None) -> None:
        """Give files to a field for them: the only one of the page if it is not named."""
        raise NotImplementedError

    def corners(self, drawing: Locator, *places: tuple[float, float]) -> None:
        """Mark corners on a picture, by parts of its width and height."""
        raise NotImplementedError

    def refused(self) -> None:
        """The page came back with something to mend, and says so where the person is."""
        self.page.locator("[data-focus]").first.wait_for()

    def done(self) -> None:
        """What is to be asserted when the journey is over."""

    def _named(self, name: Name, role: Role, within: Locator | None, *, exact: bool) -> Locator:
        scope = within if within is not None else self.page
        if isinstance(name, str):
            return scope.get_by_role(role, name=name, exact=exact).first
        return scope.get_by_role(role, name=name).first

    def _labelled(self, label: Name, within: Locator | None, *, exact: bool) -> Locator:
        scope = within if within is not None else self.page
        return (
            scope.get_by_label(label, exact=exact)
            .and_(self.page.locator("input:visible, select:visible, textarea:visible"))
            .first
        )


class Mouse(Hand):
    """Points and presses."""

    def use(self, target: Locator) -> None:
        target.click()

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def pick(self, field: Locator, at: int) -> None:
        field.select_option(index=at)

    def mark(self, box: Locator, on: bool) -> None:
        box.set_checked(on)

    def bring(self, files: FilePayload | Sequence[FilePayload], field: Locator | None = None) -> None:
        """Drop them on their zone, as one does from a folder beside the window."""
        given = [files] if isinstance(files, dict) else list(files)
        zone = (
            field.locator("xpath=ancestor::*[@data-drop]") if field else self.page.locator("[data-drop]")
        ).first
        carried = self.page.evaluate_handle(
            """files => {
                const carried = new DataTransfer();
                for (const [name, type, bytes] of files) carried.items.add(new File([new Uint8Array(bytes)], name, {type}));
                return carried;
            }""",
            [[one["name"], one["mimeType"], list(one["buffer"])] for one in given],
        )
        zone.dispatch_event("dragover", {"dataTransfer": carried})
        zone.dispatch_event("drop", {"dataTransfer": carried})

    def corners(self, drawing: Locator, *places: tuple[float, float]) -> None:
        box = drawing.bounding_box()
        assert box is not None
        for across, down in places:
            drawing.click(position={"x": box["width"] * across, "y": box["height"] * down})


class Keyboard(Hand):
    """Gets everywhere by keys, and asserts on the way."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        page.context.add_init_script(KEYS)
        page.evaluate(KEYS)
        self._spaces = 0
        self._downloads = 0
        page.on("download", self._came)
        # While somebody listens, the browser hands over its windows of files at once: a key is quicker than the beginning to listen.
        page.on("filechooser", lambda _: None)

    # --- the words

    def use(self, target: Locator) -> None:
        self.reach(target)
        kind = target.evaluate("one => one.tagName")
        if kind == "BUTTON":  # both keys press a button: each is tried
            self._spaces += 1
        before = self._downloads
        self._press("Space" if kind == "BUTTON" and self._spaces % 2 else "Enter")
        self._leave(before)

    def write(self, field: Locator, text: str) -> None:
        self.reach(field)
        kind = field.evaluate("one => one.type")
        if kind in ("date", "month"):
            self._write_day(field, text)
        else:
            self._press("Control+a")
            if text:
                self._type(text)
            else:
                self._press("Delete")
        assert field.input_value().replace("\r", "") == text, (
            f"typed {text!r}, there is {field.input_value()!r}"
        )

    def pick(self, field: Locator, at: int) -> None:
        self.reach(field)
        now = field.evaluate("one => one.selectedIndex")
        for _ in range(abs(at - now)):
            self._press("ArrowDown" if at > now else "ArrowUp")
        assert field.evaluate("one => one.selectedIndex") == at

    def mark(self, box: Locator, on: bool) -> None:
        if box.evaluate("one => one.type") == "radio":
            self._go_in_group(box)
        else:
            self.reach(box)
        if box.is_checked() != on:
            self._press("Space")
        assert box.is_checked() == on

    def bring(self, files: FilePayload | Sequence[FilePayload], field: Locator | None = None) -> None:
        """The system's own window of files is no page: it is given the files."""
        target = (field or self.page.locator("input[type=file]")).first
        self.reach(target)
        with self.page.expect_file_chooser() as coming:
            self._press("Space")
        coming.value.set_files(files)

    def corners(self, drawing: Locator, *places: tuple[float, float]) -> None:
        """The cross goes by arrows: long steps, then short ones; Enter marks."""
        self.reach(drawing)
        for place in places:
            for axis, wanted in zip(("across", "down"), place, strict=True):
                towards, back = ("ArrowRight", "ArrowLeft") if axis == "across" else ("ArrowDown", "ArrowUp")
                for step, keys in ((0.05, "Shift+"), (0.005, "")):
                    for _ in range(60):
                        missing = wanted - self._cross(drawing)[axis]
                        if abs(missing) < step * 0.6:
                            break
                        self._press(keys + (towards if missing > 0 else back))
                    else:
                        raise AssertionError(f"the cross does not come to {place}")
            self._press("Enter")
            self._look()

    def refused(self) -> None:
        super().refused()
        self.page.wait_for_function("() => document.activeElement !== document.body")
        at = self.page.evaluate("window.ksKeys.active()")
        assert self.page.evaluate("document.activeElement.matches('[data-focus], [aria-invalid=true]')"), (
            f"something is to be mended, and the focus is at {at}"
        )
        links = self.page.locator(".ks-errors a")
        if links.count():  # the first line leads to its field
            self.use(links.first)
            assert self.page.evaluate(
                "document.activeElement.matches('input:not([type=hidden]), select, textarea, [data-stands-for]')"
            ), "a line of the summary does not lead to its field"

    def done(self) -> None:
        if self.page.url.startswith("http"):
            self._whole()

    # --- the way

    def reach(self, target: Locator) -> None:
        """Come to a place by keys alone."""
        target.wait_for(state="attached")
        handle = target.element_handle()
        assert handle is not None
        self._whole()
        if self.page.evaluate("window.ksKeys.fresh()"):
            self._press("Tab")
            assert self.page.evaluate("document.activeElement.matches('.ks-skip')"), (
                f"the first stop of {self.page.url} is not the way past the menu but {self._at()}"
            )
            self._look()
            if self.page.evaluate(
                "([to, least]) => window.ksKeys.skipHelps(to, least)", [handle, WORTH_SKIPPING]
            ):
                self._press("Enter")
                assert self.page.evaluate("document.activeElement.id") == "main", (
                    "the way past the menu leads nowhere"
                )
        tried = 0
        while True:
            away = self.page.evaluate("to => window.ksKeys.away(to)", handle)
            assert away is not None, (
                f"no key comes to {self.page.evaluate('one => window.ksKeys.say(one)', handle)}"
            )
            if away == 0:
                break
            for _ in range(abs(away)):
                self._press("Tab" if away > 0 else "Shift+Tab")
            tried += abs(away)
            assert tried < TOO_MANY, f"the Tab key sticks at {self._at()}"
            self._look()
        self._look()

    def stops(self) -> list[str]:
        """Every stop of the page, by Tab from its beginning to its end."""
        self._whole()
        seen: list[str] = []
        expected: int = self.page.evaluate("window.ksKeys.count()")
        for _ in range(expected):
            self._press("Tab")
            seen.append(self._at())
        self._look()
        return seen

    def _go_in_group(self, radio: Locator) -> None:
        """Tab comes to the chosen one of a group, arrows go on inside it."""
        entry = radio.evaluate_handle("one => window.ksKeys.entry(one)").as_element()
        assert entry is not None
        handle = radio.element_handle()
        same = self.page.evaluate("([one, two]) => one === two", [entry, handle])
        if same:
            self.reach(radio)
            return
        entry_id = entry.evaluate("one => one.id || (one.id = 'radio-' + Math.random())")
        self.reach(self.page.locator(f"[id='{entry_id}']"))
        for _ in range(50):
            if self.page.evaluate("one => document.activeElement === one", handle):
                self._look()
                return
            self._press("ArrowDown")
        raise AssertionError(
            f"arrows do not come to {self.page.evaluate('one => window.ksKeys.say(one)', handle)}"
        )

    def _write_day(self, field: Locator, text: str) -> None:
        """A day has stops inside: its first is found from the stop before. What comes first in it is the browser's own language."""
        year, month, *day = text.split("-")
        for written in ("".join([*day, month, year]), "".join([month, *day, year])):
            while field.evaluate("one => document.activeElement === one"):
                self._press("Shift+Tab")
            self._press("Tab")
            self._look()
            self._type(written)
            if field.input_value() == text:
                return

    def _press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def _type(self, text: str) -> None:
        for number, line in enumerate(text.split("\n")):
            if number:
                self._press("Enter")
            self.page.keyboard.type(line)

    def _cross(self, drawing: Locator) -> dict[str, float]:
        """Where the cross stands, as the page says it."""
        found: dict[str, float] = drawing.evaluate(
            "one => ({across: +one.dataset.across, down: +one.dataset.down})"
        )
        return found

    def _came(self, _: object) -> None:
        self._downloads += 1

    def _leave(self, downloads: int) -> None:
        """Where the press led to another page or sent a form, be there; a file comes without one."""
        for _ in range(600):
            try:
                if self._downloads > downloads or not self.page.evaluate("window.ksKeys.leaving()"):
                    break
            except Error:  # the page is just being replaced
                pass
            self.page.wait_for_timeout(25)
        self.page.wait_for_load_state()

    def _at(self) -> str:
        said: str = self.page.evaluate("window.ksKeys.active()")
        return said

    def _look(self) -> None:
        """What the page's stops were like since the last look."""
        faults: list[str] = self.page.evaluate("window.ksKeys.take()")
        assert not faults, f"{self.page.url}: " + "; ".join(faults)

    def _whole(self) -> None:
        """The focus was not lost since this page was last used."""
        self.page.wait_for_load_state()
        lost: str | None = self.page.evaluate("window.ksKeys.lost()")
        assert lost is None, f"{self.page.url}: the focus was lost after {lost}"


def payload(name: str, content: bytes | str, mime: str = "application/octet-stream") -> Any:
    """A file as a hand brings it."""
    return {
        "name": name,
        "mimeType": mime,
        "buffer": content.encode() if isinstance(content, str) else content,
    }
