"""What a method said earlier and what came: the pictures, the scores and the tests of a back-test, for a page."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd

from longwave.core.estimate import TestResult
from longwave.core.forecast import Backtest, BacktestScore
from longwave.core.message import Message, Value, catalogue, say
from longwave.forecast.wording import standing
from longwave.report.document import Chart, Curve, Part, Table
from longwave.report.wording import MISSING, figure
from longwave.workflows.fan import column, numbers, period_name
from longwave.workflows.figure_style import Style

MOST_PATHS = 9
"""Earlier forecasts in one picture; more of them hide the outcome."""

RIVALS = ("naive", "ar2", "seasonal_naive", "drift", "naive2")
"""Rivals in the order in which they are drawn beside the judged method."""

_MOST_LINES = 4
_BEFORE = 8
"""Figures before the first earlier forecast, to see where it set out."""
_NOMINAL = (80, 95)
_OWN_UNIT = frozenset({"rmse", "mae", "bias", "crps", "wis"})
_SCORES = ("forecasts", "mae", "rmse", "bias", "mase", "smape", "owa", "msis", "crps", "wis", "scaled_crps")
_FEWEST_TIMES = 5
_TWO_SIDED = 1.96
_ONE_SIDED = 0.5
"""Mean errors beyond this part of the mean miss lie on one side."""
_LEAST = 0.001
"""A p-value is not told more finely than this."""


def past_errors(
    key: str,
    name: Message,
    backtest: Backtest,
    history: pd.Series | None,
    style: Style,
    sources: tuple[str, ...],
) -> Part:
    """The part of a section that tells a back-test.

    history: the series itself; without one the outcomes among the trials stand for it. Columns that the
    back-test lacks leave out what rests on them.
    """
    charts = (
        _paths(key, name, backtest, history, style, sources),
        _by_step(key, name, backtest, style, sources),
        _coverage(key, name, backtest, sources),
        _transforms(key, name, backtest, sources),
    )
    tables = (_scores(key, name, backtest, style, sources), _tests(key, name, backtest.tests, sources))
    return Part(
        f"{key}-past",
        say("forecast_page.past_title", name=name),
        (*_told(backtest, style), *backtest.notes),
        charts=tuple(chart for chart in charts if chart is not None),
        tables=tuple(table for table in tables if table is not None),
    )


def method_name(name: str) -> Message | str:
    """A method in words, where the catalogue has it; else its own name."""
    key = "forecast_page.method_" + name
    return say(key) if key in catalogue() else name


def coverage_said(backtest: Backtest) -> dict[int, float]:
    """Share of outcomes inside each band of the judged method, by nominal per cent."""
    scores = _indexed(backtest.scores)
    if backtest.method not in scores.index:
        return {}
    row = numbers(scores.loc[[backtest.method]].iloc[0])
    found = {
        match[1]: share
        for name, share in row.items()
        if (match := re.fullmatch(r"coverage_(\d+)", str(name)))
    }
    return {int(level): share for level, share in found.items() if math.isfinite(share)}


def score_of(backtest: Backtest) -> BacktestScore | None:
    """The back-test in short, as the forecast's own trial is told: None where it has no forecast with an outcome;
    relative_error NaN where the random walk with drift was not run beside it."""
    frame = _judged(backtest)
    if frame.empty:
        return None
    covered = {level / 100: share for level, share in coverage_said(backtest).items()}
    errors = _errors(backtest)
    own, drift = (float(errors.get(name, math.nan)) for name in (backtest.method, "drift"))
    return BacktestScore(
        int(frame["origin"].nunique()), len(frame), covered, own / drift if drift > 0 else math.nan
    )


def _errors(backtest: Backtest) -> pd.Series:
    """Mean absolute error by method, none where the scores hold none."""
    scores = _indexed(backtest.scores)
    return numbers(scores["mae"]) if "mae" in scores else pd.Series(dtype=float)


def _indexed(scores: pd.DataFrame) -> pd.DataFrame:
    return scores.set_index("method") if "method" in scores.columns else scores


def _judged(backtest: Backtest) -> pd.DataFrame:
    """The judged method's trials that have an outcome."""
    frame = backtest.trials.of(backtest.method)
    return frame[numbers(frame["outcome"]).notna().to_numpy()] if "outcome" in frame else frame.iloc[:0]


