import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.measure.skills.mismatch_index import (
    lost_hires,
    measure_mismatch,
    mismatch_index,
    mismatch_interval,
)

amounts = st.lists(st.floats(0.0, 1e6), min_size=2, max_size=12)


@given(u=amounts, v=amounts, alpha=st.floats(0.05, 0.95), scale=st.floats(0.001, 1000))
@settings(max_examples=60)
def test_it_lies_between_0_and_1_whatever_the_units(
    u: list[float], v: list[float], alpha: float, scale: float
) -> None:
    n = min(len(u), len(v))
    jobless, posts = np.array(u[:n]) + 1e-3, np.array(v[:n]) + 1e-3
    found = mismatch_index(jobless, posts, alpha)
    assert 0 <= found <= 1
    assert mismatch_index(scale * jobless, posts / scale, alpha) == pytest.approx(found, abs=1e-9)
    assert mismatch_index(jobless[::-1], posts[::-1], alpha) == pytest.approx(found, abs=1e-12)
    phi = np.linspace(0.5, 2.0, n)
    assert 0 <= mismatch_index(jobless, posts, alpha, phi) <= 1
    assert mismatch_index(jobless, posts, alpha, np.full(n, 7.0)) == pytest.approx(found, abs=1e-9)


def test_its_ends() -> None:
    u = np.array([1.0, 2.0, 3.0])
    assert mismatch_index(u, 5 * u) == pytest.approx(0, abs=1e-12)
    assert mismatch_index(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == 1
    apart = np.array([1.0, 1.0, 0.0, 0.0])
    assert mismatch_interval(apart, apart[::-1]) == pytest.approx((1.0, 1.0))
    assert mismatch_interval(u, 5 * u)[1] < 1e-9


def test_splitting_a_cell_in_like_parts_changes_nothing() -> None:
    u, v = np.array([4.0, 2.0, 1.0]), np.array([1.0, 2.0, 3.0])
    split = mismatch_index(np.array([2.0, 2.0, 2.0, 1.0]), np.array([0.5, 0.5, 2.0, 3.0]))
    assert split == pytest.approx(mismatch_index(u, v), abs=1e-12)


def test_the_interval_over_cells_covers() -> None:
    """A reduced form of benchmarks/skills_regression.py: cells drawn from a large population of them."""
    rng = np.random.default_rng(3)
    u, v = rng.lognormal(0, 0.5, (2, 200_000))
    truth = mismatch_index(u, v)
    inside = 0
    for _ in range(150):
        pick = rng.integers(0, len(u), 40)
        low, high = mismatch_interval(u[pick], v[pick])
        inside += low <= truth <= high
    assert 133 <= inside <= 150


def test_lost_hires() -> None:
    assert lost_hires(90, 0.1) == pytest.approx(10)
    with pytest.raises(ValueError, match="between 0 and 1"):
        lost_hires(90, 1.0)


def test_what_is_no_table_of_cells_is_an_error() -> None:
    good = np.array([1.0, 2.0])
    for bad in (np.array([-1.0, 2.0]), np.zeros(2)):
        with pytest.raises(ValueError, match="must not"):
            mismatch_index(bad, good)
    with pytest.raises(ValueError, match="alpha"):
        mismatch_index(good, good, 1.0)
    with pytest.raises(ValueError, match="efficiencies"):
        mismatch_index(good, good, 0.5, np.array([0.0, 1.0]))
    with pytest.raises(ValueError, match="three cells"):
        mismatch_interval(good, good)


def cells(**columns: object) -> pd.DataFrame:
    table = pd.DataFrame(
        {"cell": ["a", "b", "c"], "unemployed": [50.0, 30.0, 20.0], "vacancies": [3.0, 3.0, 4.0]}
    )
    return table.assign(**columns)


def test_a_table_without_periods() -> None:
    found = measure_mismatch(cells())
    assert found.table["mismatch"].iloc[0] == pytest.approx(0.029859, abs=5e-7)
    assert found.findings[0].text("en").startswith("3.0% of hires were lost")
    assert "at_low_alpha" in found.table.columns


def test_an_interval_that_says_nothing_is_refused() -> None:
    few = measure_mismatch(cells(unemployed=[90.0, 5.0, 5.0], vacancies=[1.0, 8.0, 1.0]))
    assert not few.estimates
    assert [one.subject for one in few.refusals] == ["mismatch_interval"]
    assert "no interval" in few.findings[0].text("en")
    rng = np.random.default_rng(0)
    many = pd.DataFrame(
        {
            "cell": [str(one) for one in range(40)],
            "unemployed": np.exp(rng.normal(size=40)),
            "vacancies": np.exp(rng.normal(size=40)),
        }
    )
    assert measure_mismatch(many).estimate("mismatch").high < 1


def test_periods_and_efficiencies() -> None:
    early, late = cells(period="2019", efficiency=[1.0, 2.0, 3.0]), cells(period="2020", efficiency=1.0)
    found = measure_mismatch(pd.concat([early, late.assign(vacancies=[5.0, 3.0, 2.0])]))
    assert list(found.table.index) == ["2019", "2020"]
    assert found.table.loc["2020", "mismatch"] == pytest.approx(0, abs=1e-12)
    assert found.table.loc["2020", "mismatch_efficiency"] == pytest.approx(0, abs=1e-12)
    assert [each.key for each in found.findings][-1] == "skills.mismatch_then"


def test_bad_tables_are_refused_in_a_sentence() -> None:
    cases = {
        "skills.no_rows": cells(vacancies=np.nan),
        "skills.negative_cell": cells(vacancies=[-1.0, 3.0, 4.0]),
        "skills.cell_twice": cells(cell=["a", "a", "b"]),
        "skills.one_cell": cells().head(1),
        "skills.nothing_there": cells(vacancies=0.0),
    }
    for key, table in cases.items():
        found = measure_mismatch(table)
        assert found.refusals[0].reason.key == key
        assert found.refusals[0].reason.text("zh")
        assert not found.estimates
