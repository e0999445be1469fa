"""Promise: speech is found in any sound file: any rate and channels, turned phase, early ends, late starts."""

from __future__ import annotations

import contextlib
import tracemalloc
from fractions import Fraction

import av
import numpy as np
import pytest

pytest.importorskip("onnxruntime")
import sounds
from media_files import Picture, Sound, film

from neuroedit_addon.worker.analyser import SoundBlock
from neuroedit_addon.worker.media import Reader
from neuroedit_addon.worker.mono import Mono
from neuroedit_addon.worker.phase import Phase
from neuroedit_addon.worker.sound_net import SoundNet
from neuroedit_addon.worker.voice import espeak

RATE = 16_000
PHRASE = (2.0, 5.0)  # where somebody speaks in eight seconds of room
SECONDS = 8.0
LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 6: "5.1", 8: "7.1", 16: "hexadecagonal"}
VOICES = {
    "en-us": "The river is wide and the bridge is old, so we have to walk for another hour.",
    "de": "Der Fluss ist breit und die Brücke ist alt, also müssen wir noch eine Stunde laufen.",
    "fr": "La rivière est large et le pont est vieux, donc nous devons marcher encore une heure.",
    "cmn": "河很宽，桥很旧，所以我们还要再走一个小时。",
    "ru": "Река широкая, а мост старый, поэтому нам придётся идти ещё час.",
}


def talk(voice: str = "en-us", rate: int = RATE) -> np.ndarray:
    """A phrase in the middle of a soft room, mono."""
    spoken = espeak().say(VOICES.get(voice.partition("+")[0], VOICES["en-us"]), voice)
    sound = 3e-4 * np.random.default_rng(2).standard_normal(round(SECONDS * rate))
    count = round((PHRASE[1] - PHRASE[0]) * rate)
    said = np.interp(np.arange(count) * spoken.rate / rate, np.arange(len(spoken.samples)), spoken.samples, right=0.0)
    sound[round(PHRASE[0] * rate) :][:count] += 0.4 * said / np.abs(said).max()
    return sound.astype(np.float32)


def heard(channels: np.ndarray, rate: int = RATE, layout: str | None = None):
    """Speech found in float (channels, n), in frames of a tenth of a second, as a decoder would hand them over."""
    mono, net = Mono(), SoundNet()
    step = rate // 10
    for start in range(0, channels.shape[1], step):
        piece = np.ascontiguousarray(channels[:, start : start + step].T.reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(piece, "flt", layout or LAYOUTS[len(channels)])
        frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
        for block in mono.feed(frame, start / rate):
            net.sound(block)
    for block in mono.finish():
        net.sound(block)
    return net.finish()["speech"]


def finds_the_phrase(spans, late: float = 0.0) -> None:
    inside = sum(max(0.0, min(s.end, PHRASE[1] + late) - max(s.start, PHRASE[0] + late)) for s in spans)
    outside = sum(s.end - s.start for s in spans) - inside
    assert inside > 0.7 * (PHRASE[1] - PHRASE[0])
    assert outside < 0.8


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 192_000])
def test_any_rate(rate):
    finds_the_phrase(heard(talk(rate=rate)[None], rate))


@pytest.mark.parametrize("count", LAYOUTS)
def test_one_to_sixteen_channels(count):
    finds_the_phrase(heard(np.tile(talk(), (count, 1))))


@pytest.mark.parametrize("planar", [True, False])
@pytest.mark.parametrize("kind", ["fltp", "s16p"])
def test_a_channel_in_opposite_phase_does_not_silence_the_other(kind, planar):
    sound = talk()
    finds_the_phrase(heard(np.stack((sound, -0.9 * sound))))
    scaled = sound if kind == "fltp" else (sound * 32767).astype(np.int16)
    both = np.stack((scaled, -scaled))
    name = kind if planar else kind[:-1]
    frame = av.AudioFrame.from_ndarray(both if planar else np.ascontiguousarray(both.T.reshape(1, -1)), name, "stereo")
    frame.sample_rate = RATE
    righted = Phase().righted(frame).to_ndarray().reshape(both.shape if planar else (-1, 2))
    left, right = righted if planar else righted.T
    np.testing.assert_array_equal(left, scaled)
    np.testing.assert_array_equal(right, scaled)


