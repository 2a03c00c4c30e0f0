"""The icons of the installed application are drawn from the mark as it is now."""

import runpy
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "make_icons.py"


def test_icons_are_those_of_the_mark():
    assert runpy.run_path(str(SCRIPT))["main"](["--check"]) == 0
