"""What is known of a parameter of a domain's model: the area's own figures, those of other countries, or the
literature.

    A  found in the area's own figures: 25 years or more, the sign that theory says, |t| > 2, the same in both halves
    B  the own estimate drawn towards the mean of the countries (empirical Bayes: weight tau^2 / (tau^2 + own
    variance), tau^2
       between countries by Paule and Mandel), or the panel's own estimate with country and year effects
    C  a range of the literature, or the user's, drawn evenly
    D  not known: nothing to estimate from, or figures that speak against the relation. D is where a relation is
    measured well in the
       area's own figures and is not there: the interval holds nought and leaves out the mean of the countries.

Least squares with Newey-West errors by `macro.estimate`, on the equation as the domain's ``estimates.lw`` writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longwave.core.area import area_names
from longwave.core.errors import DataError, UsageError
from longwave.core.estimate import Estimate, Grade, Refusal, Sample
from longwave.core.message import Message, Names, say
from longwave.core.panel import Panel
from longwave.core.period import Frequency, Period
from longwave.macro.databank import Databank
from longwave.macro.estimate.design import EquationDesign, design, find_equation
from longwave.macro.estimate.ols import ordinary
from longwave.macro.language.tree import names_in
from longwave.macro.model import Model, Parameter
from longwave.policy.domain import Domain, Uncertain
from longwave.policy.evidence import State, series_of, shelf_of

Vector = NDArray[np.float64]

FEWEST_OWN, FEWEST_FOR_A, FEWEST_COUNTRIES = 12, 25, 10
_NORMAL_90 = 1.6448536269514722
_NORMAL_95 = 1.959963984540054


@dataclass(frozen=True, eq=False)
class ParameterEvidence:
    """One parameter: the distribution that is drawn from, and what it rests on.

    value: the centre; low, high: 90 %; shape: "normal" (spread is its standard deviation), "uniform" (between low
    and high, which are then the whole range) or "fixed"; own, pooled: the estimates behind it in the parameter's
    scale; years: of the own sample; residuals: of the own equation, by year. refusal: why the grade is D.
    """

    uncertain: Uncertain
    names: Names
    value: float
    low: float
    high: float
    shape: str
    spread: float
    grade: Grade
    basis: Message
    own: Estimate | None = None
    pooled: Estimate | None = None
    refusal: Refusal | None = None
    residuals: pd.Series | None = None

    def draws(self, count: int, seed: int, bounds: tuple[float, float], widen: float = 1.0) -> Vector:
        """`count` draws within `bounds` and on the side that theory says; widen: what the spread is multiplied by."""
        low, high = bounds
        if self.uncertain.sign > 0:
            low = max(low, 0.0)
        elif self.uncertain.sign < 0:
            high = min(high, 0.0)
        generator = np.random.default_rng([seed, *self.uncertain.name.encode()])
        if self.shape == "fixed":
            return np.full(count, self.value)
        if self.shape == "uniform":
            half = widen * (self.high - self.low) / 2.0
            middle = (self.high + self.low) / 2.0
            return generator.uniform(max(low, middle - half), min(high, middle + half), count)
        from scipy.stats import truncnorm

        spread = widen * self.spread
        return np.asarray(
            truncnorm.rvs(
                (low - self.value) / spread, (high - self.value) / spread, loc=self.value, scale=spread, size=count,
                random_state=generator,
            )
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Found:
    """A coefficient in one country: value and standard error, in the parameter's scale."""

    value: float
    error: float
    years: tuple[str, str]
    count: int
    stable: bool
    residuals: pd.Series

    @property
    def low(self) -> float:
        return self.value - _NORMAL_95 * self.error

    @property
    def high(self) -> float:
        return self.value + _NORMAL_95 * self.error


def parameters_of(
    domain: Domain,
    state: State,
    world: Panel,
    given: Mapping[str, tuple[float, float]] | None = None,
    across: Across | None = None,
) -> dict[str, ParameterEvidence]:
    """Every uncertain parameter of a domain for an area. given: the user's own ranges; across: the estimates in
    other countries, shared by calls for several areas."""
    shared = across or Across(domain, world)
    strange = sorted(set(given or {}) - {each.name for each in domain.parameters})
    if strange:
        raise UsageError(
            say("policy.no_parameter", name=strange[0], domain=domain.names),
            say("policy.no_parameter_mend", names=tuple(each.name for each in domain.parameters)),
        )
    return {
        each.name: _users(domain, each, (given or {})[each.name])
        if each.name in (given or {})
        else _one(domain, each, state, shared)
        for each in domain.parameters
    }


