"""Klein's Model I, estimated equation by equation, against the figures that other programs agree on.

Data: Klein, L. R. (1950), Economic Fluctuations in the United States 1921-1941, Wiley, as in Greene, W. H. (2003),
Econometric Analysis, 5th edition, table F15.1. Ordinary least squares, two-stage least squares and limited-information
maximum likelihood as linearmodels and R's systemfit print them (they agree to six digits and more; Greene's table 15.2
has the same figures rounded). Standard errors: least squares with n - k, two-stage with n.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.macro.databank import Databank
from longwave.macro.estimate.durbin_watson import bounds
from longwave.macro.estimate.equation import estimate_equation, estimate_model
from longwave.macro.language.read import read_model

TABLE = """year C P Wp I Klag X Wg G T
1920 39.8 12.7 28.8 2.7 180.1 44.9 2.2 2.4 3.4
1921 41.9 12.4 25.5 -0.2 182.8 45.6 2.7 3.9 7.7
1922 45.0 16.9 29.3 1.9 182.6 50.1 2.9 3.2 3.9
1923 49.2 18.4 34.1 5.2 184.5 57.2 2.9 2.8 4.7
1924 50.6 19.4 33.9 3.0 189.7 57.1 3.1 3.5 3.8
1925 52.6 20.1 35.4 5.1 192.7 61.0 3.2 3.3 5.5
1926 55.1 19.6 37.4 5.6 197.8 64.0 3.3 3.3 7.0
1927 56.2 19.8 37.9 4.2 203.4 64.4 3.6 4.0 6.7
1928 57.3 21.1 39.2 3.0 207.6 64.5 3.7 4.2 4.2
1929 57.8 21.7 41.3 5.1 210.6 67.0 4.0 4.1 4.0
1930 55.0 15.6 37.9 1.0 215.7 61.2 4.2 5.2 7.7
1931 50.9 11.4 34.5 -3.4 216.7 53.4 4.8 5.9 7.5
1932 45.6 7.0 29.0 -6.2 213.3 44.3 5.3 4.9 8.3
1933 46.5 11.2 28.5 -5.1 207.1 45.1 5.6 3.7 5.4
1934 48.7 12.3 30.6 -3.0 202.0 49.7 6.0 4.0 6.8
1935 51.3 14.0 33.2 -1.3 199.0 54.4 6.1 4.4 7.2
1936 57.7 17.6 36.8 2.1 197.7 62.7 7.4 2.9 8.3
1937 58.7 17.3 41.0 2.0 199.8 65.0 6.7 4.3 6.7
1938 57.5 15.3 38.2 -1.9 201.8 60.9 7.7 5.3 7.4
1939 61.6 19.0 41.6 1.3 199.9 69.5 7.8 6.6 8.9
1940 65.0 21.1 45.0 3.3 201.2 75.7 8.0 7.4 9.6
1941 69.7 23.5 53.3 4.9 204.5 88.4 8.5 13.8 11.6"""

TEXT = """model klein "Klein's Model I" "克莱因模型 I"
frequency annual
exogenous Wg, G, T, A
coefficient c0, c1, c2, c3, i0, i1, i2, i3, w0, w1, w2, w3
behavioural C: C = c0 + c1*P + c2*P(-1) + c3*(Wp + Wg)
  estimate sample 1921..1941 instruments Wg, G, T, A, P(-1), K(-1), X(-1)
behavioural I: I = i0 + i1*P + i2*P(-1) + i3*K(-1)
  estimate sample 1921..1941 instruments Wg, G, T, A, P(-1), K(-1), X(-1)
behavioural Wp: Wp = w0 + w1*X + w2*X(-1) + w3*A
  estimate sample 1921..1941 instruments Wg, G, T, A, P(-1), K(-1), X(-1)
