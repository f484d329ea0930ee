"""What this room stores."""

from lantian.site.series.models.blocks import Block, Layout, Stage
from lantian.site.series.models.corrections import Correction
from lantian.site.series.models.deliveries import Delivery
from lantian.site.series.models.owners import Owner
from lantian.site.series.models.stale import Stale

__all__ = ["Block", "Correction", "Delivery", "Layout", "Owner", "Stage", "Stale"]
