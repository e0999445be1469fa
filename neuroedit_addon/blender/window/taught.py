"""The profile of a scene in this session: read once, and again whenever its file has changed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from ... import profiles
from ...errors import NeuroEditError
from ...findings import Findings
from ...planner.personal import Taste, taste, with_taste
from ...profile import Profile

_known: dict[str, tuple[float, Profile, Taste]] = {}


def name_of(scene: Any) -> str:
    """The profile that a scene follows; "" for none."""
    return getattr(scene, "neuroedit_profile", "").strip()


def profile_of(scene: Any) -> tuple[Profile, Taste] | None:
    """The profile of a scene, and its taste; None for none.

    Raises:
        PlanError, UsageError: it is damaged, or cannot be a name.
    """
    name = name_of(scene)
    if not name:
        return None
    file = profiles.folder() / f"{name}{profiles.SUFFIX}"
    state = file.stat().st_mtime if file.exists() else -1.0
    if name not in _known or _known[name][0] != state:
        profile = profiles.load(name, empty=True)
        _known[name] = (state, profile, taste(profile))
    return _known[name][1:]


def as_liked(scene: Any, films: Sequence[Findings]) -> list[Findings]:
    """The findings, their importance as the scene's profile would see it.

    Raises:
        PlanError, UsageError: see `profile_of`.
    """
    known = profile_of(scene)
    return with_taste(films, known[1]) if known else list(films)


def keep(profile: Profile) -> None:
    """Save a profile.

    Raises:
        OutputError: it cannot be written.
    """
    profiles.save(profile)
    _known.pop(profile.name, None)


def trouble(scene: Any) -> str:
    """Why the profile of a scene cannot be used; "" when it can."""
    try:
        profile_of(scene)
    except NeuroEditError as problem:
        return str(problem)
    return ""


def hear_verdicts(scene: Any, films: dict[str, Findings]) -> None:
    """Let the profile of a scene learn from decisions that were just accepted or rejected; quiet where it cannot."""
    from .. import learning

    if not name_of(scene):
        return
    with suppress(NeuroEditError):
        known = profile_of(scene)
        paths = learning.footage(scene)
        if known and all(path in films for path in paths):
            keep(known[0].learnt(learning.lesson_of(scene, films)))
