"""EViews text and ModelFlow's FRML text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import BadInput
from longwave.core.period import Frequency, Period
from longwave.macro.databank import Databank
from longwave.macro.interop.eviews import read_eviews, read_frml
from longwave.macro.language.read import read_expression, read_model
from longwave.macro.language.write import write_model
from longwave.macro.model import Kind
from longwave.macro.solve import solve

TEXT = """' A small model
coef(10) b
c(1) = 0.1
@PARAM c(2) 0.5 b(1) -0.25

DLOG(Cons) = c(1) + c(2)*dlog(inc) + b(1)*(log(cons(-1)) - log(inc(-1))) + _
      0.01*@during("1982 1983") ' a dummy
@IDENTITY inc = cons + g + @recode(g > 0 and t = 1, 1, 0)
@pc(p) = 2 + @movav(@pch(g), 2) + 0*@trend + 0*@trend("1980")
q/p = @elem(g, "1981") + @logit(0) + d(g, 2) + dlog(g, 0, 2) + @emax(g, 3) - -g^2
"""


def bank(**columns: list[float]) -> Databank:
    frame = pd.DataFrame(columns)
    frame.index = pd.Index([str(1980 + row) for row in range(len(frame))])
    return Databank.from_frame(frame)


def test_equations_coefficients_and_functions() -> None:
    found = read_eviews(TEXT)
    model = found.model
    assert [each.name for each in model.endogenous] == ["CONS", "INC", "P", "Q"]
    assert model.values == {"C_1": 0.1, "C_2": 0.5, "B_1": -0.25}
    assert all(each.estimated for each in model.parameters)
    assert [each.kind is Kind.IDENTITY for each in model.equations] == [False, True, False, False]
    assert model.equations[0].right == read_expression(
        "C_1 + C_2*dlog(INC) + B_1*(log(CONS(-1)) - log(INC(-1))) + 0.01*DURING_1982_1983"
    )
    assert model.equations[1].right == read_expression("CONS + G + if(G > 0 and T == 1, 1, 0)")
    assert model.equations[2].left == read_expression("pct(P)")
    assert model.equations[3].right == read_expression(
        "G_VALUE_1981 + logistic(0) + d(d(G)) + dlog(G, 2) + max(G, 3) - (-G)^2"
    )
    assert [each.kind for each in found.made] == ["during", "trend", "trend", "element"]
    assert read_model(write_model(model)) == model


def test_made_columns_and_names_of_any_case_solve() -> None:
    found = read_eviews(
        "@identity y = x*@during(1981) + @elem(X, 1982) + @trend(1980)/10 + @year - @quarter\n"
    )
    data = found.complete(bank(x=[1.0, 2.0, 3.0, 4.0]))
    solved = solve(found.model, data, Period.parse("1981"), Period.parse("1983"))
    assert list(solved.series("Y")) == pytest.approx([2 + 3 + 0.1 + 1980, 3 + 0.2 + 1981, 3 + 0.3 + 1982])
    with pytest.raises(BadInput, match="1985"):
        read_eviews("y = @elem(x, 1985)\n").complete(bank(x=[1.0, 2.0]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@pch(x)", [1.0, 0.5]),
        ("@pc(x)", [100.0, 50.0]),
        ("d(x,2)", [None, 0.0]),
        ("d(x,1,2)", [None, None]),
        ("d(x,0,2)", [None, 2.0]),
        ("@inv(x)", [0.5, 1 / 3]),
        ("@log10(x*5)", [1.0, np.log10(15)]),
        ("@cnorm(0) + @sqr(x*2)", [2.5, 0.5 + np.sqrt(6)]),
        ("@lag(x, 1)", [1.0, 2.0]),
        ("@seas(1)", [1.0, 1.0]),
        ("@movsum(x, 2)", [3.0, 5.0]),
    ],
)
def test_functions_give_their_values(text: str, expected: list[float | None]) -> None:
    found = read_eviews(f"y = {text}\n")
    data = found.complete(bank(x=[1.0, 2.0, 3.0]))
    for year, value in zip(("1981", "1982"), expected, strict=True):
        if value is not None:
            solved = solve(found.model, data, Period.parse(year), Period.parse(year))
            assert solved.series("Y").iloc[0] == pytest.approx(value)


def test_growth_over_a_year_needs_the_frequency() -> None:
    with pytest.raises(BadInput, match="year"):
        read_eviews("y = @pcy(x)\n")
    model = read_eviews("y = @pcy(x)\nz = @pca(x)\n", frequency=Frequency.QUARTERLY).model
    assert model.equations[0].right == read_expression("pct(x, 4)".replace("x", "X"))
    assert model.equations[1].right == read_expression("100*((X/lag(X, 1))^4 - 1)")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("y = x\n:eq01\n", 2),
        ("y = %name\n", 1),
        ("y = {v}\n", 1),
        ("\ny = @mean(x)\n", 2),
        ("y = @movavc(x, 3)\n", 1),
        ("y = c(1)(-1)\n", 1),
        ('y = @elem(x, "soon")\n', 1),
        ("y = @elem(d(x), 1980)\n", 1),
        ("y = x\ny = z\n", 2),
        ("y = x +\n", 1),
        ("2 = x\n", 1),
        ("c(1) = many\ny = c(1)\n", 1),
        ("y = d(x, 1.5)\n", 1),
        ("y ~ x\n", 1),
    ],
)
def test_refusals_say_where(text: str, line: int) -> None:
    with pytest.raises(BadInput) as caught:
        read_eviews(text)
    assert caught.value.message.values["line"] == line, caught.value.text()
    assert caught.value.mend is not None and caught.value.text("zh")


def test_lines_that_command_are_named() -> None:
    found = read_eviews("@INNOV y 0.5\nassign @all f\ny = x\n")
    assert "@innov" in found.warnings[0].text() and "assign" in found.warnings[0].text("zh")


FRML = """
FRML <IDENT> Y = C + G $
FRML <DAMP,STOC> C = (C(-1)*EXP(C_A + 0.5*(LOG(Y)-LOG(Y(-1))))) * (1-C_D) + C_X*C_D $ FRML <> P = MAX(P(-1),1)
  + DIFF(Y) + MOVAVG(Y,-2) + RECODE(Y>1,LOGIT_INVERSE(0),LOGIT(0.5)) $
