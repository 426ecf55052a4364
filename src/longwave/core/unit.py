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


_PERCENT = r"(?:%|percent|per\s?cent|percentage|pct)"
_PART = r"(?:shares?|fractions?|proportions?)"
_SCALE = r"(?:(?P<scale>thousand|million|billion|trillion)s?|'?(?P<noughts>1?,?000)s?)"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"(?:annual\s*%|{_PERCENT}\s*(?:a year|per year|/ ?yr|per annum|p\.a\.))", re.I), "growth"),
    (re.compile(rf"{_PERCENT}\s+of\s+(?P<of>.+)", re.I), "percent_of"),
    (re.compile(rf"{_PERCENT}\s*(?P<of>GDP|GNI|GNP)", re.I), "percent_of"),
    (re.compile(rf"{_PERCENT}", re.I), "percent"),
    (
        re.compile(
            rf"(?:{_PART}(?:\s+of\s+(?P<of>.+?)|(?P<rate>\s*/\s*yr|\s+a year))?|ratio(?:\s+to\s+(?P<to>.+?))?)"
            r"(?:\s*\(\s*0\s*(?:-|–|to)\s*1\s*\))*",
            re.I,
        ),
        "share",
    ),
    (re.compile(r"per\s+100\s+(?P<of>people|inhabitants|persons)", re.I), "per_100"),
    (
        re.compile(
            r"(?:index[\s,:]*)?\(?(?P<base>(?:\d{4}|[A-Z]{3}(?:\s\S+)?(?:\s\d{4})?)\s*=\s*\d+)(?:\.0+)?\)?",
            re.I,
        ),
        "index",
    ),
    (re.compile(r"index", re.I), "index"),
    (
        re.compile(
            rf"(?:{_SCALE}\s+(?:of\s+)?)?(?:annual\s+)?"
            r"(?P<of>persons|person|people|hours|units|patents|applications|grants)(?:\s+(?:a|per) year)?",
            re.I,
        ),
        "count",
    ),
    (
        re.compile(
            r"(?:annual\s+)?hours(?:\s+worked)?\s+(?:per|a)\s+(?P<each>worker|person|employee|person engaged|"
            r"person employed|employed person)(?:\s+(?:a|per) year)?",
            re.I,
        ),
        "hours_each",
    ),
    (re.compile(_SCALE, re.I), "count"),
)
_EUROSTAT = {
    "PC_GDP": "percent of GDP",
    "THS_PER": "thousand persons",
    "THS_HW": "thousand hours",
    "CP_MEUR": "million EUR, current",
    "CP_MNAC": "million LCU, current",
}
_CHAIN_LINKED = re.compile(r"CLV(?P<year>\d\d)_M(?P<currency>EUR|NAC)", re.ASCII)

_CURRENCIES = {
    **dict.fromkeys(("us$", "usd", "$", "dollar", "dollars"), "USD"),
    **dict.fromkeys(("€", "eur", "euro", "euros"), "EUR"),
    **dict.fromkeys(("cny", "rmb", "yuan", "renminbi"), "CNY"),
    **dict.fromkeys(("jpy", "yen"), "JPY"),
    **dict.fromkeys(("gbp", "£", "sterling"), "GBP"),
    "lcu": "LCU",
}
_CODES = frozenset(
    re.findall(
        r"[A-Z]{3}",
        "AED ARS AUD BDT BGN BRL CAD CHF CLP COP CZK DKK DZD EGP ETB GHS HKD HRK HUF IDR ILS INR "
        "IQD IRR ISK KES KRW KWD KZT LKR MAD MXN MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RSD RUB "
        "SAR SEK SGD THB TND TRY TWD TZS UAH UGX UYU UZS VND XAF XOF ZAR ZMW ",
    )
)
"""ISO 4217 codes that stand as they are, in capitals only."""
_MONEY_SCALES = {
    **{word: value for name, value in _SCALES.items() for word in (name, f"{name}s")},
    **dict.fromkeys(("1000", "1,000"), 1e3),
    **dict.fromkeys(("mn", "mln", "mio"), 1e6),
    **dict.fromkeys(("bn", "bln"), 1e9),
}
_CONSTANT = frozenset({"constant", "chained", "chain", "linked", "real", "volume", "volumes"})
_CURRENT = frozenset({"current", "nominal"})
_PARITY = frozenset({"ppp", "international"})
_EMPTY = frozenset({"of", "in", "at", "price", "prices"})
_PIECES = re.compile(
    r"us\s?\$|1,000|(?:19|20)\d\d(?:[-/]\d\d)?(?!\d)|[^\W\d_]+|\d+|[^\s\w]|_", re.I | re.ASCII
)
_LOCAL = re.compile(r"\b(?:local|national) currency(?: units?)?\b", re.I)
_US = re.compile(r"\b(?:US|U\.S\.) dollars?", re.I)
_STERLING = re.compile(r"\bpounds? sterling\b", re.I)


