"""What every analyser drinks, and the one interface they all have. Heavy imports live elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np

LOOK_WIDTH, LOOK_HEIGHT = 96, 54
SOUND_RATE = 16_000
LUMA = (0.2126, 0.7152, 0.0722)  # ITU-R BT.709


@dataclass(frozen=True, eq=False)
class LookFrame:
    """One decoded picture, small.

    Attributes:
        index: counts decoded pictures from 0.
        time: seconds from the file's first instant at which it comes on screen.
        rgb: uint8 (54, 96, 3), the whole upright picture squashed to 16:9; display-coded (sRGB-like, Rec.709
            primaries) even for HDR; alpha is composited over black.
    """

    index: int
    time: float
    rgb: np.ndarray

    @cached_property
    def luma(self) -> np.ndarray:
        """uint8 (54, 96), Rec.709 weights: made once for whoever asks."""
        import cv2
        import numpy as np

        luma: np.ndarray = cv2.transform(self.rgb, np.array([LUMA], np.float32))
        return luma


@dataclass(frozen=True, eq=False)
class SoundBlock:
    """A stretch of sound; blocks adjoin without gap or overlap, from sample 0 at the file's first instant.

    Attributes:
        start: index of the first sample, at 16 kHz.
        samples: float32 (n,), mono, full scale is 1.
    """

    start: int
    samples: np.ndarray


class Analyser(Protocol):
    """Listens to one file's stream in constant memory; `version` changes whenever its findings would."""

    version: str

    def picture(self, frame: LookFrame) -> None:
        """Look at the next picture, in the order of `time`."""

    def sound(self, block: SoundBlock) -> None:
        """Hear the next block of sound."""

    def finish(self) -> dict[str, object]:
        """What was found, as fields of `Findings` by name; called once, after the last picture and sound."""
        raise NotImplementedError
