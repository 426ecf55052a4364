"""Estimators with instruments: two-stage least squares, limited-information maximum likelihood, method of moments.

Linear equations go to linearmodels. For its sake regressors are turned so that those inside the space of the instruments
stand apart from those outside (a column that is its own instrument is exogenous, whatever it is called), and turned back
afterwards. k-class: b = (X'(I - k M)X)^-1 X'(I - k M)y, M the annihilator of the instruments; k = 1 is 2SLS, k = the
smallest eigenvalue of Anderson and Rubin (1949) LIML. Classical standard errors divide by n, as published tables do, or by
n - k where asked. GMM: two steps (Hansen 1982) or iterated; weights robust to heteroskedasticity, HAC, or classical.

Nonlinear equations, and those with autoregressive errors, minimise u'Z (Z'Z)^-1 Z'u (Amemiya 1974), or u'Z S^-1 Z'u for GMM.

Order condition: at least as many independent instruments as coefficients. Rank condition: the instruments must move the
regressors in as many directions. Both are checked and named before anything is computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longwave.core.errors import ModelError, NotEnoughData, UsageError
from longwave.core.message import Message, say
from longwave.macro.estimate.design import EquationDesign
from longwave.macro.estimate.nls import minimum
from longwave.macro.estimate.ols import bandwidth, errors_in_words
from longwave.macro.estimate.solved import Divisor, Solved

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

_SAME = 1e-9  # what is left of a column of length one outside the instruments' space, where it is inside
MOST_ROUNDS = 1_000


@dataclass(frozen=True, eq=False)
class Instrumented:
    """A linear equation ready for instruments.

    y: float64 [n]; x: [n, k], turned and scaled: its first `exogenous` columns lie in the space of z; z: [n, l],
    independent columns; back: [k, k], b = back @ (coefficients of x).
    """

    y: Vector
    x: Matrix
    z: Matrix
    back: Matrix
    exogenous: int


def instruments_of(design: EquationDesign) -> Matrix:
    """The independent columns of the instruments [n, l], orthonormal to no one.

    Raises ModelError where the equation names none or has too few (how many lack), NotEnoughData where there are as
    many as observations.
    """
    if design.instruments is None:
        raise ModelError(
            say("estimate.no_instruments", equation=design.name), say("estimate.no_instruments_mend")
        )
    keep = independent(design.instruments)
    needed = len(design.freedom.free)
    if len(keep) < needed:
        raise ModelError(
            say(
                "estimate.order_condition",
                equation=design.name, instruments=len(keep), coefficients=needed, lacking=needed - len(keep),
            ),
            say("estimate.order_condition_mend"),
        )  # fmt: skip
    if len(keep) >= design.observations:
        raise NotEnoughData(
            say(
                "estimate.many_instruments",
                equation=design.name,
                instruments=len(keep),
                observations=design.observations,
            ),
            say("estimate.many_instruments_mend"),
        )
    return design.instruments[:, keep]


def independent(columns: Matrix) -> list[int]:
    """Columns that no combination of earlier kept ones gives, in order."""
    kept: list[int] = []
    basis = np.zeros((len(columns), 0))
    for place in range(columns.shape[1]):
        size = float(np.linalg.norm(columns[:, place]))
        if size == 0.0:
            continue
        rest = columns[:, place] / size
        rest = rest - basis @ (basis.T @ rest)
        rest = rest - basis @ (basis.T @ rest)
        if np.linalg.norm(rest) > _SAME:
            kept.append(place)
            basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
    return kept


def instrumented(design: EquationDesign) -> Instrumented:
    """A linear design for instruments. Raises ModelError where it is not identified (order and rank condition)."""
    if design.dependent is None or design.regressors is None:
        raise UsageError(say("estimate.not_linear", equation=design.name), say("estimate.not_linear_mend"))
    z = instruments_of(design)
    y = design.dependent - design.regressors @ design.freedom.base
    x = design.regressors @ design.freedom.directions
    size = np.linalg.norm(x, axis=0)
    basis = np.linalg.qr(z / np.linalg.norm(z, axis=0))[0]
    scaled = x / size
    outside = scaled - basis @ (basis.T @ scaled)
    _check_rank(design, basis.T @ scaled)
    inner = np.flatnonzero(np.linalg.norm(outside, axis=0) <= _SAME)
    outer = np.setdiff1d(np.arange(x.shape[1]), inner)
    turn, count = _turned(outside[:, outer])
    back = np.zeros((x.shape[1], x.shape[1]))
    back[inner, range(len(inner))] = 1.0
    back[np.ix_(outer, np.arange(len(inner), x.shape[1]))] = turn
    return Instrumented(
        y, scaled @ back, z / np.linalg.norm(z, axis=0), back / size[:, None], len(inner) + count
    )


def _turned(outside: Matrix) -> tuple[Matrix, int]:
    """Directions of columns, those first that vanish outside the instruments' space, and how many do."""
    width = outside.shape[1]
    if not width:
        return np.zeros((0, 0)), 0
    _, strength, directions = np.linalg.svd(outside, full_matrices=True)
    vanish = int((strength <= _SAME).sum()) + max(0, width - len(strength))
    if not vanish:
        return np.eye(width), 0
    return np.ascontiguousarray(directions[::-1].T), vanish


