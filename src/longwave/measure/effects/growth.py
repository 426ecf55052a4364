"""Each driver and each dimension on growth, across countries: one arrow each, with its interval, or why none.

    g_ip = a_i + f_p + b x_{i,p-1} + c ln y_{i,p-1} + e_ip

p is a five-year window, g mean growth of output per worker (or of total factor productivity) in it, x the state in the
window before, ln y the level at its start (countries that are further behind grow faster: Barro 1991, Islam
1995), a_i and f_p country
and window effects. So a country is compared with itself, beside what happened everywhere. b is told for one standard
deviation of x within countries. Intervals and p-values are those of the wild cluster bootstrap. An arrow is an effect only
if, beyond that, it survives the correction for the number of arrows, holds where each third of countries by
income has window effects of its own, leaves zero out on the same side under the half-panel jackknife, and next
window's state does not answer for this window's growth
(the test of strict exogeneity, Wooldridge 2010, 10.7.1, with the state of the window itself kept in):
where it does, growth moves the state, and the arrow is not identified.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from longwave.core.estimate import Grade, Refusal, Sample
from longwave.core.message import Message, say
from longwave.core.panel import Panel
from longwave.measure.effects.arrow import Arrow, ArrowState, Check, Effects
from longwave.measure.effects.indicators import DIMENSIONS, DRIVERS, INDICATORS, OUTCOMES, Indicator
from longwave.measure.effects.mediate import Mediation, mediate
from longwave.measure.effects.multiple import benjamini_hochberg, romano_wolf
from longwave.measure.effects.projections import Response, local_projection
from longwave.measure.effects.regression import yearly_checks
from longwave.measure.effects.table import WINDOW, CountryTable, country_table, earlier, stacked
from longwave.measure.effects.wild import DRAWS, Wild, weights, wild
from longwave.measure.effects.wild import FEW as FEW_CLUSTERS
from longwave.measure.effects.within import Matrix, fit, jackknifed, tidy
from longwave.measure.effects.within import Sample as Rows
from longwave.measure.effects.words import chance, findings_of, signed

FEWEST_COUNTRIES, FEWEST_WINDOWS, FEWEST_ROWS = 8, 3, 24
TIGHT_GROWTH = 0.0025
"""A null is worth telling where it rules out a quarter of a percentage point of growth a year: the slow-downs that are to
be explained are of less than half a point to two points."""
TIGHT_STATE = 0.2
"""The same for a target counted in its own standard deviations within countries: a small effect after Cohen (1988)."""
_STILL = 0.02
"""A state whose movement within countries is less than this part of all its variation hardly moves within."""
GROWTH_UNIT = "share a year per standard deviation within countries"
STATE_UNIT = "standard deviations within countries"


@dataclass(frozen=True, eq=False)
class _Found:
    """What a regression gave, before the correction for how many there are."""

    arrow: Arrow
    wild: Wild | None = None
    lead: float | None = None


def effects_on_growth(panel: Panel) -> Effects:
    """Every arrow of the articles' diagrams from a panel that holds all countries, one source a variable and area.

    Never refuses as a whole: an arrow that the figures cannot carry is NOT_IDENTIFIED with its reason. Raises
    DuplicateObservations where sources or vintages overlap.
    """
    table = country_table(panel)
    draws = _Draws(len(table.countries))
    found = [*_onto_outcomes(table, draws), *_onto_states(table, draws)]
    arrows = (*_judged(found), *_era_arrows())
    mediations = tuple(_mediations(table))
    responses = _responses(table, arrows)
    used = {name for arrow in arrows for name in arrow.sources}
    refusals = () if any(one.effect is not None for one in arrows) else (_nothing(table),)
    return Effects(
        arrows,
        responses,
        mediations,
        table,
        tuple(findings_of(arrows, mediations, table, 100 * TIGHT_GROWTH, TIGHT_STATE)),
        refusals,
        tuple(sorted(used)),
        say("effects.method_responses") if responses else None,
    )


class _Draws:
    """One set of weights for all arrows, a column a country, so that arrows are compared draw by draw."""

    def __init__(self, countries: int) -> None:
        self._signs = weights(max(countries, FEW_CLUSTERS))
        self._webb = weights(FEW_CLUSTERS - 1)
        self._place = np.arange(max(countries, 1)) % (FEW_CLUSTERS - 1)

    def of(self, sample: Rows) -> Matrix:
        labels = np.unique(sample.units)
        if len(labels) >= FEW_CLUSTERS:
            return np.asarray(self._signs[:, labels], dtype=np.float64)
        return np.asarray(self._webb[:, : len(labels)], dtype=np.float64)


def _onto_outcomes(table: CountryTable, draws: _Draws) -> Iterator[_Found]:
    """From every indicator to growth and to productivity, and productivity's own part in growth."""
    for outcome in OUTCOMES:
        growth, start = table.growth[outcome], table.start[outcome]
        for one in INDICATORS:
            yield _estimated(table, draws, one, outcome, growth, start)
    yield _identity(table, draws)


