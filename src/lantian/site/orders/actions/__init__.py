"""What people and jobs do with orders. Nothing else writes."""

from lantian.site.orders.actions.checking import close_order, reopen_order, return_order
from lantian.site.orders.actions.extensions import ask_extension, grant_extension, refuse_extension
from lantian.site.orders.actions.giving import (
    copy_order,
    create_order,
    edit_order,
    issue_order,
    transfer_order,
    withdraw_order,
)
from lantian.site.orders.actions.handling import (
    accept_order,
    answer_order,
    assign_order,
    comment_order,
    decline_order,
    note_order,
)
from lantian.site.orders.actions.merging import merge_order
from lantian.site.orders.actions.reporting import report_problem

__all__ = [
    "accept_order",
    "answer_order",
    "ask_extension",
    "assign_order",
    "close_order",
    "comment_order",
    "copy_order",
    "create_order",
    "decline_order",
    "edit_order",
    "grant_extension",
    "issue_order",
    "merge_order",
    "note_order",
    "refuse_extension",
    "reopen_order",
    "report_problem",
    "return_order",
    "transfer_order",
    "withdraw_order",
]
