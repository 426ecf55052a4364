"""Writing: what is read back is what was written."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.macro.language.hostile import SOUND
from tests.macro.language.made_models import KLEIN, large_model
from tests.macro.language.trees import NAMES, expressions

from longwave.core.errors import BadInput, UsageError
from longwave.macro.language.read import read_expression, read_model
from longwave.macro.language.tree import Number
from longwave.macro.language.write import WIDTH, write_equation, write_expression, write_model
from longwave.macro.model import Variable


@settings(max_examples=400)
@given(expressions)
def test_an_expression_reads_back_as_it_was_written(tree):
    assert read_expression(write_expression(tree)) == tree


TEXTS = (
    SOUND,
    KLEIN,
    large_model(20, 4),
    # sections out of order, a regime, labels of its own, a variable left to the matching, an odd unit and label
    """
    model odd "with \\"quotes\\" and a \\\\" "中文\\n换行"
    section b "B" section a "A" section empty
    exogenous x [1/\\[h\\]] section none exogenous z "" "仅中文"
    section a
    endogenous p, q, u
    parameter k = -0.5 in -1..1, low = 1 in 0.., high in ..2
    identity balance "Market" "市场" for q: p + q = x
    section b
    identity e for ?: u*p = z + u
    identity p = 1
    behavioural v: dlog(v) = k + low*high*pdl(x, w, 3, 1) when x > 0 and not z == 1 or x < -1
      estimate sample 1990-Q1.. errors ar(1)
    behavioural v: v = 2
    frequency quarterly source "somewhere" note "a" note "" note "" "乙"
    """,
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_model_reads_back_as_it_was_written(text):
    model = read_model(text)
    written = write_model(model)
    assert read_model(written) == model
    assert write_model(read_model(written)) == written


def test_lines_are_folded_before_signs():
    written = write_model(read_model(large_model(20, 14)))
    assert max(map(len, written.splitlines())) <= WIDTH
    assert any(line.startswith("    + ") for line in written.splitlines())


def test_chapters_follow_the_sections():
    written = write_model(read_model(KLEIN))
    order = [
        written.index(piece)
        for piece in ("section demand", "exogenous", "behavioural C", "section income", "Wp:")
    ]
    assert order == sorted(order)


def test_identities_need_no_label_where_left_says_it_all():
    model = read_model(SOUND)
    assert write_equation(model.equations[1], model) == "identity Y = C + G"
    assert write_equation(model.equations[0], model).startswith("behavioural C: C = c0")


@pytest.mark.parametrize("name", ["a b", "1x", "not", "", "a-b", "x.y.z"])
def test_a_name_that_the_language_cannot_say_is_refused(name):
    model = read_model("exogenous x\nidentity y = x")
    with pytest.raises(UsageError):
        write_model(replace(model, exogenous=(Variable(name),)))


def test_numbers_that_are_no_numbers_are_refused():
    with pytest.raises(UsageError):
        write_expression(Number(float("nan")))


@settings(max_examples=60)
@given(st.lists(expressions, min_size=1, max_size=5), st.sampled_from(("behavioural", "identity")))
def test_made_models_read_back(rights, word):
    lines = [f"exogenous {', '.join(NAMES)}, w", "parameter w0, w1, w2, w3"]
    lines += [f"{word} v{number} = {write_expression(right)}" for number, right in enumerate(rights)]
    try:
        model = read_model("\n".join(lines))
    except BadInput as error:  # a shift too far, or averages that swell
        assert "periods away" in str(error) or "Spelt out" in str(error)
    else:
        assert read_model(write_model(model)) == model
