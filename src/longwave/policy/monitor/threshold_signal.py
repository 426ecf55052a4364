"""A threshold rule on one line of figures: passed for long enough, by the whole interval, and how often that came before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from longwave.core.errors import BadInput
from longwave.core.estimate import Sample, grade_of
from longwave.core.message import Message, Value, say
from longwave.core.signal import Signal, SignalState
from longwave.policy.monitor.line import Line
from longwave.policy.monitor.rule import WatchRule
from longwave.policy.monitor.run_length import Floats
from longwave.policy.monitor.threshold import crossing
from longwave.policy.monitor.told import side_of


def threshold_signal(
    rule: WatchRule, line: Line, low: Floats, high: Floats, sources: tuple[str, ...]
) -> Signal:
    """The signal of a threshold: low, high (n,): interval of each figure, nan where there is none.

    Raises BadInput for an interval that does not hold its figure.
    """
    value = float("nan") if rule.value is None else rule.value
    if (np.isfinite(low) & (low > line.figures)).any() or (np.isfinite(high) & (high < line.figures)).any():
        raise BadInput(say("monitor.outside", name=rule.name), say("monitor.outside_mend"))
    above, start = rule.direction == "up", line.start
    found = crossing(
        line.figures[start:],
        value,
        above=above,
        persistence=rule.persistence,
        low=low[start:],
        high=high[start:],
    )
    table = pd.DataFrame(
        {
            "figure": line.figures[start:],
            "low": low[start:],
            "high": high[start:],
            "limit": np.full(len(line.figures) - start, value),
        },
        index=line.periods(),
    )
    blanks: dict[str, Value] = {
        "title": rule.title,
        "side": side_of(above),
        "value": value,
        "persistence": rule.persistence,
    }
    count = int(np.isfinite(line.figures).sum())
    signal = Signal(
        name=rule.name,
        names=rule.title,
        state=SignalState.QUIET,
        watched=(line.written(start), str(line.last)),
        table=table,
        method=say("monitor.method_threshold", **blanks),
        sample=Sample(count, str(line.first), str(line.last)),
        grade=grade_of(count),
        findings=(),
        limit=value,
        meaning=rule.meaning,
        action=rule.action,
        sources=sources,
    )
    if found.open:
        reason = say("monitor.open", **blanks)
        return replace(signal, state=SignalState.NOT_DECIDABLE, reason=reason, findings=(reason,))
    history = _past_crossings(rule, line, value)
    if found.fired is None or found.since is None:
        quiet = say("monitor.quiet_threshold", **blanks, first=line.written(start), last=str(line.last))
        return replace(signal, findings=(quiet, *history))
    since, fired = line.written(start + found.since), line.written(start + found.fired)
    told = [say("monitor.fired_threshold", **blanks, since=since, fired=fired)]
    if not found.still:
        told.append(say("monitor.over", last=str(line.last)))
    return replace(
        signal,
        state=SignalState.FIRED,
        findings=(*told, *history),
        fired=fired,
        since=since,
        still=found.still,
        upwards=above,
    )


def _past_crossings(rule: WatchRule, line: Line, value: float) -> tuple[Message, ...]:
    """How often this happened before the decision: all that is known of how often it happens by itself."""
    past = line.figures[: line.start]
    years = int(np.isfinite(past).sum()) / line.frequency.value
    if years < 5:
        return ()
    beyond = past > value if rule.direction == "up" else past < value
    edges = np.diff(np.concatenate([[0], beyond.astype(int), [0]]))
    lengths = np.flatnonzero(edges < 0) - np.flatnonzero(edges > 0)
    times = int((lengths >= rule.persistence).sum())
    return (say("monitor.past_crossings", times=times, years=years, since=line.written(line.start)),)
