"""Every failure a user can meet: one sentence that says what is wrong, one that says the cure.

NeuroEditError                 exit code 1
├── UsageError                 exit code 2: an unknown flag, preset or suffix, a value out of range
├── MediaError                 a file that is missing, empty, damaged, or not footage
├── PlanError                  a plan, findings or profile file that is broken, newer, or of other footage
├── OutputError                a folder that cannot be written, a full disk, an output that is an input
├── ModelError                 network weights that are missing or not the ones that were shipped
├── TimelineError              a timeline that cannot be edited as it stands
├── EnvironmentProblem         a Python, package or system library that is missing
├── WorkerError                the analysis process died or spoke nonsense
└── Cancelled                  exit code 130: the user asked to stop
"""

from __future__ import annotations


class NeuroEditError(Exception):
    """A failure with a sentence for the user and, where there is one, its cure.

    Args:
        sentence: what is wrong, naming the file or setting.
        cure: what to do about it, or an empty string.
    """

    exit_code = 1

    def __init__(self, sentence: str, cure: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence.strip()
        self.cure = cure.strip()

    def __str__(self) -> str:
        return f"{self.sentence} {self.cure}".strip()


class UsageError(NeuroEditError):
    """The request itself makes no sense."""

    exit_code = 2


class MediaError(NeuroEditError):
    """A media file cannot be used."""


class PlanError(NeuroEditError):
    """A plan or findings file cannot be used."""


class OutputError(NeuroEditError):
    """The result cannot be written."""


class ModelError(NeuroEditError):
    """A network's weights cannot be used."""


class TimelineError(NeuroEditError):
    """The timeline cannot be edited as it stands."""


class EnvironmentProblem(NeuroEditError):
    """Something that NeuroEdit runs on is missing."""


class WorkerError(NeuroEditError):
    """The worker process ended without a proper last message.

    Args:
        log: the tail of the worker's standard error, for the log, not for the sentence.
    """

    def __init__(self, sentence: str, cure: str = "", log: str = "") -> None:
        super().__init__(sentence, cure)
        self.log = log


class Cancelled(NeuroEditError):
    """The user asked to stop."""

    exit_code = 130

    def __init__(self, sentence: str = "Cancelled; nothing was changed.", cure: str = "") -> None:
        super().__init__(sentence, cure)


KINDS: dict[str, type[NeuroEditError]] = {
    kind.__name__: kind
    for kind in (
        NeuroEditError, UsageError, MediaError, PlanError, OutputError, ModelError, TimelineError,
        EnvironmentProblem, WorkerError, Cancelled,
    )
}  # fmt: skip