def _told(backtest: Backtest, style: Style) -> Iterator[Message]:
    """How often it was tried, on which figures, and how its errors compare."""
    frame = _judged(backtest)
    if frame.empty:
        yield say("forecast_page.past_none")
        return
    origins = sorted(map(str, frame["origin"].unique()))
    vintages = [text for text in map(str, frame["vintage"].unique()) if text] if "vintage" in frame else []
    yield say(
        "forecast_page.past_tried_as_of" if vintages else "forecast_page.past_tried",
        origins=len(origins),
        forecasts=len(frame),
        first=period_name(origins[0]),
        last=period_name(origins[-1]),
    )
    yield from _against(_errors(backtest), backtest.method, style)
    yield from _one_sided(backtest, style)


def _against(errors: pd.Series, method: str, style: Style) -> Iterator[Message]:
    """The mean miss beside that of the last value, and of the best of all the others."""
    own = float(errors.get(method, math.nan))
    others = errors.drop(index=method, errors="ignore")
    others = others[others > 0].dropna()
    if not math.isfinite(own) or others.empty:
        return
    in_order = [*(name for name in RIVALS if name in others.index), *others.index]
    best = min(in_order, key=lambda name: float(others[name]))
    for rival in dict.fromkeys([*(["naive"] if "naive" in others.index else []), best]):
        other = float(others[rival])
        ratio = own / other
        yield say(
            f"forecast_page.miss_{standing(ratio)}",
            own=style.said(own, more=1),
            rival=method_name(rival),
            best=say("forecast_page.best_other" if rival == best and len(others) > 1 else "forecast_page.nothing"),
            other=style.said(other, more=1),
            ratio=ratio,
        )  # fmt: skip


def _one_sided(backtest: Backtest, style: Style) -> Iterator[Message]:
    """Whether it forecast too low, or too high, by more than half of its mean miss."""
    scores = _indexed(backtest.scores)
    if "bias" not in scores or backtest.method not in scores.index:
        return
    bias = float(numbers(scores["bias"])[backtest.method])
    own = float(_errors(backtest).get(backtest.method, math.nan))
    if math.isfinite(bias) and abs(bias) > _ONE_SIDED * own:
        yield say(
            "forecast_page.too_low" if bias > 0 else "forecast_page.too_high",
            amount=style.said(abs(bias), more=1),
            own=style.said(own, more=1),
        )


def _paths(
    key: str,
    name: Message,
    backtest: Backtest,
    history: pd.Series | None,
    style: Style,
    sources: tuple[str, ...],
) -> Chart | None:
    """Earlier forecasts, each from where it set out, against what came."""
    frame = _judged(backtest)
    middle = column(frame, 0.5) or ("mean" if "mean" in frame else None)
    if frame.empty or middle is None:
        return None
    groups = [(str(origin), rows) for origin, rows in frame.groupby(_made_at(frame), sort=True)]
    chosen = _spread(groups, MOST_PATHS)
    first = min(str(rows["origin"].iloc[0]) for _, rows in chosen)
    came = _outcomes(frame, history, first)
    paths = [
        Curve(
            say("forecast_page.made_in", origin=period_name(made)),
            _once(pd.Series(rows[middle].to_numpy(), rows["period"].astype(str).to_numpy())),
            follows=0,
            family=say("forecast_page.earlier_forecasts"),
        )
        for made, rows in chosen
    ]
    words: dict[str, Value] = {"name": name, "shown": len(chosen), "origins": len(groups)}
    return Chart(
        key=f"{key}-paths",
        kind="lines",
        title=say("forecast_page.paths_title", **words),
        unit=style.unit,
        summary=say(
            "forecast_page.paths_summary",
            **words,
            first=period_name(chosen[0][0]),
            last=period_name(chosen[-1][0]),
        ),
        curves=(Curve(say("forecast_page.what_came"), came), *paths),
        sources=sources,
        percent=style.percent,
        decimals=style.decimals,
        note=say("forecast_page.paths_note", **words) if len(chosen) < len(groups) else None,
    )


def _made_at(frame: pd.DataFrame) -> pd.Series:
    """How an earlier forecast is told from the others: its origin, and the date of its figures where that differs."""
    origin = frame["origin"].astype(str)
    if "vintage" not in frame or frame.groupby("origin")["vintage"].nunique().max() <= 1:
        return origin
    return origin + " (" + frame["vintage"].astype(str) + ")"


def _spread(groups: list[tuple[str, pd.DataFrame]], most: int) -> list[tuple[str, pd.DataFrame]]:
    """At most so many of them, evenly over time, the first and the last among them."""
    if len(groups) <= most:
        return groups
    return [groups[round(place)] for place in np.linspace(0, len(groups) - 1, most)]


