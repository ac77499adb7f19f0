"""Sahut's core. It knows no plugin and no page by name; see docs/architecture.md for the rooms."""
