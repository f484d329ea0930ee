"""What people and jobs can do with the air's stations. Nothing else in this room writes."""

from lantian.site.air.actions.stations import add_station, change_station

__all__ = ["add_station", "change_station"]
