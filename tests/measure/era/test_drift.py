import numpy as np

from longwave.measure.era.drift import decay_path

from .samples import contribution


def test_a_shrinking_contribution_is_seen_to_shrink_and_a_growing_one_is_not() -> None:
    given = contribution(70, 25, 12, seed=3).values
    table = decay_path(given.index.to_numpy(), given.to_numpy() + 0.5).table
    assert table.loc[1990, "chance_below_one"] > 0.9
    assert table.loc[1965, "chance_below_one"] < 0.3
    assert (table["decay_low"] <= table["decay"]).all()
    assert (table["decay"] <= table["decay_high"]).all()


def test_constant_decay_is_recovered() -> None:
    years = np.arange(1960, 2020)
    values = 5 * 0.95 ** np.arange(60) + 0.1 * np.random.default_rng(1).normal(size=60)
    row = decay_path(years, values).table.loc[1980]
    assert row["decay_low"] < 0.95 < row["decay_high"]


def test_where_nothing_is_contributed_there_is_no_path() -> None:
    assert decay_path(np.arange(40), -np.ones(40) + 0.1 * np.arange(40) % 2) is None
