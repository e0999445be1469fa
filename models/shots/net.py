"""The network: a small CNN looks at every frame, likeness to the frames around it and a recurrent net decide.

In the family of TransNetV2 (Souček & Lokoč 2020: learned similarity rows, histogram row, one-hot and many-hot heads),
made small enough for two idle processor cores: no 3-D convolutions; besides the learned likeness there are four that
need no learning (structure, palette, plain distance, edges), so that few training films go a long way.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional as F

from neuroedit_addon.worker.shots_read_out import KINDS
from neuroedit_addon.worker.shots_windows import HEIGHT, WIDTH

REACH = 48
"""Frames looked at on either side for likeness."""
LAGS = (1, 2, 4, 8, 16)
"""Distances in frames at which the picture is compared cell by cell."""
_GRID = (9, 12)
_CELLS = (3, 4)
_FRAME, _SIMILAR, _BODY, _MEMORY = 96, 64, 112, 56


class ShotNet(nn.Module):
    """Frames in, two numbers for every frame and kind out.

    Input: uint8 or float frames (batch, time, 27, 48, 3), display-coded RGB 0..255.
    Output: logits (batch, time, 10): for each of `KINDS` that this frame is the transition's middle (a cut's first new
    frame), then for each that it lies inside the transition.
    """

    def __init__(self) -> None:
        super().__init__()
        self.look = nn.Sequential(
            _conv(6, 16, 2), _conv(16, 32, 2), _conv(32, 64, 2), nn.AvgPool2d(2), nn.Flatten()
        )  # fmt: skip
        self.frame = nn.Linear(64 * 6, _FRAME)
        self.learned = nn.Linear(_FRAME, 48)
        self.rows = nn.Sequential(nn.Linear(5 * (2 * REACH + 1), _SIMILAR), nn.ReLU(), nn.Linear(_SIMILAR, _SIMILAR))
        self.cells = nn.Linear(2 * len(LAGS) * _CELLS[0] * _CELLS[1] * 2, _SIMILAR)
        self.join = nn.Sequential(nn.Linear(_FRAME + 2 * _SIMILAR + 2, _BODY), nn.ReLU())
        self.body = nn.ModuleList(_Widening(_BODY, dilation) for dilation in (1, 2, 4, 8))
        self.memory = nn.GRU(_BODY, _MEMORY, batch_first=True, bidirectional=True)
        self.drop = nn.Dropout(0.2)
        self.head = nn.Linear(_BODY + 2 * _MEMORY, 2 * len(KINDS))

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """See the class."""
        batch, time = frames.shape[0], frames.shape[1]
        x = frames.float() / 255.0 - 0.5
        before = torch.cat((x[:, :1], x[:, :-1]), 1)
        # Channels stay last in memory, as the frames came: convolutions on a processor are a fifth faster so.
        both = torch.cat((x, x - before), 4).reshape(batch * time, HEIGHT, WIDTH, 6).permute(0, 3, 1, 2)
        frame = self.frame(self.look(both)).reshape(batch, time, _FRAME)
        alone = x.reshape(batch * time, HEIGHT, WIDTH, 3).permute(0, 3, 1, 2)
        small = F.avg_pool2d(alone, (3, 4)).reshape(batch, time, 3, *_GRID)
        likeness = (_row(F.normalize(self.learned(frame), dim=2)), *plain_rows(small), _row(edges(x)))
        rows = self.rows(torch.cat(likeness, 2))
        level = torch.stack((small.mean((2, 3, 4)), small.std((2, 3, 4))), 2)
        y = self.join(torch.cat((F.relu(frame), F.relu(rows), F.relu(self.cells(cell_changes(small))), level), 2))
        for layer in self.body:
            y = layer(y)
        remembered, _ = self.memory(y)
        return self.head(self.drop(torch.cat((y, remembered), 2)))


class _Widening(nn.Module):
    """A residual convolution over time."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.norm = nn.LayerNorm(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + F.relu(self.norm(self.conv(x.transpose(1, 2)).transpose(1, 2)))


def _conv(before: int, after: int, stride: int) -> nn.Sequential:
    layers = (nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU())
    return nn.Sequential(*layers)


def _row(vectors: torch.Tensor) -> torch.Tensor:
    """Inner products of every frame's vector with those of its `REACH` neighbours: (b, t, d) -> (b, t, 2 REACH + 1).

    Beyond either end the outermost frame goes on.
    """
    batch, time = vectors.shape[0], vectors.shape[1]
    first, last = vectors[:, :1].expand(-1, REACH, -1), vectors[:, -1:].expand(-1, REACH, -1)
    wide = torch.cat((first, vectors, last), 1)
    return _band(torch.bmm(vectors, wide.transpose(1, 2)), batch, time)


