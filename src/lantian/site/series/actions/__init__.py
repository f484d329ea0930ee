"""What people and machines can do with series. Nothing else in this room writes."""

from lantian.site.series.actions.correcting import Cell, correct, lock, review
from lantian.site.series.actions.delivering import Delivered, deliver, take_in
from lantian.site.series.actions.owners import add_owner, change_owner

__all__ = ["Cell", "Delivered", "add_owner", "change_owner", "correct", "deliver", "lock", "review", "take_in"]
