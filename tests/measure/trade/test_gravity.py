"""Gravity on made-up flows whose coefficients are known, and what is refused."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from longwave.measure.measurement import MEASURES, Measurement, TableMeasure
from longwave.measure.own_table import of_own_table
from longwave.measure.trade.gravity import NAME, measure_gravity


@cache
def flows(n: int = 24, periods: int = 4, seed: int = 3, *, home: bool = False) -> pd.DataFrame:
    """Distance -.9, agreement .4, tariff elasticity 5, unequal spread of errors, about a tenth zeros; pairs of their own."""
    rng = np.random.default_rng(seed)
    i, j, t = (part.ravel() for part in np.meshgrid(range(n), range(n), range(periods), indexing="ij"))
    keep = (i != j) | home
    i, j, t = i[keep], j[keep], t[keep]
    place = rng.uniform(0, 10, (n, 2))
    distance = np.hypot(*(place[i] - place[j]).T) + 0.3
    start = rng.integers(0, 2 * periods, (n, n))
    agreement = ((t >= np.minimum(start, start.T)[i, j]) & (i != j)).astype(float)
    tariff = np.where(i == j, 0.0, 0.25 * rng.random((n, n, periods))[i, j, t] * (1 - agreement))
    ends = rng.normal(0, 0.7, (n, periods))[i, t] + rng.normal(0, 0.7, (n, periods))[j, t]
    mean = np.exp(ends - 0.9 * np.log(distance) + 0.4 * agreement - 5 * np.log1p(tariff) + 1.5 * (i == j))
    mean = mean * np.exp(rng.normal(0, 0.3, (n, n)))[i, j]
    flow = mean * rng.gamma(1.5, 1 / 1.5, len(mean))
    flow = np.where(rng.random(len(flow)) < 0.25 * np.exp(-mean), 0.0, flow)
    names = np.array([f"c{place:02d}" for place in range(n)])
    return pd.DataFrame(
        {
            "exporter": names[i],
            "importer": names[j],
            "period": (2000 + t).astype(str),
            "flow": flow,
            "distance": distance,
            "agreement": agreement,
            "tariff": tariff,
        }
    )


def measured(table: pd.DataFrame) -> Measurement:
    entry = MEASURES.get(NAME)
    assert isinstance(entry, TableMeasure)
    return of_own_table(entry, table)


@pytest.fixture(scope="module")
def found() -> Measurement:
    return measured(flows())


def test_gravity_recovers_what_was_put_in(found: Measurement) -> None:
    for name, truth in (("distance", -0.9), ("agreement", 0.4), ("trade_elasticity", 5.0)):
        one = found.estimate(name)
        # Twice the interval's half-width: one draw of 2,208 rows, three coefficients.
        assert abs(one.value - truth) < one.high - one.low, name
    assert found.estimate("trade_elasticity").low > 2


def test_best_form_stands_under_the_plain_name(found: Measurement) -> None:
    assert found.estimate("agreement").value == found.estimate("pairs_agreement").value
    assert found.estimate("distance").value == found.estimate("levels_distance").value
    assert "pairs_distance" not in found.table.index
    taken = [each for each in found.findings if each.key == "trade.taken_up"]
    assert "distance" in taken[0].values["names"]  # type: ignore[operator]


def test_zeros_are_kept_and_counted(found: Measurement) -> None:
    said = {each.key: each for each in found.findings}
    assert said["trade.rests_on"].values["zeros"] > 50  # type: ignore[operator]
    assert "trade.log_line" in said
    assert all(each.text("en") and each.text("zh") for each in found.findings)


def test_rows_with_gaps_are_counted() -> None:
    table = flows(12, 1).copy()
    table.loc[table.index[:5], "flow"] = np.nan
    table.loc[table.index[5:8], "distance"] = np.nan
    said = {each.key: each for each in measured(table).findings}
    assert said["trade.rows_incomplete"].values["count"] == 8


def test_one_year_has_no_pairs() -> None:
    table = flows()
    found = measured(table[table["period"] == "2000"].drop(columns="period"))
    assert {str(name).partition("_")[0] for name in found.table.index} == {"levels"}
    assert found.estimate("distance").high < 0


def test_home_sales_get_a_border() -> None:
    found = measured(flows(14, 2, home=True))
    assert found.estimate("border").value == pytest.approx(-1.5, abs=0.6)


def test_flows_in_other_units() -> None:
    table = flows(16, 1)
    one, other = measured(table), measured(table.assign(flow=1e9 * table["flow"]))
    assert one.estimate("distance").value == pytest.approx(other.estimate("distance").value, abs=1e-7)


def test_flows_that_outweigh_all_others() -> None:
    table = flows(14, 2)
    found = measured(table.assign(flow=table["flow"] * np.where(table.index % 50 == 0, 1e9, 1.0)))
    assert {one.reason.key for one in found.refusals} <= {
        "trade.too_uneven",
        "trade.unconverged",
        "trade.few_pairs",
    }
    assert found.refusals or found.estimates


def test_regressor_that_separates() -> None:
    table = flows(12, 1).copy()
    odd = table.sample(15, random_state=1).index
    table["language"] = 0.0
    table.loc[odd, "language"] = 1.0
    table.loc[odd, "flow"] = 0.0
    found = measured(table)
    assert "levels_language" not in found.table.index
    said = {each.key: each for each in found.findings}
    assert said["trade.separated"].values["separated"] == 15


@pytest.mark.parametrize(
    ("edit", "key"),
    [
        (lambda t: t.drop(columns=["distance", "agreement", "tariff"]), "trade.no_regressor"),
        (lambda t: t.assign(flow=np.nan), "trade.no_flows"),
        (lambda t: t.assign(flow=0.0), "trade.all_zero"),
        (lambda t: t.assign(flow=-t["flow"] - 1), "trade.flow_below_zero"),
        (lambda t: t.assign(distance=0.0), "trade.distance_zero"),
        (lambda t: t.assign(agreement=2.0), "trade.not_zero_or_one"),
        (lambda t: t.assign(tariff=100 * t["tariff"]), "trade.tariff_too_high"),
        (lambda t: t.drop(columns="period"), "trade.pair_twice"),
        (lambda t: t[t["exporter"] < "c04"][lambda s: s["importer"] < "c04"], "trade.few_pairs"),
        (
            lambda t: t.assign(distance=np.nan, agreement=np.where(t["flow"] > 0, np.nan, 0.0)),
            "trade.no_whole_rows",
        ),
    ],
)
def test_refusals(edit, key: str) -> None:
    found = measured(edit(flows(8, 2).copy()))
    assert [one.reason.key for one in found.refusals] == [key]
    assert not found.estimates
    assert all(one.as_dict("zh") for one in found.refusals)


def test_a_regressor_that_says_what_the_effects_say() -> None:
    table = flows(10, 1)
    alone = table[["exporter", "importer", "period", "flow"]].assign(
        language=(table["exporter"] < "c05").astype(float)
    )
    found = measured(alone)
    assert [one.reason.key for one in found.refusals] == ["trade.all_taken_up"]


def test_tariffs_that_tell_no_elasticity_give_none() -> None:
    """Tariffs drawn at random move no trade: a program that reads the estimates must find no elasticity among them."""
    noise = np.random.default_rng(1).random(len(flows())) * 0.2
    got = measured(flows().assign(tariff=noise))
    assert "trade_elasticity" not in [one.name for one in got.estimates]
    assert ("trade_elasticity", "trade.elasticity_unclear") in [
        (one.subject, one.reason.key) for one in got.refusals
    ]


def test_a_column_without_figures_is_said() -> None:
    got = measured(flows().assign(agreement=np.nan))
    (told,) = [each for each in got.findings if each.key == "trade.empty_columns"]
    assert "agreement" in told.text("en") and "agreement" in told.text("zh")


def test_few_countries_are_few_observations() -> None:
    """Twelve countries make 66 pairs, which share their twelve ends."""
    few = flows()[(flows()["exporter"] < "c12") & (flows()["importer"] < "c12")]
    assert {str(one.grade) for one in measured(few).estimates} == {"C"}


def test_flows_without_end_are_refused() -> None:
    table = flows().copy()
    table.loc[5, "flow"] = np.inf
    assert [one.reason.key for one in measure_gravity(table).refusals] == ["trade.flow_infinite"]
