"""Mismatch between the unemployed and the vacancies: what share of hires is lost because people look where
jobs are few.

    M = 1 - sum_i (v_i / v)^a (u_i / u)^(1 - a)

over cells i (occupations, industries, regions), with a the elasticity of hires to vacancies. 0: vacancies and
the unemployed are spread alike; 1: no cell has both. With matching efficiencies phi_i that differ between
cells

    M_phi = 1 - sum_i (phi_i / phi_bar) (v_i / v)^a (u_i / u)^(1 - a),   phi_bar = [sum_i phi_i^(1/a) v_i /
    v]^a

Reference: Sahin, Song, Topa and Violante (2014). The index grows with the number of cells, so that only
indices of one division may be compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure

NAME = "mismatch"
ALPHA = 0.5
"""Elasticity of hires to vacancies that Sahin and others use (2014, section III)."""

ALPHAS = (0.3, 0.7)
"""Range of elasticities in the literature (Petrongolo and Pissarides 2001: vacancies 0.3 to 0.5; others to
0.7)."""

_NONE = 1e-12
"""A mismatch that is rounding."""

FEWEST_CELLS = 2
_WIDEST = 0.5
"""An interval of the index that is wider than half of all there can be says nothing."""
_ONCE = "-"
"""Label of the only period of a table without periods."""

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """value: the index; low, high: its interval if the cells were drawn at random from many like them;
    at_low_alpha and at_high_alpha: the index at the ends of the elasticities' range; cells: how many."""

    value: float
    low: float
    high: float
    at_low_alpha: float
    at_high_alpha: float
    cells: int

    @property
    def bounded(self) -> bool:
        """Whether the interval over cells says anything."""
        return self.high - self.low <= _WIDEST


def mismatch_index(
    unemployed: Vector, vacancies: Vector, alpha: float = ALPHA, efficiency: Vector | None = None
) -> float:
    """M (or M_phi where efficiencies are given), between 0 and 1.

    unemployed, vacancies: shape (cells,), not below zero, any one unit each; alpha: between 0 and 1. Raises
    ValueError for negative figures, totals of zero, an alpha outside (0, 1) or efficiencies that are not
    above zero.
    """
    u, v, phi = _shares(unemployed, vacancies, alpha, efficiency)
    return float(np.clip(1 - (phi * v**alpha * u ** (1 - alpha)).sum(), 0.0, 1.0))


def mismatch_interval(
    unemployed: Vector,
    vacancies: Vector,
    alpha: float = ALPHA,
    efficiency: Vector | None = None,
    level: float = 0.95,
) -> tuple[float, float]:
    """Interval of the index, were the cells a random sample of many: the jackknife on ln M, its bias taken
    off, with Student's t of cells - 1 degrees of freedom, cut to 0 and 1.

    It says how much hangs on the cells that are there; it is no sampling error of the counts. It covers 93 to
    96 per cent where it says 95 (`benchmarks/skills_regression.py`; the delta method covers 63 to 91). Raises
    ValueError as `mismatch_index` does, and for fewer than three cells.
    """
    from scipy.special import stdtrit

    value = mismatch_index(unemployed, vacancies, alpha, efficiency)
    n = len(unemployed)
    if n < 3:
        raise ValueError("at least three cells are wanted")
    u, v = np.asarray(unemployed, dtype=float), np.asarray(vacancies, dtype=float)
    without = []
    for left_out in range(n):
        keep = np.arange(n) != left_out
        phi = None if efficiency is None else np.asarray(efficiency, dtype=float)[keep]
        if u[keep].sum() <= 0 or v[keep].sum() <= 0:
            return 0.0, 1.0
        without.append(mismatch_index(u[keep], v[keep], alpha, phi))
    parts = np.array(without)
    if value <= _NONE or parts.max() <= _NONE:
        return 0.0, float(max(value, parts.max()))
    logs = np.log(np.maximum(parts, _NONE))
    error = float(np.sqrt((n - 1) / n * ((logs - logs.mean()) ** 2).sum()))
    centre = np.log(value) - (n - 1) * (float(logs.mean()) - np.log(value))
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * error
    low, high = np.exp(np.clip([centre - half, centre + half], -700, 0))
    return float(min(low, value)), float(max(high, value))


