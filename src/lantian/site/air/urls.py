"""Addresses of this room."""

from django.urls import path

from lantian.site.air.views import (
    completeness,
    diary,
    district,
    now,
    rankings,
    reviews,
    station_charts,
    stations,
    suspicions,
)

app_name = "air"
urlpatterns = [
    path("completeness", completeness.completeness_page, name="completeness"),
    path("district", district.district_page, name="district"),
    path("now", now.now_page, name="now"),
    path("rankings", rankings.rankings_page, name="rankings"),
    path("rankings/new", rankings.new_ranking, name="ranking_new"),
    path("rankings/<int:pk>", rankings.ranking_page, name="ranking"),
    path("rankings/<int:pk>/edit", rankings.edit_ranking, name="ranking_edit"),
    path("rankings/<int:pk>/correct", rankings.correct_ranking, name="ranking_correct"),
    path("rankings/<int:pk>/<slug:step>/step", rankings.ranking_step, name="ranking_step"),
    path("rankings/<int:pk>/<slug:kind>/file", rankings.ranking_file_page, name="ranking_file"),
    path("stations", stations.stations_page, name="stations"),
    path("stations/new", stations.new_station, name="station_new"),
    path("stations/<int:pk>", stations.station_page, name="station"),
    path("stations/<int:pk>/hours", station_charts.hours_page, name="station_hours"),
    path("stations/<int:pk>/year", station_charts.year_page, name="station_year"),
    path("stations/<int:pk>/edit", stations.edit_station, name="station_edit"),
    path("review", suspicions.suspicions_page, name="suspicions"),
    path("review/decide", suspicions.decide_many, name="suspicions_decide"),
    path("review/look-over", suspicions.look_over, name="look_over"),
    path("review/months", reviews.months_page, name="months"),
    path("review/months/days", reviews.review_days, name="review_days"),
    path("review/months/lock", reviews.lock_month, name="month_lock"),
    path("review/months/send", reviews.send_month, name="month_send"),
    path("review/months/city", reviews.city_result, name="city_result"),
    path("diary", diary.diary_page, name="diary"),
    path("diary/new", diary.new_entry, name="diary_new"),
    path("diary/<int:pk>", diary.entry_page, name="diary_entry"),
    path("diary/<int:pk>/strike", diary.strike, name="diary_strike"),
    path("review/<int:pk>", suspicions.suspicion_page, name="suspicion"),
    path("review/<int:pk>/decide", suspicions.decide_one, name="suspicion_decide"),
]
