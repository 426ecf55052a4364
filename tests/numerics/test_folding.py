"""What a modeller wrote that is no number stays no number."""

import numpy as np
import pytest

from longwave.core.errors import SolveError
from longwave.core.period import Period
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.solve import SolveOptions, solve


@pytest.mark.parametrize("engine", ["compiled", "interpreted"])
@pytest.mark.parametrize(
    "right",
    ["0/0", "1e308*10 - 1e308*10", "0*log(-1)", "(w-w)/(w-w)", "min(0/0, 1)", "0/w", "(1/w)-(1/w)", "log(w)-log(w)",
     "w*(0/0)", "if(0/0 > 1, 2, 3)", "if(0/0 > 1, 2, 2)", "0*(1/w)", "max(log(-1), 1)"],
)  # fmt: skip
def test_undefined_is_told(right: str, engine: str) -> None:
    model = read_model(f"model m exogenous w endogenous y identity y = {right}")
    bank = Databank(Period.parse("2000"), ("y", "w"), np.zeros((4, 2)))
    with pytest.raises(SolveError) as error:
        solve(model, bank, Period.parse("2001"), Period.parse("2002"), options=SolveOptions(engine=engine))  # type: ignore[arg-type]
    assert "y" in str(error.value)
    assert "2001" in str(error.value)


def test_an_overflow_that_ends_in_a_number_is_a_number() -> None:
    model = read_model("model m exogenous w endogenous y identity y = logistic(w)")
    bank = Databank(Period.parse("2000"), ("y", "w"), np.full((4, 2), -1000.0))
    assert solve(model, bank, Period.parse("2001"), Period.parse("2002")).path("y").tolist() == [0.0, 0.0]
