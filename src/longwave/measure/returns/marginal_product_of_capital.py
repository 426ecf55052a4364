"""Marginal product of capital: what a further unit of capital would add to output, before it wears out.

Under constant returns and competitive pay, capital's share of output over the capital-output ratio. It is a
gross product, not a rate of return: nothing is taken off for wear, tax or the fall of capital's price, and the
share that is not labour's holds the rent of land and natural resources too. Where a publisher gives output and
capital at current purchasing power and both price levels, the price-adjusted product of Caselli and Feyrer is
given beside it. The naive net product is laid beside the published internal rate only to show that they are
different things.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Refusal
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.inputs import Input, by_period, not_positive, outside, take
from longwave.measure.intervals import LEVEL_PERSISTENCE
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.returns.unlike import alike
from longwave.measure.spans import SpanStudy, study
from longwave.measure.wording import doubts, percents, verdict, years

NAME = "marginal_product_of_capital"
_NEEDS = ("real_gdp", "capital_stock", "labour_share")
_PRICES = ("cgdpo", "cn", "pl_gdpo", "pl_n")
"""Penn World Table's own names: output and capital at current purchasing power, and their price levels."""
_USES = ("depreciation_rate", "return_on_capital", *_PRICES)
_UNIT = "share a year"
_HIGHEST = 2.0
"""A product above this means that output and capital are not in the same unit: no country's capital earns
itself back twice within a year."""


def marginal_product(output: pd.Series, capital: pd.Series, labour_share: pd.Series) -> pd.Series:
    """(1 - s_L) Y / K, a fraction a year, for the years that all three have.

    output and capital: index = year, in one money at one price base; labour_share: fraction. Raises ValueError
    where capital is not positive or a share is outside 0 to 1. Reference: Caselli and Feyrer (2007), equation 2.
    """
    table = pd.concat([output, capital, labour_share], axis=1, keys=["y", "k", "s"]).dropna()
    if (table["k"] <= 0).any():
        raise ValueError("capital must be positive")
    if ((table["s"] < 0) | (table["s"] > 1)).any():
        raise ValueError("a labour share lies between 0 and 1")
    return pd.Series((1 - table["s"]) * table["y"] / table["k"], name=NAME)


def price_adjusted(product: pd.Series, output_price: pd.Series, capital_price: pd.Series) -> pd.Series:
    """P_Y / P_K times the product: what a unit of money, not of machines, would add (Caselli and Feyrer 2007).

    product: from output and capital at current purchasing power; prices: price levels of both on one base.
    Raises ValueError where a price is not positive.
    """
    table = pd.concat([product, output_price, capital_price], axis=1, keys=["m", "y", "k"]).dropna()
    if (table[["y", "k"]] <= 0).any(axis=None):
        raise ValueError("price levels must be positive")
    return pd.Series(table["m"] * table["y"] / table["k"], name="price_adjusted")


