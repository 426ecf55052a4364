"""The Federal Reserve's model, shocked with its own residuals; skipped where the figures do not lie beside the checkout."""

from __future__ import annotations

import numpy as np
import pytest

from longwave.macro.interop.frbus import read_frbus, read_longbase
from longwave.macro.solve import SolveOptions, bound
from longwave.macro.stochastic.events import Event
from longwave.macro.stochastic.residuals import Residuals
from longwave.macro.stochastic.simulate import StochasticOptions, simulate
from longwave.macro.stochastic.watched import Watch


@pytest.fixture(scope="module")
def frbus(frbus_pack):
    found = read_frbus(frbus_pack / "model.xml")
    data = found.complete(read_longbase(frbus_pack / "longbase_feb2024_1962Q1_2173Q4.csv.gz"))
    count = len(data.values)
    switched = data.with_columns({"dfpdbt": np.zeros(count), "dfpsrp": np.ones(count)})
    return bound(found.model), switched, Residuals(found.stochastic, "1970-Q1", "2019-Q4")


def run(frbus, replications=300, **more):
    system, data, residuals = frbus
    return simulate(
        system,
        data,
        "2040-Q1",
        "2045-Q4",
        replications=replications,
        residuals=residuals,
        tracking=True,
        watch=["lur", "rff", Watch("xgdp", "difference_percent")],
        **more,
    )


def test_all_replications_are_solved_and_certified(frbus) -> None:
    found = run(frbus, events=[Event("lur > 6")])
    assert found.failures.count == 0
    assert found.certificate.residual < 1e-10
    assert found.certificate.norm < 1e-9
    assert len(found.residuals.columns) == 52
    assert len(found.residuals.periods) == 200
    data = frbus[1].series("lur").loc["2040-Q1":"2045-Q4"]
    np.testing.assert_allclose(found.summary("lur")["baseline"], data, rtol=1e-9)
    sd = found.sd("lur")
    assert 0.2 < sd.iloc[0] < 0.5
    assert sd.iloc[0] < sd.iloc[7] < 2.0
    assert 0.1 < found.probability(Event("lur > 6")).value < 0.4


def test_the_interpreted_twin_agrees(frbus) -> None:
    slow = run(frbus, 3, options=StochasticOptions(solving=SolveOptions(engine="interpreted")))
    fast = run(frbus, 3)
    for name in slow.names:
        np.testing.assert_allclose(slow.paths[name], fast.paths[name], rtol=1e-8, atol=1e-9)


def test_one_and_two_threads_agree_to_the_last_bit(frbus) -> None:
    one, two = run(frbus, 700, threads=1), run(frbus, 700, threads=2)
    assert np.array_equal(one.held.paths, two.held.paths)
    assert one.table().equals(two.table())
