"""What this session knows of media files, so that a slider plans anew in milliseconds and asks no network.

Kept in memory, never in the .blend: the worker's cache brings it back at once in the next session.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ...findings import Findings
from ...plan import Plan
from ...timeline import Timeline
from ..read import STRIP


@dataclass(frozen=True)
class Basis:
    """What the last edit of a scene was: the timeline as it was before, and the plan."""

    timeline: Timeline
    plan: Plan


_findings: dict[str, tuple[tuple[int, int], Findings]] = {}
_bases: dict[int, Basis] = {}
_listeners: list[Callable[[], None]] = []


def learn(path: str, findings: Findings) -> None:
    """Keep the findings of a source."""
    _findings[path] = (_state(path), findings)
    tell()


def of(path: str) -> Findings | None:
    """The findings of a source; None when there are none, or its file has changed since."""
    state, findings = _findings.get(path, (None, None))
    return findings if findings is not None and state == _state(path) else None


def among(paths: Iterable[str]) -> dict[str, Findings]:
    """The findings of those sources that are known."""
    return {path: findings for path in paths if (findings := of(path)) is not None}


def everything() -> list[Findings]:
    """All findings, whether their files have changed since or not: cheap, for drawing."""
    return [findings for _, findings in _findings.values()]


def on_change(hear: Callable[[], None]) -> None:
    """Tell someone whenever more is known, or another edit was made."""
    if hear not in _listeners:
        _listeners.append(hear)


def unknown(paths: Iterable[str], anew: bool) -> list[str]:
    """The sources that must be analysed; those that Blender renders are always looked at again when `anew`."""
    return [path for path in paths if of(path) is None or anew and path.startswith(STRIP)]


def keep_basis(scene: int, basis: Basis) -> None:
    """Remember what the edit of a scene (its session_uid) was planned from."""
    _bases[scene] = basis
    tell()


def basis_of(scene: int) -> Basis | None:
    """What the last edit of a scene was planned from, if this session made it."""
    return _bases.get(scene)


def forget() -> None:
    """Another file was opened, or the add-on is going."""
    _findings.clear()
    _bases.clear()


def tell() -> None:
    """Something that is drawn from what is known is not what it was."""
    for hear in _listeners:
        hear()


def _state(path: str) -> tuple[int, int]:
    """Size and time of a file: cheap, and enough to see that it is another one."""
    try:
        facts = os.stat(path)
    except OSError:
        return (-1, -1)
    return facts.st_size, facts.st_mtime_ns
