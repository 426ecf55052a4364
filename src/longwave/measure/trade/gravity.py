"""Gravity: what moves trade between countries, estimated on a user's flows with zeros kept.

    X_ijt = exp( o_it + m_jt [+ p_ij] + b ln distance + ... + g agreement - eps ln(1 + tariff) ) + error

o and m (exporter and importer, in each period) take up size, income and all prices that an end faces with everybody
(multilateral resistance, Anderson and van Wincoop 2003); pair effects p take up whatever two countries always had in
common. Poisson pseudo-maximum likelihood (Santos Silva and Tenreyro 2006), errors clustered by pair of countries in
either direction.

Two forms: `levels` without pair effects tells what distance, borders and language go with; `pairs`, where periods are
many, tells what follows a change of agreement or tariff, and is the better witness for these, since agreements are
not made between countries at random (Baier and Bergstrand 2007). With pair effects in short panels clustered errors
are somewhat small (Weidner and Zylkin 2021).

The least-squares line of ln X on the same, zeros dropped, stands in the table as what it is not: with errors whose
spread goes with the regressors it estimates something else, and zeros are not missing at random.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.measurement import MEASURES, Column, Measurement, TableMeasure
from longwave.measure.trade.bilateral import rate_unfit, unfit
from longwave.measure.trade.ppml import Codes, Matrix, PoissonFit, Vector, left_after, ppml
from longwave.measure.trade.separation import LARGEST, Kept, without_separated

NAME = "gravity"
_DUMMIES = ("contiguity", "language", "colony", "agreement")
_OPTIONAL = ("distance", *_DUMMIES, "tariff")
FEWEST_PAIRS = 30
"""Pairs of countries below which clustered errors are not to be had."""
_ABSORBED = 1e-6
"""Share of a regressor's spread left after the effects below which they have taken it up."""


@dataclass(frozen=True, eq=False)
class Form:
    """One form of the equation: effects (codes by row), the regressors it can tell apart, those taken up or collinear."""

    name: str
    effects: tuple[Codes, ...]
    regressors: tuple[str, ...]
    taken: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Found:
    """A form estimated: which rows it rests on, the fit, and the coefficients of the log-linear line beside it."""

    form: Form
    kept: Kept
    fit: PoissonFit
    log_line: dict[str, float]
    zeros: int


def measure_gravity(table: pd.DataFrame) -> Measurement:
    """Columns exporter, importer, flow; period, distance, contiguity, language, colony, agreement (0 or 1), tariff
    (fraction) where given, at least one regressor. Rows of a country with itself are home sales and get a border
    regressor.

    Table by coefficient (`<form>_<regressor>`): coefficient, low, high, error, effect (change of trade as a fraction:
    exp(b) - 1 for 0-or-1 regressors, else missing), log_line. Estimates: the same names; `agreement`, `tariff`,
    `distance` and so on for the form that answers best (pairs where there, else levels); trade_elasticity = minus the
    coefficient of ln(1 + tariff).
    """
    rows, given, refusal = _read(table)
    incomplete = len(table) - len(rows)
    if refusal is not None:
        return Measurement(NAME, "trade", "", pd.DataFrame(), refusals=(refusal,))
    results = [_estimated(rows, given, form) for form in _forms(rows, given)]
    found = [one for one in results if isinstance(one, Found)]
    refusals = [one for one in results if isinstance(one, Refusal)]
    if not found:
        return Measurement(NAME, "trade", "", pd.DataFrame(), refusals=tuple(refusals))
    shown = pd.concat([_rows_of(one) for one in found])
    estimated = list(_estimates(found, rows))
    estimates = tuple(one for one in estimated if isinstance(one, Estimate))
    refusals += [one for one in estimated if isinstance(one, Refusal)]
    empty = tuple(name for name in _OPTIONAL if name in table and table[name].isna().all())
    units = dict.fromkeys(("coefficient", "low", "high", "error", "log_line"), "log points")
    return Measurement(
        NAME,
        "trade",
        "",
        shown,
        units=units | {"effect": "share of trade"},
        estimates=estimates,
        findings=tuple(_findings(found, incomplete, {one.name: one for one in estimates}, empty)),
        refusals=tuple(refusals),
    )


