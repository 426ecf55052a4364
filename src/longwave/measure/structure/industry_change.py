"""Change among industries: how fast activity moves between the industries of an area, and whether it slows.

The same question as `structural_change` on a finer division, where it can be answered: three sectors hide what
happens within them. One set of industries, never two that overlap (`industries`). Rigidity is a test
(`rigidity`): H0 is a constant speed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.estimate import Estimate, Grade, Refusal, TestResult, grade_of
from longwave.core.message import Message, Value, say
from longwave.core.panel import Panel
from longwave.measure.inputs import by_period
from longwave.measure.intervals import Interval
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import (
    WIDEST_SHARE_CHANGE,
    SpanStudy,
    between,
    caution,
    estimate,
    sample_of,
    study,
    without_shocks,
)
from longwave.measure.structure.concentration import entropy, equal_number, herfindahl
from longwave.measure.structure.industries import Industries, read_industries, shares_by_year
from longwave.measure.structure.industry_names import industry_name
from longwave.measure.structure.movement import lilien, moore_angle
from longwave.measure.structure.rigidity import (
    LASTING,
    SHORTEST,
    Decay,
    corrected,
    decay,
    log_ratio_speed,
    speed,
)
from longwave.measure.wording import clear, doubts, verdict, years

NAME = "industry_change"
OUTPUT, LABOUR = "sector_value_added", "sector_employment"


def measure_industries(panel: Panel, area: str) -> Measurement:
    """Movement between industries, of value added and of employment.

    Table, for value added: speed (1/2 sum |ds|, share a year), lasting_speed (over five years, a year), lilien,
    moore (degrees), entropy, equal_number; the same with ``employment_`` before them. Estimates: speed by span and
    speed_change, speed_decay (kappa, a year, of the lasting speed), speed_decay_corrected (noise taken out),
    speed_decay_calm (without the years of shocks), log_ratio_speed_decay. Tests: speed_is_constant.
    """
    parts, refusals = [], []
    for variable, prefix in ((OUTPUT, ""), (LABOUR, "employment_")):
        given = read_industries(panel, area, variable)
        if isinstance(given, Refusal):
            refusals.append(given)
        else:
            parts.append(_part(given, prefix))
    table = pd.concat([part.table for part in parts], axis=1).sort_index() if parts else pd.DataFrame()
    if not parts and {one.reason.key for one in refusals} == {"structure.no_industries"}:
        # Neither is there: one sentence that names both as the mend is enough.
        refusals = refusals[:1]
    return Measurement(
        NAME,
        "structure",
        area,
        by_period(table) if parts else table,
        units={str(column): _unit(str(column)) for column in table.columns},
        estimates=tuple(one for part in parts for one in part.estimates),
        findings=tuple(message for part in parts for message in _findings(area, part)),
        refusals=(*refusals, *(one for part in parts for one in part.refusals)),
        sources=tuple(dict.fromkeys(part.given.source for part in parts)),
        tests=tuple(one for part in parts for one in part.tests),
    )


@dataclass(frozen=True, eq=False)
class _Part:
    """One division of the area's activity with what was found of it."""

    given: Industries
    prefix: str
    table: pd.DataFrame
    shares: pd.DataFrame
    pace: SpanStudy
    decays: tuple[Estimate, ...]
    tests: tuple[TestResult, ...]
    refusals: tuple[Refusal, ...]
    noise_share: float | None

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        return (*self.pace.estimates, *self.decays)


def _part(given: Industries, prefix: str) -> _Part:
    shares = shares_by_year(given.table)
    yearly = speed(shares).rename(f"{prefix}speed")
    pace = study(
        yearly,
        f"{prefix}speed",
        "share a year",
        (given.source,),
        bounds=between(0.0, 1.0),
        widest=WIDEST_SHARE_CHANGE,
        observed=_observed(given),
    )
    part = _Part(
        given,
        prefix,
        _table(given, shares, prefix),
        shares,
        pace,
        (),
        (),
        (*pace.refusals, *_gaps(given, prefix)),
        None,
    )
    return _with_decay(part)


