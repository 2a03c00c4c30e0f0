"""Files that people bring and take. `from koopset.foundation.files import file_store, StoredFile`.

Names are given lazily: the package is imported before the models of Django are ready.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from koopset.foundation.files.access import register_file_access as register_file_access
    from koopset.foundation.files.models import StoredFile as StoredFile
    from koopset.foundation.files.services import file_delete as file_delete
    from koopset.foundation.files.services import file_store as file_store

_HOMES = {
    "register_file_access": "koopset.foundation.files.access",
    "StoredFile": "koopset.foundation.files.models",
    "file_store": "koopset.foundation.files.services",
    "file_delete": "koopset.foundation.files.services",
}
__all__ = ["StoredFile", "file_delete", "file_store", "register_file_access"]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(name)
