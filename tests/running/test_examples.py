"""The examples of docs/examples name what exists, agree with each other and would start a site."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from koopset.config import cli, environment

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
OPERATIONS = EXAMPLES.parent / "operations.md"
UNITS = sorted(path for path in EXAMPLES.iterdir() if path.suffix in (".service", ".timer"))
PORTS = ["8001", "8002"]


def settings() -> dict[str, str]:
    """As systemd reads an EnvironmentFile: a value may be quoted, a line may be a remark."""
    found = {}
    for line in (EXAMPLES / "koopset.env").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _sign, value = line.partition("=")
            (found[name],) = shlex.split(value)
    return found


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(path, "utf-8")
    return parser


def test_the_settings_exist_and_nothing_is_wrong_with_them(tmp_path: Path) -> None:
    given = settings()
    assert given.keys() <= environment.VARIABLES
    assert environment.examine(given | {"KOOPSET_DATA": str(tmp_path)}) == []


def test_without_a_line_of_them_something_would_be_said(tmp_path: Path) -> None:
    """So every line is there for a reason that the program knows; but for where things lie and how the log looks."""
    given = settings() | {"KOOPSET_DATA": str(tmp_path)}
    silent = {
        name
        for name in given
        if not environment.examine({one: value for one, value in given.items() if one != name})
    }
    assert silent <= {"KOOPSET_DATA", "LOG_FORMAT", "METRICS_TOKEN", "WEB_PROCESSES"}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_is_read_and_calls_verbs_that_exist(path: Path) -> None:
    found = unit(path)
    assert found["Unit"]["Description"]
    if path.suffix == ".timer":
        assert (EXAMPLES / path.with_suffix(".service").name).is_file()
        assert found["Timer"]["OnCalendar"]
        return
    assert found["Service"]["EnvironmentFile"] == "/etc/koopset/koopset.env"
    assert found["Service"]["StateDirectory"] == Path(settings()["KOOPSET_DATA"]).name
    commands = re.findall(r"/bin/koopset ([^\n]*)", path.read_text("utf-8"))
    assert commands
    for command in commands:
        words = shlex.split(re.sub(r"\$\$\([^)]*\)|%i", "8001", command.rstrip("'").replace('"', "")))
        assert cli._parser().parse_args(words).run is not None


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    """With a program that is there in place of the one that is installed on the real machine."""
    for path in UNITS:
        text = path.read_text("utf-8").replace("/opt/koopset/.venv/bin/koopset", "/bin/true")
        (tmp_path / path.name).write_text(text, "utf-8")
    ran = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / path.name) for path in UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert [line for line in ran.stderr.splitlines() if "koopset" in line] == []


def test_the_proxy_and_the_rest_speak_of_the_same_site() -> None:
    proxy, given = (EXAMPLES / "nginx.conf").read_text("utf-8"), settings()
    code = re.sub(r"#.*", "", proxy)
    assert code.count("{") == code.count("}")
    assert re.findall(r"server 127\.0\.0\.1:(\d+);", code) == PORTS
    assert len(PORTS) == int(given["WEB_PROCESSES"])
    host = environment.site_host(given)
    assert set(re.findall(r"server_name ([^;]+);", code)) == {host}
    most = re.search(r"client_max_body_size (\d+)m;", code)
    assert most is not None
    assert int(most[1]) * 1024 * 1024 >= environment.NUMBERS["UPLOAD_MAX_BYTES"][2]
    # What the site believes of the visitor is said by the proxy, and what is the keeper's is closed.
    for header in ("Host $host", "X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme"):
        assert f"proxy_set_header {header};" in code
    assert "location = /metrics { return 404; }" in code
    for port in PORTS:
        assert f"koopset@{port}" in OPERATIONS.read_text("utf-8")
        assert f"127.0.0.1:{port}" in (EXAMPLES / "prometheus.yml").read_text("utf-8")


@pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx here")
def test_nginx_understands_its_file(tmp_path: Path) -> None:
    certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=example",
                   "-keyout", "privkey.pem", "-out", "fullchain.pem"]  # fmt: skip
    subprocess.run(certificate, cwd=tmp_path, check=True, capture_output=True)
    text = (EXAMPLES / "nginx.conf").read_text("utf-8")
    text = text.replace("/etc/letsencrypt/live/koopset.example.org", str(tmp_path))
    # Only the reading is tried: doors that anybody may open, whoever runs the tests.
    text = text.replace("listen 80;", "listen 127.0.0.1:18080;").replace(
        "listen 443 ssl", "listen 127.0.0.1:18443 ssl"
    )
    text = re.sub(r"\n *listen \[::\][^\n]*", "", text)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log;\nevents {{}}\nhttp {{ access_log off;\n{text}\n}}\n"
    )
    ran = subprocess.run(
        ["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr


def test_postgresql_s_settings_are_plain() -> None:
    text = re.sub(r"#.*", "", (EXAMPLES / "postgresql.conf").read_text("utf-8"))
    quoted = re.sub(r"= (.*)", r'= "\1"', text)
    assert tomllib.loads(quoted)["fsync"] == "on"


def test_the_manual_names_every_example() -> None:
    text = OPERATIONS.read_text("utf-8")
    assert [path.name for path in EXAMPLES.iterdir() if f"examples/{path.name}" not in text] == []
