"""Firm dynamics: jobs made and lost as firms come, grow, shrink and go; and what that does to productivity.

Growth of a firm after Davis, Haltiwanger and Schuh (1996): g = (e_1 - e_0) / ((e_1 + e_0) / 2), from -2 (exit) to 2
(entry), the same in size for the same rise and fall. With the user's data only.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from longwave.core.estimate import Estimate, Refusal, Sample
from longwave.core.message import Message, say
from longwave.measure.competition.firms import as_it_is, complete, fault_of, left_out, refused
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure

NAME = "firm_dynamics"
FLOWS = ("job_creation", "job_destruction", "net", "reallocation", "excess_reallocation", "entry", "exit")
FHK = ("within", "between", "cross", "entrants", "exits")
MELITZ_POLANEC = ("survivors_within", "survivors_covariance", "entrants", "exits")


def growth(before: ArrayLike, after: ArrayLike) -> NDArray[np.float64]:
    """g = 2 (e_1 - e_0) / (e_1 + e_0) in [-2, 2]. Raises ValueError for negative employment, or none at both dates."""
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if not ((first >= 0).all() and (second >= 0).all()) or not (first + second > 0).all():
        raise ValueError("employment is not negative, and each firm has some at one of the dates")
    return np.asarray(2 * (second - first) / (second + first), dtype=np.float64)


def flows(before: ArrayLike, after: ArrayLike) -> dict[str, float]:
    """Rates over the mean of both dates' employment Z: creation sum of rises / Z, destruction sum of falls / Z,
    net = creation - destruction, reallocation = creation + destruction, excess = reallocation - |net|; entry and exit:
    share of firms, over the mean number of firms of both dates, that came or went.

    before, after: employment by firm, zero where it was not there. Raises ValueError as `growth` does.
    """
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    growth(first, second)
    size = float((first + second).sum() / 2)
    rise, fall = np.maximum(second - first, 0).sum() / size, np.maximum(first - second, 0).sum() / size
    firms = ((first > 0).sum() + (second > 0).sum()) / 2
    return {
        "job_creation": float(rise),
        "job_destruction": float(fall),
        "net": float(rise - fall),
        "reallocation": float(rise + fall),
        "excess_reallocation": float(rise + fall - abs(rise - fall)),
        "entry": float(((first == 0) & (second > 0)).sum() / firms),
        "exit": float(((first > 0) & (second == 0)).sum() / firms),
    }


def foster_haltiwanger_krizan(
    before: ArrayLike, after: ArrayLike, productivity_before: ArrayLike, productivity_after: ArrayLike
) -> dict[str, float]:
    """Change of aggregate productivity P = sum s_i p_i (s employment shares, p in logs), taken apart:

    within sum s_0 dp, between sum ds (p_0 - P_0), cross sum ds dp over firms that stay; entrants sum s_1 (p_1 - P_0);
    exits -sum s_0 (p_0 - P_0). Adds up to P_1 - P_0. Reference: Foster, Haltiwanger and Krizan (2001).

    before, after: employment, zero where a firm was not there (its productivity is then not looked at). Raises
    ValueError where either date has no employment.
    """
    s0, s1, p0, p1, stay, new, gone = _both(before, after, productivity_before, productivity_after)
    start = float(s0[s0 > 0] @ p0[s0 > 0])
    ds, dp = s1[stay] - s0[stay], p1[stay] - p0[stay]
    return {
        "within": float(s0[stay] @ dp),
        "between": float(ds @ (p0[stay] - start)),
        "cross": float(ds @ dp),
        "entrants": float(s1[new] @ (p1[new] - start)),
        "exits": float(-s0[gone] @ (p0[gone] - start)),
    }


def melitz_polanec(
    before: ArrayLike, after: ArrayLike, productivity_before: ArrayLike, productivity_after: ArrayLike
) -> dict[str, float]:
    """The same change with each group against those who stay: survivors_within (rise of their plain mean),
    survivors_covariance (rise of the covariance of share and productivity), entrants S_E (P_E1 - P_S1), exits
    S_X (P_S0 - P_X0). Reference: Melitz and Polanec (2015), RAND Journal of Economics 46.

    Raises ValueError where either date has no employment or no firm stays.
    """
    s0, s1, p0, p1, stay, new, gone = _both(before, after, productivity_before, productivity_after)
    if not stay.any():
        raise ValueError("no firm is there at both dates")
    survivors = [float(s[stay] @ p[stay] / s[stay].sum()) for s, p in ((s0, p0), (s1, p1))]
    plain = [float(p[stay].mean()) for p in (p0, p1)]
    entered, left = float(s1[new].sum()), float(s0[gone].sum())
    return {
        "survivors_within": plain[1] - plain[0],
        "survivors_covariance": (survivors[1] - plain[1]) - (survivors[0] - plain[0]),
        "entrants": entered * (float(s1[new] @ p1[new]) / entered - survivors[1]) if entered > 0 else 0.0,
        "exits": left * (survivors[0] - float(s0[gone] @ p0[gone]) / left) if left > 0 else 0.0,
    }


def _both(*columns: ArrayLike) -> tuple[NDArray[Any], ...]:
    e0, e1, p0, p1 = (np.asarray(one, dtype=float) for one in columns)
    if (e0 < 0).any() or (e1 < 0).any() or e0.sum() <= 0 or e1.sum() <= 0:
        raise ValueError("employment is not negative, and both dates have some")
    stay, new, gone = (e0 > 0) & (e1 > 0), (e0 == 0) & (e1 > 0), (e0 > 0) & (e1 == 0)
    return e0 / e0.sum(), e1 / e1.sum(), p0, p1, stay, new, gone


def measure_dynamics(table: pd.DataFrame) -> Measurement:
    """Flows between neighbouring periods and, where productivity is given, both decompositions.

    table: firm, period, employment, optionally productivity (a level above zero; logs are taken). A firm without a
    row in a period is taken as not there. Result's table: index = the later period, columns as in `FLOWS`, and
    fhk_*, mp_* with productivity_growth. Estimates: those of the last pair of periods. Refused with one period.
    """
    rows = complete(table, ["firm", "period", "employment"])
    with_productivity = "productivity" in rows and rows["productivity"].notna().any()
    fault = fault_of(NAME, rows, ("firm", "period"), ("employment",))
    if fault is not None:
        return refused(NAME, fault)
    periods = sorted(rows["period"].unique())
    if len(periods) < 2:
        return refused(NAME, Refusal(NAME, say("competition.one_period")))
    staff = rows.pivot(index="firm", columns="period", values="employment").fillna(0.0)
    refusals = list(left_out(NAME, table, rows))
    worth = None
    if with_productivity:
        worth = _productivity(rows, refusals)
    found = {}
    for before, after in pairwise(periods):
        there = staff[(staff[before] > 0) | (staff[after] > 0)]
        if there[before].sum() <= 0 or there[after].sum() <= 0:
            refusals.append(
                Refusal(str(after), say("competition.no_jobs", before=str(before), after=str(after)))
            )
            continue
        found[str(after)] = flows(there[before], there[after]) | _shares(there, worth, before, after)
    if not found:
        return refused(NAME, *refusals)
    result = pd.DataFrame.from_dict(found, orient="index")
    result.index.name = "period"
    spans = {str(after): str(before) for before, after in pairwise(periods)}
    return Measurement(
        NAME,
        "competition",
        "",
        result,
        units={name: "log points" if _is_log(str(name)) else "share" for name in result.columns},
        estimates=tuple(_estimates(result, spans, len(staff))),
        findings=tuple(_findings(result, spans)),
        refusals=tuple(refusals),
    )


def _is_log(column: str) -> bool:
    return column.startswith(("fhk_", "mp_")) or column == "productivity_growth"


def _productivity(rows: pd.DataFrame, refusals: list[Refusal]) -> pd.DataFrame | None:
    at_work = rows[rows["employment"] > 0]
    if at_work["productivity"].isna().any() or (at_work["productivity"] <= 0).any():
        bad = int((at_work["productivity"].isna() | (at_work["productivity"] <= 0)).sum())
        refusals.append(
            Refusal(
                "productivity", say("competition.no_productivity", count=bad), say("measure.check_figures")
            )
        )
        return None
    logs = at_work.assign(log=np.log(at_work["productivity"]))
    return logs.pivot(index="firm", columns="period", values="log")


def _shares(there: pd.DataFrame, worth: pd.DataFrame | None, before: str, after: str) -> dict[str, float]:
    if worth is None:
        return {}
    logs = worth.reindex(there.index)[[before, after]].fillna(0.0)
    columns = there[before], there[after], logs[before], logs[after]
    first = foster_haltiwanger_krizan(*columns)
    found = {f"fhk_{name}": value for name, value in first.items()}
    try:
        found |= {f"mp_{name}": value for name, value in melitz_polanec(*columns).items()}
    except ValueError:
        # Nobody stayed: there are no survivors to compare with, and the other decomposition stands alone.
        return found | {"productivity_growth": sum(first.values())}
    return found | {"productivity_growth": sum(first.values())}


def _estimates(result: pd.DataFrame, spans: dict[str, str], firms: int) -> Iterator[Estimate]:
    last = str(result.index[-1])
    sample = Sample(firms, spans[last], last)
    for name, value in result.iloc[-1].dropna().items():
        unit = "log points" if _is_log(str(name)) else "share"
        yield as_it_is(str(name), float(value), unit, say("competition.method_all_firms"), sample)


def _findings(result: pd.DataFrame, spans: dict[str, str]) -> Iterator[Message]:
    last, row = str(result.index[-1]), result.iloc[-1]
    span = {"before": spans[last], "after": last}
    yield say("competition.flows", **span, **{name: float(row[name]) for name in FLOWS})
    if "fhk_within" in result and np.isfinite(row["fhk_within"]):
        yield say(
            "competition.fhk",
            **span,
            growth=100 * float(row["productivity_growth"]),
            **{name: 100 * float(row[f"fhk_{name}"]) for name in FHK},
        )
    if "mp_entrants" in result and np.isfinite(row["mp_entrants"]):
        yield say("competition.mp", **{name: 100 * float(row[f"mp_{name}"]) for name in MELITZ_POLANEC})


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "competition",
        (
            Column("firm", "text", say("competition.column_firm")),
            Column("period", "period", say("competition.column_period")),
            Column("employment", "number", say("competition.column_employment")),
            Column("productivity", "number", say("competition.column_productivity"), optional=True),
        ),
        measure_dynamics,
    )
)
