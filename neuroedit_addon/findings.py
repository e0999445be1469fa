"""Noun: what was seen and heard in one media file, in seconds and frames of that file.

Findings never decide anything. `start_frame` of a transition is the first frame that is not wholly the old shot,
`end_frame` the first that is wholly the new one (for a cut both are the first frame of the new shot); frames count
from 0 as decoded, and seconds are presentation times counted from the file's first instant.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

from .correction import Correction
from .errors import PlanError

FORMAT = "neuroedit-findings/1"
NOT_JUDGED = "colours are not judged"  # in the warning that says why
TRANSITION_KINDS = ("cut", "dissolve", "fade", "wipe", "gradual")


@dataclass(frozen=True)
class Audio:
    """The sound track that was analysed: sampling rate in Hz, number of channels."""

    rate: int
    channels: int


@dataclass(frozen=True)
class Media:
    """What a media file is.

    Attributes:
        path: absolute.
        duration: seconds, the longer of picture and sound.
        fps: average frame rate as a fraction ("30000/1001"), or None without a picture.
        frames: pictures decoded (0 without a picture).
        width, height: as shown, that is after rotation and pixel aspect.
        vfr: whether frames last differently long.
        audio: the sound track, or None.
        fingerprint: size and hash of sampled contents; copies have the same.
        picture_start, sound_start: second at which the first picture, the first sound begins; one of them is 0.
            Blender's own movie and sound strips know nothing of it: frame 0 of each is its track's own start.
    """

    path: str
    duration: float
    fps: str | None = None
    frames: int = 0
    width: int = 0
    height: int = 0
    vfr: bool = False
    audio: Audio | None = None
    fingerprint: str = ""
    picture_start: float = 0.0
    sound_start: float = 0.0

    @property
    def rate(self) -> Fraction | None:
        """Frames a second, or None without a picture."""
        return Fraction(self.fps) if self.fps else None


@dataclass(frozen=True)
class Span:
    """A stretch of media time in seconds, with the confidence (0..1) that it is what its list says."""

    start: float
    end: float
    confidence: float = 1.0


@dataclass(frozen=True)
class Take:
    """A phrase [start, end) that is spoken again in [again_start, again_end), in seconds; confidence 0..1."""

    start: float
    end: float
    again_start: float
    again_end: float
    confidence: float


@dataclass(frozen=True)
class Transition:
    """Where one shot gives way to the next; see the module's docstring for its frames."""

    kind: str
    start: float
    end: float
    start_frame: int
    end_frame: int
    confidence: float


@dataclass(frozen=True)
class Look:
    """How a shot looks on average, display-coded (0 black .. 1 white, Rec.709 primaries).

    Attributes:
        mean: mean red, green, blue.
        luma: 1st, 5th, 25th, 50th, 75th, 95th and 99th percentile of Rec.709 luma.
        saturation: mean of (max - min) / max over pixels, 0..1.
        clipped: share of pixels with a channel at or above 0.98 or all at or below 0.02.
    """

    mean: tuple[float, float, float]
    luma: tuple[float, float, float, float, float, float, float]
    saturation: float
    clipped: float


@dataclass(frozen=True)
class Shot:
    """One shot between two transitions (gradual ones are split in their middle)."""

    start: float
    end: float
    start_frame: int
    end_frame: int
    look: Look | None = None
    importance: float | None = None


@dataclass(frozen=True)
class Grade:
    """The colour correction of the shot in [start, end) seconds, and how sure it is that one is needed (0..1)."""

    start: float
    end: float
    correction: Correction
    confidence: float


@dataclass(frozen=True)
class Loudness:
    """ITU-R BS.1770-4 / EBU R 128.

    Attributes:
        integrated_lufs: gated programme loudness; None when all is below the absolute gate (-70 LUFS).
        range_lu: loudness range (EBU Tech 3342).
        true_peak_dbtp: highest inter-sample peak, 4x oversampled; None for digital silence.
        hop: seconds between momentary values.
        momentary_lufs: 400 ms loudness at each hop, floored at -120.
    """

    integrated_lufs: float | None
    range_lu: float
    true_peak_dbtp: float | None
    hop: float
    momentary_lufs: tuple[float, ...]


@dataclass(frozen=True)
class Curve:
    """A value every `hop` seconds, from second 0."""

    hop: float
    values: tuple[float, ...]


