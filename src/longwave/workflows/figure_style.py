"""How the figures of one series are written on a page: unit, per cent or not, and as many decimals as their spread
deserves."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from longwave.core.forecast import ForecastTable
from longwave.core.message import Message, catalogue, say
from longwave.core.unit import Unit
from longwave.report.wording import figure
from longwave.workflows.fan import bands_of, is_fraction, median_of, numbers
from longwave.workflows.study.charts import unit_words

UNSTATED = "forecast_page.unit_not_stated"
"""The key of the unit of figures whose publisher, or whose owner, states none."""

_MOST_DECIMALS = 12


@dataclass(frozen=True, slots=True)
class Style:
    """unit: what the numbers count, as an axis says it; percent: fractions told in per cent; decimals: of a figure."""

    unit: Message
    percent: bool
    decimals: int

    def said(self, value: float, *, more: int = 0) -> str:
        """A figure as text, with `more` decimals than usual; thousands are parted."""
        return figure(value, min(self.decimals + more, _MOST_DECIMALS), self.percent)


def style_of(table: ForecastTable) -> Style:
    """The style of a forecast's figures: so many decimals that the width of its bands has two digits."""
    percent = is_fraction(table.unit)
    return Style(_unit(table.unit, percent=percent), percent, _decimals(table, percent=percent))


def _decimals(table: ForecastTable, *, percent: bool) -> int:
    widths = [
        (numbers(table.frame[high]) - numbers(table.frame[low])).abs()
        for _, low, high in bands_of(table.frame)
    ]
    sizes = np.concatenate(
        [*(one.to_numpy() for one in widths), median_of(table.frame).abs().to_numpy() / 10]
    )
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)] * (100 if percent else 1)
    if not sizes.size:
        return 2
    return int(np.clip(1 - math.floor(math.log10(float(np.median(sizes)))), 0, _MOST_DECIMALS))


def _unit(unit: str, *, percent: bool) -> Message:
    if unit.strip() in {"", "not stated"}:
        return say(UNSTATED)
    words = unit_words(unit)
    if not percent:
        return words if words.key != "workflows.unit_other" else _in_words(unit, words)
    if words.key != "workflows.unit_other":
        return say("workflows.per_cent_unit", of=words)
    return _per_cent(Unit.parse(unit))


def _per_cent(unit: Unit) -> Message:
    """Per cent of what, or a year."""
    if unit.quantity == "growth":
        return say("workflows.per_cent_unit", of=unit_words("share a year"))
    return (
        say("forecast_page.per_cent_of", of=_told("of", unit.of))
        if unit.of
        else say("forecast_page.per_cent")
    )


def _in_words(text: str, otherwise: Message) -> Message:
    """Money, counts, indices and per cent in both languages; any other unit as its publisher writes it."""
    unit = Unit.parse(text)
    if unit.quantity in {"share", "growth"} and unit.scale == _HUNDREDTH:
        return _per_cent(unit)
    if unit.quantity == "index" and unit.base:
        return say("forecast_page.unit_index", base=unit.base)
    scale = _SCALES.get(unit.scale)
    if scale is None:
        return otherwise
    size = say(f"forecast_page.scale_{scale}")
    if unit.quantity == "count" and str(unit) == text:
        return say("forecast_page.unit_count", scale=size, of=_told("of", unit.of))
    price = re.fullmatch(r"(current|constant)(?: (\d{4}))?( PPP)?", unit.price)
    if unit.quantity != "money" or price is None:
        return otherwise
    unstated = price[1] == "constant" and not price[2]
    kind = price[1] + ("_unstated" if unstated else "") + ("_ppp" if price[3] else "")
    return say(
        "forecast_page.unit_money",
        scale=size,
        currency=_told("currency", unit.currency.lower()) if unit.currency.isascii() else unit.currency,
        price=say(f"forecast_page.price_{kind}", year=price[2] or ""),
    )


def _told(kind: str, word: str) -> Message | str:
    key = f"forecast_page.{kind}_{word.replace(' ', '_')}"
    return say(key) if key in catalogue() else word.upper() if kind == "currency" else word


_HUNDREDTH = 0.01
_SCALES = {1.0: "one", 1e3: "thousand", 1e6: "million", 1e9: "billion", 1e12: "trillion"}
