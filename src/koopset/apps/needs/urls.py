from django.urls import path

from koopset.apps.needs.views import add, files, lists, receipts, settings

app_name = "needs"
urlpatterns = [
    path("my/purchases/", lists.home, name="home"),
    path("my/purchases/receipts/", lists.receipts, name="receipts"),
    path("my/purchases/prices/", lists.prices, name="prices"),
    path("my/purchases/add/", add.add, name="add"),
    path("my/purchases/add/code/", add.code, name="add_code"),
    path("my/purchases/add/picture/", add.picture, name="add_picture"),
    path("my/purchases/add/hand/", add.hand, name="add_hand"),
    path("my/purchases/add/camera/", add.camera, name="add_camera"),
    path("my/purchases/files/", files.files, name="files"),
    path("my/purchases/files/<int:import_id>/", files.file, name="file"),
    path("my/purchases/files/<int:import_id>/progress/", files.progress, name="file_progress"),
    path("my/purchases/files/<int:import_id>/failed.csv", files.failed, name="file_failed"),
    path("my/purchases/what/", receipts.what, name="what"),
    path("my/purchases/what/leave/", receipts.what_leave, name="what_leave"),
    path("my/purchases/<int:receipt_id>/", receipts.receipt, name="receipt"),
    path("my/purchases/<int:receipt_id>/lines/", receipts.receipt_lines, name="receipt_lines"),
    path("my/purchases/<int:receipt_id>/ask/", receipts.receipt_ask, name="receipt_ask"),
    path("my/purchases/<int:receipt_id>/repeat/", receipts.receipt_repeat, name="receipt_repeat"),
    path("my/purchases/<int:receipt_id>/delete/", receipts.receipt_delete, name="receipt_delete"),
    path("my/purchases/sharing/", settings.sharing, name="sharing"),
    path("my/purchases/home/", settings.place, name="place"),
]
