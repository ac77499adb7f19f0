"""Statutory time: which hours count, how long a stage may last, and what an item's history makes of both."""
