"""Makes the small media files that tests need: of every kind, and broken in every way. PyAV and numpy only.

Each second of a `film` begins with a white picture of one frame and a click of sound at the same instant; between
them the picture's colour tells the second and its brightness moves a little.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.stream import Disposition

Paint = Callable[[int, float], np.ndarray]  # frame number, second -> uint8 (h, w, 3)
Sing = Callable[[np.ndarray], np.ndarray]  # seconds (n,) -> float32 (n,) or (channels, n)

COLOURS = ((180, 60, 60), (60, 170, 60), (60, 80, 190), (170, 160, 50), (150, 60, 160), (60, 160, 160))


@dataclass(frozen=True)
class Picture:
    """A picture track; `stamps` gives every frame's own second (variable frame rate), `start` delays the track."""

    fps: Fraction = Fraction(25)
    size: tuple[int, int] = (128, 72)
    codec: str = "libx264"
    pixels: str = "yuv420p"
    paint: Paint | None = None
    start: float = 0.0
    stamps: Sequence[float] | None = None
    rotation: int = 0
    aspect: Fraction | None = None
    tags: dict[str, int] = field(default_factory=dict)  # colorspace, color_range, color_trc, color_primaries
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sound:
    """A sound track."""

    rate: int = 48_000
    layout: str = "stereo"
    codec: str = "aac"
    sing: Sing | None = None
    start: float = 0.0


def flash_and_colour(size: tuple[int, int], fps: Fraction) -> Paint:
    """The picture that a film shows when nothing else is asked for."""

    def paint(number: int, second: float) -> np.ndarray:
        image = np.empty((size[1], size[0], 3), np.uint8)
        whole = int(second + 1e-6)
        flash = second - whole < 1 / float(fps) - 1e-6
        image[:] = 255 if flash else COLOURS[whole % len(COLOURS)]
        image[: size[1] // 4, : (number * 3) % size[0]] //= 2
        return image

    return paint


def clicks(times: np.ndarray) -> np.ndarray:
    """A click of 10 ms at the start of every second over a faint tone."""
    into = times - np.floor(times + 1e-9)
    return (0.8 * (into < 0.01) * np.sin(2 * np.pi * 1000 * times) + 0.01 * np.sin(2 * np.pi * 220 * times)).astype(
        np.float32
    )


def silence(times: np.ndarray) -> np.ndarray:
    """Nothing at all."""
    return np.zeros(len(times), np.float32)


def film(path: Path, seconds: float = 2.0, picture: Picture | None = Picture(), sound: Sound | None = Sound(),
         *, more_sound: Sequence[Sound] = (), cover: bool = False, frames: int | None = None,
         container_options: dict[str, str] | None = None) -> Path:  # fmt: skip
    """Write a media file, of the kind that the suffix says; returns its path."""
    sounds = [*([sound] if sound else []), *more_sound]
    with av.open(str(path), "w", options=container_options or {}) as out:
        video = _add_picture(out, picture) if picture else None
        audios = [_add_sound(out, each) for each in sounds]
        art = _add_cover(out) if cover else None
        packets = []
        if picture:
            packets += _pictures(video, picture, seconds, frames)
        for stream, each in zip(audios, sounds, strict=True):
            packets += _sounds(stream, each, seconds)
        if art:
            packet = av.Packet(_png())
            packet.stream, packet.pts, packet.dts, packet.is_keyframe = art, 0, 0, True
            out.mux(packet)
        for packet in sorted(packets, key=lambda p: float(p.dts * p.time_base) if p.dts is not None else 0.0):
            out.mux(packet)
    return path


def stills(folder: Path, count: int = 10, size: tuple[int, int] = (96, 54), first: int = 1) -> str:
    """Write numbered PNG files; returns their pattern."""
    paint = flash_and_colour(size, Fraction(10))
    for number in range(count):
        (folder / f"still_{number + first:04d}.png").write_bytes(_png(paint(number, number / 10)))
    return str(folder / "still_%04d.png")


def truncated(path: Path, whole: Path, share: float = 0.6) -> Path:
    """The first part of a file."""
    data = whole.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def corrupted(path: Path, whole: Path, begin: float = 0.45, end: float = 0.55) -> Path:
    """A file with a stretch of noise in its middle."""
    data = bytearray(whole.read_bytes())
    first, last = int(len(data) * begin), int(len(data) * end)
    data[first:last] = np.random.default_rng(7).integers(0, 256, last - first, np.uint8).tobytes()
    path.write_bytes(data)
    return path


def text_named_mp4(path: Path) -> Path:
    """A letter that claims to be a film."""
    path.write_text("Dear editor,\nthis is no film.\n" * 50, encoding="utf-8")
    return path


def empty(path: Path) -> Path:
    """No bytes at all."""
    path.write_bytes(b"")
    return path


def _add_picture(out: av.container.OutputContainer, picture: Picture) -> av.VideoStream:
    rate = picture.fps
    stream = out.add_stream(picture.codec, rate=rate, options=dict(picture.options))
    stream.width, stream.height = picture.size
    stream.pix_fmt = picture.pixels
    stream.codec_context.time_base = Fraction(1, 90_000) if picture.stamps or picture.start else 1 / rate
    if picture.aspect:
        stream.codec_context.sample_aspect_ratio = picture.aspect
    if picture.rotation:
        stream.set_display_rotation(picture.rotation)
    for name, value in picture.tags.items():
        setattr(stream.codec_context, name, value)
    return stream


def _add_sound(out: av.container.OutputContainer, sound: Sound) -> av.AudioStream:
    return out.add_stream(sound.codec, rate=sound.rate, layout=sound.layout)


def _add_cover(out: av.container.OutputContainer) -> av.VideoStream:
    stream = out.add_stream("png", rate=25)
    stream.width, stream.height, stream.pix_fmt = 32, 32, "rgb24"
    stream.disposition = Disposition.attached_pic
    return stream


def _pictures(stream: av.VideoStream, picture: Picture, seconds: float, frames: int | None) -> list[av.Packet]:
    paint = picture.paint or flash_and_colour(picture.size, picture.fps)
    stamps = picture.stamps or [n / float(picture.fps) for n in range(frames or round(seconds * float(picture.fps)))]
    packets = []
    base = stream.codec_context.time_base
    for number, second in enumerate(stamps):
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(paint(number, second)), format="rgb24")
        frame = frame.reformat(format=picture.pixels, dst_colorspace=_swscale_matrix(picture.tags),
                               dst_color_range=picture.tags.get("color_range"))  # fmt: skip
        for name, value in picture.tags.items():
            setattr(frame, name, value)
        frame.pts = round((second + picture.start) / base)
        frame.time_base = base
        packets += stream.encode(frame)
    return packets + stream.encode(None)


