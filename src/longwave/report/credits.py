"""Whose figures these are, as the foot of a chart says it: publisher, dataset, release, licence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from longwave.core.message import Language, say
from longwave.core.origin import Origin
from longwave.report.licences import licence_in_words
from longwave.report.wording import plain, series_of


@dataclass(frozen=True, slots=True)
class Credit:
    """One line of a source: who and what, the licence in words and as the source
    writes it, and whether the source states it."""

    text: str
    licence: str
    licence_id: str
    stated: bool


def credits_of(sources: tuple[str, ...], origins: Mapping[str, Origin], lang: Language) -> list[Credit]:
    """A line for each dataset id, in order, each once; one without an origin is named as such."""
    return [_credit(source, origins.get(source), lang) for source in dict.fromkeys(sources)]


def _credit(source: str, origin: Origin | None, lang: Language) -> Credit:
    if origin is None:
        return Credit(say("report.origin_unknown", dataset=source).text(lang), *licence_said(None, lang))
    parts = [origin.publisher, origin.title]
    if origin.release and origin.release not in origin.title:
        parts.append(origin.release)
    return Credit(series_of([part for part in map(plain, parts) if part], lang), *licence_said(origin, lang))


def licence_said(origin: Origin | None, lang: Language) -> tuple[str, str, bool]:
    """The licence in words, as the source writes it, and whether it is stated."""
    if origin is None or not origin.licence.stated:
        return say("report.licence_not_stated").text(lang), "", False
    name = plain(origin.licence.name)
    return licence_in_words(name, lang), name, True