def _outcomes(frame: pd.DataFrame, history: pd.Series | None, first: str) -> pd.Series:
    """What came, from a few periods before the first forecast to the last one's outcome."""
    told = _once(pd.Series(frame["outcome"].to_numpy(), frame["period"].astype(str).to_numpy()))
    if history is None:
        return told.sort_index()
    known = _once(history).dropna().sort_index()
    before = known[known.index <= first].iloc[-_BEFORE:]
    last = max(told.index)
    after = known[(known.index > first) & (known.index <= last)]
    return pd.concat([before, after]) if len(after) else told.sort_index()


def _once(series: pd.Series) -> pd.Series:
    values = numbers(series)
    return values[~values.index.duplicated(keep="last")]


def _steps(backtest: Backtest, wanted: str) -> pd.DataFrame:
    """One column of the table by step: rows steps, columns methods, those to be drawn only."""
    frame = backtest.by_step
    frame = frame if "method" in frame.columns else frame.reset_index()
    if not {"method", "step", wanted} <= set(frame.columns):
        return pd.DataFrame()
    wide = frame.pivot_table(index="step", columns="method", values=wanted, aggfunc="first", sort=True)
    there = [backtest.method, *(name for name in RIVALS if name != backtest.method)]
    return wide[[name for name in there if name in wide.columns][:_MOST_LINES]]


def _along(values: pd.Series) -> pd.Series:
    return pd.Series(values.to_numpy(dtype=float), index=[f"{int(step)}" for step in values.index])


def _by_step(
    key: str, name: Message, backtest: Backtest, style: Style, sources: tuple[str, ...]
) -> Chart | None:
    """Mean miss by step ahead, with the yardsticks beside."""
    wide = _steps(backtest, "mae")
    if wide.empty or backtest.method not in wide:
        return None
    own = wide[backtest.method].dropna()
    if own.empty:
        return None
    ends: dict[str, Value] = {
        "name": name,
        "near": style.said(float(own.iloc[0]), more=1),
        "far": style.said(float(own.iloc[-1]), more=1),
        "first": int(own.index[0]),
        "last": int(own.index[-1]),
    }
    return Chart(
        key=f"{key}-by-step",
        kind="lines" if len(wide) > 1 else "bars",
        title=say("forecast_page.by_step_title" if len(own) > 1 else "forecast_page.one_step_title", **ends),
        unit=say("forecast_page.by_step_unit", unit=style.unit),
        summary=say("forecast_page.by_step_summary", **ends),
        curves=tuple(Curve(_as_name(method_name(str(each))), _along(wide[each])) for each in wide),
        sources=sources,
        percent=style.percent,
        decimals=style.decimals + 1,
        entries=say("forecast_page.steps_ahead"),
    )


def _as_name(name: Message | str) -> Message:
    return name if isinstance(name, Message) else say("forecast_page.as_is", text=name)


def _coverage(key: str, name: Message, backtest: Backtest, sources: tuple[str, ...]) -> Chart | None:
    """Share of outcomes inside the bands by step ahead, beside the share that the bands promise."""
    curves, told = [], []
    covered = coverage_said(backtest)
    for level in _NOMINAL:
        wide = _steps(backtest, f"coverage_{level}")
        if wide.empty or backtest.method not in wide or wide[backtest.method].dropna().empty:
            continue
        found = _along(wide[backtest.method])
        curves.append(Curve(say("forecast_page.inside", level=level), found))
        curves.append(
            Curve(
                say("forecast_page.promised", level=level),
                pd.Series(level / 100, index=found.index),
                dashed=True,
            )
        )
        overall = covered.get(level, float(found.mean()))
        told.append(say("forecast_page.covered", level=level, share=overall))
    if not curves:
        return None
    counts = _steps(backtest, "forecasts")
    fewest = int(counts[backtest.method].min()) if backtest.method in counts else 0
    return Chart(
        key=f"{key}-coverage",
        kind="lines" if len(curves[0].values) > 1 else "bars",
        title=say("forecast_page.coverage_title", name=name, parts=tuple(told)),
        unit=say("forecast_page.coverage_unit"),
        summary=say("forecast_page.coverage_summary", name=name, parts=tuple(told)),
        curves=tuple(curves),
        sources=sources,
        percent=True,
        decimals=0,
        entries=say("forecast_page.steps_ahead"),
        note=_rough(fewest) if fewest else None,
    )


def _rough(fewest: int) -> Message:
    """How far a share of so few forecasts may lie from an honest 80 per cent by chance alone."""
    reach = _TWO_SIDED * math.sqrt(0.8 * 0.2 / fewest)
    return say(
        "forecast_page.coverage_note", count=fewest, low=max(0.8 - reach, 0.0), high=min(0.8 + reach, 1.0)
    )


