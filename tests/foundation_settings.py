"""The foundation by itself: no room is installed, so its tests prove that it knows no domain.

pytest --ds=tests.foundation_settings src/koopset/foundation
"""

from importlib.util import find_spec

from koopset.config.settings import *  # noqa: F403
from koopset.config.settings import INSTALLED_APPS as ALL_APPS
from koopset.config.settings import MIDDLEWARE as ALL_MIDDLEWARE


def _stands(app: str) -> bool:
    if not app.startswith("koopset."):
        return True
    return app.startswith("koopset.foundation.") and find_spec(f"{app}.apps") is not None


INSTALLED_APPS = [app for app in ALL_APPS if _stands(app)]
MIDDLEWARE = [
    one for one in ALL_MIDDLEWARE if not one.startswith("koopset.") or one.startswith("koopset.foundation.")
]
AUTH_USER_MODEL = "auth.User"
ACCOUNT_ADAPTER = "allauth.account.adapter.DefaultAccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = ""
MFA_ADAPTER = "allauth.mfa.adapter.DefaultMFAAdapter"
ROOT_URLCONF = "koopset.foundation.testing.urls"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
