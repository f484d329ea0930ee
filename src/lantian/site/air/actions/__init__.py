"""What people and jobs can do with the air's stations and results. Nothing else in this room writes."""

from lantian.site.air.actions.bulletins import enter_bulletin, remove_bulletin
from lantian.site.air.actions.diary import record_entry, strike_entry
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
    "NothingToRank",
    "add_station",
    "change_ranking",
    "change_station",
    "claim_event",
    "correct_ranking",
    "decide_event",
    "decide_suspicion",
    "decide_suspicions",
    "discard_ranking",
    "draft_ranking",
    "enter_bulletin",
    "enter_city_result",
    "lock_month",
    "record_entry",
    "record_suspicions",
    "refresh_ranking",
    "release_ranking",
    "remove_bulletin",
    "review_days",
    "send_month",
    "strike_entry",
    "undo_suspicion",
    "write_event",
]
