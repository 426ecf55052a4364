"""Nonlinear least squares of written equations against NIST's certified values (nonlinear regression, StRD).

National Institute of Standards and Technology, https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml. Both certified
starts of each set; certified coefficients, standard errors and sum of squares, eleven digits of which at least nine are
asked for. The sets whose models saturate have their figures in `test_diffusion_published`. From no start at all the same
minimum is found for those sets where plain numbers come near enough.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.macro.databank import Databank
from longwave.macro.estimate.equation import estimate_equation
from longwave.macro.language.read import read_model

from .test_diffusion_published import SETS, numbers

DAN_WOOD = (numbers("2.138 3.421 3.597 4.340 4.882 5.660"), numbers("1.309 1.471 1.490 1.565 1.611 1.680"))
BOX_BOD = (numbers("109 149 149 191 213 224"), numbers("1 2 3 5 7 10"))
MGH10 = (
    numbers("34780 28610 23650 19630 16370 13720 11540 9744 8261 7030 6005 5147 4427 3820 3307 2872"),
    np.arange(50.0, 126.0, 5.0),
)
LANCZOS = (
    numbers(
        "2.5134 2.0443 1.6684 1.3664 1.1232 .9269 .7679 .6389 .5338 .4479 .3776 .3197 .2720 .2325 .1997 .1723 "
        ".1493 .1301 .1138 .1000 .0883 .0783 .0698 .0624"
    ),
    np.arange(24) * 0.05,
)

FORMS = {
    "Misra1a": "b0*(1 - exp(-b1*x))",
    "Rat42": "b0/(1 + exp(b1 - b2*x))",
    "Rat43": "b0/(1 + exp(b1 - b2*x))^(1/b3)",
    "MGH09": "b0*(x^2 + x*b1)/(x^2 + x*b2 + b3)",
    "Thurber": "(b0 + b1*x + b2*x^2 + b3*x^3)/(1 + b4*x + b5*x^2 + b6*x^3)",
    "DanWood": "b0*x^b1",
    "BoxBOD": "b0*(1 - exp(-b1*x))",
    "MGH10": "b0*exp(b1/(x + b2))",
    "Lanczos3": "b0*exp(-b1*x) + b2*exp(-b3*x) + b4*exp(-b5*x)",
}

CASES = {
    name: (SETS[name][2], SETS[name][1], *SETS[name][3:])
    for name in ("Misra1a", "Rat42", "Rat43", "MGH09", "Thurber")
}
CASES |= {
    "DanWood": (
        *DAN_WOOD,
        [(1, 5), (0.7, 4)],
        (7.6886226176e-1, 3.8604055871),
        (1.8281973860e-2, 5.1726610913e-2),
        4.3173084083e-3,
    ),
    "BoxBOD": (
        *BOX_BOD,
        [(1, 1), (100, 0.75)],
        (2.1380940889e2, 5.4723748542e-1),
        (1.2354515176e1, 1.0455993237e-1),
        1.1680088766e3,
    ),
    "MGH10": (
        *MGH10,
        [(2, 400000, 25000), (0.02, 4000, 250)],
        (5.6096364710e-3, 6.1813463463e3, 3.4522363462e2),
        (1.5687892471e-4, 2.3309021107e1, 7.8486103508e-1),
        8.7945855171e1,
    ),
    "Lanczos3": (
        *LANCZOS,
        [(1.2, 0.3, 5.6, 5.5, 6.5, 7.6), (0.5, 0.7, 3.6, 4.2, 4, 6.3)],
        (8.6816414977e-2, 9.5498101505e-1, 8.4400777463e-1, 2.9515951832, 1.5825685901, 4.9863565084),
        (
            1.7197908859e-2,
            9.7041624475e-2,
            4.1488663282e-2,
            1.0766312506e-1,
            5.8371576281e-2,
            3.4436403035e-2,
        ),
        1.6117193594e-8,
    ),
}


def bank(y: np.ndarray, x: np.ndarray) -> Databank:
    return Databank.from_frame(pd.DataFrame({"y": y, "x": x}, index=range(1900, 1900 + len(y))))


def text(name: str, start: tuple[float, ...] | None) -> str:
    count = len(CASES[name][3])
    given = [f"b{place}" + ("" if start is None else f" = {start[place]!r}") for place in range(count)]
    return f"model nist\nexogenous x\ncoefficient {', '.join(given)}\nbehavioural y = {FORMS[name]}\n"


@pytest.mark.parametrize("turn", [0, 1])
@pytest.mark.parametrize("name", FORMS)
def test_certified_values(name: str, turn: int) -> None:
    y, x, starts, values, errors, squares = CASES[name]
    one = estimate_equation(read_model(text(name, starts[turn])), "y", bank(y, x))
    np.testing.assert_allclose(list(one.values.values()), values, rtol=1e-9)
    np.testing.assert_allclose(one.standard_errors, errors, rtol=1e-9)
    assert one.residuals @ one.residuals == pytest.approx(squares, rel=1e-9)
    assert one.method == "nls"


@pytest.mark.parametrize("name", ["Misra1a", "Rat42", "DanWood", "BoxBOD"])
def test_without_any_start(name: str) -> None:
    y, x, _, values, _, _ = CASES[name]
    one = estimate_equation(read_model(text(name, None)), "y", bank(y, x))
    np.testing.assert_allclose(list(one.values.values()), values, rtol=1e-7)
