"""Guesses a text's language from its letters, where they tell."""

from __future__ import annotations

# First and last code point of a script (Unicode's blocks), and the language that most often is written in it.
_SCRIPTS = (
    (0x3040, 0x30FF, "ja"), (0xAC00, 0xD7AF, "ko"), (0x1100, 0x11FF, "ko"), (0x4E00, 0x9FFF, "cmn"),
    (0x3400, 0x4DBF, "cmn"), (0x0400, 0x052F, "ru"), (0x0370, 0x03FF, "el"), (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "he"), (0x0600, 0x06FF, "ar"), (0x0900, 0x097F, "hi"), (0x0980, 0x09FF, "bn"),
    (0x0A00, 0x0A7F, "pa"), (0x0A80, 0x0AFF, "gu"), (0x0B80, 0x0BFF, "ta"), (0x0C00, 0x0C7F, "te"),
    (0x0C80, 0x0CFF, "kn"), (0x0D00, 0x0D7F, "ml"), (0x0E00, 0x0E7F, "th"), (0x10A0, 0x10FF, "ka"),
    (0x1200, 0x137F, "am"),
)  # fmt: skip
_SAME_SCRIPT = {"ru": ("uk", "bg", "sr", "mk", "be", "kk"), "ar": ("fa", "ur"), "hi": ("mr", "ne"),
                "cmn": ("zh", "yue", "ja")}  # fmt: skip


def guess(text: str, default: str) -> str:
    """The language of a text (BCP 47); `default` where its letters are Latin, or its own language uses them, too."""
    votes: dict[str, int] = {}
    for letter in text:
        code = ord(letter)
        for first, last, language in _SCRIPTS:
            if first <= code <= last:
                votes[language] = votes.get(language, 0) + 1
                break
    letters = sum(c.isalpha() for c in text)
    if not votes or sum(votes.values()) * 3 < letters:
        return default
    if "ja" in votes:
        return "ja"  # kana are Japanese, however many Chinese signs stand between them
    found = max(votes, key=lambda language: votes[language])
    base = default.partition("-")[0]
    return default if base == found or base in _SAME_SCRIPT.get(found, ()) else found


_SAMPLES = {
    "en": "This is how I sound.", "de": "So klinge ich.", "fr": "Voici comment je parle.", "es": "Así es como sueno.",
    "it": "Ecco come parlo.", "pt": "É assim que eu falo.", "nl": "Zo klink ik.", "ru": "Вот как я звучу.",
    "pl": "Tak właśnie brzmię.", "tr": "Sesim böyle.", "ja": "こんな声です。", "ko": "제 목소리는 이렇습니다.",
    "zh": "我的声音就是这样。", "cmn": "我的声音就是这样。", "yue": "我的聲音就是這樣。", "ar": "هكذا يبدو صوتي.",
    "hi": "मेरी आवाज़ ऐसी है।",
}  # fmt: skip


def sample(language: str) -> str:
    """A short sentence to judge a voice by, in a language (BCP 47, or the name of a voice of espeak-ng: "en-gb+f3"),
    in English where it is not known."""
    return _SAMPLES.get(language.lower().partition("+")[0].partition("-")[0], _SAMPLES["en"])
