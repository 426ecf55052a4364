"""A user's table of flows between countries, read into a square table of the same countries both ways."""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.core.estimate import Refusal
from longwave.core.message import say
from longwave.measure.trade.hat_algebra import Matrix

USUAL = 0.5
"""Median of the rates above nought beyond which they are taken for per cent."""
_SHOWN = 8
"""Countries named in a refusal; the rest are counted."""


def unfit(rows: pd.DataFrame, subject: str, keys: list[str]) -> Refusal | None:
    """What is wrong with rows of flows: none at all, nameless ends, a pair twice, a flow below zero. None where
    nothing is. rows: exporter, importer, flow without missing values."""
    if rows.empty:
        return Refusal(subject, say("trade.no_flows"), say("trade.no_flows_mend"))
    if (rows["exporter"] == "").any() or (rows["importer"] == "").any():
        return Refusal(subject, say("trade.nameless"), say("measure.check_figures"))
    twice = rows[rows.duplicated(keys)]
    if len(twice):
        first = twice.iloc[0]
        reason = say(
            "trade.pair_twice",
            exporter=str(first["exporter"]),
            importer=str(first["importer"]),
            count=len(twice),
        )
        return Refusal(subject, reason, say("trade.pair_twice_mend"))
    endless = rows[~np.isfinite(rows["flow"].to_numpy(float))]
    if len(endless):
        first = endless.iloc[0]
        reason = say("trade.flow_infinite", exporter=str(first["exporter"]), importer=str(first["importer"]))
        return Refusal(subject, reason, say("measure.check_figures"))
    below = rows[rows["flow"] < 0]
    if len(below):
        first = below.iloc[0]
        reason = say(
            "trade.flow_below_zero", exporter=str(first["exporter"]), importer=str(first["importer"])
        )
        return Refusal(subject, reason, say("measure.check_figures"))
    if not (rows["flow"] > 0).any():
        return Refusal(subject, say("trade.all_zero"), say("measure.check_figures"))
    return None


def rate_unfit(rows: pd.DataFrame, column: str, subject: str) -> Refusal | None:
    """A tariff at or below -1, or so high that it must be in per cent."""
    rates = rows[column]
    if (rates <= -1).any():
        return Refusal(subject, say("trade.tariff_too_low", column=column), say("trade.tariff_mend"))
    above = rates[rates > 0]
    # Fractions are asked for. Single rates above 100 % exist; a usual rate above 50 %, or any above 500 %, is per cent:
    # the averages of large economies, 1.5 or 4 in per cent, would else pass as 150 and 400 %.
    if len(above) and (above.max() > 5 or above.median() > USUAL):
        return Refusal(
            subject,
            say(
                "trade.tariff_too_high", column=column, value=float(rates.max()), middle=float(above.median())
            ),
            say("trade.tariff_mend"),
        )
    return None


def without_home(rows: pd.DataFrame, subject: str) -> Refusal | None:
    """Countries that lack sales at home, by name; None where all have them."""
    countries = sorted({*rows["exporter"], *rows["importer"]})
    home = rows[(rows["exporter"] == rows["importer"]) & (rows["flow"] > 0)]["exporter"]
    lacking = [name for name in countries if name not in set(home)]
    if not lacking and len(countries) > 1:
        return None
    if len(countries) < 2:
        return Refusal(subject, say("trade.one_country"), say("trade.no_flows_mend"))
    shown = tuple(lacking[:_SHOWN])
    return Refusal(
        subject, say("trade.no_home_sales", count=len(lacking), names=shown), say("trade.no_home_sales_mend")
    )


def square(rows: pd.DataFrame, column: str, countries: list[str]) -> Matrix:
    """The column as exporter by importer; pairs without a row are zero."""
    wide = rows.pivot(index="exporter", columns="importer", values=column)
    return np.asarray(
        wide.reindex(index=countries, columns=countries).fillna(0.0).to_numpy(float), dtype=np.float64
    )
