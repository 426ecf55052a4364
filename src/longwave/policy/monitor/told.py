"""What a chart's signal says: what was seen, how often it cries wolf, and how long a change goes unseen."""

from __future__ import annotations

from longwave.core.estimate import Estimate
from longwave.core.message import Message, Value, say
from longwave.core.period import Frequency
from longwave.policy.monitor.line import Line
from longwave.policy.monitor.rule import WatchRule
from longwave.policy.monitor.run import Run
from longwave.policy.monitor.run_length import Calibration
from longwave.policy.monitor.whiten import Whitener


def method_of(rule: WatchRule, model: Whitener, limits: Calibration, promised: bool) -> Message:
    against = say("monitor.against_promise") if promised else say("monitor.against_mean")
    whitened = "monitor.whitened_changes" if model.differenced else "monitor.whitened"
    return say(
        "monitor.method_cusum" if rule.kind == "cusum" else "monitor.method_ewma",
        against=against,
        whitened=say(whitened, order=model.order),
        limit=limits.limit,
        assurance=rule.assurance,
        years=rule.run_length,
    )


def what_was_seen(rule: WatchRule, line: Line, model: Whitener, run: Run, promised: bool) -> list[Message]:
    first, last = line.written(line.start), str(line.last)
    against = say("monitor.against_promise") if promised else say("monitor.against_mean")
    if run.fired is None or run.began is None:
        return [say("monitor.quiet", title=rule.title, first=first, last=last, against=against)]
    told = say(
        "monitor.fired",
        title=rule.title,
        side=side_of(run.upwards),
        against=against,
        since=line.written(line.start + run.began),
        fired=line.written(line.start + run.fired),
        size=abs(run.size),
    )
    return [told] if run.still else [told, say("monitor.over", last=last)]


def side_of(upwards: bool | None) -> Message:
    return say("monitor.above") if upwards else say("monitor.below")


def how_often(alarm: Estimate, model: Whitener) -> Message:
    return say(
        "monitor.how_often",
        years=_years(alarm.value),
        low=_years(alarm.low),
        high=_years(alarm.high),
        count=model.observations,
    )


def how_soon(rule: WatchRule, line: Line, model: Whitener, delay: float, run: Run) -> list[Message]:
    """How long a change goes unseen; for annual figures, that this is long; and whether so much has passed by now."""
    blanks: dict[str, Value] = {"years": _years(delay) if delay >= 10 else f"{delay:.1f}"}
    key = "monitor.how_soon_drift" if model.differenced else "monitor.how_soon"
    found = [say(key, **blanks)]
    if line.frequency is Frequency.ANNUAL:
        found.append(say("monitor.annual"))
    watched = (len(line.figures) - line.start) / line.frequency.value
    if run.fired is None and watched < delay:
        found.append(say("monitor.too_soon", watched=f"{watched:.3g}"))
    return found


def _years(years: float) -> Value:
    return say("monitor.over_thousand") if years > 1000 else f"{years:.0f}"
