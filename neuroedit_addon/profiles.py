"""Where profiles lie: one JSON file each, in the user's own folder for settings, by name."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from .errors import OutputError, PlanError, UsageError
from .findings import read_json
from .profile import MOST_BYTES, Profile, checked_name

SUFFIX = ".profile.json"


def folder() -> Path:
    """The folder of profiles; NEUROEDIT_PROFILES names another."""
    own = os.environ.get("NEUROEDIT_PROFILES")
    if own:
        return Path(own)
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming") / "NeuroEdit" / "Profiles"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "NeuroEdit" / "Profiles"
    return Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "neuroedit" / "profiles"


def available(where: Path | None = None) -> list[str]:
    """Names of the profiles that are there, sorted."""
    where = where or folder()
    return sorted(file.name.removesuffix(SUFFIX) for file in where.glob(f"*{SUFFIX}")) if where.is_dir() else []


def load(name: str, where: Path | None = None, empty: bool = False) -> Profile:
    """A profile by its name, or by the path of a .json file.

    Args:
        empty: give one without lessons where there is none of that name.

    Raises:
        UsageError: there is none of that name, or it cannot be a name.
        PlanError: the file is no profile of this version, or damaged.
    """
    if name.lower().endswith(".json"):
        return read(Path(name))
    file = _file(name, where)
    if not file.exists():
        if empty:
            return Profile(checked_name(name))
        known = ", ".join(available(where))
        raise UsageError(f"There is no profile “{name}”.", f"There are {known}." if known else "Learn one first.")
    return read(file)


def read(file: Path) -> Profile:
    """The profile in a file.

    Raises:
        PlanError: it cannot be read, is far too big, no profile of this version, or damaged.
    """
    with suppress(OSError):
        if file.stat().st_size > MOST_BYTES:
            raise PlanError(f"{file} is too big for a profile.", "Take a copy of it.")
    try:
        return Profile.from_json(read_json(file), str(file))
    except RecursionError:
        raise PlanError(f"{file} is no profile.", "Take a copy of it.") from None


def save(profile: Profile, where: Path | None = None) -> Path:
    """Keep a profile under its name; the file.

    Raises:
        OutputError: it cannot be written.
    """
    file = _file(profile.name, where)
    write(profile, file)
    return file


def write(profile: Profile, file: Path) -> None:
    """Write a profile to any file, whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    beside = ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=file.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(profile.to_json(), out, ensure_ascii=False)
            out.write("\n")
        os.replace(beside, file)
        beside = ""
    except OSError as problem:
        raise OutputError(f"{file} cannot be written: {problem.strerror}.", "Choose another folder.") from problem
    finally:
        if beside:
            with suppress(OSError):
                os.unlink(beside)


def reset(name: str, where: Path | None = None) -> bool:
    """Forget all that a profile knows; says whether there was one.

    Raises:
        OutputError: its file cannot be removed.
    """
    file = _file(name, where)
    try:
        file.unlink()
    except FileNotFoundError:
        return False
    except OSError as problem:
        raise OutputError(f"{file} cannot be removed: {problem.strerror}.", "Remove it by hand.") from problem
    return True


def _file(name: str, where: Path | None) -> Path:
    return (where or folder()) / f"{checked_name(name)}{SUFFIX}"
