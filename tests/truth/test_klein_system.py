"""Klein's Model I and Kmenta's market for food, all equations together, against what others printed.

Klein: Klein, L. R. (1950), Economic Fluctuations in the United States 1921-1941; table F15.1 of Greene (2003).
- 2SLS and 3SLS: linearmodels and R's systemfit, which agree to six digits and more; log-likelihoods of the errors and the
  iterated 3SLS (stopped by systemfit at 1e-5): systemfit's published test output, tests/KleinI.Rout.save of the package on
  CRAN (methodResidCov = "noDfCor").
- FIML: Calzolari, G. and Panattoni, L. (1988), Alternative estimators of FIML covariance matrix: a Monte Carlo study,
  Econometrica 56, page 702; more digits, also of the standard errors, from the benchmark of Cummins, C. (1998) that TSP
  International publishes (kleinfm2.tsp). Known to be wrong in print: the FIML table of Berndt (1991).
Kmenta: Kmenta, J. (1986), Elements of Econometrics; 3SLS with and without the restriction that the coefficients of income
in demand and of the trend in supply are equal: systemfit, tests/test_3sls.Rout.save ("EViews-like", divisor n).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.macro.databank import Databank
from longwave.macro.estimate.fiml_search import likelihood_of
from longwave.macro.estimate.system import estimate_system
from longwave.macro.estimate.system_design import system_design
from longwave.macro.estimate.system_result import SystemEstimate
from longwave.macro.language.read import read_model
from longwave.macro.model import Model

from .test_klein import TABLE
from .test_kmenta import FIGURES

KLEIN = """model klein1 "Klein's Model I" "克莱因模型 I"
exogenous G, T, Wg, A
endogenous C, I, Wp, P, X, K
coefficient a0, a1, a2, a3, b0, b1, b2, b3, g0, g1, g2, g3
behavioural C: C = a0 + a1*P + a2*P(-1) + a3*(Wp + Wg)
behavioural I: I = b0 + b1*P + b2*P(-1) + b3*K(-1)
behavioural Wp: Wp = g0 + g1*X + g2*X(-1) + g3*A
identity X: X = C + I + G
identity P: P = X - T - Wp
identity K: K = K(-1) + I
"""
KMENTA = """model kmenta "A market for food" "食品市场"
exogenous income, farm, trend
endogenous quantity, price
coefficient d0, d1, d2, s0, s1, s2, s3
behavioural demand for quantity: quantity = d0 + d1*price + d2*income
behavioural supply for price: quantity = s0 + s1*price + s2*farm + s3*trend
"""


@pytest.fixture(scope="module")
def klein() -> tuple[Model, Databank]:
    rows = [line.split() for line in TABLE.strip().splitlines()]
    frame = pd.DataFrame(rows[1:], columns=rows[0]).astype(float)
    frame.index = pd.Index(frame.pop("year").astype(int))
    frame["K"] = frame.pop("Klag") + frame["I"]
    frame["A"] = frame.index - 1931.0
    return read_model(KLEIN), Databank.from_frame(frame)


@pytest.fixture(scope="module")
def kmenta() -> tuple[Model, Databank]:
    figures = np.array(FIGURES.split(), dtype=float).reshape(20, 4)
    frame = pd.DataFrame(figures, columns=["quantity", "price", "income", "farm"], index=range(1922, 1942))
    frame["trend"] = np.arange(1.0, 21.0)
    return read_model(KMENTA), Databank.from_frame(frame)


def agrees(found: SystemEstimate, values: str, errors: str | None = None, digits: int = 6) -> None:
    np.testing.assert_allclose(
        list(found.values.values()), _numbers(values), rtol=0, atol=0.51 * 10.0**-digits
    )
    if errors is not None:
        np.testing.assert_allclose(found.standard_errors, _numbers(errors), rtol=0, atol=0.51 * 10.0**-digits)


def _numbers(text: str) -> list[float]:
    return [float(each) for each in text.split()]


def test_klein_two_stage(klein: tuple[Model, Databank]) -> None:
    found = estimate_system(*klein, method="2sls", first="1921", last="1941")
    agrees(
        found,
        "16.554756 .017302 .216234 .810183 20.278209 .150222 .615944 -.157788 1.500297 .438859 .146674 .130396",
        "1.320792 .118049 .107268 .040250 7.542706 .173229 .162785 .036126 1.147780 .035632 .038836 .029141",
    )
    assert found.log_likelihood == pytest.approx(-76.31234, abs=5e-6)


def test_klein_three_stage(klein: tuple[Model, Databank]) -> None:
    found = estimate_system(*klein, method="3sls")
    agrees(
        found,
        "16.440790 .124890 .163144 .790081 28.177847 -.013079 .755724 -.194848 1.797218 .400492 .181291 .149674",
        "1.304549 .108129 .100438 .037938 6.793770 .161896 .152933 .032531 1.115855 .031813 .034159 .027935",
    )
    assert found.log_likelihood == pytest.approx(-76.13877, abs=5e-6)
    assert set(found.instruments["C"]) == {"1", "Wg", "G", "T", "A", "P(-1)", "K(-1)", "X(-1)"}
    assert (found.sample.first, found.sample.last, found.sample.observations) == ("1921", "1941", 21)


def test_klein_iterated_three_stage(klein: tuple[Model, Databank]) -> None:
    found = estimate_system(*klein, method="i3sls")
    printed = _numbers(
        "16.5589839 .1645088 .1765637 .7658016 42.8959233 -.3565237 1.0112935 -.2601984 2.6247475 .3747796 .1936505 .1679257"
    )
    np.testing.assert_allclose(list(found.values.values()), printed, rtol=3e-5)  # where systemfit stopped
    np.testing.assert_allclose(
        found.residual_covariance,
        [[0.914908, 0.641733, -0.434983], [0.641733, 4.555277, 0.734489], [-0.434983, 0.734489, 0.605646]],
        rtol=2e-5,
    )


def test_klein_full_information(klein: tuple[Model, Databank]) -> None:
    found = estimate_system(*klein, method="fiml")
    assert found.log_likelihood == pytest.approx(-83.3238, abs=5e-5)
    assert found.settled
    assert not found.notes
    printed = {"b0": 27.263866, "b1": -0.801006, "b2": 1.052, "b3": -0.1481, "a3": 0.801844}
    printed |= {"g0": 5.794, "g1": 0.2341, "g2": 0.2847, "g3": 0.2348}
    for name, value in printed.items():
        digits = len(str(value).partition(".")[2])
        assert found.values[name] == pytest.approx(value, abs=0.51 * 10.0**-digits), name
    benchmark = {
        "a0": (18.34327218344233, 4.625659300639248, 12.87924571526443),
        "a3": (0.8018443391624640, 0.0444945215159401, 0.0841774677755224),
        "a1": (-0.2323887662328997, 0.5806206557263284, 1.930531045179115),
        "a2": (0.3856730901020590, 0.3017459570226678, 1.083100147822362),
        "b0": (27.26386576310186, 9.534605265457136, 21.47193027065058),
        "b1": (-0.8010060259538374, 0.8401881666046065, 2.334490511501871),
    }
    outer = np.sqrt(np.diag(found.covariances["outer"]))
    for name, (value, hessian, scores) in benchmark.items():
        assert found.values[name] == pytest.approx(value, rel=1e-9), name
        assert found.standard_error_of(name) == pytest.approx(hessian, rel=1e-8), name
        assert outer[found.names.index(name)] == pytest.approx(scores, rel=1e-8), name


def test_klein_hessian_by_complex_steps(klein: tuple[Model, Databank]) -> None:
    """The Hessian by differences of the exact gradient against complex steps (Squire and Trapp 1998)."""
    found = estimate_system(*klein, method="fiml")
    likelihood = likelihood_of(system_design(*klein, None, None, None, full=True))
    theta = np.array(list(found.values.values()))
    hessian = np.zeros((12, 12))
    for place in range(12):
        moved = theta.astype(complex)
        moved[place] += 1e-30j
        hessian[place] = likelihood.gradient(moved).imag / 1e-30
    np.testing.assert_allclose(np.linalg.inv(-hessian), found.covariance, rtol=1e-8, atol=1e-10)


def test_kmenta_three_stage(kmenta: tuple[Model, Databank]) -> None:
    agrees(
        estimate_system(*kmenta, method="3sls"),
        "94.6333039 -0.2435565 0.3139918 52.1176411 0.2289322 0.2289775 0.3579074",
        "7.3026521 0.0889541 0.0432799 10.6377553 0.0891504 0.0393493 0.0651943",
        digits=7,
    )


def test_kmenta_three_stage_with_a_restriction_across_equations(kmenta: tuple[Model, Databank]) -> None:
    values = "94.2736754 -0.2242853 0.2979169 55.4520846 0.2207411 0.2094662 0.2979169"
    errors = "7.3904685 0.0888041 0.0419672 10.3993579 0.0896184 0.0365688 0.0419672"
    agrees(estimate_system(*kmenta, restrictions=["d2 = s3"]), values, errors, digits=7)
    shared = read_model(KMENTA.replace(", s3\n", "\n").replace("s3*trend", "d2*trend"))
    names = [each for place, each in enumerate(values.split()) if place != 6]
    agrees(estimate_system(shared, kmenta[1]), " ".join(names), digits=7)


def test_linearmodels_agrees(klein: tuple[Model, Databank]) -> None:
    """SUR and 3SLS, iterated and not, and with a restriction across equations, by linearmodels in the same run."""
    from linearmodels.system import IV3SLS, SUR

    table = klein[1].frame()
    table["P1"], table["K1"], table["X1"] = (table[name].shift(1) for name in ("P", "K", "X"))
    table["one"], table["W"] = 1.0, table["Wp"] + table["Wg"]
    table = table.iloc[1:]
    right = {"C": ["one", "P", "P1", "W"], "I": ["one", "P", "P1", "K1"], "Wp": ["one", "X", "X1", "A"]}
    plain = {name: {"dependent": table[name], "exog": table[columns]} for name, columns in right.items()}
    for method, iterate in (("sur", False), ("isur", True)):
        theirs = SUR(plain).fit(
            method="gls", cov_type="unadjusted", iterate=iterate, iter_limit=1000, tol=1e-13
        )
        ours = estimate_system(*klein, method=method)
        np.testing.assert_allclose(list(ours.values.values()), theirs.params, rtol=1e-8)
        np.testing.assert_allclose(ours.covariance, theirs.cov, rtol=1e-6, atol=1e-10)
    instruments = ["one", "P1", "K1", "A", "X1", "Wg", "G", "T"]
    with_them = {}
    for name, columns in right.items():
        own = [each for each in columns if each in instruments]
        with_them[name] = {
            "dependent": table[name],
            "exog": table[own],
            "endog": table[[each for each in columns if each not in instruments]],
            "instruments": table[[each for each in instruments if each not in own]],
        }
    equations = IV3SLS(with_them)
    order = ["a0", "a2", "a1", "a3", "b0", "b2", "b3", "b1", "g0", "g2", "g3", "g1"]
    restriction = pd.DataFrame(np.zeros((1, 12)), columns=equations.param_names)
    restriction.loc[0, ["C_P", "I_P"]] = 1.0, -1.0
    for restrictions in ([], ["a1 = b1"]):
        if restrictions:
            equations.add_constraints(restriction)
        for method, iterate in (("3sls", False), ("i3sls", True)):
            theirs = equations.fit(
                cov_type="unadjusted", debiased=False, iterate=iterate, iter_limit=1000, tol=1e-13
            )
            ours = estimate_system(*klein, method=method, restrictions=restrictions)
            np.testing.assert_allclose([ours.values[name] for name in order], theirs.params, rtol=1e-7)
            np.testing.assert_allclose(
                [ours.standard_error_of(name) for name in order], theirs.std_errors, rtol=1e-6
            )
