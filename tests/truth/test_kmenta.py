"""Kmenta's market for food: demand over-identified, supply just identified, by three estimators.

Data: Kmenta, J. (1986), Elements of Econometrics, 2nd edition, Macmillan, table 13-1 (also shipped with the R package
systemfit as `Kmenta`). Least squares and two-stage least squares with their standard errors (n - k): the output printed in
Henningsen and Hamann (2007), systemfit, Journal of Statistical Software 23(4). LIML has
no printed figures at hand to all digits: it is worked out here from its definition (Anderson and Rubin 1949).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.macro.databank import Databank
from longwave.macro.estimate.equation import estimate_equation, estimate_model
from longwave.macro.language.read import read_model

FIGURES = """98.485 100.323 87.4 98.0 99.187 104.264 97.6 99.1 102.163 103.435 96.7 99.1 101.504 104.506 98.2 98.1
104.240 98.001 99.8 110.8 103.243 99.456 100.5 108.2 103.993 101.066 103.2 105.6 99.900 104.763 107.8 109.8
100.350 96.446 96.6 108.7 102.820 91.228 88.9 100.6 95.435 93.085 75.1 81.0 92.424 98.801 76.9 68.6
94.535 102.908 84.6 70.9 98.757 98.756 90.6 81.4 105.797 95.119 103.1 102.3 100.225 98.451 105.1 105.0
103.522 86.498 96.4 110.5 99.929 104.016 104.4 92.5 105.223 105.769 110.7 89.3 106.232 113.490 127.1 93.0"""

TEXT = """model kmenta "A market for food" "食品市场"
exogenous income, farm, trend
endogenous quantity, price
coefficient d0, d1, d2, s0, s1, s2, s3
behavioural demand for quantity: quantity = d0 + d1*price + d2*income
  estimate instruments income, farm, trend
behavioural supply for price: quantity = s0 + s1*price + s2*farm + s3*trend
  estimate instruments income, farm, trend
"""

PUBLISHED = {
    ("ols", "demand"): ((99.8954229, -0.3162988, 0.3346356), (7.5193621, 0.0906774, 0.0454218)),
    ("ols", "supply"): (
        (58.2754312, 0.1603666, 0.2481333, 0.2483023),
        (11.4629099, 0.0948839, 0.0461879, 0.0975178),
    ),
    ("2sls", "demand"): ((94.6333039, -0.2435565, 0.3139918), (7.9208383, 0.0964843, 0.0469437)),
    ("2sls", "supply"): (
        (49.5324417, 0.2400758, 0.2556057, 0.2529242),
        (12.0105264, 0.0999339, 0.0472501, 0.0996551),
    ),
}


def market() -> Databank:
    table = np.array(FIGURES.split(), dtype=float).reshape(20, 4)
    frame = pd.DataFrame(table, columns=["quantity", "price", "income", "farm"], index=range(1922, 1942))
    return Databank.from_frame(frame.assign(trend=np.arange(1.0, 21.0)))


@pytest.mark.parametrize(("method", "equation"), PUBLISHED)
def test_least_squares(method: str, equation: str) -> None:
    values, errors = PUBLISHED[method, equation]
    one = estimate_equation(read_model(TEXT), equation, market(), method=method, divisor="n-k")
    np.testing.assert_allclose(list(one.values.values()), values, rtol=0, atol=1e-7)
    np.testing.assert_allclose(one.standard_errors, errors, rtol=0, atol=1e-7)


def by_definition() -> tuple[np.ndarray, float]:
    """LIML of demand: k is the least ratio of errors outside the own exogenous to those outside all of them."""
    one = np.ones((20, 1))
    y, price, income = (market().columns([name]) for name in ("quantity", "price", "income"))
    own, every = np.hstack([one, income]), np.hstack([one, market().columns(["income", "farm", "trend"])])
    both = np.hstack([y, price])

    def outside(z: np.ndarray) -> np.ndarray:
        return both - z @ np.linalg.lstsq(z, both, rcond=None)[0]

    near, far = outside(own).T @ outside(own), outside(every).T @ outside(every)
    k = float(np.linalg.eigvals(np.linalg.solve(far, near)).real.min())
    x = np.hstack([one, price, income])
    annihilator = np.eye(20) - every @ np.linalg.pinv(every)
    weight = np.eye(20) - k * annihilator
    return np.linalg.solve(x.T @ weight @ x, x.T @ weight @ y)[:, 0], k


def test_limited_information() -> None:
    found = estimate_model(read_model(TEXT), market(), method="liml")
    demand, supply = found.equation("demand"), found.equation("supply")
    values, kappa = by_definition()
    np.testing.assert_allclose(list(demand.values.values()), values, rtol=1e-7)
    assert demand.kappa == pytest.approx(kappa, rel=1e-9)
    # as many instruments as coefficients: all estimators with instruments are the same, and nothing is left to test
    np.testing.assert_allclose(
        list(supply.values.values()), PUBLISHED["2sls", "supply"][0], rtol=0, atol=1e-7
    )
    assert supply.kappa == pytest.approx(1.0, abs=1e-9)
    assert "supply: over_identification" in [each.subject for each in supply.untested]


def test_over_identification_of_demand() -> None:
    """n R2 of the errors on the instruments, one degree of freedom: systemfit's errors, regressed by hand."""
    one = estimate_equation(read_model(TEXT), "demand", market(), method="2sls")
    table = market()
    z = np.column_stack([np.ones(20), table.columns(["income", "farm", "trend"])])
    explained = z @ np.linalg.lstsq(z, one.residuals, rcond=None)[0]
    by_hand = 20 * (explained @ explained) / (one.residuals @ one.residuals)
    assert one.test("sargan").statistic == pytest.approx(by_hand, rel=1e-9)
