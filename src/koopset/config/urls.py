"""Every room's pages, mounted at the root: addresses are whole in the room's own urls.py."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

_ROOMS = (
    "koopset.portal.urls",
    "koopset.api.urls",
    "koopset.apps.meetings.papers.urls",
    "koopset.apps.meetings.voting.urls",
    "koopset.apps.meetings.urls",
    "koopset.apps.purchases.settlement.urls",
    "koopset.apps.purchases.urls",
    "koopset.apps.needs.demand.urls",
    "koopset.apps.needs.urls",
    "koopset.apps.joining.urls",
    "koopset.apps.billing.payments.urls",
    "koopset.apps.billing.urls",
    "koopset.apps.ledger.urls",
    "koopset.apps.catalogue.offers.urls",
    "koopset.apps.catalogue.urls",
    "koopset.apps.register.plan.urls",
    "koopset.apps.register.urls",
    "koopset.apps.places.urls",
    "koopset.apps.organisations.urls",
    "koopset.apps.privacy.urls",
    "koopset.apps.people.urls",
    "koopset.foundation.jobs.urls",
    "koopset.foundation.notifications.urls",
    "koopset.foundation.files.urls",
    "koopset.foundation.history.urls",
    "koopset.foundation.access.urls",
    "koopset.foundation.webhooks.urls",
    "koopset.foundation.ui.urls",
    "koopset.config.health_urls",
)

#: Pages of allauth that «Sign-in and security» takes the place of.
_SECURITY = RedirectView.as_view(pattern_name="people:security")
urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/2fa/", _SECURITY, name="mfa_index"),
    path("accounts/2fa/webauthn/", _SECURITY, name="mfa_list_webauthn"),
    path("accounts/", include("allauth.urls")),
]
urlpatterns += [path("", include(room)) for room in _ROOMS if find_spec(room) is not None]

handler400 = "koopset.foundation.ui.views.bad_request"
handler403 = "koopset.foundation.ui.views.permission_denied"
handler404 = "koopset.foundation.ui.views.page_not_found"
handler500 = "koopset.foundation.ui.views.server_error"