class Across:
    """Estimates of the domain's equations in every country, made when they are first wanted."""

    def __init__(self, domain: Domain, world: Panel) -> None:
        self._domain = domain
        self._world = world
        self._found: dict[tuple[str, str], dict[str, Found]] = {}
        self._countries = tuple(world.areas())
        self._series: dict[str, dict[str, pd.Series | None]] = {}

    def own(self, uncertain: Uncertain, state: State) -> Found | None:
        made = {name: each.values for name, each in state.evidence.items()}
        return _found(self._domain, uncertain, lambda name: _series(name, made, self._world, state.area))

    def others(self, uncertain: Uncertain, area: str) -> list[Found]:
        key = (uncertain.equation, uncertain.name)
        if key not in self._found:
            self._found[key] = {
                country: one
                for country in self._countries
                if (one := self._of(uncertain, country)) is not None
            }
        return [one for country, one in self._found[key].items() if country != area]

    def _of(self, uncertain: Uncertain, country: str) -> Found | None:
        return _found(self._domain, uncertain, self._look(country))

    def _look(self, country: str) -> Look:
        """Indicators of the domain and concepts of a country, each made once."""
        made = self._series.setdefault(country, {})
        by_name = {each.name: each for each in self._domain.indicators}
        shelf = shelf_of(self._world.of_area(country), country)

        def look(name: str) -> pd.Series | None:
            if name not in made:
                if name in by_name:
                    made[name] = series_of(by_name[name], self._world, country)
                else:
                    made[name] = None if shelf.look(name) is not None else _years(shelf.values(name))
            return made[name]

        return look

    def two_way(self, uncertain: Uncertain) -> tuple[float, float, int, int] | None:
        """Country and year effects: coefficient, its error clustered by country, countries and observations."""
        from linearmodels.panel import PanelOLS

        rows: list[pd.DataFrame] = []
        for country in self._countries:
            ready = self._design(uncertain, country)
            if ready is None or ready.regressors is None or ready.dependent is None:
                continue
            frame = pd.DataFrame(ready.regressors, columns=list(ready.coefficients))
            frame["left"] = ready.dependent
            frame["country"], frame["year"] = country, [each.year for each in ready.periods]
            rows.append(frame)
        if len(rows) < FEWEST_COUNTRIES:
            return None
        table = pd.concat(rows).set_index(["country", "year"])
        varying = [name for name in table.columns if name != "left" and table[name].nunique() > 1]
        fitted = PanelOLS(
            table["left"],
            table[varying],
            entity_effects=True,
            time_effects=True,
            drop_absorbed=True,
            check_rank=False,
        ).fit(cov_type="clustered", cluster_entity=True)
        if uncertain.coefficient not in fitted.params.index:
            return None
        return (
            float(fitted.params[uncertain.coefficient]) * uncertain.factor,
            float(fitted.std_errors[uncertain.coefficient]) * abs(uncertain.factor),
            len(rows), len(table),
        )  # fmt: skip

    def _design(self, uncertain: Uncertain, country: str) -> EquationDesign | None:
        return _designed(self._domain, uncertain, self._look(country))


Look = Callable[[str], "pd.Series | None"]


def _series(name: str, made: Mapping[str, pd.Series], world: Panel, area: str) -> pd.Series | None:
    if name in made:
        return made[name]
    shelf = shelf_of(world.of_area(area), area)
    return None if shelf.look(name) is not None else _years(shelf.values(name))


def _years(values: pd.Series) -> pd.Series:
    return pd.Series(values.to_numpy(), index=[int(each) for each in values.index], dtype=float)


