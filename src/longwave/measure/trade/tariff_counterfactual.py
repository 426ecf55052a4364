"""What other tariffs would do to wages, prices, real income and trade, from a user's flows and tariffs.

The model is that of `hat_algebra`; the trade elasticity is of the literature, 5 with a range of 3 to 10, and what it
does to each answer is the interval. Retaliation is what the user writes into the rows of the other countries: without
such rows nobody answers, which is told.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from longwave.core.estimate import RANGE, Estimate, Grade, Refusal, Sample
from longwave.core.message import Message, say
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.trade.bilateral import rate_unfit, square, unfit, without_home
from longwave.measure.trade.gains_from_trade import ELASTICITIES, ELASTICITY
from longwave.measure.trade.hat_algebra import Hats, World, counterfactual, world

NAME = "tariff_counterfactual"
_GRID = tuple(float(each) for each in np.unique([ELASTICITY, *np.linspace(*ELASTICITIES, 8)]))
"""Elasticities at which the world is solved; bounds are the least and largest answer, which need not lie at the ends."""
_TINY = 5e-6
"""A change of real income that rounds to 0.00 per cent."""
_TOLD = 5
"""Countries named in a sentence."""


def measure_tariffs(table: pd.DataFrame) -> Measurement:
    """Columns exporter, importer, flow (before tariff, home sales included), tariff_before, tariff_after (fractions).

    Table by country: real_income, wages, prices, exports, imports (change, fractions) at the middle elasticity,
    real_income_low and real_income_high over its range, domestic_share before. Estimates: real_income_<country>,
    world_real_income.
    """
    found = _read(table)
    if isinstance(found, Refusal):
        return Measurement(NAME, "trade", "", pd.DataFrame(), refusals=(found,))
    countries, before, after, assumed = found
    runs: dict[float, Hats] = {}
    start = None
    for elasticity in _GRID:
        runs[elasticity] = counterfactual(before, after, elasticity, start)
        start = runs[elasticity].wages
    missed = [each for each in runs.values() if not each.solved]
    if missed:
        reason = say("trade.unsolved", residual=max(each.residual for each in missed))
        return Measurement(
            NAME, "trade", "", pd.DataFrame(), refusals=(Refusal(NAME, reason, say("trade.unsolved_mend")),)
        )
    shown = _table(countries, before, runs)
    estimates = tuple(_estimates(countries, before, runs))
    return Measurement(
        NAME,
        "trade",
        "",
        shown,
        units=dict.fromkeys(map(str, shown.columns), "share") | {"domestic_share": "share of spending"},
        estimates=estimates,
        findings=tuple(_findings(shown, estimates, before, after, assumed, runs)),
    )


def _read(table: pd.DataFrame) -> tuple[list[str], World, np.ndarray, int] | Refusal:
    """Countries, the world as it is, tariffs afterwards, and how many pairs without a row were taken for zero."""
    rows = table.dropna(subset=["flow"])
    if len(rows) < len(table):
        gone = table[table["flow"].isna()].iloc[0]
        reason = say("trade.flow_missing", exporter=str(gone["exporter"]), importer=str(gone["importer"]))
        return Refusal(NAME, reason, say("trade.flow_missing_mend"))
    bad = unfit(rows, NAME, ["exporter", "importer"])
    for column in ("tariff_before", "tariff_after"):
        home = rows["exporter"] == rows["importer"]
        rows = rows.assign(**{column: rows[column].mask(home & rows[column].isna(), 0.0)})
        bad = bad or _unfit_rate(rows, column)
    bad = bad or without_home(rows, NAME)
    if bad is not None:
        return bad
    countries = sorted({*rows["exporter"], *rows["importer"]})
    # The unit of flows means nothing here, and sums of very large ones overflow.
    flows = square(rows, "flow", countries) / float(rows["flow"].max())
    before = world(flows, square(rows, "tariff_before", countries))
    return countries, before, square(rows, "tariff_after", countries), len(countries) ** 2 - len(rows)


def _unfit_rate(rows: pd.DataFrame, column: str) -> Refusal | None:
    lacking = rows[rows[column].isna()]
    if len(lacking):
        first = lacking.iloc[0]
        words = {"exporter": str(first["exporter"]), "importer": str(first["importer"])}
        return Refusal(NAME, say("trade.tariff_missing", column=column, **words), say("trade.tariff_mend"))
    home = rows[(rows["exporter"] == rows["importer"]) & (rows[column] != 0)]
    if len(home):
        reason = say("trade.tariff_at_home", column=column, name=str(home.iloc[0]["exporter"]))
        return Refusal(NAME, reason, say("measure.check_figures"))
    return rate_unfit(rows, column, NAME)


def _table(countries: list[str], before: World, runs: dict[float, Hats]) -> pd.DataFrame:
    middle = runs[ELASTICITY]
    real = np.array([each.real_income for each in runs.values()]) - 1
    abroad = before.flows * (1 - np.eye(len(countries)))
    sold, bought = abroad.sum(axis=1), abroad.sum(axis=0)
    traded = abroad * middle.flows
    return pd.DataFrame(
        {
            "real_income": middle.real_income - 1,
            "real_income_low": real.min(axis=0),
            "real_income_high": real.max(axis=0),
            "wages": middle.wages - 1,
            "prices": middle.prices - 1,
            "exports": _ratio(traded.sum(axis=1), sold) - 1,
            "imports": _ratio(traded.sum(axis=0), bought) - 1,
            "domestic_share": np.diag(before.flows) / before.spending,
        },
        index=pd.Index(countries, name="country"),
    )


def _ratio(after: np.ndarray, before: np.ndarray) -> np.ndarray:
    return np.where(before > 0, after / np.where(before > 0, before, 1.0), np.nan)


def _estimates(countries: list[str], before: World, runs: dict[float, Hats]) -> Iterator[Estimate]:
    method = say("trade.method_hats", elasticity=ELASTICITY, few=ELASTICITIES[0], many=ELASTICITIES[1])
    weights = before.spending / before.spending.sum()
    for place, name in enumerate(countries):
        values = {eps: float(each.real_income[place] - 1) for eps, each in runs.items()}
        yield _estimate(f"real_income_{name}", values, method, len(countries))
    whole = {eps: float(weights @ each.real_income - 1) for eps, each in runs.items()}
    yield _estimate("world_real_income", whole, method, len(countries))


def _estimate(name: str, values: dict[float, float], method: Message, count: int) -> Estimate:
    low, high = min(values.values()), max(values.values())
    # The elasticity is nobody's own estimate: never better than thin.
    return Estimate(
        name,
        values[ELASTICITY],
        low,
        high,
        "share of real income",
        method,
        Sample(count, "", ""),
        Grade.C,
        RANGE,
    )


def _findings(
    table: pd.DataFrame,
    estimates: tuple[Estimate, ...],
    before: World,
    after: np.ndarray,
    assumed: int,
    runs: dict[float, Hats],
) -> Iterator[Message]:
    moved = after != before.tariffs
    if not moved.any():
        yield say("trade.no_change")
        return
    abroad = before.flows * (1 - np.eye(len(before.flows)))
    shares = abroad / abroad.sum() if abroad.sum() > 0 else abroad
    yield say(
        "trade.tariffs_read",
        before=float((shares * before.tariffs).sum()),
        after=float((shares * after).sum()),
    )
    setters = [str(name) for name, changed in zip(table.index, moved.any(axis=0), strict=True) if changed]
    yield say("trade.who_moves", count=len(setters), names=tuple(setters[:_TOLD]))
    # A country is named as gaining or losing where it does so at every elasticity.
    losing = table[table["real_income_high"] < -_TINY].sort_values("real_income").index[:_TOLD]
    gaining = (
        table[table["real_income_low"] > _TINY].sort_values("real_income", ascending=False).index[:_TOLD]
    )
    hanging = [
        name for name in setters if table["real_income_low"][name] < 0 < table["real_income_high"][name]
    ]
    for key, who in (("loses", losing), ("gains", gaining), ("unclear", hanging[:_TOLD])):
        if len(who):
            yield say(f"trade.who_{key}", who=tuple(_told(table, str(name)) for name in who))
    whole = estimates[-1]
    yield say("trade.world_income", value=100 * whole.value, low=100 * whole.low, high=100 * whole.high)
    if len(setters) == 1:
        yield say("trade.nobody_answers", name=setters[0])
    if assumed:
        yield say("trade.pairs_as_zero", count=assumed)
    yield say("trade.certificate", residual=max(each.residual for each in runs.values()))
    yield say("trade.one_sector")


def _told(table: pd.DataFrame, name: str) -> Message:
    row = table.loc[[name]].iloc[0]
    return say(
        "trade.country_change",
        name=name,
        value=100 * float(row["real_income"]),
        low=100 * float(row["real_income_low"]),
        high=100 * float(row["real_income_high"]),
    )


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "trade",
        (
            Column("exporter", "text", say("trade.column_exporter")),
            Column("importer", "text", say("trade.column_importer")),
            Column("flow", "number", say("trade.column_flow_home")),
            Column("tariff_before", "number", say("trade.column_tariff_before")),
            Column("tariff_after", "number", say("trade.column_tariff_after")),
        ),
        measure_tariffs,
    )
)
