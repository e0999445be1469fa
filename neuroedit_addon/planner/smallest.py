"""Slivers that arise where clips meet or overlap: too short to be cut, or too short to be left between two cuts.

What one clip's decisions, seen whole, ask for is never a sliver, so a plan edited by hand is carried out as it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .agreement import Stripe

Run = tuple[int, int]


def without_slivers(
    stripes: Sequence[Stripe], asked: Collection[Run], kept: Collection[Run], min_cut: int, min_clip: int
) -> list[Run]:
    """The runs of changed frames that remain, ascending and disjoint.

    Runs shorter than `min_cut` frames are given up; then kept pieces between two runs that are shorter than
    `min_clip` frames grow evenly into both, and what that makes shorter than `min_cut` is given up too.

    Args:
        asked, kept: runs that whole decisions of a single clip change or keep; these may be of any length.
    """
    runs = [run for run in _runs(stripes, True) if run in asked or run[1] - run[0] >= min_cut]
    bridges = {run for run in _runs(stripes, False) if run not in kept and run[1] - run[0] < min_clip}
    grown = [list(run) for run in runs]
    for before, after, (_, right), (left, _) in zip(grown, grown[1:], runs, runs[1:], strict=False):
        if (right, left) in bridges:
            _widen(before, after, min_clip)
    return [
        (left, right)
        for (left, right), run in zip(grown, runs, strict=True)
        if right > left and ((left, right) == run or right - left >= min_cut)
    ]


def _widen(before: list[int], after: list[int], least: int) -> None:
    """Move the end of one run and the start of the next apart until `least` frames lie between, if there are any."""
    lacking = least - (after[0] - before[1])
    back = min(before[1] - before[0], max(lacking // 2, lacking - (after[1] - after[0])))
    before[1] -= back
    after[0] += min(after[1] - after[0], lacking - back)


def _runs(stripes: Sequence[Stripe], changed: bool) -> list[Run]:
    found: list[Run] = []
    for stripe in stripes:
        if (stripe.factor != 1.0) == changed:
            if found and found[-1][1] == stripe.left:
                found[-1] = (found[-1][0], stripe.right)
            else:
                found.append((stripe.left, stripe.right))
    return found