identity X = C + I + G
identity P = X - T - Wp
identity K = K(-1) + I
"""

OLS = {
    "C": ("16.236600 .192934 .089885 .796219", "1.302698 .091210 .090648 .039944"),
    "I": ("10.125789 .479636 .333039 -.111795", "5.465547 .097115 .100859 .026728"),
    "Wp": ("1.497044 .439477 .146090 .130245", "1.270032 .032408 .037423 .031910"),
}
TWO_STAGE = {
    "C": ("16.554756 .017302 .216234 .810183", "1.320792 .118049 .107268 .040250"),
    "I": ("20.278209 .150222 .615944 -.157788", "7.542706 .173229 .162785 .036126"),
    "Wp": ("1.500297 .438859 .146674 .130396", "1.147780 .035632 .038836 .029141"),
}
LIMITED = {
    "C": ("17.147655 -.222513 .396027 .822559", 1.498746),
    "I": ("22.590825 .075185 .680386 -.168264", 1.085953),
    "Wp": ("1.526187 .433941 .151321 .131593", 2.468583),
}


def klein() -> Databank:
    rows = [line.split() for line in TABLE.splitlines()]
    frame = pd.DataFrame([[float(each) for each in row] for row in rows[1:]], columns=rows[0])
    frame = frame.set_index(pd.Index([str(int(year)) for year in frame.pop("year")], name="period"))
    frame["A"] = np.arange(len(frame)) - 11.0
    # the table has capital at the end of the year before
    frame["K"] = np.append(frame["Klag"].to_numpy()[1:], frame["Klag"].iloc[-1] + frame["I"].iloc[-1])
    return Databank.from_frame(frame.drop(columns="Klag"))


def printed(text: str) -> np.ndarray:
    return np.array(text.split(), dtype=float)


@pytest.mark.parametrize(("method", "table"), [("ols", OLS), ("2sls", TWO_STAGE)])
def test_least_squares_to_every_printed_digit(method: str, table: dict[str, tuple[str, str]]) -> None:
    found = estimate_model(read_model(TEXT), klein(), method=method)
    assert found.refusals == ()
    for name, (values, errors) in table.items():
        one = found.equation(name)
        assert one.sample.as_dict() == {"observations": 21, "first": "1921", "last": "1941"}
        np.testing.assert_allclose(list(one.values.values()), printed(values), rtol=0, atol=5.1e-7)
        np.testing.assert_allclose(one.standard_errors, printed(errors), rtol=0, atol=5.1e-7)


@pytest.mark.parametrize("name", LIMITED)
def test_limited_information_and_its_kappa(name: str) -> None:
    values, kappa = LIMITED[name]
    one = estimate_equation(read_model(TEXT), name, klein(), method="liml")
    np.testing.assert_allclose(list(one.values.values()), printed(values), rtol=0, atol=5.1e-7)
    assert one.kappa == pytest.approx(kappa, abs=5.1e-7)


def test_the_method_follows_from_the_text() -> None:
    one = estimate_equation(read_model(TEXT), "C", klein())
    assert one.method == "2sls"
    assert one.values["c1"] == pytest.approx(0.017302, abs=5.1e-7)


def test_figures_of_the_consumption_function() -> None:
    """As EViews prints the same regression (2005; its AIC and BIC are those here divided by 21)."""
    one = estimate_equation(read_model(TEXT), "C", klein(), method="ols")
    assert one.r2 == pytest.approx(0.981008, abs=5.1e-7)
    assert one.adjusted_r2 == pytest.approx(0.977657, abs=5.1e-7)
    assert one.standard_error == pytest.approx(1.025540, abs=5.1e-7)
    assert one.residuals @ one.residuals == pytest.approx(17.87945, abs=5.1e-6)
    assert one.log_likelihood == pytest.approx(-28.10857, abs=5.1e-6)
    assert one.aic / 21 == pytest.approx(3.057959, abs=5.1e-7)
    assert one.bic / 21 == pytest.approx(3.256916, abs=5.1e-7)
    assert one.test("durbin_watson").statistic == pytest.approx(1.367474, abs=5.1e-7)


def test_the_bounds_of_durbin_and_watson() -> None:
    """Savin and White (1977, Econometrica 45, table II), 5 per cent."""
    table = {
        (15, 2): (1.077, 1.361),
        (20, 4): (0.998, 1.676),
        (25, 3): (1.206, 1.550),
        (50, 6): (1.335, 1.771),
        (100, 2): (1.654, 1.694),
    }
    for (count, width), printed_bounds in table.items():
        assert bounds(count, width) == pytest.approx(printed_bounds, abs=0.00051)
