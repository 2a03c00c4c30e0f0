"""The one typed API: every room's operations under /api/v1/."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from ninja import NinjaAPI

from koopset.api.openapi import finished
from koopset.foundation.access.errors import add_handlers
from koopset.foundation.access.operations import Room
from koopset.foundation.request_log import silence

#: Rooms whose api.py is mounted, in the order of the reference.
ROOMS = (
    "koopset.api.general",
    "koopset.apps.people.api",
    "koopset.apps.organisations.api",
    "koopset.apps.places.api",
    "koopset.apps.register.api",
    "koopset.apps.register.plan.api",
    "koopset.apps.ledger.api",
    "koopset.apps.meetings.api",
    "koopset.apps.meetings.voting.api",
    "koopset.apps.billing.api",
    "koopset.apps.billing.payments.api",
    "koopset.apps.catalogue.api",
    "koopset.apps.catalogue.offers.api",
    "koopset.apps.needs.api",
    "koopset.apps.needs.demand.api",
    "koopset.apps.purchases.api",
    "koopset.apps.purchases.settlement.api",
    "koopset.api.machines",
    "koopset.apps.joining.api",
)


class Door(NinjaAPI):
    """Ninja with our OpenAPI document, and without a word in the log where nothing may be kept of a request."""

    def _get_urls(self) -> list[Any]:
        found = super()._get_urls()
        silent = {
            path.lstrip("/").replace("{", "<").replace("}", ">")
            for bound in self._get_bound_routers()
            for path, view in bound.path_operations.items()
            if not all(getattr(one.view_func, "koopset_is_kept", True) for one in view.operations)
        }
        for address in found:
            if str(address.pattern) in silent and address.callback is not None:
                silence(address.callback)
        return found

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        """The document in the active language."""
        return finished(
            self,
            dict(super().get_openapi_schema(path_prefix=path_prefix or "/api/v1/", path_params=path_params)),
        )


api = Door(
    title="КООПСЕТЬ",
    version="1",
    description="Everything that the pages do, for programs. Money is whole kopecks, a month 2026-11, a date ISO 8601.",
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
)
add_handlers(api)
rooms: list[Room] = []
for name in ROOMS:
    if find_spec(name) is not None:
        rooms.append(import_module(name).room)
        api.add_router("", rooms[-1])
