"""How technologies spread: the curve of each, whether its bend has passed, and how long it took.

Each technology's share of users is compared over six families of curves (`diffusion.compare`). A date and a level are
given only where every family of noticeable weight has passed its bend (2.5% level); otherwise the year before which
it does not lie, or nothing. A technology that has lost a tenth of its highest share since is being displaced: a curve that
only rises does not describe it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from longwave.core.area import area_names
from longwave.core.dating import Dating, DatingState
from longwave.core.estimate import Estimate, Refusal, Sample, grade_of
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.diffusion.compare import Comparison, compare_curves
from longwave.measure.diffusion.curves import CURVES
from longwave.measure.innovation.yearly_items import yearly_items
from longwave.measure.intervals import Interval
from longwave.measure.measurement import MEASURES, Measure, Measurement
from longwave.measure.spans import estimate

NAME = "technology_adoption"
FEWEST = 12
"""Fewest yearly figures from which a bend is dated: with eight to eleven, three parameters and the persistence of errors
leave next to nothing to judge the fit by."""
_DISPLACED = 0.9
_DRAWS = 99
"""Bootstrap samples for each curve: dozens of technologies have to be judged in one study."""


@dataclass(frozen=True, eq=False)
class Judged:
    """One series of shares and what could be said of it."""

    values: pd.Series
    compared: Comparison | None
    refusal: Refusal | None


def judge(
    values: pd.Series, name: str, most: float, draws: int, families: tuple[str, ...] = tuple(CURVES)
) -> Judged:
    """Compares curves for one series of figures by year, or says why not."""
    known = values.dropna().sort_index()
    if len(known) < FEWEST:
        return Judged(known, None, Refusal(name, say("innovation.few_for_curves", fewest=FEWEST)))
    if (known < 0).any() or (known > most * (1 + 1e-9)).any():
        return Judged(
            known, None, Refusal(name, say("innovation.share_outside"), say("innovation.check_table"))
        )
    if np.ptp(known.to_numpy(float)) <= 1e-9 * max(float(known.max()), 1e-300):
        return Judged(known, None, Refusal(name, say("innovation.constant_share")))
    peak = known.idxmax()
    if known.iloc[-1] < _DISPLACED * known.max():
        told = say("innovation.displaced", name=name, peak=str(peak), last=str(known.index[-1]))
        return Judged(known, None, Refusal(name, told))
    if np.corrcoef(known.index.to_numpy(float), known.to_numpy(float))[0, 1] <= 0:
        return Judged(known, None, Refusal(name, say("innovation.does_not_rise")))
    compared = compare_curves(known, families, most=most, draws=draws)
    return Judged(known, _no_finer_than_the_figures(compared, known), None)


def _no_finer_than_the_figures(found: Comparison, known: pd.Series) -> Comparison:
    """The comparison with a bend whose interval is at least as wide as the step from one figure to the next: between
    two figures nothing was seen."""
    if found.bend is None:
        return found
    value, low, high = found.bend
    step = float(np.median(np.diff(known.index.to_numpy(float))))
    if high - low < step:
        low, high = min(low, value - step / 2), max(high, value + step / 2)
    return replace(found, bend=(value, low, high))


def gathered(refusals: tuple[Refusal, ...]) -> tuple[Refusal, ...]:
    """One refusal a reason, with the names of all technologies it holds for; those that name theirs are left as they are."""
    groups: dict[Message, list[Refusal]] = {}
    for one in refusals:
        groups.setdefault(one.reason, []).append(one)
    found = []
    for reason, ones in groups.items():
        if reason.key == "innovation.displaced":
            found += ones
            continue
        names = tuple(one.subject for one in ones)
        subject = names[0] if len(names) == 1 else NAME
        found.append(Refusal(subject, say("innovation.for_these", names=names, reason=reason), ones[0].mend))
    return tuple(found)


def measure_adoption(panel: Panel, area: str) -> Measurement:
    """Diffusion of every technology of an area that has a share of users.

    Table: index = technology, columns first, last (years), share_first, share_last, family (best), weight, state, bend,
    bend_low, bend_high, not_before, level, level_low, level_high, hold_out, no_change (errors). Datings: bend_<item> in the
    order of the table. Estimates: level_<item> (share of users).
    """
    items, _, sources = yearly_items(panel, area, NAME)
    if not items:
        lack = Refusal(
            NAME, say("innovation.no_technologies", area=area_names(area)), say("innovation.adoption_mend")
        )
        return Measurement(NAME, "innovation", area, pd.DataFrame(), refusals=(lack,))
    judged = {name: judge(values, name, 1.0, _DRAWS) for name, values in items.items()}
    table = pd.DataFrame([row_of(one) for one in judged.values()], index=pd.Index(list(judged), name="item"))
    datings = tuple(
        dating(f"bend_{slug(name)}", one, sources) for name, one in judged.items() if one.compared is not None
    )
    estimates = tuple(
        found
        for name, one in judged.items()
        if (found := level_of(f"level_{slug(name)}", one, sources, "share"))
    )
    return Measurement(
        NAME,
        "innovation",
        area,
        table,
        units={"share_first": "share", "share_last": "share", "level": "share"},
        estimates=estimates,
        findings=tuple(_findings(area, judged)),
        refusals=gathered(tuple(one.refusal for one in judged.values() if one.refusal is not None)),
        sources=sources,
        datings=datings,
    )


def row_of(one: Judged) -> dict[str, object]:
    """A row of the table; empty where the curve was refused."""
    values, found = one.values, one.compared
    row: dict[str, object] = {"first": None, "last": None, "share_first": np.nan, "share_last": np.nan}
    if len(values):
        row = {
            "first": str(values.index[0]),
            "last": str(values.index[-1]),
            "share_first": float(values.iloc[0]),
            "share_last": float(values.iloc[-1]),
        }
    bend = (np.nan,) * 3 if found is None or found.bend is None else found.bend
    level = (np.nan,) * 3 if found is None or found.level is None else found.level
    return row | {
        "family": None if found is None else found.best,
        "weight": np.nan if found is None else found.figure(found.best, "weight"),
        "state": None if found is None else str(found.state),
        **dict(zip(("bend", "bend_low", "bend_high"), bend, strict=True)),
        "not_before": np.nan if found is None or found.not_before is None else found.not_before,
        **dict(zip(("level", "level_low", "level_high"), level, strict=True)),
        "hold_out": np.nan if found is None else found.figure(found.best, "hold_out"),
        "no_change": np.nan if found is None else found.no_change,
    }


def dating(name: str, one: Judged, sources: tuple[str, ...]) -> Dating:
    """The bend of a compared series as a `Dating`; the last observation of the old regime is the year in which it lies."""
    found, values = one.compared, one.values
    if found is None:
        raise ValueError("a series that was refused has no dating")
    sample = Sample(len(values), str(values.index[0]), str(values.index[-1]))
    families = tuple(say(f"innovation.curve_{family}") for family in found.weighty or (found.best,))
    method = say("innovation.method_curves", count=len(values), families=families)
    grade = grade_of(len(values))
    if found.state is DatingState.PASSED and found.bend is not None:
        value, low, high = found.bend
        return Dating(
            name, found.state, method, sample, grade, _year(value), _year(low), _year(high), sources=sources
        )
    if found.state is DatingState.NOT_BEFORE:
        reason = say("innovation.bend_ahead", last=sample.last)
        bound = None if found.not_before is None else _year(found.not_before)
        return Dating(name, found.state, method, sample, grade, None, bound, reason=reason, sources=sources)
    reason = say("innovation.wanders") if found.wanders else say("innovation.no_bend")
    return Dating(name, DatingState.NOT_DATABLE, method, sample, grade, reason=reason, sources=sources)


def level_of(name: str, one: Judged, sources: tuple[str, ...], unit: str) -> Estimate | None:
    """The level of a compared series where all families of weight bound it."""
    if one.compared is None or one.compared.level is None:
        return None
    value, low, high = one.compared.level
    values = one.values
    families = tuple(
        say(f"innovation.curve_{family}") for family in one.compared.weighty or (one.compared.best,)
    )
    return estimate(
        name,
        Interval(value, low, high, 0.0),
        unit,
        say("innovation.method_curves", count=len(values), families=families),
        Sample(len(values), str(values.index[0]), str(values.index[-1])),
        grade_of(len(values)),
        sources,
    )


def slug(name: str) -> str:
    """A technology's name within an estimate's name."""
    return "_".join("".join(char if char.isalnum() else " " for char in name).lower().split()) or "unnamed"


def _year(value: float) -> str:
    return f"{int(np.floor(value)):04d}"


def _findings(area: str, judged: dict[str, Judged]) -> Iterator[Message]:
    compared = {name: one.compared for name, one in judged.items() if one.compared is not None}
    states = {name: found.state for name, found in compared.items()}
    passed = [name for name, state in states.items() if state is DatingState.PASSED]
    ahead = [name for name, state in states.items() if state is DatingState.NOT_BEFORE]
    yield say(
        "innovation.adoption_counts",
        area=area_names(area),
        count=len(judged),
        passed=len(passed),
        ahead=len(ahead),
        neither=len(compared) - len(passed) - len(ahead),
        refused=len(judged) - len(compared),
    )
    dated = sorted(
        ((found.bend[0], name, found.bend) for name, found in compared.items() if found.bend), reverse=True
    )
    if dated:
        told = tuple(
            say("innovation.bend_of", name=name, year=_year(value), low=_year(low), high=_year(high))
            for _, name, (value, low, high) in dated[:5]
        )
        yield say("innovation.latest_bends", bends=told)
    bounds = {
        name: found.not_before for name, found in compared.items() if name in ahead and found.not_before
    }
    if bounds:
        told = tuple(say("innovation.bound_of", name=name, year=_year(year)) for name, year in bounds.items())
        yield say("innovation.bends_ahead", bends=told[:8])
    best = [found.best for found in compared.values()]
    if best:
        logistic = sum(one == "logistic" for one in best)
        yield say("innovation.not_logistic", logistic=logistic, count=len(best))
    yield say("innovation.curve_caution")


MEASURES.register(NAME)(Measure(NAME, "innovation", (NAME,), measure_adoption))
