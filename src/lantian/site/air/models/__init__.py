"""What this room stores."""

from lantian.site.air.models.stations import Station

__all__ = ["Station"]
