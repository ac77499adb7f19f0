"""What the figures were measured on, and how noisy it was."""

from __future__ import annotations

import os
import platform
import time
from statistics import median


def machine_line() -> str:
    """Cores, load, and the spread of a fixed piece of work: a wide one means a noisy machine."""
    times = []
    for _ in range(15):
        began = time.perf_counter()
        sum(n * n for n in range(200_000))
        times.append((time.perf_counter() - began) * 1000)
    spread = (max(times) - min(times)) / median(times)
    load = os.getloadavg()[0]
    return (
        f"machine: {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f}, "
        f"fixed work {median(times):.1f} ms ± {spread:.0%}"
    )
