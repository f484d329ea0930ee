"""Addresses of this room."""

from django.urls import path

from lantian.site.orders.views import giving, orders, reporting, statistics

app_name = "orders"
urlpatterns = [
    path("", orders.orders_page, name="orders"),
    path("statistics", statistics.statistics_page, name="statistics"),
    path("new", giving.new_order, name="order_new"),
    path("report", reporting.report_page, name="order_report"),
    path("<int:pk>", orders.order_page, name="order"),
    path("<int:pk>/edit", giving.edit_order, name="order_edit"),
    path("<int:pk>/transfer", giving.transfer, name="order_transfer"),
    path("<int:pk>/copy", giving.copy, name="order_copy"),
    path("<int:pk>/merge", giving.merge, name="order_merge"),
    path("<int:pk>/assign", giving.assign, name="order_assign"),
    path("<int:pk>/extension", giving.ask_extension, name="order_extension"),
    path("<int:pk>/answer", orders.answer, name="order_answer"),
    path("<int:pk>/comment", orders.comment, name="order_comment"),
    path("<int:pk>/steps/<slug:step>", orders.take_step, name="order_step"),
    path("extensions/<int:pk>/<slug:step>", orders.decide_extension, name="extension_step"),
    path("files/<int:pk>", orders.file, name="file"),
    path("files/<int:pk>/small", orders.file_small, name="file_small"),
]
