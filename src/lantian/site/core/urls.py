"""Addresses of what stands above all rooms."""

from django.urls import path

from lantian.site.core import attachment_views, audit_views, schedule_views, views
from lantian.site.core.api import views as api_views
from lantian.site.core.notify import views as notify_views
from lantian.site.core.phone import certificate_views
from lantian.site.core.phone import views as phone_views
from lantian.site.core.sheets import views as sheet_views

app_name = "core"
urlpatterns = [
    path("", views.home_page, name="home"),
    path("panels/<str:name>/<int:pk>", views.panel_part, name="panel"),
    path("health", views.health_page, name="health"),
    path("language", views.set_language, name="language"),
    path("tour", views.tour_seen, name="tour_seen"),
    path("jobs", views.jobs_page, name="jobs"),
    path("jobs/mine", views.my_jobs_page, name="my_jobs"),
    path("jobs/<int:pk>", views.job_page, name="job"),
    path("jobs/<int:pk>/progress", views.job_progress, name="job_progress"),
    path("jobs/<int:pk>/cancel", views.cancel_job, name="job_cancel"),
]
urlpatterns += [
    path("inbox", notify_views.inbox_page, name="inbox"),
    path("inbox/read", notify_views.mark_read, name="notices_read"),
    path("inbox/bell", notify_views.bell, name="bell"),
    path("inbox/settings", notify_views.settings_page, name="notice_settings"),
    path("inbox/<int:pk>", notify_views.notice_page, name="notice"),
    path("deliveries", notify_views.deliveries_page, name="deliveries"),
    path("deliveries/<int:pk>", notify_views.delivery_page, name="delivery"),
    path("deliveries/<int:pk>/<slug:name>", notify_views.delivery_step, name="delivery_step"),
    path("schedules", schedule_views.schedules_page, name="schedules"),
    path("schedules/<str:name>/run", schedule_views.run_schedule, name="schedule_run"),
    # audit trail
    path("audit", audit_views.audit_page, name="audit"),
    path("audit/verify", audit_views.verify_audit, name="audit_verify"),
    path("audit/export", audit_views.export_audit, name="audit_export"),
    path("audit/<int:seq>", audit_views.audit_event_page, name="audit_event"),
    # attachments
    path("attachments/of/<str:kind>/<str:ident>", attachment_views.attachments_part, name="attachments"),
    path("attachments/<int:pk>", attachment_views.attachment_file, name="attachment"),
    path("attachments/<int:pk>/thumbnail", attachment_views.attachment_thumbnail, name="attachment_thumbnail"),
    path("attachments/<int:pk>/remove", attachment_views.remove_attachment, name="attachment_remove"),
    # Excel both ways
    path("sheets/imports/<int:pk>", sheet_views.import_page, name="sheet_import"),
    path("sheets/imports/<int:pk>/choose", sheet_views.choose, name="sheet_choose"),
    path("sheets/imports/<int:pk>/confirm", sheet_views.confirm, name="sheet_confirm"),
    path("sheets/imports/<int:pk>/discard", sheet_views.discard, name="sheet_discard"),
    path("sheets/<str:name>", sheet_views.book_page, name="sheets"),
    path("sheets/<str:name>/template", sheet_views.template_file, name="sheet_template"),
    path("sheets/<str:name>/export", sheet_views.export_file, name="sheet_export"),
    # the platform on a phone
    path("manifest.webmanifest", phone_views.manifest, name="manifest"),
    path("sw.js", phone_views.service_worker, name="service_worker"),
    path("outbox", phone_views.outbox_page, name="outbox"),
    path("outbox/me", phone_views.outbox_me, name="outbox_me"),
    path("certificate", certificate_views.certificate_page, name="certificate"),
    path("certificate/ca.crt", certificate_views.certificate_file, name="certificate_file"),
    # HTTP API
    path("me/tokens", api_views.tokens_page, name="api_tokens"),
    path("me/tokens/<int:pk>/revoke", api_views.revoke_token, name="api_token_revoke"),
    path("api/docs", api_views.docs_page, name="api_docs"),
]
