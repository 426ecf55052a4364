"""Equations that do not decide their variables are named, even where the start happens to fit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import SolveError
from longwave.macro.databank import Databank
from longwave.macro.language.read import read_model
from longwave.macro.solve import SolveOptions, solve

TWICE = "model b exogenous g endogenous y, z identity a for y: y = z + g identity b for z: 2*z = 2*y - 2*g"
AHEAD = TWICE + " identity c for w: w = 0.5*w(+1) + g"


def _bank(**columns: float) -> Databank:
    return Databank.from_frame(pd.DataFrame(columns, index=range(2000, 2010)))


@pytest.mark.parametrize("z", [0.7, 9.0])
@pytest.mark.parametrize("engine", ["interpreted", "compiled"])
@pytest.mark.parametrize("mode", ["dynamic", "static"])
def test_an_equation_written_twice_is_refused_where_it_fits(z: float, engine: str, mode: str) -> None:
    options = SolveOptions(engine=engine, mode=mode)  # type: ignore[arg-type]
    with pytest.raises(SolveError, match="singular") as refused:
        solve(read_model(TWICE), _bank(g=1.0, y=z + 1.0, z=z), "2002", "2005", options=options)
    assert "y" in str(refused.value) and "z" in str(refused.value) and "2002" in str(refused.value)


def test_so_it_is_in_a_model_that_looks_ahead() -> None:
    with pytest.raises(SolveError, match="singular"):
        solve(read_model(AHEAD), _bank(g=1.0, y=1.7, z=0.7, w=2.0), "2002", "2005")


def test_a_start_that_fits_and_is_decided_is_taken() -> None:
    text = "model b exogenous g endogenous y, z identity y = 0.5*z + g identity z = 0.5*y"
    found = solve(read_model(text), _bank(g=3.0, y=4.0, z=2.0), "2002", "2005")
    assert found.certificate.iterations == 0
    assert found.path("y") == pytest.approx(np.full(4, 4.0))
