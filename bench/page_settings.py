"""The house's settings with one bare page more."""

from koopset.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.page_urls"
