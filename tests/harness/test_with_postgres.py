"""The cluster of one's own: runs the command, hands on its exit code, leaves nothing behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "with_postgres.py"
ASK = """
import json, os, environ, psycopg
settings = environ.Env().db_url("DATABASE_URL")
with psycopg.connect(dbname=settings["NAME"], host=settings["HOST"], user=settings["USER"]) as connection:
    fsync, upper, pid = connection.execute("select current_setting('fsync'), upper('ёлка'), pg_backend_pid()").fetchone()
    print(json.dumps([fsync, upper, pid, os.environ["PGHOST"]]))
raise SystemExit(7)
"""

pytestmark = pytest.mark.slow


def test_command_finds_its_database_and_the_exit_code_comes_back():
    done = subprocess.run(
        [sys.executable, SCRIPT, sys.executable, "-c", ASK], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 7, done.stderr
    fsync, upper, pid, folder = json.loads(done.stdout)
    assert (fsync, upper) == ("off", "ЁЛКА")
    assert not psutil.pid_exists(pid)
    assert not Path(folder).exists()


def test_a_terminated_keeper_takes_the_server_with_it():
    command = [sys.executable, str(SCRIPT), "sh", "-c", "echo $PGHOST; exec sleep 600"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout is not None
        folder = Path(keeper.stdout.readline().strip())
        below = psutil.Process(keeper.pid).children(recursive=True)
        keeper.terminate()
        assert keeper.wait(60) == 128 + 15
    assert not [
        process for process in below if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]
    assert not folder.exists()


def test_a_killed_keeper_takes_the_server_with_it():
    command = [sys.executable, str(SCRIPT), "sh", "-c", "echo $PGHOST; exec sleep 600"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout is not None
        folder = Path(keeper.stdout.readline().strip())
        below = psutil.Process(keeper.pid).children(recursive=True)
        servers = [process for process in below if process.name() == "postgres"]
        # Asked early enough, the shell has not become `sleep` yet.
        orphans = [process for process in below if process.name() in {"sh", "dash", "bash", "sleep"}]
        keeper.kill()
        keeper.wait(30)
    for orphan in orphans:
        orphan.kill()
    assert servers
    _gone, alive = psutil.wait_procs(servers, timeout=60)
    subprocess.run(["rm", "-rf", folder], check=True)
    assert alive == []


def test_no_command_is_refused():
    done = subprocess.run(
        [sys.executable, SCRIPT], capture_output=True, text=True, env=dict(os.environ), timeout=60
    )
    assert done.returncode == 2
    assert "usage" in done.stderr
