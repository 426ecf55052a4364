"""Estimating several equations of a model together: least squares in stages, or maximum likelihood of the whole model.

`estimate_system` is the door; what the methods are is told in `sur`, `three_stage` and `fiml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import UsageError
from longwave.core.estimate import Estimate, Refusal, Sample, TestResult, grade_of
from longwave.core.message import Message, say
from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.estimate.fiml_search import full_information
from longwave.macro.estimate.instruments import Instruments, instruments_of, with_instruments
from longwave.macro.estimate.result import EquationEstimate, goodness
from longwave.macro.estimate.stages import Stage, covariance_of
from longwave.macro.estimate.sur import seemingly_unrelated
from longwave.macro.estimate.system_design import SystemDesign, system_design
from longwave.macro.estimate.system_result import SystemEstimate, breusch_pagan, hansen_sargan
from longwave.macro.estimate.three_stage import three_stage, two_stage
from longwave.macro.language.read import read_expression
from longwave.macro.language.tree import Expression
from longwave.macro.model import Model
from longwave.numerics.interpret import interpret
from longwave.numerics.tape import record

Vector = NDArray[np.float64]
Method = Literal["2sls", "sur", "isur", "3sls", "i3sls", "fiml"]
Covariance = Literal["hessian", "outer", "sandwich"]
METHODS: tuple[str, ...] = get_args(Method)
COVARIANCES: tuple[str, ...] = get_args(Covariance)
LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class _Found:
    """What every method hands on."""

    theta: Vector
    errors: Vector
    covariance: Vector
    covariances: Mapping[str, Vector]
    single: Vector
    log_likelihood: float
    settled: bool
    rounds: int
    over: tuple[float, int] | None  # Hansen-Sargan distance and degrees
    instruments: Instruments | None
    notes: tuple[Message, ...] = ()
    tops: tuple[float, ...] = ()


def estimate_system(
    model: Model,
    data: Databank,
    *,
    method: Method = "3sls",
    equations: Sequence[str] | None = None,
    first: Period | str | None = None,
    last: Period | str | None = None,
    instruments: Sequence[Expression | str] | None = None,
    restrictions: Sequence[str | tuple[Expression, Expression]] = (),
    covariance: Covariance = "hessian",
) -> SystemEstimate:
    """Several equations of a model, estimated together on one sample.

    equations: names of behavioural equations, or of the variables that they explain; without a choice all that hold
    coefficients to be estimated (fiml: all behavioural equations; those left out by a choice make their variables
    given). first, last: the sample, else what the texts of the equations have in common, else all periods with data.
    instruments: for every equation, beside the constant; else each equation's own, else all that is predetermined in
    the model. restrictions: linear ones beside those of the texts, also across equations, as "a2 = b3" (a coefficient
    that stands in several equations needs none: it is one). covariance: how fiml makes standard errors; all ways are in
    the result.

    Raises UsageError (unknown method or equation, nothing to estimate), UnknownSeries, BadInput (missing data, a value
    that cannot be computed), NotEnoughData (more equations or coefficients or instruments than observations),
    ModelError (order or rank condition fails, dependent errors, a likelihood that is flat or has no top, leads in fiml).
    """
    _check_words(method, covariance)
    trees = None if instruments is None else [_tree(each) for each in instruments]
    design = system_design(
        model, data, equations, first, last, full=method == "fiml", restrictions=restrictions
    )
    if method == "fiml":
        found = _by_likelihood(design, covariance)
    elif method in ("sur", "isur"):
        found = _by_stage(design, seemingly_unrelated(design, iterate=method == "isur"), None)
    else:
        design = _with_instruments(model, data, design, equations, trees, restrictions)
        chosen = instruments_of(design, trees)
        stage = (
            two_stage(design, chosen)
            if method == "2sls"
            else three_stage(design, chosen, iterate=method == "i3sls")
        )
        found = _by_stage(design, stage, chosen)
    return _told(model, design, method, covariance, found)


def _tree(written: Expression | str) -> Expression:
    return read_expression(written) if isinstance(written, str) else written


def _with_instruments(
    model: Model,
    data: Databank,
    design: SystemDesign,
    equations: Sequence[str] | None,
    instruments: Sequence[Expression] | None,
    restrictions: Sequence[str | tuple[Expression, Expression]],
) -> SystemDesign:
    """The same design where its instruments have data too, if nobody said where the sample is."""
    first, last = with_instruments(design, instruments)
    if (first, last) == (design.first, design.last) or last < first:
        return design
    return system_design(model, data, equations, first, last, full=False, restrictions=restrictions)


def _check_words(method: str, covariance: str) -> None:
    if method not in METHODS:
        raise UsageError(
            say("estimate_system.unknown_method", method=method),
            say("estimate_system.unknown_method_mend", methods=METHODS),
        )
    if covariance not in COVARIANCES:
        raise UsageError(
            say("estimate_system.unknown_covariance", covariance=covariance),
            say("estimate_system.unknown_covariance_mend", ways=COVARIANCES),
        )


def _by_stage(design: SystemDesign, stage: Stage, chosen: Instruments | None) -> _Found:
    degrees = stage.moments - len(design.freedom.free)
    notes: list[Message] = []
    if not stage.settled:
        notes.append(say("estimate_system.not_settled", rounds=stage.rounds))
    if chosen is not None and chosen.redundant:
        notes.append(say("estimate_system.redundant", names=chosen.redundant))
    return _Found(
        theta=stage.fit.coefficients,
        errors=stage.fit.errors,
        covariance=stage.covariance,
        covariances={},
        single=stage.single,
        log_likelihood=_gaussian(stage.fit.errors),
        settled=stage.settled,
        rounds=stage.rounds,
        over=(stage.fit.distance, degrees) if stage.moments else None,
        instruments=chosen,
        notes=tuple(notes),
    )


def _by_likelihood(design: SystemDesign, covariance: str) -> _Found:
    full = full_information(design)
    ways: dict[str, Vector] = {"hessian": full.covariances.hessian, "sandwich": full.covariances.sandwich}
    if full.covariances.outer is not None:
        ways["outer"] = full.covariances.outer
    notes = full.notes
    if covariance not in ways:
        notes = (*notes, say("estimate_system.no_outer", observations=design.observations))
    errors, _ = design.sampled.errors_and_slopes(full.peak.coefficients)
    return _Found(
        theta=full.peak.coefficients,
        errors=errors,
        covariance=ways.get(covariance, full.covariances.hessian),
        covariances=ways,
        single=full.single,
        log_likelihood=full.peak.value,
        settled=full.peak.settled,
        rounds=len(full.tops),
        over=None,
        instruments=None,
        notes=notes,
        tops=full.tops,
    )


def _gaussian(errors: Vector) -> float:
    """The log-likelihood of errors [equations, n] as normal variables; minus infinity of no use, so NaN-free by care."""
    count, length = errors.shape
    _, logarithm = np.linalg.slogdet(covariance_of(errors))
    return float(-0.5 * length * (count * (np.log(2.0 * np.pi) + 1.0) + logarithm))


# telling


def _told(model: Model, design: SystemDesign, method: str, covariance: str, found: _Found) -> SystemEstimate:
    periods = tuple(design.period(place) for place in range(design.observations))
    sample = Sample(len(periods), str(periods[0]), str(periods[-1]))
    deviations = np.sqrt(np.maximum(np.diag(found.covariance), 0.0))
    way = covariance if covariance in found.covariances else "hessian"
    how = say(f"estimate_system.how_{method}")
    if method == "fiml":
        how = say("estimate_system.how_with_errors", how=how, errors=say(f"estimate_system.errors_{way}"))
    coefficients = _coefficients(design.coefficients, found.theta, deviations, how, sample)
    tests, untested = _tests(design, found, sample)
    return SystemEstimate(
        model=model.with_values(dict(zip(design.coefficients, found.theta.tolist(), strict=True))),
        method=method,
        how=how,
        equations=_equations(design, method, how, found, coefficients, deviations, periods),
        coefficients=coefficients,
        standard_errors=deviations,
        covariance=found.covariance,
        covariances=found.covariances,
        residuals=found.errors,
        residual_covariance=covariance_of(found.errors),
        periods=periods,
        free=len(design.freedom.free),
        log_likelihood=found.log_likelihood,
        settled=found.settled,
        rounds=found.rounds,
        instruments=_instrument_names(design, found),
        tests=tests,
        untested=untested,
        notes=(
            *design.notes,
            *found.notes,
            *_outside(model, design, found.theta),
            *_inexact(design, found.theta),
        ),
        tops=found.tops,
    )


def _coefficients(
    names: Sequence[str], theta: Vector, deviations: Vector, how: Message, sample: Sample
) -> tuple[Estimate, ...]:
    reach = _normal_reach(LEVEL) * deviations
    lows, highs = theta - reach, theta + reach
    grade = grade_of(sample.observations)
    return tuple(
        Estimate(name, float(value), float(low), float(high), "", how, sample, grade, LEVEL)
        for name, value, low, high in zip(names, theta, lows, highs, strict=True)
    )


def _normal_reach(level: float) -> float:
    """Half the width of an interval in standard errors. scipy.special, as scipy.stats takes most of a second to load."""
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2.0))


def _equations(
    design: SystemDesign,
    method: str,
    how: Message,
    found: _Found,
    coefficients: tuple[Estimate, ...],
    deviations: Vector,
    periods: tuple[Period, ...],
) -> tuple[EquationEstimate, ...]:
    tape = record(design.sampled.graph, [design.system.lefts[number] for number in design.numbers])
    lefts = interpret(tape, design.sampled.data, design.sampled.rows, design.sampled.parameters(found.theta))
    told = []
    for place in range(len(design.numbers)):
        own = list(design.of_equation(place))
        equation = design.equation(place)
        residuals = found.errors[place].copy()
        actual = np.broadcast_to(np.asarray(lefts[place], dtype=np.float64), residuals.shape).copy()
        free = int(np.linalg.matrix_rank(design.freedom.directions[own])) if own else 0
        fit = goodness(actual, residuals, free, likelihood=False)
        told.append(
            EquationEstimate(
                equation=equation,
                method=method,
                how=how,
                coefficients=tuple(coefficients[each] for each in own),
                standard_errors=deviations[own],
                covariance=found.covariance[np.ix_(own, own)],
                periods=periods,
                actual=actual,
                fitted=actual - residuals,
                residuals=residuals,
                r2=fit.r2,
                adjusted_r2=fit.adjusted_r2,
                standard_error=fit.standard_error,
                free=free,
                order=equation.estimation.ar if equation.estimation else 0,
                instruments=() if found.instruments is None else found.instruments.names[place],
            )
        )
    return tuple(told)


def _instrument_names(design: SystemDesign, found: _Found) -> dict[str, tuple[str, ...]]:
    if found.instruments is None:
        return {}
    return dict(zip(design.names, found.instruments.names, strict=True))


def _tests(
    design: SystemDesign, found: _Found, sample: Sample
) -> tuple[tuple[TestResult, ...], tuple[Refusal, ...]]:
    tests, untested = [], []
    if found.over is not None:
        distance, degrees = found.over
        if degrees > 0:
            tests.append(hansen_sargan(distance, degrees, sample))
        else:
            untested.append(Refusal("hansen_sargan", say("estimate_system.just_identified")))
    sizes = np.abs(found.single).max(axis=1)
    if len(design.numbers) < 2:
        untested.append(Refusal("breusch_pagan_lm", say("estimate_system.one_equation")))
    elif (sizes > 0.0).all():
        tests.append(breusch_pagan(found.single, sample))
    return tuple(tests), tuple(untested)


def _outside(model: Model, design: SystemDesign, theta: Vector) -> list[Message]:
    """Coefficients outside the bounds of sense that the text gives."""
    bounds = {each.name: (each.low, each.high) for each in model.parameters}
    notes = []
    for name, value in zip(design.coefficients, theta.tolist(), strict=True):
        low, high = bounds[name]
        if (low is not None and value < low) or (high is not None and value > high):
            notes.append(
                say(
                    "estimate_system.outside",
                    name=name,
                    value=value,
                    low="-" if low is None else f"{low:g}",
                    high="-" if high is None else f"{high:g}",
                )
            )
    return notes


def _inexact(design: SystemDesign, theta: Vector) -> list[Message]:
    """Identities that the data do not obey: the likelihood takes them for exact."""
    notes = []
    system, sampled = design.system, design.sampled
    for number in design.identities:
        tape = record(system.graph, [system.residuals[number], system.lefts[number], system.rights[number]])
        missed, left, right = (
            np.broadcast_to(np.asarray(each, dtype=np.float64), design.observations)
            for each in interpret(tape, sampled.data, sampled.rows, sampled.parameters(theta))
        )
        share = np.abs(missed) / np.maximum(1e-300, np.maximum(np.abs(left), np.abs(right)).max())
        worst = int(np.argmax(share))
        if share[worst] > 1e-3:
            notes.append(
                say(
                    "estimate_system.inexact",
                    equation=system.labels[number][0],
                    period=str(design.period(worst)),
                    value=float(missed[worst]),
                )
            )
    return notes