def _onto_states(table: CountryTable, draws: _Draws) -> Iterator[_Found]:
    """From drivers to dimensions, and the two arrows back that the articles draw."""
    for driver in DRIVERS:
        source = _leading(table, driver)
        for dimension in DIMENSIONS:
            if dimension not in {driver, "productivity"}:
                target = _leading(table, dimension)
                yield _estimated(
                    table,
                    draws,
                    source,
                    dimension,
                    table.means[target.name],
                    earlier(table.means[target.name]),
                )
    for name, outcome, node in (
        ("productivity", "productivity", "innovation"),
        ("growth", "growth", "adaptability"),
    ):
        target = _leading(table, node)
        back = Indicator(f"{name}_growth", name, OUTCOMES[outcome], "level")
        yield _estimated(
            table,
            draws,
            back,
            node,
            table.means[target.name],
            earlier(table.means[target.name]),
            given=table.growth[outcome],
        )


def _leading(table: CountryTable, node: str) -> Indicator:
    """The first indicator of a node that enough countries have; the first of all where none has."""
    own = [one for one in INDICATORS if one.node == node]
    enough = [one for one in own if table.reach(one.name) >= FEWEST_COUNTRIES]
    return (enough or own)[0]


def _estimated(
    table: CountryTable,
    draws: _Draws,
    one: Indicator,
    target: str,
    outcome: pd.DataFrame,
    start: pd.DataFrame,
    given: pd.DataFrame | None = None,
) -> _Found:
    """One arrow with everything but the correction for the number of arrows."""
    onto_growth = target in OUTCOMES
    state = table.means.get(one.name, pd.DataFrame()) if given is None else given
    arrow = Arrow(
        one.node,
        target,
        one.name,
        ArrowState.NOT_IDENTIFIED,
        GROWTH_UNIT if onto_growth else STATE_UNIT,
        first=given is not None or not onto_growth or one == _leading(table, one.node),
        sources=tuple(sorted({name for need in one.needs for name in table.sources.get(need, ())})),
    )
    lacking = outcome.empty or state.empty or (given is None and table.reach(one.name) < FEWEST_COUNTRIES)
    if lacking:
        return _Found(replace(arrow, reason=_lacking(table, one, outcome, target)))
    values, units, times = stacked([outcome, earlier(state), start], table.countries)
    sample = tidy(values[:, 0], values[:, 1:], units, times)
    if _too_few(sample):
        reason = say(
            "effects.too_few",
            countries=sample.clusters,
            windows=sample.periods,
            fewest=FEWEST_COUNTRIES,
            windows_needed=FEWEST_WINDOWS,
        )
        return _Found(replace(arrow, reason=reason))
    deviation, total = _deviation(sample.x[:, 0], sample)
    size = 1.0 if onto_growth else _deviation(sample.y, sample)[0]
    bootstrap = wild(sample, draws.of(sample)) if deviation > _STILL * total and size > 0 else None
    if bootstrap is None:
        return _Found(replace(arrow, reason=say("effects.still", indicator=_indicator(one.name))))
    scale = deviation / size
    low, high = bootstrap.interval()
    lead = _lead_test(outcome, state, start, table, draws)
    checks = [Check("lead", p_value=lead)] if lead is not None else []
    half = jackknifed(sample)
    if half is not None:
        checks.append(_jackknife_check(half.b[0] * scale, half.error() * scale, half.clusters))
    thirds = _thirds_check(sample, table, scale)
    checks += [] if thirds is None else [thirds]
    if target == "growth" and arrow.first and not one.sparse:
        checks += _yearly(table, one, target, deviation)
    first = int(sample.times.min()) - WINDOW + 1
    found = replace(
        arrow,
        effect=bootstrap.b * scale,
        low=low * scale,
        high=high * scale,
        deviation=deviation,
        p_value=bootstrap.p_value(0.0),
        grade=_grade(sample, min(table.observed.get(name, 1.0) for name in one.needs)),
        sample=Sample(len(sample.y), str(first), str(int(sample.times.max()))),
        clusters=sample.clusters,
        periods=sample.periods,
        checks=tuple(checks),
        method=say(
            "effects.method_windows",
            countries=sample.clusters,
            windows=sample.periods,
            first=str(first),
            last=str(int(sample.times.max())),
            draws=DRAWS,
        ),
    )
    if one.mechanical and (onto_growth or given is not None):
        reason = say("effects.mechanical_reason", indicator=_indicator(one.name))
        return _Found(replace(found, state=ArrowState.MECHANICAL, reason=reason), None, lead)
    return _Found(found, bootstrap, lead)


