"""Measurements: `python -m bench`. Every figure is a ratio to a floor measured in the same run, so that it holds on any
machine; n and the machine's noise are printed beside it."""
