"""Pretended platforms: one shared world of offices, posts, people and comments, and a thin skin a platform.

They serve the demo (`sahut demo --platforms`), the plugins' tests and the load and fault measurements. Nothing here
talks to the real platforms, and no word in it was ever written by a citizen.
"""
