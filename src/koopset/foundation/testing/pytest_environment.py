"""The environment of tests, set before the settings are read: loaded by pytest with `-p`, ahead of pytest-django.

Only DATABASE_URL is taken from outside. Data goes to a temporary folder, so that a test run never touches ./var.
"""

import atexit
import os
import shutil
import tempfile

if os.environ.get("KOOPSET_TESTING") != "1":
    for name in (
        "DEBUG",
        "PORT",
        "SITE_URL",
        "ALLOWED_HOSTS",
        "EMAIL_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "STATIC_MANIFEST",
        "CACHE_URL",
        "WEB_PROCESSES",
        "METRICS_TOKEN",
        "BEHIND_PROXY",
    ):
        os.environ.pop(name, None)
    folder = tempfile.mkdtemp(prefix="koopset-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # Workers of a parallel run inherit this and share the folder.
    os.environ.update(KOOPSET_TESTING="1", KOOPSET_DATA=folder, SECRET_KEY="for-tests-only-" + "k" * 40)
