from django.urls import path

from koopset.apps.catalogue.offers import views

app_name = "offers"
_o = "o/<int:organisation_id>/offers/"
urlpatterns = [
    path("my/offers/", views.near, name="near"),
    path("my/offers/<int:offer_id>/", views.near_offer, name="near_offer"),
    path(_o, views.lists, name="lists"),
    path(f"{_o}new/", views.list_new, name="list_new"),
    path(f"{_o}<int:price_list_id>/", views.price_list, name="list"),
    path(f"{_o}<int:price_list_id>/edit/", views.list_edit, name="list_edit"),
    path(f"{_o}<int:price_list_id>/publish/", views.publish, name="publish"),
    path(f"{_o}<int:price_list_id>/withdraw/", views.withdraw, name="withdraw"),
    path(f"{_o}<int:price_list_id>/xlsx/", views.export, name="export"),
    path(f"{_o}<int:price_list_id>/bring/", views.bring, name="bring"),
    path(f"{_o}files/<int:import_id>/", views.import_page, name="import"),
    path(f"{_o}<int:price_list_id>/offer/", views.offer_new, name="offer_new"),
    path(f"{_o}offer/<int:offer_id>/", views.offer_edit, name="offer"),
    path(f"{_o}offer/<int:offer_id>/archive/", views.offer_archive, name="offer_archive"),
    path(f"{_o}offer/<int:offer_id>/restore/", views.offer_restore, name="offer_restore"),
    path(f"{_o}offer/<int:offer_id>/kind/", views.kind, name="kind"),
]