def _check_rank(design: EquationDesign, projected: Matrix) -> None:
    _, strength, directions = np.linalg.svd(projected)
    lacking = int((strength <= _SAME * max(float(strength[0]), _SAME)).sum()) if len(strength) else 0
    if lacking:
        weights = np.abs(directions[-1])
        names = tuple(
            design.coefficients[design.freedom.free[int(place)]]
            for place in np.flatnonzero(weights > 1e-4 * weights.max())
        )
        raise ModelError(
            say("estimate.rank_condition", equation=design.name, lacking=lacking, names=names),
            say("estimate.rank_condition_mend"),
        )


def two_stage(design: EquationDesign, covariance: str, divisor: Divisor | None) -> tuple[Solved, Any]:
    """2SLS of a linear equation, and what linearmodels says of it."""
    from linearmodels.iv import IV2SLS

    return _k_class(design, IV2SLS, covariance, divisor)


def limited_information(
    design: EquationDesign, covariance: str, divisor: Divisor | None
) -> tuple[Solved, Any]:
    """LIML of a linear equation, and what linearmodels says of it."""
    from linearmodels.iv import IVLIML

    return _k_class(design, IVLIML, covariance, divisor)


def moments(
    design: EquationDesign, covariance: str, divisor: Divisor | None, *, iterated: bool
) -> tuple[Solved, Any]:
    """The method of moments for a linear equation, and what linearmodels says of it."""
    from linearmodels.iv import IVGMM

    ready = instrumented(design)
    options = _options(design, ready, covariance, divisor)
    kind = {"unadjusted": "unadjusted", "robust": "robust", "kernel": "kernel"}[options["cov_type"]]
    extra = {"bandwidth": options["bandwidth"], "kernel": "bartlett"} if kind == "kernel" else {}
    model = IVGMM(*_parts(ready), weight_type=kind, **extra)
    found = model.fit(iter_limit=MOST_ROUNDS if iterated else 2, tol=1e-12 if iterated else 1e-4, **options)
    return _solved(ready, found, covariance, divisor, options.get("bandwidth")), found


def _k_class(
    design: EquationDesign, model: Any, covariance: str, divisor: Divisor | None
) -> tuple[Solved, Any]:
    ready = instrumented(design)
    options = _options(design, ready, covariance, divisor)
    found = model(*_parts(ready)).fit(**options)
    return _solved(ready, found, covariance, divisor, options.get("bandwidth")), found


def _parts(ready: Instrumented) -> tuple[Vector, Matrix | None, Matrix | None, Matrix | None]:
    """Explained, exogenous, endogenous, further instruments: linearmodels wants the exogenous ones apart."""
    exogenous = ready.x[:, : ready.exogenous]
    endogenous = ready.x[:, ready.exogenous :]
    if not endogenous.shape[1]:
        return ready.y, exogenous, None, None
    if not exogenous.shape[1]:
        return ready.y, None, endogenous, ready.z
    basis = np.linalg.qr(exogenous)[0]
    rest = ready.z - basis @ (basis.T @ ready.z)
    # two passes: what one leaves of nearly dependent columns is rounding
    rest = rest - basis @ (basis.T @ rest)
    directions = np.linalg.svd(rest, full_matrices=False)[0]
    return ready.y, exogenous, endogenous, directions[:, : ready.z.shape[1] - exogenous.shape[1]]


