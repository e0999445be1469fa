"""Reading media: every kind of file gives its pictures and its sound at the right time."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("av")

from media_files import Picture, Sound, film, flash_and_colour, silence, stills

from neuroedit_addon.findings import Media
from neuroedit_addon.worker.analyser import LookFrame
from neuroedit_addon.worker.media import Reader


@dataclass
class Seen:
    """What a reader gave."""

    media: Media
    frames: list[LookFrame]
    sound: np.ndarray
    warnings: list[str]

    @property
    def flashes(self) -> list[float]:
        return [f.time for f in self.frames if f.rgb.mean() > 200]

    @property
    def clicks(self) -> list[float]:
        loud = np.flatnonzero(np.abs(self.sound) > 0.2) / 16_000
        return [float(t) for i, t in enumerate(loud) if i == 0 or t - loud[i - 1] > 0.1]


def see(source: object) -> Seen:
    frames, blocks = [], []
    with Reader(source) as reader:
        for event in reader:
            (frames if isinstance(event, LookFrame) else blocks).append(event)
        place = 0
        for block in blocks:
            assert block.start == place, "blocks of sound must adjoin"
            place += len(block.samples)
        assert [f.index for f in frames] == list(range(len(frames)))
        assert all(a.time < b.time for a, b in zip(frames, frames[1:], strict=False))
        assert all(f.rgb.shape == (54, 96, 3) and f.rgb.dtype == np.uint8 for f in frames)
        sound = np.concatenate([b.samples for b in blocks]) if blocks else np.zeros(0, np.float32)
        assert sound.dtype == np.float32
        return Seen(reader.media(), frames, sound, reader.warnings)


KINDS = {
    "mp4": ("a.mp4", Picture(), Sound()),
    "mov_prores_10_bit": ("a.mov", Picture(codec="prores_ks", pixels="yuv422p10le"), Sound(codec="pcm_s16le")),
    "mkv_444_odd_size": ("a.mkv", Picture(pixels="yuv444p", size=(101, 57)), Sound(codec="flac")),
    "webm": ("a.webm", Picture(codec="libvpx"), Sound(codec="libopus")),
    "ntsc_44100": ("a.mp4", Picture(fps=Fraction(30000, 1001)), Sound(rate=44_100)),
    "60_fps_96000_mono": ("a.mkv", Picture(fps=Fraction(60)), Sound(rate=96_000, layout="mono", codec="flac")),
    "surround": ("a.mkv", Picture(), Sound(layout="5.1", codec="ac3")),
    "packed_rgb": ("a.mkv", Picture(codec="ffv1", pixels="bgr0"), Sound(codec="flac")),
    "interlaced": ("a.mkv", Picture(options={"flags": "+ildct+ilme", "x264-params": "tff=1"}), Sound()),
    "anamorphic": ("a.mp4", Picture(aspect=Fraction(4, 3)), Sound()),
}


@pytest.mark.parametrize("kind", KINDS)
def test_flash_and_click_come_at_each_second(kind: str, tmp_path: Path) -> None:
    name, picture, sound = KINDS[kind]
    seen = see(film(tmp_path / name, 3.0, picture, sound))
    frame = 1 / float(picture.fps)
    assert len(seen.flashes) == 3
    for flash, click, second in zip(seen.flashes, seen.clicks, range(3), strict=True):
        assert abs(flash - second) < frame
        assert abs(click - second) < 0.005
        assert abs(click - flash) < frame / 2 + 0.003 or picture.fps.denominator > 1
    assert seen.media.frames == round(3 * picture.fps)
    assert seen.media.rate == picture.fps
    assert not seen.media.vfr
    assert seen.media.audio is not None
    assert seen.media.audio.rate == sound.rate
    assert abs(seen.media.duration - 3) < 0.06
    assert seen.warnings == []


def test_size_is_as_shown(tmp_path: Path) -> None:
    turned = see(film(tmp_path / "turned.mp4", 0.4, Picture(rotation=90), None)).media
    wide = see(film(tmp_path / "wide.mp4", 0.4, Picture(aspect=Fraction(4, 3)), None)).media
    assert (turned.width, turned.height) == (72, 128)
    assert (wide.width, wide.height) == (171, 72)


@pytest.mark.parametrize(("rotation", "corner"), [(0, (5, 5)), (90, (48, 5)), (180, (48, 90)), (-90, (5, 90))])
def test_a_turned_phone_gives_upright_pictures(rotation: int, corner: tuple[int, int], tmp_path: Path) -> None:
    def paint(number: int, second: float) -> np.ndarray:
        image = np.zeros((72, 128, 3), np.uint8)
        image[:18, :32] = 255  # top left as recorded
        return image

    [first, *_] = see(film(tmp_path / "a.mp4", 0.2, Picture(rotation=rotation, paint=paint), None)).frames
    assert first.rgb[corner].min() > 200
    assert first.rgb.mean() < 40


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.mov"])
@pytest.mark.parametrize(("picture_start", "sound_start"), [(0.0, 0.5), (0.5, 0.0), (5.0, 5.5), (3.4, 3.0)])
def test_tracks_that_start_late_keep_their_distance(
    name: str, picture_start: float, sound_start: float, tmp_path: Path
) -> None:
    seen = see(film(tmp_path / name, 3.0, Picture(start=picture_start), Sound(start=sound_start)))
    zero = min(picture_start, sound_start)
    if name != "a.mkv":
        zero = 0.0 if zero == 0 else zero  # an edit list keeps the delay, too
    first_flash, first_click = seen.flashes[0], seen.clicks[0]
    assert abs((first_flash - first_click) - (picture_start - sound_start)) < 0.03
    assert min(first_flash, first_click) < 0.03
    assert abs(seen.media.picture_start - (picture_start - zero)) < 0.03
    assert abs(seen.media.sound_start - (sound_start - zero)) < 0.03
    assert seen.warnings == []


def test_variable_frame_rate_keeps_every_time_stamp(tmp_path: Path) -> None:
    stamps = [n / 25 for n in range(25)] + [1 + n / 10 for n in range(10)] + [2 + n / 50 for n in range(50)]
    seen = see(film(tmp_path / "a.mp4", 3.0, Picture(stamps=stamps)))
    assert seen.media.vfr
    assert np.allclose([f.time for f in seen.frames], stamps, atol=0.001)


def test_rounded_stamps_are_no_variable_rate(tmp_path: Path) -> None:
    # Matroska writes milliseconds: 59.94 pictures a second come 16 or 17 ms apart.
    assert not see(film(tmp_path / "a.mkv", 4.0, Picture(fps=Fraction(60000, 1001)), None)).media.vfr


def test_a_picture_alone_and_a_sound_alone(tmp_path: Path) -> None:
    mute = see(film(tmp_path / "mute.mp4", 1.0, sound=None))
    assert mute.media.audio is None
    assert len(mute.sound) == 0
    heard = see(film(tmp_path / "song.m4a", 2.0, picture=None))
    assert heard.media.frames == 0
    assert heard.media.fps is None
    assert abs(heard.media.duration - 2) < 0.05


def test_cover_art_is_no_picture(tmp_path: Path) -> None:
    seen = see(film(tmp_path / "song.mp3", 2.0, None, Sound(codec="mp3"), cover=True))
    assert seen.frames == []
    assert len(see(film(tmp_path / "film.mp4", 1.0, cover=True)).frames) == 25


def test_one_picture_is_enough(tmp_path: Path) -> None:
    seen = see(film(tmp_path / "one.mp4", sound=None, frames=1))
    assert seen.media.frames == 1
    assert abs(seen.media.duration - 0.04) < 1e-6


def test_the_first_of_several_sound_tracks_is_heard_and_said(tmp_path: Path) -> None:
    path = film(tmp_path / "two.mkv", 2.0, more_sound=[Sound(sing=silence)])
    seen = see(path)
    assert len(seen.clicks) == 2
    assert seen.warnings == ["2 sound tracks; track 1 is analysed"]


def test_numbered_stills_with_their_sound(tmp_path: Path) -> None:
    pattern = stills(tmp_path, count=20, first=7)
    sound = film(tmp_path / "s.m4a", 2.0, picture=None)
    seen = see({"path": pattern, "fps": "10", "sound": str(sound)})
    assert seen.media.frames == 20
    assert seen.flashes == [0.0, 1.0]
    assert len(seen.clicks) == 2
    listed = see({"path": sorted(str(p) for p in tmp_path.glob("*.png")), "fps": 5})
    assert listed.media.duration == 4.0


@pytest.mark.parametrize(
    "name", ["日本 ñ ☃.mp4", "quote'\"s.mp4", "new\nline.mp4", "-dash.mp4", "per%04dcent.mp4", "a:b.mp4"]
)
def test_any_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.name == "nt" and set(name) & set('\n":'):
        pytest.skip("Windows has no such names")
    film(tmp_path / "plain.mp4", 0.4).rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert len(see(name).frames) == 10


def test_downmix_of_surround_keeps_the_voice_in_the_middle(tmp_path: Path) -> None:
    def sing(times: np.ndarray) -> np.ndarray:
        voices = np.zeros((6, len(times)), np.float32)
        voices[2] = 0.5 * np.sin(2 * np.pi * 440 * times)  # front centre
        return voices

    seen = see(film(tmp_path / "a.mkv", 1.0, None, Sound(layout="5.1", codec="flac", sing=sing)))
    assert np.abs(seen.sound[4000:12000]).max() > 0.1


def test_reading_keeps_no_more_than_a_few_seconds_of_pictures(tmp_path: Path) -> None:
    import tracemalloc

    paint = flash_and_colour((64, 36), Fraction(25))
    path = film(tmp_path / "long.mp4", 60.0, Picture(size=(64, 36), paint=paint))
    tracemalloc.start()
    pictures = sum(isinstance(event, LookFrame) for event in Reader(path))
    _, high = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert pictures == 1500
    assert high < 6_000_000 < pictures * 54 * 96 * 3 / 3
