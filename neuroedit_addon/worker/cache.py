"""Keeps findings by content, so that a second run with other settings decodes nothing.

An entry's name is made of the file's fingerprint and modification time, the format of the findings, and the version
of every analyser.
Entries are gzip'd JSON (its checksum finds damage), written beside and renamed; the least recently used go first.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import sys
import tempfile
import time
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import MediaError, PlanError
from ..findings import FORMAT, Findings
from .source import Source, require_file

MOST_BYTES = 256 * 1024 * 1024
_SAMPLE = 64 * 1024
_SAMPLES = 16
_STALE = 3600.0
_SUFFIX = ".findings.json.gz"


def default_folder() -> Path:
    """Where caches live on this platform."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "NeuroEdit" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "NeuroEdit"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "neuroedit"


@dataclass(frozen=True)
class Identity:
    """What a source is, as far as the cache cares.

    Attributes:
        fingerprint: `SIZE-HASH`, bytes and BLAKE2b of sampled contents of all its files; copies have the same.
        modified: nanoseconds; guards against changes between the samples.
    """

    fingerprint: str
    modified: int = 0


def identify(source: Source) -> Identity:
    """Look at a source's files, not at what they show.

    Raises:
        MediaError: a file is missing, empty, a folder, or cannot be read.
    """
    digest = hashlib.blake2b(digest_size=16)
    size = newest = 0
    try:
        for path in source.files:
            require_file(path)
            with open(path, "rb") as file:
                facts = os.fstat(file.fileno())
                size += facts.st_size
                newest = max(newest, facts.st_mtime_ns)
                digest.update(f"{facts.st_size}:".encode())
                last = max(facts.st_size - _SAMPLE, 0)
                for place in sorted({last * i // (_SAMPLES - 1) for i in range(_SAMPLES)}):
                    file.seek(place)
                    digest.update(file.read(_SAMPLE))
    except OSError as problem:
        raise MediaError(f"{problem.filename or source.path} cannot be read: {problem.strerror}.") from problem
    if source.stills:
        digest.update(f"fps {source.fps}".encode())
    return Identity(f"{size}-{digest.hexdigest()}", newest)


class Cache:
    """Findings on disk; every trouble with the folder is a warning, never a failure.

    Args:
        folder: None keeps nothing.
        versions: name and version of every analyser.
        most_bytes: what all entries may take together.
    """

    def __init__(self, folder: Path | None, versions: dict[str, str], most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self.warnings: list[str] = []
        self._versions = json.dumps(versions, sort_keys=True)
        self._most_bytes = most_bytes

    def get(self, identity: Identity, path: str) -> Findings | None:
        """The findings for a source, or None; a damaged entry is removed."""
        if self.folder is None:
            return None
        entry = self._entry(identity)
        try:
            with gzip.open(entry, "rt", encoding="utf-8") as file:
                found = Findings.from_json(json.load(file))
            os.utime(entry)
        except FileNotFoundError:
            return None
        except (ValueError, EOFError, zlib.error, PlanError, gzip.BadGzipFile):
            entry.unlink(missing_ok=True)
            return None
        except OSError as problem:
            self._warn(problem)
            return None
        return replace(found, media=replace(found.media, path=os.path.abspath(path)))

    def put(self, identity: Identity, findings: Findings) -> None:
        """Keep findings, and let the oldest entries go where they are too many."""
        if self.folder is None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._write(self._entry(identity), findings)
            self._shrink()
        except OSError as problem:
            self._warn(problem)

    def _entry(self, identity: Identity) -> Path:
        assert self.folder is not None
        content = f"{FORMAT}\n{self._versions}\n{identity.fingerprint}\n{identity.modified}"
        key = hashlib.blake2b(content.encode(), digest_size=20).hexdigest()
        return self.folder / (key + _SUFFIX)

    def _write(self, entry: Path, findings: Findings) -> None:
        handle, beside = tempfile.mkstemp(dir=entry.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=4) as file:
                file.write(json.dumps(findings.to_json()).encode())
            os.replace(beside, entry)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise

    def _shrink(self) -> None:
        assert self.folder is not None
        for left in self.folder.glob("*.part"):  # by a worker that was killed while it wrote
            if time.time() - left.stat().st_mtime > _STALE:
                left.unlink(missing_ok=True)
        entries = [(e.stat().st_mtime_ns, e.stat().st_size, e) for e in self.folder.glob(f"*{_SUFFIX}")]
        total = sum(size for _, size, _ in entries)
        for _, size, entry in sorted(entries)[:-1]:
            if total <= self._most_bytes:
                return
            entry.unlink(missing_ok=True)
            total -= size

    def _warn(self, problem: OSError) -> None:
        sentence = f"Findings cannot be kept in {self.folder}: {problem.strerror}; choose another folder for the cache."
        if sentence not in self.warnings:
            self.warnings.append(sentence)