def _designed(domain: Domain, uncertain: Uncertain, look: Look) -> EquationDesign | None:
    """The equation on one country's figures; None where they cannot carry it."""
    model = domain.estimates
    assert model is not None  # noqa: S101  the reader has checked that an equation comes with its file
    equation = find_equation(model, uncertain.equation)
    parameters = {each.name for each in model.parameters}
    wanted = sorted((names_in(equation.left) | names_in(equation.right)) - parameters)
    found = {name: look(name) for name in wanted}
    bank = bank_of({name: one for name, one in found.items() if one is not None})
    if bank is None or len(bank.names) < len(wanted):
        return None
    try:
        # Years that are not known are bridged for the design to be made and leave it again.
        ready = design(model, equation, _bridged(bank), first=_first(uncertain, bank))
        known = set(_known_periods(ready, bank))
        kept = [each for each in ready.periods if each in known and str(each) not in uncertain.skip]
        return ready.at(kept) if len(kept) < len(ready.periods) else ready
    except (DataError, UsageError):
        return None


def _bridged(bank: Databank) -> Databank:
    """The bank with straight lines over years within that are not known."""
    frame = pd.DataFrame(bank.values)
    if not frame.isna().to_numpy().any():
        return bank
    return Databank(bank.first, bank.names, frame.interpolate(limit_area="inside").to_numpy())


def _known_periods(ready: EquationDesign, bank: Databank) -> list[Period]:
    """The periods of a design for which everything that the equation reads is known in the bank."""
    own = replace(ready, _data=bank.columns(ready.columns))
    nought = np.zeros(len(ready.coefficients))
    known = np.isfinite(own.errors(nought)) & np.isfinite(own.slopes(nought)).all(axis=1)
    return [period for period, each in zip(ready.periods, known, strict=True) if each]


def _first(uncertain: Uncertain, bank: Databank) -> Period | None:
    wanted = Period.parse(uncertain.first) if uncertain.first else None
    return wanted if wanted is not None and wanted - bank.first > 0 and bank.last - wanted > 0 else None


def bank_of(series: Mapping[str, pd.Series]) -> Databank | None:
    """Yearly series side by side, over the years that all of them span."""
    known = {name: each.dropna() for name, each in series.items()}
    if not known or any(each.empty for each in known.values()):
        return None
    first = max(int(each.index[0]) for each in known.values())
    last = min(int(each.index[-1]) for each in known.values())
    if last <= first:
        return None
    years = range(first, last + 1)
    values = np.column_stack([each.reindex(years).to_numpy(dtype=float) for each in known.values()])
    return Databank(Period(Frequency.ANNUAL, first), tuple(known), values)


def _found(domain: Domain, uncertain: Uncertain, look: Look) -> Found | None:
    ready = _designed(domain, uncertain, look)
    if ready is None or ready.dependent is None or ready.regressors is None:
        return None
    y, x = ready.dependent, ready.regressors
    place = ready.coefficients.index(uncertain.coefficient)
    if len(y) < max(FEWEST_OWN, 2 * x.shape[1] + 4) or np.linalg.matrix_rank(x) < x.shape[1]:
        return None
    whole = ordinary(y, x, "HAC")
    residual = y - x @ whole.free
    if float(residual @ residual) <= 1e-18 * float(y @ y):
        return None
    scale = uncertain.factor
    return Found(
        value=float(whole.free[place]) * scale,
        error=float(np.sqrt(max(whole.covariance[place, place], 0.0))) * abs(scale),
        years=(str(ready.periods[0]), str(ready.periods[-1])),
        count=len(y),
        stable=_stable(y, x, place),
        residuals=pd.Series(residual, index=[each.year for each in ready.periods]),
    )


def _stable(y: Vector, x: Vector, place: int) -> bool:
    """Whether the two halves of the sample say the same: their difference within two of its standard errors."""
    half = len(y) // 2
    if half <= x.shape[1] + 3:
        return False
    parts = []
    for rows in (slice(None, half), slice(half, None)):
        if np.linalg.matrix_rank(x[rows]) < x.shape[1]:
            return False
        parts.append(ordinary(y[rows], x[rows], "HC1"))
    gap = abs(parts[0].free[place] - parts[1].free[place])
    return bool(gap <= 2.0 * np.sqrt(parts[0].covariance[place, place] + parts[1].covariance[place, place]))


