"""Hard scenarios are reached from the baseline step by step."""

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import SolveError
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.scenario import Scenario


def _scenario(text: str, **columns: float) -> Scenario:
    return Scenario(
        read_model(text), Databank.from_frame(pd.DataFrame(columns, index=range(2000, 2006))), "2001", "2004"
    )


def test_a_jump_that_newton_cannot_make_is_walked() -> None:
    """atan-like flattening: from x = 0 the tangent overshoots ever further, from near by it does not."""
    text = "model m exogenous z endogenous x identity x/sqrt(1 + x^2) = z/sqrt(1 + z^2)"
    base = _scenario(text, x=0.0, z=0.0)
    shocked = base + "z + 400"
    assert shocked.series("x").to_numpy() == pytest.approx(np.full(4, 400.0), rel=1e-4)


def test_where_there_is_no_solution_the_first_error_is_told() -> None:
    base = _scenario("model m exogenous z endogenous x identity x^2 + 1 = z", x=1.0, z=2.0)
    with pytest.raises(SolveError):
        _ = (base + "z - 5").solution
