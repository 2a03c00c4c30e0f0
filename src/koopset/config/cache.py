"""A cache that all processes of the site share, without another service: a table that `migrate` makes."""

from __future__ import annotations

# The settings themselves import this module, so Django is imported only by what runs later.

TABLE = "koopset_cache"


def choose(url: str) -> dict[str, object]:
    """The setting of Django for CACHE_URL: memory of the process (also when empty), `db`, or an address of Redis."""
    if url == "db":
        # Rows beyond the limit are culled by Django; what is kept here is short-lived anyway.
        return {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": TABLE,
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    if "://" in url:
        return {"BACKEND": "koopset.config.shared_cache.SharedCache", "LOCATION": url}
    return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "koopset"}


def _make_table(*, using: str, **_kwargs: object) -> None:
    from django.conf import settings
    from django.core.management import call_command

    if any(str(one["BACKEND"]).endswith("DatabaseCache") for one in settings.CACHES.values()):
        call_command("createcachetable", database=using, verbosity=0)


def connect() -> None:
    """Called by ConfigConfig.ready."""
    from django.db.models.signals import post_migrate

    post_migrate.connect(_make_table, dispatch_uid="koopset.cache")
