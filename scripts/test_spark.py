"""The tests marked `spark` on a cluster of its own: a master and two workers on loopback, ended whatever happens.

Run by `make test-spark` under .venv-spark. The servers are ended by their ids; they end too when this script is killed.
"""

import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MASTER, WORKER = "org.apache.spark.deploy.master.Master", "org.apache.spark.deploy.worker.Worker"
WORKERS = 2
START_SECONDS = 90
LIMIT_SECONDS = 15 * 60
PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path) -> dict[str, str]:
    import pyspark  # type: ignore[import-not-found,unused-ignore]

    home = Path(pyspark.__file__).parent
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))},
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "SPARK_WORKER_DIR": str(folder / "work"),
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
    }


@contextmanager
def server(
    folder: Path, name: str, env: dict[str, str], ready: str, *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of Spark that has said `ready`, ended at the end."""
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [f"{env['SPARK_HOME']}/bin/spark-class", *arguments],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not re.search(ready, log.read_text("utf-8", "replace")):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"Spark did not start ({name}):\n{log.read_text('utf-8', 'replace')[-3000:]}")
            time.sleep(0.2)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main(arguments: list[str]) -> int:
    folder = Path(tempfile.mkdtemp(prefix="koopset-spark-"))
    env, url = environment(folder), f"spark://127.0.0.1:{free_port()}"
    host, port = "127.0.0.1", url.rpartition(":")[2]
    try:
        with ExitStack() as servers:
            servers.enter_context(
                server(
                    folder,
                    "master",
                    env,
                    "New state: ALIVE",
                    MASTER,
                    "--host",
                    host,
                    "--port",
                    port,
                    "--webui-port",
                    "0",
                )
            )
            for number in range(1, WORKERS + 1):
                servers.enter_context(
                    server(
                        folder,
                        f"worker-{number}",
                        env,
                        "Successfully registered with master",
                        WORKER,
                        "--host",
                        host,
                        "--webui-port",
                        "0",
                        "--cores",
                        "1",
                        "--memory",
                        "768m",
                        url,
                    )
                )
            print(f"Spark: {url}, {WORKERS} workers", flush=True)
            command = [sys.executable, "-m", "pytest", "-q", "-m", "spark", *(arguments or ["src"])]
            return subprocess.run(
                command,
                cwd=ROOT,
                env={**env, "ANALYTICS_SPARK_MASTER": url, "KOOPSET_SPARK": "1"},
                timeout=LIMIT_SECONDS,
                check=False,
            ).returncode
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def raise_exit(number: int, _frame: object) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, raise_exit)
    sys.exit(main(sys.argv[1:]))
