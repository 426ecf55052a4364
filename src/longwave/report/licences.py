"""Licences in words: what stands in a pack as an id is read by people who have never seen one."""

from __future__ import annotations

import re

from longwave.core.message import Language, say
from longwave.report.wording import plain

_CREATIVE_COMMONS = re.compile(
    r"CC[- ](BY(?:-(?:NC|SA|ND))*)[- ]?(\d\.\d)?(?:[- ](IGO|[A-Z]{2}))?", re.IGNORECASE
)
_IN_WORDS = {
    "us-federal-public-domain": "licence_us_public_domain",
    "public domain": "licence_public_domain",
    "public-domain": "licence_public_domain",
    "cc0-1.0": "licence_cc0",
    "cc0 1.0": "licence_cc0",
    "cc0": "licence_cc0",
    "mit": "licence_mit",
    "ogl-uk-3.0": "licence_ogl_uk",
    "odbl-1.0": "licence_odbl",
    "free with citation": "licence_citation",
    "free with reference": "licence_citation",
    "us-federal-series": "licence_us_series",
    "no licence text seen": "licence_no_text",
}


def licence_in_words(name: str, lang: Language) -> str:
    """A licence as a reader knows it; several, with semicolons between them, each in turn; one that is not
    known as the source writes it."""
    parts = [part.strip() for part in plain(name).split(";") if part.strip()]
    return ("；" if lang == "zh" else "; ").join(_one(part, lang) for part in parts)


def _one(part: str, lang: Language) -> str:
    if key := _IN_WORDS.get(part.lower()):
        return say(f"report.{key}").text(lang)
    found = _CREATIVE_COMMONS.fullmatch(part)
    if found is None:
        return part
    return " ".join(["CC", *(piece.upper() for piece in found.groups() if piece)])
