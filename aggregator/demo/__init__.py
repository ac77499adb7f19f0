"""A demo kabupaten: real structure, invented people and words."""
