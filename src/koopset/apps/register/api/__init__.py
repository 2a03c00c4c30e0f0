"""The register for programs: `room` with all operations."""

# isort: off
# The order of imports is the order in which the operations stand in the reference.
from koopset.apps.register.api.entries import room
from koopset.apps.register.api import admission, endings, exclusion, powers

# isort: on

__all__ = ["admission", "endings", "exclusion", "powers", "room"]