def lost_hires(hires: float, mismatch: float) -> float:
    """Hires that would come on top if the unemployed were spread as vacancies are: h M / (1 - M), in the unit
    of h.

    Raises ValueError for a mismatch of 1 or more, or below 0.
    """
    if not 0 <= mismatch < 1:
        raise ValueError("a mismatch lies between 0 and 1")
    return hires * mismatch / (1 - mismatch)


def _shares(
    unemployed: Vector, vacancies: Vector, alpha: float, efficiency: Vector | None
) -> tuple[Vector, Vector, Vector]:
    u, v = np.asarray(unemployed, dtype=float), np.asarray(vacancies, dtype=float)
    if not 0 < alpha < 1:
        raise ValueError("alpha must lie between 0 and 1")
    if (u < 0).any() or (v < 0).any() or u.sum() <= 0 or v.sum() <= 0:
        raise ValueError("unemployed and vacancies must not be negative, nor their totals zero")
    u, v = u / u.sum(), v / v.sum()
    if efficiency is None:
        return u, v, np.ones(len(u))
    phi = np.asarray(efficiency, dtype=float)
    if (phi <= 0).any():
        raise ValueError("matching efficiencies must be above zero")
    # Only ratios of efficiencies count: divided by the largest one, no power of them can run over.
    phi = phi / phi.max()
    return u, v, phi / float((phi ** (1 / alpha) * v).sum()) ** alpha


def measured(unemployed: Vector, vacancies: Vector, efficiency: Vector | None = None) -> Mismatch:
    """The index with its interval over cells and its range over elasticities. Raises ValueError as the two
    do; with two cells the interval is the whole range from 0 to 1."""
    value = mismatch_index(unemployed, vacancies, ALPHA, efficiency)
    low, high = (0.0, 1.0)
    if len(np.asarray(unemployed)) >= 3:
        low, high = mismatch_interval(unemployed, vacancies, ALPHA, efficiency)
    ends = [mismatch_index(unemployed, vacancies, alpha, efficiency) for alpha in ALPHAS]
    return Mismatch(value, min(low, value), max(high, value), ends[0], ends[1], len(np.asarray(unemployed)))


def measure_mismatch(table: pd.DataFrame) -> Measurement:
    """Mismatch of a user's table, by period where it has periods.

    Table: mismatch (with _low and _high over cells), at_low_alpha and at_high_alpha, cells; and with
    efficiencies the index that allows for them, mismatch_efficiency. Estimates: mismatch of the last period
    (or the only one), and mismatch_efficiency.
    """
    rows = table.copy()
    if "period" not in rows.columns:
        rows["period"] = _ONCE
    given = rows[["period", "cell", "unemployed", "vacancies"]].copy()
    given["efficiency"] = rows["efficiency"] if "efficiency" in rows.columns else np.nan
    given = given.dropna(subset=["unemployed", "vacancies"])
    bad = _refused(given)
    if bad is not None:
        return Measurement(NAME, "skills", "", pd.DataFrame(), refusals=(bad,))
    found: dict[str, dict[str, float]] = {}
    refusals: list[Refusal] = []
    last: Mismatch | None = None
    for period, cells in given.groupby("period", sort=True):
        refusal = _period_refused(str(period), cells)
        if refusal is not None:
            refusals.append(refusal)
            continue
        u, v = cells["unemployed"].to_numpy(float), cells["vacancies"].to_numpy(float)
        last = measured(u, v)
        found[str(period)] = _row(last, cells, u, v)
        if not last.bounded:
            refusals.append(_says_nothing(str(period), last))
    if last is None:
        return Measurement(NAME, "skills", "", pd.DataFrame(), refusals=tuple(refusals))
    shown = pd.DataFrame.from_dict(found, orient="index").dropna(axis=1, how="all")
    shown.index = pd.Index(list(found), name="period", dtype=object)
    return Measurement(
        NAME,
        "skills",
        "",
        shown,
        units={str(name): "number" if name == "cells" else "share of hires" for name in shown.columns},
        estimates=(_estimate(last, shown),) if last.bounded else (),
        findings=tuple(_findings(last, shown)),
        refusals=tuple(refusals),
    )


