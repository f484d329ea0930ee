"""Addresses of this room."""

from django.urls import path

from lantian.site.plans.views import handover, imports, ledger, plans, review

app_name = "plans"
urlpatterns = [
    path("", plans.plans_page, name="plans"),
    path("<int:pk>", plans.plan_page, name="plan"),
    path("<int:pk>/document", plans.document, name="plan_document"),
    path("<int:pk>/export/<str:format>", plans.export_file, name="plan_export"),
    path("<int:pk>/findings", plans.findings_page, name="findings"),
    path("findings/<int:pk>/<str:step>", plans.decide_finding, name="decide_finding"),
    path("tasks", ledger.ledger_page, name="ledger"),
    path("tasks/<int:pk>", ledger.task_page, name="task"),
    path("goals", plans.goals_page, name="goals"),
    path("imports", imports.imports_page, name="imports"),
    path("imports/<int:pk>", review.import_page, name="import"),
    path("imports/<int:pk>/progress", imports.progress_part, name="import_progress"),
    path("imports/<int:pk>/document", imports.document, name="import_document"),
    path("imports/<int:pk>/retry", imports.retry, name="import_retry"),
    path("imports/<int:pk>/stop", imports.stop, name="import_stop"),
    path("imports/<int:pk>/discard", imports.discard, name="import_discard"),
    path("imports/<int:pk>/confirm", imports.confirm, name="import_confirm"),
    path("imports/<int:pk>/head", review.head_part, name="review_head"),
    path("imports/<int:pk>/add", review.add_part, name="review_add"),
    path("imports/<int:pk>/undo", review.undo_part, name="review_undo"),
    path("imports/<int:pk>/units", review.rename_part, name="review_rename"),
    path("imports/<int:pk>/findings/<str:key>/<str:verdict>", review.judge_part, name="review_judge"),
    path("imports/<int:pk>/tasks/<int:task>", review.task_part, name="review_task"),
    path("imports/<int:pk>/tasks/<int:task>/remove", review.remove_part, name="review_remove"),
    path("imports/<int:pk>/tasks/<int:task>/quantities", review.quantities_part, name="review_quantities"),
    path("imports/<int:pk>/tasks/<int:task>/<str:field>", review.field_part, name="review_field"),
    # units in time
    path("handovers", handover.handovers_page, name="handovers"),
    path("handovers/<int:pk>", handover.handover_page, name="handover"),
]
