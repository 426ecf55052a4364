"""Units and price bases that refuse to be mixed.

A unit has a quantity (what is counted), a scale (percent is a share at scale 0.01, million persons are persons at
scale 1e6) and, for money, a currency with a price base. Two units may be converted into each other only when they
differ in nothing but scale: a share becomes percent; current dollars never become constant ones by renaming.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from longwave.core.errors import UnitMismatch
from longwave.core.message import say

_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SCALE_WORDS = {value: word for word, value in _SCALES.items()}


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts.

    quantity: ``share`` (a fraction of `of`), ``money``, ``index``, ``count`` (of `of`: persons, hours, ...),
    ``growth`` (a fraction a year), ``unstated`` (the publisher's words stand in `of`; converts to nothing but itself).
    scale: one unit is `scale` basic ones. currency and price: for money; price is ``current``, ``constant 2017``,
    ``current PPP`` or ``constant 2017 PPP``. base: the base period of an index, e.g. ``2017=1``.
    """

    quantity: str
    of: str = ""
    scale: float = 1.0
    currency: str = ""
    price: str = ""
    base: str = ""

    @classmethod
    def parse(cls, text: str) -> Unit:
        """Reads a publisher's unit text. What it does not know becomes ``unstated`` with the text kept."""
        return parse_unit(text)

    def converts_to(self, other: Unit) -> bool:
        """Whether the two differ in scale only."""
        if self.quantity == "unstated":
            return self == other
        return replace(self, scale=1.0) == replace(other, scale=1.0)

    def factor_to(self, other: Unit) -> float:
        """What to multiply a number in this unit by to have it in `other`. Raises UnitMismatch."""
        if not self.converts_to(other):
            raise UnitMismatch(
                say("core.unit_mismatch", first=str(self), second=str(other)), say("core.unit_mend")
            )
        return self.scale / other.scale

    def __str__(self) -> str:
        if self.quantity == "share":
            head = {1.0: "share", 0.01: "percent"}.get(self.scale, f"share x {self.scale:g}")
            return f"{head} of {self.of}" if self.of else head
        if self.quantity == "growth":
            return "percent a year" if self.scale == 0.01 else "share a year"
        if self.quantity == "index":
            return f"index {self.base}".rstrip()
        if self.quantity == "money":
            return f"{_scale_word(self.scale)}{self.currency}, {self.price}"
        if self.quantity == "unstated":
            return self.of or "not stated"
        return f"{_scale_word(self.scale)}{self.of}".strip()


def _scale_word(scale: float) -> str:
    if scale == 1.0:
        return ""
    return f"{_SCALE_WORDS[scale]} " if scale in _SCALE_WORDS else f"{scale:g} x "


_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:annual\s*%|(?:%|percent)\s*(?:a year|per year|/ ?yr|per annum))", re.I), "growth"),
    (re.compile(r"(?:%|percent|per cent)\s+of\s+(?P<of>.+)", re.I), "percent_of"),
    (re.compile(r"(?:%|percent|per cent)", re.I), "percent"),
    (re.compile(r"shares?(?:\s+of\s+(?P<of>.+)|(?P<rate>\s*/\s*yr|\s+a year))?", re.I), "share"),
    (re.compile(r"per\s+100\s+(?P<of>people|inhabitants|persons)", re.I), "per_100"),
    (
        re.compile(r"(?:index\s*)?\(?(?P<base>(?:\d{4}|[A-Z]{3}(?:\s\S+)?(?:\s\d{4})?)\s*=\s*\d+)\)?", re.I),
        "index",
    ),
    (re.compile(r"index", re.I), "index"),
    (
        re.compile(
            r"(?:(?P<scale>thousand|million|billion|trillion)s?\s+)?"
            r"(?P<constant>(?:constant|chained|real)\s+)?(?P<current>current\s+)?(?:(?P<year>(?:19|20)\d\d)\s+)?"
            r"(?P<ppp>(?:PPP|international)\s*)?(?P<currency>US\s?\$|USD|\$|EUR|€|CNY|RMB|JPY|GBP)"
            r"(?P<tail>[,\s]+(?P<tail_price>current|constant(?:\s+\d{4})?)(?P<tail_ppp>\s+PPP)?)?",
            re.I,
        ),
        "money",
    ),
    (
        re.compile(
            r"(?:(?P<scale>thousand|million|billion|trillion)s?\s+)?"
            r"(?P<of>persons|people|hours|units|patents|applications|grants)(?:\s+(?:a|per) year)?",
            re.I,
        ),
        "count",
    ),
    (re.compile(r"(?P<scale>thousand|million|billion)s?", re.I), "count"),
)
_CURRENCIES = {"us$": "USD", "us $": "USD", "usd": "USD", "$": "USD", "€": "EUR", "eur": "EUR", "rmb": "CNY"}


def parse_unit(text: str) -> Unit:
    """A publisher's unit text as a `Unit`; what is not understood stays as it is, unstated."""
    tidy = " ".join(text.split())
    for pattern, kind in _PATTERNS:
        match = pattern.fullmatch(tidy)
        if match is not None:
            return _build(kind, match.groupdict())
    return Unit("unstated", of=tidy)


def _build(kind: str, parts: dict[str, str | None]) -> Unit:
    of = (parts.get("of") or "").strip()
    if kind == "growth":
        return Unit("growth", scale=0.01)
    if kind in {"percent", "percent_of"}:
        return Unit("share", of=of, scale=0.01)
    if kind == "share":
        return Unit("growth") if parts.get("rate") else Unit("share", of=of)
    if kind == "per_100":
        return Unit("share", of="population", scale=0.01)
    if kind == "index":
        return Unit("index", base=(parts.get("base") or "").replace(" =", "=").replace("= ", "="))
    scale = _SCALES.get((parts.get("scale") or "").lower(), 1.0)
    if kind == "count":
        return Unit("count", of="persons" if of.lower() == "people" else of.lower(), scale=scale)
    return Unit("money", scale=scale, currency=_currency(parts["currency"] or ""), price=_price(parts))


def _currency(text: str) -> str:
    return _CURRENCIES.get(text.lower(), text.upper())


def _price(parts: dict[str, str | None]) -> str:
    ppp = " PPP" if parts.get("ppp") or parts.get("tail_ppp") else ""
    if parts.get("tail_price"):
        return f"{(parts['tail_price'] or '').lower()}{ppp}"
    if parts.get("year"):
        return f"constant {parts['year']}{ppp}"
    if parts.get("constant"):
        return f"constant{ppp}"
    return f"current{ppp}"