def _identity(table: CountryTable, draws: _Draws) -> _Found:
    """Productivity's part in growth in the same window: an identity of the accounts, told as such."""
    arrow = Arrow("productivity", "growth", "productivity_growth", ArrowState.MECHANICAL, GROWTH_UNIT)
    arrow = replace(arrow, reason=say("effects.accounts_reason"))
    growth, productivity = table.growth["growth"], table.growth["productivity"]
    values, units, times = stacked([growth, productivity], table.countries)
    sample = tidy(values[:, 0], values[:, 1:], units, times)
    if _too_few(sample):
        return _Found(arrow)
    deviation, _ = _deviation(sample.x[:, 0], sample)
    bootstrap = wild(sample, draws.of(sample))
    if bootstrap is None:
        return _Found(arrow)
    low, high = bootstrap.interval()
    needs = (*OUTCOMES["growth"], *OUTCOMES["productivity"])
    return _Found(
        replace(
            arrow,
            effect=bootstrap.b * deviation,
            low=low * deviation,
            high=high * deviation,
            deviation=deviation,
            grade=_grade(sample, 1.0),
            sample=Sample(
                len(sample.y), str(int(sample.times.min()) - WINDOW + 1), str(int(sample.times.max()))
            ),
            clusters=sample.clusters,
            periods=sample.periods,
            sources=tuple(sorted({name for need in needs for name in table.sources.get(need, ())})),
        )
    )


def _lead_test(
    outcome: pd.DataFrame, state: pd.DataFrame, start: pd.DataFrame, table: CountryTable, draws: _Draws
) -> float | None:
    """p-value of next window's state in this window's regression; None where the windows are too few."""
    frames = [outcome, earlier(state, -1), state, earlier(state), start]
    values, units, times = stacked(frames, table.countries)
    sample = tidy(values[:, 0], values[:, 1:], units, times)
    if sample.clusters < FEWEST_COUNTRIES or sample.periods < 2 or len(sample.y) < FEWEST_ROWS:
        return None
    bootstrap = wild(sample, draws.of(sample))
    return None if bootstrap is None else bootstrap.p_value(0.0)


