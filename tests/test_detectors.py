"""Promise: a network that cannot be opened is told, with what is missing then, and the others go on."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2")
pytest.importorskip("av")

from neuroedit_addon.errors import ModelError
from neuroedit_addon.worker import detectors


def test_what_is_left_where_a_network_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ModelError("The network cannot be read.", "Install NeuroEdit again.")

    before = detectors.versions()
    (_, no_shots), (_, no_speech), *rest = detectors._CHOICES
    monkeypatch.setattr(detectors, "_CHOICES", ((missing, no_shots), (missing, no_speech), *rest))
    chosen, warnings = detectors.detectors()
    assert [type(detector) for detector in chosen] == [network for network, _ in rest]
    assert len(warnings) == 2
    assert "shots are not looked for" in warnings[0]
    assert "Install NeuroEdit again." in warnings[0]
    assert "no silence is cut" in warnings[1]
    assert {"shots", "sound"} <= set(before)
    assert not {"shots", "sound"} & set(detectors.versions())  # so these findings are not taken for whole ones later


def test_without_onnx_runtime_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ImportError("no onnxruntime here")

    monkeypatch.setattr(detectors, "_CHOICES", ((missing, "faces are not looked for"),))
    told = "ONNX Runtime cannot be loaded (no onnxruntime here): faces are not looked for."
    assert detectors.detectors() == ([], [told])
