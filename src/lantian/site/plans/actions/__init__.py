"""What people and jobs can do with plans. Nothing else in this room writes."""

from lantian.site.plans.actions.imports import (
    add_task,
    confirm_import,
    correct_head,
    correct_task,
    decide_finding,
    discard_import,
    import_file,
    judge_finding,
    parse_import,
    remove_task,
    rename_unit,
    retry_import,
    undo_correction,
    upload_document,
)

__all__ = [
    "add_task",
    "confirm_import",
    "correct_head",
    "correct_task",
    "decide_finding",
    "discard_import",
    "import_file",
    "judge_finding",
    "parse_import",
    "remove_task",
    "rename_unit",
    "retry_import",
    "undo_correction",
    "upload_document",
]