def measure_marginal_product(panel: Panel, area: str) -> Measurement:
    """Marginal product of capital of an area.

    Table: marginal_product_of_capital, capital_output_ratio (years of output), labour_share and, where the
    figures are there, price_adjusted and naive_net_return (less depreciation; not a rate of return). Estimates:
    marginal_product_of_capital by span and its change.
    """
    taken = {name: take(panel, area, name) for name in _NEEDS}
    given = {name: one for name, one in taken.items() if isinstance(one, Input)}
    absent = tuple(one for one in taken.values() if isinstance(one, Refusal))
    if absent:
        return _refused(area, *absent)
    if bad := (not_positive(given["real_gdp"]) or not_positive(given["capital_stock"])):
        return _refused(area, bad)
    if bad := outside(given["labour_share"]):
        return _refused(area, bad)
    if bad := _units_differ(given["real_gdp"], given["capital_stock"]):
        return _refused(area, bad)
    y, k, s = (given[name].values for name in _NEEDS)
    product = marginal_product(y, k, s)
    if product.empty:
        return _refused(area, Refusal(NAME, say("returns.no_common_year")))
    if product.median() > _HIGHEST:
        return _refused(area, Refusal(NAME, say("returns.product_too_high", value=float(product.median()))))
    table = pd.DataFrame({NAME: product, "capital_output_ratio": k / y, "labour_share": s}).loc[product.index]
    extra = _extras(panel, area, s, product)
    for name, values in extra.items():
        table[name] = values
    sources = tuple(dict.fromkeys(one.source for one in given.values()))
    found = study(
        product,
        NAME,
        _UNIT,
        sources,
        observed=min(one.observed for one in given.values()),
        highest=LEVEL_PERSISTENCE,
    )
    units = {
        NAME: _UNIT,
        "capital_output_ratio": "years of output",
        "labour_share": "share of GDP",
        "price_adjusted": _UNIT,
        "naive_net_return": _UNIT,
    }
    return Measurement(
        NAME,
        "returns",
        area,
        by_period(table),
        units={name: unit for name, unit in units.items() if name in table},
        estimates=found.estimates,
        findings=tuple(_findings(panel, area, product, extra, found)),
        refusals=found.refusals,
        sources=sources,
    )


def _refused(area: str, *refusals: Refusal) -> Measurement:
    return Measurement(NAME, "returns", area, pd.DataFrame(), refusals=refusals)


def _units_differ(output: Input, capital: Input) -> Refusal | None:
    if output.unit == capital.unit:
        return None
    reason = say("returns.units_differ", output=output.unit, capital=capital.unit)
    return Refusal(NAME, reason, say("measure.check_figures"))


def _extras(panel: Panel, area: str, share: pd.Series, product: pd.Series) -> dict[str, pd.Series]:
    """What can be said beside, from figures that not every publisher gives."""
    found: dict[str, pd.Series] = {}
    worn = take(panel, area, "depreciation_rate")
    if isinstance(worn, Input) and outside(worn) is None:
        found["naive_net_return"] = (product - worn.values).dropna()
    prices = [take(panel, area, name) for name in _PRICES]
    given = [one for one in prices if isinstance(one, Input) and not_positive(one) is None]
    if len(given) == len(_PRICES) and len({one.source for one in given}) == 1:
        y, k, of_output, of_capital = (one.values for one in given)
        found["price_adjusted"] = price_adjusted(marginal_product(y, k, share), of_output, of_capital)
    return {name: values for name, values in found.items() if not values.empty}


def _findings(
    panel: Panel, area: str, product: pd.Series, extra: dict[str, pd.Series], found: SpanStudy
) -> Iterator[Message]:
    name = area_names(area)
    if found.last is not None and found.before is not None and found.change is not None:
        yield say(
            "returns.product_change",
            area=name,
            rate=found.last.value,
            span=years(found.last),
            interval=percents(found.last),
            earlier=found.before.value,
            before=years(found.before),
            verdict=verdict(found.change),
            doubts=doubts(found.last, found.before),
        )
    yield say("returns.product_level", area=name, last=str(product.index[-1]), rate=float(product.iloc[-1]))
    adjusted = extra.get("price_adjusted")
    if adjusted is None:
        yield say("returns.product_not_adjusted", area=name)
    else:
        last = str(adjusted.index[-1])
        yield say("returns.product_adjusted", area=name, last=last, rate=float(adjusted.iloc[-1]))
    published = take(panel, area, "return_on_capital")
    if "naive_net_return" in extra and isinstance(published, Input):
        together = alike(extra["naive_net_return"], published.values)
        if together is not None:
            yield say(
                "returns.different_things",
                area=name,
                correlation=together.correlation,
                gap=100 * together.gap,
                first=together.sample.first,
                last=together.sample.last,
            )


MEASURES.register(NAME)(Measure(NAME, "returns", _NEEDS, measure_marginal_product, uses=_USES))
