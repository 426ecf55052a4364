"""One watch rule on one series: is what came since the decision beyond chance, since when, and how sure is that?

A chart watches deviations from the promised path where there is one, else from the in-control mean. They are whitened by
what the figures before the decision were like, measured in their standard deviations, and added up (CUSUM) or
averaged (EWMA).
Where the figures as they stood at the decision are given, each deviation is split into what came of revising them and news:

    revision(t) = figure now - figure then (less the shift of the mean),  and for later periods what the autoregression makes
    of the revisions before them;   news = deviation - revision

and the chart is run again on the news alone: an alarm that it does not give came of the revisions only.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.core.errors import NotEnoughData
from longwave.core.estimate import Sample, grade_of
from longwave.core.message import Message, say
from longwave.core.signal import Signal, SignalState
from longwave.policy.monitor.chart import chart_signal
from longwave.policy.monitor.line import Line, line_of, read_series
from longwave.policy.monitor.rule import WatchRule, check_rule
from longwave.policy.monitor.threshold_signal import threshold_signal


def watch(
    rule: WatchRule,
    figures: pd.Series,
    since: str,
    *,
    promised: pd.Series | None = None,
    low: pd.Series | None = None,
    high: pd.Series | None = None,
    before: pd.Series | None = None,
    sources: tuple[str, ...] = (),
) -> Signal:
    """What the rule sees in `figures` (index: written period), from the period `since` on; those before it were in control.

    promised: the path that the decision promised, for periods from `since` on (a chart then watches deviations from it).
    low, high: interval of each figure (a threshold must be passed by all of it). before: the figures as they stood at the
    decision. All in the figures' unit. Raises BadInput for a rule that cannot be, periods that cannot be read or mixed
    frequencies, and values that are no finite numbers (a missing one may be nan); DuplicateObservations for a period that
    comes twice. What the figures cannot carry is no error: the signal is then not decidable and says why.
    """
    check_rule(rule)
    known = read_series(figures, "figures")
    if not known:
        return _undecided(rule, None, say("monitor.no_figures"), say("monitor.no_figures_mend"), sources)
    line = line_of(known, since)
    if line.start >= len(line.figures):
        reason = say("monitor.nothing_since", since=since, last=str(line.last))
        return _undecided(rule, line, reason, say("monitor.nothing_since_mend"), sources)
    if rule.kind == "threshold":
        return threshold_signal(rule, line, line.laid(low, "low"), line.laid(high, "high"), sources)
    path = line.laid(promised, "promised")
    if promised is not None and not np.isfinite((path - line.figures)[line.start :]).any():
        reason = say("monitor.no_promise", first=line.written(line.start), last=str(line.last))
        return _undecided(rule, line, reason, say("monitor.no_promise_mend"), sources)
    then = None if before is None else line.laid(before, "before")
    try:
        return chart_signal(rule, line, None if promised is None else path, then, sources)
    except NotEnoughData as error:
        return _undecided(rule, line, error.message, error.mend, sources)


def _undecided(
    rule: WatchRule, line: Line | None, reason: Message, mend: Message | None, sources: tuple[str, ...]
) -> Signal:
    """A signal that says why there is none."""
    watched = ("", "")
    if line is not None and line.start < len(line.figures):
        watched = (line.written(line.start), str(line.last))
    count = 0 if line is None else int(np.isfinite(line.figures[: line.start]).sum())
    ends = ("", "") if line is None else (str(line.first), str(line.last))
    return Signal(
        name=rule.name,
        names=rule.title,
        state=SignalState.NOT_DECIDABLE,
        watched=watched,
        table=pd.DataFrame(index=pd.Index([], name="period", dtype=object)),
        method=say("monitor.method_none"),
        sample=Sample(count, *ends),
        grade=grade_of(count),
        findings=(reason,),
        reason=reason,
        mend=mend,
        meaning=rule.meaning,
        action=rule.action,
        sources=sources,
    )
