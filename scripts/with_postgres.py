"""Run a command with a PostgreSQL cluster of its own: `with_postgres.py pytest -q`.

The cluster lives in a temporary folder, listens on a unix socket only and forgets durability (fsync off): it is for tests
and benchmarks. DATABASE_URL and libpq's PG* variables point the command to an empty database; its exit code is returned.
The server ends with the command, also when this script fails or is killed.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

DATABASE = "koopset"
OWNER = "koopset"
START_SECONDS = 60
# A unix socket's whole path must stay below 108 bytes.
LONGEST_FOLDER = 80
PR_SET_PDEATHSIG = 1
ENDING = (signal.SIGTERM, signal.SIGHUP)
SERVER_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "max_locks_per_transaction": "256",
    # Tables are small: compiling, parallel plans and frequent checkpoints cost more than they give. Each test leaves its rows dead, and
    # scans go through them until they are cleaned away: often, and without pauses.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_naptime": "10s",
    "autovacuum_vacuum_cost_delay": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "timezone": "UTC",
}


@dataclass(frozen=True)
class Cluster:
    """A running server: the folder of its socket and the process."""

    socket_folder: Path
    pid: int

    @property
    def url(self) -> str:
        """DATABASE_URL as the settings read it: the folder of the socket stands in the path."""
        return f"postgres://{OWNER}@/{self.socket_folder}/{DATABASE}"

    def environment(self) -> dict[str, str]:
        libpq = {"PGHOST": str(self.socket_folder), "PGUSER": OWNER, "PGDATABASE": DATABASE, "PGPORT": "5432"}
        return {"DATABASE_URL": self.url, **libpq}


def binaries() -> Path:
    """Return the folder of the newest installed server; Debian keeps it off PATH."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: float(folder.parent.name))
    found = shutil.which("initdb")
    if not found:
        sys.exit(
            "Не установлен PostgreSQL: sudo apt install postgresql\nPostgreSQL is not installed: sudo apt install postgresql"
        )
    return Path(found).resolve().parent


def server_user() -> pwd.struct_passwd | None:
    """Whom to run the server as: PostgreSQL refuses root. None means ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    sys.exit("PostgreSQL refuses to run as root, and there is no user postgres or nobody here.")


def make_folder(user: pwd.struct_passwd | None) -> Path:
    place = tempfile.gettempdir()
    # TMPDIR may be too deep for a socket or closed to the server's user; /tmp is neither.
    if len(place) > LONGEST_FOLDER or (user is not None and place != "/tmp"):
        place = "/tmp"
    folder = Path(tempfile.mkdtemp(prefix="koopset-pg-", dir=place))
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    return folder


def identity(user: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def die_with_parent() -> None:
    """Ask the kernel to stop the server at once (SIGQUIT) when this script is killed outright."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def environment_of_server() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def initialise(bin_folder: Path, data: Path, user: pwd.struct_passwd | None) -> None:
    command: list[str | Path] = [
        bin_folder / "initdb",
        "-D",
        data,
        "-U",
        OWNER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    result = subprocess.run(
        command, capture_output=True, text=True, cwd="/", env=environment_of_server(), **identity(user)
    )
    if result.returncode != 0:
        sys.exit(f"initdb failed:\n{result.stdout}{result.stderr}")


def wait_until_ready(bin_folder: Path, folder: Path, server: subprocess.Popen[bytes], log: Path) -> None:
    probe: list[str | Path] = [bin_folder / "pg_isready", "-q", "-h", folder, "-U", OWNER, "-d", "postgres"]
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(probe, cwd="/").returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text('utf-8', 'replace')}")
        time.sleep(0.1)


def stop_server(server: subprocess.Popen[bytes]) -> None:
    """Fast shutdown, then immediate, then the kernel's."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is not None:
            return
        server.send_signal(number)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            continue


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start a server with an empty database; stop it and remove every trace at the end."""
    bin_folder = binaries()
    user = server_user()
    folder = make_folder(user)
    data, log = folder / "data", folder / "server.log"
    server: subprocess.Popen[bytes] | None = None
    try:
        initialise(bin_folder, data, user)
        settings = [f"-c{name}={value}" for name, value in SERVER_SETTINGS.items()]
        with log.open("wb") as output:
            server = subprocess.Popen(
                [bin_folder / "postgres", "-D", data, "-k", folder, *settings],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=environment_of_server(),
                start_new_session=True,  # Ctrl-C is for the command; the server is stopped after it.
                preexec_fn=die_with_parent,
                **identity(user),
            )
        wait_until_ready(bin_folder, folder, server, log)
        running = Cluster(folder, server.pid)
        subprocess.run(
            [bin_folder / "createdb", "-h", folder, "-U", OWNER, DATABASE],
            check=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
        )
        yield running
    finally:
        if server is not None:
            stop_server(server)
        shutil.rmtree(folder, ignore_errors=True)


def raise_exit(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def main(command: Sequence[str]) -> int:
    if not command:
        print("usage: with_postgres.py COMMAND [ARGUMENT …]", file=sys.stderr)
        return 2
    # Both signals become exceptions, so that the server is stopped on the way out.
    for number in ENDING:
        signal.signal(number, raise_exit)
    with cluster() as running:
        # Not while the command is being started: an exception there would leave it running with nobody to end it.
        early: list[int] = []
        for number in ENDING:
            signal.signal(number, lambda number, _frame: early.append(number))
        process = subprocess.Popen(command, env={**os.environ, **running.environment()})
        try:
            for number in ENDING:
                signal.signal(number, raise_exit)
            if early:
                raise_exit(early[0], None)
            code = process.wait()
        except BaseException:
            # Interrupted: let the command finish by itself (it got Ctrl-C too), else end it.
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            raise
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
