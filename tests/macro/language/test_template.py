"""Templates: lists, loops, sums over lists, blanks in names and labels."""

import time

import pytest

from longwave.core.errors import BadInput
from longwave.macro.language.read import read_expression, read_model
from longwave.macro.language.tree import Apply, Name, Number

HEAD = """
list sectors = agr "Agriculture" "农业", ind "Industry" "工业", srv
list countries = A, B, C
exogenous y
"""


def test_a_loop_is_written_out_with_labels():
    model = read_model(
        HEAD
        + """
        for s in sectors {
          endogenous Q_{s} "Output of {s}" "{s}产出" [USD]
          coefficient a_{s} "Slope, {s}"
          behavioural Q_{s}: dlog(Q_{s}) = a_{s}*dlog(y)  estimate ols  instruments Q_{s}(-1)
        }
        """
    )
    assert [each.name for each in model.endogenous] == ["Q_agr", "Q_ind", "Q_srv"]
    assert model.variable("Q_agr").names.en == "Output of Agriculture"
    assert model.variable("Q_agr").names.zh == "农业产出"
    assert model.variable("Q_srv").names.zh == "srv产出"
    assert [each.name for each in model.parameters] == ["a_agr", "a_ind", "a_srv"]
    assert model.equations[2].right == read_expression("a_srv*dlog(y)")
    assert model.equations[2].estimation.iv_instruments == (Name("Q_srv", -1),)


def test_sums_over_lists():
    model = read_model(HEAD + "exogenous x_agr, x_ind, x_srv\nidentity t = 2*sum(s in sectors, x_{s}(-1))")
    assert model.equations[0].right == read_expression("2*(x_agr(-1) + x_ind(-1) + x_srv(-1))")
    one = read_model("list l = a\nexogenous x_a\nidentity t = sum(s in l, x_{s})")
    assert one.equations[0].right == Name("x_a")


def test_all_but_one():
    model = read_model(
        HEAD
        + """
        for c in countries { for p in countries except c { exogenous m_{p}_{c} } }
        for c in countries { identity x_{c} = sum(p in countries except c, m_{p}_{c}) }
        identity w = sum(c in countries except B, x_{c})
        """
    )
    assert len(model.exogenous) == 1 + 6
    by_name = {each.name: each.right for each in model.equations}
    assert by_name["x_B"] == read_expression("m_A_B + m_C_B")
    assert by_name["w"] == read_expression("x_A + x_C")


def test_numbered_elements_stand_for_numbers():
    model = read_model(
        "list k = 1..3\nexogenous x\nparameter w1, w2, w3\nidentity y = sum(i in k, w{i}*lag(x, {i})/{i})"
    )
    terms = model.equations[0].right.arguments
    assert terms[1] == Apply(
        "/", (Apply("*", (Name("w2"), Apply("lag", (Name("x"), Number(2.0))))), Number(2.0))
    )


def test_two_lists_in_one_loop():
    model = read_model(HEAD + "for s in sectors, c in countries { identity q_{s}_{c} = y }")
    assert len(model.equations) == 9


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("for s in nowhere { identity x_{s} = y }", "no list nowhere"),
        ("identity x = sum(s in nowhere, y)", "no list nowhere"),
        ("identity x = y_{s}", "Nothing stands for {s}"),
        ("for s in sectors { identity x_{t} = y }", "Nothing stands for {t}"),
        ("for s in sectors { identity x = y }", "second equation for x"),
        ("for s in sectors except nobody { identity x_{s} = y }", "neither an element"),
        ("list sectors = a", "declared twice"),
        ("for s in sectors { list t = a }", "inside a loop"),
        ("for s in sectors { identity x_{s} = y", "never closed"),
    ],
)
def test_what_is_wrong_with_a_template_is_said(text, piece):
    with pytest.raises(BadInput) as refusal:
        read_model(HEAD + text)
    assert piece in str(refusal.value)
    assert "line 5" in str(refusal.value)


def test_lists_within_lists_cannot_explode():
    text = "list l = 1..9999\nexogenous x\nfor a in l { for b in l { for c in l { identity y_{a}_{b}_{c} = x } } }"
    start = time.process_time()
    with pytest.raises(BadInput) as refusal:
        read_model(text)
    assert time.process_time() - start < 3  # without the bound: for ever
    assert "more than 2,000,000 terms" in str(refusal.value)


def test_a_thousand_sectors():
    model = read_model(
        "list l = 1..1000\nexogenous x\nfor a in l { identity y{a} = x(-1)*{a} }\nidentity t = sum(a in l, y{a})"
    )
    assert len(model.equations) == 1001
    assert len(model.equations[-1].right.arguments) == 1000


@pytest.mark.parametrize(
    "text",
    [
        'list a = 1..1000 for s in a { endogenous y{s} "LABEL" identity y{s} = 1 }'.replace(
            "LABEL", "{s}" * 20_000
        ),
        f'list a = u "{"long " * 2_000}", v\nlist b = 1..5000\n'
        'for s in b, r in a { endogenous y{s}{r} "{r}" identity y{s}{r} = 1 }',
        f"list a = 1..10000\nidentity y = sum(s in a, x{'{s}' * 60})",
    ],
)
def test_names_and_labels_may_not_swell(text):
    began = time.process_time()
    with pytest.raises(BadInput, match=r"Written out|longer than"):
        read_model(text)
    assert time.process_time() - began < 3  # without the bound: minutes


def test_a_name_that_is_filled_may_not_be_too_long():
    text = f"list a = {'n' * 150}\nfor s in a {{ identity y_{{s}}_{{s}} = 1 }}"
    with pytest.raises(BadInput, match="longer than"):
        read_model(text)
