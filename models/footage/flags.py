"""What is wrong with a shot, seen from small pictures and sound: dark, blurred, shaky, silent."""

from __future__ import annotations

import cv2
import numpy as np

_SILENT = 10 ** (-60 / 20)


class ShotMeter:
    """Feed a shot's pictures (uint8 (54, 96, 3)); ask `flags` at its end."""

    def __init__(self) -> None:
        self._lumas: list[float] = []
        self._sharp: list[float] = []
        self._moves: list[tuple[float, float]] = []
        self._before: np.ndarray | None = None

    def add(self, picture: np.ndarray) -> None:
        """Measure every second picture: brightness, sharpness, and how far the whole picture moved."""
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
        self._lumas.append(float(grey.mean()))
        self._sharp.append(float(cv2.Laplacian(grey, cv2.CV_32F).var()) / (float(grey.var()) + 25.0))
        if self._before is not None:
            (dx, dy), trust = cv2.phaseCorrelate(self._before, grey)
            if trust > 0.2:
                self._moves.append((dx, dy))
        self._before = grey

    def flags(self, sound: np.ndarray | None) -> list[str]:
        """Words for what is wrong; `sound` is the shot's stretch, int16, None without a sound track."""
        words = []
        if self._lumas and np.mean(self._lumas) < 30:
            words.append("dark")
        elif self._sharp and np.median(self._sharp) < 0.12:
            words.append("blurred")
        if len(self._moves) > 4:
            # A pan moves evenly; a shaking hand moves to and fro: look at the change of movement.
            change = np.diff(np.array(self._moves), axis=0)
            if float(np.sqrt((change**2).sum(1)).mean()) > 1.2:
                words.append("shaky")
        if sound is not None and (not len(sound) or np.sqrt(np.mean((sound / 32768.0) ** 2)) < _SILENT):
            words.append("silent")
        return words


class Signature:
    """A film's perceptual hash: a difference hash of 64 bits and a brightness about once a second, 64 at most."""

    def __init__(self) -> None:
        self._next = 0.0
        self._hashes: list[str] = []

    def add(self, time: float, picture: np.ndarray) -> None:
        """Look at a picture at its second."""
        if time >= self._next and len(self._hashes) < 64:
            self._next += 1.0
            self._hashes.append(picture_hash(picture))

    def value(self) -> str:
        """Hexadecimal hashes joined by spaces."""
        return " ".join(self._hashes)


def picture_hash(picture: np.ndarray) -> str:
    """Difference hash (which of two neighbours is brighter, 8 x 8) and mean brightness of a picture, hexadecimal."""
    grey = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (9, 8), interpolation=cv2.INTER_AREA).astype(int)
    bits = (np.diff(grey, axis=1) > 1).ravel()
    return f"{int(''.join('1' if b else '0' for b in bits), 2):016x}{int(grey.mean()):02x}"


def alike(one: str, other: str) -> bool:
    """Whether two signatures are of the same pictures: as many seconds, nine in ten of them nearly equal."""
    a, b = one.split(), other.split()
    if not a or abs(len(a) - len(b)) > 1:
        return False
    pairs = list(zip(a, b, strict=False))
    plain = sum(int(x[:16], 16) in (0, 2**64 - 1) for x, _ in pairs)
    if plain > len(pairs) / 2:  # black or flat pictures are all alike: they prove nothing
        return False
    same = sum((int(x[:16], 16) ^ int(y[:16], 16)).bit_count() <= 5 and abs(int(x[16:], 16) - int(y[16:], 16)) <= 6
               for x, y in pairs)  # fmt: skip
    return same >= 0.9 * len(pairs)
