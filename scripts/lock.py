"""Renew requirements.lock (what running needs), requirements-dev.lock (that and the tools) and requirements-spark.lock (those and the
engine of many machines), hash-locked, by uv.

The lists hold no address, index or machine path: they install from whatever index the reader uses.
Pass names to raise them: `lock.py --upgrade-package django`; `lock.py --upgrade` raises everything within pyproject's bounds.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN = "requirements.lock"
DEV = "requirements-dev.lock"
SPARK = "requirements-spark.lock"
COMPILE = (
    "pip",
    "compile",
    "pyproject.toml",
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command=make lock",
)


def uv_command() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if not found:
        sys.exit("make lock needs uv; `make dev` installs it into .venv.")
    return found


def compile_list(uv: str, target: str, *arguments: str) -> None:
    subprocess.run([uv, *COMPILE, "-o", target, *arguments], cwd=ROOT, check=True)
    text = (ROOT / target).read_text("utf-8")
    if re.search(
        r"https?://|file:|--(extra-)?index-url|--find-links|(?<![\w-])/(home|root|opt|tmp|work)/", text
    ):
        sys.exit(f"{target} would hold an address or a path of this machine: it is not to be committed.")


def main(arguments: list[str]) -> None:
    uv = uv_command()
    compile_list(uv, RUN, "--group=build", *arguments)
    # Bound by the first list, so that the second contains it at the same versions.
    compile_list(uv, DEV, "--group=build", "--group=dev", f"--constraints={RUN}", *arguments)
    compile_list(
        uv, SPARK, "--extra=spark", "--group=build", "--group=dev", f"--constraints={DEV}", *arguments
    )


if __name__ == "__main__":
    main(sys.argv[1:])
