"""What this room stores."""

from lantian.site.series.models.archives import Archive
from lantian.site.series.models.blocks import Block, Layout, Stage
from lantian.site.series.models.corrections import Correction
from lantian.site.series.models.deliveries import Delivery, DeliveryCells
from lantian.site.series.models.intakes import Intake, IntakeFile, IntakeFlaw
from lantian.site.series.models.owners import Owner
from lantian.site.series.models.stale import Stale

__all__ = [
    "Archive", "Block", "Correction", "Delivery", "DeliveryCells", "Intake", "IntakeFile", "IntakeFlaw", "Layout",
    "Owner", "Stage", "Stale",
]  # fmt: skip
