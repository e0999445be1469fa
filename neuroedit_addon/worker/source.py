"""What the worker is asked to look at, and opening it: every way a file can be unusable becomes one clear sentence."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer

from ..errors import MediaError, UsageError
from ..timeline import rate

_NUMBERED = re.compile(r"%0?(\d*)d")


@dataclass(frozen=True)
class Source:
    """A media file, or numbered stills with the rate they play at and, perhaps, a sound file beside them.

    Attributes:
        path: the file, or a pattern such as `shot_%04d.png`.
        stills: the files of an image sequence in order; empty for a media file.
        fps: frames a second of the stills.
        sound: the sound file that belongs to the stills.
    """

    path: str
    stills: tuple[str, ...] = ()
    fps: Fraction = Fraction(25)
    sound: str | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that is read."""
        return (*(self.stills or (self.path,)), *((self.sound,) if self.sound else ()))


def source_of(spec: str | os.PathLike[str] | dict[str, Any]) -> Source:
    """The source that a path or a description {"path", "fps", "sound"} stands for; "path" may be a list of stills.

    Raises:
        UsageError: the description makes no sense.
        MediaError: a pattern or list that names no file.
    """
    if not isinstance(spec, dict):
        spec = {"path": os.fspath(spec)}
    path, fps, sound = spec.get("path"), spec.get("fps"), spec.get("sound")
    if isinstance(path, (list, tuple)) and path:
        stills = tuple(str(p) for p in path)
        name = stills[0]
    elif isinstance(path, str) and path:
        name = path
        stills = _numbered(path) if _NUMBERED.search(os.path.basename(path)) and not os.path.exists(path) else ()
    else:
        raise UsageError(f"A source needs a path, not {path!r}.")
    return Source(name, stills, rate(fps) if fps else Fraction(25), str(sound) if sound else None)


def _numbered(pattern: str) -> tuple[str, ...]:
    folder, name = os.path.split(pattern)
    before, after = (re.escape(part) for part in re.split(_NUMBERED, name, maxsplit=1)[::2])
    matcher = re.compile(f"{before}(\\d+){after}")
    try:
        names = os.listdir(folder or ".")
    except OSError:
        names = []
    found = sorted((int(match[1]), n) for n in names if (match := matcher.fullmatch(n)))
    if not found:
        raise MediaError(f"No picture is named like {pattern}.", "Check the folder and the number of digits.")
    return tuple(os.path.join(folder, n) for _, n in found)


def open_media(path: str) -> InputContainer:
    """Open a media file for reading.

    Raises:
        MediaError: missing, a folder, empty, unreadable, not media, or truncated.
    """
    require_file(path)
    try:
        # "file:" keeps colons, percent signs and leading dashes in a name from meaning anything.
        return av.open(f"file:{os.path.abspath(path)}", options={"protocol_whitelist": "file,crypto,data"},
                       metadata_errors="replace")  # fmt: skip
    except PermissionError as problem:
        raise MediaError(f"{path} cannot be read: permission denied.", "Change the file's permissions.") from problem
    except (av.error.FFmpegError, OSError, ValueError) as problem:
        if _has_no_index(path):
            raise MediaError(
                f"{path} is cut off: its index (moov) is missing.", "Copy it again from the camera or card."
            ) from problem
        raise MediaError(
            f"{path} is not a video or sound file that can be read.", "Open it in a player to see whether it is whole."
        ) from problem


def require_file(path: str) -> None:
    """Check that there is a file with something in it.

    Raises:
        MediaError: missing, a folder, empty, or in a place that cannot be read.
    """
    try:
        size = os.stat(path).st_size
    except FileNotFoundError:
        raise MediaError(f"{path} does not exist.", "Check the name and the folder.") from None
    except (OSError, ValueError) as problem:
        raise MediaError(f"{path} cannot be read: {getattr(problem, 'strerror', problem)}.") from problem
    if Path(path).is_dir():
        raise MediaError(f"{path} is a folder.", "Name a media file in it.")
    if size == 0:
        raise MediaError(f"{path} is empty.", "Copy it again from the camera or card.")


def _has_no_index(path: str) -> bool:
    """Whether this is the QuickTime/MP4 family (boxes: ISO 14496-12, 4.2) without a complete moov box."""
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            position = 0
            kinds: list[bytes] = []
            while position + 8 <= size and len(kinds) < 1000:
                file.seek(position)
                head = file.read(16)
                length, kind = int.from_bytes(head[:4], "big"), head[4:8]
                if length == 1:
                    length = int.from_bytes(head[8:16], "big")
                if kind == b"moov" and position + length <= size:
                    return False
                kinds.append(kind)
                if length < 8:
                    break
                position += length
    except OSError:
        return False
    return bool(kinds) and kinds[0] in {b"ftyp", b"wide", b"skip", b"free", b"mdat", b"moov"}
