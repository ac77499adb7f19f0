"""When triage may route by itself: calibrated confidence against a threshold set for each unit."""

from __future__ import annotations

from aggregator.domain.triage.learned import interpolated

# Of the messages at or above it about 0.9 went to the right office in a city that no setting was chosen on; a kabupaten
# sets its own, unit by unit, and sees the effect first (page Mutu).
DEFAULT_THRESHOLD = 0.88

# Share of belief -> share of right units, on complaints of a city whose decisions the packaged weights had not seen.
_CALIBRATION = (
    *((0.0, 0.1), (0.22, 0.5), (0.35, 0.6), (0.46, 0.63), (0.61, 0.70), (0.73, 0.765), (0.84, 0.77), (0.91, 0.80)),
    *((0.957, 0.83), (0.985, 0.88), (0.998, 0.90), (1.0, 0.925)),
)


def calibrated(share: float) -> float:
    """The share of right units that was measured at this share of belief, before anything was learnt here."""
    return interpolated(share, _CALIBRATION)
