from django.urls import path

from koopset.foundation.files import views

app_name = "files"
urlpatterns = [path("o/<int:organisation_id>/files/<int:file_id>/", views.download, name="download")]
