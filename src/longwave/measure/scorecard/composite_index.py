"""Composite index of a user's own table: any units, any indicators, and for each unit the places that reasonable
choices give it.

The ten steps of the OECD/JRC Handbook (2008) stand in the files beside this one. Framework and selection are the
user's; the rest is done with every choice open, and the answer is an interval of places or a refusal.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.scorecard.composite import Composite, composite, findings
from longwave.measure.scorecard.indicators import Indicators, indicators

NAME = "composite_index"
COLUMNS = (
    Column("unit", "text", say("scorecard.column_unit")),
    Column("indicator", "text", say("scorecard.column_indicator")),
    Column("value", "number", say("scorecard.column_value")),
    Column("direction", "number", say("scorecard.column_direction"), optional=True),
    Column("weight", "number", say("scorecard.column_weight"), optional=True),
    Column("error", "number", say("scorecard.column_error"), optional=True),
)


def measure_composite(table: pd.DataFrame) -> Measurement:
    """Composite index of the units of a long table.

    Table, one row a unit in order of the baseline: rank, rank_low, rank_high, rank_median, place (0 for the last,
    1 for the first) with place_low and place_high, missing (share), and part_<indicator> (what it adds to the
    baseline score). Estimates: rank_<unit> for units whose interval is narrow enough; refusals for the others.
    """
    read = _read(table)
    if isinstance(read, Refusal):
        return Measurement(NAME, "scorecard", "", pd.DataFrame(), refusals=(read,))
    found = composite(read)
    if isinstance(found, Refusal):
        return Measurement(NAME, "scorecard", "", pd.DataFrame(), refusals=(found,))
    told = found.frame.drop(columns=["score", "told"])
    units = dict.fromkeys(("rank", "rank_low", "rank_high", "rank_median"), "place, 1 the first")
    units |= dict.fromkeys(("place", "place_low", "place_high"), "0 the last, 1 the first")
    return Measurement(
        NAME,
        "scorecard",
        "",
        told,
        units=units | {"missing": "share of indicators"},
        estimates=tuple(_estimates(found, len(read.names))),
        findings=findings(found),
        refusals=tuple(_untold(found)),
    )


def _read(table: pd.DataFrame) -> Indicators | Refusal:
    """The long table as units by indicators, or what is wrong with it."""
    rows = table.dropna(subset=["unit", "indicator"]).copy()
    rows["unit"], rows["indicator"] = rows["unit"].astype(str), rows["indicator"].astype(str)
    if rows.empty or rows["value"].notna().sum() == 0:
        return Refusal(NAME, say("scorecard.nothing_given"))
    double = rows.duplicated(["unit", "indicator"])
    if double.any():
        one = rows[double].iloc[0]
        reason = say("scorecard.twice", unit=one["unit"], indicator=one["indicator"])
        return Refusal(NAME, reason, say("scorecard.twice_mend"))
    wide = rows.pivot(index="unit", columns="indicator", values="value")
    for name in wide:
        if wide[name].nunique(dropna=True) < 2:
            return Refusal(NAME, say("scorecard.does_not_vary", indicator=str(name)))
    signs = _by_indicator(rows, "direction", 1.0, wide.columns)
    weights = _by_indicator(rows, "weight", 1.0, wide.columns)
    if isinstance(signs, Refusal):
        return signs
    if isinstance(weights, Refusal):
        return weights
    if not np.isin(signs, (-1.0, 1.0)).all():
        return Refusal(NAME, say("scorecard.direction_unclear"), say("scorecard.direction_mend"))
    if (np.asarray(weights) <= 0).any():
        return Refusal(NAME, say("scorecard.weight_not_positive"))
    errors = None
    if "error" in rows and rows["error"].notna().any():
        if (rows["error"] < 0).any():
            return Refusal(NAME, say("scorecard.error_negative"))
        errors = rows.pivot(index="unit", columns="indicator", values="error").to_numpy(float)
    return indicators(
        wide.to_numpy(float),
        units=tuple(str(one) for one in wide.index),
        names=tuple(str(one) for one in wide.columns),
        directions=np.asarray(signs),
        weights=np.asarray(weights),
        errors=errors,
    )


def _by_indicator(rows: pd.DataFrame, column: str, otherwise: float, names: pd.Index) -> np.ndarray | Refusal:
    """One number an indicator; a refusal where the table gives an indicator two."""
    if column not in rows:
        return np.full(len(names), otherwise)
    given = rows.dropna(subset=[column]).groupby("indicator")[column]
    if (given.nunique() > 1).any():
        name = str(given.nunique().idxmax())
        return Refusal(NAME, say("scorecard.two_of_one", indicator=name, column=column))
    return np.asarray(given.first().reindex(names).fillna(otherwise), float)


def _estimates(found: Composite, width: int) -> Iterator[Estimate]:
    draws = len(found.robustness.ranks)
    for unit, row in found.frame[found.frame["told"]].iterrows():
        yield Estimate(
            f"rank_{unit}",
            float(row["rank"]),
            float(row["rank_low"]),
            float(row["rank_high"]),
            "place, 1 the first",
            say("scorecard.rank_method", draws=draws, level=found.level),
            Sample(width, "", ""),
            grade_of(width, 1.0 - float(row["missing"])),
            found.level,
        )


def _untold(found: Composite) -> Iterator[Refusal]:
    for unit, row in found.frame[~found.frame["told"]].iterrows():
        reason: Message = say(
            "scorecard.no_place",
            unit=str(unit),
            low=int(row["rank_low"]),
            high=int(row["rank_high"]),
            units=len(found.frame),
        )
        yield Refusal(f"rank_{unit}", reason)


MEASURES.register(NAME)(TableMeasure(NAME, "scorecard", COLUMNS, measure_composite))
