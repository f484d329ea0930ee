"""What people and machines can do with series. Nothing else in this room writes."""

from lantian.site.series.actions.archiving import archive_month, archive_old, broken_archives, start_archiving
from lantian.site.series.actions.correcting import Cell, correct, lock, review
from lantian.site.series.actions.delivering import Delivered, deliver, take_in
from lantian.site.series.actions.importing import (
    confirm_intake,
    discard_intake,
    preview_intake,
    set_reading,
    sweep_intakes,
    upload_files,
    write_intake,
)
from lantian.site.series.actions.owners import add_owner, change_owner
from lantian.site.series.actions.undoing import start_undo, undo_delivery

__all__ = [
    "Cell",
    "Delivered",
    "add_owner",
    "archive_month",
    "archive_old",
    "broken_archives",
    "change_owner",
    "confirm_intake",
    "correct",
    "deliver",
    "discard_intake",
    "lock",
    "preview_intake",
    "review",
    "set_reading",
    "start_archiving",
    "start_undo",
    "sweep_intakes",
    "take_in",
    "undo_delivery",
    "upload_files",
    "write_intake",
]
