"""The findings about the settings as system checks of Django: `manage check`, `migrate` and whatever else asks for them."""

from __future__ import annotations

import os
from typing import Any

from django.core import checks
from django.utils.translation import get_language

from koopset.config.environment import examine


@checks.register("koopset")
def check_environment(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Each finding under its own number: config.E004."""
    russian = (get_language() or "ru").startswith("ru")
    return [
        (checks.Error if finding.is_error else checks.Warning)(
            f"{finding.name}: {finding.ru if russian else finding.en}", id=f"config.{finding.code}"
        )
        for finding in examine(os.environ)
    ]
