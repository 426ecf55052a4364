"""Efficiency of units against the best among them: data envelopment with constant, variable and non-increasing
returns, slacks, peers, super-efficiency, and intervals by the smoothed bootstrap.

Formulas in frontier/envelopment.py and frontier/resampling.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.estimate import Estimate, Grade, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.measure.frontier.envelopment import ON_FRONTIER, Returns, efficiency, scale_region, slacks
from longwave.measure.frontier.resampling import FEWEST, Resampled, resample
from longwave.measure.measurement import MEASURES, Measurement, TableMeasure
from longwave.measure.productivity.own_units import OUTPUTS, Units, columns, left_out, read_units

NAME = "data_envelopment"
MOST = 150
"""Units up to which intervals are made here: the work grows with the square of their number."""
_SOLVED = 3_000
"""Linear programmes that the draws of one kind of returns may take: a few seconds."""
COVERAGE = "94%"
"""Share of simulated units whose 95 % interval held their true efficiency: benchmarks/frontier_coverage.py."""
_SCORE = "score, 1 = best practice"


@dataclass(frozen=True, eq=False)
class _Scored:
    """One kind of returns: scores, and the draws around them where they could be made."""

    scores: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    drawn: Resampled | None


def measure_envelopment(table: pd.DataFrame) -> Measurement:
    """Efficiency of a user's units.

    table: unit, output (to output_4), input (to input_5). Result: index = unit; efficiency_crs and efficiency_vrs
    (input oriented, 0 to 1, with _low, _high and _corrected where draws could be made), efficiency_output_vrs,
    scale_efficiency, returns_to_scale (constant, increasing, decreasing), super_efficiency (constant returns, above 1
    for units that make the frontier), slack_<column> (constant returns, after the radial move), peers. Estimates:
    mean efficiency under either kind of returns.
    """
    units = read_units(table, NAME)
    if isinstance(units, Refusal):
        return _nothing(units)
    if len(units.rows) < 3:
        return _nothing(Refusal(NAME, say("productivity.few_units", count=len(units.rows), fewest=3)))
    x, y = units.pair()
    crs, vrs = _score(units, "crs"), _score(units, "vrs")
    nirs = efficiency(x, y, returns="nirs")
    second = slacks(x, y, scores=crs.scores)
    names = units.rows["unit"].tolist()
    result = _columns("efficiency_crs", crs) | _columns("efficiency_vrs", vrs)
    result |= {
        "efficiency_output_vrs": efficiency(x, y, returns="vrs", orientation="output"),
        "scale_efficiency": crs.scores / vrs.scores,
        "returns_to_scale": [
            scale_region(*three) for three in zip(crs.scores, vrs.scores, nirs, strict=True)
        ],
        "super_efficiency": efficiency(x, y, leave_out=True),
    }
    result |= {f"slack_{name}": second.inputs[:, at] for at, name in enumerate(units.inputs)}
    result |= {f"slack_{name}": second.outputs[:, at] for at, name in enumerate(units.outputs)}
    result["peers"] = [_peers(names, weights) for weights in second.peers]
    frame = pd.DataFrame(result, index=pd.Index(names, name="unit", dtype=object))
    return Measurement(
        NAME,
        "productivity",
        "",
        frame,
        units={name: _unit(name) for name in frame.columns},
        estimates=tuple(_estimates(units, {"crs": crs, "vrs": vrs})),
        findings=tuple(_findings(units, frame, crs)),
        refusals=tuple(_refusals(units, frame, crs, vrs)),
    )


def _score(units: Units, returns: Returns) -> _Scored:
    x, y = units.pair()
    scores = efficiency(x, y, returns=returns)
    n = len(scores)
    if n < FEWEST or n > MOST or (scores < 1 - ON_FRONTIER).sum() < 3:
        return _Scored(scores, None)
    draws = int(np.clip(_SOLVED // n, 80, 200))
    return _Scored(scores, resample(x, y, returns=returns, draws=draws))


def _columns(name: str, scored: _Scored) -> dict[str, object]:
    if scored.drawn is None:
        return {name: scored.scores}
    drawn = scored.drawn
    return {
        name: scored.scores,
        f"{name}_low": drawn.low,
        f"{name}_high": drawn.high,
        f"{name}_corrected": drawn.corrected,
    }


def _peers(names: list[str], weights: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    return " + ".join(f"{weight:.3g} {names[at]}" for at, weight in enumerate(weights) if weight > 0)


def _unit(name: str) -> str:
    if name.startswith("slack_"):
        return "as given"
    return "" if name in {"peers", "returns_to_scale"} else _SCORE


def _estimates(units: Units, scored: dict[str, _Scored]) -> Iterator[Estimate]:
    for returns, each in scored.items():
        if each.drawn is None:
            continue
        count = len(units.rows)
        yield Estimate(
            f"mean_efficiency_{returns}",
            each.drawn.mean,
            each.drawn.mean_low,
            each.drawn.mean_high,
            _SCORE,
            say("productivity.method_envelopment", count=count, draws=each.drawn.draws, share=COVERAGE),
            Sample(count, "", ""),
            # Few units for so many inputs and outputs: nearly all lie on the frontier, whatever they do.
            max(grade_of(count), Grade.C if _crowded(units) else Grade.A),
        )


def _crowded(units: Units) -> bool:
    """Fewer units than the usual rule asks: three for each input and output (Cooper, Seiford and Tone 2007)."""
    m, s = len(units.inputs), len(units.outputs)
    return len(units.rows) < max(m * s, 3 * (m + s))


def _findings(units: Units, frame: pd.DataFrame, crs: _Scored) -> Iterator[Message]:
    best = frame.index[frame["efficiency_crs"] >= 1 - ON_FRONTIER]
    yield say(
        "productivity.envelopment",
        count=len(frame),
        best=len(best),
        names=tuple(map(str, best[:5])),
        mean=_mean(frame["efficiency_crs"]),
        variable=_mean(frame["efficiency_vrs"]),
    )
    if crs.drawn is not None:
        yield say(
            "productivity.envelopment_corrected",
            mean=crs.drawn.mean,
            low=crs.drawn.mean_low,
            high=crs.drawn.mean_high,
        )
    if _crowded(units):
        yield say(
            "productivity.envelopment_crowded",
            count=len(frame),
            columns=len(units.inputs) + len(units.outputs),
        )
    yield from left_out(units)


def _mean(scores: pd.Series) -> float:
    """Geometric mean: scores are ratios, and the interval of the mean is made for it."""
    return float(np.exp(np.log(scores).mean()))


def _refusals(units: Units, frame: pd.DataFrame, crs: _Scored, vrs: _Scored) -> Iterator[Refusal]:
    if crs.drawn is None or vrs.drawn is None:
        key = "productivity.many_units" if len(frame) > MOST else "productivity.few_inside"
        yield Refusal("efficiency_interval", say(key, fewest=FEWEST, most=MOST))
    if frame["super_efficiency"].isna().any():
        unit = str(frame.index[frame["super_efficiency"].isna()][0])
        yield Refusal("super_efficiency", say("productivity.no_super", unit=unit))


def _nothing(refusal: Refusal) -> Measurement:
    return Measurement(NAME, "productivity", "", pd.DataFrame(), refusals=(refusal,))


MEASURES.register(NAME)(TableMeasure(NAME, "productivity", columns(OUTPUTS), measure_envelopment))
