"""Prepare .venv: `setup_venv.py run` for running the site, `setup_venv.py dev` for working on it; `setup_venv.py spark` prepares
.venv-spark, where questions over copies of facts are tried on many machines.

Runs under the system's Python, which may be too old or lack parts, so it uses the standard library only and says in plain
words what is missing. Nothing is done twice: stamps inside .venv remember what was installed from which list.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from typing import NoReturn

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
STAMPS = os.path.join(VENV, "koopset-stamps.json")
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock", "spark": "requirements-spark.lock"}
# Large and rarely wanted: apart, so that the usual one stays as its own list says.
APART = {"spark": ".venv-spark"}
OLDEST = (3, 11)


def use_place(name: str) -> None:
    """Work in another folder than .venv."""
    global VENV, VENV_PYTHON, STAMPS
    VENV = os.path.join(ROOT, name)
    VENV_PYTHON = os.path.join(VENV, "bin", "python")
    STAMPS = os.path.join(VENV, "koopset-stamps.json")


def stop(russian: str, english: str) -> NoReturn:
    sys.exit("\n%s\n%s\n" % (russian, english))


def say(russian: str, english: str) -> None:
    sys.stderr.write("%s / %s\n" % (russian, english))
    sys.stderr.flush()


def works(python: str) -> bool:
    """Whether this interpreter starts and is new enough."""
    code = "import sys; sys.exit(0 if sys.version_info >= (%d, %d) else 1)" % OLDEST
    try:
        return (
            subprocess.call([python, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
        )
    except OSError:
        return False


def suitable_python() -> str:
    """Return a Python of at least 3.11, looking beyond the one this script runs under."""
    names = [sys.executable, "python3.11", "python3.12", "python3.13", "python3.14", "python3"]
    for name in names:
        found = name if os.path.isabs(name) else shutil.which(name)
        if found and works(found):
            return found
    stop(
        "Нужен Python 3.11 или новее; найден %d.%d. В Debian 12: sudo apt install python3 python3-venv"
        % sys.version_info[:2],
        "Python 3.11 or newer is needed; %d.%d was found. On Debian 12: sudo apt install python3 python3-venv"
        % sys.version_info[:2],
    )


def uv_command() -> str | None:
    """Return the path of uv, in the venv, in the usual one or on PATH, or None. Optional: it is only faster than pip."""
    for folder in (VENV, os.path.join(ROOT, ".venv")):
        inside = os.path.join(folder, "bin", "uv")
        if os.access(inside, os.X_OK):
            return inside
    return shutil.which("uv")


def environment() -> dict[str, str]:
    """A home that cannot be written to must not stop an installation: do without caches there."""
    env = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")
    env.pop("VIRTUAL_ENV", None)
    env.pop("PYTHONHOME", None)
    home = os.path.expanduser("~")
    if not os.access(home, os.W_OK):
        env["PIP_NO_CACHE_DIR"] = "1"
        env["UV_NO_CACHE"] = "1"
    return env


def run(command: list[str], quiet: bool = False) -> bool:
    output = subprocess.DEVNULL if quiet else None
    return subprocess.call(command, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, stdout=output) == 0


def create(uv: str | None) -> None:
    say("Создаю .venv", "creating .venv")
    python = suitable_python()
    probe = [python, "-c", "import venv, ensurepip"]
    if subprocess.call(probe, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        made = run([python, "-m", "venv", "--clear", VENV])
    elif uv:
        made = run([uv, "venv", "--clear", "--python", python, VENV])
    else:
        stop(
            "У Python (%s) нет модулей venv и ensurepip. Установите пакет: sudo apt install python3-venv — и повторите команду."
            % python,
            "Python (%s) lacks venv and ensurepip. Install the package: sudo apt install python3-venv and try again."
            % python,
        )
    if not made or not works(VENV_PYTHON):
        stop(
            "Не удалось создать .venv: хватает ли места и прав на папку %s?" % ROOT,
            "Could not create .venv: is there space, and may you write to %s?" % ROOT,
        )


def install(uv: str | None, arguments: list[str], what: str) -> None:
    """Install with uv, else with pip: one of them may know how to reach a package index where the other does not."""
    if uv and run([uv, "pip", "install", "--quiet", "--python", VENV_PYTHON] + arguments):
        return
    if uv:
        say("uv не справился, пробую pip", "uv did not manage, trying pip")
    pip = [VENV_PYTHON, "-m", "pip"]
    has_pip = run(
        [VENV_PYTHON, "-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('pip') is None)"]
    )
    if not has_pip and not run([VENV_PYTHON, "-m", "ensurepip", "--upgrade"], quiet=True):
        stop(
            "В .venv нет pip: удалите .venv и повторите.",
            "There is no pip in .venv: remove .venv and try again.",
        )
    if not run(pip + ["install", "--quiet", "--progress-bar", "off"] + arguments):
        stop(
            "Не удалось установить: %s. Причина напечатана выше; чаще всего это отсутствие сети." % what,
            "Could not install: %s. The reason is printed above; most often it is the network." % what,
        )


def digest(*parts: bytes) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(part + b"\0")
    return total.hexdigest()


def read(name: str) -> bytes:
    with open(os.path.join(ROOT, name), "rb") as file:
        return file.read()


def project_part() -> bytes:
    """The part of pyproject.toml that an installation depends on: everything before the first tool section."""
    return read("pyproject.toml").split(b"\n[tool.", 1)[0]


def load_stamps() -> dict[str, str]:
    try:
        with open(STAMPS, encoding="ascii") as file:
            stamps = json.load(file)
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def save_stamps(stamps: dict[str, str]) -> None:
    partial = STAMPS + ".new"
    with open(partial, "w", encoding="ascii") as file:
        json.dump(stamps, file)
    os.replace(partial, STAMPS)


def prepare(kind: str) -> None:
    usable = works(VENV_PYTHON)
    stamps = load_stamps() if usable else {}
    # Scripts in .venv/bin hold absolute paths, so a copied or moved checkout begins anew.
    moved = bool(stamps) and stamps.get("place") != VENV
    wanted = {name: digest(read(lock)) for name, lock in LOCKS.items()}
    project = digest(project_part())
    # The list for work contains the list for running, at the same versions.
    ready = (
        usable
        and not moved
        and (stamps.get(kind) == wanted[kind] or (kind == "run" and stamps.get("dev") == wanted["dev"]))
    )
    if not ready or stamps.get("project") != project:
        if os.path.isdir(VENV) and not os.access(VENV, os.W_OK):
            stop(
                "Папка .venv принадлежит другому пользователю и устарела: повторите от его имени или удалите её.",
                "The folder .venv belongs to another user and is out of date: run this as that user or remove it.",
            )
        uv = uv_command()
        if not usable or moved:
            create(uv)
            stamps, ready = {}, False
            uv = uv_command()
        if not ready:
            say("Устанавливаю пакеты из %s" % LOCKS[kind], "installing packages")
            install(uv, ["--require-hashes", "-r", LOCKS[kind]], LOCKS[kind])
            # What was installed from the other list may have been replaced just now.
            stamps = {kind: wanted[kind]}
        install(uv, ["--no-deps", "--no-build-isolation", "-e", "."], "koopset")
        stamps.update(project=project, place=VENV)
        save_stamps(stamps)
    if subprocess.call([VENV_PYTHON, os.path.join(ROOT, "scripts", "compile_messages.py")], cwd=ROOT) != 0:
        sys.exit(1)


def main(arguments: list[str]) -> None:
    kind = arguments[0] if arguments else "run"
    if kind not in LOCKS or len(arguments) > 1:
        sys.exit("usage: setup_venv.py [run | dev | spark]")
    if kind in APART:
        use_place(APART[kind])
    # Two commands started at once must not install over each other: the checkout itself is the lock.
    handle = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    prepare(kind)


if __name__ == "__main__":
    main(sys.argv[1:])