def _transforms(key: str, name: Message, backtest: Backtest, sources: tuple[str, ...]) -> Chart | None:
    """The histogram of places of the outcomes in the forecasts' own distributions."""
    counts = numbers(backtest.pit)
    total = float(counts.sum())
    if counts.dropna().empty or total <= 0:
        return None
    edges = np.linspace(0, 100, len(counts) + 1)
    bins = [f"{low:g}–{high:g}" for low, high in pairwise(edges)]
    found = pd.Series(counts.to_numpy(), index=bins)
    even = pd.Series(total / len(found), index=bins)
    shape = _shape(found.to_numpy() / total) if total >= _FEWEST_TIMES * len(found) else "few"
    said = say(f"forecast_page.shape_{shape}")
    return Chart(
        key=f"{key}-transforms",
        kind="stacked_bars",
        title=say("forecast_page.transforms_title", name=name, shape=said),
        unit=say("forecast_page.transforms_unit"),
        summary=say("forecast_page.transforms_summary", name=name, shape=said, count=round(total)),
        curves=(
            Curve(say("forecast_page.outcomes_there"), found),
            Curve(say("forecast_page.even"), even, dashed=True),
        ),
        sources=sources,
        decimals=1,
        entries=say("forecast_page.tenth"),
        note=say("forecast_page.transforms_note"),
    )


def _shape(shares: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    """What a histogram of ten even bins tells at a look: where outcomes lie too often."""
    known = np.nan_to_num(shares)
    count = len(known)
    edge = max(1, count // 5)
    low, high = float(known[:edge].sum()), float(known[-edge:].sum())
    even = edge / count
    if low > 1.5 * even and high > 1.5 * even:
        return "narrow"
    if low + high < even:
        return "wide"
    if high > 1.75 * even and low < even:
        return "low"
    if low > 1.75 * even and high < even:
        return "high"
    return "even"


def _scores(
    key: str, name: Message, backtest: Backtest, style: Style, sources: tuple[str, ...]
) -> Table | None:
    """One row a method: the judged one, the yardsticks, then the others."""
    scores = _indexed(backtest.scores)
    first = [one for one in (backtest.method, *RIVALS) if one in scores.index]
    order = [*dict.fromkeys([*first, *map(str, scores.index)])]
    known = [str(each) for each in scores.columns if scores[each].map(_is_number).any()]
    columns = [each for each in _SCORES if each in known] + [each for each in known if each not in _SCORES]
    if not order or not columns:
        return None
    rows = tuple(
        (_as_name(method_name(method)), *(_score(scores.loc[method, each], each, style) for each in columns))
        for method in order
    )
    return Table(
        f"{key}-scores",
        say("forecast_page.scores_caption", name=name, method=method_name(backtest.method), unit=style.unit),
        (say("forecast_page.method"), *(_score_name(each) for each in columns)),
        rows,
        sources,
    )


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, np.number)) and math.isfinite(float(value))


def _score_name(name: str) -> Value:
    if match := re.fullmatch(r"coverage_(\d+(?:\.\d+)?)", name):
        return say("forecast_page.inside_band", level=match[1])
    key = "forecast_page.score_" + name
    return say(key) if key in catalogue() else name


def _score(value: object, name: str, style: Style) -> Value:
    if not _is_number(value):
        return MISSING
    known = float(value)  # type: ignore[arg-type]
    if name.startswith("coverage_"):
        return figure(known, 0, percent=True)
    if name == "forecasts":
        return round(known)
    if name in _OWN_UNIT:
        return style.said(known, more=1)
    return figure(known, 2)


def _p_value(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return MISSING
    return "<0.001" if value < _LEAST else figure(value, 3)


def _tests(key: str, name: Message, tests: Sequence[TestResult], sources: tuple[str, ...]) -> Table | None:
    """Each test in words: what is assumed, what the figures say of it."""
    if not tests:
        return None
    head = ("null", "verdict", "p_value", "statistic", "how")
    rows = tuple(
        (
            _in_short(test.null),
            say(
                "forecast_page.rejected" if test.rejected else "forecast_page.not_rejected", level=test.level
            ),
            _p_value(test.p_value),
            figure(test.statistic, 2),
            _in_short(test.method),
        )
        for test in tests
    )
    return Table(
        f"{key}-tests",
        say("forecast_page.tests_caption", name=name),
        tuple(say(f"forecast_page.test_{each}") for each in head),
        rows,
        sources,
    )


def _in_short(sentence: Message) -> Message:
    """The sentence with its methods by their short names, in quotation marks."""
    known = {
        blank: say("forecast_page.quoted", name=method_name(value))
        for blank, value in sentence.values.items()
        if blank in {"method", "rival", "better"} and isinstance(value, str)
    }
    return replace(sentence, values={**sentence.values, **known})
