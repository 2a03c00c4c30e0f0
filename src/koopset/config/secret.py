"""The secret keys of a small installation: made once, kept beside its data."""

import base64
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def secret_key(folder: Path) -> str:
    """Return the key kept in `folder`, making it the first time (readable by its owner only)."""
    return _kept(folder / "secret-key", lambda: secrets.token_urlsafe(50))


def vapid_key(folder: Path) -> str:
    """The private key by which pushes of this installation are signed, kept likewise: browsers that subscribed know its public half."""
    return _kept(folder / "vapid-key", _new_vapid_key)


def _new_vapid_key() -> str:
    from cryptography.hazmat.primitives.asymmetric import ec

    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def _kept(path: Path, make: Callable[[], str]) -> str:
    """The key in the file; of several processes that begin at once, all read what the first has written whole."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii"
        ) as file:
            file.write(make())
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text("ascii").strip()
