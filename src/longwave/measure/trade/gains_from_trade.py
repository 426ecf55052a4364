"""What trade is worth beside none at all: one number from how much of its spending a country spends at home.

    gain = 1 - lambda^(1 / eps),   lambda = (Y - X) / (Y - X + M)

lambda: share of spending that falls on home goods; eps: trade elasticity (Arkolakis, Costinot and Rodriguez-Clare
2012, for a class of models with one sector and no intermediates). eps is of the literature, 5 with a range of 3 to
10, and the range is carried through: it is what the bounds show, without probability.

The trap: exports and imports are gross, GDP is value added. lambda wants gross output for Y. With GDP in its place
imports look larger beside home sales than they are, lambda is too small and the gain too large; ports and small
economies export more than their GDP, and lambda is then below zero. So from published GDP shares the number is above
the formula's at any one elasticity; with gross output of a user's own (`gains_from_trade_own`) it is the formula's.
Intermediates bought from abroad raise it again: it bounds no gain.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import RANGE, Estimate, Grade, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.age import told_as_old
from longwave.measure.inputs import by_period, name_of, take
from longwave.measure.measurement import MEASURES, Column, Measure, Measurement, TableMeasure

NAME, OWN = "gains_from_trade", "gains_from_trade_own"
EXPORTS, IMPORTS = "exports_share", "imports_share"
NEEDS = (EXPORTS, IMPORTS)
ELASTICITY = 5.0
ELASTICITIES = (3.0, 10.0)
"""Trade elasticity and its range in the literature: order of magnitude, Head and Mayer (2014)."""


def gain(domestic: float, elasticity: float) -> float:
    """Loss of real income from going to no trade at all, as a share of today's: 1 - lambda^(1/eps).

    Raises ValueError for a share outside (0, 1] or an elasticity not above zero.
    """
    if not 0 < domestic <= 1 or not elasticity > 0:
        raise ValueError("a domestic share above 0 and up to 1, and an elasticity above 0, are needed")
    return float(-np.expm1(np.log(domestic) / elasticity))


def domestic_share(output: pd.Series, exports: pd.Series, imports: pd.Series) -> pd.Series:
    """lambda by period, from output, exports and imports in one unit; whatever comes out, outside (0, 1] too."""
    home = output - exports
    return pd.Series((home / (home + imports)).dropna(), name="domestic_share")


def measure_gains(panel: Panel, area: str) -> Measurement:
    """The number from published shares of GDP, which stand in for gross output.

    Table by year: domestic_share, gains_from_trade with bounds over the elasticity. Estimates: gains_from_trade of
    the last year, whose interval is the range of the elasticity.
    """
    taken = {name: take(panel, area, name) for name in NEEDS}
    absent = tuple(one for one in taken.values() if isinstance(one, Refusal))
    if absent:
        return Measurement(NAME, "trade", area, pd.DataFrame(), refusals=absent)
    exports, imports = (one for one in taken.values() if not isinstance(one, Refusal))
    both = pd.DataFrame({"x": exports.values, "m": imports.values}).dropna()
    if both.empty:
        names = tuple(name_of(name) for name in NEEDS)
        return Measurement(
            NAME,
            "trade",
            area,
            pd.DataFrame(),
            refusals=(Refusal(NAME, say("measure.no_common_years", names=names)),),
        )
    if (both < 0).any(axis=None):
        year = str(both.index[(both < 0).any(axis=1)][0])
        bad = Refusal(NAME, say("trade.negative_share", period=year), say("measure.check_figures"))
        return Measurement(NAME, "trade", area, pd.DataFrame(), refusals=(bad,))
    shares = domestic_share(pd.Series(1.0, index=both.index), both["x"], both["m"])
    shares.index = shares.index.astype(int)
    table, estimate, refusal = _found(shares, stand_in=True)
    sources = tuple(dict.fromkeys((exports.source, imports.source)))
    findings: list[Message] = []
    if estimate is not None:
        words = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
        findings = [
            say(
                "trade.gains_bound",
                area=area_names(area),
                period=estimate.sample.last,
                share=float(shares.iloc[-1]),
                elasticity=ELASTICITY,
                **words,
            ),
            say("trade.gains_trap"),
        ]
    done = Measurement(
        NAME,
        "trade",
        area,
        by_period(table),
        units=_UNITS,
        estimates=() if estimate is None else (estimate,),
        findings=tuple(findings),
        refusals=() if refusal is None else (refusal,),
        sources=sources,
    )
    return told_as_old(done, panel)


def measure_own_gains(table: pd.DataFrame) -> Measurement:
    """The formula's number from a user's gross output, exports and imports, by period.

    Table: domestic_share, gains_from_trade with bounds. Estimates: gains_from_trade of the last period.
    """
    rows = table.dropna(subset=["gross_output", "exports", "imports"])
    if rows.empty or rows["period"].duplicated().any():
        key = "own_empty" if rows.empty else "own_twice"
        return Measurement(
            OWN,
            "trade",
            "",
            pd.DataFrame(),
            refusals=(Refusal(OWN, say(f"trade.{key}"), say("measure.check_figures")),),
        )
    rows = rows.set_index("period").sort_index()
    if (rows[["gross_output", "exports", "imports"]] < 0).any(axis=None):
        return Measurement(
            OWN,
            "trade",
            "",
            pd.DataFrame(),
            refusals=(Refusal(OWN, say("trade.own_negative"), say("measure.check_figures")),),
        )
    shares = domestic_share(rows["gross_output"], rows["exports"], rows["imports"])
    if shares.empty:
        return Measurement(
            OWN,
            "trade",
            "",
            pd.DataFrame(),
            refusals=(Refusal(OWN, say("trade.own_empty"), say("measure.check_figures")),),
        )
    shown, estimate, refusal = _found(shares, stand_in=False)
    left_out = table.loc[~table["period"].isin(rows.index), "period"]
    findings: tuple[Message, ...] = ()
    if len(left_out):
        findings = (say("trade.own_left_out", periods=tuple(sorted(str(each) for each in left_out))),)
    if estimate is not None:
        findings = (
            *findings,
            say(
                "trade.gains_own",
                period=estimate.sample.last,
                share=float(shares.iloc[-1]),
                elasticity=ELASTICITY,
                value=estimate.value,
                low=estimate.low,
                high=estimate.high,
            ),
        )
    return Measurement(
        OWN,
        "trade",
        "",
        shown,
        units=_UNITS,
        estimates=() if estimate is None else (estimate,),
        findings=findings,
        refusals=() if refusal is None else (refusal,),
    )


_UNITS = dict.fromkeys((NAME, f"{NAME}_low", f"{NAME}_high"), "share of real income") | {
    "domestic_share": "share of spending"
}


def _found(shares: pd.Series, *, stand_in: bool) -> tuple[pd.DataFrame, Estimate | None, Refusal | None]:
    """Gains by period; none where the share is no share. The last period alone is told."""
    fit = shares[(shares > 0) & (shares <= 1)]
    few, many = ELASTICITIES
    table = pd.DataFrame({"domestic_share": shares})
    for name, elasticity in ((NAME, ELASTICITY), (f"{NAME}_low", many), (f"{NAME}_high", few)):
        table[name] = pd.Series(
            {at: gain(float(value), elasticity) for at, value in fit.items()}, dtype=float
        )
    last = shares.index[-1]
    if last not in fit.index:
        reason = say("trade.no_domestic_share", period=str(last), share=float(shares.iloc[-1]))
        mend = say("trade.needs_gross_output") if stand_in else say("trade.check_gross_output")
        return table, None, Refusal(NAME, reason, mend)
    row = table.loc[last]
    method = say("trade.method_gains", elasticity=ELASTICITY, few=few, many=many)
    grade = Grade.D if stand_in else max(grade_of(len(fit)), Grade.C)
    estimate = Estimate(
        NAME,
        float(row[NAME]),
        float(row[f"{NAME}_low"]),
        float(row[f"{NAME}_high"]),
        "share of real income",
        method,
        Sample(1, str(last), str(last)),
        grade,
        RANGE,
    )
    return table, estimate, None


MEASURES.register(NAME)(Measure(NAME, "trade", NEEDS, measure_gains))
MEASURES.register(OWN)(
    TableMeasure(
        OWN,
        "trade",
        (
            Column("period", "period", say("trade.column_period")),
            Column("gross_output", "number", say("trade.column_gross_output")),
            Column("exports", "number", say("trade.column_exports")),
            Column("imports", "number", say("trade.column_imports")),
        ),
        measure_own_gains,
    )
)
