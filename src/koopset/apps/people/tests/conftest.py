import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_limits_from_before():
    """Tries of one test are not counted in another: limits live in the cache of the process."""
    cache.clear()