def _with_decay(part: _Part) -> _Part:
    name = f"{part.prefix}speed_decay"
    lasting = speed(part.shares, LASTING)
    try:
        found = decay(lasting)
    except ValueError:
        reason = say("structure.no_decay", count=len(lasting), fewest=SHORTEST, years=LASTING)
        return replace(part, refusals=(*part.refusals, Refusal(name, reason)))
    main = _decay_estimate(
        part, name, found, lasting, say("structure.method_decay", **_decay_words(found, lasting))
    )
    decays, refusals = [main], []
    right = corrected(part.shares, found.kappa)
    if right is None or not np.isfinite([right.kappa, right.low, right.high]).all():
        refusals.append(Refusal(f"{name}_corrected", say("structure.noise_hides_decay")))
    else:
        interval = Interval(right.kappa, right.low, right.high, found.kappa.persistence)
        method = say("structure.method_corrected", floor=100 * right.floor, share=right.share)
        decays.append(
            _decay_estimate(part, f"{name}_corrected", replace(found, kappa=interval), lasting, method)
        )
    for suffix, series in (
        ("speed_decay_calm", _calm(part.shares)),
        ("log_ratio_speed_decay", _ratio(part.shares)),
    ):
        if series is None:
            continue
        try:
            other = decay(series)
        except ValueError:
            continue
        key = f"structure.method_{suffix}"
        method = say(key, **_decay_words(other, series))
        decays.append(_decay_estimate(part, f"{part.prefix}{suffix}", other, series, method))
    test = TestResult(
        f"{part.prefix}speed_is_constant",
        say("structure.null_speed", what=_kind(part)),
        found.kappa.value,
        found.p_value < 0.05,
        say("structure.method_speed_test", years=LASTING),
        sample_of(lasting),
        p_value=found.p_value,
        sources=(part.given.source,),
    )
    return replace(
        part,
        decays=tuple(decays),
        tests=(test,),
        refusals=(*part.refusals, *refusals),
        noise_share=None if right is None else right.share,
    )


