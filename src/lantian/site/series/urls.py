"""Addresses of this room."""

from django.urls import path

from lantian.site.series.views import archives, deliveries, intakes

app_name = "series"
urlpatterns = [
    path("import", intakes.intakes_page, name="intakes"),
    path("import/<int:pk>", intakes.intake_page, name="intake"),
    path("import/<int:pk>/confirm", intakes.confirm, name="intake_confirm"),
    path("import/<int:pk>/discard", intakes.discard, name="intake_discard"),
    path("import/<int:pk>/files/<int:file>", intakes.file, name="intake_file"),
    path("archive", archives.archives_page, name="archives"),
    path("archive/run", archives.archive_now, name="archive_now"),
    path("deliveries", deliveries.deliveries_page, name="deliveries"),
    path("deliveries/<int:pk>", deliveries.delivery_page, name="delivery"),
    path("deliveries/<int:pk>/undo", deliveries.undo, name="delivery_undo"),
]