FRML <FIT> C_FITTED = C(-1)*EXP(0.5*(LOG(Y)-LOG(Y(-1)))) $
FRML <CALC_ADD_FACTOR> C_A = LOG(C)-LOG(C(-1)) - 0.5*(LOG(Y)-LOG(Y(-1))) $
"""


def test_modelflow_text() -> None:
    found = read_frml(FRML)
    model = found.model
    assert [each.name for each in model.endogenous] == ["Y", "C", "P"]
    assert [each.name for each in model.exogenous] == ["G", "C_A", "C_D", "C_X"]
    assert model.add_factors == ("C.add",) and found.stochastic == ("C",)
    assert model.equations[2].right == read_expression(
        "max(P(-1), 1) + d(Y) + movavg(Y, 2) + if(Y > 1, logistic(0), log(0.5/(1 - 0.5)))"
    )
    assert "1 FIT" in found.warnings[0].text()
    assert read_model(write_model(model)) == model


@pytest.mark.parametrize(
    "text",
    [
        "FRML <> y = x",
        "FRML <> y = x FRML <> z = y $",
        "FRML <> y x $",
        "FRML <> y = nofunction(x, 2) $",
        "FRML <> y = x $ FRML <> y = z $",
        "list s = a b c $\nFRML <> y = x $",
        "do s $\nFRML <> y_{s} = x $\nenddo $",
        "nothing here",
    ],
)
def test_modelflow_text_that_is_not_read(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_frml(text.encode())
    assert caught.value.mend is not None and caught.value.text("zh")


def test_autoregressive_errors_in_brackets() -> None:
    text = '@param c(1) 0.25\ny = 2*x + [AR(1)=0.4,AR(3)=c(1),UNCOND,ESTSMPL="1990 2000"]\nz = y\n'
    found = read_eviews(text).model
    assert found.equations[0].estimation is not None
    assert found.equations[0].estimation.ar == 3
    assert {name: found.values[name] for name in ("Y.rho1", "Y.rho2", "Y.rho3")} == {
        "Y.rho1": 0.4,
        "Y.rho2": 0.0,
        "Y.rho3": 0.25,
    }
    bank = Databank(
        Period.parse("2000"), ("X", "Y"), np.array([[1.0, 3.0], [1, 4.0], [1, 3.0], [1, 0.0], [1, 0.0]])
    )
    solved = solve(found, bank, Period.parse("2003"), Period.parse("2004"))
    missed = [1.0, 2.0, 1.0]  # of 2000 to 2002
    first = 0.4 * missed[2] + 0.25 * missed[0]
    second = 0.4 * first + 0.25 * missed[1]
    assert solved.path("Y").tolist() == pytest.approx([2.0 + first, 2.0 + second], abs=1e-12)


@pytest.mark.parametrize(
    "term",
    [
        "[MA(1)=0.4]",
        "[AR(0)=0.4]",
        "[AR(25)=0.4]",
        "[AR(1)=x]",
        "[AR(1)=1e999]",
        "[]",
        "[AR(1)=0.1,AR(1)=0.2]",
    ],
)
def test_other_error_terms_are_refused_with_the_way_to_write_them(term: str) -> None:
    with pytest.raises(BadInput, match="error process") as caught:
        read_eviews(f"y = 2*x + {term}\n")
    assert "AR(1)=0.4" in str(caught.value.mend)
    with pytest.raises(BadInput):
        read_eviews(f"@identity y = 2*x + {term}\n")


def test_the_frequency_is_asked_for_only_where_the_text_hangs_on_it() -> None:
    asked: list[int] = []

    def quarterly() -> Frequency:
        asked.append(1)
        return Frequency.QUARTERLY

    assert read_eviews("y = @pch(x)\n", frequency=quarterly).model.frequency is None
    assert not asked
    found = read_eviews("y = @pchy(x) + @pcy(x)\n", frequency=quarterly).model
    assert (found.frequency, len(asked)) == (Frequency.QUARTERLY, 1)
    assert read_eviews("freq q\ny = @pchy(x) + @pcy(x)\n").model == found
    with pytest.raises(BadInput, match="how many periods") as caught:
        read_eviews("y = @pchy(x)\n")
    assert "--data" in str(caught.value.mend)
