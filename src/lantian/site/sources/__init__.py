"""Ledgers: sources of pollution, the lists they stand on, the work that is done on them and its proof."""
