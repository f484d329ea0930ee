"""Reads hours of stations from files; tells what was read, what was left out and why."""

from lantian.airquality.read.assemble import Loaded
from lantian.airquality.read.report import ReadReport, Skipped
from lantian.airquality.read.tables import PRSA, WIND, Layout, read_hours

__all__ = ["PRSA", "WIND", "Layout", "Loaded", "ReadReport", "Skipped", "read_hours"]
