"""What is wrong, or worth a look, in a model that parses."""

import pytest

from longwave.core.errors import BadInput
from longwave.macro.language.check import findings_in
from longwave.macro.language.read import look_at, read_model
from longwave.macro.model import Model

HEAD = "exogenous a [USD], b [USD]\nparameter k = 1\ncoefficient c\nbehavioural base = a + b + k + c\n"

SEVERE = [
    ("identity x = a + nothing", "nothing"),
    ("exogenous a", "a is declared twice"),
    ("endogenous lonely", "no equation for the endogenous variable lonely"),
    ("identity x = a identity x = b", "second equation for x"),
    ("behavioural x = a when a > 0 identity x = b", "some are behavioural"),
    ("identity x = k(-1)", "takes no lag"),
    ("parameter p = 3 in 0..1 identity x = p", "outside its bounds"),
    ("parameter p in 2..1 identity x = p", "lower bound"),
    ("identity x = a errors ar(1)", "takes no errors"),
    ("behavioural x = c*a restrict k = 1", "names no coefficient"),
    ("behavioural x = c*a restrict c^2 = 1", "not linear"),
    ("behavioural x = c*a restrict c*c = 1", "not linear"),
    ("behavioural x = c*a restrict a = 1", "no coefficient"),
    ("behavioural x = c*a instruments gone", "gone"),
    ("behavioural x = c*a instruments k", "cannot be an instrument"),
    ("frequency annual behavioural x = c*a sample 1960-Q1..1970-Q1", "frequency"),
    ("behavioural x = c*a sample 1960..1970-Q1", "frequency"),
    ("behavioural x = c*a sample 1970..1960", "before it begins"),
    ("identity b = a + 1", "cannot"),
    ("identity e for ?: a = b endogenous u, v", "left to the matching"),
    ("identity u for v: u = a identity w for u: u = v*2 + w", "does not stand in the equation"),
    ("exogenous x.y", "has a dot"),
    ("exogenous base.add", "add-factor"),
    ("exogenous ｗ", "wide"),
    ("exogenous \u0441b, cb identity x = \u0441b + cb", "look the same"),
    ("identity x = movavg(a, 0)", "number of periods"),
    ("identity x = lag(lag(a, 900), 900)", "periods away"),
    ("identity x = pdl(a, w, 2, 5)", "polynomial"),
]


@pytest.mark.parametrize(("text", "piece"), SEVERE)
def test_severe_findings_refuse(text, piece):
    with pytest.raises(BadInput) as refusal:
        read_model(HEAD + text)
    told = str(refusal.value)
    assert piece in told or piece == "cannot"
    assert "line 5" in told or piece in ("some are behavioural",)


LIGHT = [
    ("coefficient idle", "The coefficient idle is used nowhere."),
    ("parameter idle = 1", "The parameter idle is used nowhere."),
    ("exogenous idle", "The exogenous variable idle is used nowhere."),
    ("parameter p identity x = p", "has no value"),
    ("identity x = a(+1)", "looks ahead"),
    ("exogenous e [%] identity x = a + e", "different units"),
    ("identity x = a when b > 0", "holds on a condition"),
    ("behavioural x = a when b > 0 behavioural x = b when b < 0", "Every equation for x"),
    ("behavioural x = c*a estimate 2sls", "names no instruments"),
    ("behavioural x = c*a estimate ols instruments b", "does not use"),
    ("behavioural x = c*a estimate 2sls instruments base", "endogenous in the same period"),
    ("behavioural x = a estimate ols", "has no coefficient"),
    ("exogenous log identity x = log", "called like a function"),
]


@pytest.mark.parametrize(("text", "piece"), LIGHT)
def test_light_findings_are_told_and_do_not_refuse(text, piece):
    model, findings = look_at(HEAD + text)
    assert model is not None
    assert [str(each.message) for each in findings if piece in str(each.message)]
    assert all(each.message.text("zh") and each.mend.text("zh") for each in findings)
    assert read_model(HEAD + text) == model


def test_a_sound_model_has_no_findings():
    assert findings_in(read_model(HEAD)) == []


def test_a_model_without_equations_is_named():
    assert [each.severe for each in findings_in(Model("m", (), (), (), ()))] == [True]


def test_case_is_the_first_suspect():
    with pytest.raises(BadInput) as refusal:
        read_model("exogenous GDP, GDQ\nidentity x = gdp")
    assert "Did you mean GDP?" in str(refusal.value)


def test_a_bare_function_name():
    with pytest.raises(BadInput) as refusal:
        read_model("exogenous a\nidentity x = log + a")
    assert "log( ... )" in str(refusal.value)


def test_a_restriction_may_reach_across_equations():
    text = HEAD + "coefficient e behavioural x = c*a restrict c = e behavioural y = e*a"
    note = next(each.estimation for each in read_model(text).equations if each.variable == "x")
    restrictions = note.restrictions
    assert [(left.name, right.name) for left, right in restrictions] == [("c", "e")]