def _one(domain: Domain, uncertain: Uncertain, state: State, across: Across) -> ParameterEvidence:
    names = _names(domain.model, uncertain.name)
    if uncertain.indicator:
        return _of_band(uncertain, names, state)
    if uncertain.pooling == "two_way" and uncertain.equation:
        return _by_panel(uncertain, names, across, state)
    own = across.own(uncertain, state) if uncertain.equation else None
    if own is not None and _strong(own, uncertain):
        if not _sensible(uncertain, own.value):
            return _senseless(uncertain, names, own, state.area)
        return _graded_a(uncertain, names, own, state.area)
    pooled = (
        _pooled(across.others(uncertain, state.area))
        if uncertain.equation and uncertain.pooling == "shrink"
        else None
    )
    if own is not None and pooled is not None:
        if _denied(own, uncertain, pooled):
            return _denial(uncertain, names, own, pooled, state.area)
        return _shrunk(uncertain, names, own, pooled, state.area)
    if uncertain.low is not None and uncertain.high is not None:
        found = _literature(uncertain, names, state)
        return (
            found if own is None else replace(found, own=_estimate(uncertain, own), residuals=own.residuals)
        )
    reason = say("policy.parameter_unknown", name=names, area=area_names(state.area))
    return _unknown(
        uncertain,
        names,
        Refusal(uncertain.name, reason, say("policy.parameter_unknown_mend", name=uncertain.name)),
    )


def _of_band(uncertain: Uncertain, names: Names, state: State) -> ParameterEvidence:
    """By how much the last figure of an indicator may be wrong: nought on average, as wide as its band."""
    evidence = state.evidence.get(uncertain.indicator)
    half = 0.0 if evidence is None else (evidence.latest.high - evidence.latest.low) / 2.0
    if evidence is None or not half > 0.0:
        known = evidence is not None
        basis = say("policy.basis_exact" if known else "policy.basis_untold")
        grade = Grade.A if known else Grade.C
        return ParameterEvidence(uncertain, names, 0.0, 0.0, 0.0, "fixed", 0.0, grade, basis)
    spread = half / _NORMAL_95
    basis = say(
        "policy.basis_band", name=evidence.indicator.names, year=str(evidence.year), spread=f"{spread:.2g}"
    )
    reach = _NORMAL_90 * spread
    return ParameterEvidence(uncertain, names, 0.0, -reach, reach, "normal", spread, evidence.grade, basis)


def _strong(own: Found, uncertain: Uncertain) -> bool:
    right = uncertain.sign == 0 or own.value * uncertain.sign > 0.0
    return own.count >= FEWEST_FOR_A and right and abs(own.value) > 2.0 * own.error and own.stable


@dataclass(frozen=True, slots=True)
class Pool:
    """Mean over countries, its standard error, the spread between countries, and how many they are."""

    mean: float
    error: float
    spread: float
    countries: int


def _pooled(others: Sequence[Found]) -> Pool | None:
    """The mean of the countries by random effects; estimates of no precision are left out."""
    kept = [each for each in others if np.isfinite(each.value) and 0.0 < each.error < np.inf]
    if len(kept) < FEWEST_COUNTRIES:
        return None
    values, errors = np.array([e.value for e in kept]), np.array([e.error for e in kept])
    # A handful of countries in hyperinflation or war would make the spread between countries as wide as the world.
    middle = np.median(values)
    width = 1.4826 * np.median(np.abs(values - middle))
    inside = np.abs(values - middle) <= 5.0 * max(width, 1e-12)
    values, errors = values[inside], errors[inside]
    from statsmodels.stats.meta_analysis import combine_effects

    joint = combine_effects(values, errors**2, method_re="iterated")
    return Pool(
        float(joint.mean_effect_re),
        float(joint.sd_eff_w_re),
        float(np.sqrt(max(joint.tau2, 0.0))),
        len(values),
    )


def _denied(own: Found, uncertain: Uncertain, pool: Pool) -> bool:
    """Whether the area's own figures measure well that the relation is not there, or runs the other way."""
    if own.count < FEWEST_OWN or uncertain.sign == 0:
        return False
    wrong = own.high < 0.0 if uncertain.sign > 0 else own.low > 0.0
    nought = own.low <= 0.0 <= own.high
    apart = not own.low <= pool.mean <= own.high
    return wrong or (nought and apart and pool.mean * uncertain.sign > 0.0)


