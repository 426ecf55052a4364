"""Parts and their total, from a user's table, end up adding up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from longwave.core.errors import UsageError
from longwave.workflows.forecast.adding_up import add_up
from longwave.workflows.forecast.make import make_forecast


def sectors(miss: float = 0.0) -> pd.DataFrame:
    generator = np.random.default_rng(4)
    years = [str(year) for year in range(1970, 2020)]
    farms, shops = (100 + np.cumsum(generator.normal(step, 2, 50)) for step in (0.5, 2.0))
    wide = {"farms": farms, "shops": shops, "all": farms + shops + miss}
    return pd.DataFrame(wide, index=pd.Index(years, name="ds"))


def test_parts_add_up_to_the_total() -> None:
    made = make_forecast(sectors(), horizon=4, method="theta", backtest=True)
    before = (
        made.tables["all"].frame["0.5"]
        - made.tables["farms"].frame["0.5"]
        - made.tables["shops"].frame["0.5"]
    )
    assert before.abs().max() > 1e-6
    after = add_up(made, "all")
    sums = after.tables["farms"].frame["0.5"] + after.tables["shops"].frame["0.5"]
    np.testing.assert_allclose(after.tables["all"].frame["0.5"], sums, rtol=1e-10)
    assert any(note.key == "workflows.added_up" for note in after.notes)


def test_a_history_that_does_not_add_up_is_refused_and_nothing_moves() -> None:
    made = make_forecast(sectors(miss=5.0), horizon=2, method="drift", backtest=True)
    after = add_up(made, "all")
    assert after.refusals
    pd.testing.assert_frame_equal(after.tables["all"].frame, made.tables["all"].frame)


def test_a_total_that_is_none_is_told() -> None:
    made = make_forecast(sectors(), horizon=2, method="drift")
    with pytest.raises(UsageError, match="everything"):
        add_up(made, "everything")
