"""Blender's real window on a screen of its own: started, looked at, and clicked as a person would."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

EAR = Path(__file__).with_name("window_ear.py")
PATIENCE = 150.0  # seconds; this is no measure of speed, only of being stuck


def why_not() -> str:
    """Why there can be no window here; empty when there can."""
    missing = [program for program in ("Xvfb", "xdotool") if not shutil.which(program)]
    return f"{' and '.join(missing)} not found" if missing else ""


class RealWindow:
    """A Blender with its window.

    Args:
        blender: its command.
        folder: for what passes between it and us.
        environ: variables for it, such as BLENDER_USER_RESOURCES.
    """

    def __init__(self, blender: list[str], folder: Path, environ: dict[str, str], size: str = "1600x1400") -> None:
        self.folder = folder
        read, write = os.pipe()
        self._screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-fbdir", str(folder)],
            pass_fds=[write], stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as told:
            self._environ = {**os.environ, **environ, "DISPLAY": f":{told.readline().strip()}",
                             "NEUROEDIT_EAR": str(folder)}  # fmt: skip
        width, height = size.split("x")
        options = ["--gpu-backend", "opengl", "--window-geometry", "0", "0", width, height, "--app-template",
                   "Video_Editing", "--python", str(EAR)]  # fmt: skip
        self._log = open(folder / "blender.log", "w")  # noqa: SIM115 - as long as Blender runs
        self._blender = subprocess.Popen([*blender, *options], env=self._environ, stdout=self._log,
                                         stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip

    def __enter__(self) -> RealWindow:
        return self

    def __exit__(self, *_: Any) -> None:
        if self._blender.poll() is None:
            os.killpg(self._blender.pid, signal.SIGKILL)
        self._blender.wait()
        self._screen.terminate()
        self._screen.wait()
        self._log.close()

    def ask(self, question: str) -> Any:
        """The value of a Python expression inside Blender."""
        beside = self.folder / "ask.part"
        beside.write_text(question, encoding="utf-8")
        beside.rename(self.folder / "ask")
        answer = self.folder / "answer"
        self._wait(answer.exists, question)
        told = json.loads(answer.read_text(encoding="utf-8"))
        answer.unlink()
        assert "problem" not in told, told["problem"]
        return told["value"]

    def until(self, question: str, wanted: Callable[[Any], bool] = bool) -> Any:
        """Ask until the answer is as wanted."""
        found: list[Any] = []

        def asked() -> bool:
            found[:] = [self.ask(question)]
            return wanted(found[0])

        self._wait(asked, question)
        return found[0]

    def picture(self) -> np.ndarray:
        """What is on the screen now: uint8 (height, width, 3), blue, green, red."""
        # Xvfb keeps its frame buffer in this file, an X window dump: big-endian words, a table of colours, the pixels.
        data = (self.folder / "Xvfb_screen0").read_bytes()
        header = np.frombuffer(data, ">u4", 25)
        size, width, height, line, colours = (int(header[place]) for place in (0, 4, 5, 12, 19))
        pixels = np.frombuffer(data, np.uint8, line * height, size + 12 * colours).reshape(height, line)
        return pixels[:, : 4 * width].reshape(height, width, 4)[..., :3].copy()

    def away(self) -> None:
        """Put the mouse where nothing is under it."""
        self._do("mousemove", 0, 0)

    def click(self, meaning: str, shares: tuple[float, ...] = (0.5, 0.85, 0.1, 0.25)) -> None:
        """Find the button of the sidebar that does this, and press it; `shares` of its width are looked along.

        What lies below the window's edge is scrolled to, and so is what was scrolled away before.
        """
        for wheel in (0, 5, 4):  # as it is, down, up again
            if wheel:
                self._scroll(wheel)
            if place := self._find(meaning, shares):
                self._do("mousemove", *place)
                self._do("click", 1)
                return
        raise AssertionError(f"no button of the sidebar does {meaning}")

    def _find(self, meaning: str, shares: tuple[float, ...]) -> tuple[int, int] | None:
        left, top, width, height = self.ask("place()")
        for share in shares:
            x = left + int(width * share)
            for y in range(top + 4, top + height, 8):
                self._do("mousemove", x, y)
                if meaning in self._under(x, y):
                    return x, y
        return None

    def _scroll(self, wheel: int) -> None:
        left, top, width, _ = self.ask("place()")
        self._do("mousemove", left + width // 4, top + 10)  # not over a list, which would scroll itself
        self._do("click", "--repeat", 60, "--delay", 10, wheel)
        self.ask("0")

    def key(self, name: str) -> None:
        """Press a key with the mouse over the timeline."""
        x, y = self.ask("(area().x + area().width // 3, window().height - area().y - area().height // 2)")
        self._do("mousemove", x, y)
        self._do("mousemove", x + 2, y + 2)
        self._do("key", name)

    def _under(self, x: int, y: int) -> str:
        # Blender notices the mouse with its next event; a question goes there and back through its event loop.
        self.ask("0")
        return str(self.ask("hovered()"))

    def _do(self, *words: object) -> None:
        subprocess.run(["xdotool", *map(str, words)], env=self._environ, check=True)

    def _wait(self, done: Callable[[], bool], what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not done():
            assert self._blender.poll() is None, f"Blender ended: {(self.folder / 'blender.log').read_text()[-2000:]}"
            assert time.monotonic() < until, f"in vain: {what}"
            time.sleep(0.02)