def _read(table: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...], Refusal | None]:
    """Usable rows with logs taken, and the regressors given."""
    nothing = pd.DataFrame()
    if "period" not in table:
        table = table.assign(period="")
    present = [name for name in _OPTIONAL if name in table and table[name].notna().any()]
    rows = table.dropna(subset=["flow"])
    bad = unfit(rows, NAME, ["exporter", "importer", "period"])
    if bad is not None:
        return nothing, (), bad
    if not present:
        return (
            nothing,
            (),
            Refusal(NAME, say("trade.no_regressor", names=_OPTIONAL), say("trade.no_regressor_mend")),
        )
    home = rows["exporter"] == rows["importer"]
    for name in present:
        rows = rows.assign(
            **{name: rows[name].mask(home & rows[name].isna(), 1.0 if name == "distance" else 0.0)}
        )
    rows = rows.dropna(subset=present).reset_index(drop=True)
    bad = _unfit_regressors(rows, present)
    if bad is not None:
        return nothing, (), bad
    abroad: Vector = (rows["exporter"] != rows["importer"]).to_numpy().astype(np.float64)
    made: dict[str, Vector] = {}
    if 0 < abroad.sum() < len(abroad):
        made["border"] = abroad
    for name in present:
        values: Vector = rows[name].to_numpy(float)
        made[name] = (
            np.log(values) if name == "distance" else np.log1p(values) if name == "tariff" else values
        )
    plain = rows[["exporter", "importer", "period", "flow"]]
    return plain.join(pd.DataFrame(made, index=plain.index)), tuple(made), None


def _unfit_regressors(rows: pd.DataFrame, present: list[str]) -> Refusal | None:
    if rows.empty or not (rows["flow"] > 0).any():
        return Refusal(NAME, say("trade.no_whole_rows", names=tuple(present)), say("trade.no_flows_mend"))
    if "distance" in present and (rows["distance"] <= 0).any():
        return Refusal(NAME, say("trade.distance_zero"), say("measure.check_figures"))
    if "tariff" in present and (bad := rate_unfit(rows, "tariff", NAME)):
        return bad
    for name in _DUMMIES:
        if name in present and not rows[name].isin([0.0, 1.0]).all():
            return Refusal(NAME, say("trade.not_zero_or_one", column=name), say("measure.check_figures"))
    pairs = len(np.unique(_pairs(rows)))
    if pairs < FEWEST_PAIRS:
        return Refusal(
            NAME, say("trade.few_pairs", count=pairs, fewest=FEWEST_PAIRS), say("trade.no_flows_mend")
        )
    return None


def _pairs(rows: pd.DataFrame) -> Codes:
    """Codes of pairs in either direction, the clusters."""
    ends = np.sort(rows[["exporter", "importer"]].to_numpy(str), axis=1)
    return _codes(pd.Series(ends[:, 0]), pd.Series(ends[:, 1]))


def _codes(*columns: pd.Series) -> Codes:
    frame = pd.concat([one.reset_index(drop=True) for one in columns], axis=1)
    places = frame.groupby(list(frame.columns), sort=False).ngroup()
    return np.asarray(places.to_numpy(), dtype=np.int64)


def _forms(rows: pd.DataFrame, given: tuple[str, ...]) -> Iterator[Form]:
    """`levels`, and `pairs` where some pair is seen in more than one period."""
    exporter, importer = _codes(rows["exporter"], rows["period"]), _codes(rows["importer"], rows["period"])
    yield _form("levels", (exporter, importer), rows, given)
    pair = _codes(rows["exporter"], rows["importer"])
    if rows["period"].nunique() > 1 and np.bincount(pair).max() > 1:
        yield _form("pairs", (exporter, importer, pair), rows, given)


def _form(name: str, effects: tuple[Codes, ...], rows: pd.DataFrame, given: tuple[str, ...]) -> Form:
    x = rows[list(given)].to_numpy(float)
    kept = told_apart(x, effects)
    used = tuple(each for each, keep in zip(given, kept, strict=True) if keep)
    return Form(name, effects, used, tuple(each for each in given if each not in used))


def told_apart(x: Matrix, effects: tuple[Codes, ...]) -> list[bool]:
    """Which columns the effects leave something of, and that are no sum of columns before them."""
    left = left_after(x, effects)
    size, whole = np.linalg.norm(left, axis=0), np.linalg.norm(x - x.mean(axis=0), axis=0)
    kept: list[bool] = []
    basis: list[Vector] = []
    for column, length, spread in zip(left.T, size, whole, strict=True):
        rest = column.copy()
        for each in basis:
            rest = rest - (rest @ each) * each
        free = spread > 0 and length > _ABSORBED * spread and float(np.linalg.norm(rest)) > _ABSORBED * length
        kept.append(bool(free))
        if free:
            basis.append(rest / np.linalg.norm(rest))
    return kept


