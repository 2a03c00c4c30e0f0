"""See that the programs which `make test` needs besides Python are here; install Debian's packages where that is allowed.

`ensure_system.py spark` looks for what `make test-spark` needs instead.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def has_postgres() -> bool:
    return shutil.which("initdb") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


NEEDED: dict[str, Callable[[], bool]] = {
    "chromium": lambda: os.access("/usr/bin/chromium", os.X_OK),
    "postgresql": has_postgres,
    "redis-server": lambda: shutil.which("redis-server") is not None,
    "zbar-tools": lambda: shutil.which("zbarimg") is not None,
    "gettext": lambda: all(shutil.which(name) for name in ("xgettext", "msgmerge", "msgfmt")),
}


def has_java() -> bool:
    """Java 17 or newer, as Spark asks."""
    if shutil.which("java") is None:
        return False
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    return found is not None and int(found.group(1)) >= 17


FOR_SPARK: dict[str, Callable[[], bool]] = {"openjdk-17-jre-headless": has_java}


def missing(needed: dict[str, Callable[[], bool]] = NEEDED) -> list[str]:
    return [package for package, present in needed.items() if not present()]


def may_install() -> list[str] | None:
    """Return the words that make a command privileged, or None where nobody allowed it without a password."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def install(packages: list[str], privilege: list[str]) -> None:
    quiet = [*privilege, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    subprocess.run([*quiet, "update"], check=False, stdin=subprocess.DEVNULL)
    subprocess.run(
        [*quiet, "install", "--no-install-recommends", *packages], check=False, stdin=subprocess.DEVNULL
    )


def main() -> int:
    needed = FOR_SPARK if sys.argv[1:] == ["spark"] else NEEDED
    packages = missing(needed)
    privilege = may_install() if packages else None
    if packages and privilege is not None:
        print(f"Устанавливаю / installing: {' '.join(packages)}", flush=True)
        install(packages, privilege)
        packages = missing(needed)
    if packages:
        names = " ".join(packages)
        print(
            f"Для полной проверки не хватает программ. Установите: sudo apt install {names}", file=sys.stderr
        )
        print(f"The full test run lacks programs. Install them: sudo apt install {names}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
