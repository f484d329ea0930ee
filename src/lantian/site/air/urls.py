"""Addresses of this room."""

from django.urls import path

from lantian.site.air.views import stations

app_name = "air"
urlpatterns = [
    path("stations", stations.stations_page, name="stations"),
    path("stations/new", stations.new_station, name="station_new"),
    path("stations/<int:pk>", stations.station_page, name="station"),
    path("stations/<int:pk>/edit", stations.edit_station, name="station_edit"),
]
