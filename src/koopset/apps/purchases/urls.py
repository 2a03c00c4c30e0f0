from django.urls import path

from koopset.apps.purchases.views import my, office, papers

app_name = "purchases"
_BODY = "o/<int:organisation_id>/rounds/"
_ROUND = f"{_BODY}<int:round_id>/"
urlpatterns = [
    path("my/rounds/", my.rounds, name="my-rounds"),
    path("my/rounds/<int:round_id>/", my.round_page, name="my-round"),
    path("my/rounds/<int:round_id>/wants/", my.wants, name="my-wants"),
    path("my/rounds/<int:round_id>/again/", my.wants_again, name="my-wants-again"),
    path("my/rounds/<int:round_id>/packs/", my.packs, name="my-packs"),
    path("my/rounds/<int:round_id>/join/<str:code>/", my.join, name="my-join"),
    path(_BODY, office.rounds, name="rounds"),
    path(f"{_BODY}new/", office.round_new, name="round-new"),
    path(f"{_BODY}proposal/<int:proposal_id>/", office.from_proposal, name="from-proposal"),
    path(_ROUND, office.round_page, name="round"),
    path(f"{_ROUND}do/", office.round_do, name="round-do"),
    path(f"{_ROUND}settings/", office.round_settings, name="round-settings"),
    path(f"{_ROUND}goods/new/", office.good_edit, name="good-new"),
    path(f"{_ROUND}goods/<int:good_id>/", office.good_edit, name="good"),
    path(f"{_ROUND}goods/<int:good_id>/remove/", office.good_remove, name="good-remove"),
    path(f"{_ROUND}offers/", office.offers_choose, name="offers"),
    path(f"{_ROUND}wants/", papers.wants, name="wants"),
    path(f"{_ROUND}wants.xlsx", papers.wants_xlsx, name="wants-xlsx"),
    path(f"{_ROUND}order.xlsx", papers.order_xlsx, name="order-xlsx"),
    path(f"{_ROUND}order.xml", papers.order_xml, name="order-xml"),
    path(f"{_ROUND}order.pdf", papers.order_pdf, name="order-pdf"),
]
