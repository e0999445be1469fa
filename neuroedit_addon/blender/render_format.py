"""What a film is written as, by its suffix, and the scene's render settings for the time of one render."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UsageError


@dataclass(frozen=True)
class Format:
    """Blender's names of a container and its codecs; `profile` of those that have some."""

    container: str
    picture: str
    sound: str
    profile: str = ""


FORMATS = {
    ".mp4": Format("MPEG4", "H264", "AAC"),
    ".mkv": Format("MKV", "H264", "AAC"),
    ".mov": Format("QUICKTIME", "H264", "AAC"),
    ".webm": Format("WEBM", "WEBM", "OPUS"),  # Blender calls VP9 by the container's name
}
_SOUND_KBITS = 192
_SOUND_RATE = 48_000
_SECONDS_BETWEEN_KEY_FRAMES = 2


def format_of(output: Path) -> Format:
    """The format that a file's suffix stands for.

    Raises:
        UsageError: no film has this suffix.
    """
    try:
        return FORMATS[output.suffix.lower()]
    except KeyError:
        suffix = f"“{output.suffix}” is" if output.suffix else f"{output.name} has"
        what = "no kind of film that can be written" if output.suffix else "no suffix"
        raise UsageError(f"{suffix} {what}.", f"Choose one of {', '.join(FORMATS)}.") from None


def film_size(render: Any) -> tuple[int, int]:
    """Width and height that a render has: the scene's, less one where they are odd (H.264 and VP9 halve colours)."""
    share = render.resolution_percentage / 100
    width, height = int(render.resolution_x * share), int(render.resolution_y * share)
    return max(2, width - width % 2), max(2, height - height % 2)


@contextmanager
def film_settings(scene: Any, form: Format, blender_path: str, span: tuple[int, int], sound: bool) -> Iterator[None]:
    """The scene's settings for rendering frames [first, after) into `blender_path`; what was before comes back."""
    wanted = [item for item in _wanted(scene, form, blender_path, span, sound) if hasattr(item[0], item[1])]
    # Before anything is set: choosing a film makes Blender fill in settings that were empty.
    former = [(owner, name, getattr(owner, name)) for owner, name, _ in wanted]
    former += [item for owner in (scene.render.image_settings, scene.render.ffmpeg) for item in _plain_values(owner)]
    try:
        for owner, name, value in wanted:
            setattr(owner, name, value)
        yield
    finally:
        # In the order they were set: what one of them changes along with itself, a later one puts right.
        for owner, name, value in former:
            with suppress(TypeError, AttributeError):
                setattr(owner, name, value)


def _plain_values(owner: Any) -> list[tuple[Any, str, Any]]:
    """Every value of a group of settings that can be set."""
    return [
        (owner, item.identifier, getattr(owner, item.identifier))
        for item in owner.bl_rna.properties
        if item.type in ("BOOLEAN", "INT", "FLOAT", "ENUM", "STRING") and not item.is_readonly
    ]


def _wanted(
    scene: Any, form: Format, blender_path: str, span: tuple[int, int], sound: bool
) -> list[tuple[Any, str, Any]]:
    render, image, film = scene.render, scene.render.image_settings, scene.render.ffmpeg
    wanted = [
        (image, "media_type", "VIDEO"),
        (image, "file_format", "FFMPEG"),
        (image, "color_mode", "RGB"),
        (image, "color_depth", "8"),
        (film, "format", form.container),
        (film, "codec", form.picture),
        *([(film, "ffmpeg_prores_profile", form.profile)] if form.profile else []),
        (film, "constant_rate_factor", "HIGH"),
        (film, "ffmpeg_preset", "GOOD"),
        (film, "gopsize", max(1, round(render.fps / render.fps_base * _SECONDS_BETWEEN_KEY_FRAMES))),
        (film, "use_max_b_frames", False),
        (film, "use_lossless_output", False),
        (film, "use_autosplit", False),
        (film, "audio_codec", form.sound if sound else "NONE"),
        (film, "audio_bitrate", _SOUND_KBITS),
        (film, "audio_mixrate", _SOUND_RATE),
        (render, "filepath", blender_path),
        (render, "use_file_extension", False),
        (render, "use_overwrite", True),
        (render, "use_placeholder", False),
        (render, "use_sequencer", True),
        (render, "use_border", False),
        (render, "use_multiview", False),
        (render, "use_lock_interface", True),
        (scene, "use_preview_range", False),
        (scene, "frame_step", 1),
        (scene, "frame_start", span[0]),
        (scene, "frame_end", span[1] - 1),
        (scene, "frame_current", scene.frame_current),
    ]
    width, height = film_size(render)
    share = render.resolution_percentage / 100
    if (width, height) != (int(render.resolution_x * share), int(render.resolution_y * share)):
        wanted += [
            (render, "resolution_x", _before_share(width, render.resolution_percentage)),
            (render, "resolution_y", _before_share(height, render.resolution_percentage)),
        ]
    return wanted


def _before_share(size: int, percentage: int) -> int:
    """The smallest resolution of which Blender makes `size` at this percentage (it rounds down)."""
    return -(-size * 100 // percentage)
