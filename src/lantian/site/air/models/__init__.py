"""What this room stores."""

from lantian.site.air.models.bulletins import Bulletin, BulletinRow
from lantian.site.air.models.diary import CheckDue, DiaryEntry
from lantian.site.air.models.dustfall import DustfallEarlier, DustfallLimit, DustfallPoint, DustfallResult
from lantian.site.air.models.events import AirEvent
from lantian.site.air.models.rankings import Ranking
from lantian.site.air.models.reviews import CityResult, Review, ReviewMonth
from lantian.site.air.models.stations import Station
from lantian.site.air.models.suspicions import Suspicion, Watch

__all__ = [
    "AirEvent",
    "Bulletin",
    "BulletinRow",
    "CheckDue",
    "CityResult",
    "DiaryEntry",
    "DustfallEarlier",
    "DustfallLimit",
    "DustfallPoint",
    "DustfallResult",
    "Ranking",
    "Review",
    "ReviewMonth",
    "Station",
    "Suspicion",
    "Watch",
]
