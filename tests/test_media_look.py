"""The small look shows the right colours, whatever way the file codes them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("av")

import av
from media_files import Picture, film

from neuroedit_addon.findings import Transition
from neuroedit_addon.worker import hdr
from neuroedit_addon.worker.analyser import LookFrame
from neuroedit_addon.worker.look import LookMeter
from neuroedit_addon.worker.media import Reader
from neuroedit_addon.worker.shrink import look

BARS = np.array([(200, 40, 60), (50, 170, 70), (60, 80, 190), (180, 180, 180), (16, 16, 16), (235, 200, 30)], np.uint8)


def bars(number: int, second: float) -> np.ndarray:
    return np.repeat(np.repeat(BARS[None], 96, axis=0), 32, axis=1)


def seen_bars(image: np.ndarray) -> np.ndarray:
    """The colour in the middle of each bar of a look."""
    return np.array([image[20:34, 16 * i + 5 : 16 * i + 11].reshape(-1, 3).mean(axis=0) for i in range(len(BARS))])


def first_look(path: Path) -> np.ndarray:
    with Reader(path, sound=False) as reader:
        return next(event.rgb for event in reader if isinstance(event, LookFrame))


CODINGS = {
    "8 bit 4:2:0": Picture(),
    "Rec.709": Picture(tags={"colorspace": 1, "color_primaries": 1, "color_trc": 1}),
    "full range": Picture(tags={"colorspace": 5, "color_range": 2}),
    "4:2:2": Picture(pixels="yuv422p"),
    "4:4:4 10 bit": Picture(pixels="yuv444p10le"),
    "10 bit": Picture(pixels="yuv420p10le"),
    "12 bit": Picture(codec="ffv1", pixels="yuv422p12le"),
    "16 bit": Picture(codec="ffv1", pixels="yuv444p16le"),
    "RGB": Picture(codec="libx264rgb", pixels="rgb24"),
    "planar RGB": Picture(codec="utvideo", pixels="gbrp"),
    "packed with alpha": Picture(codec="ffv1", pixels="bgra"),
    "motion JPEG": Picture(codec="mjpeg", pixels="yuvj422p"),
    "MPEG-2": Picture(codec="mpeg2video", options={"qmax": "2"}),
    "ProRes": Picture(codec="prores_ks", pixels="yuv422p10le"),
}


@pytest.mark.parametrize("coding", CODINGS)
def test_colours_survive_their_coding(coding: str, tmp_path: Path) -> None:
    picture = replace(CODINGS[coding], size=(192, 96), paint=bars)
    suffix = {"ProRes": "mov", "planar RGB": "avi"}.get(coding, "mkv")
    image = first_look(film(tmp_path / f"a.{suffix}", 0.2, picture, None))
    assert seen_bars(image) == pytest.approx(BARS.astype(float), abs=6)


@pytest.mark.parametrize("name", ["nv12", "p010le", "gray", "gray10le", "yuva420p", "yuv411p", "rgb565le", "pal8"])
def test_formats_that_decoders_rarely_give(name: str) -> None:
    frame = av.VideoFrame.from_ndarray(bars(0, 0), format="rgb24")
    if name == "pal8":
        picture = av.VideoFrame.from_ndarray(np.zeros((96, 192), np.uint8), format="gray").reformat(format="rgb8")
        assert look(picture).max() < 8
        return
    image = look(frame.reformat(format=name))
    expected = BARS.astype(float)
    if name.startswith("gray"):
        expected = np.repeat((expected @ [0.299, 0.587, 0.114])[:, None], 3, axis=1)
    assert seen_bars(image) == pytest.approx(expected, abs=10)


def test_alpha_lies_over_black(tmp_path: Path) -> None:
    pixels = np.full((54, 96, 4), 200, np.uint8)
    pixels[:, :48, 3] = 0
    pixels[:, 48:, 3] = 128
    for name in ("rgba", "yuva444p", "gbrap"):
        image = look(av.VideoFrame.from_ndarray(pixels, format="rgba").reformat(format=name))
        assert image[:, :46].max() < 4, name
        assert image[:, 50:].mean() == pytest.approx(100, abs=4), name


def test_large_pictures_are_averaged() -> None:
    rng = np.random.default_rng(1)
    for height, width in ((1080, 1920), (1079, 1919), (540, 960), (30, 40)):
        noise = rng.integers(0, 256, (height, width, 3), np.uint8)
        image = look(av.VideoFrame.from_ndarray(noise, format="rgb24").reformat(format="yuv444p", dst_color_range=1))
        assert image.mean() == pytest.approx(127.5, abs=4)
        if height > 1000:
            assert image.astype(float).std() < 15, "many pixels were averaged into one"


def test_perceptual_quantiser() -> None:
    # ITU-R BT.2408 table 1 and SMPTE ST 2084: 0, 100, 203, 1000 and 10,000 cd/m2.
    code = np.array([0, 0.508, 0.581, 0.752, 1.0])
    assert hdr.pq_to_nits(code) == pytest.approx([0, 100, 203, 1000, 10_000], rel=0.01)


def test_hybrid_log_gamma() -> None:
    # ITU-R BT.2408: 75 % is 203 cd/m2, 38 % 26 cd/m2, 100 % 1000 cd/m2 on a display of 1000.
    code = np.array([0.0, 0.38, 0.75, 1.0], np.float32)[:, None].repeat(3, axis=1)
    assert hdr.hlg_to_nits(code)[:, 0] == pytest.approx([0, 26, 203, 1000], rel=0.02, abs=0.01)


@pytest.mark.parametrize(("transfer", "white", "grey"), [(hdr.PQ, 0.581, 0.38), (hdr.HLG, 0.75, 0.38)])
def test_hdr_looks_as_a_television_shows_it(transfer: int, white: float, grey: float) -> None:
    curve = hdr.curve_of(transfer, 9)
    assert curve is not None
    ramp = np.linspace(0, 1, 50, dtype=np.float32)[:, None].repeat(3, axis=1)
    shown = curve(ramp)
    assert (np.diff(shown, axis=0) >= -1e-5).all(), "brighter stays brighter"
    assert shown[0].max() < 0.01
    assert shown[-1].min() > 0.99
    assert curve(np.full((1, 3), white, np.float32)) == pytest.approx(0.95, abs=0.03)
    assert curve(np.full((1, 3), grey, np.float32)) == pytest.approx(0.42, abs=0.05)
    assert hdr.curve_of(1, 1) is None


@pytest.mark.parametrize("transfer", [hdr.PQ, hdr.HLG])
def test_hdr_files_are_read_by_their_tags(transfer: int, tmp_path: Path) -> None:
    def paint(number: int, second: float) -> np.ndarray:
        return np.full((54, 96, 3), 148, np.uint8)  # 0.58: diffuse white in PQ, mid-tone in HLG

    tags = {"colorspace": 9, "color_primaries": 9, "color_trc": transfer}
    picture = Picture(codec="ffv1", pixels="yuv420p10le", size=(96, 54), paint=paint, tags=tags)
    level = first_look(film(tmp_path / "a.mkv", 0.2, picture, None)).mean() / 255
    assert level == pytest.approx({hdr.PQ: 0.95, hdr.HLG: 0.68}[transfer], abs=0.03)


def measured(frames: list[tuple[float, np.ndarray]]) -> LookMeter:
    meter = LookMeter()
    for index, (time, rgb) in enumerate(frames):
        meter.picture(LookFrame(index, time, rgb))
    return meter


def flat(*colour: int) -> np.ndarray:
    return np.full((54, 96, 3), colour, np.uint8)


def test_the_look_of_a_shot() -> None:
    half = flat(255, 255, 255)
    half[:, :48] = (102, 51, 0)
    meter = measured([(n / 25, half) for n in range(50)] + [(2 + n / 25, flat(0, 0, 0)) for n in range(50)])
    seen = meter.between(0, 2)
    assert seen is not None
    assert seen.mean == pytest.approx((0.7, 0.6, 0.5), abs=0.001)
    assert seen.saturation == pytest.approx(0.5, abs=0.001)
    assert seen.clipped == pytest.approx(0.5, abs=0.001)
    dark = 0.2126 * 0.4 + 0.7152 * 0.2
    assert seen.luma[:3] == pytest.approx([dark] * 3, abs=0.006)
    assert seen.luma[4:] == pytest.approx([1] * 3, abs=0.006)
    black = meter.between(2, 4)
    assert black is not None
    assert black.clipped == 1
    assert max(black.mean) == 0
    assert meter.between(5, 6) is None


def test_a_dissolve_is_left_out_of_the_look() -> None:
    frames = [(n / 25, flat(*[100 if n < 25 else 200] * 3)) for n in range(50)]
    dissolve = Transition("dissolve", 1.0, 2.0, 25, 50, 1.0)
    seen = measured(frames).between(0, 1.5, [dissolve])
    assert seen is not None
    assert seen.mean[0] == pytest.approx(100 / 255, abs=0.001)


def test_motion_is_the_change_of_luma() -> None:
    still = [(n / 10, flat(128, 128, 128)) for n in range(10)]
    moving = [(1 + n / 10, flat(*[128 + 51 * (n % 2)] * 3)) for n in range(10)]
    curve = measured(still + moving).finish()["motion"]
    assert curve.hop == 0.5
    assert curve.values == pytest.approx((0, 0, 0.16, 0.2), abs=0.003)


def test_no_picture_no_motion() -> None:
    assert LookMeter().finish() == {}


def test_interlaced_combs_do_not_show(tmp_path: Path) -> None:
    def comb(number: int, second: float) -> np.ndarray:
        image = np.zeros((1080, 1920, 3), np.uint8)
        image[::2] = 255
        return image

    with av.open(str(tmp_path / "a.mkv"), "w") as out:
        stream = out.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv444p"
        frame = av.VideoFrame.from_ndarray(comb(0, 0), format="rgb24").reformat(format="yuv444p")
        frame.pts, frame.time_base = 0, Fraction(1, 25)
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    assert first_look(tmp_path / "a.mkv").std() < 2
