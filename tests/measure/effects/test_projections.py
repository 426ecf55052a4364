import numpy as np
import pandas as pd
import pytest

from longwave.measure.effects.mediate import mediate
from longwave.measure.effects.projections import local_projection, sup_t
from longwave.measure.effects.within import tidy


def worlds(rng, countries=40, years=40, effect=0.0):
    level, state = np.zeros(countries), np.zeros(countries)
    growth = np.zeros(countries)
    outputs, states = [], []
    for _ in range(years):
        growth = effect * state + rng.normal(0, 0.02, countries)
        state = 0.7 * state + rng.normal(0, 1, countries)
        level = level + growth
        outputs.append(level)
        states.append(state)
    index = pd.RangeIndex(1970, 1970 + years)
    return pd.DataFrame(outputs, index=index), pd.DataFrame(states, index=index)


def test_the_response_is_the_true_one():
    """One unit of surprise raises growth by 0.01 the year after and by 0.7 of that each year on."""
    output, state = worlds(np.random.default_rng(1), 120, 60, effect=0.01)
    found = local_projection(output, state)
    truth = 0.01 * np.cumsum(0.7 ** np.arange(9))
    unit = found.table / found.surprise
    assert unit["response"].to_numpy() == pytest.approx(truth, rel=0.2)
    assert ((unit["joint_low"] <= truth) & (truth <= unit["joint_high"])).all()
    assert found.surprise == pytest.approx(1, rel=0.05)


def test_bands_cover():
    rng = np.random.default_rng(2)
    joint = point = 0
    for _ in range(40):
        table = local_projection(*worlds(rng, 30, 30)).table
        joint += bool(((table["joint_low"] <= 0) & (table["joint_high"] >= 0)).all())
        point += bool(table["response_low"].iloc[-1] <= 0 <= table["response_high"].iloc[-1])
        assert (table["joint_low"] <= table["response_low"]).all()
    assert joint >= 34
    assert point >= 34


def test_few_countries_or_years_have_no_response():
    output, state = worlds(np.random.default_rng(3))
    assert local_projection(output.iloc[:, :5], state.iloc[:, :5]) is None
    assert local_projection(output.iloc[:12], state.iloc[:12]) is None
    assert local_projection(output, state * 0 + 1.0) is None


def test_sup_t_lies_between_one_and_many():
    from scipy.stats import t

    alike, apart = sup_t(np.ones((5, 5)), 30), sup_t(np.eye(5), 30)
    assert alike == pytest.approx(t.ppf(0.975, 30), rel=0.02)
    assert apart > 1.2 * alike


def path(rng, countries=60, years=6, a=0.4, b=0.3):
    n = countries * years
    units, times = np.repeat(np.arange(countries), years), np.tile(np.arange(years), countries)
    own = rng.normal(0, 1, countries)[units]
    d = own + rng.normal(0, 1, n)
    m = a * d + own + rng.normal(0, 1, n)
    y = b * m + 0.2 * d + own + rng.normal(0, 1, n)
    return tidy(y, np.column_stack([d, m]), units, times)


def test_indirect_and_direct_make_the_total():
    from longwave.measure.effects.within import Sample, fit

    rows = path(np.random.default_rng(4))
    found = mediate(rows, draws=99)
    total = fit(Sample(rows.y, rows.x[:, :1], rows.units, rows.times)).b[0]
    assert found.indirect + found.direct == pytest.approx(found.total)
    assert found.total == pytest.approx(total, rel=1e-6)
    assert found.low < 0.12 < found.high


def test_mediation_covers():
    rng = np.random.default_rng(5)
    held = sum(one.low <= 0.12 <= one.high for _ in range(80) if (one := mediate(path(rng), draws=199)))
    assert held >= 69


def test_rho_is_what_would_undo_it():
    """Without any path from mediator to growth the residuals are uncorrelated, and rho is about nil."""
    found = mediate(path(np.random.default_rng(6), 300, b=0.0), draws=99)
    assert abs(found.rho) < 0.06
    strong = mediate(path(np.random.default_rng(6), 300, b=1.0), draws=99)
    assert strong.rho == pytest.approx(1 / np.sqrt(2), abs=0.06)


def test_a_mediator_that_is_the_driver_has_no_path():
    rows = path(np.random.default_rng(7))
    rows.x[:, 1] = rows.x[:, 0]
    assert mediate(rows) is None
