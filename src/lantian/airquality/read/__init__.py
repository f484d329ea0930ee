"""Reads hours of stations from files; tells what was read, what was left out and why."""

from lantian.airquality.read.assemble import Loaded, Measured
from lantian.airquality.read.report import ReadReport, Skipped
from lantian.airquality.read.tables import PRSA, WIND, Layout, read_hours, read_values

__all__ = ["PRSA", "WIND", "Layout", "Loaded", "Measured", "ReadReport", "Skipped", "read_hours", "read_values"]