def _decay_estimate(part: _Part, name: str, found: Decay, series: pd.Series, method: Message) -> Estimate:
    # Moves of five years share four of them with their neighbours: a fifth of their number is independent.
    grade = grade_of(max(1, len(part.shares) // 2), _observed(part.given))
    return estimate(name, found.kappa, "share a year", method, sample_of(series), grade, (part.given.source,))


def _decay_words(found: Decay, series: pd.Series) -> dict[str, str | int | Message]:
    sample = sample_of(series)
    return {
        "first": sample.first,
        "last": sample.last,
        "count": sample.observations,
        "years": LASTING,
        "unmoved": say("structure.unmoved", count=found.unmoved) if found.unmoved else say("measure.nothing"),
        "caution": caution(found.kappa.persistence),
    }


def _calm(shares: pd.DataFrame) -> pd.Series | None:
    """Lasting speed over moves that neither begin nor end in a year of shock; None where none of either lies in
    the data."""
    lasting = speed(shares, LASTING)
    calm = without_shocks(lasting)
    begins = calm.copy()
    begins.index = begins.index - LASTING
    begins = without_shocks(begins)
    begins.index = begins.index + LASTING
    return begins if len(begins) < len(lasting) else None


def _ratio(shares: pd.DataFrame) -> pd.Series | None:
    try:
        return log_ratio_speed(shares)
    except ValueError:
        return None


def _table(given: Industries, shares: pd.DataFrame, prefix: str) -> pd.DataFrame:
    rows = shares.to_numpy(float)
    table = pd.DataFrame(
        {
            "speed": speed(shares),
            "lasting_speed": speed(shares, LASTING),
            "lilien": _pairwise(given.table, lilien),
            "moore": _pairwise(given.table, moore_angle),
            "herfindahl": pd.Series([herfindahl(row) for row in rows], index=shares.index),
            "equal_number": pd.Series([equal_number(row) for row in rows], index=shares.index),
            "entropy": pd.Series([entropy(row) for row in rows], index=shares.index),
        }
    )
    return table.add_prefix(prefix)


def _pairwise(amounts: pd.DataFrame, index: object) -> pd.Series:
    """An index of two neighbouring years, left out where either year is missing or has a zero that the index
    cannot take."""
    found: dict[int, float] = {}
    for year in amounts.index:
        if year - 1 not in amounts.index:
            continue
        try:
            found[int(year)] = index(amounts.loc[year - 1], amounts.loc[year])  # type: ignore[operator]
        except ValueError:
            continue
    return pd.Series(found, dtype=float)


def _gaps(given: Industries, prefix: str) -> Iterator[Refusal]:
    if given.dropped:
        years_left = tuple(str(year) for year in given.dropped)
        yield Refusal(f"{prefix}speed", say("structure.years_left_out", periods=years_left))
    zero = (given.table == 0).any(axis=1)
    if zero.any():
        yield Refusal(
            f"{prefix}lilien",
            say("structure.zero_industries", count=int(zero.sum()), first=str(zero[zero].index[0])),
        )


def _observed(given: Industries) -> float:
    return given.observed if not given.dropped else min(0.89, given.observed)


def _findings(area: str, part: _Part) -> Iterator[Message]:
    name, kind = area_names(area), _kind(part)
    yield say("structure.which_industries", area=name, kind=kind, **_which(part.given))
    last, before, change = part.pace.last, part.pace.before, part.pace.change
    if last is not None and before is not None and change is not None:
        yield say(
            "structure.speed_change",
            area=name,
            kind=kind,
            points=100 * last.value,
            low=100 * last.low,
            high=100 * last.high,
            span=years(last),
            earlier=100 * before.value,
            before=years(before),
            verdict=verdict(change),
            doubts=doubts(last, before),
        )
    elif last is not None:
        yield say(
            "structure.speed_last",
            area=name,
            kind=kind,
            points=100 * last.value,
            low=100 * last.low,
            high=100 * last.high,
            span=years(last),
            doubts=doubts(last),
        )
    if part.tests:
        yield from _rigidity(area, part)


def _rigidity(area: str, part: _Part) -> Iterator[Message]:
    by_name = {one.name: one for one in part.decays}
    main = by_name[f"{part.prefix}speed_decay"]
    test = part.tests[0]
    lasting, yearly = speed(part.shares, LASTING).mean(), speed(part.shares).mean()
    # The sentence follows the interval; interval and test agree but for rounding at the border.
    key = "not_rejected" if not clear(main) else ("slows" if main.value > 0 else "quickens")
    # Of a fall the interval is that of the fall; everywhere else it is that of the move, up or down.
    low, high = (main.low, main.high) if key == "slows" else (-main.high, -main.low)
    yield say(
        f"structure.speed_{key}",
        area=area_names(area),
        kind=_kind(part),
        rate=abs(main.value),
        pace=-100 * main.value,
        low=100 * low,
        high=100 * high,
        p_value=float(test.p_value or 0.0),
        span=years(main),
        thin=say("structure.thin_decay") if main.grade in {Grade.C, Grade.D} else say("measure.nothing"),
    )
    fixed = by_name.get(f"{part.prefix}speed_decay_corrected")
    words: dict[str, Value] = {
        "area": area_names(area),
        "kind": _kind(part),
        "yearly": 100 * yearly,
        "lasting": 100 * lasting,
    }
    if fixed is None:
        yield say("structure.noise_alone", **words)
    else:
        yield say(
            "structure.noise_out",
            **words,
            share=float(part.noise_share or 0.0),
            pace=-100 * fixed.value,
            low=-100 * fixed.high,
            high=-100 * fixed.low,
        )
    others = [by_name[key] for key in by_name if key.endswith(("_calm", "log_ratio_speed_decay"))]
    if any(_sense(one) != _sense(main) for one in others):
        yield say("structure.opinions_differ", area=area_names(area), kind=_kind(part))


def _sense(one: Estimate) -> int:
    """1: slows, -1: quickens, 0: cannot be told."""
    return 0 if not clear(one) else (1 if one.value > 0 else -1)


def _which(given: Industries) -> dict[str, Value]:
    label = say("structure.of_set", label=given.label) if given.label else say("measure.nothing")
    shown = tuple(industry_name(item) for item in given.left_out[:6])
    left = say("structure.left_out", items=shown) if shown else say("measure.nothing")
    first, last = str(given.table.index[0]), str(given.table.index[-1])
    return {"count": given.count, "label": label, "first": first, "last": last, "left_out": left}


def _kind(part: _Part) -> Message:
    return say("structure.of_jobs") if part.prefix else say("structure.of_output")


def _unit(column: str) -> str:
    bare = column.removeprefix("employment_")
    of = "employment" if column != bare else "value added"
    units = {
        "speed": "share a year",
        "lasting_speed": "share a year",
        "lilien": "share a year",
        "moore": "degrees",
        "equal_number": "number",
        "entropy": "nats",
        "herfindahl": f"share of {of}",
    }
    return units[bare]


MEASURES.register(NAME)(Measure(NAME, "structure", (), measure_industries, (OUTPUT, LABOUR)))
