from django.urls import path

from koopset.foundation.ui import views

app_name = "ui"
urlpatterns = [
    path("_ui/", views.gallery, name="gallery"),
    path("_ui/shell/", views.gallery_shell, name="gallery_shell"),
    path("_ui/theme/", views.theme_choose, name="theme"),
    path("_ui/language/", views.language_choose, name="language"),
]
