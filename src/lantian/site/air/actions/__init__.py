"""What people and jobs can do with the air's stations and results. Nothing else in this room writes."""

from lantian.site.air.actions.bulletins import enter_bulletin, remove_bulletin
from lantian.site.air.actions.diary import record_entry, strike_entry
from lantian.site.air.actions.dustfall import (
    Deduction,
    Found,
    Weighing,
    confirm_month,
    correct_result,
    enter_result,
    enter_results,
    write_deductions,
)
from lantian.site.air.actions.dustfall_points import add_point, change_limit, change_point, remove_limit, set_limits
from lantian.site.air.actions.events import claim_event, decide_event, write_event
from lantian.site.air.actions.rankings import (
    NothingToRank,
    change_ranking,
    correct_ranking,
    discard_ranking,
    draft_ranking,
    refresh_ranking,
    release_ranking,
)
from lantian.site.air.actions.reviews import enter_city_result, lock_month, review_days, send_month
from lantian.site.air.actions.stations import add_station, change_station
from lantian.site.air.actions.suspicions import (
    decide_suspicion,
    decide_suspicions,
    record_suspicions,
    undo_suspicion,
)

__all__ = [
    "Deduction",
    "Found",
    "NothingToRank",
    "Weighing",
    "add_point",
    "add_station",
    "change_limit",
    "change_point",
    "change_ranking",
    "change_station",
    "claim_event",
    "confirm_month",
    "correct_ranking",
    "correct_result",
    "decide_event",
    "decide_suspicion",
    "decide_suspicions",
    "discard_ranking",
    "draft_ranking",
    "enter_bulletin",
    "enter_city_result",
    "enter_result",
    "enter_results",
    "lock_month",
    "record_entry",
    "record_suspicions",
    "refresh_ranking",
    "release_ranking",
    "remove_bulletin",
    "remove_limit",
    "review_days",
    "send_month",
    "set_limits",
    "strike_entry",
    "undo_suspicion",
    "write_deductions",
    "write_event",
]
