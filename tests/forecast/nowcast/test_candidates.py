"""A candidate is credited only where the test says so."""

import numpy as np
import pandas as pd

from longwave.forecast.nowcast.bridge import Bridge
from longwave.forecast.nowcast.candidates import increments
from longwave.forecast.nowcast.inputs import read_inputs
from longwave.forecast.nowcast.trials import past_origins, tried

from .economy import MONTHS, economy, factor


def test_noise_adds_nothing_and_what_leads_helps() -> None:
    target, _ = economy()
    random = np.random.default_rng(7)
    indicators = {"idle": pd.Series(np.exp(np.cumsum(0.01 * random.normal(size=264))), index=MONTHS)}
    noise = {f"noise{n}": pd.Series(random.normal(size=264), index=MONTHS) for n in range(3)}
    clear = pd.Series(50 * np.exp(np.cumsum(0.001 + 0.004 * factor(1))), index=MONTHS)
    given = read_inputs(target, indicators, {**noise, "clear": clear}, {})
    origins, method = past_origins(given.data, 30), Bridge()
    base = tried(given.data, [method], origins, 1)
    found = {each.name: each for each in increments(given.data, given.candidates, method, origins, base)}
    assert found["clear"].helps and found["clear"].rmse_with < found["clear"].rmse_without
    assert "helps" in str(found["clear"].said)
    for name in noise:
        assert not found[name].helps
        assert "adds nothing that could be measured" in str(found[name].said)
        assert found[name].tests[0].null.text("zh")


def test_p_values_are_stepped_up_for_their_number() -> None:
    target, indicators = economy(noise=3.0, series=2, ends=("2019-12",))
    noise = {
        f"noise{n}": pd.Series(np.random.default_rng(n).normal(size=264), index=MONTHS) for n in range(3)
    }
    p_values = []
    for chosen in (dict(list(noise.items())[:1]), noise):
        given = read_inputs(target, indicators, chosen, {})
        origins = past_origins(given.data, 20)
        base = tried(given.data, [Bridge()], origins, 1)
        found = increments(given.data, given.candidates, Bridge(), origins, base)
        p_values.append(next(each for each in found if each.name == "noise0").tests[0].p_value or 0.0)
    assert p_values[1] >= p_values[0]


def test_too_few_origins_claim_nothing() -> None:
    target, indicators = economy()
    given = read_inputs(target, indicators, {"extra": indicators["x0"] * 2}, {})
    origins = past_origins(given.data, 4)
    base = tried(given.data, [Bridge()], origins, 1)
    (found,) = increments(given.data, given.candidates, Bridge(), origins, base)
    assert not found.helps and not found.tests and "No benefit is claimed" in str(found.said)
