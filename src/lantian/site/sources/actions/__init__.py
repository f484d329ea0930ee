"""What can be done with sources and listings. Nothing else writes in this room."""

from lantian.site.sources.actions.batches import (
    add_batch,
    discard_batch,
    file_batch,
    most_of_batch,
    read_batch,
    sweep_batches,
)
from lantian.site.sources.actions.editions import refit_ledgers
from lantian.site.sources.actions.findings import decide_finding, order_finding, run_checks
from lantian.site.sources.actions.listings import (
    add_listing,
    change_listing,
    list_source,
    reveal,
    set_year,
)
from lantian.site.sources.actions.many import ListingRow, prepare_listings
from lantian.site.sources.actions.offsets import allot_cut, give_back
from lantian.site.sources.actions.ordering import order_listing
from lantian.site.sources.actions.outside import add_outside_list, set_outside_row, withdraw_outside_list
from lantian.site.sources.actions.outside_many import prepare_outside_rows
from lantian.site.sources.actions.parts import add_part, change_part, resume_part, stop_part
from lantian.site.sources.actions.publishing import (
    correct_release,
    discard_release,
    draft_release,
    release_list,
    withdraw_release,
)
from lantian.site.sources.actions.quality import recount_gaps
from lantian.site.sources.actions.reported import set_reported
from lantian.site.sources.actions.sources import add_source, change_source
from lantian.site.sources.actions.steps import Shown, drop_step, sign_step, take_step
from lantian.site.sources.actions.stops import confirm_stop, decide_stops, decline_stop, propose_stops
from lantian.site.sources.actions.tracks import add_route, add_trip, end_route, withdraw_trip
from lantian.site.sources.actions.zones import add_zone, change_zone, redraw_zone

__all__ = [
    "ListingRow",
    "Shown",
    "add_batch",
    "add_listing",
    "add_outside_list",
    "add_part",
    "add_route",
    "add_source",
    "add_trip",
    "add_zone",
    "allot_cut",
    "change_listing",
    "change_part",
    "change_source",
    "change_zone",
    "confirm_stop",
    "correct_release",
    "decide_finding",
    "decide_stops",
    "decline_stop",
    "discard_batch",
    "discard_release",
    "draft_release",
    "drop_step",
    "end_route",
    "file_batch",
    "give_back",
    "list_source",
    "most_of_batch",
    "order_finding",
    "order_listing",
    "prepare_listings",
    "prepare_outside_rows",
    "propose_stops",
    "read_batch",
    "recount_gaps",
    "redraw_zone",
    "refit_ledgers",
    "release_list",
    "resume_part",
    "reveal",
    "run_checks",
    "set_outside_row",
    "set_reported",
    "set_year",
    "sign_step",
    "stop_part",
    "sweep_batches",
    "take_step",
    "withdraw_outside_list",
    "withdraw_release",
    "withdraw_trip",
]