@dataclass(frozen=True)
class Findings:
    """Everything known of one media file.

    Attributes:
        warnings: what was lost or chosen in reading, as phrases ("damaged at 0:03.0; …") that do not name the file:
            whoever shows them does.
        faces: how many can be seen.
        perhaps: where somebody may be speaking, too likely to be cut: `speech`, and what the network doubts.
        breaths: where somebody breathes right before or after speaking.
        analysers: versions by name.
    """

    media: Media
    transitions: tuple[Transition, ...] = ()
    shots: tuple[Shot, ...] = ()
    speech: tuple[Span, ...] = ()
    music: tuple[Span, ...] = ()
    noise: tuple[Span, ...] = ()
    loudness: Loudness | None = None
    motion: Curve | None = None
    importance: Curve | None = None
    beats: tuple[float, ...] = ()
    warnings: tuple[str, ...] = ()
    analysers: dict[str, str] = field(default_factory=dict)
    takes: tuple[Take, ...] = ()
    grades: tuple[Grade, ...] = ()
    faces: Curve | None = None
    perhaps: tuple[Span, ...] = ()
    breaths: tuple[Span, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values for `json.dumps`, `format` first."""
        return {"format": FORMAT, **asdict(self)}

    @staticmethod
    def from_json(data: Any, name: str = "findings") -> Findings:
        """The inverse of `to_json`; `from_json(to_json(f)) == f`.

        Raises:
            PlanError: not findings, of a newer format, or with a missing or wrong value; `name` is in the sentence.
        """
        require_format(data, FORMAT, name)
        try:
            return Findings(
                media=_record(Media, data["media"], audio=lambda a: _record(Audio, a) if a else None),
                transitions=tuple(_record(Transition, t) for t in data.get("transitions", ())),
                shots=tuple(_record(Shot, s, look=_look) for s in data.get("shots", ())),
                speech=_spans(data, "speech"),
                perhaps=_spans(data, "perhaps"),
                breaths=_spans(data, "breaths"),
                music=_spans(data, "music"),
                noise=_spans(data, "noise"),
                loudness=_record(Loudness, data["loudness"], momentary_lufs=tuple) if data.get("loudness") else None,
                motion=_curve(data, "motion"),
                importance=_curve(data, "importance"),
                faces=_curve(data, "faces"),
                beats=tuple(data.get("beats", ())),
                takes=tuple(_record(Take, take) for take in data.get("takes", ())),
                grades=tuple(_record(Grade, g, correction=Correction.from_json) for g in data.get("grades", ())),
                warnings=tuple(data.get("warnings", ())),
                analysers=dict(data.get("analysers", {})),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise PlanError(f"{name} is damaged: {problem!s}.", "Analyse the footage again.") from problem


def require_format(data: Any, expected: str, name: str) -> None:
    """Check the `format` line of a JSON document.

    Raises:
        PlanError: `data` is no object, is another kind of document, or a newer version of this one.
    """
    found = data.get("format") if isinstance(data, dict) else None
    kind, _, version = expected.partition("/")
    if found == expected:
        return
    if isinstance(found, str) and found.startswith(kind + "/"):
        if found.partition("/")[2].isdigit() and int(found.partition("/")[2]) > int(version):
            raise PlanError(f"{name} is in the newer format {found}.", "Update NeuroEdit to read it.")
        raise PlanError(f"{name} is in the unknown format {found}.", "Make it again with this NeuroEdit.")
    raise PlanError(f"{name} is not a {kind} file.", f"It should begin with \"format\": \"{expected}\".")


def read_json(path: Path) -> Any:
    """The JSON document in a file.

    Raises:
        PlanError: the file cannot be read or is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PlanError(f"{path} does not exist.") from None
    except OSError as problem:
        raise PlanError(f"{path} cannot be read: {problem.strerror}.") from problem
    except ValueError as problem:
        raise PlanError(f"{path} is not JSON: {problem}.") from problem


def _record(kind: type, values: dict[str, Any], /, **convert: Any) -> Any:
    known = {f.name for f in fields(kind)}
    # Unknown keys of the same format version are additions of a later release: read past them.
    return kind(**{k: convert[k](v) if k in convert else v for k, v in values.items() if k in known})


def _look(values: dict[str, Any] | None) -> Look | None:
    return _record(Look, values, mean=tuple, luma=tuple) if values else None


def _spans(data: dict[str, Any], key: str) -> tuple[Span, ...]:
    return tuple(_record(Span, span) for span in data.get(key, ()))


def _curve(data: dict[str, Any], key: str) -> Curve | None:
    return _record(Curve, data[key], values=tuple) if data.get(key) else None
