"""Tells which encoding a text file is in: UTF-8, UTF-16, GBK (as GB 18030) or Windows-1252. Standard library only."""

from __future__ import annotations

import codecs

from .errors import MediaError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text in `data` and the encoding's name.

    A byte-order mark decides; else zero bytes tell UTF-16; else UTF-8 if it holds; else the manner in which bytes
    above 127 stand together tells Chinese from Western text.

    Raises:
        MediaError: none of these fits; the sentence names the first line that does not.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark):], encoding, name), encoding
    if encoding := _utf16(data):
        return _strict(data, encoding, name), encoding
    for encoding in ("utf-8", "gb18030", "cp1252"):
        if encoding == "gb18030" and not _looks_chinese(data):
            continue
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    # Name the place where the likeliest one breaks: UTF-8 where some of its sequences are there, else Windows-1252.
    return _strict(data, "utf-8" if _some_utf8(data) else "cp1252", name), "utf-8"


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as problem:
        line = data[: problem.start].decode(encoding, "ignore").count("\n") + 1
        raise MediaError(
            f"{name}, line {line}: the text is in no encoding that is known here.", "Save the file as UTF-8."
        ) from None


def _utf16(data: bytes) -> str:
    """Western letters and line ends in UTF-16 have zero as every second byte."""
    if len(data) < 4 or len(data) % 2:
        return ""
    sample = data[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 8 < len(sample):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _looks_chinese(data: bytes) -> bool:
    """Whether high bytes come in pairs of the GB 2312 zone (both above 0xA0), as in Chinese but not in Western text."""
    paired = alone = position = 0
    while position < len(data):
        if data[position] < 0x80:
            position += 1
        elif position + 1 < len(data) and 0xA1 <= data[position] <= 0xF7 and data[position + 1] >= 0xA1:
            paired += 1
            position += 2
        else:
            alone += 1
            position += 1
    return paired > 4 * alone


def _some_utf8(data: bytes) -> bool:
    signs = data.decode("utf-8", "replace")
    return sum(c > "\x7f" and c != "\ufffd" for c in signs) > signs.count("\ufffd")