def parse_unit(text: str) -> Unit:
    """A publisher's unit text as a `Unit`; what is not understood stays as it is, unstated."""
    tidy = " ".join(text.split())
    tidy = _EUROSTAT.get(tidy, tidy)
    for pattern, kind in _PATTERNS:
        match = pattern.fullmatch(tidy)
        if match is not None:
            return _build(kind, match.groupdict())
    return _money(tidy) or Unit("unstated", of=tidy)


def _build(kind: str, parts: dict[str, str | None]) -> Unit:
    of = _of(parts.get("of") or parts.get("to") or "")
    if kind == "growth":
        return Unit("growth", scale=0.01)
    if kind in {"percent", "percent_of"}:
        return Unit("share", of=of, scale=0.01)
    if kind == "share":
        return Unit("growth") if parts.get("rate") else Unit("share", of=of)
    if kind == "per_100":
        return Unit("share", of="population", scale=0.01)
    if kind == "index":
        return Unit("index", base=re.sub(r"\s*=\s*", "=", parts.get("base") or ""))
    if kind == "hours_each":
        each = (parts["each"] or "").lower()
        return Unit("count", of=f"hours per {each if each in {'person', 'employee'} else 'worker'}")
    scale = 1e3 if parts.get("noughts") else _SCALES.get((parts.get("scale") or "").lower(), 1.0)
    return Unit("count", of="persons" if of.lower() in {"people", "person"} else of.lower(), scale=scale)


def _of(text: str) -> str:
    """What a share is of, in the house's spelling of the two wholes that publishers spell in two ways."""
    tidy = re.sub(r"\bgdp\b", "GDP", text.strip(), flags=re.I)
    return re.sub(r"\blabor force\b", "labour force", tidy, flags=re.I)


def _money(tidy: str) -> Unit | None:
    """An amount of money: a currency once, at most one scale, one year and one kind of price, in any order.

    None where a word is not understood, or two contradict each other: 'current' beside a base year is neither.
    """
    chained = _CHAIN_LINKED.fullmatch(tidy)
    if chained is not None:
        year = f"{19 if int(chained['year']) > 50 else 20}{chained['year']}"
        return Unit("money", "", 1e6, "EUR" if chained["currency"] == "EUR" else "LCU", f"constant {year}")
    plain = _STERLING.sub("sterling", _US.sub("US$", _LOCAL.sub("LCU", tidy)))
    found: dict[str, set[str]] = {}
    for piece in _PIECES.findall(plain):
        kind = _kind(piece)
        if not kind or (kind in {"currency", "scale", "year"} and kind in found):
            return None
        found.setdefault(kind, set()).add(piece)
    constant, current = "constant" in found or "year" in found, "current" in found
    if "currency" not in found or (constant and current):
        return None
    year = f" {min(found['year'])}" if "year" in found else ""
    price = f"constant{year}" if constant else "current"
    word = min(found["currency"])
    return Unit(
        "money",
        scale=_MONEY_SCALES[min(found["scale"]).lower()] if "scale" in found else 1.0,
        currency=_CURRENCIES.get(word.lower().replace(" ", ""), word),
        price=f"{price} PPP" if "parity" in found else price,
    )


def _kind(piece: str) -> str:
    """What a word of an amount of money tells; empty for one that is not understood."""
    word = piece.lower()
    if word.replace(" ", "") in _CURRENCIES or piece in _CODES:
        return "currency"
    if word in _MONEY_SCALES:
        return "scale"
    if re.fullmatch(r"(?:19|20)\d\d(?:[-/]\d\d)?", piece, re.ASCII):
        return "year"
    kinds = (("constant", _CONSTANT), ("current", _CURRENT), ("parity", _PARITY), ("filler", _EMPTY))
    known = next((kind for kind, words in kinds if word in words), "")
    return "filler" if not known and piece in {",", "(", ")", ";", ":", "-"} else known
