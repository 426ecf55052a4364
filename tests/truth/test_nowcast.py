"""Nowcasts against numbers of others: statsmodels' own predictions and regressions, published growth of 2008 and 2020.

Sources: statsmodels (DynamicFactorMQ, AutoReg, OLS with HAC); FRED-QD of January 2025 (McCracken and Ng 2020) in the
world pack; the New York Fed's nowcasting data of 29 June and 29 July 2016 (BSD licence), which statsmodels carries.
"""

from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from longwave.forecast.nowcast.bridge import Bridge, completed
from longwave.forecast.nowcast.dynamic_factor import DynamicFactor, FactorOptions, calendar
from longwave.forecast.nowcast.inputs import read_inputs
from longwave.forecast.nowcast.news import news
from longwave.forecast.nowcast.nowcast import Nowcast, nowcast
from longwave.forecast.nowcast.outliers import far_out
from longwave.forecast.nowcast.ragged import Ragged
from longwave.forecast.nowcast.rivals import RIVALS, AutoregressionRival
from longwave.forecast.nowcast.trials import errors, past_origins, shared, tried

ACTIVITY = (
    "INDPRO",
    "PAYEMS",
    "UNRATE",
    "HOUST",
    "PERMIT",
    "CE16OV",
    "RSAFSx",
    "DPIC96",
    "TCU",
    "AWHMAN",
    "CMRMTSPLx",
)
SLOW = {"GDPC1", "ULCNFB", "A261RX1Q020SBEA"}


def new_york(date: str) -> dict[str, pd.Series]:
    folder = "tsa/statespace/tests/results/frbny_nowcast/Nowcasting/data/US"
    file = Path(str(resources.files("statsmodels"))) / folder / f"{date}.csv"
    if not file.exists():
        pytest.skip("this statsmodels came without its tests' data")
    table = pd.read_csv(file)
    table.index = pd.PeriodIndex(table.pop("Date").tolist(), freq="M").astype(str)
    found = {name: table[name].dropna() for name in table.columns}
    for name in SLOW:
        found[name].index = [f"{text[:4]}-Q{int(text[5:]) // 3}" for text in found[name].index]
    return found


def fred_qd(folder: Path) -> tuple[pd.Series, dict[str, pd.Series]]:
    long = pd.read_parquet(folder / "us_quarterly.parquet")
    table = long.pivot(index="period", columns="variable", values="value")
    return table["GDPC1"].dropna(), {name: table[name].dropna() for name in ACTIVITY}


@pytest.fixture(scope="module")
def july() -> Ragged:
    found = new_york("2016-07-29")
    return read_inputs(found.pop("GDPC1"), {k: v for k, v in found.items() if k not in SLOW}, {}, {}).data


def test_the_nowcast_of_2016_is_statsmodels_smoothed_prediction(july: Ragged) -> None:
    fit = DynamicFactor().fit(july)
    table = july.table(1)
    stamp = calendar(table)[table.ends[0]]
    theirs = fit.smoothed(table).get_prediction(start=stamp, end=stamp, information_set="smoothed")
    said = fit.predict(july, 1)
    place = table.target
    assert said.mean[0] == pytest.approx(
        fit.centre[place] + fit.scale[place] * theirs.predicted_mean.iloc[0, place]
    )
    assert said.sd[0] == pytest.approx(
        fit.scale[place] * np.sqrt(np.squeeze(theirs.var_pred_mean)[place, place]), rel=1e-6
    )
    # Growth at an annual rate came out at 2.9 per cent in the advance estimate of 28 October 2016 (BEA).
    assert abs(400 * said.mean[0] - 2.9) < 400 * said.sd[0]


def test_news_of_july_2016_add_up_on_real_vintages(july: Ragged) -> None:
    june = new_york("2016-06-29")
    kinds = {each.name: each.kind for each in (july.target, *july.indicators.values())}
    before = read_inputs(june["GDPC1"], {name: june[name] for name in july.indicators}, {}, kinds).data
    fit = DynamicFactor().fit(july)
    found = news(before, july, fit, july.target.last + 1)
    assert found.frame["impact"].sum() == pytest.approx(found.after - found.before, abs=1e-12)
    assert {"release", "revision"} <= set(found.frame["cause"])
    payrolls = found.frame[(found.frame["series"] == "PAYEMS") & (found.frame["cause"] == "release")].iloc[0]
    assert payrolls["period"] == "2016-06"
    # 287 thousand jobs in June 2016 (BLS, 8 July 2016) on 144.2 million, more than after May's 11 thousand expected
    assert payrolls["actual"] == pytest.approx(287 / 144_175, abs=1e-5)
    assert payrolls["actual"] > payrolls["expected"] and payrolls["impact"] > 0


