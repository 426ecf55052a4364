"""bimets MDL: Klein's model, regimes, restrictions, polynomial lags, autoregressive errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput
from longwave.core.period import Frequency, Period
from longwave.macro.databank import Databank
from longwave.macro.interop.mdl import read_mdl
from longwave.macro.language.read import read_expression, read_model
from longwave.macro.language.write import write_model
from longwave.macro.model import Equation, Kind, Model
from longwave.macro.solve import solve

KLEIN = """
$ Klein's Model I, his six equations (1950)
MODEL

COMMENT> Consumption
BEHAVIORAL> cn
TSRANGE 1921 1 1941 1
EQ> cn = a1 + a2*p + a3*TSLAG(p,1) + a4*(w1+w2)
COEFF> a1 a2 a3 a4

COMMENT> Investment
BEHAVIORAL> i TSRANGE 1921 1 1941 1
EQ> i = b1 + b2*p + b3*TSLAG(p,1) +
        b4*TSLAG(k,1)
COEFF> b1 b2 b3 b4
IV> 1
IV> g
IV> TSLAG(k)

COMMENT> Demand for labour
BEHAVIORAL> w1
TSRANGE 1921 1 1941 1
EQ> w1 = c1 + c2*(y+t-w2) + c3*TSLAG(y+t-w2,1) + c4*time
COEFF> c1 c2 c3 c4

IDENTITY> y
EQ> y = cn + i + g - t
IDENTITY> p
EQ> p = y - (w1+w2)
IDENTITY> k
EQ> k = TSLAG(k,1) + i

