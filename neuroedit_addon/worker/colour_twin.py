"""Blender's colour modifiers in NumPy: what a correction will look like, without rendering it.

Measured on Blender 4.5 and 5.2, where modifiers act on display-coded values of the sequencer's space (sRGB);
tests/blender/test_grade.py compares the two pixel by pixel.
"""

from __future__ import annotations

import numpy as np

from ..correction import Correction


def twin(rgb: np.ndarray, correction: Correction) -> np.ndarray:
    """What Blender shows for display-coded `rgb` (…, 3) in 0..1: the same shape, float, 0..1."""
    x = np.asarray(rgb, float) * correction.slope + np.asarray(correction.offset)
    x = x.clip(0, 1) ** np.asarray(correction.power)
    if correction.saturation == 1.0:
        return x
    x = np.rint(x * 255) / 255  # the sequencer hands pictures of 8 bits from modifier to modifier
    # As HSV: the value stays, and saturation stops at 1.
    high, low = x.max(-1, keepdims=True), x.min(-1, keepdims=True)
    most = high / np.maximum(high - low, 1e-9)
    return (high - (high - x) * np.minimum(correction.saturation, most)).clip(0, 1)
