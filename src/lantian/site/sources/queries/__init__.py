"""Reads that pages and API share, limited to what a person may see."""
