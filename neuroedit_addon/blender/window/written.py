"""What the last film of each scene came to: its length and loudness, for the panel Output."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...planner.describe import clock

_NEAR = 1.0  # LU by which a film may differ from what is usual


@dataclass(frozen=True)
class Film:
    """A film that was written.

    Attributes:
        name: its file's name.
        seconds: its length.
        megabytes: its size.
        lufs, true_peak: its loudness and highest true peak; None where it is silent.
        usual: the loudness that is usual where it goes; None where none is.
    """

    name: str
    seconds: float
    megabytes: float
    lufs: float | None
    true_peak: float | None
    usual: float | None

    @staticmethod
    def of(path: Path, levels: dict[str, Any], usual: float | None) -> Film:
        """From the worker's answer to "film_levels"."""
        return Film(path.name, levels["seconds"], path.stat().st_size / 1e6, levels["lufs"], levels["true_peak"], usual)

    def facts(self) -> list[tuple[str, str]]:
        """Titles and texts."""
        rows = [("Duration", clock(self.seconds)), ("Loudness", "silent")]
        if self.lufs is not None:
            rows[1] = ("Loudness", f"{self.lufs:.1f} LUFS")
            if self.true_peak is not None:
                rows.append(("True Peak", f"{self.true_peak:.1f} dBTP"))
        return [*rows, ("File Size", f"{self.megabytes:.1f} MB")]

    def remark(self) -> str:
        """What should be done about its loudness; empty when nothing."""
        if self.usual is None or self.lufs is None or abs(self.lufs - self.usual) <= _NEAR:
            return ""
        return f"Usual here is {self.usual:g} LUFS: set it in the panel Sound, choose Mix, and edit again."


_films: dict[int, Film] = {}


def remember(scene: int, film: Film) -> None:
    """Keep the last film of a scene (its session_uid)."""
    _films[scene] = film


def of(scene: int) -> Film | None:
    """The last film of a scene."""
    return _films.get(scene)


def forget(scene: int | None = None) -> None:
    """A scene's film, or all when another file is opened."""
    if scene is None:
        _films.clear()
    else:
        _films.pop(scene, None)
