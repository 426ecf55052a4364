"""LaTeX: the economist's notation, and nothing that TeX would choke on."""

import re

import pytest
from hypothesis import given, settings
from tests.macro.language.hostile import SOUND
from tests.macro.language.made_models import KLEIN, large_model
from tests.macro.language.trees import expressions

from longwave.macro.language.latex import equation_to_latex, expression_to_latex, model_to_latex
from longwave.macro.language.read import read_expression, read_model


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("Y", "Y_{t}"),
        ("Y(-1)", "Y_{t-1}"),
        ("Y(+2)", "Y_{t+2}"),
        ("c0 + c1*Y", r"c_{0} + c_{1} \, Y_{t}"),
        ("alpha", r"\alpha"),
        ("GDP", r"\mathit{GDP}_{t}"),
        ("C_agr(-1)", r"C_{\mathrm{agr},t-1}"),
        ("消费", r"\text{消费}_{t}"),
        ("dlog(C)", r"\Delta\log C_{t}"),
        ("d(C, 4)", r"\Delta_{4} C_{t}"),
        ("pct(C/P)", r"\%\Delta \frac{C_{t}}{P_{t}}"),
        ("log(C)", r"\log C_{t}"),
        ("lag(C, 2)", "C_{t-2}"),
        ("lag(C + G, 2)", r"L^{2}\left(C_{t} + G_{t}\right)"),
        ("lead(C)", "C_{t+1}"),
        ("movavg(C(-1), 4)", r"\frac{1}{4} \sum_{i=0}^{3} C_{t-1-i}"),
        ("movsum(C, 4)", r"\sum_{i=0}^{3} C_{t-i}"),
        ("pdl(G, c, 8, 2)", r"\sum_{k=0}^{8} \left(c_{0} + c_{1} k + c_{2} k^{2}\right) G_{t-k}"),
        ("C^2", "C_{t}^{2}"),
        ("(C + G)^alpha", r"\left(C_{t} + G_{t}\right)^{\alpha}"),
        ("2*3*C", r"2 \cdot 3 \, C_{t}"),
        ("1e-7*C", r"1 \times 10^{-7} \, C_{t}"),
        ("C - (G - 1)", r"C_{t} - \left(G_{t} - 1\right)"),
        ("sqrt(abs(C))", r"\sqrt{\left|C_{t}\right|}"),
        ("max(C, 0)", r"\max\left(C_{t}, 0\right)"),
        ("normcdf(C)", r"\Phi\left(C_{t}\right)"),
        ("if(C > 0 and G != 1, C, 0)",
         r"\begin{cases} C_{t} & \text{if } C_{t} > 0 \wedge G_{t} \ne 1 \\ 0 & \text{otherwise} \end{cases}"),
        ("C.rho1", r"\rho^{C}_{1}"),
    ],
)  # fmt: skip
def test_expressions(text, latex):
    constants = {"c0", "c1", "c2", "alpha", "C.rho1"}
    assert expression_to_latex(read_expression(text), constants) == latex


def test_a_behavioural_equation_ends_in_its_error_and_an_identity_does_not():
    model = read_model(SOUND)
    by_name = {each.name: equation_to_latex(each, model) for each in model.equations}
    assert by_name["C"].endswith(r"\, C_{t-1} + \varepsilon^{C}_t")
    assert by_name["Y"] == "Y_{t} = C_{t} + G_{t}"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("text", [SOUND, KLEIN, large_model(12, 14)])
def test_a_whole_model(text, lang):
    latex = model_to_latex(read_model(text), lang)
    _is_balanced(latex)
    assert ("ctex" in latex) == (lang == "zh")
    assert latex.count(r"\begin{align}") == latex.count(r"\end{align}") >= 1


def test_regimes_stand_as_cases():
    latex = model_to_latex(read_model(SOUND), whole_document=False)
    assert (
        r"r_{t} &= \begin{cases}" in latex
        and r"0.25 & \text{otherwise} \end{cases} + \varepsilon^{r}_t" in latex
    )


def test_signs_that_tex_reads_are_written_out():
    latex = model_to_latex(read_model('model m "50% & more_ #1 {x} $"\nexogenous x [%/y_1]\nidentity y = x'))
    assert r"50\% \& more\_ \#1 \{x\} \$" in latex and r"\%/y\_1" in latex


@settings(max_examples=100)
@given(expressions)
def test_braces_and_brackets_balance_in_any_expression(tree):
    _is_balanced(expression_to_latex(tree))


def _is_balanced(latex: str) -> None:
    bare = re.sub(r"\\[{}]", "", latex)
    depth = 0
    for sign in bare:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    assert len(re.findall(r"\\left[(|]", latex)) == len(re.findall(r"\\right[)|]", latex))
    assert latex.count(r"\begin{") == latex.count(r"\end{")