def test_the_autoregression_is_statsmodels_own(july: Ragged) -> None:
    from statsmodels.tsa.ar_model import AutoReg

    y = july.target.changes[1:]
    assert not far_out(y).any()
    theirs = AutoReg(y, 2).fit()
    said = AutoregressionRival().fit(july).predict(july, 4)
    np.testing.assert_allclose(said.mean, theirs.forecast(4))


def test_a_bridge_is_statsmodels_regression(july: Ragged) -> None:
    from statsmodels.regression.linear_model import OLS

    one = july.but({"PAYEMS": july.indicators["PAYEMS"]})
    fit = Bridge().fit(one)
    x, y = completed(one, one.indicators["PAYEMS"], 1)[:-1], one.target.changes
    rows = np.column_stack([np.ones(len(y) - 2), x[2:], y[1:-1]])
    kept = ~(far_out(x)[2:] | far_out(y)[2:] | far_out(y)[1:-1])
    theirs = OLS(y[2:][kept], rows[kept]).fit()
    np.testing.assert_allclose(fit.equations["PAYEMS"].coefficients, theirs.params)
    assert fit.equations["PAYEMS"].variance == pytest.approx(theirs.scale)


def test_after_2020_the_nowcast_does_not_explode(world_pack: Path) -> None:
    """FRED-QD, 2021-Q2 to 2024-Q3: output fell or rose by 1.0 to 6.9 per cent a year, and so do the nowcasts."""
    target, indicators = fred_qd(world_pack)
    data = read_inputs(target, indicators, {}, {}).data
    data = data.at(data.target.last - 1, dict.fromkeys(indicators, 0))
    methods = (DynamicFactor(), *RIVALS)
    found = shared(tried(data, methods, past_origins(data, 14), 1), [each.name for each in methods])
    own = errors(found, "dynamic_factor")
    assert (400 * own["mean"]).between(-4, 10).all()
    missed = {
        each.name: float(np.std(found[found["method"] == each.name].eval("outcome - mean")))
        for each in methods
    }
    assert missed["dynamic_factor"] < 1.35 * min(missed["ar2"], missed["mean"])


def test_spring_2020_is_kept_out_of_the_parameters_and_seen_by_the_nowcast(world_pack: Path) -> None:
    target, indicators = fred_qd(world_pack)
    data = read_inputs(target, indicators, {}, {}).data
    fit = DynamicFactor().fit(data)
    aside = {fit.table.written(int(row)) for row in np.flatnonzero(fit.aside.any(axis=1))}
    assert {"2020-Q2", "2020-Q3"} <= aside
    ordinal = {fit.table.written(row): fit.table.first + row for row in range(len(fit.table.values))}
    spring = data.at(ordinal["2020-Q1"], dict.fromkeys(indicators, 0))
    seen = DynamicFactor().fit(spring).predict(spring, 1).mean[0]
    assert seen < -0.05  # output fell by 8.2 log per cent in 2020-Q2 (BEA)
    blind = AutoregressionRival().fit(spring).predict(spring, 1).mean[0]
    assert blind > -0.02


@pytest.mark.slow
def test_in_calm_years_it_beats_an_autoregression(world_pack: Path) -> None:
    target, indicators = fred_qd(world_pack)
    found = nowcast(
        target[:"2019Q3"], {name: series[:"2019Q4"] for name, series in indicators.items()}, origins=60
    )
    assert isinstance(found, Nowcast)
    assert found.scores.loc["dynamic_factor", "rmse"] < 0.95 * found.scores.loc["ar2", "rmse"]
    assert 0.7 <= found.scores.loc["dynamic_factor", "coverage_80"] <= 0.9


def test_handling_of_outliers_narrows_the_model_where_2020_would_set_its_spread(world_pack: Path) -> None:
    target, indicators = fred_qd(world_pack)
    data = read_inputs(target, indicators, {}, {}).data
    cut = data.at(data.target.last - 4, dict.fromkeys(indicators, 0))
    kept, led = (DynamicFactor(FactorOptions(outliers=flag)).fit(cut) for flag in (True, False))
    assert led.scale[cut.table(1).target] > 1.3 * kept.scale[cut.table(1).target]
