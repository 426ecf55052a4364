import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.measure.competition.firm_dynamics import (
    NAME,
    flows,
    foster_haltiwanger_krizan,
    growth,
    measure_dynamics,
    melitz_polanec,
)
from longwave.measure.competition.leader_persistence import NAME as LEADERS
from longwave.measure.competition.leader_persistence import measure_leaders, top

staff = st.one_of(st.just(0.0), st.floats(0.5, 1e4))
firm = st.tuples(staff, staff, st.floats(-2, 2), st.floats(-2, 2))
economies = st.lists(firm.filter(lambda one: one[0] + one[1] > 0), min_size=2, max_size=15).filter(
    lambda all_: sum(one[0] for one in all_) > 0 and sum(one[1] for one in all_) > 0
)


@given(economies)
def test_growth_and_flows_are_bounded_and_add_up(economy):
    before, after, _, _ = map(np.array, zip(*economy, strict=True))
    rates = growth(before, after)
    assert (np.abs(rates) <= 2).all()
    assert (rates[before == 0] == 2).all()
    assert (rates[after == 0] == -2).all()
    np.testing.assert_allclose(growth(after, before), -rates)
    found = flows(before, after)
    size = (before + after) / 2
    assert found["net"] == pytest.approx(float(size @ rates / size.sum()), abs=1e-9)
    assert 0 <= found["excess_reallocation"] <= found["reallocation"] <= 2 + 1e-9
    assert 0 <= found["entry"] <= 2
    scaled = flows(3 * before, 3 * after)
    assert scaled == pytest.approx(found)


@given(economies)
def test_decompositions_add_up(economy):
    before, after, then, now = map(np.array, zip(*economy, strict=True))
    total = float(after @ now / after.sum() - before @ then / before.sum())
    assert sum(foster_haltiwanger_krizan(before, after, then, now).values()) == pytest.approx(total, abs=1e-9)
    if ((before > 0) & (after > 0)).any():
        assert sum(melitz_polanec(before, after, then, now).values()) == pytest.approx(total, abs=1e-9)


def test_a_decomposition_by_hand():
    """Two that stay (shares .5 to .4 and .5 to .4, productivities 1 to 1.2 and 0 to 0), one that comes with .2 at 2."""
    before, after = [50, 50, 0], [40, 40, 20]
    then, now = [1.0, 0.0, 0.0], [1.2, 0.0, 2.0]
    first = foster_haltiwanger_krizan(before, after, then, now)
    assert first["within"] == pytest.approx(0.1)
    assert first["between"] == pytest.approx(-0.1 * 0.5 - 0.1 * -0.5)
    assert first["cross"] == pytest.approx(-0.02)
    assert first["entrants"] == pytest.approx(0.3)
    other = melitz_polanec(before, after, then, now)
    assert other["survivors_within"] == pytest.approx(0.1)
    assert other["survivors_covariance"] == pytest.approx(0)
    assert other["entrants"] == pytest.approx(0.2 * (2 - 0.6))


def test_refusals_of_the_functions():
    with pytest.raises(ValueError, match="not negative"):
        growth([1], [-1])
    with pytest.raises(ValueError, match="one of the dates"):
        growth([0], [0])
    with pytest.raises(ValueError, match="no firm is there"):
        melitz_polanec([1, 0], [0, 1], [0, 0], [0, 0])
    with pytest.raises(ValueError, match="both dates"):
        foster_haltiwanger_krizan([1, 0], [0, 0], [0, 0], [0, 0])


def table_of(**periods):
    return pd.DataFrame(
        [
            {
                "firm": f"f{place}",
                "period": period.removeprefix("y"),
                "employment": value,
                "productivity": 2.0 + place,
            }
            for period, values in periods.items()
            for place, value in enumerate(values)
            if value is not None
        ]
    )


def test_the_measure():
    found = measure_dynamics(table_of(y2000=(10, 20, 30, None), y2001=(15, 20, None, 5)))
    assert found.measure == NAME == "firm_dynamics"
    row = found.table.loc["2001"]
    assert row["job_creation"] == pytest.approx(10 / 50)
    assert row["job_destruction"] == pytest.approx(30 / 50)
    assert row["entry"] == row["exit"] == pytest.approx(1 / 3)
    parts = [name for name in found.table if str(name).startswith("fhk_")]
    assert row[parts].sum() == pytest.approx(row["productivity_growth"])
    assert found.estimate("reallocation").low == found.estimate("reallocation").high
    assert all(one.text("zh") for one in found.findings)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (table_of(y2000=(1, 2)), "one period only"),
        (table_of(y2000=(1, -2), y2001=(1, 1)), "negative"),
        (table_of(y2000=(0, 0), y2001=(1, 1)), "Nobody is employed"),
        (pd.concat([table_of(y2000=(1, 2))] * 2), "twice"),
        (table_of(y2000=(1, 2)).assign(employment=np.nan), "no row"),
    ],
)
def test_refusals(table, words):
    found = measure_dynamics(table)
    assert found.table.empty
    assert words in str(found.refusals[0].reason)


def test_productivity_with_a_hole_is_not_decomposed():
    table = table_of(y2000=(1, 2), y2001=(2, 2))
    table.loc[0, "productivity"] = 0.0
    found = measure_dynamics(table)
    assert "fhk_within" not in found.table
    assert any(one.subject == "productivity" for one in found.refusals)


def market(rng, firms=20, years=10, shake=0.3):
    size = rng.normal(0, 1, firms)
    frames = []
    for year in range(years):
        size = size + rng.normal(0, shake, firms)
        frames.append(
            pd.DataFrame(
                {
                    "firm": [f"f{one}" for one in range(firms)],
                    "period": str(2000 + year),
                    "sales": np.exp(size),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def test_leaders():
    rng = np.random.default_rng(0)
    calm, wild = measure_leaders(market(rng, shake=0.02)), measure_leaders(market(rng, shake=2.0))
    assert calm.measure == LEADERS == "leader_persistence"
    assert calm.estimate("top_survival_mean").value > wild.estimate("top_survival_mean").value
    assert calm.estimate("shorrocks_mobility").high < wild.estimate("shorrocks_mobility").low
    assert calm.estimate("turnover_mean").value < wild.estimate("turnover_mean").value
    assert ((wild.table >= -1) & (wild.table <= 1)).all(axis=None)
    assert all(one.text("zh") for one in calm.findings)


def test_leaders_refused_and_tied():
    rng = np.random.default_rng(1)
    table = market(rng)
    assert "one period" in str(measure_leaders(table[table["period"] == "2000"]).refusals[0].reason)
    assert "at least 5" in str(measure_leaders(market(rng, firms=4)).refusals[0].reason)
    assert "twice" in str(measure_leaders(table.assign(firm="a")).refusals[0].reason)
    assert "negative" in str(measure_leaders(table.assign(sales=-1.0)).refusals[0].reason)
    assert top(pd.Series({"b": 1.0, "a": 1.0, "c": 2.0}), 2) == ["c", "a"]
    flat = measure_leaders(table.assign(sales=1.0))
    assert flat.table["rank_correlation"].isna().all()
