"""The door for text: size, line ends, and signs that nobody can see."""

from __future__ import annotations

import re
import unicodedata

from longwave.core.errors import UsageError
from longwave.core.message import say
from longwave.macro.language.finding import Finding, refuse
from longwave.macro.language.tree import Place

MOST_TEXT = 5_000_000  # characters
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def clean(text: str, name_of_file: str = "") -> str:
    """The text with plain line ends, without a byte order mark, in Unicode's composed form (NFC).

    Raises UsageError for what is no text, BadInput when it is too long or has control signs, direction overrides or
    other hidden signs.
    """
    if not isinstance(text, str):
        raise UsageError(say("language.no_text", given=type(text).__name__), say("language.no_text_mend"))
    if len(text) > MOST_TEXT:
        finding = Finding(
            None, say("language.too_long", most=MOST_TEXT, length=len(text)), say("language.too_long_mend")
        )
        refuse([finding], "", name_of_file)
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    hidden = _HIDDEN.search(plain)
    if hidden:
        place = Place(
            plain.count("\n", 0, hidden.start()) + 1, hidden.start() - plain.rfind("\n", 0, hidden.start())
        )
        code = f"U+{ord(hidden[0]):04X}"
        finding = Finding(place, say("language.hidden", code=code), say("language.hidden_mend"))
        refuse([finding], plain, name_of_file)
    return plain if plain.isascii() else unicodedata.normalize("NFC", plain)


def plain_letters(name: str) -> str:
    """The name in Unicode's compatibility form: wide and mathematical letters become the plain ones (NFKC)."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


def looks_like(name: str) -> str:
    """What a reader sees: Cyrillic and Greek letters that look Latin taken as Latin. Equal for look-alike names."""
    return name if name.isascii() else plain_letters(name).translate(_LATIN_TWINS)


# Cyrillic and Greek letters whose printed form is that of a Latin letter (Unicode TR39 confusables, the letters only)
_LATIN_TWINS = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԌԚԜаеіјорсухѕԁԛԝ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοιν",
    "ABESIJKMHOPCTYXGQWaeijopcyxsdqw" + "ABEZHIKMNOPTYXoiv",
)
