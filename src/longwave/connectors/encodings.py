"""What bytes that are not UTF-8 may be: Chinese that can be told for sure, else the encodings that a person may name.

Only GB 18030 is ever taken without being asked for. What is said of the others is for a sentence: which of them decode
the whole file, and which one it looks like, where the text that comes out reads well in one of them alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping

_NAMES = (
    *("gb18030", "big5", "shift_jis", "euc-jp", "euc-kr"),
    *("cp1251", "koi8-r", "cp1250", "cp1252", "latin-1"),
)
_SAMPLE = 200_000
"""Bytes from the beginning by which a text is judged."""
_RUN = re.compile("[\u4e00-\u9fff]+")
_ALONE = re.compile(r"(?<!\S)[\u4e00-\u9fff](?!\S)")
"""A character between blanks, as where a line holds one each with its tag; two accented letters hardly ever stand so."""
_BESIDE_LATIN = re.compile("[A-Za-z][\u4e00-\u9fff]+|[\u4e00-\u9fff]+[A-Za-z]")
_MIXED = re.compile("[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")
_FEW = 10
"""Ideographs below which nothing is said of a text that needs more than the characters of GB 2312."""
_SURE = 20
"""Letters from which on a text that reads like Korean or Japanese is not taken for Chinese."""
_SIGNS = frozenset("“”‘’„‚‹›«»–—…€£¥°§©®™•·´¿¡²³½¼¾×±\xa0")


def chinese(data: bytes) -> str | None:
    """GB 18030 text, if what comes out reads like Chinese, simplified or traditional.

    Latin-1 text decodes as GB 18030 too, with its accented letters turned into lone rare ideographs between
    Latin letters; Korean and Japanese in EUC decode as ideographs without a sense.
    """
    text = _decoded(data, "gb18030")
    if text is None or not _reads_chinese(text):
        return None
    others = (_reads(data, name, test) for name, test in _NEIGHBOURS.items())
    return None if any(others) else text


def decoding(data: bytes) -> tuple[str, ...]:
    """The encodings that decode the whole of the bytes, as a user names them."""
    return tuple(name for name in _NAMES if _decoded(data, name) is not None)


def likely(data: bytes) -> str:
    """The encoding in which the bytes read well, where that is one alone; else empty."""
    found = ["gb18030"] if chinese(data) is not None else []
    found += [name for name, test in _TESTS.items() if _reads(data, name, test)]
    if not _NEIGHBOURS.keys().isdisjoint(found):
        found = [name for name in found if name != "big5"]
    return found[0] if len(found) == 1 else ""


def looks_garbled(text: str) -> bool:
    """Whether a text read as Latin letters is none: most of its letters are accented, or characters steer a screen."""
    letters = sum(char.isalpha() for char in text[:_SAMPLE])
    strange = [char for char in text[:_SAMPLE] if ord(char) > 127]
    steering = sum("\x80" <= char <= "\x9f" for char in strange)
    signs = sum(not char.isalpha() and char not in _SIGNS for char in strange)
    accented = sum(map(str.isalpha, strange))
    return steering + signs > max(5, 0.2 * len(strange)) or accented > max(5, 0.5 * letters)


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _reads(data: bytes, encoding: str, test: Callable[[str], bool]) -> bool:
    """Whether the whole decodes and its beginning passes a test."""
    text = _decoded(data, encoding)
    return text is not None and test(text[:_SAMPLE])


def _reads_chinese(text: str) -> bool:
    """Whether ideographs are common ones that stand together: those of GB 2312, or in a longer text Big5's too."""
    strange = Counter(char for char in text if ord(char) > 127)
    runs = _RUN.findall(text)
    count = sum(map(len, runs))
    together = sum(len(run) for run in runs if len(run) > 1) + len(_ALONE.findall(text))
    total = sum(strange.values())
    simplified = _counted(strange, _in_gb2312)
    if count and simplified >= 0.95 * total and together >= 0.67 * count:
        return True
    common = _counted(strange, lambda char: _in_gb2312(char) or _often_in_big5(char))
    apart = len(_BESIDE_LATIN.findall(text)) <= 0.3 * len(runs)
    return count >= _FEW and apart and common >= 0.97 * total and together >= 0.8 * count


def _reads_big5(text: str) -> bool:
    strange = Counter(char for char in text if ord(char) > 127)
    runs = _RUN.findall(text)
    apart = len(_BESIDE_LATIN.findall(text)) <= 0.3 * len(runs)
    common = _counted(strange, _often_in_big5)
    return sum(map(len, runs)) >= _FEW and apart and common >= 0.95 * sum(strange.values())


def _reads_japanese(text: str) -> bool:
    strange = [char for char in text if ord(char) > 127]
    kana = sum("\u3040" <= char <= "\u30ff" for char in strange)
    usual = sum("\u3000" <= char <= "\u30ff" or "\u4e00" <= char <= "\u9fff" for char in strange)
    return len(strange) >= _SURE and kana >= 0.2 * len(strange) and usual >= 0.9 * len(strange)


def _reads_korean(text: str) -> bool:
    strange = [char for char in text if ord(char) > 127]
    hangul = sum("\uac00" <= char <= "\ud7a3" for char in strange)
    return len(strange) >= _SURE and hangul >= 0.95 * len(strange)


def _reads_cyrillic(text: str) -> bool:
    """Cyrillic with its capitals where words begin: read in a sister encoding it has them in the midst of words."""
    strange = [char for char in text if ord(char) > 127]
    letters = "".join(char if "\u0400" <= char <= "\u04ff" else " " for char in text)
    found = len(letters) - letters.count(" ")
    capitals = sum(char.isupper() for word in letters.split() for char in word[1:])
    lower = sum(map(str.islower, letters))
    mixed = len(_MIXED.findall(text))
    spelled = lower > 0.5 * found and capitals <= 0.05 * found and mixed <= 0.1 * found
    return found >= max(_SURE, 0.9 * len(strange)) and spelled


def _reads_western(text: str) -> bool:
    """Latin letters of which some bear accents, and the signs that people write beside them."""
    letters = sum(map(str.isalpha, text))
    strange = [char for char in text if ord(char) > 127]
    accented = sum("\xc0" <= char <= "\xff" or char in "ŒœŠšŽžŸß" for char in strange)
    usual = accented + sum(char in _SIGNS for char in strange)
    return bool(strange) and accented <= 0.3 * letters and usual >= 0.95 * len(strange)


_NEIGHBOURS: Mapping[str, Callable[[str], bool]] = {"euc-kr": _reads_korean, "euc-jp": _reads_japanese}
"""Encodings whose bytes fall on common characters of GB 2312 and of Big5, but not the other way round."""
_TESTS: Mapping[str, Callable[[str], bool]] = {
    "big5": _reads_big5,
    "shift_jis": _reads_japanese,
    **_NEIGHBOURS,
    "cp1251": _reads_cyrillic,
    "koi8-r": _reads_cyrillic,
    "cp1252": _reads_western,
}


def _counted(chars: Counter[str], test: Callable[[str], bool]) -> int:
    return sum(count for char, count in chars.items() if test(char))


def _in_gb2312(char: str) -> bool:
    return _encoded(char, "gb2312") != b""


def _often_in_big5(char: str) -> bool:
    """Whether Big5 has the character among its signs and its first level, the common ones."""
    code = _encoded(char, "big5")
    return len(code) == 2 and code < b"\xc6\x7f"


def _encoded(char: str, encoding: str) -> bytes:
    try:
        return char.encode(encoding)
    except UnicodeEncodeError:
        return b""
