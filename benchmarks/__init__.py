"""Figures that closing notes and the handbook quote: each module measures one thing and prints a table."""