def _estimated(rows: pd.DataFrame, given: tuple[str, ...], form: Form) -> Found | Refusal:
    subject = f"{NAME}_{form.name}"
    if not form.regressors:
        return Refusal(subject, say("trade.all_taken_up", names=given), say("trade.all_taken_up_mend"))
    y = rows["flow"].to_numpy(float)
    x = rows[list(form.regressors)].to_numpy(float)
    kept = without_separated(y, x, form.effects)
    keep = kept.rows
    clusters = _pairs(rows)
    if len(np.unique(clusters[keep])) < FEWEST_PAIRS:
        count = len(np.unique(clusters[keep]))
        return Refusal(
            subject, say("trade.few_pairs", count=count, fewest=FEWEST_PAIRS), say("trade.no_flows_mend")
        )
    effects = tuple(codes[keep] for codes in form.effects)
    apart = told_apart(x[keep], effects)
    if not all(apart):
        # Rows that went took with them what told some regressor apart: its coefficient would have been infinite.
        form = _without(form, apart)
        x = x[:, apart]
    if not form.regressors:
        return Refusal(subject, say("trade.all_taken_up", names=given), say("trade.all_taken_up_mend"))
    fit = _fitted(y[keep] / float(y[keep].max()), x[keep], effects, clusters[keep])
    if fit is None:
        return Refusal(subject, say("trade.too_uneven"), say("trade.unconverged_mend"))
    if not fit.converged or not np.isfinite(fit.covariance).all():
        return Refusal(subject, say("trade.unconverged", steps=fit.steps), say("trade.unconverged_mend"))
    line = _log_line(y[keep], x[keep], effects)
    beside = dict(zip(form.regressors, line, strict=True)) if line is not None else {}
    return Found(form, kept, fit, beside, int((y[keep] == 0).sum()))


def _fitted(y: Vector, x: Matrix, effects: tuple[Codes, ...], clusters: Codes) -> PoissonFit | None:
    """The fit; None where a few flows outweigh all others so far that the weighted effects take up the regressors."""
    from linearmodels.panel.utility import AbsorbingEffectError

    try:
        return ppml(y, x, effects, clusters)
    except (AbsorbingEffectError, np.linalg.LinAlgError):
        return None


def _without(form: Form, apart: list[bool]) -> Form:
    named = list(zip(form.regressors, apart, strict=True))
    gone = tuple(name for name, free in named if not free)
    return Form(form.name, form.effects, tuple(name for name, free in named if free), (*form.taken, *gone))


def _log_line(y: Vector, x: Matrix, effects: tuple[Codes, ...]) -> Vector | None:
    """Least squares of ln y on x and the effects over y > 0; None where the positive flows do not tell the regressors
    apart."""
    there = y > 0
    inside = tuple(np.unique(codes[there], return_inverse=True)[1].astype(np.int64) for codes in effects)
    if not all(told_apart(x[there], inside)):
        return None
    left = left_after(np.column_stack([np.log(y[there]), x[there]]), inside)
    return np.asarray(np.linalg.lstsq(left[:, 1:], left[:, 0], rcond=None)[0], dtype=np.float64)


def _interval(fit: PoissonFit, place: int, level: float = 0.95) -> tuple[float, float, float]:
    from scipy.stats import t as student

    half = float(student.ppf(0.5 + level / 2, fit.clusters - 1) * fit.errors[place])
    return float(fit.b[place]), float(fit.b[place]) - half, float(fit.b[place]) + half


def _rows_of(found: Found) -> pd.DataFrame:
    lines = {}
    for place, name in enumerate(found.form.regressors):
        value, low, high = _interval(found.fit, place)
        effect = float(np.expm1(value)) if name in (*_DUMMIES, "border") else np.nan
        beside = found.log_line.get(name, np.nan)
        lines[f"{found.form.name}_{name}"] = (
            value,
            low,
            high,
            float(found.fit.errors[place]),
            effect,
            beside,
        )
    columns = ["coefficient", "low", "high", "error", "effect", "log_line"]
    frame = pd.DataFrame.from_dict(lines, orient="index", columns=columns)
    frame.index.name = "item"
    return frame