def test_honest_stereo_is_left_alone():
    sound = np.stack((talk(), 0.3 * np.random.default_rng(1).standard_normal(round(SECONDS * RATE)))).astype(np.float32)
    for channels in (sound, sound[[0, 0]], 0 * sound):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(channels), "fltp", "stereo")
        frame.sample_rate = RATE
        assert Phase().righted(frame) is frame


def test_clipped_speech_is_speech():
    finds_the_phrase(heard(np.clip(20 * talk(), -1, 1)[None]))


@pytest.mark.parametrize("voice", [*VOICES, "en-us+whisper", "en-us+f4"])
def test_languages_and_whispering(voice):
    finds_the_phrase(heard(talk(voice)[None]))


@pytest.mark.parametrize(("before", "after"), [(5.0, 0.0), (0.0, 4.0)], ids=["longer", "shorter"])
def test_sound_longer_and_shorter_than_the_picture(before, after, tmp_path):
    """Cut off what the other track has more: eight seconds of sound over three of pictures, and over twelve."""
    seconds = SECONDS - before + after
    pictures = film(tmp_path / "picture.mp4", seconds, Picture(size=(64, 36)), None)
    sounds.write(tmp_path / "sound.wav", talk(), RATE)
    path = joined(tmp_path / "both.mkv", pictures, tmp_path / "sound.wav")
    spans, media = read(path)
    finds_the_phrase(spans)
    assert media.duration == pytest.approx(max(SECONDS, seconds), abs=0.1)


@pytest.mark.parametrize("late", [0.7, 3.0])
def test_a_track_that_starts_late(late, tmp_path):
    said = talk()

    def sing(times):
        return np.interp(times * RATE, np.arange(len(said)), said, left=0.0, right=0.0).astype(np.float32)

    sound = Sound(layout="mono", sing=sing, start=late)
    spans, media = read(film(tmp_path / "late.mkv", SECONDS + late, Picture(size=(64, 36)), sound))
    assert media.sound_start == pytest.approx(late, abs=0.05)
    finds_the_phrase(spans, late)


def read(path):
    net = SoundNet()
    with Reader(path) as reader:
        for item in reader:
            if isinstance(item, SoundBlock):
                net.sound(item)
        return net.finish()["speech"], reader.media()


def joined(path, *parts):
    """The tracks of several files in one, as they are."""
    with av.open(str(path), "w") as out, contextlib.ExitStack() as stack:
        packets = []
        for part in parts:
            source = stack.enter_context(av.open(str(part)))
            stream = out.add_stream_from_template(source.streams[0])
            for packet in source.demux(0):
                if packet.dts is not None:
                    packet.stream = stream
                    packets.append(packet)
        for packet in sorted(packets, key=lambda p: float(p.dts * p.time_base)):
            out.mux(packet)
    return path


def test_ten_hours_are_streamed():
    """Ten minutes more of sound may cost what the findings themselves keep, and not what the sound would take."""
    net = SoundNet(network=lambda features: np.zeros((1, features.shape[1], 4), np.float32))
    block = (0.01 * np.random.default_rng(1).standard_normal(60 * RATE)).astype(np.float32)

    def minutes(first: int, last: int) -> None:
        for minute in range(first, last):
            net.sound(SoundBlock(minute * len(block), block))

    minutes(0, 3)
    tracemalloc.start()
    minutes(3, 8)
    grown = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert grown < 5 * 60 * 100 * 80  # where the sound itself is 640 bytes for every 10 ms
