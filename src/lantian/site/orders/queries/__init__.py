"""Reads of orders that pages and API share."""