def _shrunk(uncertain: Uncertain, names: Names, own: Found, pool: Pool, area: str) -> ParameterEvidence:
    variance = pool.spread**2
    weight = variance / (variance + own.error**2) if variance > 0.0 else 0.0
    value = weight * own.value + (1.0 - weight) * pool.mean
    spread = float(np.sqrt(weight * own.error**2 + (1.0 - weight) ** 2 * pool.error**2))
    spread = max(spread, 1e-9 * max(1.0, abs(value)))
    low, high = value - _NORMAL_90 * spread, value + _NORMAL_90 * spread
    right = uncertain.sign == 0 or value * uncertain.sign > 0.0
    if not right:
        reason = say("policy.parameter_wrong", name=names, value=f"{value:.3g}", area=area_names(area))
        return _unknown(uncertain, names, Refusal(uncertain.name, reason, _own_mend(uncertain)))
    clear = low > 0.0 or high < 0.0
    basis = say(
        "policy.basis_shrunk", own=f"{own.value:.3g}", error=f"{own.error:.2g}", first=own.years[0], last=own.years[1],
        mean=f"{pool.mean:.3g}", countries=pool.countries, weight=weight,
    )  # fmt: skip
    grade = Grade.B if clear else Grade.C
    pooled = Estimate(uncertain.name, value, low, high, "", basis, Sample(own.count, *own.years), grade, 0.9)
    return ParameterEvidence(
        uncertain, names, value, low, high, "normal", spread, grade, basis, _estimate(uncertain, own), pooled,
        residuals=own.residuals,
    )  # fmt: skip


def _graded_a(uncertain: Uncertain, names: Names, own: Found, area: str) -> ParameterEvidence:
    half = _NORMAL_90 * own.error
    basis = say(
        "policy.basis_own", area=area_names(area), value=f"{own.value:.3g}", error=f"{own.error:.2g}", first=own.years[0],
        last=own.years[1], years=own.count,
    )  # fmt: skip
    return ParameterEvidence(
        uncertain, names, own.value, own.value - half, own.value + half, "normal", own.error, Grade.A, basis,
        _estimate(uncertain, own), residuals=own.residuals,
    )  # fmt: skip


def _by_panel(uncertain: Uncertain, names: Names, across: Across, state: State) -> ParameterEvidence:
    """The coefficient of all countries with country and year effects."""
    found = across.two_way(uncertain)
    if found is not None:
        value, error, countries, observations = found
        right = uncertain.sign == 0 or value * uncertain.sign > 0.0
        basis = say(
            "policy.basis_panel", value=f"{value:.3g}", error=f"{error:.2g}", countries=countries, observations=observations
        )  # fmt: skip
        half = _NORMAL_90 * error
        if right and abs(value) > 2.0 * error:
            pooled = Estimate(
                uncertain.name, value, value - half, value + half, "", basis, Sample(observations, "", ""), Grade.B, 0.9
            )  # fmt: skip
            return ParameterEvidence(
                uncertain,
                names,
                value,
                value - half,
                value + half,
                "normal",
                error,
                Grade.B,
                basis,
                pooled=pooled,
            )
        if uncertain.low is None:
            reason = say("policy.parameter_panel", name=names, value=f"{value:.3g}", error=f"{error:.2g}")
            return _unknown(uncertain, names, Refusal(uncertain.name, reason, _own_mend(uncertain)))
    if uncertain.low is not None:
        return _literature(uncertain, names, state)
    reason = say("policy.parameter_no_panel", name=names, countries=FEWEST_COUNTRIES)
    return _unknown(uncertain, names, Refusal(uncertain.name, reason, _own_mend(uncertain)))


