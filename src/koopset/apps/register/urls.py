from django.urls import path

from koopset.apps.register.views import decisions, imports, listing, persons, units

app_name = "register"
_o = "o/<int:organisation_id>/register/"
urlpatterns = [
    path(_o, listing.units, name="units"),
    path(f"{_o}register.xlsx", listing.units_xlsx, name="units_xlsx"),
    path(f"{_o}register.pdf", listing.units_pdf, name="units_pdf"),
    path(f"{_o}units/new/", units.unit_new, name="unit_new"),
    path(f"{_o}units/<int:unit_id>/", units.unit, name="unit"),
    path(f"{_o}units/<int:unit_id>/edit/", units.unit_edit, name="unit_edit"),
    path(f"{_o}units/<int:unit_id>/area/", units.unit_area, name="unit_area"),
    path(f"{_o}units/<int:unit_id>/transfer/", units.transfer, name="transfer"),
    path(f"{_o}units/<int:unit_id>/close/", units.unit_close, name="unit_close"),
    path(f"{_o}persons/<int:person_id>/", persons.person, name="person"),
    path(f"{_o}persons/<int:person_id>/membership/", persons.membership, name="membership"),
    path(f"{_o}decisions/", decisions.decisions, name="decisions"),
    path(f"{_o}decisions/new/", decisions.decision_new, name="decision_new"),
    path(f"{_o}decisions/<int:decision_id>/", decisions.decision, name="decision"),
    path(f"{_o}import/", imports.import_start, name="import_start"),
    path(f"{_o}import/<int:import_id>/", imports.import_page, name="import"),
    path("o/<int:organisation_id>/my/register/", listing.my_units, name="my_units"),
]
