"""Every import contract can fail: a small house is built by the plan, a violation is planted, the contract must break."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).with_name("lint-imports")
CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}

pytestmark = pytest.mark.slow


def names(contract: str) -> list[str]:
    return [name.strip(" ()") for layer in CONTRACTS[contract]["layers"] for name in layer.split("|")]


def plant(house: Path, module: str, line: str) -> None:
    path = house / Path(*module.split(".")).with_suffix(".py")
    path.parent.mkdir(parents=True, exist_ok=True)
    for folder in path.parents:
        if folder == house:
            break
        (folder / "__init__.py").touch()
    path.write_text(line + "\n", "utf-8")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """All floors and rooms of the contracts with all their files, empty."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "import_contracts.py", tmp_path / "scripts")
    for floor in names("floors"):
        plant(tmp_path, f"koopset.{floor}.plain", "")
    (tmp_path / "koopset" / "apps" / "plain.py").unlink()
    for room in names("rooms"):
        for layer in names("inside"):
            plant(tmp_path, f"koopset.apps.{room}.{layer}", "")
    for container in CONTRACTS["inside"]["containers"]:
        for layer in names("inside"):
            if "*" not in container:
                plant(tmp_path, f"{container}.{layer}", "")
    return tmp_path


def broken(house: Path) -> list[str]:
    done = subprocess.run([LINT, "--no-cache"], cwd=house, capture_output=True, text=True, timeout=120)
    titles = {contract["name"]: key for key, contract in CONTRACTS.items()}
    lines = done.stdout.splitlines()
    found = [titles[line.removesuffix("BROKEN").strip()] for line in lines if line.endswith(" BROKEN")]
    assert done.returncode == (1 if found else 0), done.stdout + done.stderr
    assert sum(line.endswith((" BROKEN", " KEPT")) for line in lines) == len(CONTRACTS), done.stdout
    return sorted(found)


def test_what_the_plan_allows_is_kept(house):
    plant(
        house,
        "koopset.config.plain",
        "import koopset.apps.billing.urls\nimport koopset.apps.billing.payments.urls",
    )
    plant(house, "koopset.api.plain", "import koopset.apps.billing.api")
    plant(
        house,
        "koopset.portal.plain",
        "import koopset.apps.billing.selectors\nimport koopset.apps.billing.panels\nimport koopset.apps.billing.figures",
    )
    plant(house, "koopset.apps.billing.services", "import koopset.apps.ledger.services\nimport django")
    plant(house, "koopset.apps.billing.rules", "import koopset.kernel.plain\nimport decimal")
    plant(house, "koopset.apps.billing.apps", "import koopset.apps.billing.panels")
    plant(house, "koopset.apps.billing.tests.test_x", "import koopset.apps.ledger.models")
    plant(house, "koopset.apps.billing.factories", "import koopset.apps.billing.models")
    assert broken(house) == []


@pytest.mark.parametrize(
    ("module", "line", "expected"),
    [
        ("koopset.foundation.plain", "import koopset.apps.people.services", ["floors"]),
        ("koopset.kernel.plain", "import koopset.foundation.plain", ["floors", "pure"]),
        ("koopset.portal.plain", "import koopset.api.plain", ["floors"]),
        ("koopset.apps.people.services", "import koopset.config.plain", ["floors"]),
        ("koopset.attic.plain", "", ["floors"]),
        ("koopset.apps.people.services", "import koopset.apps.billing.services", ["rooms"]),
        ("koopset.apps.ledger.services", "import koopset.apps.catalogue.services", ["rooms"]),
        ("koopset.apps.bakery.services", "", ["rooms"]),
        ("koopset.apps.people.selectors", "import koopset.apps.people.services", ["inside"]),
        ("koopset.apps.people.models", "import koopset.apps.people.rules", ["inside"]),
        ("koopset.apps.people.views", "import koopset.apps.people.api", ["inside"]),
        ("koopset.apps.people.odds", "", ["inside"]),
        ("koopset.apps.billing.payments.selectors", "import koopset.apps.billing.payments.views", ["inside"]),
        ("koopset.apps.billing.payments.odds", "", ["inside"]),
        ("koopset.apps.people.rules", "from django.db import models", ["pure"]),
        ("koopset.apps.people.formats", "import ninja", ["pure"]),
        ("koopset.apps.billing.payments.rules", "import django.utils.timezone", ["pure"]),
        ("koopset.kernel.plain", "from django.utils.translation import gettext", ["pure"]),
        ("koopset.apps.people.rules", "import koopset.foundation.plain", ["pure"]),
        ("koopset.apps.billing.services", "import koopset.apps.ledger.models", ["private"]),
        ("koopset.apps.billing.services", "from koopset.apps.ledger.jobs import anything", ["private"]),
        ("koopset.apps.billing.services", "import koopset.apps.ledger.api", ["private"]),
        ("koopset.portal.plain", "import koopset.apps.billing.views", ["private"]),
        ("koopset.api.plain", "import koopset.apps.billing.urls", ["private"]),
        ("koopset.config.plain", "import koopset.apps.billing.api", ["private"]),
        ("koopset.portal.plain", "import koopset.apps.billing.payments.forms", ["private"]),
    ],
)
def test_a_violation_breaks_its_contract(house, module, line, expected):
    plant(house, module, line)
    assert broken(house) == expected


def test_a_rule_that_reaches_a_framework_by_a_detour_is_found(house):
    plant(house, "koopset.apps.people.rules", "import koopset.apps.people.permissions")
    plant(house, "koopset.apps.people.permissions", "import django")
    assert broken(house) == ["pure"]
