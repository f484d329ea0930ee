"""Addresses of what stands above all rooms."""

from django.urls import path

from lantian.site.core import views

app_name = "core"
urlpatterns = [
    path("", views.home_page, name="home"),
    path("health", views.health_page, name="health"),
    path("language", views.set_language, name="language"),
    path("jobs", views.jobs_page, name="jobs"),
    path("jobs/<int:pk>", views.job_page, name="job"),
    path("jobs/<int:pk>/progress", views.job_progress, name="job_progress"),
    path("jobs/<int:pk>/cancel", views.cancel_job, name="job_cancel"),
    path("audit", views.audit_page, name="audit"),
    path("audit/<int:seq>", views.audit_event_page, name="audit_event"),
]
