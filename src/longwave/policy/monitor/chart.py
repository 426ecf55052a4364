"""A CUSUM or EWMA on one line of figures: whiten, calibrate, run, and run again on the news alone."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
import pandas as pd

from longwave.core.errors import NotEnoughData
from longwave.core.estimate import Estimate, Sample, grade_of
from longwave.core.message import say
from longwave.core.signal import Signal, SignalState
from longwave.policy.monitor.line import Line
from longwave.policy.monitor.revised import revisions
from longwave.policy.monitor.rule import WatchRule
from longwave.policy.monitor.run import Run, run_chart
from longwave.policy.monitor.run_length import Calibration, ChartKind, Floats, calibrate
from longwave.policy.monitor.told import how_often, how_soon, method_of, what_was_seen
from longwave.policy.monitor.whiten import WANDERS, Whitener, residuals, whitener

_ODD = 8.0
"""Median distances from the median (some five standard deviations) beyond which a figure is not like the others."""


def chart_signal(
    rule: WatchRule, line: Line, promised: Floats | None, then: Floats | None, sources: tuple[str, ...]
) -> Signal:
    """A CUSUM or EWMA. Raises NotEnoughData where the sample cannot carry it."""
    model = _in_control(rule, line, promised is not None)
    expected = np.full(len(line.figures), model.mean) if promised is None else promised
    deviation = line.figures - expected
    if promised is not None:
        deviation[: line.start] = 0.0  # the promise began where the economy was thought to be
    limits = calibrate(
        cast(ChartKind, rule.kind),
        rule.run_length * line.frequency.value,
        direction=rule.direction,
        sample=model.observations,
        lost=model.lost,
        mean_known=promised is not None,
        assurance=rule.assurance,
    )
    whole = run_chart(_standardised(deviation, model)[line.start :], limits)
    revision = None if then is None else revisions(line, then, model, promised=promised is not None)
    news = None
    if revision is not None:
        rest = deviation - revision
        if promised is not None:
            rest[: line.start] = 0.0
        news = run_chart(_standardised(rest, model)[line.start :], limits)
    table = _table(line, expected, deviation, revision, _standardised(deviation, model), whole, limits)
    signal = _told(rule, line, model, limits, whole, table, promised is not None, sources)
    return _with_revision(signal, line, whole, news, deviation, revision)


def _in_control(rule: WatchRule, line: Line, promised: bool) -> Whitener:
    """The autoregression of the figures before the decision, without those that the rule leaves out."""
    sample = line.figures[: line.start].copy()
    for text in rule.skip:
        sample[line.stretch(text)] = np.nan
    if rule.first:
        sample[: max(0, line.place(rule.first))] = np.nan
    model = whitener(sample)
    if model.root <= WANDERS:
        return model
    if not promised:
        odd = _odd_one(sample)
        if odd is not None:
            period = line.written(odd)
            raise NotEnoughData(
                say("monitor.odd_one", period=period), say("monitor.odd_one_mend", period=period)
            )
        raise NotEnoughData(say("monitor.wanders", root=model.root), say("monitor.wanders_mend"))
    changes = whitener(sample, differenced=True)
    if changes.root > WANDERS:
        raise NotEnoughData(say("monitor.wanders_twice", root=changes.root), say("monitor.wanders_mend"))
    return changes


def _odd_one(sample: Floats) -> int | None:
    """The place of the one figure far from all others without which the sample does not wander; None where there is none."""
    known = sample[np.isfinite(sample)]
    away = np.abs(sample - np.median(known))
    usual = float(np.median(away[np.isfinite(away)]))
    place = int(np.nanargmax(away))
    if not away[place] > _ODD * usual:
        return None
    rest = sample.copy()
    rest[place] = np.nan
    try:
        return place if whitener(rest).root <= WANDERS else None
    except NotEnoughData:
        return None


def _standardised(deviation: Floats, model: Whitener) -> Floats:
    """What is new in each deviation (n,), in standard deviations of what was new in control."""
    if not model.differenced:
        return residuals(deviation, model.lags) / model.spread
    known = deviation.copy()
    for place in np.flatnonzero(~np.isfinite(known)):  # unknown: as it was, and not held against anybody
        known[place] = known[place - 1] if place else 0.0
    changes = np.concatenate([[0.0], np.diff(known)])
    changes[~np.isfinite(deviation)] = np.nan
    return residuals(changes, model.lags) / model.spread


def _table(
    line: Line,
    expected: Floats,
    deviation: Floats,
    revision: Floats | None,
    z: Floats,
    run: Run,
    limits: Calibration,
) -> pd.DataFrame:
    start = line.start
    columns = {
        "figure": line.figures[start:],
        "expected": expected[start:],
        "deviation": deviation[start:],
        "revision": np.full(len(z) - start, np.nan) if revision is None else revision[start:],
        "residual": z[start:],
        **run.columns,
        "limit": np.full(len(z) - start, limits.limit),
    }
    return pd.DataFrame(columns, index=line.periods())


def _told(
    rule: WatchRule,
    line: Line,
    model: Whitener,
    limits: Calibration,
    run: Run,
    table: pd.DataFrame,
    promised: bool,
    sources: tuple[str, ...],
) -> Signal:
    per_year = line.frequency.value
    change = model.passed_on
    delay = limits.delay(change) / per_year
    sample = _sample(rule, line, model)
    grade = grade_of(model.observations)
    method = method_of(rule, model, limits, promised)
    alarm = Estimate(
        name="years_between_false_alarms",
        value=limits.usual / per_year,
        low=limits.low / per_year,
        high=limits.high / per_year,
        unit="years",
        method=method,
        sample=sample,
        grade=grade,
        level=0.8,
        sources=sources,
    )
    findings = [*what_was_seen(rule, line, model, run, promised), how_often(alarm, model)]
    findings += how_soon(rule, line, model, delay, run)
    return Signal(
        name=rule.name,
        names=rule.title,
        state=SignalState.QUIET if run.fired is None else SignalState.FIRED,
        watched=(line.written(line.start), str(line.last)),
        table=table,
        method=method,
        sample=sample,
        grade=grade,
        findings=tuple(findings),
        fired=None if run.fired is None else line.written(line.start + run.fired),
        since=None if run.began is None else line.written(line.start + run.began),
        still=run.still,
        upwards=run.upwards,
        limit=limits.limit,
        false_alarm=alarm,
        delay=delay,
        meaning=rule.meaning,
        action=rule.action,
        sources=sources,
    )


def _sample(rule: WatchRule, line: Line, model: Whitener) -> Sample:
    first = max(0, line.place(rule.first)) if rule.first else 0
    return Sample(model.observations, line.written(first), line.written(line.start - 1))


def _with_revision(
    signal: Signal,
    line: Line,
    whole: Run,
    news: Run | None,
    deviation: Floats,
    revision: Floats | None,
) -> Signal:
    """The signal with what revisions of past figures have to do with it."""
    if news is None or revision is None:
        return signal
    known = np.flatnonzero(np.isfinite(deviation))
    last = int(known[-1])
    if np.max(np.abs(revision)) <= 1e-12 * max(1.0, float(np.nanmax(np.abs(line.figures)))):
        return replace(signal, only_revision=None if whole.fired is None else False)
    told = say(
        "monitor.revision",
        period=line.written(last),
        deviation=float(deviation[last]),
        revision=float(revision[last]),
        news=float(deviation[last] - revision[last]),
    )
    only = whole.fired is not None and news.fired is None
    findings = [*signal.findings, told]
    if only:
        findings.insert(1, say("monitor.only_revision"))
    if whole.fired is None and news.fired is not None:
        findings.insert(1, say("monitor.hidden_by_revision", period=line.written(line.start + news.fired)))
    return replace(signal, findings=tuple(findings), only_revision=None if whole.fired is None else only)
