"""Reads .srt, .vtt and plain scripts into captions, and writes .srt and .vtt. Standard library only.

Players are lenient, so this is too: blocks are found by their timing lines; numbers, blank lines and styles in
between may be missing or wrong. What cannot be understood is passed over with a warning that names its line.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

from .captions import Caption, Captions, reading_seconds
from .errors import MediaError, OutputError
from .text_encoding import decode

SUFFIXES = (".srt", ".vtt", ".txt")
SCRIPT_PAUSE = 0.4  # seconds between two paragraphs of a script, about a speaker's breath

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[,.:;](\d{1,3}))?"
_TIMING = re.compile(rf"^\s*{_TIME}\s*-{{1,2}}>\s*{_TIME}(?:\s.*)?$")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|</?\d[^<>]*>|\{\\[^{}]*\}|\{[yYcCsS]:[^{}]*\}")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]+)>")
_VTT_BLOCK = re.compile(r"^(?:WEBVTT|NOTE|STYLE|REGION)(?:\s.*)?$")


def read(path: Path) -> Captions:
    """The captions of a file; its contents, not its name, decide whether it is timed.

    Raises:
        MediaError: the file is missing, empty, in an unknown encoding, or meant to be timed and without any time.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise MediaError(f"{path} does not exist.") from None
    except OSError as problem:
        raise MediaError(f"{path} cannot be read: {problem.strerror}.") from problem
    text, encoding = decode(data, str(path))
    if not text.strip():
        raise MediaError(f"{path} is empty.", "Give a file with at least one line of text.")
    captions = parse(text, str(path), timed=path.suffix.lower() in (".srt", ".vtt") or "-->" in text)
    return replace(captions, encoding=encoding)


def parse(text: str, name: str = "The text", timed: bool = True) -> Captions:
    """The captions in a text; `name` stands in sentences about it.

    Raises:
        MediaError: `timed`, and there is not one line with a time.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").split("\n")
    return _timed(lines, name) if timed else script(lines)


def script(lines: list[str]) -> Captions:
    """A script's paragraphs, which blank lines part, one after another at reading speed."""
    captions: list[Caption] = []
    start, first, paragraph = 0.0, 0, list[str]()
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            first = first if paragraph else number
            paragraph.append(line.strip())
        elif paragraph:
            text = "\n".join(paragraph)
            end = start + reading_seconds(text)
            captions.append(Caption(start, end, text, line=first))
            start, paragraph = end + SCRIPT_PAUSE, []
    return Captions(tuple(captions), timed=False)


def _timed(lines: list[str], name: str) -> Captions:
    captions: list[Caption] = []
    warnings: list[str] = []
    timings = [number for number, line in enumerate(lines) if "-->" in line or _TIMING.match(line)]
    for place, number in enumerate(timings):
        match = _TIMING.match(lines[number])
        where = f"{name}, line {number + 1}"
        if not match:
            warnings.append(f"{where}: “{lines[number].strip()[:60]}” is not a time; the line was passed over.")
            continue
        body = _body(lines, number + 1, timings[place + 1] if place + 1 < len(timings) else len(lines))
        start, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
        speaker = _VOICE.search(body)
        text = _plain(body)
        if not text:
            warnings.append(f"{where}: the line has no text and was passed over.")
            continue
        if end <= start:
            warnings.append(f"{where}: it ends at {_stamp(end)}, not after its start; its reading time is used.")
            end = start + reading_seconds(text)
        captions.append(Caption(start, end, text, speaker[1].strip() if speaker else "", number + 1))
    if not captions:
        at = f" {warnings[0]}" if warnings else ""
        raise MediaError(f"{name} has no line with a time.{at}", "A line's time reads 00:00:01,000 --> 00:00:02,500.")
    if any(a.start > b.start for a, b in zip(captions, captions[1:], strict=False)):
        warnings.append(f"{name}: its lines are not in the order of their times; they were sorted.")
    return Captions(tuple(sorted(captions, key=lambda c: (c.start, c.line))), warnings=tuple(warnings))


def _body(lines: list[str], first: int, stop: int) -> str:
    """The text between two timing lines, without the next block's number and what follows a blank line in WebVTT."""
    body = [line.strip() for line in lines[first:stop]]
    for place, line in enumerate(body):
        if _VTT_BLOCK.match(line) and (place == 0 or not body[place - 1]):
            body = body[:place]
            break
    while body and not body[-1]:
        body.pop()
    # The next block's number or name stands alone after a blank line, or, in careless files, without one.
    if stop < len(lines) and body and (body[-1].isdigit() or (len(body) > 1 and not body[-2])):
        body.pop()
    return "\n".join(line for line in body if line)


def _plain(text: str) -> str:
    # WebVTT and SubRip escape alike (&amp; &lt; &nbsp; &lrm;); tags go before, so that an escaped < stays a sign.
    bare = html.unescape(_TAG.sub("", text)).replace("\\N", "\n").replace("\\n", "\n").replace("\u200e", "")
    return "\n".join(" ".join(line.split()) for line in bare.split("\n") if line.strip())


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return (whole * 1000 + int((fraction or "0").ljust(3, "0"))) / 1000


def write(path: Path, captions: list[Caption] | tuple[Caption, ...]) -> None:
    """Write .srt or .vtt, by the suffix, as UTF-8; the file is whole or not there.

    Raises:
        OutputError: the folder cannot be written, or the suffix is another.
    """
    if path.suffix.lower() not in (".srt", ".vtt"):
        raise OutputError(f"{path} is neither .srt nor .vtt.", "Name the captions film.srt or film.vtt.")
    text = vtt(captions) if path.suffix.lower() == ".vtt" else srt(captions)
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(path)
    except OSError as problem:
        beside.unlink(missing_ok=True)
        raise OutputError(f"{path} cannot be written: {problem.strerror}.", "Choose another folder.") from problem


def srt(captions: list[Caption] | tuple[Caption, ...]) -> str:
    """SubRip text."""
    blocks = (
        f"{n}\n{_stamp(c.start, ',')} --> {_stamp(c.end, ',')}\n{_no_blank_lines(c.text)}\n"
        for n, c in enumerate(captions, 1)
    )
    return "\n".join(blocks)


def vtt(captions: list[Caption] | tuple[Caption, ...]) -> str:
    """WebVTT text (W3C), speakers as voice tags."""
    blocks = ["WEBVTT\n"]
    for caption in captions:
        # quote=False, because WebVTT knows no &quot;; escaping > also keeps a “-->” in the text from being a time.
        text = html.escape(_no_blank_lines(caption.text), quote=False)
        voice = " ".join(re.sub(r"[<>&]", " ", caption.speaker).split())
        text = f"<v {voice}>{text}" if voice else text
        blocks.append(f"{_stamp(caption.start)} --> {_stamp(caption.end)}\n{text}\n")
    return "\n".join(blocks)


def _no_blank_lines(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if line.strip())


def _stamp(seconds: float, point: str = ".") -> str:
    millis = max(0, round(seconds * 1000))
    hours, rest = divmod(millis, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}{point}{rest % 1000:03}"
