"""From HDR and wide-gamut code values to display-coded Rec.709, on small frames.

Perceptual quantiser: SMPTE ST 2084. Hybrid log-gamma: ARIB STD-B67 / ITU-R BT.2100. Diffuse white (203 cd/m2, ITU-R
BT.2408) lands near 0.9 of the display's signal, and highlights up to 1000 cd/m2 roll off above it, as a television
does when it shows HDR in SDR; what an editor wants to know is the picture's look, not its light.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Curve = Callable[[np.ndarray], np.ndarray]

PQ, HLG = 16, 18  # ITU-T H.273 TransferCharacteristics
_BT2020 = 9  # ITU-T H.273 ColourPrimaries
_SDR_WIDE = (1, 6, 14, 15)

_WHITE = 203.0
_PEAK = 1000.0
_KNEE = 0.75  # of diffuse white; below it light is passed on unchanged

# ITU-R BT.2087-0, linear BT.2020 to linear BT.709.
_TO_709 = np.array([
    [1.6605, -0.5876, -0.0728],
    [-0.1246, 1.1329, -0.0083],
    [-0.0182, -0.1006, 1.1187],
], dtype=np.float32)  # fmt: skip
_LUMA_2020 = np.array([0.2627, 0.6780, 0.0593], dtype=np.float32)


def curve_of(transfer: int, primaries: int) -> Curve | None:
    """The way from R'G'B' (float32, 0..1) to display-coded Rec.709 by a frame's tags; None when it is that already."""
    wide = int(primaries) == _BT2020
    if int(transfer) == PQ:
        return lambda rgb: _display(pq_to_nits(rgb) / _WHITE, wide)
    if int(transfer) == HLG:
        return lambda rgb: _display(hlg_to_nits(rgb) / _WHITE, wide)
    if wide and int(transfer) in _SDR_WIDE:
        return lambda rgb: _encode(_narrow(np.clip(rgb, 0, 1) ** np.float32(2.4)))
    return None


def pq_to_nits(code: np.ndarray) -> np.ndarray:
    """SMPTE ST 2084 EOTF: code values 0..1 to cd/m2."""
    m1, m2, c1, c2, c3 = 1305 / 8192, 2523 / 32, 107 / 128, 2413 / 128, 2392 / 128
    power = np.clip(code, 0, 1) ** np.float32(1 / m2)
    return 10_000 * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** np.float32(1 / m1)


def hlg_to_nits(code: np.ndarray) -> np.ndarray:
    """ITU-R BT.2100 HLG: inverse OETF and the OOTF of a 1000 cd/m2 display (system gamma 1.2); (..., 3) RGB."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    code = np.clip(code, 0, 1)
    scene = np.where(code <= 0.5, code * code / 3, (np.exp((code - c) / a) + b) / 12)
    luma = np.maximum(scene @ _LUMA_2020, 1e-6)
    return _PEAK * scene * luma[..., None] ** np.float32(0.2)


def _display(light: np.ndarray, wide: bool) -> np.ndarray:
    """Linear light, 1 is diffuse white, to display code values."""
    brightest = light.max(axis=-1, keepdims=True)
    # One factor for the three channels keeps the hue.
    light = light * (_roll_off(brightest) / np.maximum(brightest, 1e-6))
    return _encode(_narrow(light) if wide else light)


def _roll_off(light: np.ndarray) -> np.ndarray:
    """Straight up to the knee, then a hyperbola with the same slope that reaches 1 at the peak."""
    peak = _PEAK / _WHITE
    over = np.maximum(light - _KNEE, 0)
    room, reach = 1 - _KNEE, peak - _KNEE
    bend = 1 / room - 1 / reach
    return np.minimum(np.where(light <= _KNEE, light, _KNEE + over / (1 + bend * over)), 1)


def _narrow(light: np.ndarray) -> np.ndarray:
    return light @ _TO_709.T


def _encode(light: np.ndarray) -> np.ndarray:
    """ITU-R BT.1886 display, inverted: what must be sent for this light to appear."""
    return np.clip(light, 0, 1) ** np.float32(1 / 2.4)
