"""Figures that others have for models of the library.

Klein's Model I: the dynamic simulation from 1923 with least-squares coefficients, as R's systemfit coefficients put
into the model give it (consumption, and national income in the table's columns gnp - taxes + govWage). The table:
Klein (1950), as in Greene (2003), table F15.1. Debt: Escolano (2010), IMF Technical Notes and Manuals 10/02, formula
(3). IS-LM: the recursion written out by hand.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from longwave.core.period import Period
from longwave.core.settings import Settings
from longwave.macro.databank import Databank
from longwave.macro.library import catalogue as library
from longwave.macro.solve import solve
from longwave.workflows.model.at_hand import model

CONSUMPTION = {1923: 50.3380408, 1924: 55.6994240, 1925: 56.7111734, 1940: 66.7799099, 1941: 75.4510644}
INCOME = {1923: 56.0305622, 1924: 65.8525850, 1925: 64.2650750, 1940: 76.8049022, 1941: 93.4459144}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=tmp_path / "store", cache=tmp_path / "cache")


def test_klein_simulated_from_1923(settings: Settings) -> None:
    found = model("klein1", settings=settings).estimated("ols").scenario("1923", "1941")
    for name, printed in (("C", CONSUMPTION), ("Y", INCOME)):
        series = found.series(name)
        for year, value in printed.items():
            assert series[str(year)] == pytest.approx(value, abs=5.1e-8), (name, year)


def test_klein_s_table(klein_pack: Path) -> None:
    table = pd.read_csv(klein_pack / "klein1.csv", index_col="year")
    bank = library.find("klein1").bank()
    assert bank is not None
    own = bank.frame()
    own.index = own.index.astype(int)
    for here, there in {
        "C": "consump", "I": "invest", "Wp": "privWage", "P": "corpProf", "X": "gnp",
        "Wg": "govWage", "G": "govExp", "T": "taxes", "A": "trend",
    }.items():  # fmt: skip
        np.testing.assert_array_equal(own[here], table[there], err_msg=here)
    np.testing.assert_allclose(own["K"].shift(1).iloc[1:], table["capitalLag"].iloc[1:], atol=1e-9)


def test_the_table_obeys_the_identities() -> None:
    bank = library.find("klein1").bank()
    assert bank is not None
    own = bank.frame()
    np.testing.assert_allclose(own["X"], own["C"] + own["I"] + own["G"], atol=0.11)
    np.testing.assert_allclose(own["P"], own["X"] - own["T"] - own["Wp"], atol=0.11)
    np.testing.assert_allclose(own["K"].diff().iloc[1:], own["I"].iloc[1:], atol=0.11)


def test_debt_of_60_at_4_per_cent(settings: Settings) -> None:
    found = model("debt", settings=settings).scenario() + ["effort = -1"]
    frame = found.solution.frame()
    assert frame["b"].iloc[0] == pytest.approx(60 * 1.04 / 1.03 + 1, rel=1e-14)
    assert round(frame["b"].iloc[0], 4) == 61.5825
    assert round(frame["pb_stable"].iloc[0], 4) == 0.5825


def test_demand_inflation_and_rate_after_one_shock() -> None:
    text = library.find("islm").model()
    bank = Databank(Period.parse("2000"), ("y", "pi", "i", "y.add"), np.tile([0.0, 2.0, 3.0, 0.0], (5, 1)))
    changed = bank.series("y.add").to_numpy(copy=True)
    changed[1] = 1.0
    found = solve(text, bank.with_columns({"y.add": changed}), Period.parse("2001"), Period.parse("2004"))
    frame = found.frame()
    np.testing.assert_allclose(frame["y"], [1, 0.57, 0.3259, 0.170033], rtol=1e-12)
    np.testing.assert_allclose(frame["pi"], [2, 2.2, 2.214, 2.17218], rtol=1e-12)
    np.testing.assert_allclose(frame["i"].iloc[:3], [3.15, 3.2805, 3.341535], rtol=1e-12)