def _thirds_check(sample: Rows, table: CountryTable, scale: float, level: float = 0.95) -> Check | None:
    """The same with window effects of their own for the richest, the middle and the poorest third of countries, so
    that countries are compared with their like; None where the thirds would be too small."""
    from scipy.stats import t as student

    third = table.thirds[sample.units]
    if (third < 0).any() or min(
        len(np.unique(sample.units[third == each])) for each in range(3)
    ) < FEWEST_COUNTRIES:
        return None
    among = tidy(sample.y, sample.x, sample.units, sample.times * 3 + third)
    found = fit(among)
    if not found.determined or found.error() <= 0:
        return None
    b, error = found.b[0] * scale, found.error() * scale
    half = float(student.ppf(0.5 + level / 2, found.clusters - 1)) * error
    p = float(2 * student.sf(abs(b) / error, found.clusters - 1))
    return Check("income_thirds", b, b - half, b + half, p)


def _jackknife_check(effect: float, error: float, clusters: int, level: float = 0.95) -> Check:
    from scipy.stats import t as student

    half = float(student.ppf(0.5 + level / 2, clusters - 1)) * error
    return Check("half_panel_jackknife", effect, effect - half, effect + half)


def _yearly(table: CountryTable, one: Indicator, target: str, deviation: float) -> tuple[Check, ...]:
    logs, state = table.logs[target], table.states[one.name]
    frames = [logs.diff(), _next_year(state), _next_year(logs)]
    values, units, times = stacked(frames, table.countries)
    sample = tidy(values[:, 0], values[:, 1:], units, times)
    if sample.clusters < FEWEST_COUNTRIES or sample.periods < 2 * FEWEST_WINDOWS:
        return ()
    return yearly_checks(sample.y, sample.x, sample.units, sample.times, deviation)


def _next_year(frame: pd.DataFrame) -> pd.DataFrame:
    moved = frame.copy()
    moved.index = moved.index + 1
    return moved


def _deviation(values: Matrix, sample: Rows) -> tuple[float, float]:
    """Standard deviation within countries and years, and of everything."""
    left = fit(Rows(values, np.empty((len(values), 0)), sample.units, sample.times)).resid
    return float(np.sqrt((left**2).mean())), float(values.std())


def _too_few(sample: Rows) -> bool:
    return (
        sample.clusters < FEWEST_COUNTRIES or sample.periods < FEWEST_WINDOWS or len(sample.y) < FEWEST_ROWS
    )


def _grade(sample: Rows, observed: float) -> Grade:
    """A from 40 countries over 30 years, B from 30 over 20, C from 10 over 15; one lost where less than nine tenths of
    the indicator's figures were observed."""
    years = WINDOW * sample.periods
    ladder = ((40, 30), (30, 20), (10, 15))
    step = next((rank for rank, (c, y) in enumerate(ladder) if sample.clusters >= c and years >= y), 3)
    return (Grade.A, Grade.B, Grade.C, Grade.D)[min(step + (observed < 0.9), 3)]


def _lacking(table: CountryTable, one: Indicator, outcome: pd.DataFrame, target: str) -> Message:
    there = table.reach(one.name)
    if outcome.empty or (one.node in OUTCOMES and there == 0):
        return say("effects.no_outcome", target=_node(target if outcome.empty else one.node))
    return say("effects.no_figures", indicator=_indicator(one.name), countries=there, fewest=FEWEST_COUNTRIES)


def _judged(found: list[_Found]) -> Iterator[Arrow]:
    """The states, once the p-values answer for the number of arrows."""
    tested = [which for which, one in enumerate(found) if one.wild is not None]
    p = np.array([found[which].arrow.p_value for which in tested], dtype=float)
    q = dict(zip(tested, benjamini_hochberg(p), strict=True))
    pairs = [one for which in tested if (one := found[which].wild) is not None]
    family: dict[int, float] = {}
    if pairs:
        drawn = np.column_stack([np.abs(one.draws(0.0)) for one in pairs])
        actual = np.array([abs(one.statistic(0.0)) for one in pairs])
        family = dict(zip(tested, romano_wolf(actual, drawn), strict=True))
    for which, each in enumerate(found):
        if each.wild is None:
            yield each.arrow
            continue
        arrow = replace(each.arrow, q_value=float(q[which]), family_p=float(family[which]))
        yield _with_state(arrow, each.lead)


