"""Named looks: what is laid over corrected pictures, in the terms of a `Correction`. No LUTs: all can be tweaked."""

from __future__ import annotations

from .correction import Correction

LOOKS: dict[str, Correction] = {
    "neutral": Correction(),
    "warm": Correction((1.05, 1.0, 0.93), (0.0, 0.0, 0.0), (0.98, 1.0, 1.03), 1.05),
    "cool": Correction((0.94, 1.0, 1.06), (0.0, 0.0, 0.0), (1.03, 1.0, 0.98), 0.97),
    # Milky, slightly blue blacks, a soft shoulder and warm lights, as a print on film has them.
    "film": Correction((0.95, 0.93, 0.88), (0.022, 0.026, 0.034), (1.06, 1.04, 1.0), 0.92),
    # Deeper blacks, brighter lights, stronger colours: what sells.
    "punchy": Correction((1.1, 1.1, 1.1), (-0.035, -0.035, -0.035), (0.97, 0.97, 0.97), 1.2),
    "high-key": Correction((1.08, 1.08, 1.08), (0.03, 0.03, 0.03), (0.8, 0.8, 0.81), 0.95),
}
NAMES = tuple(LOOKS)
