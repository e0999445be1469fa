"""All that follows the cut, in the order of `settings.STEPS`; each step is a generator of its own (see asking.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...findings import Findings
from ...settings import STEPS
from .asking import Step
from .grading import grade
from .mixing import mix
from .reframing import reframe
from .speaking import speak
from .undoing import carry
from .wishes import Finished, Wishes

Found = Mapping[str, Findings]
Do = Callable[[Any, Wishes, Found, Finished], Step[Finished]]

# "cut" is planner/ and apply.py. A step takes what was finished before it and returns it with its own added.
_STEPS: dict[str, Do] = {"dub": speak, "grade": grade, "mix": mix}


def finish(scene: Any, wishes: Wishes, found: Found) -> Step[Finished]:
    """Do every step that is wished for on a scene that has been cut.

    Args:
        found: findings of the footage by path of the media file.

    Raises:
        NeuroEditError: as the steps do; what they have written until then is on the timeline (`undoing.take_back`).
    """
    carry(scene, wishes.moved)
    done = yield from reframe(scene, wishes, found, Finished())
    for name in STEPS:
        if name in wishes.settings.steps and name in _STEPS:
            done = yield from _STEPS[name](scene, wishes, found, done)
    return done
