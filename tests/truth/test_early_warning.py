"""Outside numbers of early warning: the one-sided filter, the buffer, the Basel risk weights, and the wave of 2007-09."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from longwave.decide.early_warning.buffer import buffer_guide
from longwave.decide.early_warning.capital import correlation, risk_weight
from longwave.decide.early_warning.credit_gap import credit_gap
from longwave.decide.early_warning.crises import known_crises
from longwave.workflows.decide.risk import RiskOptions, tried_on_world
from longwave.workflows.decide.risk_figures import WorldFigures


@pytest.mark.parametrize(("smoothness", "gap"), [(1600.0, -2.589931), (400_000.0, -7.635238)])
def test_the_one_sided_filter_on_us_output(smoothness: float, gap: float) -> None:
    """100 ln of realgdp of statsmodels' macrodata, last observation; by R's and statsmodels' filters alike."""
    from statsmodels.datasets import macrodata

    data = macrodata.load_pandas().data
    index = [f"{int(row.year)}-Q{int(row.quarter)}" for row in data.itertuples()]
    series = pd.Series(100 * np.log(data["realgdp"].to_numpy()), index=index)
    assert credit_gap(series, smoothness).value == pytest.approx(gap, abs=2e-6)


def test_the_guides_own_example() -> None:
    """Basel Committee (2010): a gap of 6 is half way between 2 and 10."""
    assert buffer_guide(6) == pytest.approx(1.25)


ANNEX_5 = {
    0.0003: 14.44, 0.0005: 19.65, 0.0010: 29.65, 0.0025: 49.47, 0.0040: 62.72, 0.0050: 69.61, 0.0075: 82.78,
    0.0100: 92.32, 0.0130: 100.95, 0.0150: 105.59, 0.0200: 114.86, 0.0250: 122.16, 0.0300: 128.44, 0.0400: 139.58,
    0.0500: 149.86, 0.0600: 159.61, 0.1000: 193.09, 0.1500: 221.54, 0.2000: 238.23,
}  # fmt: skip


def test_the_risk_weights_of_basel_two() -> None:
    """Basel Committee (2006), Annex 5: corporate exposures, LGD 45 %, maturity 2.5 years, per cent."""
    pd_of = np.array(list(ANNEX_5))
    found = 100 * risk_weight(pd_of, np.full(len(pd_of), 0.45), 2.5, floor=0.0)
    assert found == pytest.approx(np.array(list(ANNEX_5.values())), abs=0.0101)
    assert correlation(np.array([1e-9, 0.5])) == pytest.approx([0.24, 0.12], abs=1e-6)


def wide(pack: Path, variable: str) -> pd.DataFrame:
    """Years by countries of one variable of the pack."""
    rows = pd.read_parquet(
        pack / "panel.parquet", filters=[("variable", "==", variable), ("is_country", "==", True)]
    )
    frame = rows.assign(year=rows["year"].astype(str), iso3=rows["iso3"].astype(str))
    return frame.pivot_table(index="year", columns="iso3", values="value", aggfunc="first")


def test_the_wave_of_2007(world_pack: Path) -> None:
    """Figures of 2006 in the world pack: AUROC of the level .85, three-year change .79, growth .57, income alone .84;
    above 10,000 US$ a head .80, .79, .72."""
    world = WorldFigures(
        wide(world_pack, "FS.AST.PRVT.GD.ZS"), wide(world_pack, "gdppercapita_us_inflation_adjusted"), {}
    )
    tried = tried_on_world(world, known_crises(), RiskOptions(resamples=200))
    assert tried.wave is not None
    assert (tried.wave.first, tried.wave.last) == (2007, 2009)
    assert {name: round(each.auroc.value, 2) for name, each in tried.worths.items()} == {
        "level": 0.85, "change": 0.79, "log_change": 0.57,
    }  # fmt: skip
    assert tried.income is not None
    assert tried.income.value == pytest.approx(0.84, abs=0.01)
    rich = [tried.rich[name].auroc.value for name in ("level", "change", "log_change")]
    assert rich == pytest.approx([0.80, 0.79, 0.72], abs=0.02)
    # On the same countries income does as well as credit: that is what the page says.
    assert tried.worths["level"].placebo is not None
    assert tried.worths["level"].placebo.value > tried.worths["level"].auroc.value
