"""A nowcast in sentences: where it points, what the rivals say, whether it beat them, and how its bands did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from longwave.core.message import Message, say

if TYPE_CHECKING:
    from longwave.forecast.nowcast.nowcast import Nowcast

_CHANCE = 0.05


def sentences(result: Nowcast) -> tuple[Message, ...]:
    """Everything a first page needs, in order."""
    return (
        *_outlook(result),
        *_rivals(result),
        *_record(result),
        *_bands(result),
        *(each.said for each in result.candidates),
        *(result.news.said if result.news is not None else ()),
    )


def amount(kind: str, value: float) -> Message:
    """A change of the target in words: per cent of growth, or a number in its unit."""
    return say("nowcast.amount_share" if kind == "log" else "nowcast.amount_number", value=value)


def cell(frame: pd.DataFrame, row: str, column: str) -> float:
    """One number of a table."""
    return float(frame[column].to_numpy(dtype=np.float64)[list(frame.index).index(row)])


def _outlook(result: Nowcast) -> Iterator[Message]:
    bounds = [name for name in result.change.columns if name not in {"mean", "0.5"}]
    low, high = _widest(bounds)
    yield say(
        f"nowcast.outlook_{result.kind}",
        target=result.target,
        period=result.period,
        middle=amount(result.kind, cell(result.change, result.period, "mean")),
        level=float(high) - float(low),
        low=amount(result.kind, cell(result.change, result.period, low)),
        high=amount(result.kind, cell(result.change, result.period, high)),
        origin=result.origin,
        latest=result.latest,
    )


def _widest(bounds: list[str]) -> tuple[str, str]:
    """The band that is told: 80 per cent where it is there, else the widest."""
    return ("0.1", "0.9") if {"0.1", "0.9"} <= set(bounds) else (bounds[0], bounds[-1])


def _rivals(result: Nowcast) -> Iterator[Message]:
    said = [cell(each.changes, result.period, "mean") for each in result.rivals]
    yield say(
        "nowcast.rivals_say",
        autoregression=amount(result.kind, said[0]),
        mean=amount(result.kind, said[1]),
    )


def _record(result: Nowcast) -> Iterator[Message]:
    """Whether the method beat AR(2) and the mean, and whether that may be chance."""
    scores = result.scores
    own = result.own.name
    if not np.isfinite(cell(scores, own, "rmse")):
        yield say("nowcast.record_none", target=result.target)
        return
    ratios = {each.name: _ratio(scores, own, each.name) for each in result.rivals}
    best = max(ratios, key=lambda name: ratios[name])  # the rival that is hardest to beat
    tests = dict(zip([each.name for each in result.rivals], result.tests, strict=False))
    sure = len(result.tests) == len(result.rivals) and (tests[best].p_value or 1.0) < _CHANCE
    verdict = "beat" if ratios[best] < 1 else "lost"
    yield say(
        f"nowcast.record_{verdict}",
        origins=int(cell(scores, own, "origins")),
        rival=say(f"nowcast.rival_{best}"),
        autoregression=ratios["ar2"],
        mean=ratios["mean"],
        chance=say(f"nowcast.chance_{'unlikely' if sure else 'possible'}"),
    )


def _ratio(scores: pd.DataFrame, own: str, rival: str) -> float:
    other = cell(scores, rival, "rmse")
    return cell(scores, own, "rmse") / other if other > 0 else np.inf


def _bands(result: Nowcast) -> Iterator[Message]:
    place = list(result.change.index).index(result.period)
    shown = [name for name in result.scores.columns if name.startswith("coverage_")]
    held = {name: cell(result.scores, result.own.name, name) for name in shown}
    if not np.isfinite(list(held.values())).all():
        return
    yield say(
        "nowcast.bands",
        factor=result.own.widened[place],
        covered=tuple(
            say("nowcast.covered", level=float(name.removeprefix("coverage_")) / 100, share=held[name])
            for name in shown
        ),
    )