END
What stands here is not read.
"""


def equation(model: Model, name: str) -> Equation:
    return next(each for each in model.equations if each.name == name)


def klein_bank(pack: Path) -> Databank:
    table = pd.read_csv(pack / "klein1.csv").set_index("year")
    capital = table["capitalLag"].shift(-1)
    capital[1941] = capital[1940] + table["invest"][1941]
    return Databank.from_frame(
        pd.DataFrame(
            {
                "cn": table["consump"],
                "i": table["invest"],
                "w1": table["privWage"],
                "p": table["corpProf"],
                "k": capital,
                "y": table["gnp"] - table["taxes"] + table["govWage"],
                "w2": table["govWage"],
                "g": table["govExp"] + table["govWage"],
                "t": table["taxes"],
                "time": table["trend"],
            }
        )
    )


def test_klein_is_read_as_it_is_written() -> None:
    found = read_mdl(KLEIN)
    model = found.model
    assert [each.name for each in model.endogenous] == ["cn", "i", "w1", "y", "p", "k"]
    assert [each.name for each in model.exogenous] == ["w2", "g", "t", "time"]
    assert [each.name for each in model.parameters][:5] == ["a1", "a2", "a3", "a4", "b1"]
    assert all(each.estimated and each.value is None for each in model.parameters)
    assert model.frequency is Frequency.ANNUAL and not found.warnings
    assert model.variable("w1").names.en == "Demand for labour"
    assert equation(model, "cn").kind is Kind.BEHAVIOURAL and equation(model, "y").kind is Kind.IDENTITY
    note = equation(model, "i").estimation
    assert note is not None and (note.method, note.first, note.last) == ("2sls", "1921", "1941")
    assert note.iv_instruments == (read_expression("g"), read_expression("lag(k)"))
    assert equation(model, "w1").right == read_expression(
        "c1 + c2*(y + t - w2) + c3*lag(y + t - w2, 1) + c4*time"
    )
    assert read_model(write_model(model)) == model


def test_klein_simulated_with_its_least_squares_coefficients(klein_pack: Path) -> None:
    """Dynamic simulation from 1923, figures of the R package bimets (reference manual, OLS coefficients)."""
    bank = klein_bank(klein_pack)
    frame = bank.frame()
    frame.index = frame.index.astype(int)
    one = pd.Series(1.0, frame.index)
    sales = frame["y"] + frame["t"] - frame["w2"]
    regressions = {
        "cn": ("a", [one, frame["p"], frame["p"].shift(), frame["w1"] + frame["w2"]]),
        "i": ("b", [one, frame["p"], frame["p"].shift(), frame["k"].shift()]),
        "w1": ("c", [one, sales, sales.shift(), frame["time"]]),
    }
    values: dict[str, float] = {}
    for name, (letter, columns) in regressions.items():
        right = np.column_stack([each.loc[1921:1941] for each in columns])
        fitted = np.linalg.lstsq(right, frame[name].loc[1921:1941], rcond=None)[0]
        values.update({f"{letter}{number}": float(each) for number, each in enumerate(fitted, start=1)})
    assert values["a2"] == pytest.approx(0.192934, abs=5e-7)
    for model in (read_mdl(KLEIN).model, read_model(write_model(read_mdl(KLEIN).model))):
        solved = solve(model.with_values(values), bank, Period.parse("1923"), Period.parse("1941"))
        years = ["1923", "1924", "1925", "1940", "1941"]
        assert solved.series("cn")[years].to_numpy() == pytest.approx(
            [50.3380408, 55.6994240, 56.7111734, 66.7799099, 75.4510644], rel=1e-8
        )
        assert solved.series("y")[years].to_numpy() == pytest.approx(
            [56.0305622, 65.8525850, 64.2650750, 76.8049022, 93.4459144], rel=1e-8
        )


FULL = """MODEL
BEHAVIORAL> q
TSRANGE 1990 2 2010 3
EQ> TSDELTALOG(q) = c0 - c1*TSLAG(x) + c2*LOG(z) + c3*TSDELTAP(x,4)
COEFF> c0 c1 c2 c3
PDL> c1 2 5 N F
RESTRICT> c2 - 2*c3 = 1.5
LAG(c1,2) = 0.3
ERROR> AUTO(2)
STORE> coe(1)
BEHAVIORAL> r
EQ> r = c0 + c1*q
COEFF> c0 c1
IDENTITY> k
IF> q > 0 & (x <= 1 | !(z == 2))
EQ> k = MOVAVG(q, 4)
IDENTITY> k
EQ> k = MOVSUM(TSLEAD(q,2), 3) + ABS(q) - EXP(x)
END
"""


def test_lags_restrictions_errors_and_names_that_two_equations_share() -> None:
    found = read_mdl(FULL)
    model = found.model
    q = equation(model, "q")
    assert q.left == read_expression("dlog(q)")
    assert q.right == read_expression("q_c0 - pdl(lag(x), q_c1_, 4, 2) + c2*log(z) + c3*pct(x, 4)")
    note = q.estimation
    assert note is not None and note.ar == 2 and (note.first, note.last) == ("1990-Q2", "2010-Q3")
    restrictions = [(str(left), str(right)) for left, right in note.restrictions]
    expected = [
        (read_expression(left), read_expression(right))
        for left, right in (
            ("c2 - 2*c3", "1.5"),
            ("q_c1_0 + 2*q_c1_1 + 4*q_c1_2", "0.3"),
            ("q_c1_0", "0"),
            ("q_c1_0 + 4*q_c1_1 + 16*q_c1_2", "0"),
        )
    ]
    assert len(restrictions) == 4 and list(note.restrictions) == expected
    names = [each.name for each in model.parameters]
    assert {"q_c0", "q_c1_0", "q_c1_2", "c2", "r_c0", "r_c1", "q.rho1", "q.rho2"} <= set(names)
    assert equation(model, "k").condition == read_expression("q > 0 and (x <= 1 or not (z == 2))")
    assert equation(model, "k#2").right == read_expression("movsum(lead(q, 2), 3) + abs(q) - exp(x)")
    assert "STORE>" in found.warnings[0].text()
    again = read_model(write_model(model))
    assert again.equations == model.equations and {each.name for each in again.parameters} == set(names)


def test_two_opposite_regimes_leave_nothing_out() -> None:
    text = "MODEL\nIDENTITY> a\nIF> x > 1\nEQ> a = 2\nIDENTITY> a\nEQ> a = 3\nIF> x <= 1\nIDENTITY> b\nEQ> b = a\nEND"
    found = read_mdl(text)
    assert [each.condition is None for each in found.model.equations] == [False, True, True]
    assert found.model.add_factors == ("a.add", "b.add")  # nothing but identities: they hold up to a residual
    assert "add-factor" in found.warnings[0].text()
    assert read_mdl(text, adjustable=False).model.add_factors == ()
    bank = Databank.from_frame(pd.DataFrame({"x": [0.0, 2.0, 1.0]}, index=["2000", "2001", "2002"]))
    solved = solve(read_mdl(text, adjustable=False).model, bank, Period.parse("2001"), Period.parse("2002"))
    assert list(solved.series("b")) == [2.0, 3.0]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("EQ> cn =", "EQ> cm =", 8),
        ("a4*(w1+w2)", "a4*(w1+w2))", 8),
        ("TSLAG(p,1) + a4", "LAGGED(p,1) + a4", 8),
        ("TSLAG(p,1) + a4", "p(-1) + a4", 8),
        ("COEFF> a1", "COEF> a1", 9),
        ("TSRANGE 1921 1 1941 1\nEQ> cn", "TSRANGE 1921 1 1941\nEQ> cn", 7),
        ("COEFF> a1 a2 a3 a4", "COEFF> a1 a2 a3 a4\nERROR> MA(1)", 10),
        ("COEFF> a1 a2 a3 a4", "COEFF> a1 a2 a3 a4\nRESTRICT> a9 = 1", 10),
        ("COEFF> a1 a2 a3 a4", "COEFF> a1 a2 a3 a4\nPDL> a3 3 3", 10),
        ("COEFF> a1 a2 a3 a4", "COEFF> a1 a2 a3 a4\nPDL> a1 1 3", 10),
        ("IDENTITY> y\n", "IDENTITY> y\nEQ> y = 1\n", 28),
        ("IDENTITY> p\nEQ> p = y", "IDENTITY> y\nEQ> y = y", 29),
        ("MODEL\n", "MODEL\nnonsense\n", 4),
        ("IDENTITY> y\n", "IDENTITY>\n", 26),
    ],
)
def test_refusals_say_where(old: str, new: str, line: int) -> None:
    with pytest.raises(BadInput) as caught:
        read_mdl(KLEIN.replace(old, new, 1))
    assert caught.value.message.values["line"] == line, caught.value.text()
    assert caught.value.mend is not None and caught.value.text("zh")


def test_nothing_to_read() -> None:
    for text in ("MODEL\nEND\n", "\n", "IDENTITY> y\nEQ> y = 1\n"):
        with pytest.raises(BadInput):
            read_mdl(text)


def test_frequency_is_told_where_the_samples_leave_it_open() -> None:
    assert read_mdl(KLEIN, frequency=Frequency.QUARTERLY).model.equations[0].estimation.first == "1921-Q1"  # type: ignore[union-attr]
    wrong = read_mdl(KLEIN.replace("1921 1 1941 1", "1921 5 1941 1", 1), frequency=Frequency.QUARTERLY)
    assert "cn" in wrong.warnings[0].text("zh")


@pytest.mark.parametrize("file", ["frbus_model_var.mdl.txt", "frbus_model_mcap_wp.mdl.txt"])
def test_the_feds_model_in_mdl(frbus_pack: Path, file: str) -> None:
    found = read_mdl(frbus_pack / file)
    assert len(found.model.endogenous) == 284 and len(found.model.equations) == 293
    assert len(found.model.add_factors) == 284
    assert read_model(write_model(found.model)) == found.model


@pytest.mark.parametrize(
    "right",
    ["TSLAG(x,999999999)", "TSLAG(x,0.5)", "MAVE(MAVE(MAVE(MAVE(x,200),200),200),200)", "MTOT(x,1001)"],
)
def test_lags_and_averages_beyond_bounds_are_named_with_their_line(right: str) -> None:
    with pytest.raises(BadInput, match="Line 3"):
        read_mdl(f"MODEL\nIDENTITY> y\nEQ> y = {right}\nEND\n")
