"""Small models whose optimal policy is known, and tables for them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.model import Model

FIRST = Period.parse("2003")


def last(periods: int) -> Period:
    return FIRST + (periods - 1)


def bank(periods: int, before: int = 3, after: int = 4, **columns: float | np.ndarray) -> Databank:
    """Columns over `before` years before 2003, `periods` from it, and `after`; a number fills all of them."""
    count = before + periods + after
    index = [str(FIRST + (step - before)) for step in range(count)]
    return Databank.from_frame(
        pd.DataFrame(
            {name: np.broadcast_to(np.asarray(value, dtype=float), count) for name, value in columns.items()},
            index=index,
        )
    )


def svensson(a: float = 0.3, b: float = 0.7, c: float = 0.4) -> Model:
    """Inflation follows the gap with a lag, the gap the real rate with a lag (Svensson 1997)."""
    return read_model(
        f"""
        model svensson
        frequency annual
        exogenous i
        parameter a = {a}, b = {b}, c = {c}
        behavioural pi: pi = pi(-1) + a*y(-1)
        behavioural y: y = b*y(-1) - c*(i(-1) - pi(-1))
        """
    )


def phillips(beta: float = 0.99, kappa: float = 0.2) -> Model:
    """The forward-looking Phillips curve of Clarida, Gali and Gertler (1999); the gap x is set by policy."""
    return read_model(
        f"""
        model phillips
        frequency annual
        exogenous x, u
        parameter beta = {beta}, kappa = {kappa}
        identity pi = beta*pi(+1) + kappa*x + u
        """
    )


def hybrid() -> Model:
    """A gap model with lags and leads in both equations, whose interest rate is set by policy."""
    return read_model(
        """
        model hybrid
        frequency annual
        exogenous r, e, u
        identity pi = 0.6*pi(+1) + 0.35*pi(-1) + 0.15*y + u
        identity y = 0.5*y(+1) + 0.4*y(-1) - 0.3*(r - pi(+1)) + e
        """
    )


def bent() -> Model:
    """A growth model in which saving bends everything: consumption, capital, utility."""
    return read_model(
        """
        model bent
        frequency annual
        exogenous s, L
        parameter alpha = 0.33, decay = 0.08
        identity Y = K(-1)^alpha * L^(1 - alpha)
        identity K = (1 - decay)*K(-1) + s*Y
        identity C = (1 - s)*Y
        identity V = -1/C
        """
    )


def linear(transition: np.ndarray, push: np.ndarray) -> Model:
    """z(t+1) = A z(t) + B u(t) as a model with states z0, z1, ... and policy instruments u0, u1, ..."""
    lines = ["model linear", "frequency annual"]
    lines.append("exogenous " + ", ".join(f"u{j}" for j in range(push.shape[1])))
    for i in range(len(transition)):
        parts = [f"({transition[i, j]!r})*z{j}(-1)" for j in range(len(transition))]
        parts += [f"({push[i, j]!r})*u{j}(-1)" for j in range(push.shape[1])]
        lines.append(f"identity z{i} = " + " + ".join(parts).replace("np.float64", ""))
    return read_model("\n".join(lines))