def _band(products: torch.Tensor, batch: int, time: int) -> torch.Tensor:
    # Row t wants columns t .. t + 2 REACH: re-reading the matrix with rows one longer slides them into a block.
    flat = F.pad(products.reshape(batch, time * (time + 2 * REACH)), (0, time))
    return flat.reshape(batch, time, time + 2 * REACH + 1)[:, :, : 2 * REACH + 1]


def plain_rows(small: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Likeness that needs no learning, from (b, t, 3, 9, 12) thumbnails in -0.5..0.5.

    Structure: correlation of thumbnails freed from their mean (blind to exposure). Distance: root mean square
    difference. Palette: Bhattacharyya coefficient of soft colour histograms (blind to motion).
    """
    flat = small.flatten(2)
    structure = flat - flat.mean(2, keepdim=True)
    structure = structure / (structure.square().sum(2, keepdim=True) + 0.05).sqrt()
    with_one = flat.square().sum(2, keepdim=True)
    one = torch.ones_like(with_one)
    time, count = flat.shape[1], float(flat.shape[2])
    left = torch.cat((flat * -2.0, with_one, one), 2)
    right = torch.cat((flat, one, with_one), 2)
    first, last = right[:, :1].expand(-1, REACH, -1), right[:, -1:].expand(-1, REACH, -1)
    squares = torch.bmm(left, torch.cat((first, right, last), 1).transpose(1, 2))
    distance = (_band(squares, flat.shape[0], time).clamp(min=0.0) / count + 1e-6).sqrt()
    return _row(structure), distance * 4.0, _row(palette(small))


def palette(small: torch.Tensor) -> torch.Tensor:
    """Square roots of soft histograms: 12 levels of luma, 8 of each colour difference; (b, t, 28), unit length."""
    red, green, blue = small[:, :, 0], small[:, :, 1], small[:, :, 2]
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    parts = []
    for values, bins, low, high in ((luma, 12, -0.5, 0.5), (red - luma, 8, -0.35, 0.35), (blue - luma, 8, -0.35, 0.35)):
        centres = torch.linspace(low, high, bins, dtype=small.dtype, device=small.device)
        distance = (values.clamp(low, high).flatten(2).unsqueeze(3) - centres).abs() * ((bins - 1) / (high - low))
        parts.append(F.relu(1.0 - distance).mean(2))
    return ((torch.cat(parts, 2) + 1e-5) / 3.0).sqrt()


def edges(x: torch.Tensor) -> torch.Tensor:
    """Where edges are and which way they run, from (b, t, 27, 48, 3): unit vectors (b, t, 528), zero without edges.

    Slopes of brightness, each divided by its own steepness: whatever light does to a scene, lamps of any colour
    included, leaves most of them as they are.
    """
    luma = 0.2126 * x[..., 0] + 0.7152 * x[..., 1] + 0.0722 * x[..., 2]
    coarse = F.avg_pool2d(luma, 2)
    across = coarse[:, :, :-1, 1:-1] - coarse[:, :, :-1, :-2]
    down = coarse[:, :, 1:, 1:-1] - coarse[:, :, :-1, 1:-1]
    steepness = (across.square() + down.square() + 1e-9).sqrt() + 0.03
    flat = torch.stack((across / steepness, down / steepness), 2).flatten(2)
    return flat / (flat.square().sum(2, keepdim=True) + 1.0).sqrt()


def cell_changes(small: torch.Tensor) -> torch.Tensor:
    """How much each of 3 x 4 cells differs from `LAGS` frames before and after: mean and largest difference."""
    time = small.shape[1]
    parts = []
    for lag in LAGS:
        first, last = (end.expand(-1, lag, -1, -1, -1) for end in (small[:, :1], small[:, -1:]))
        wide = torch.cat((first, small, last), 1)
        for start in (0, 2 * lag):
            change = (small - wide[:, start : start + time]).abs().mean(2)
            blocks = change.reshape(small.shape[0] * time, 1, *_GRID)
            parts += [F.avg_pool2d(blocks, 3), F.max_pool2d(blocks, 3)]
    return torch.cat([p.reshape(small.shape[0], time, _CELLS[0] * _CELLS[1]) for p in parts], 2) * 4.0