def _options(
    design: EquationDesign, ready: Instrumented, covariance: str, divisor: Divisor | None
) -> dict[str, Any]:
    if covariance in ("HC2", "HC3"):
        raise UsageError(say("estimate.no_leverage", covariance=covariance), say("estimate.no_leverage_mend"))
    options: dict[str, Any] = {"debiased": divisor == "n-k" or covariance == "HC1"}
    if covariance == "classical":
        return {**options, "cov_type": "unadjusted"}
    if covariance != "HAC":
        return {**options, "cov_type": "robust"}
    basis = np.linalg.qr(ready.z)[0]
    projected = basis @ (basis.T @ ready.x)
    errors = ready.y - ready.x @ np.linalg.lstsq(projected, ready.y, rcond=None)[0]
    return {
        **options,
        "cov_type": "kernel",
        "kernel": "bartlett",
        "bandwidth": bandwidth(projected * errors[:, None], projected),
    }


def _solved(
    ready: Instrumented, found: Any, covariance: str, divisor: Divisor | None, lags: int | None
) -> Solved:
    count, width = ready.x.shape
    return Solved(
        free=ready.back @ np.asarray(found.params, dtype=np.float64),
        covariance=ready.back @ np.asarray(found.cov, dtype=np.float64) @ ready.back.T,
        errors=errors_in_words(covariance, divisor or "n", lags),
        degrees=count - width if divisor == "n-k" else None,
        kappa=float(found.kappa)
        if hasattr(found, "kappa") and "LIML" in type(found.model).__name__
        else None,
    )


# equations that are not linear


def nonlinear(
    design: EquationDesign, method: str, covariance: str, divisor: Divisor | None
) -> tuple[Solved, float | None, int]:
    """2SLS or GMM of an equation that is not linear, its test statistic of over-identification and degrees.

    Raises UsageError for LIML, which has no such form here.
    """
    if method == "liml":
        raise UsageError(say("estimate.liml_linear", equation=design.name), say("estimate.liml_linear_mend"))
    z = instruments_of(design)
    basis = np.linalg.qr(z / np.linalg.norm(z, axis=0))[0]
    best = minimum(design, basis.T)
    notes: tuple[Message, ...] = best.notes
    lags = None
    root = basis.T
    for _ in range({"2sls": 0, "gmm": 1, "gmm_iterated": MOST_ROUNDS}[method]):
        inside, lags = _moment_spread(design, basis, best.free, covariance)
        root = np.linalg.solve(np.linalg.cholesky(inside), basis.T)
        before, best = best, minimum(design, root, best.free)
        if np.abs(before.free - best.free).max() <= 1e-10 * max(1.0, float(np.abs(best.free).max())):
            break
    spread, lags = _spread(design, basis, root, best.free, covariance)
    count, width = design.observations, len(best.free)
    if divisor == "n-k" or covariance == "HC1":
        spread = spread * count / (count - width)
    errors = design.errors(design.freedom.full(best.free))
    statistic = best.squares if method != "2sls" else best.squares / float(errors @ errors / count)
    solved = Solved(
        best.free, spread, errors_in_words(covariance, divisor or "n", lags), count - width if divisor == "n-k" else None,
        notes=notes,
    )  # fmt: skip
    degrees = basis.shape[1] - width
    return solved, statistic if degrees else None, degrees


def _moment_spread(
    design: EquationDesign, basis: Matrix, free: Vector, covariance: str
) -> tuple[Matrix, int | None]:
    """The covariance of the moments basis'u, [l, l], by the kind of covariance asked for."""
    errors = design.errors(design.freedom.full(free))
    if covariance == "classical":
        return np.eye(basis.shape[1]) * float(errors @ errors) / len(errors), None
    scores = basis * errors[:, None]
    spread = scores.T @ scores
    if covariance != "HAC":
        return spread, None
    lags = bandwidth(scores, basis)
    for lag in range(1, lags + 1):
        part = scores[lag:].T @ scores[:-lag]
        spread = spread + (1 - lag / (lags + 1)) * (part + part.T)
    return spread, lags


def _spread(
    design: EquationDesign, basis: Matrix, root: Matrix, free: Vector, covariance: str
) -> tuple[Matrix, int | None]:
    """The covariance of the free coefficients: (D'D)^-1 D' R S R' D (D'D)^-1 with D = root times the derivatives."""
    if covariance in ("HC2", "HC3"):
        raise UsageError(say("estimate.no_leverage", covariance=covariance), say("estimate.no_leverage_mend"))
    slopes = root @ design.slopes(design.freedom.full(free)) @ design.freedom.directions
    inside, lags = _moment_spread(design, basis, free, covariance)
    turn = root @ basis  # from moments basis'u to root u
    bread = np.linalg.pinv(slopes)
    return bread @ turn @ inside @ turn.T @ bread.T, lags
