"""The colour judge of one analysis, or why there is none."""

from __future__ import annotations

from ..errors import ModelError
from ..findings import NOT_JUDGED
from .colour import ColourJudge


def colour_judge() -> tuple[ColourJudge | None, list[str]]:
    """A fresh judge, and warnings: without its network, films are analysed all the same."""
    try:
        return ColourJudge(), []
    except ModelError as problem:
        return None, [f"{problem.sentence.rstrip('.')}: {NOT_JUDGED}. {problem.cure}".strip()]
    except ImportError as problem:
        return None, [f"ONNX Runtime cannot be loaded ({problem}): {NOT_JUDGED}."]
