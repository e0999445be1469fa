"""The training loop, once for all networks: learn, validate, keep the best, go on where an earlier run stopped."""

from __future__ import annotations

import json
import math
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from neuroedit_addon.errors import ModelError

from . import checkpoint
from .batches import stream
from .curve import draw
from .devices import Place, take_place, to_device
from .event_log import EventLog
from .progress import Progress
from .task import Outcome, Recipe, Task

LAST, BEST = "last.safetensors", "best.safetensors"


def train(task: Task, recipe: Recipe, folder: Path, resume: bool = False, quiet: bool = False) -> Outcome:
    """Train a task's network.

    Leaves in `folder`: last.safetensors (everything to go on), best.safetensors (averaged weights with the best
    score), log.jsonl, an event file for TensorBoard, and curve.png.

    Args:
        resume: go on from `folder`'s last checkpoint if there is one.
        quiet: no progress bar.

    Raises:
        ModelError: the checkpoint to go on from is damaged or of another network; the loss stopped being a number.
        OutputError: the folder cannot be written.
    """
    place = take_place(recipe.device)
    if recipe.threads:
        torch.set_num_threads(recipe.threads)
    try:
        return _Run(task, recipe, folder, place, resume, quiet or not place.leads).go()
    finally:
        place.leave()


class _Run:
    """One run's state; `go` is the loop."""

    def __init__(self, task: Task, recipe: Recipe, folder: Path, place: Place, resume: bool, quiet: bool) -> None:
        torch.manual_seed(recipe.seed)
        np.random.seed(recipe.seed % 2**32)
        self.task, self.recipe, self.folder, self.place = task, recipe, folder, place
        self.net = task.build().to(place.device)
        self.averaged = {name: value.detach().clone() for name, value in self.net.state_dict().items()}
        self.optimizer = _optimizer(self.net, recipe)
        self.step, self.seconds, self.best_step, self.best = 0, 0.0, 0, -math.inf
        self.figures: dict[str, float] = {}
        self.history: list[dict[str, Any]] = []
        if resume and (folder / LAST).exists():
            self._restore()
        self.bar = Progress(recipe.steps, self.step, quiet)
        self.interrupted = False

    def go(self) -> Outcome:
        """Learn until the last step, until nothing gets better, or until Ctrl-C."""
        recipe, began, before = self.recipe, time.monotonic(), self.seconds
        events = EventLog(self.folder) if self.place.leads else None
        model = self.place.wrap(self.net)
        batches = stream(self.task, recipe.seed + self.step, self.place.rank, recipe.makers)
        former = _on_interrupt(self._interrupt)
        why, parts = "finished", _Means()
        try:
            while self.step < recipe.steps:
                parts.add(self._learn(model, next(batches)))
                self.seconds = before + time.monotonic() - began
                self.bar(self.step, f"loss {parts.mean('loss'):.4f}  best {self.best:.4f}")
                if self.place.agree(int(self.interrupted)):
                    why = "interrupted"
                    break
                if self.step % recipe.validate_every == 0 or self.step == recipe.steps:
                    self._milestone(events, parts)
                    parts = _Means()
                    if self.place.agree(int(self._tired())):
                        why = "stopped early"
                        break
            if self.place.leads:
                self._save_last()
        finally:
            _on_interrupt(former)
            if events:
                events.close()
        return Outcome(self.folder / BEST, self.figures, self.best_step, self.step, why, self.seconds)

    def _learn(self, model: torch.nn.Module, batch: Any) -> dict[str, float]:
        model.train()
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.learning_rate * rate(self.step, self.recipe)
        loss, parts = self.task.loss(model, to_device(batch, self.place.device))
        if not math.isfinite(float(loss.detach())):
            raise ModelError(f"Training {self.task.name} broke down at step {self.step}: the loss is not a number.",
                             "Go on from the last checkpoint with a lower --learning-rate.")  # fmt: skip
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), self.recipe.clip)
        self.optimizer.step()
        self.step += 1
        self._average()
        return {"loss": float(loss.detach()), **parts}

    def _average(self) -> None:
        # Young averages forget faster, so that the first validations are not of the random start.
        decay = min(self.recipe.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for name, value in self.net.state_dict().items():
                if value.dtype.is_floating_point:
                    self.averaged[name].lerp_(value, 1 - decay)
                else:
                    self.averaged[name].copy_(value)

    def _milestone(self, events: EventLog | None, parts: _Means) -> None:
        if not self.place.leads or events is None:
            return
        self._save_last()
        figures = self._validate()
        if figures["score"] > self.best:
            self.best, self.best_step, self.figures = figures["score"], self.step, figures
            state = {"name": self.task.name, "step": self.step, "figures": figures}
            checkpoint.save(self.folder / BEST, {f"model.{k}": v for k, v in self.averaged.items()}, state)
        self.history.append({"step": self.step, "train": parts.all(), "validation": figures})
        with open(self.folder / "log.jsonl", "a", encoding="utf-8") as log:
            log.write(json.dumps(self.history[-1]) + "\n")
        events.scalars(self.step, parts.all(), "train/")
        events.scalars(self.step, figures, "validation/")
        self._draw()
        shown = "  ".join(f"{name} {value:.4f}" for name, value in figures.items())
        self.bar.say(f"step {self.step}: loss {parts.mean('loss'):.4f}; {shown}")
        self._save_last()

    def _validate(self) -> dict[str, float]:
        learning = {name: value.detach().clone() for name, value in self.net.state_dict().items()}
        self.net.load_state_dict(self.averaged)
        self.net.eval()
        try:
            with torch.no_grad():
                return {name: float(value) for name, value in self.task.validate(self.net).items()}
        finally:
            self.net.load_state_dict(learning)

    def _draw(self) -> None:
        names = [name for name in self.history[-1]["validation"] if name != "score"][:5]
        series = {name: [h["validation"].get(name, math.nan) for h in self.history] for name in ["score", *names]}
        complete = {name: line for name, line in series.items() if all(map(math.isfinite, line))}
        draw(self.folder / "curve.png", [h["step"] for h in self.history], complete, f"{self.task.name}: validation")

    def _tired(self) -> bool:
        late = [h for h in self.history if h["step"] > self.best_step]
        return bool(self.recipe.patience) and self.place.leads and len(late) >= self.recipe.patience

    def _save_last(self) -> None:
        tensors = {f"model.{k}": v for k, v in self.net.state_dict().items()}
        tensors |= {f"averaged.{k}": v for k, v in self.averaged.items()}
        tensors |= checkpoint.optimizer_tensors(self.optimizer)
        checkpoint.save(self.folder / LAST, tensors, {
            "name": self.task.name, "step": self.step, "seconds": self.seconds, "best": _json_float(self.best),
            "best_step": self.best_step, "figures": self.figures, "history": self.history,
        })  # fmt: skip

    def _restore(self) -> None:
        tensors, state = checkpoint.load(self.folder / LAST)
        try:
            self.net.load_state_dict(checkpoint.part(tensors, "model"))
            averaged = checkpoint.part(tensors, "averaged")
            self.averaged = {name: averaged[name].to(self.place.device) for name in self.averaged}
            checkpoint.restore_optimizer(self.optimizer, tensors)
            self.step, self.seconds, self.best_step = state["step"], state["seconds"], state["best_step"]
            self.best = -math.inf if state["best"] is None else state["best"]
            self.figures, self.history = state["figures"], state["history"]
        except (RuntimeError, KeyError, ValueError) as problem:
            raise ModelError(f"{self.folder / LAST} is of another network: {str(problem).splitlines()[0]}",
                             "Give a new folder with --out, or train without --resume.") from None  # fmt: skip

    def _interrupt(self, *_: Any) -> None:
        if self.interrupted:
            raise KeyboardInterrupt
        self.interrupted = True
        print("\nStopping after this step; a checkpoint is kept.", file=sys.stderr)


class _Means:
    """Running means of what a loss reports."""

    def __init__(self) -> None:
        self._sums: dict[str, float] = {}
        self._count = 0

    def add(self, parts: dict[str, float]) -> None:
        """Count one step's parts."""
        self._count += 1
        for name, value in parts.items():
            self._sums[name] = self._sums.get(name, 0.0) + value

    def mean(self, name: str) -> float:
        """The mean of one part so far."""
        return self._sums.get(name, 0.0) / max(self._count, 1)

    def all(self) -> dict[str, float]:
        """All means."""
        return {name: self.mean(name) for name in self._sums}


def rate(step: int, recipe: Recipe) -> float:
    """The learning rate's share of its highest value: linear warm-up, then half a cosine down to `final_rate`."""
    if step < recipe.warmup:
        return (step + 1) / recipe.warmup
    share = min((step - recipe.warmup) / max(recipe.steps - recipe.warmup, 1), 1.0)
    return recipe.final_rate + (1 - recipe.final_rate) * 0.5 * (1 + math.cos(math.pi * share))


def _optimizer(net: torch.nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    heavy = [p for p in net.parameters() if p.requires_grad and p.dim() >= 2]
    light = [p for p in net.parameters() if p.requires_grad and p.dim() < 2]
    groups = [{"params": heavy, "weight_decay": recipe.weight_decay}, {"params": light, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=recipe.learning_rate)


def _on_interrupt(handler: Any) -> Any:
    try:
        return signal.signal(signal.SIGINT, handler)
    except ValueError:  # not the main thread: then nobody presses Ctrl-C here either
        return None


def _json_float(value: float) -> float | None:
    return value if math.isfinite(value) else None
