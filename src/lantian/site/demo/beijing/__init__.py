"""Measured air of Beijing, 2013 to 2017, for the demo: see README.md beside this file."""