def _with_state(arrow: Arrow, lead: float | None) -> Arrow:
    low, high = arrow.low, arrow.high
    if low is None or high is None or arrow.q_value is None:
        return arrow
    if lead is not None and lead <= 0.05:
        return replace(arrow, reason=say("effects.reverse", p=chance("p", lead, 3)))
    clear = (low > 0 or high < 0) and arrow.q_value <= 1 - arrow.level
    if clear and lead is None:
        return replace(arrow, reason=say("effects.lead_untested"))
    if clear and (weak := _fragile(arrow)):
        return replace(arrow, reason=weak)
    if clear:
        return replace(arrow, state=ArrowState.EFFECT)
    half = arrow.check("half_panel_jackknife")
    bound = max(abs(low), abs(high), *_bounds(half))
    tight = TIGHT_GROWTH if arrow.unit == GROWTH_UNIT else TIGHT_STATE
    thirds = arrow.check("income_thirds")
    if low <= 0 <= high and thirds is not None and (thirds.p_value or 1.0) <= 0.01:
        words = _span(arrow, thirds.low, thirds.high)
        p = chance("p", thirds.p_value or 0.0, 3)
        return replace(arrow, reason=say("effects.differs_in_thirds", p=p, **words))
    if low <= 0 <= high and half is not None and not _holds_zero(half):
        return replace(arrow, reason=say("effects.seen_by_jackknife", **_span(arrow, half.low, half.high)))
    if bound <= tight and low <= 0 <= high:
        return replace(arrow, state=ArrowState.NO_EFFECT, bound=bound)
    if low > 0 or high < 0:
        return replace(arrow, reason=say("effects.by_chance", q=chance("q", arrow.q_value, 2)))
    return replace(arrow, reason=_vague(arrow, half))


def _vague(arrow: Arrow, half: Check | None) -> Message:
    """The interval, and the jackknife's beside it where that is the wider one."""
    wider = half is not None and max(_bounds(half)) > max(abs(arrow.low or 0.0), abs(arrow.high or 0.0))
    beside = (
        say("effects.jackknife_beside", **_span(arrow, half.low, half.high))
        if half is not None and wider
        else say("measure.nothing")
    )
    points = arrow.unit == GROWTH_UNIT
    return say(
        "effects.vague_points" if points else "effects.vague_deviations",
        tight=100 * TIGHT_GROWTH if points else TIGHT_STATE,
        beside=beside,
        **_span(arrow, arrow.low, arrow.high),
    )


def _span(arrow: Arrow, low: float | None, high: float | None) -> dict[str, str]:
    """An interval in the unit in which the arrow is told."""
    scale = 100 if arrow.unit == GROWTH_UNIT else 1
    return {"low": signed(scale * (low or 0.0)), "high": signed(scale * (high or 0.0))}


def _bounds(half: Check | None) -> tuple[float, ...]:
    return () if half is None else (abs(half.low or 0.0), abs(half.high or 0.0))


def _holds_zero(half: Check) -> bool:
    return (half.low or 0.0) <= 0 <= (half.high or 0.0)


def _fragile(arrow: Arrow) -> Message | None:
    """Why an interval that leaves zero out is not believed: it is lost among countries of like income, or the
    half-panel jackknife gives it another sign, cannot tell it from zero, or cannot be made."""
    thirds, half = arrow.check("income_thirds"), arrow.check("half_panel_jackknife")
    effect = arrow.effect or 0.0
    if thirds is not None and thirds.effect is not None and thirds.p_value is not None:
        lost = thirds.effect * effect <= 0 or thirds.p_value > 1 - arrow.level
        if lost:
            return say("effects.lost_in_thirds", p=chance("p", thirds.p_value, 2))
    if half is None or half.effect is None:
        return say("effects.jackknife_untested")
    if half.effect * effect <= 0:
        return say("effects.turned_by_jackknife")
    if _holds_zero(half):
        return say("effects.lost_in_jackknife", **_span(arrow, half.low, half.high))
    return None


