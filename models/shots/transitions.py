"""Every way from one shot to the next. Pictures are float32 (n, 27, 48, 3), display-coded, 0..1.

A mixer takes the old shot's and the new shot's pictures over the transition and gives what the editor shows there.
"""

from __future__ import annotations

import cv2
import numpy as np

from neuroedit_addon.worker.shots_windows import HEIGHT, WIDTH

_ROWS, _COLUMNS = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
_U, _V = (_COLUMNS + 0.5) / WIDTH, (_ROWS + 0.5) / HEIGHT


def ramp(rng: np.random.Generator, length: int) -> np.ndarray:
    """Shares of the new shot, all strictly between 0 and 1: straight, or eased as editors do by default."""
    straight = (np.arange(length, dtype=np.float32) + 1) / (length + 1)
    if rng.random() < 0.7:
        return straight
    return straight * straight * (3 - 2 * straight)


def dissolve(rng: np.random.Generator, old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """A cross dissolve: of display values, in linear light, or additive ("film")."""
    share = ramp(rng, len(old))[:, None, None, None]
    kind = rng.choice(("display", "linear", "additive"), p=(0.65, 0.2, 0.15))
    if kind == "display":
        return old + (new - old) * share
    if kind == "linear":
        a, b = old * old, new * new
        return np.sqrt(a + (b - a) * share)
    return np.minimum(old * np.minimum(2 - 2 * share, 1) + new * np.minimum(2 * share, 1), 1)


def through(rng: np.random.Generator, old: np.ndarray, new: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """Fade out to a colour, hold it, fade in; the two halves need not be of one length."""
    length = len(old)
    hold = int(min(rng.choice((0, 0, 1, 3, 8, 20)), max(length - 4, 0)))
    moving = length - hold
    out_frames = int(np.clip(round(moving * rng.uniform(0.3, 0.7)), 1, max(moving - 1, 1)))
    in_frames = moving - out_frames
    up = (np.arange(out_frames, dtype=np.float32) + 1) / max(out_frames, 1)
    down = 1 - (np.arange(in_frames, dtype=np.float32) + 1) / (in_frames + 1)
    cover = np.concatenate((up * 0.999, np.ones(hold, np.float32), down))[:length, None, None, None]
    base = np.concatenate((old[: out_frames + hold // 2], new[out_frames + hold // 2 :]))
    if rng.random() < 0.25:  # in linear light
        return np.sqrt(base * base * (1 - cover) + colour * colour * cover)
    return base * (1 - cover) + colour.astype(np.float32) * cover


def wipe(rng: np.random.Generator, old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """One of the ways in which the new shot covers, pushes or eats the old one."""
    mixer = _MIXERS[int(rng.integers(len(_MIXERS)))]
    return mixer(rng, old, new, ramp(rng, len(old)))


def _fields(rng: np.random.Generator) -> np.ndarray:
    """A picture of when each pixel turns, 0..1: lines, bars, circles, clocks, blinds, boxes, clouds."""
    kind = rng.choice(("line", "line", "iris", "clock", "blinds", "barn", "boxes", "cloud", "diamond"))
    if kind == "line":
        angle = rng.choice((0, 0.5, 1, 1.5)) * np.pi if rng.random() < 0.6 else rng.uniform(0, 2 * np.pi)
        field = np.cos(angle) * (_U - 0.5) * 1.78 + np.sin(angle) * (_V - 0.5)
    elif kind in ("iris", "diamond"):
        x, y = rng.uniform(0.35, 0.65, 2)
        dx, dy = (_U - x) * 1.78, _V - y
        field = np.hypot(dx, dy) if kind == "iris" else np.abs(dx) + np.abs(dy)
    elif kind == "clock":
        field = (np.arctan2(_V - 0.5, (_U - 0.5) * 1.78) + rng.uniform(0, 2 * np.pi)) % (2 * np.pi)
    elif kind == "blinds":
        field = ((_U if rng.random() < 0.5 else _V) * rng.integers(3, 9)) % 1
    elif kind == "barn":
        field = np.abs((_U if rng.random() < 0.5 else _V) - 0.5)
    else:
        size = (12, 7) if kind == "boxes" else (6, 4)
        noise = rng.random((size[1], size[0])).astype(np.float32)
        way = cv2.INTER_NEAREST if kind == "boxes" else cv2.INTER_CUBIC
        field = cv2.resize(noise, (WIDTH, HEIGHT), interpolation=way)
    field = (field - field.min()) / max(float(np.ptp(field)), 1e-6)
    return 1 - field if rng.random() < 0.5 else field


def _masked(rng: np.random.Generator, old: np.ndarray, new: np.ndarray, share: np.ndarray) -> np.ndarray:
    soft = rng.choice((0.02, 0.02, 0.1, 0.35))
    field = _fields(rng)[None]
    mask = np.clip((share[:, None, None] * (1 + soft) - field) / soft, 0, 1)[..., None].astype(np.float32)
    out = old + (new - old) * mask
    if rng.random() < 0.15:  # a coloured edge runs along
        edge = np.exp(-(((share[:, None, None] - field) / 0.05) ** 2))[..., None]
        out = out + (rng.random(3) - out) * edge
    return out.astype(np.float32)


def _slide(rng: np.random.Generator, old: np.ndarray, new: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Push, slide in, or slide out, along an axis; a push may be blurred by its speed."""
    kind = rng.choice(("push", "in", "out"))
    axis, sign = (1 if rng.random() < 0.6 else 0), rng.random() < 0.5
    size = WIDTH if axis else HEIGHT
    out = old.copy() if kind != "out" else new.copy()
    for index in range(len(old)):
        gone = int(np.clip(round(float(share[index]) * size), 0, size))
        a, b = (np.moveaxis(p[index], axis, 0) for p in (old, new))
        a, b = (a, b) if sign else (a[::-1], b[::-1])
        if kind == "push":
            whole = np.concatenate((a[gone:], b[:gone]))
        elif kind == "in":
            whole = np.concatenate((a[: size - gone], b[:gone]))
        else:
            whole = np.concatenate((a[gone:], b[size - gone :]))
        whole = whole if sign else whole[::-1]
        out[index] = np.moveaxis(whole, 0, axis)
    if rng.random() < 0.3:
        kernel = (9, 1) if axis else (1, 7)
        out = np.stack([cv2.blur(f, kernel) for f in out])
    return out


def _zoom(rng: np.random.Generator, old: np.ndarray, new: np.ndarray, share: np.ndarray) -> np.ndarray:
    """The new shot grows out of a point (or the old one shrinks into it)."""
    inwards = rng.random() < 0.5
    x, y = rng.uniform(0.2, 0.8, 2)
    out = (new if inwards else old).copy()
    for index, part in enumerate(1 - share if inwards else share):
        width, height = max(int(round(WIDTH * part)), 1), max(int(round(HEIGHT * part)), 1)
        left, top = int((WIDTH - width) * x), int((HEIGHT - height) * y)
        small = cv2.resize((old if inwards else new)[index], (width, height), interpolation=cv2.INTER_AREA)
        out[index, top : top + height, left : left + width] = small
    return out


def _cross_zoom(rng: np.random.Generator, old: np.ndarray, new: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Both shots rush forward or spin while they dissolve or change in a blur."""
    power, turn = rng.uniform(1, 4), rng.choice((0.0, 0.0, 60.0, 180.0))
    hard = rng.random() < 0.5
    out = np.empty_like(old)
    for index, part in enumerate(share):
        a = _closer(old[index], 1 + power * part, turn * part)
        b = _closer(new[index], 1 + power * (1 - part), -turn * (1 - part))
        mix = float(part > 0.5) if hard else float(part)
        blur = 1 + 2 * int(4 * (1 - abs(2 * part - 1)))
        out[index] = cv2.blur(a * (1 - mix) + b * mix, (blur, blur))
    return out


def _closer(picture: np.ndarray, scale: float, angle: float) -> np.ndarray:
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), angle, float(scale))
    return cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)


def _whip(rng: np.random.Generator, old: np.ndarray, new: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Both shots are swept sideways in a blur, and change in the middle of it."""
    out = np.empty_like(old)
    reach = rng.uniform(1.0, 3.0) * WIDTH * (1 if rng.random() < 0.5 else -1)
    for index, part in enumerate(share):
        picture = old[index] if part < 0.5 else new[index]
        way = part if part < 0.5 else part - 1
        blur = 1 + 2 * int(10 * (1 - abs(2 * part - 1)))
        out[index] = cv2.blur(np.roll(picture, int(way * reach), 1), (blur, 1))
    return out


_MIXERS = (_masked, _masked, _masked, _slide, _slide, _zoom, _cross_zoom, _whip)
