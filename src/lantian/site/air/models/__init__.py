"""What this room stores."""

from lantian.site.air.models.reviews import CityResult, Review, ReviewMonth
from lantian.site.air.models.stations import Station
from lantian.site.air.models.suspicions import Suspicion, Watch

__all__ = ["CityResult", "Review", "ReviewMonth", "Station", "Suspicion", "Watch"]