def _era_arrows() -> Iterator[Arrow]:
    """The era on everything: it is the same for all countries in a year, so no comparison of countries can see it."""
    for target in dict.fromkeys(("growth", *DRIVERS, *DIMENSIONS)):
        yield Arrow(
            "era",
            target,
            "year_effects",
            ArrowState.NOT_IDENTIFIED,
            GROWTH_UNIT,
            reason=say("effects.era_reason"),
        )


def _mediations(table: CountryTable) -> Iterator[Mediation]:
    found = list(_paths(table))
    if not found:
        return
    q = benjamini_hochberg(np.array([one.p_value for one in found]))
    for one, value in zip(found, q, strict=True):
        yield replace(one, q_value=float(value))


def _paths(table: CountryTable) -> Iterator[Mediation]:
    """Driver two windows before growth, dimension one before; what enters output by identity is no path."""
    growth, start = table.growth["growth"], table.start["growth"]
    for driver in DRIVERS:
        for dimension in DIMENSIONS:
            if dimension in {driver, "productivity"}:
                continue
            cause, way = _leading(table, driver), _leading(table, dimension)
            if way.mechanical:
                continue
            d, m = table.means[cause.name], table.means[way.name]
            if growth.empty or d.empty or m.empty:
                continue
            frames = [growth, earlier(d, 2), earlier(m), start, earlier(m, 2)]
            values, units, times = stacked(frames, table.countries)
            sample = tidy(values[:, 0], values[:, 1:], units, times)
            if _too_few(sample):
                continue
            deviation, total = _deviation(sample.x[:, 0], sample)
            path = mediate(sample) if deviation > _STILL * total else None
            if path is None:
                continue
            first, last = int(sample.times.min()) - WINDOW + 1, int(sample.times.max())
            observed = min(table.observed.get(name, 1.0) for name in (*cause.needs, *way.needs))
            yield Mediation(
                driver,
                dimension,
                indirect=deviation * path.indirect,
                low=deviation * path.low,
                high=deviation * path.high,
                direct=deviation * path.direct,
                total=deviation * path.total,
                rho=path.rho,
                p_value=path.p_value,
                q_value=1.0,
                clusters=sample.clusters,
                observations=len(sample.y),
                grade=_grade(sample, observed),
                first=first,
                last=last,
                method=say(
                    "effects.method_mediation",
                    countries=sample.clusters,
                    windows=sample.periods,
                    first=str(first),
                    last=str(last),
                    rho=signed(path.rho),
                ),
            )


def _responses(table: CountryTable, arrows: tuple[Arrow, ...]) -> dict[str, Response]:
    """Local projections of output per worker on the first indicator of every node that has yearly figures and whose arrow no
    check speaks against: a curve would only repeat what was not believed."""
    flawed = {arrow.indicator for arrow in arrows if arrow.target == "growth" and arrow.flawed}
    logs = table.logs["growth"]
    found = {}
    nodes = dict.fromkeys((*DRIVERS, *DIMENSIONS))
    for node in nodes:
        if node == "productivity" or logs.empty:
            continue
        one = _leading(table, node)
        state = table.states[one.name]
        if one.sparse or one.name in flawed or one.how == "speed" or state.empty:
            continue
        response = local_projection(logs, state)
        if response is not None:
            found[one.name] = response
    return found


def _nothing(table: CountryTable) -> Refusal:
    if table.growth["growth"].empty:
        return Refusal("effects", say("effects.no_output"), say("effects.no_output_mend"))
    reason = say("effects.few_countries", countries=len(table.countries), fewest=FEWEST_COUNTRIES)
    return Refusal("effects", reason, say("effects.few_countries_mend"))


def _indicator(name: str) -> Message:
    return say(f"effects.indicator_{name}")


def _node(name: str) -> Message:
    return say(f"effects.node_{name}")
