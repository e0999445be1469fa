"""Makes the small look of a decoded picture: 96x54 RGB, display-coded Rec.709, upright.

Planes are shrunk before colour is converted, so that the conversion (matrix, range, HDR curves) works on five
thousand pixels instead of two million.
"""

from __future__ import annotations

import re

import cv2
import numpy as np
from av import VideoFrame

from . import hdr
from .analyser import LOOK_HEIGHT, LOOK_WIDTH

# Kr, Kb by ITU-T H.273 MatrixCoefficients.
_LUMA_WEIGHTS = {
    1: (0.2126, 0.0722), 4: (0.30, 0.11), 5: (0.299, 0.114), 6: (0.299, 0.114), 7: (0.212, 0.087),
    9: (0.2627, 0.0593), 10: (0.2627, 0.0593),
}  # fmt: skip
_LIMITED_RANGE, _FULL_RANGE = 1, 2  # AVCOL_RANGE_MPEG, AVCOL_RANGE_JPEG
_PLANAR = re.compile(r"(?P<kind>yuvj|yuva|yuv|gbrap|gbrp|gray)(?P<sub>4\d\d)?p?(?P<bits>\d+)?(?P<end>le|be)?")
_SEMI_PLANAR = re.compile(r"(?:nv(?:12|16|24)|p[024](?P<bits>10|12|16)le)")
_ROWS_ENOUGH = 5 * LOOK_HEIGHT  # of more rows only every second, third or nth is looked at: same average, less work


def look(frame: VideoFrame) -> np.ndarray:
    """The look of a picture: uint8 (54, 96, 3)."""
    return shown(frame, LOOK_WIDTH, LOOK_HEIGHT)


def shown(frame: VideoFrame, width: int, height: int) -> np.ndarray:
    """The upright picture at a size: uint8 (height, width, 3)."""
    turns = round((frame.rotation or 0) / 90) % 4
    rgb = _planar(frame, (height, width) if turns % 2 else (width, height))
    if rgb is None:
        rgb = _through_swscale(frame, (height, width) if turns % 2 else (width, height))
    return np.ascontiguousarray(np.rot90(rgb, turns)) if turns else rgb


def _planar(frame: VideoFrame, size: tuple[int, int]) -> np.ndarray | None:
    name = frame.format.name
    if match := _PLANAR.fullmatch(name):
        bits = int(match["bits"] or 8)
        if match["end"] == "be" or bits > 16:
            return None
        planes = [_shrink(_plane(frame, i, bits), size) for i in range(len(frame.planes))]
        depth = bits
    elif match := _SEMI_PLANAR.fullmatch(name):
        bits = int(match["bits"] or 8)
        chroma = _shrink(_plane(frame, 1, bits, pair=True), size)
        planes = [_shrink(_plane(frame, 0, bits), size), chroma[..., 0], chroma[..., 1]]
        depth = 16 if bits > 8 else 8  # P010 and its kin keep their bits at the top
    else:
        return None
    alpha = planes.pop() if match.re is _PLANAR and match["kind"] in {"yuva", "gbrap"} else None
    full = frame.color_range == _FULL_RANGE or name.startswith("yuvj")
    full = full or (name.startswith("gray") and frame.color_range != _LIMITED_RANGE)  # as swscale takes it
    if name.startswith("gbr"):
        coded, matrix = cv2.merge([planes[2], planes[0], planes[1]]), _scale_only(depth)
    elif len(planes) == 1:
        coded, matrix = cv2.merge(planes * 3), _gray_matrix(depth, full)
    else:
        coded, matrix = cv2.merge(planes), _yuv_matrix(_luma_weights(frame), depth, full)
    rgb = _to_display(frame, coded, matrix)
    if alpha is not None:
        rgb = np.rint(rgb * (alpha[..., None] / np.float32((1 << depth) - 1))).astype(np.uint8)
    return rgb


def _plane(frame: VideoFrame, index: int, bits: int, *, pair: bool = False) -> np.ndarray:
    plane = frame.planes[index]
    item = np.dtype(np.uint8) if bits == 8 else np.dtype("<u2")
    step = max(1, plane.height // _ROWS_ENOUGH)
    shape = ((plane.height + step - 1) // step, plane.width) + ((2,) if pair else ())
    pixel = item.itemsize * (2 if pair else 1)
    strides = (plane.line_size * step, pixel) + ((item.itemsize,) if pair else ())
    return np.ndarray(shape, item, memoryview(plane), strides=strides)


def _shrink(plane: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA)


def _to_display(frame: VideoFrame, coded: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    curve = hdr.curve_of(frame.color_trc, frame.color_primaries)
    if curve is None and coded.dtype == np.uint8:
        matrix = matrix.copy()
        matrix[:] *= 255
        return cv2.transform(coded, matrix)
    rgb = cv2.transform(coded.astype(np.float32), matrix)
    if curve is not None:
        rgb = curve(rgb)
    return np.rint(np.clip(rgb, 0, 1) * 255).astype(np.uint8)


def _yuv_matrix(weights: tuple[float, float], depth: int, full: bool) -> np.ndarray:
    """3x4, from code values to R'G'B' in 0..1 (ITU-T H.273, equations 40 to 58)."""
    red, blue = weights
    green = 1 - red - blue
    turn = np.array([
        [1, 0, 2 * (1 - red)],
        [1, -2 * blue * (1 - blue) / green, -2 * red * (1 - red) / green],
        [1, 2 * (1 - blue), 0],
    ])  # fmt: skip
    gain, zero = _luma_levels(depth, full)
    chroma = 1 / ((1 << depth) - 1) if full else 1 / (224 * (1 << (depth - 8)))
    turn *= [gain, chroma, chroma]
    offset = -turn @ [zero, 1 << (depth - 1), 1 << (depth - 1)]
    return np.column_stack([turn, offset]).astype(np.float32)


def _gray_matrix(depth: int, full: bool) -> np.ndarray:
    gain, zero = _luma_levels(depth, full)
    return np.column_stack([np.eye(3) * gain, np.full(3, -gain * zero)]).astype(np.float32)


def _scale_only(depth: int) -> np.ndarray:
    return np.column_stack([np.eye(3) / ((1 << depth) - 1), np.zeros(3)]).astype(np.float32)


def _luma_levels(depth: int, full: bool) -> tuple[float, float]:
    if full:
        return 1 / ((1 << depth) - 1), 0
    return 1 / (219 * (1 << (depth - 8))), 16 * (1 << (depth - 8))


def _luma_weights(frame: VideoFrame) -> tuple[float, float]:
    # Players guess Rec.709 for untagged high definition; Blender (4.5 and 5.2, measured) takes Rec.601, and what an
    # edit is graded by is what Blender shows.
    return _LUMA_WEIGHTS.get(int(frame.colorspace), _LUMA_WEIGHTS[6])


def _through_swscale(frame: VideoFrame, size: tuple[int, int]) -> np.ndarray:
    """Packed, paletted, float and other rare formats."""
    has_alpha = any(part.is_alpha for part in frame.format.components) or frame.format.name == "pal8"
    kind = "rgba" if has_alpha else "rgb24"
    small = frame.reformat(*size, format=kind, interpolation="AREA").to_ndarray()
    if not has_alpha:
        return small
    return np.rint(small[..., :3] * (small[..., 3:] / np.float32(255))).astype(np.uint8)
