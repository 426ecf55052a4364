"""Worlds with known numbers: panels drawn from relations that the tests set, and a small domain to put to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from longwave.core.area import areas
from longwave.core.panel import Panel
from longwave.policy.domain import Domain
from longwave.policy.read import read_domain

COUNTRIES: tuple[str, ...] = tuple(sorted(code for code, each in areas().items() if not each.aggregate))[:40]
FIRST, LAST = 1975, 2024

MODEL = """model garden "A garden" "花园"
frequency annual
exogenous
  water "Water" "水" [% of GDP],
  output_elsewhere "Output of other domains against what is in force" "其他领域对产出的影响" [%],
  first_year "1 in the first year" "首年取 1"
endogenous
  green "Green" "绿地" [%],
  jobs "Jobs" "岗位" [%],
  garden_output "Potential output against what is in force" "潜在产出变化" [%]
parameter
  growing = 0.5 "Growth of green" "绿地增长" in 0..0.98,
  watering = 1 "What water does" "浇水效果" in 0..5,
  picking = -0.4 "What green does to jobs" "绿地对岗位的影响" in -3..3
behavioural green: green = growing*green(-1) + watering*water
identity jobs: jobs = picking*green
identity garden_output: garden_output = 0*green
"""
ESTIMATES = """model garden_estimates "Estimates" "估计"
frequency annual
exogenous population
endogenous real_gdp
coefficient base, slope
behavioural real_gdp: d(real_gdp) = base + slope*d(population)
"""
DOMAIN = """title = { en = "Garden", zh = "花园" }
about = { en = "A garden.", zh = "花园。" }
references = ["Nobody (2000)"]
refuses = [{ en = "It does not rain.", zh = "不下雨。" }]

[[indicator]]
name = "size"
title = { en = "Size", zh = "面积" }
unit = { en = "ha", zh = "公顷" }
better = "higher"
is = "real_gdp"
needed = true

[[indicator]]
name = "people"
title = "People"
unit = "1"
is = ["population"]

[[rule]]
name = "small"
when = [{ indicator = "size", is = "below", value = 10.0 }]
diagnosis = { en = "It is small.", zh = "面积小。" }
reason = { en = "Below ten.", zh = "低于十。" }
source = "Nobody (2000)"
calls_for = ["water"]

[map]
green = "size"
jobs = "0*size"

[shocks]
"green.add" = "real_gdp"

[[parameter]]
name = "growing"
range = [0.4, 0.6]
source = "Nobody (2000)"

[[parameter]]
name = "watering"
sign = 1
range = [0.5, 1.5]
source = "Nobody (2000)"

[[parameter]]
name = "picking"
equation = "real_gdp"
coefficient = "slope"
sign = -1

[[instrument]]
name = "water"
title = { en = "Water", zh = "水" }
unit = { en = "% of GDP", zh = "占 GDP 的%" }
bounds = [-2.0, 2.0]
step = 1.0
usual_move = 0.5
cost = 1.0
through = ["watering"]
bars = [{ areas = ["USA"], why = { en = "there is no tap.", zh = "没有水龙头。" } }]
incidence = [{ group = "farmers", side = "gains", why = { en = "more to pick", zh = "收获更多" } }]

[[target]]
name = "green"
title = { en = "Green", zh = "绿地" }
unit = "%"
desired = 4.0
tolerance = 1.0
through = ["growing"]

[[target]]
name = "jobs"
title = { en = "Jobs", zh = "岗位" }
unit = "%"
desired = 0.0
tolerance = 2.0
through = ["picking"]

[[case]]
name = "flood"
title = { en = "Flood", zh = "大水" }
settings = { water = 1.0 }
year = 2
claims = [{ that = "green >= 1", title = { en = "green", zh = "绿" } }]

[plan]
horizon = 6
discount = 0.96
watched = ["green", "jobs"]

[[watch]]
name = "dry"
title = { en = "Dry", zh = "干旱" }
indicator = "size"
kind = "threshold"
direction = "down"
value = 1.0
meaning = { en = "It is dry.", zh = "干旱。" }
action = { en = "Water.", zh = "浇水。" }

[[evaluation]]
name = "after"
outcome = "real_gdp"
horizon = 3
estimator = "state_space"
better = "higher"
promised = "green"
"""


def write_garden(
    folder: Path, *edits: tuple[str, str], model: str = MODEL, estimates: str = ESTIMATES
) -> Path:
    """The garden's folder, its domain.toml with some texts replaced; each must be there."""
    text = DOMAIN
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "domain.toml").write_text(text, "utf-8")
    (folder / "model.lw").write_text(model, "utf-8")
    (folder / "estimates.lw").write_text(estimates, "utf-8")
    return folder


def garden(folder: Path, *edits: tuple[str, str], model: str = MODEL, estimates: str = ESTIMATES) -> Domain:
    return read_domain(write_garden(folder, *edits, model=model, estimates=estimates), "garden")


def panel(series: Mapping[tuple[str, str], pd.Series], units: Mapping[str, str] | None = None) -> Panel:
    """A panel of (area, variable) -> figures by year."""
    rows = [
        {
            "source": "made", "area": area, "variable": variable, "period": f"{int(year):04d}", "value": float(value),
            "unit": (units or {}).get(variable, "1"),
        }
        for (area, variable), figures in series.items()
        for year, value in figures.items()
    ]  # fmt: skip
    return Panel.of(pd.DataFrame(rows))


def relation(
    slope: float, noise: float, seed: int, *, years: tuple[int, int] = (FIRST, LAST), level: float = 5.0
) -> tuple[pd.Series, pd.Series]:
    """Figures with d(y) = slope d(x) + noise; d(x) has standard deviation 1, and y ends at `level`."""
    generator = np.random.default_rng(seed)
    index = np.arange(years[0], years[1] + 1)
    dx = generator.normal(size=len(index))
    dy = slope * dx + noise * generator.normal(size=len(index))
    y = np.cumsum(dy)
    return pd.Series(100.0 + np.cumsum(dx), index=index), pd.Series(y - y[-1] + level, index=index)


def world(
    slopes: Mapping[str, float] | None = None,
    *,
    others: Sequence[str] = COUNTRIES[:30],
    mean: float = -0.4,
    spread: float = 0.05,
    noise: float = 0.5,
    odd: Mapping[str, tuple[pd.Series, pd.Series]] | None = None,
) -> Panel:
    """`others` with slopes around `mean`, and named countries of their own slope or their own figures."""
    generator = np.random.default_rng(7)
    drawn = {code: mean + spread * float(generator.normal()) for code in others} | dict(slopes or {})
    series = {}
    for place, (code, slope) in enumerate(drawn.items()):
        x, y = relation(slope, noise, 100 + place)
        series[code, "population"], series[code, "real_gdp"] = x, y
    for code, (x, y) in (odd or {}).items():
        series[code, "population"], series[code, "real_gdp"] = x, y
    return panel(series)
