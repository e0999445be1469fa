"""Writes text out as it is spoken, where voice engines stumble: signs, units, times, dates, abbreviations, emoji.

espeak-ng reads plain numbers in all its languages, and so do Piper voices, which take their phonemes from it. What is
left is little, and differs by language; where a language has no words here, its text stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Words:
    """A language's words.

    Attributes:
        after: units and signs that stand behind a number: (singular, plural).
        money: signs and what they are called: (singular, plural).
        short: abbreviations as they are written, full stop included.
        point: the decimal sign, and the word for it.
        oclock: between hours and minutes.
    """

    after: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    money: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    short: Mapping[str, str] = field(default_factory=dict)
    oclock: str = " "


_EN = Words(
    after={
        "km/h": ("kilometer per hour", "kilometers per hour"), "mph": ("mile per hour", "miles per hour"),
        "km": ("kilometer", "kilometers"), "cm": ("centimeter", "centimeters"), "mm": ("millimeter", "millimeters"),
        "kg": ("kilogram", "kilograms"), "kHz": ("kilohertz", "kilohertz"), "Hz": ("hertz", "hertz"),
        "ms": ("millisecond", "milliseconds"), "dB": ("decibel", "decibels"), "GB": ("gigabyte", "gigabytes"),
        "MB": ("megabyte", "megabytes"), "fps": ("frame per second", "frames per second"),
        "°C": ("degree Celsius", "degrees Celsius"), "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
        "°": ("degree", "degrees"), "%": ("percent", "percent"),
    },
    money={"$": ("dollar", "dollars"), "€": ("euro", "euros"), "£": ("pound", "pounds"), "¥": ("yen", "yen")},
    short={"e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus", "approx.": "approximately",
           "Dr.": "Doctor", "Prof.": "Professor", "Mr.": "Mister", "Mrs.": "Missis", "No.": "number"},
)  # fmt: skip
_DE = Words(
    after={
        "km/h": ("Kilometer pro Stunde",) * 2, "km": ("Kilometer",) * 2, "cm": ("Zentimeter",) * 2,
        "mm": ("Millimeter",) * 2, "kg": ("Kilogramm",) * 2, "kHz": ("Kilohertz",) * 2, "Hz": ("Hertz",) * 2,
        "ms": ("Millisekunde", "Millisekunden"), "dB": ("Dezibel",) * 2, "GB": ("Gigabyte",) * 2,
        "MB": ("Megabyte",) * 2, "°C": ("Grad Celsius",) * 2, "°": ("Grad",) * 2, "%": ("Prozent",) * 2,
    },
    money={"$": ("Dollar",) * 2, "€": ("Euro",) * 2, "£": ("Pfund",) * 2, "¥": ("Yen",) * 2},
    short={"z. B.": "zum Beispiel", "z.B.": "zum Beispiel", "d. h.": "das heißt", "d.h.": "das heißt",
           "usw.": "und so weiter", "bzw.": "beziehungsweise", "ca.": "circa", "Dr.": "Doktor", "Nr.": "Nummer"},
    oclock=" Uhr ",
)  # fmt: skip
_FR = Words(
    after={
        "km/h": ("kilomètre par heure", "kilomètres par heure"), "km": ("kilomètre", "kilomètres"),
        "cm": ("centimètre", "centimètres"), "kg": ("kilogramme", "kilogrammes"), "Hz": ("hertz", "hertz"),
        "dB": ("décibel", "décibels"), "°C": ("degré Celsius", "degrés Celsius"), "°": ("degré", "degrés"),
        "%": ("pour cent",) * 2,
    },
    money={"$": ("dollar", "dollars"), "€": ("euro", "euros"), "£": ("livre", "livres"), "¥": ("yen", "yens")},
    short={"p. ex.": "par exemple", "M.": "Monsieur", "Mme": "Madame", "etc.": "et cetera", "env.": "environ"},
    oclock=" heures ",
)  # fmt: skip
_ES = Words(
    after={
        "km/h": ("kilómetro por hora", "kilómetros por hora"), "km": ("kilómetro", "kilómetros"),
        "cm": ("centímetro", "centímetros"), "kg": ("kilogramo", "kilogramos"), "Hz": ("hercio", "hercios"),
        "dB": ("decibelio", "decibelios"), "°C": ("grado Celsius", "grados Celsius"), "°": ("grado", "grados"),
        "%": ("por ciento",) * 2,
    },
    money={"$": ("dólar", "dólares"), "€": ("euro", "euros"), "£": ("libra", "libras"), "¥": ("yen", "yenes")},
    short={"p. ej.": "por ejemplo", "Sr.": "señor", "Sra.": "señora", "Dr.": "doctor", "etc.": "etcétera"},
)  # fmt: skip
_ZH = Words(
    after={"km/h": ("公里每小时",) * 2, "km": ("公里",) * 2, "cm": ("厘米",) * 2, "kg": ("公斤",) * 2,
           "°C": ("摄氏度",) * 2, "%": ("百分点",) * 2},
    money={"$": ("美元",) * 2, "€": ("欧元",) * 2, "£": ("英镑",) * 2, "¥": ("元",) * 2, "￥": ("元",) * 2},
    oclock="点",
)  # fmt: skip
# What ends a sentence, too: these count only before a number or a name.
_ONLY_BEFORE = {"No.": r"(?=\s?\d)", "Nr.": r"(?=\s?\d)", "M.": r"(?=\s[A-ZÀ-Ý])"}
_WORDS = {"en": _EN, "de": _DE, "fr": _FR, "es": _ES, "zh": _ZH, "cmn": _ZH}

_LINK = re.compile(r"https?://(?:www\.)?([^\s/]+)\S*", re.IGNORECASE)
_NUMBER = r"(?<![\w.,])(\d[\d.,\u00a0\u202f]*\d|\d)"
_TIME = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)(?: Uhr\b)?(?![:\d])")
_ZH_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]")


def spoken_text(text: str, language: str) -> str:
    """The text as it is spoken in a language (BCP 47); numbers stay digits, which engines read themselves."""
    text = _without_pictures(_LINK.sub(r"\1", text))
    words = _WORDS.get(language.partition("-")[0].lower())
    if words is None:
        return text
    if words is _ZH:
        text = _ZH_PERCENT.sub(r"百分之\1", text)
    for short, whole in words.short.items():
        text = re.sub(rf"(?<!\w){re.escape(short)}(?!\w){_ONLY_BEFORE.get(short, '')}", whole, text)
    text = _TIME.sub(lambda match: _clock(match, words), text)
    text = _money(text, words)
    for unit, names in words.after.items():
        pattern = rf"{_NUMBER}[ \u00a0\u202f]?{re.escape(unit)}(?![A-Za-z])"
        text = _all_counted(text, pattern, names)
    return text


def _money(text: str, words: Words) -> str:
    for sign, names in words.money.items():
        for pattern in (rf"{re.escape(sign)}[ \u00a0]?(\d[\d.,]*\d|\d)", rf"{_NUMBER}[ \u00a0]?{re.escape(sign)}"):
            text = _all_counted(text, pattern, names)
    return text


def _all_counted(text: str, pattern: str, names: tuple[str, str]) -> str:
    return re.sub(pattern, lambda match: f"{match[1]} {names[0] if match[1] == '1' else names[1]}", text)


def _clock(match: re.Match[str], words: Words) -> str:
    hours, minutes = str(int(match[1])), match[2]
    if minutes == "00" and words.oclock.strip():
        return f"{hours}{words.oclock}".rstrip()
    if minutes == "00":
        return f"{hours} o'clock" if words is _EN else hours
    return f"{hours}{words.oclock}{int(minutes) if words is not _EN or minutes[0] != '0' else 'oh ' + minutes[1]}"


def _without_pictures(text: str) -> str:
    """Without emoji, musical notes and other pictures, which engines call by their long names or pass over."""
    kept = "".join(" " if unicodedata.category(c) in ("So", "Cs", "Co") and c != "°" or c in "\ufe0f\u200d" else c
                   for c in text)  # fmt: skip
    return " ".join(kept.split())
