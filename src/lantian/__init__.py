"""Lantian 蓝天: runs a district's clean-air campaign from the plan document to the evidence."""

__version__ = "0.1.0"
