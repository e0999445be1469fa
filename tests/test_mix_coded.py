"""Promise: a film's sound meets its loudness and true peak after the codec, not only before it."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

pytest.importorskip("av")

import sounds

from neuroedit_addon.arrangement import Arrangement, SoundClip
from neuroedit_addon.errors import UsageError
from neuroedit_addon.worker.coded import coded
from neuroedit_addon.worker.mix import mixdown


def _film(sound: Path, film: Path, encoder: str) -> Path:
    """As another program would encode it."""
    with av.open(str(sound)) as source, av.open(str(film), "w") as target:
        stream = target.add_stream(encoder, rate=48_000, layout="stereo")
        stream.bit_rate = 192_000
        for frame in source.decode(audio=0):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return film


@pytest.mark.parametrize(("codec", "encoder", "suffix"), [("aac", "aac", ".mp4"), ("opus", "libopus", ".webm")])
def test_loud_sound_meets_its_numbers_after_the_codec(tmp_path: Path, codec: str, encoder: str, suffix: str) -> None:
    talk = sounds.talk(8) * 4
    path = sounds.write(tmp_path / "talk.wav", np.stack([talk, np.roll(talk, 999)]))
    arrangement = Arrangement(8.0, (SoundClip(str(path), 0.0, 8.0, name="talk"),))
    report = mixdown(arrangement, tmp_path / "mix.wav", -12.0, codec=codec)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mix.wav", "talk.wav"]
    loudness, peak = sounds.meter(_film(tmp_path / "mix.wav", tmp_path / f"film{suffix}", encoder))
    assert loudness == pytest.approx(-12, abs=0.3)
    assert peak <= -1.0
    assert report.after.true_peak_dbtp is not None
    assert report.after.true_peak_dbtp == pytest.approx(peak, abs=0.1)


def test_an_unknown_codec_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="mp3 is unknown"):
        coded(tmp_path / "mix.wav", "mp3")