def _swscale_matrix(tags: dict[str, int]) -> int | None:
    return {1: 1, 5: 5, 6: 5, 9: 9}.get(tags.get("colorspace", 2))


def _sounds(stream: av.AudioStream, sound: Sound, seconds: float) -> list[av.Packet]:
    times = np.arange(round(seconds * sound.rate)) / sound.rate
    sung = (sound.sing or clicks)(times)
    channels = len(stream.layout.channels)
    samples = np.ascontiguousarray(np.broadcast_to(sung, (channels, len(times))), np.float32)
    resampler = av.AudioResampler(format=stream.format, layout=stream.layout, rate=sound.rate,
                                  frame_size=stream.codec_context.frame_size or 1024)  # fmt: skip
    frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=sound.layout)
    frame.sample_rate, frame.time_base = sound.rate, Fraction(1, sound.rate)
    frame.pts = 0
    packets = []
    for piece in [*resampler.resample(frame), *resampler.resample(None)]:
        piece.pts = (piece.pts or 0) + round(sound.start * sound.rate)
        packets += stream.encode(piece)
    return packets + stream.encode(None)


def _png(image: np.ndarray | None = None) -> bytes:
    codec = av.CodecContext.create("png", "w")
    pixels = np.full((32, 32, 3), 200, np.uint8) if image is None else image
    codec.height, codec.width = pixels.shape[:2]
    codec.pix_fmt, codec.time_base = "rgb24", Fraction(1, 25)
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
    return b"".join(bytes(p) for p in [*codec.encode(frame), *codec.encode(None)])