def _literature(uncertain: Uncertain, names: Names, state: State) -> ParameterEvidence:
    """The range as it stands; from the last figure of `at_least` up where that lies above its lower end."""
    assert uncertain.low is not None and uncertain.high is not None  # noqa: S101
    low, high = uncertain.low, uncertain.high
    basis = say("policy.basis_literature", low=f"{low:g}", high=f"{high:g}", source=uncertain.source)
    there = state.evidence.get(uncertain.at_least)
    if there is not None and there.latest.value > low:
        low, high = there.latest.value, max(high, there.latest.value)
        basis = say(
            "policy.basis_raised", low=f"{low:.3g}", high=f"{high:.3g}", name=there.indicator.names,
            year=str(there.year), source=uncertain.source,
        )  # fmt: skip
    return ParameterEvidence(
        uncertain, names, (low + high) / 2, low, high, "uniform", (high - low) / np.sqrt(12.0), Grade.C, basis
    )


def _users(domain: Domain, uncertain: Uncertain, bounds: tuple[float, float]) -> ParameterEvidence:
    low, high = bounds
    names = _names(domain.model, uncertain.name)
    least, most = _allowed(domain.model, uncertain)
    if not (np.isfinite([low, high]).all() and least <= low <= high <= most):
        raise UsageError(
            say("policy.range_outside", name=names, low=f"{low:g}", high=f"{high:g}"),
            say("policy.range_outside_mend", name=uncertain.name, least=f"{least:g}", most=f"{most:g}"),
        )
    basis = say("policy.basis_user", low=f"{low:g}", high=f"{high:g}")
    shape = "uniform" if high > low else "fixed"
    return ParameterEvidence(
        uncertain, names, (low + high) / 2, low, high, shape, (high - low) / np.sqrt(12.0), Grade.C, basis
    )


def _allowed(model: Model, uncertain: Uncertain) -> tuple[float, float]:
    """What a parameter may be: within the model's bounds and on the side that theory says."""
    found = next(each for each in model.parameters if each.name == uncertain.name)
    low = -np.inf if found.low is None else found.low
    high = np.inf if found.high is None else found.high
    return (max(low, 0.0) if uncertain.sign > 0 else low), (min(high, 0.0) if uncertain.sign < 0 else high)


def _denial(uncertain: Uncertain, names: Names, own: Found, pool: Pool, area: str) -> ParameterEvidence:
    reason = say(
        "policy.parameter_denied", name=names, area=area_names(area), value=f"{own.value:.3g}", low=f"{own.low:.3g}",
        high=f"{own.high:.3g}", first=own.years[0], last=own.years[1], mean=f"{pool.mean:.3g}", countries=pool.countries,
    )  # fmt: skip
    found = _unknown(uncertain, names, Refusal(uncertain.name, reason, _own_mend(uncertain)))
    return replace(found, own=_estimate(uncertain, own), residuals=own.residuals)


def _sensible(uncertain: Uncertain, value: float) -> bool:
    return uncertain.sense is None or uncertain.sense[0] <= value <= uncertain.sense[1]


def _senseless(uncertain: Uncertain, names: Names, own: Found, area: str) -> ParameterEvidence:
    assert uncertain.sense is not None  # noqa: S101
    low, high = uncertain.sense
    reason = say(
        "policy.parameter_senseless", name=names, area=area_names(area), value=f"{own.value:.3g}", low=f"{low:g}",
        high=f"{high:g}",
    )  # fmt: skip
    found = _unknown(uncertain, names, Refusal(uncertain.name, reason, _own_mend(uncertain)))
    return replace(found, own=_estimate(uncertain, own), residuals=own.residuals)


def _unknown(uncertain: Uncertain, names: Names, refusal: Refusal) -> ParameterEvidence:
    nan = float("nan")
    return ParameterEvidence(
        uncertain, names, nan, nan, nan, "fixed", nan, Grade.D, refusal.reason, refusal=refusal
    )


def _own_mend(uncertain: Uncertain) -> Message:
    return say("policy.parameter_mend", name=uncertain.name)


def _estimate(uncertain: Uncertain, own: Found) -> Estimate:
    return Estimate(
        uncertain.name, own.value, own.low, own.high, "", say("policy.least_squares"), Sample(own.count, *own.years),
        Grade.A if own.count >= FEWEST_FOR_A else Grade.B, 0.95,
    )  # fmt: skip


def _names(model: Model, name: str) -> Names:
    known: dict[str, Parameter] = {each.name: each for each in model.parameters}
    return known[name].names if known[name].names.en else Names(name)
