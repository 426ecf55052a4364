"""The logit of a crisis on its indicators, its errors clustered by country; penalised where crises part from calm wholly.

    P(crisis) = 1 / (1 + exp(-(a + b'z))),   z: indicators in standard deviations from their mean

By statsmodels, with the sandwich of scores summed by country (a crisis window is several rows of one event). Where a
combination of indicators separates the two kinds, the likelihood has no maximum; Firth's (1993) penalty, half the
logarithm of the information's determinant, gives a finite answer with less bias in small samples. Separation is
found by a linear programme (Konis 2007), not by a fit that runs away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from longwave.core.errors import NotEnoughData, SolveError
from longwave.core.message import say

EVENTS = 5
"""Areas that saw a crisis for each coefficient estimated, below which nothing is fitted."""
_STEPS, _TOLERANCE, _LONGEST = 200, 1e-9, 5.0


@dataclass(frozen=True, eq=False)
class Logit:
    """A fitted logit. coefficients, errors: by ``constant`` and indicator, per standard deviation; covariance: of the
    coefficients; mean, spread: of each indicator in the sample; penalised: whether by Firth's penalty."""

    names: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    observations: int
    crises: int
    penalised: bool

    @property
    def errors(self) -> np.ndarray:
        return np.sqrt(np.diag(self.covariance))

    def probability(self, indicators: pd.DataFrame) -> pd.DataFrame:
        """Columns probability, low and high (90 %, of the coefficients alone) for rows of the indicators; null where
        one is missing."""
        z = (indicators[list(self.names)].to_numpy(float) - self.mean) / self.spread
        x = np.column_stack([np.ones(len(z)), z])
        line = x @ self.coefficients
        half = 1.6448536269514722 * np.sqrt(np.einsum("ij,jk,ik->i", x, self.covariance, x))
        frame = {"probability": _chance(line), "low": _chance(line - half), "high": _chance(line + half)}
        return pd.DataFrame(frame, index=indicators.index)


def fit_logit(indicators: pd.DataFrame, crisis: pd.Series, areas: pd.Series) -> Logit:
    """The logit on rows that are whole.

    indicators: one column each; crisis: 1, 0 or missing; areas: the clusters; all on one index. Raises NotEnoughData
    where fewer than five areas with a crisis stand behind each coefficient, or an indicator does not vary.
    """
    whole = indicators.notna().all(axis=1) & crisis.notna()
    raw, y = indicators[whole].to_numpy(float), crisis[whole].to_numpy(float)
    codes = pd.factorize(areas[whole].to_numpy(object))[0]
    hit = len(np.unique(codes[y > 0.5])) if len(y) else 0
    needed = EVENTS * indicators.shape[1]
    if hit < needed or (y > 0.5).all():
        raise NotEnoughData(
            say("early_warning.logit_few", crises=hit, needed=needed, indicators=indicators.shape[1])
        )
    mean, spread = raw.mean(axis=0), raw.std(axis=0)
    if not (spread > 0).all():
        raise NotEnoughData(
            say("early_warning.no_variation", name=str(indicators.columns[int(np.argmin(spread))]))
        )
    x = np.column_stack([np.ones(len(y)), (raw - mean) / spread])
    penalised = separated(x, y)
    if penalised:
        coefficients = _firth(x, y)
        covariance = _sandwich(x, y, coefficients, codes)
    else:
        coefficients, covariance = _plain(x, y, codes)
    names = tuple(map(str, indicators.columns))
    return Logit(names, coefficients, covariance, mean, spread, len(y), int(y.sum()), penalised)


def separated(x: np.ndarray, y: np.ndarray) -> bool:
    """Whether some direction parts the two kinds (touching allowed): then maximum likelihood has no answer.

    x: shape (observations, coefficients) with the constant; y: 1 or 0.
    """
    from scipy.optimize import linprog

    signed = (2 * y - 1)[:, None] * x
    found = linprog(
        -signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(y)), bounds=[(-1, 1)] * x.shape[1], method="highs"
    )  # fmt: skip
    return bool(found.status == 0 and -found.fun > 1e-7 * len(y))


def _plain(x: np.ndarray, y: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from statsmodels.discrete.discrete_model import Logit as Likelihood

    fitted = Likelihood(y, x).fit(
        method="newton", maxiter=100, disp=False, cov_type="cluster", cov_kwds={"groups": codes}
    )
    return np.asarray(fitted.params, float), np.asarray(fitted.cov_params(), float)


def _firth(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Scores y - p + h(1/2 - p) set to nought, h the leverages. Raises SolveError where the steps do not settle."""
    b = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = _chance(x @ b)
        w = p * (1 - p)
        information = x.T @ (w[:, None] * x)
        inverse = np.linalg.pinv(information)
        leverage = w * np.einsum("ij,jk,ik->i", x, inverse, x)
        step = inverse @ (x.T @ (y - p + leverage * (0.5 - p)))
        step *= min(1.0, _LONGEST / max(float(np.abs(step).max()), 1e-300))
        b = b + step
        if np.abs(step).max() < _TOLERANCE:
            return np.asarray(b)
    raise SolveError(say("early_warning.logit_unsettled"))


def _sandwich(x: np.ndarray, y: np.ndarray, b: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Scores summed by country between two inverses of the information; never below the information's own."""
    p = _chance(x @ b)
    bread = np.linalg.pinv(x.T @ ((p * (1 - p))[:, None] * x))
    scores = pd.DataFrame(x * (y - p)[:, None]).groupby(codes).sum().to_numpy()
    groups = len(scores)
    meat = scores.T @ scores * groups / max(groups - 1, 1)
    # At a separated sample the residuals are nearly nought, and a sandwich would show a certainty that is not there.
    sandwich = bread @ meat @ bread
    return np.asarray(sandwich if np.trace(sandwich) > np.trace(bread) else bread)


def _chance(line: np.ndarray) -> np.ndarray:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(line, -700, 700))))


def held_out_logit(
    indicators: pd.DataFrame, crisis: pd.Series, areas: pd.Series, folds: Sequence[np.ndarray]
) -> pd.Series:
    """Probabilities of each fold by a logit that has not seen its countries.

    folds: arrays of row numbers, each a set of whole countries. Raises as `fit_logit`.
    """
    out = np.full(len(indicators), np.nan)
    for rows in folds:
        seen = np.ones(len(indicators), bool)
        seen[rows] = False
        model = fit_logit(indicators[seen], crisis[seen], areas[seen])
        out[rows] = model.probability(indicators.iloc[rows])["probability"].to_numpy(float)
    return pd.Series(out, index=indicators.index)


def country_folds(areas: pd.Series, crisis: pd.Series, count: int, seed: int) -> list[np.ndarray]:
    """Rows in so many parts, no country in two, the countries that saw a crisis spread evenly over them."""
    generator = np.random.default_rng(seed)
    hit = set(areas[crisis == 1])
    names = sorted(set(areas))
    generator.shuffle(names)
    ordered = sorted(names, key=lambda name: name not in hit)
    part = {name: place % count for place, name in enumerate(ordered)}
    places = areas.map(part).to_numpy()
    return [np.flatnonzero(places == fold) for fold in range(count)]