def _estimates(found: list[Found], rows: pd.DataFrame) -> Iterator[Estimate | Refusal]:
    best: dict[str, tuple[Found, int]] = {}
    for one in found:
        for place, name in enumerate(one.form.regressors):
            yield _estimate(f"{one.form.name}_{name}", one, place, rows)
            best[name] = (one, place)
    for name, (one, place) in best.items():
        yield _estimate(name, one, place, rows)
    if "tariff" in best:
        one, place = best["tariff"]
        flat = _estimate("tariff", one, place, rows)
        if flat.high >= 0:
            reason = say("trade.elasticity_unclear", value=-flat.value, low=-flat.high, high=-flat.low)
            yield Refusal("trade_elasticity", reason, say("trade.elasticity_unclear_mend"))
            return
        yield Estimate(
            "trade_elasticity",
            -flat.value,
            -flat.high,
            -flat.low,
            "log change per log change",
            flat.method,
            flat.sample,
            flat.grade,
        )


def _estimate(title: str, found: Found, place: int, rows: pd.DataFrame) -> Estimate:
    value, low, high = _interval(found.fit, place)
    keep = found.kept.rows
    periods = rows.loc[keep, "period"]
    effects = say(f"trade.effects_{found.form.name}")
    method = say("trade.method_ppml", effects=effects, pairs=found.fit.clusters)
    sample = Sample(int(keep.sum()), str(periods.min()), str(periods.max()))
    # Pairs share their countries, so a table of few countries is few observations however many pairs it has.
    countries = len({*rows.loc[keep, "exporter"], *rows.loc[keep, "importer"]})
    grade = grade_of(min(found.fit.clusters, countries))
    return Estimate(title, value, low, high, "log points", method, sample, grade)


def _findings(
    found: list[Found], incomplete: int, by_name: dict[str, Estimate], empty: tuple[str, ...]
) -> Iterator[Message]:
    for name in ("agreement", "border", "contiguity", "language", "colony"):
        if name in by_name:
            one = by_name[name]
            words = {
                key: 100 * float(np.expm1(value))
                for key, value in (("value", one.value), ("low", one.low), ("high", one.high))
            }
            key = "effect_clear" if one.low > 0 or one.high < 0 else "effect_unclear"
            yield say(f"trade.{key}", what=say(f"trade.what_{name}"), **words)
    if "distance" in by_name:
        one = by_name["distance"]
        yield say("trade.of_distance", value=one.value, low=one.low, high=one.high)
    if "trade_elasticity" in by_name:
        one = by_name["trade_elasticity"]
        yield say("trade.elasticity_clear", value=one.value, low=one.low, high=one.high)
    last = found[-1]
    yield say("trade.rests_on", rows=int(last.kept.rows.sum()), zeros=last.zeros, pairs=last.fit.clusters)
    if empty:
        yield say("trade.empty_columns", names=empty)
    if incomplete:
        yield say("trade.rows_incomplete", count=incomplete)
    for each in found:
        yield from _left_out(each)
    yield say("trade.log_line")


def _left_out(one: Found) -> Iterator[Message]:
    form = say(f"trade.form_{one.form.name}")
    if one.form.taken:
        yield say("trade.taken_up", form=form, names=one.form.taken)
    gone = one.kept.empty_groups + one.kept.single + one.kept.separated
    if gone:
        yield say(
            "trade.separated",
            form=form,
            empty=one.kept.empty_groups,
            single=one.kept.single,
            separated=one.kept.separated,
        )
    if not one.kept.looked:
        yield say("trade.not_looked", form=form, largest=LARGEST)


MEASURES.register(NAME)(
    TableMeasure(
        NAME,
        "trade",
        (
            Column("exporter", "text", say("trade.column_exporter")),
            Column("importer", "text", say("trade.column_importer")),
            Column("flow", "number", say("trade.column_flow")),
            Column("period", "period", say("trade.column_period"), optional=True),
            Column("distance", "number", say("trade.column_distance"), optional=True),
            Column("contiguity", "number", say("trade.column_contiguity"), optional=True),
            Column("language", "number", say("trade.column_language"), optional=True),
            Column("colony", "number", say("trade.column_colony"), optional=True),
            Column("agreement", "number", say("trade.column_agreement"), optional=True),
            Column("tariff", "number", say("trade.column_tariff"), optional=True),
        ),
        measure_gravity,
    )
)
