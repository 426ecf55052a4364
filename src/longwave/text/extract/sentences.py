"""Sentences of a text, in English, Chinese and what is written like them.

A line's end always ends a sentence. Within a line: 。！？ and their like with the quotes that close after them; and . ! ?
before a blank and what can begin a sentence, unless the stop belongs to an abbreviation or an initial.
"""

from __future__ import annotations

import re

_ENDS = re.compile(
    r"(?<=[。！？；…])(?![。！？；…”’』」）)\]\"'])"  # after Chinese signs
    r"|(?<=[。！？；…][”’』」）)\]])(?![。！？；…”’』」）)\]])"
    r"|(?<=[.!?])\s+(?=[^\s\W]|[\"'“‘(\[$€£¥])"
    r"|(?<=[.!?][\"'”’)\]])\s+(?=[^\s\W]|[\"'“‘(\[$€£¥])"
)
_SHORT = re.compile(
    r"(?:^|[\s(\"'“‘])(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|vs|etc|e\.g|i\.e|cf|al|No|Nos|Inc|Ltd|Co|Corp|Fig|Eq|pp|vol|ca|approx"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Gen|Gov|Sen|Rep|U\.S|U\.K|E\.U|a\.m|p\.m|[A-Z])\.$",
    re.IGNORECASE,
)
_ENDS_ANYWAY = re.compile(r"(?:\b(?:etc|Inc|Ltd|Co|Corp|U\.S|U\.K|E\.U|a\.m|p\.m))\.$", re.IGNORECASE)
_BIG = re.compile(
    r"[\"'“‘(\[]?(?:The|A|An|In|On|At|It|He|She|We|They|This|That|These|Our|But|And|For|As|I|You)\b"
)


def sentences(text: str) -> list[str]:
    """In their order, without blanks about them; none of a text without a letter, digit or sign."""
    found: list[str] = []
    for line in text.splitlines():
        found += _of_line(line.strip())
    return found


def _of_line(line: str) -> list[str]:
    parts, start = [], 0
    for end in _ENDS.finditer(line):
        before, after = line[start : end.start()], line[end.end() :]
        if _goes_on(before, after):
            continue
        parts.append(before.strip())
        start = end.end()
    parts.append(line[start:].strip())
    return [each for each in parts if each]


def _goes_on(before: str, after: str) -> bool:
    """Whether a stop is an abbreviation's, or the next word is small."""
    if not before.endswith("."):
        return False
    if after[:1].islower():
        return True
    return bool(_SHORT.search(before)) and not (_ENDS_ANYWAY.search(before) and _BIG.match(after))


def joined(parts: list[str]) -> str:
    """Sentences as one text: no blank after a Chinese sign."""
    made = ""
    for part in parts:
        made += part if not made or made[-1] in "。！？；…”’』」）" else f" {part}"
    return made