def _row(one: Mismatch, cells: pd.DataFrame, u: Vector, v: Vector) -> dict[str, float]:
    row = {
        "mismatch": one.value,
        "mismatch_low": one.low if one.bounded else float("nan"),
        "mismatch_high": one.high if one.bounded else float("nan"),
        "at_low_alpha": one.at_low_alpha,
        "at_high_alpha": one.at_high_alpha,
        "cells": float(one.cells),
        "mismatch_efficiency": float("nan"),
    }
    phi = cells["efficiency"].to_numpy(float)
    if np.isfinite(phi).all() and (phi > 0).all():
        row["mismatch_efficiency"] = mismatch_index(u, v, ALPHA, phi)
    return row


def _refused(given: pd.DataFrame) -> Refusal | None:
    if given.empty:
        columns = ("unemployed", "vacancies")
        return Refusal(NAME, say("skills.no_rows", columns=columns), say("skills.no_rows_mend"))
    for name in ("unemployed", "vacancies"):
        bad = given[given[name] < 0]
        if len(bad):
            cell = str(bad["cell"].iloc[0])
            return Refusal(
                NAME, say("skills.negative_cell", column=name, cell=cell), say("measure.check_figures")
            )
    twice = given[given.duplicated(["period", "cell"])]
    if len(twice):
        reason = say("skills.cell_twice", cell=str(twice["cell"].iloc[0]), count=len(twice))
        return Refusal(NAME, reason, say("skills.cell_twice_mend"))
    return None


def _period_refused(period: str, cells: pd.DataFrame) -> Refusal | None:
    if len(cells) < FEWEST_CELLS:
        return Refusal(NAME, say("skills.one_cell", period=period), say("skills.one_cell_mend"))
    for name in ("unemployed", "vacancies"):
        if cells[name].sum() <= 0:
            return Refusal(
                NAME, say("skills.nothing_there", column=name, period=period), say("measure.check_figures")
            )
    return None


def _says_nothing(period: str, one: Mismatch) -> Refusal:
    reason = say("skills.mismatch_says_nothing", cells=one.cells, low=one.low, high=one.high, period=period)
    return Refusal("mismatch_interval", reason, say("skills.mismatch_more_cells"))


def _interval_words(low: float, high: float) -> Message:
    if not np.isfinite([low, high]).all():
        return say("skills.mismatch_no_interval")
    return say("skills.mismatch_interval", low=low, high=high)


def _estimate(last: Mismatch, shown: pd.DataFrame) -> Estimate:
    period = str(shown.index[-1])
    written = "" if period == _ONCE else period
    return Estimate(
        "mismatch",
        last.value,
        last.low,
        last.high,
        "share of hires",
        say("skills.method_mismatch", cells=last.cells, alpha=ALPHA),
        Sample(last.cells, written, written),
        grade_of(last.cells),
    )


def _bounds(row: pd.Series) -> tuple[float, float]:
    return float(row.get("mismatch_low", np.nan)), float(row.get("mismatch_high", np.nan))


def _findings(last: Mismatch, shown: pd.DataFrame) -> Iterator[Message]:
    period = str(shown.index[-1])
    yield say(
        "skills.mismatch",
        when=say("measure.nothing") if period == _ONCE else say("skills.when", period=period),
        value=last.value,
        interval=_interval_words(*_bounds(shown.iloc[-1])),
        cells=last.cells,
        least=min(last.at_low_alpha, last.at_high_alpha, last.value),
        most=max(last.at_low_alpha, last.at_high_alpha, last.value),
        alphas_low=ALPHAS[0],
        alphas_high=ALPHAS[1],
    )
    if "mismatch_efficiency" in shown.columns and np.isfinite(shown["mismatch_efficiency"].iloc[-1]):
        yield say("skills.mismatch_efficiency", value=float(shown["mismatch_efficiency"].iloc[-1]))
    if len(shown) > 1:
        first = shown.iloc[0]
        yield say(
            "skills.mismatch_then",
            period=str(shown.index[0]),
            value=float(first["mismatch"]),
            interval=_interval_words(*_bounds(first)),
            cells=say("measure.nothing")
            if first["cells"] == shown["cells"].iloc[-1]
            else say("skills.other_cells"),
        )


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "skills",
        (
            Column("period", "period", say("skills.column_period"), optional=True),
            Column("cell", "text", say("skills.column_cell")),
            Column("unemployed", "number", say("skills.column_unemployed")),
            Column("vacancies", "number", say("skills.column_vacancies")),
            Column("efficiency", "number", say("skills.column_efficiency"), optional=True),
        ),
        measure_mismatch,
    )
)
