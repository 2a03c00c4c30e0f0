"""What was taken from elsewhere for tests is unchanged and says under which licence it came."""

import hashlib
import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "vendor"


def test_files_match_their_manifest():
    manifest = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    listed = set()
    for package in manifest.values():
        assert package["version"]
        assert package["licence"]
        listed |= set(package["licence_files"])
        for name, digest in package["files"].items():
            listed.add(name)
            assert "sha256:" + hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest
    present = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert present == listed | {"manifest.json"}
