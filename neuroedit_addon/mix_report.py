"""Noun: how loud a mix and its strips are, before and after."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Levels:
    """ITU-R BS.1770-4 and EBU R 128; None where there is only silence.

    Attributes:
        integrated_lufs: gated loudness.
        range_lu: loudness range.
        true_peak_dbtp: four times oversampled.
    """

    integrated_lufs: float | None
    range_lu: float
    true_peak_dbtp: float | None

    def __str__(self) -> str:
        if self.integrated_lufs is None:
            return "silent"
        peak = "" if self.true_peak_dbtp is None else f", peak {self.true_peak_dbtp:.1f} dBTP"
        return f"{self.integrated_lufs:.1f} LUFS, range {self.range_lu:.1f} LU{peak}"


@dataclass(frozen=True)
class MixReport:
    """What a mixdown did.

    Attributes:
        path: the sound file.
        seconds: its length.
        target_lufs, ceiling_dbtp: what was asked for (None: the level was left alone).
        gain_db: the gain of the whole mix.
        limited_db: by how much the limiter lowered the loudest peak.
        before, after: the mix without and with gain and limiter.
        clips: (name of the strip, its levels in the mix before gain and limiter).
        stems: (name, sound file).
        warnings: what could not be heard, or not reached, in sentences.
    """

    path: str
    seconds: float
    target_lufs: float | None
    ceiling_dbtp: float
    gain_db: float
    limited_db: float
    before: Levels
    after: Levels
    clips: tuple[tuple[str, Levels], ...] = ()
    stems: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`."""
        return asdict(self)

    @staticmethod
    def from_json(values: dict[str, Any]) -> MixReport:
        """The inverse of `to_json`."""
        return MixReport(**{
            **values,
            "before": Levels(**values["before"]), "after": Levels(**values["after"]),
            "clips": tuple((name, Levels(**levels)) for name, levels in values["clips"]),
            "stems": tuple((name, path) for name, path in values["stems"]),
            "warnings": tuple(values["warnings"]),
        })  # fmt: skip

    def lines(self) -> list[str]:
        """For people to read."""
        limited = f", limited by {self.limited_db:.1f} dB at most" if self.limited_db > 0.05 else ""
        return [
            f"mix before: {self.before}",
            f"mix after:  {self.after} (gain {self.gain_db:+.1f} dB{limited})",
            *(f"  {name}: {levels}" for name, levels in self.clips),
            *self.warnings,
        ]
